"""Whether a registered sentence only reads, and what it binds (F5): sqlglot reads it, nothing here runs it.

What passes is one SELECT made of the functions and shapes of :mod:`routing.workspace.sql_allowed`: no writing parts at any
depth, no SELECT INTO, no row locks, no function that no list allows, no table of the server's own or of another server.
The read-only transaction of :mod:`routing.workspace.sources` stands behind this, and the rights of the database account
behind both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NoReturn, TypeVar

import attrs

from formula.diagnostics import Diagnostic, Fault, place
from formula.source import Position, Source, Span
from routing.messages import message
from routing.workspace.sql_allowed import (
    BEFORE_BRACKET,
    HINTS,
    PSEUDO_COLUMN,
    SHAPES,
    SYSTEM_NAME,
    SYSTEM_SCHEMA,
    allowed_functions,
)

LARGEST = 100_000
"""Code points of one sentence."""


Made = TypeVar("Made")


@attrs.frozen
class Prepared:
    """A sentence that may run.

    ``text`` marks binds the way SQLAlchemy's ``text()`` reads them; ``binds`` are their names as written, each once;
    ``bounded`` tells that the sentence limits its own rows.
    """

    text: str
    binds: tuple[str, ...]
    bounded: bool


def prepare(text: str, dialect: str, more: frozenset[str] = frozenset()) -> Prepared:
    """Read a sentence in a sqlglot dialect (``sqlite postgres tsql oracle``); ``more`` are functions that the site allows, in
    lower case. Raises Fault ``sql-recusada``."""
    if len(text) > LARGEST:
        refuse(message("a sentença tem mais de {limite} caracteres", limite=LARGEST))
    if "\0" in text:
        refuse(message("a sentença tem um caractere nulo"))
    from sqlglot.dialects.dialect import Dialect

    try:
        return read(text, Dialect.get_or_raise(dialect), allowed_functions(dialect, more))
    except RecursionError:
        refuse(message("a sentença tem partes demais umas dentro das outras"))


def understood(make: Callable[[str], Made], text: str) -> Made:
    """What the library makes of a text. Whatever keeps it from that, its own faults too (names of nothing between quotes, brackets
    of no database), is a sentence that is not understood."""
    from sqlglot.errors import SqlglotError

    try:
        return make(text)
    except RecursionError:
        raise
    except SqlglotError as error:
        refuse(message("a sentença não se entende como SQL: {motivo}", motivo=first_line(error)))
    except Exception:  # noqa: BLE001 - a reader of any text, and not ours
        refuse(message("a sentença não se entende como SQL"))


def read(text: str, dialect: Any, functions: frozenset[str]) -> Prepared:
    """Tokens first, because they decide without any doubt about what the tree means; then the tree."""
    from sqlglot import TokenType, exp

    tokens = understood(dialect.tokenize, text)
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        refuse(message("a sentença está vazia"))
    if any(token.token_type == TokenType.SEMICOLON for token in tokens):
        refuse(message("a sentença tem mais de um comando"))
    if tokens[0].token_type not in {TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN}:
        refuse(message("a sentença começa com '{palavra}'", palavra=tokens[0].text))
    text = text[: tokens[-1].end + 1]
    trees = understood(dialect.parse, text)
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        refuse(message("a sentença não é uma consulta"))
    refuse_writing(trees[0])
    refuse_functions(tokens, functions, bracketed_names(trees[0]))
    for node in trees[0].walk():
        refuse_part(node, functions)
    marked, binds = mark_binds(text, tokens)
    if sorted(binds) != sorted(bind_names(trees[0])):
        refuse(message("não se entende onde a sentença espera valores"))
    bounded = any(trees[0].args.get(part) is not None for part in ("limit", "fetch"))
    return Prepared(marked, tuple(dict.fromkeys(binds)), bounded)


def bracketed_names(tree: Any) -> frozenset[str]:
    """Names before a bracket that calls nothing, in lower case: tables with a list of columns, and tables with hints."""
    from sqlglot import exp

    listed = [alias.name.lower() for alias in tree.find_all(exp.TableAlias) if alias.args.get("columns")]
    hinted = [table.name.lower() for table in tree.find_all(exp.Table) if table.args.get("hints")]
    return frozenset([*listed, *hinted])


def refuse_functions(tokens: Sequence[Any], functions: frozenset[str], names: frozenset[str]) -> None:
    """A word before a bracket is an allowed function, a word of SQL, or a name of the sentence's own; and no function is
    asked of a schema, a package or an object."""
    from sqlglot import TokenType

    before: Any = None
    for token, following in pairwise(tokens):
        word = token.text.lower()
        called = following.token_type == TokenType.L_PAREN and (
            token.token_type == TokenType.VAR or word.isidentifier() or "$" in word
        )
        if called and token.token_type != TokenType.STRING:
            apart = token.token_type == TokenType.IDENTIFIER or (before is not None and before.token_type == TokenType.DOT)
            if word not in names and (apart or word not in functions | BEFORE_BRACKET):
                refuse_call(token.text)
        before = token


def refuse_call(name: str) -> NoReturn:
    """The fault of a function that stands in no list."""
    raise Fault(
        "sql-recusada",
        message("a sentença chama {funcao}, que não está entre as funções permitidas", funcao=name),
        message("se a função é do seu banco e só lê, acrescente-a a [sql] funcoes em repasse.toml"),
    )


def refuse_part(node: Any, functions: frozenset[str]) -> None:
    """One part of the tree: an allowed function, operator or shape, and no name of the server's own."""
    from sqlglot import exp

    if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc):
        if node.name.lower() not in functions:
            refuse_call(node.name)
    elif isinstance(node, exp.NextValueFor):
        refuse(message("a sentença avança uma sequência"))
    elif isinstance(node, exp.WithTableHint):
        for hint in node.expressions:
            if hint.name.upper() not in HINTS:
                refuse(message("a sentença pede {dica}, que bloqueia linhas ou muda a leitura", dica=hint.name or hint.sql()))
    elif isinstance(node, exp.Table):
        refuse_table(node)
    elif isinstance(node, exp.Column):
        if node.name.lower() in PSEUDO_COLUMN:
            refuse(message("a sentença avança uma sequência"))
    elif isinstance(node, exp.Identifier):
        if "@" in node.this:
            refuse(message("a sentença lê de outro servidor: {nome}", nome=node.this))
    elif isinstance(node, exp.Dot) and isinstance(node.expression, exp.Func):
        refuse_call(".".join(part.name for part in node.parts))
    elif (isinstance(node, exp.Operator) or not isinstance(node, exp.Func | exp.Binary | exp.Condition)) and node.key not in SHAPES:
        refuse(message("a sentença tem uma parte que não é de consulta: {parte}", parte=node.key.upper()))
    if isinstance(node, exp.DataType) and node.this in {exp.DataType.Type.USERDEFINED, exp.DataType.Type.XML}:
        refuse(message("a sentença converte para um tipo que não se conhece: {tipo}", tipo=node.sql()))


