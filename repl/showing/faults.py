"""What ``repasse check`` looks at, and how faults are shown."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
import click

from formula.diagnostics import Diagnostic, in_language
from formula.schema import Schema
from formula.source import Source
from formula.visible import visible
from repl.messages import message, plural
from repl.showing.console import STANDARD_INPUT, Console, Refusal, read_text, why
from routing.clock import machine_zone

SETTINGS = "repasse.toml"
SUFFIX = ".formula"
CASES_SUFFIX = ".casos.toml"


@attrs.frozen
class CheckedFile:
    """A file and everything found in it. ``text`` is what places count in."""

    path: str
    text: str
    diagnostics: list[Diagnostic]
    undecided: tuple[str, ...] = ()
    """Of a workspace's settings: its properties that the time did not decide."""


def check_paths(paths: Iterable[str], *, lenient: bool = False, schema: Schema | None = None) -> list[CheckedFile]:
    """Every file below the paths, each once, in order of path within each argument. ``schema``: what a context file lets formulas
    outside of workspaces see."""
    found: dict[str, CheckedFile] = {}
    for path in paths:
        for file in check_path(path, lenient, schema):
            found.setdefault(os.path.abspath(file.path) if file.path != STANDARD_INPUT else file.path, file)  # noqa: PTH100 - links stay two files
    return list(found.values())


def check_path(path: str, lenient: bool, schema: Schema | None) -> Iterator[CheckedFile]:
    """A formula, a file of a workspace, a workspace, or a folder that holds any of them."""
    if path == STANDARD_INPUT:
        yield check_formula(path, (), lenient, schema)
        return
    there = Path(path)
    root = workspace_of(there)
    if root is not None:
        if schema is not None:
            raise Refusal(
                message("'{caminho}' é de um ambiente, que já diz o que as fórmulas veem", caminho=path),
                message("deixe --context de fora, ou confira uma fórmula fora do ambiente"),
            )
        yield from check_part(root, there)
    elif there.is_dir():
        checked = list(check_folder(there, lenient, schema))
        if not checked:
            raise Refusal(
                message("não há o que verificar em '{pasta}': nem área de trabalho, nem fórmula, nem caso", pasta=path),
                message("uma área de trabalho tem repasse.toml; para começar uma: repasse init --vazio PASTA"),
            )
        yield from checked
    else:
        yield check_cases_file(path) if path.endswith(CASES_SUFFIX) else check_formula(path, (), lenient, schema)


def check_cases_file(path: str) -> CheckedFile:
    """A file of rule tests outside of any workspace."""
    from routing.testing.checking import check_cases

    text, _ = read_text(path)
    return CheckedFile(path, text, check_cases(path))


def workspace_of(path: Path) -> Path | None:
    """The nearest folder, the path itself or above it, that has a workspace's settings."""
    for folder in (path, *path.absolute().parents):
        if (folder / SETTINGS).is_file():
            return folder
    return None


def check_part(root: Path, part: Path) -> Iterator[CheckedFile]:
    """What a workspace's own check says of the files at or below a path; files without faults are told too."""
    from routing import check_workspace
    from routing.proving.checking import Judged

    wanted = part.resolve()
    if not wanted.exists():
        read_text(str(part))  # says why it cannot be read
    judged = Judged()
    found = {Path(file).resolve(): list(diagnostics) for file, diagnostics in check_workspace(root, judged)}
    undecided = tuple(one.name for one in judged.open)
    every = {*found, *(file.resolve() for pattern in PATTERNS for file in root.glob(pattern) if file.is_file())}
    for file in sorted(every):
        if file.is_relative_to(wanted):
            settings = file == root.resolve() / SETTINGS
            yield CheckedFile(shown_path(file, part, wanted), text_of(file), found.get(file, []), undecided if settings else ())
    if wanted.is_file() and wanted not in every:
        yield check_formula(str(part), (), lenient=False)


PATTERNS = ("*.toml", "tipos/*.toml", "formulas/*.formula", "sentencas/*.sql", "atendimentos/*.toml", "casos/*.casos.toml")
"""The files of a workspace (contract)."""


def shown_path(file: Path, part: Path, wanted: Path) -> str:
    """A file's path as it follows from what the person typed."""
    below = file.relative_to(wanted)
    return str(part / below) if below.parts else str(part)


def text_of(file: Any) -> str:
    """The text that a file's places count in; nothing when it cannot be read, which is its one fault."""
    from formula.decoding import decode

    try:
        return decode(Path(file).read_bytes())[0]
    except OSError:
        return ""


def check_folder(folder: Path, lenient: bool, schema: Schema | None = None) -> Iterator[CheckedFile]:
    """Workspaces below a folder, and formulas outside of them, which may call their neighbours."""
    loose: list[Path] = []
    for place, inner, names in os.walk(folder):
        inner.sort()
        here = Path(place)
        if SETTINGS in names:
            inner.clear()
            yield from check_part(here, here)
            continue
        yield from (check_cases_file(str(here / name)) for name in sorted(names) if name.endswith(CASES_SUFFIX))
        loose.extend(here / name for name in sorted(names) if name.endswith(SUFFIX))
    codes = [path.stem for path in loose]
    for path in loose:
        yield check_formula(str(path), codes, lenient, schema)


