"""The rules of the house that a machine can check: who imports whom, one library one room, names, sizes, lazy loading."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from kit.paths import ROOT

PACKAGES = ("formula", "routing", "repl")
MOST_LINES = 600
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "misc"}
TOP_LEVEL = {
    "formula", "routing", "repl", "tests", "docs", "examples", "benchmarks", "editors", "requirements", "pyproject.toml", "repasse.py", "mkdocs.yml", "mkdocs.en.yml",
    "README.md",
    "CONTRIBUTING.md", "README.pt-BR.md", "CHANGELOG.md", "LICENSE", ".gitignore", ".ci", "go",
}  # fmt: skip

IMPURE = {
    "time", "random", "secrets", "socket", "threading", "multiprocessing", "subprocess", "logging", "asyncio", "ssl", "http",
    "urllib", "shutil", "tempfile", "os", "pathlib", "sqlite3", "structlog", "uuid", "glob", "signal",
}  # fmt: skip
"""Standard and other modules that reach a clock, a file, the network, chance, a thread or a log."""

FORMULA_EXCEPTIONS = {"formula/messages.py": {"pathlib"}}
"""The catalogue of sentences is a file of the package."""

PURE_ROUTING = ("routing/deciding/", "routing/domain/")

STORE_SPEAKERS = {
    "routing/mail/states.py",
    "routing/mail/watching.py",
    "routing/mail/jobs.py",
    "routing/mail/outbox.py",
    "routing/http/keys.py",
    "routing/plugins.py",
}
"""Statements on the store's own tables, and the type of an engine that a plugin may supply; connections come from
``routing/store``."""

ROOMS = {
    "lark": {"formula/parser.py"},
    "prompt_toolkit": {"repl/terminal/"},
    "sqlalchemy": {"routing/store/", "routing/workspace/sentences.py", "routing/workspace/sources.py", *STORE_SPEAKERS},
    "alembic": {"routing/store/"},
    "pygls": {"repl/editor/"},
    "aiosmtplib": {"routing/mail/"},
    "jinja2": {"routing/mail/"},
    "click": {"repl/"},
    "standardwebhooks": {"routing/webhooks.py"},
    "num2words": {"formula/builtins/words.py"},
    "babel": {"formula/builtins/words.py"},
    "cattrs": {"routing/setting_tables.py"},
    "coverage": {"routing/testing/coverage/", "repl/command/"},
    "distributed": {"routing/releases/"},
    "duckdb": {"routing/releases/archive.py"},
    "fastapi": {"routing/http/", "repl/page_server/"},
    "holidays": {"formula/working_calendar.py"},
    "hypothesis": {"routing/testing/"},
    "lsprotocol": {"repl/editor/"},
    "mcp": {"repl/editor/"},
    "openpyxl": {"routing/testing/"},
    "opentelemetry": {"routing/http/"},
    "procrastinate": {"routing/mail/jobs.py", "routing/store/migrations/"},
    "prometheus_client": {"routing/http/"},
    "psycopg": {"routing/mail/jobs.py"},
    "psycopg_pool": {"routing/mail/jobs.py"},
    "pydantic": {"routing/http/"},
    "pytest": {"routing/testing/"},
    "rich": {"repl/showing/"},
    "sqlglot": {"routing/workspace/"},
    "starlette": {"routing/http/", "repl/page_server/"},
    "structlog": {"routing/http/"},
    "uvicorn": {"routing/http/"},
    "z3": {"routing/proving/"},
}
"""One library, one room (house §3): the files that may name it."""

ANYWHERE = {"attrs"}
"""Libraries for every room."""

MOST_MODULES = 25


def files(*packages: str) -> list[Path]:
    """The sources of some packages, without links out of them."""
    found = (path for package in packages for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in found if "repl/examples" not in path.as_posix())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """A source's tree, read once for all rules."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Every module a file names in an import, wherever it stands."""
    return tuple(named_in(import_nodes(path)))


@cache
def import_nodes(path: Path) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """Every import of a file, found in one walk for all rules."""
    return tuple(node for node in ast.walk(parsed(path)) if isinstance(node, ast.Import | ast.ImportFrom))


