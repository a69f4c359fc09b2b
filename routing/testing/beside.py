"""Files that a file of cases names: ``inclui = "base.toml"``, ``tabela = "casos.csv"``. They lie within its workspace."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from formula.decoding import decode
from formula.messages import Message
from routing.messages import message
from routing.testing.bench import workspace_of
from routing.workspace.toml_places import read

LARGEST = 16_000_000
"""Bytes of a file that cases may name."""


class Unusable(Exception):
    """A named file that cannot serve."""

    def __init__(self, sentence: Message, hint: Message | None = None) -> None:
        """What is wrong and what to do."""
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


def named_file(written: str, near: Path) -> Path:
    """A file by its path from the folder of the file that names it. Raises Unusable."""
    given = Path(written.replace("\\", "/"))
    folder = near.absolute().parent
    root = (workspace_of(near) or folder).resolve()
    found = (folder / given).resolve()
    if given.is_absolute() or not found.is_relative_to(root):
        raise Unusable(
            message("'{arquivo}' fica fora do ambiente", arquivo=written),
            message("escreva o caminho a partir da pasta deste arquivo, e ponha o arquivo dentro do ambiente"),
        )
    if not found.is_file():
        raise Unusable(
            message("o arquivo '{arquivo}' não existe", arquivo=written),
            message("o caminho conta a partir da pasta {pasta}", pasta=folder.name or str(folder)),
        )
    return found


def content_of(path: Path, written: str) -> bytes:
    """The bytes of a named file. Raises Unusable."""
    try:
        if path.stat().st_size > LARGEST:
            raise Unusable(
                message("o arquivo '{arquivo}' tem mais de {limite} bytes", arquivo=written, limite=LARGEST),
                message("divida o arquivo em vários"),
            )
        return path.read_bytes()
    except OSError as fault:
        said = message("o arquivo '{arquivo}' não pode ser lido: {motivo}", arquivo=written, motivo=fault.strerror or "")
        raise Unusable(said) from fault


def included(written: Any, near: Path, chain: tuple[Path, ...] = ()) -> dict[str, Any]:
    """The tables of the files that ``inclui`` names, a later one over an earlier one, each over what it includes itself.

    Raises Unusable: a circle is told with the way it goes.
    """
    names = [written] if isinstance(written, str) else written
    if not isinstance(names, list) or not names or not all(isinstance(one, str) and one.strip() for one in names):
        raise Unusable(
            message("'inclui' precisa de um arquivo ou de uma lista de arquivos"), message('escreva inclui = "base.toml"')
        )
    chain = (*chain, near.absolute().resolve())
    made: dict[str, Any] = {}
    for name in names:
        path = named_file(name, near)
        if path in chain:
            way = " → ".join(one.name for one in (*chain[chain.index(path) :], path))
            raise Unusable(message("'inclui' anda em círculo: {caminho}", caminho=way), message("tire um dos 'inclui'"))
        text, _ = decode(content_of(path, name))
        document = read(text, name)
        if document.faults:
            fault = document.faults[0]
            raise Unusable(
                message("em '{arquivo}', linha {linha}: {motivo}", arquivo=name, linha=fault.start.line, motivo=fault.message),
                fault.hint if isinstance(fault.hint, Message) else None,
            )
        tables = dict(document.data)
        inner = tables.pop("inclui", None)
        if inner is not None:
            tables = merge(included(inner, path, chain), tables)
        made = merge(made, tables)
    return made


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two tables, the second one's values first; tables inside are merged too."""
    made = dict(under)
    for key, value in over.items():
        old = made.get(key)
        made[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return made
