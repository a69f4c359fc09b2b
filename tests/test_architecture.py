"""The rules of the house that a machine can check: who imports whom, one library one room, names, sizes, lazy loading."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from kit.paths import ROOT

PACKAGES = ("formula", "routing", "repl")
MOST_LINES = 600
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "misc"}
TOP_LEVEL = {
    "formula", "routing", "repl", "tests", "docs", "examples", "benchmarks", "editors", "requirements", "pyproject.toml",
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
    "routing/mail/jobs.py",
    "routing/mail/outbox.py",
    "routing/http/keys.py",
    "routing/plugins.py",
}
"""Statements on the store's own tables, and the type of an engine that a plugin may supply; connections come from
``routing/store``."""

ROOMS = {
    "lark": {"formula/parser.py", "formula/reading/builder.py", "formula/mending/repairs.py"},
    "prompt_toolkit": {"repl/terminal/"},
    "sqlalchemy": {"routing/store/", "routing/workspace/sentences.py", "routing/workspace/sources.py", *STORE_SPEAKERS},
    "alembic": {"routing/store/"},
    "pygls": {"repl/editor/"},
    "aiosmtplib": {"routing/mail/"},
    "jinja2": {"routing/mail/"},
    "click": {"repl/"},
    "num2words": {"formula/builtins/words.py"},
}
"""One library, one room (house §3): the files that may name it."""

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


def imports(path: Path, *, top_only: bool = False) -> Iterator[str]:
    """Every module a file names in an import; ``top_only`` leaves out those inside functions and TYPE_CHECKING."""
    tree = parsed(path)
    nodes = tree.body if top_only else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize(("package", "above"), [("formula", ("routing", "repl")), ("routing", ("repl",))])
def test_packages_import_downwards_only(package: str, above: tuple[str, ...]) -> None:
    breaches = [
        f"{name_of(path)} imports {name}" for path in files(package) for name in imports(path) if name.split(".")[0] in above
    ]
    assert breaches == []


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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
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