def refuse_table(table: Any) -> None:
    """A table is named by itself, its schema and at most its database, none of them the server's own."""
    from sqlglot import exp

    if isinstance(table.this, exp.Func):
        return
    parts = [part.name for part in table.parts]
    if len(parts) > 3 or isinstance(table.this, exp.Dot):
        refuse(message("a sentença lê de outro servidor: {nome}", nome=".".join(parts)))
    schemas, name = parts[:-1], parts[-1] if parts else ""
    if SYSTEM_NAME.fullmatch(name) or any(SYSTEM_SCHEMA.fullmatch(part) for part in schemas):
        refuse(message("a sentença lê uma tabela do próprio servidor: {nome}", nome=".".join(parts)))


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


def check_sentence(text: str, dialect: str, name: str = "<sentença>", more: frozenset[str] = frozenset()) -> list[Diagnostic]:
    """What is wrong with a sentence file, placed on its first line that is no comment."""
    try:
        prepare(text, dialect, more)
    except Fault as fault:
        source = Source(text, name)
        start = next(
            (at for at, line in enumerate(text.split("\n"), 1) if line.strip() and not line.lstrip().startswith("--")),
            1,
        )
        span = Span(source.offset(Position(start, 1)), source.offset(Position(start, 1)) + len(source.line_text(start)))
        return [place(source, span, fault.code, "error", fault.message, fault.hint)]
    return []
