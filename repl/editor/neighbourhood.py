"""The files around a formula that an editor has open: its workspace, or the formulas beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from formula.decoding import decode
from formula.editing.navigation import FORMULA, Symbol, places
from formula.editing.typed_words import words
from formula.schema import Schema
from formula.source import Span
from repl.showing.faults import SETTINGS, SUFFIX, workspace_of
from repl.showing.plugin_names import with_plugins

if TYPE_CHECKING:
    from routing.domain.site import Site

MOST_NEIGHBOURS = 2_000
"""A folder with more formulas than this is not looked through."""

NAMING_KEYS = re.compile(
    r"""(?mix) ^[^\#\n]*? \b(?:formula|ao_entrar|ao_sair|ao_vencer) \s*=\s*
    (?P<codes> "[^"\n]*" | '[^'\n]*' | \[ [^\]]* \] )"""
)
QUOTED = re.compile(r"""(["'])([^"'\n]*)\1""")


@attrs.frozen
class Neighbourhood:
    """What surrounds a formula. ``root`` is the workspace's folder, or the file's own; ``formulas`` are files by
    upper-case code; ``site`` is what the workspace says, None where there is none."""

    schema: Schema
    root: Path | None = None
    formulas: Mapping[str, Path] = attrs.field(factory=dict)
    site: Site | None = None


ALONE = Neighbourhood(Schema())


def neighbourhood_of(path: Path) -> Neighbourhood:
    """The workspace that a file belongs to; else the formulas in its folder, which it may call by their codes."""
    root = workspace_of(path.parent)
    if root is None:
        beside = formula_files(path.parent)
        return Neighbourhood(with_plugins(Schema(formulas=beside)), path.parent, beside)
    from routing.workspace.folder import read_workspace

    site, _ = read_workspace(root)
    files = {code: root / text.path for code, text in site.formulas.items()}
    return Neighbourhood(site.schema(None), root, files, site)


def formula_files(folder: Path) -> dict[str, Path]:
    """The formulas right in a folder, by code."""
    try:
        found = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(SUFFIX) and entry.is_file())
    except OSError:
        return {}
    return {name.removesuffix(SUFFIX).upper(): folder / name for name in found[:MOST_NEIGHBOURS]}


def read(path: Path) -> str | None:
    """The text of a file, or None when it cannot be read."""
    try:
        return decode(path.read_bytes())[0]
    except OSError:
        return None


def mentions(around: Neighbourhood, code: str, open_texts: Mapping[Path, str]) -> Iterator[tuple[Path, str, list[Span]]]:
    """The files that name a formula, each with its text and the places. Open texts count as the editor has them."""
    symbol = Symbol(FORMULA, code.upper(), Span(0, 0))
    for path in sorted({*around.formulas.values(), *(path for path in open_texts if path.suffix == SUFFIX)}):
        text = open_texts.get(path) or read(path)
        found = places(words(text), symbol, around.schema) if text else []
        if text and found:
            yield path, text, found
    if around.root is None or not (around.root / SETTINGS).is_file():
        return
    for path in sorted(
        [*around.root.glob("tipos/*.toml"), *around.root.glob("casos/*.toml"), *around.root.glob("sentencas/*.sql")]
    ):
        text = open_texts.get(path) or read(path)
        found = (in_sentence(text, code) if path.suffix == ".sql" else in_tables(text, code)) if text else []
        if text and found:
            yield path, text, found


def in_tables(text: str, code: str) -> list[Span]:
    """Where a TOML file of a workspace names a formula: under ``formula``, ``ao_entrar``, ``ao_sair`` and ``ao_vencer``."""
    return [
        Span(found.start("codes") + quoted.start(2), found.start("codes") + quoted.end(2))
        for found in NAMING_KEYS.finditer(text)
        for quoted in QUOTED.finditer(found["codes"])
        if quoted[2].strip().upper() == code.upper()
    ]


def in_sentence(text: str, code: str) -> list[Span]:
    """Where a sentence binds the value of a formula: ``:FRM_CODE`` (F5)."""
    return [Span(*found.span(1)) for found in re.finditer(r":FRM_(\w+)", text, re.IGNORECASE) if found[1].upper() == code.upper()]