def check_formula(path: str, codes: Iterable[str], lenient: bool, around: Schema | None = None) -> CheckedFile:
    """One formula. ``codes`` are the formulas it may call; none are known otherwise. ``around`` is what a context file gives."""
    import formula
    from repl.showing.plugin_names import UNKNOWN, with_plugins

    text, noticed = read_text(path)
    schema = around or formula.Schema()
    if codes:
        schema = attrs.evolve(schema, formulas=[*(schema.formulas or ()), *codes])
    found = formula.check(text, schema, lenient=lenient, name=path)
    if any(fault.code in UNKNOWN for fault in found):
        found = formula.check(text, with_plugins(schema), lenient=lenient, name=path)
    return CheckedFile(path, text, [*noticed, *found])


def formula_files(path: str) -> list[str]:
    """The formulas at or below a path; a file counts whatever its name."""
    there = Path(path)
    if path == STANDARD_INPUT or not there.is_dir():
        return [path]
    try:
        return sorted(str(file) for file in there.rglob(f"*{SUFFIX}") if file.is_file())
    except OSError as fault:
        raise Refusal(message("não foi possível ler '{caminho}': {motivo}", caminho=path, motivo=why(fault))) from fault


def say_checked(console: Console, files: list[CheckedFile], form: str) -> None:
    """All faults: for people, as the contract's JSON, or as SARIF."""
    if form == "json":
        console.say_json(
            {
                "files": [
                    {"path": file.path, "diagnostics": [d.as_json(console.language) for d in file.diagnostics]} for file in files
                ]
            }
            | zones_json(files)
        )
    elif form == "sarif":
        from formula.printing.render import sarif

        console.say_json(sarif([(file.path, file.diagnostics) for file in files], console.language))
    else:
        from repl.showing.releases import say_open
        from routing.proving.checking import CHECK_SECONDS

        for file in files:
            say_diagnostics(console, file.text, file.path, file.diagnostics)
        for root in without_zone(files):
            console.say(
                message(
                    "{pasta}: sem fuso em repasse.toml vale o da máquina, {fuso}",
                    pasta=shown_root(root),
                    fuso=machine_zone(),
                )
            )
        for file in files:
            say_open(console, file.undecided, shown_root(Path(file.path).parent), CHECK_SECONDS)
        console.say(count_sentence(files))


def without_zone(files: Iterable[CheckedFile]) -> list[Path]:
    """The workspaces among checked files whose clock is the machine's."""
    found = (Path(file.path) for file in files if Path(file.path).name == SETTINGS)
    return [path.parent for path in found if "fuso" not in settings_of(path)]


def settings_of(path: Path) -> dict[str, Any]:
    """A repasse.toml as data; nothing when it is no TOML, which is a fault of its own."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return {}


def shown_root(root: Path) -> str:
    """A workspace's folder as typed."""
    return root.as_posix() or "."


def zones_json(files: Iterable[CheckedFile]) -> dict[str, Any]:
    """Workspaces that go by the machine's clock, with its zone; nothing when every one says its own."""
    found = [{"workspace": shown_root(root), "zone": machine_zone()} for root in without_zone(files)]
    return {"machine_zone": found} if found else {}


def count_sentence(files: list[CheckedFile]) -> str:
    """How much was looked at and found."""
    severities = [diagnostic.severity for file in files for diagnostic in file.diagnostics]
    errors, warnings, lints = (severities.count(one) for one in ("error", "warning", "lint"))
    return message(
        "{arquivos}: {erros}, {avisos}, {dicas}",
        arquivos=plural(len(files), "{quantos} arquivo", "{quantos} arquivos", quantos=len(files)),
        erros=plural(errors, "{quantos} erro", "{quantos} erros", quantos=errors),
        avisos=plural(warnings, "{quantos} aviso", "{quantos} avisos", quantos=warnings),
        dicas=plural(lints, "{quantas} sugestão", "{quantas} sugestões", quantas=lints),
    )


def say_diagnostics(console: Console, text: str, name: str, diagnostics: Iterable[Diagnostic], *, error: bool = False) -> None:
    """Faults with their line and a caret below it, on stdout or stderr."""
    shown = faults_text(Source(text, name), list(diagnostics), console.language)
    if shown:
        console.say("\n".join(in_colour(line) for line in shown.split("\n")), error=error)


HEAD = re.compile(r"(.+:\d+:\d+: )(\S+)(: .*)")
CARET = re.compile(r"(\s*\|\s*)(\^+)(.*)")
SEVERITY_COLOURS = {
    "erro": "red", "error": "red", "aviso": "yellow", "warning": "yellow", "sugestão": "cyan", "suggestion": "cyan", "lint": "cyan",
}  # fmt: skip
"""The colour of a severity by its word in either language."""


def in_colour(line: str) -> str:
    """A line of a fault with its severity and the place marked, for a terminal."""
    line = visible(line)
    head = HEAD.fullmatch(line)
    if head is not None and head[2] in SEVERITY_COLOURS:
        return click.style(head[1], bold=True) + click.style(head[2], fg=SEVERITY_COLOURS[head[2]], bold=True) + head[3]
    caret = CARET.fullmatch(line)
    return line if caret is None else caret[1] + click.style(caret[2], fg="red", bold=True) + caret[3]


def faults_text(source: Source, diagnostics: list[Diagnostic], language: str) -> str:
    """Faults for a person."""
    from formula.printing.render import render

    return in_language(render(source, diagnostics, language), language) if diagnostics else ""