def named_in(nodes: Iterable[ast.Import | ast.ImportFrom]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif node.module and not node.level:
            yield node.module


ORDER: Mapping[str, tuple[str, ...]] = {
    "formula": (
        "editing", "explaining", "printing", "cache", "engine", "parser", "mending", "runtime", "outcome", "checking", "schema",
        "builtins", "reading", "decoding", "collector", "reporter", "codes", "host", "destinations", "values", "context", "working_calendar", "effects",
        "fields", "field_changes", "other_modules", "other_systems", "types", "diagnostics", "limits", "messages", "source", "names", "visible",
    ),
    "routing": (
        "checking", "schemas", "setting_list", "testing", "proving", "http", "reports", "exchange", "aio", "desk", "releases", "explaining", "webhooks", "mail", "store", "deciding", "workspace", "settings", "setting_hooks", "setting_tables", "setting_secrets", "plugins",
        "domain", "clock", "refusals", "failures", "errors", "key_words", "messages",
    ),
    "repl": ("demo", "commands", "command", "page_server", "editor", "terminal", "session", "example", "showing", "messages"),
}  # fmt: skip
"""The rooms of each package from above (house §2): a room imports only what stands below it. A folder is one room with all that is
in it; the package's own ``__init__`` shows names of every room and is imported by none."""

EXCEPTIONS: set[tuple[str, str]] = set()
"""Imports against the order, as (module, module). One that is no longer needed fails."""


def modules(*packages: str) -> dict[str, Path]:
    """Every module by its dotted name."""
    return {module_of(path): path for path in files(*packages)}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path, known: Mapping[str, Path]) -> set[str]:
    """Our modules that a file imports anywhere: at its top, inside functions, or for types alone."""
    found = set()
    for node in import_nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= whole & known.keys()
            found |= {node.module} if whole - known.keys() else set()
    return (found & known.keys()) - {module_of(path)}


@cache
def all_imports() -> Mapping[str, set[str]]:
    known = modules(*PACKAGES)
    return {name: imported_modules(path, known) for name, path in known.items()}


def room_of(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_order_names_every_room(package: str) -> None:
    rooms = {room_of(name) for name in modules(package) if name != package}
    assert rooms == set(ORDER[package])
    assert len(ORDER[package]) == len(rooms)


def test_rooms_import_downwards_only() -> None:
    """Package above package, and in each the rooms in their order."""
    place = {(package, room): at for at, (package, room) in enumerate((p, r) for p in reversed(PACKAGES) for r in ORDER[p])}
    breaches = set()
    for name, imported in all_imports().items():
        for other in imported:
            mine, theirs = name.split(".")[0], other.split(".")[0]
            if mine == theirs and name == mine:
                continue  # the package shows names of all its rooms
            if other == theirs:
                allowed = PACKAGES.index(theirs) < PACKAGES.index(mine)
            else:
                allowed = name == mine or place[mine, room_of(name)] <= place[theirs, room_of(other)]
                allowed = allowed and PACKAGES.index(theirs) <= PACKAGES.index(mine)
            if not allowed:
                breaches.add((name, other))
    assert breaches == EXCEPTIONS


def test_no_module_imports_itself_by_a_detour() -> None:
    """No circle, counting every import there is: what no module imports is taken away until nothing is left."""
    left = {name: imported for name, imported in all_imports().items() if name not in PACKAGES}
    while free := {name for name, imported in left.items() if not imported & left.keys()}:
        left = {name: imported for name, imported in left.items() if name not in free}
    while free := left.keys() - set().union(*left.values()):
        left = {name: imported for name, imported in left.items() if name not in free}
    assert {name: sorted(imported & left.keys()) for name, imported in left.items()} == {}


def test_the_loader_of_workspaces_knows_no_test_kit() -> None:
    reached, waiting, graph = set(), ["routing.workspace.folder"], all_imports()
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(graph[name])
    assert [name for name in reached if name.startswith("routing.testing")] == []


def test_formula_reaches_no_clock_file_network_chance_thread_or_log() -> None:
    breaches = [
        f"{name_of(path)} imports {name}"
        for path in files("formula")
        for name in imports(path)
        if name.split(".")[0] in IMPURE - FORMULA_EXCEPTIONS.get(name_of(path), set())
    ]
    assert breaches == []


def test_the_decision_is_pure() -> None:
    present = [path for path in files("routing") if name_of(path).startswith(PURE_ROUTING)]
    breaches = [f"{name_of(path)} imports {name}" for path in present for name in imports(path) if name.split(".")[0] in IMPURE]
    assert len(present) > 10
    assert breaches == []


def test_nothing_pure_asks_for_the_time() -> None:
    """``datetime.now`` and its kin: time arrives as ``now``."""
    pure = [*files("formula"), *(path for path in files("routing") if name_of(path).startswith(PURE_ROUTING))]
    breaches = [
        f"{name_of(path)}:{node.lineno}"
        for path in pure
        if path.exists()
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Attribute) and node.attr in {"utcnow", "today"})
        or (isinstance(node, ast.Call) and ast.unparse(node.func) in {"datetime.now", "date.today"})
    ]
    assert breaches == []


