"""What a file of cases names: files within its workspace (``inclui = "comum.toml"``, ``tabela = "casos.csv"``), and bases
(``usa = "compra grande"``)."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from formula.decoding import decode
from formula.messages import Message
from routing.messages import message
from routing.testing.bench import workspace_of
from routing.testing.case import Unusable
from routing.workspace.toml_places import read

LARGEST = 16_000_000
"""Bytes of a file that cases may name."""


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


def one_or_more(written: Any, needed: Message, hint: Message) -> list[str]:
    """A text or a list of texts as a list. Raises Unusable for anything else, an empty list, or a blank."""
    names = [written] if isinstance(written, str) else written
    if not isinstance(names, list) or not names or not all(isinstance(one, str) and one.strip() for one in names):
        raise Unusable(needed, hint)
    return names


def included(written: Any, near: Path, chain: tuple[Path, ...] = ()) -> dict[str, Any]:
    """The tables of the files that ``inclui`` names, a later one over an earlier one, each over what it includes itself.

    Raises Unusable: a circle is told with the way it goes.
    """
    needed = message("'inclui' precisa de um arquivo ou de uma lista de arquivos")
    names = one_or_more(written, needed, message('escreva inclui = "base.toml"'))
    chain = (*chain, near.absolute().resolve())
    made: dict[str, Any] = {}
    for name in names:
        path = named_file(name, near)
        if path in chain:
            way = " → ".join(one.name for one in (*chain[chain.index(path) :], path))
            raise Unusable(message("'inclui' é uma referência circular: {caminho}", caminho=way), message("tire um dos 'inclui'"))
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
            tables = laid(included(inner, path, chain), tables)
        made = laid(made, tables)
    return made


def based(wanted: Any, bases: Any, chain: tuple[str, ...] = ()) -> dict[str, Any]:
    """The tables of the named bases that ``usa`` asks for, a later one over an earlier one, each over those that it uses itself.

    Raises Unusable: a circle is told with the way it goes.
    """
    needed = message("'usa' precisa do nome de uma base ou de uma lista de nomes")
    names = one_or_more(wanted, needed, message('escreva usa = "nome da base"'))
    known = bases if isinstance(bases, Mapping) else {}
    made: dict[str, Any] = {}
    for name in names:
        found = known.get(name)
        if not isinstance(found, Mapping):
            near = get_close_matches(name, list(known), 1)
            raise Unusable(
                message("a base '{nome}' não existe", nome=name),
                message("você quis dizer '{perto}'?", perto=near[0])
                if near
                else message('escreva no começo do arquivo [bases."{nome}"], com o contexto e o atendimento', nome=name),
            )
        if name in chain:
            way = " → ".join((*chain[chain.index(name) :], name))
            raise Unusable(message("'usa' é uma referência circular: {caminho}", caminho=way), message("tire um dos 'usa'"))
        tables = {key: value for key, value in found.items() if key != "usa"}
        if "usa" in found:
            tables = laid(based(found["usa"], known, (*chain, name)), tables)
        made = laid(made, tables)
    return made


def laid(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two files, bases or cases merged; what the second changes of a ticket that the first names by its key is a change of it."""
    model = under.get("atendimento")
    if isinstance(model, str) and isinstance(over.get("atendimento"), Mapping):
        under = {**under, "atendimento": {"modelo": model}}
    return merge(under, over)


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two tables, the second one's values first; tables inside are merged too."""
    made = dict(under)
    for key, value in over.items():
        old = made.get(key)
        made[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return made
