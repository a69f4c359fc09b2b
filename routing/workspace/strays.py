"""Files that stand where nobody looks: a formula in another folder, ``.txt`` behind a name, ``tipo`` in place of ``tipos``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from formula.diagnostics import Diagnostic, place
from formula.messages import Message
from formula.names import name_key
from formula.source import Source, Span
from routing.errors import FileFaults
from routing.messages import message
from routing.refusals import TABLE

ENDINGS: Mapping[str, str] = {
    "tipos": ".toml", "formulas": ".formula", "sentencas": ".sql", "atendimentos": ".toml", "casos": ".casos.toml",
    "propriedades": ".toml",
}  # fmt: skip
"""The folders of a workspace and how the names of their files end (contract)."""

RULES, TESTS = ("tipos", "formulas", "sentencas", "atendimentos"), ("casos", "propriedades")
"""Folders without which a site decides otherwise, and those that only look at it."""

OFTEN = (".txt", ".toml", ".sql", ".formula")
MARK = b"[[caso]]"


def misplaced_formulas(folder: Path, wanted: Iterable[str]) -> list[tuple[Path, Message, Message]]:
    """For each formula that is named but not there: the file that was meant for it, what is wrong with it, and what to do."""
    names = {name_key(code): code for code in wanted}
    found: list[tuple[Path, Message, Message]] = []
    for path in near_files(folder) if names else ():
        code = names.pop(name_key(bare_name(path)), None)
        if code is None:
            continue
        right = f"formulas/{code}.formula"
        said = message("o arquivo da fórmula '{codigo}' não está onde se procura", codigo=code)
        if path.parent == folder / "formulas":
            found.append((path, said, message("renomeie o arquivo: {caminho}", caminho=right)))
        else:
            found.append((path, said, message("mova o arquivo para a pasta formulas/: {caminho}", caminho=right)))
    return found


def near_files(folder: Path) -> Iterator[Path]:
    """Files of the workspace and of its folders that may be formulas, in order of path."""
    for around in (folder, *(inner for inner in entries(folder) if inner.is_dir())):
        for path in entries(around):
            name = path.name.lower()
            if path.is_file() and (".formula" in name or (around.name == "formulas" and name.endswith(".txt"))):
                yield path


def entries(folder: Path) -> list[Path]:
    """What a folder holds, in order; nothing when it cannot be read, which is told elsewhere."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def bare_name(path: Path) -> str:
    """A file's name without any ending that people or editors put to it."""
    name = path.name
    while Path(name).suffix.lower() in OFTEN:
        name = name[: -len(Path(name).suffix)]
    return name


def other_name(path: Path) -> Message | None:
    """What to do when a file is missing but stands beside under another name."""
    for ending in (".txt", ".toml"):
        near = path.with_name(path.name + ending)
        if near.is_file():
            return message("há {perto}: renomeie-o para {nome}", perto=near.name, nome=path.name)
    return None


def unused_files(folder: Path) -> list[FileFaults]:
    """Files and folders that are not read though their author surely thinks so."""
    return [(path, [stray(path, said, hint)]) for path, said, hint in (*unread_folders(folder, TESTS), *unread_files(folder))]


def unread_folders(folder: Path, wanted: Iterable[str]) -> Iterator[tuple[Path, Message, Message]]:
    """``tipo``, ``Fórmulas``: names beside those of the contract, in place of a folder that is wanted and not there."""
    for inner in entries(folder):
        right = meant_folder(inner.name)
        if right is not None and right in wanted and inner.is_dir() and entries(inner) and not (folder / right).exists():
            yield (
                inner,
                message("a pasta '{pasta}' não é lida", pasta=inner.name),
                message("renomeie-a para {nome}", nome=right),
            )


def meant_folder(name: str) -> str | None:
    """The folder that a near name means; None for its own name and for others."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    right = plain if plain in ENDINGS else f"{plain}s"
    return right if right in ENDINGS and right != name else None


def unread_files(folder: Path) -> Iterator[tuple[Path, Message, Message]]:
    """``tipos/x.toml.txt``, and cases in a file whose name does not end as theirs do."""
    for name, ending in ENDINGS.items():
        for path in entries(folder / name):
            written = path.name.lower()
            if written.endswith((ending + ".txt", ending + ".toml")) and path.is_file():
                right = path.name[: written.rindex(ending) + len(ending)]
            elif name == "casos" and written.endswith(".toml") and not written.endswith(ending) and holds_cases(path):
                right = path.name[: -len(".toml")] + ending
            else:
                continue
            yield (
                path,
                message("o arquivo não é lido: nomes em {pasta} terminam em {fim}", pasta=f"{name}/", fim=ending),
                message("renomeie-o para {nome}", nome=right),
            )


def holds_cases(path: Path) -> bool:
    """Whether a file has a case; what cannot be read has none."""
    try:
        return any(line.strip().startswith(MARK) for line in path.read_bytes().splitlines())
    except OSError:
        return False


def stray(path: Path, said: Message, hint: Message) -> Diagnostic:
    """The warning of a whole file or folder."""
    return place(Source("", str(path)), Span(0, 0), "arquivo-sem-uso", TABLE["arquivo-sem-uso"].severity, said, hint)