@pytest.mark.parametrize("library", ROOMS)
def test_one_library_has_one_room(library: str) -> None:
    rooms = ROOMS[library]
    breaches = [
        name_of(path)
        for path in files(*PACKAGES)
        if any(name.split(".")[0] == library for name in imports(path))
        and not any(name_of(path) == room or (room.endswith("/") and name_of(path).startswith(room)) for room in rooms)
    ]
    assert breaches == []


@pytest.mark.parametrize("library", ROOMS)
def test_every_room_of_a_library_uses_it(library: str) -> None:
    """A place that no longer names the library loses its leave."""
    named = {name_of(path) for path in files(*PACKAGES) if any(name.split(".")[0] == library for name in imports(path))}
    unused = {
        room for room in ROOMS[library] if not any(name == room or (room.endswith("/") and name.startswith(room)) for name in named)
    }
    assert unused - (STORE_SPEAKERS if library == "sqlalchemy" else set()) == set()


def test_every_library_has_a_room() -> None:
    """A new library says here where it is used."""
    outside = {name.split(".")[0] for path in files(*PACKAGES) for name in imports(path)} - set(PACKAGES) - sys.stdlib_module_names
    assert outside - ANYWHERE - ROOMS.keys() == set()


def test_store_speakers_speak() -> None:
    named = {name_of(path) for path in files("routing") if any(name.split(".")[0] == "sqlalchemy" for name in imports(path))}
    assert STORE_SPEAKERS - named == set()


def test_no_module_is_called_nothing_in_particular() -> None:
    assert [name_of(path) for path in files(*PACKAGES) if path.stem in FORBIDDEN_NAMES] == []


def test_no_file_is_endless() -> None:
    long = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(*PACKAGES)}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_no_folder_is_crowded() -> None:
    """A folder shows at a glance what is in it: at most 25 modules side by side."""
    folders = Counter(path.parent.relative_to(ROOT).as_posix() for path in files(*PACKAGES) if path.stem != "__init__")
    assert {folder: count for folder, count in folders.items() if count > MOST_MODULES} == {}


def test_the_top_level_holds_what_it_should() -> None:
    listed = tracked_top_level() if under_git() else {path.name for path in ROOT.iterdir() if not ignored(path.name)}
    assert listed - TOP_LEVEL == set()


def ignored(name: str) -> bool:
    """What git would leave out."""
    patterns = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return name == ".git" or any(fnmatch(name, pattern.rstrip("/")) for pattern in patterns)


def under_git() -> bool:
    """Whether git can say which files belong to the project; an unpacked archive, or a machine without git, has only the
    packages to look at."""
    return (ROOT / ".git").exists() and shutil.which("git") is not None


def tracked_top_level() -> set[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return {line.split("/")[0] for line in done.stdout.splitlines()}


HEAVY = {"sqlalchemy", "alembic", "fastapi", "uvicorn", "pygls", "lsprotocol", "sqlglot", "jinja2", "aiosmtplib", "prompt_toolkit",
         "procrastinate", "psycopg"}  # fmt: skip


def loaded_by(code: str) -> set[str]:
    """The heavy libraries that a fresh process has loaded after some code."""
    probe = f"import sys\n{code}\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    return HEAVY & set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import formula, routing",
        "from repl.commands import run; assert run(['--help']) == 0",
        "from repl.commands import run; assert run(['run', '-e', '1 + 1']) == 0",
        "from repl.commands import run; assert run(['test', 'examples/suporte/casos']) == 0",
        "import formula; formula.compile('CONCAT(1, 2)').run(formula.Context())",
    ],
)
def test_heavy_libraries_load_only_where_they_are_used(code: str) -> None:
    assert loaded_by(code) == set()


LEAKS = tuple(
    first + rest for first, rest in (("/wo", "rk/"), ("py", "pi.org"), ("files.python", "hosted"), ("registry.np", "mjs"))
)
"""In two parts each, so that this file holds none of them."""


def test_no_committed_file_names_this_machine_or_a_registry() -> None:
    if not under_git():
        paths = files(*PACKAGES, "tests", "benchmarks")
    else:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
        paths = [ROOT / name for name in done.stdout.split("\0") if name]
    breaches = []
    for path in paths:
        if path == Path(__file__) or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        breaches += [f"{name_of(path)}: {leak}" for leak in LEAKS if leak in text]
    assert breaches == []


@pytest.mark.parametrize(("config", "english"), [("mkdocs.yml", False), ("mkdocs.en.yml", True)])
def test_every_page_of_the_documentation_stands_in_the_site(config: str, english: bool) -> None:
    """A new page needs a line under ``nav``."""
    menu = (ROOT / config).read_text("utf-8").partition("\nnav:\n")[2]
    pages = {path.name for path in (ROOT / "docs").glob("*.md") if path.name.endswith(".en.md") == english} - {"architecture.md"}
    assert set(re.findall(r"[\w-]+(?:\.en)?\.md", menu)) == pages
