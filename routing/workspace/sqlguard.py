"""Whether a registered sentence only reads, and what it binds (F5): sqlglot reads it, nothing here runs it.

What is refused before a database sees it: anything but one SELECT, writing parts at any depth, SELECT INTO, row locks,
and functions that reach the server, its files, other servers or sleep. The read-only transaction of
:mod:`routing.workspace.sources` stands behind this, and the rights of the database account behind both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NoReturn

import attrs

from formula.diagnostics import Diagnostic, Fault, place
from formula.source import Position, Source, Span
from routing.messages import message

LARGEST = 100_000
"""Code points of one sentence."""

FORBIDDEN_FUNCTIONS = re.compile(
    r"(pg|lo|dblink|dbms|utl|xp|sp|fts3|sqlite|sys|httpuri|ctxsys)_.*|dblink|.*_to_xml(schema|_and_xmlschema)?|set_config|nextval|setval"
    r"|load_extension|readfile|writefile|edit|load_file|openrowset|openquery|opendatasource|httpuritype|sleep|benchmark|copy",
    re.IGNORECASE,
)
"""Functions that a reading sentence has no business with: server files, other servers, settings, sequences, waiting."""


@attrs.frozen
class Prepared:
    """A sentence that may run.

    ``text`` marks binds the way SQLAlchemy's ``text()`` reads them; ``binds`` are their names as written, each once;
    ``bounded`` tells that the sentence limits its own rows.
    """

    text: str
    binds: tuple[str, ...]
    bounded: bool


def prepare(text: str, dialect: str) -> Prepared:
    """Read a sentence in a sqlglot dialect (``sqlite postgres tsql oracle``). Raises Fault ``sql-recusada``."""
    if len(text) > LARGEST:
        refuse(message("a sentença tem mais de {limite} caracteres", limite=LARGEST))
    if "\0" in text:
        refuse(message("a sentença tem um caractere nulo"))
    from sqlglot.dialects.dialect import Dialect
    from sqlglot.errors import SqlglotError

    try:
        return read(text, Dialect.get_or_raise(dialect))
    except SqlglotError as error:
        refuse(message("a sentença não se entende como SQL: {motivo}", motivo=first_line(error)))
    except RecursionError:
        refuse(message("a sentença tem partes demais umas dentro das outras"))


def read(text: str, dialect: Any) -> Prepared:
    """Tokens first, because they decide without any doubt about what the tree means; then the tree."""
    from sqlglot import TokenType, exp

    tokens = dialect.tokenize(text)
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        refuse(message("a sentença está vazia"))
    if any(token.token_type == TokenType.SEMICOLON for token in tokens):
        refuse(message("a sentença tem mais de um comando"))
    if tokens[0].token_type not in {TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN}:
        refuse(message("a sentença começa com '{palavra}'", palavra=tokens[0].text))
    refuse_functions(tokens)
    text = text[: tokens[-1].end + 1]
    trees = dialect.parse(text)
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        refuse(message("a sentença não é uma consulta"))
    refuse_writing(trees[0])
    marked, binds = mark_binds(text, tokens)
    if sorted(binds) != sorted(bind_names(trees[0])):
        refuse(message("não se entende onde a sentença espera valores"))
    bounded = any(trees[0].args.get(part) is not None for part in ("limit", "fetch"))
    return Prepared(marked, tuple(dict.fromkeys(binds)), bounded)


def refuse_functions(tokens: Sequence[Any]) -> None:
    """No name before a bracket may be a forbidden function, however it is quoted or qualified."""
    for token, following in pairwise(tokens):
        if following.text == "(" and FORBIDDEN_FUNCTIONS.fullmatch(token.text):
            refuse(message("a sentença chama {funcao}, que não é para consultas", funcao=token.text))


def refuse_writing(tree: Any) -> None:
    """No writing, no commands and no locks at any depth."""
    from sqlglot import exp

    for node in tree.walk():
        if isinstance(node, exp.Into):
            refuse(message("a sentença grava com SELECT INTO"))
        if isinstance(node, exp.Lock):
            refuse(message("a sentença bloqueia linhas"))
        if isinstance(node, exp.DML | exp.DDL | exp.Command) and not isinstance(node, exp.Query):
            refuse(message("a sentença tem um {comando} dentro dela", comando=node.key.upper()))


def bind_names(tree: Any) -> list[str]:
    """The names of all binds of a tree; binds without a name are refused."""
    from sqlglot import exp

    names = [node.name for node in tree.find_all(exp.Placeholder)]
    if not all(names) or any(tree.find_all(exp.Parameter)):
        refuse(message("valores se pedem pelo nome, como :FRM_COLIGADA"))
    return names


def mark_binds(text: str, tokens: Sequence[Any]) -> tuple[str, list[str]]:
    """The text with every colon that is no bind escaped for SQLAlchemy, and the bind names in order.

    A bind is a colon with a word right after it; colons inside texts, quoted names, comments and casts are not.
    """
    from sqlglot import TokenType

    parts: list[str] = []
    names: list[str] = []
    done = 0
    for token, following in pairwise(tokens):
        if token.token_type == TokenType.COLON and following.start == token.end + 1 and following.text.isidentifier():
            parts.append(text[done : token.start].replace(":", "\\:"))
            name = text[following.start : following.end + 1]
            parts.append(f":{name}")
            names.append(name)
            done = following.end + 1
    parts.append(text[done:].replace(":", "\\:"))
    return "".join(parts), names


def refuse(reason: str) -> NoReturn:
    """Raise the one fault of this module."""
    raise Fault("sql-recusada", reason, message("só se executa uma única consulta SELECT, que apenas lê"))


def first_line(error: Exception) -> str:
    """A library's message without its drawing of the text."""
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().split("\n", 1)[0]


def check_sentence(text: str, dialect: str, name: str = "<sentença>") -> list[Diagnostic]:
    """What is wrong with a sentence file, placed on its first line that is no comment."""
    try:
        prepare(text, dialect)
    except Fault as fault:
        source = Source(text, name)
        start = next(
            (at for at, line in enumerate(text.split("\n"), 1) if line.strip() and not line.lstrip().startswith("--")),
            1,
        )
        span = Span(source.offset(Position(start, 1)), source.offset(Position(start, 1)) + len(source.line_text(start)))
        return [place(source, span, fault.code, "error", fault.message, fault.hint)]
    return []
