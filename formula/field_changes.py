"""The small language of ALTERARCAMPOATENDIMENTO: ``NAME=VALUE;PARAMETROn.<name>=VALUE;…`` (taa.md).

A value runs to the next ``;``. One that holds a ``;`` or edge blanks is written between quotes, a quote inside doubled,
as texts of the language are (L6). The number after PARAMETRO only orders them for people; the name says which one.
"""

from __future__ import annotations

import re

import attrs

from formula.diagnostics import Fault
from formula.messages import Message, message
from formula.names import as_seen
from formula.source import Span

PAIR = re.compile(
    r"""(?P<before>\s*)(?P<name>[^=;'"]*?)\s*=\s*(?:'(?P<single>(?:[^']|'')*)'|"(?P<double>(?:[^"]|"")*)"|(?P<raw>(?!['"])[^;]*?))\s*(?=;|\Z)""",
    re.VERBOSE,
)
PARAMETER = re.compile(r"PARAMETRO\d*\s*\.\s*(.*)", re.IGNORECASE | re.DOTALL)

OWN_WAYS = {
    "STATUS": "EMANDAMENTO, AGUARDARTERCEIROS, CONCLUIRARESPONDER, CANCELARATENDIMENTO",
    "ETAPA": "AVANCARETAPA",
    "ATENDENTE": "REPASSARATENDIMENTO",
    "GRUPO": "REPASSARATENDIMENTO",
    "AGENDAMENTOS": "AGENDADORESPONDIDO",
    "SOLICITACAO": "ADICIONARSOLICITACAO",
}
"""Fields that an assignment would set behind a gate's back, and the functions that go through it."""

READ_ONLY = frozenset({"CODIGO", "LOCALIDADE", "TIPO", "ABERTO_POR", "ABERTURA", "FECHAMENTO"})
"""Fields that nothing sets after the opening (S:130-131, S:142)."""


@attrs.frozen
class Assignment:
    """One pair. ``span`` is its range inside the text, in code points, and ``named`` that of the name, which may be written with
    characters that nobody sees."""

    name: str
    parameter: bool
    value: str
    span: Span
    named: Span


@attrs.frozen
class Problem:
    """What is wrong with a part of the text."""

    message: Message
    hint: Message | None
    span: Span


@attrs.frozen
class Parsed:
    """The pairs in order, and every problem of form in order of place."""

    assignments: tuple[Assignment, ...]
    problems: tuple[Problem, ...]


def parse_assignments(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Fields and parameters with their new values, in the order written. Raises Fault for the first problem of form."""
    parsed = read_assignments(text)
    if parsed.problems:
        first = parsed.problems[0]
        raise Fault("atribuicao-invalida", first.message, first.hint)
    pairs = parsed.assignments
    return (
        {pair.name: pair.value for pair in pairs if not pair.parameter},
        {pair.name: pair.value for pair in pairs if pair.parameter},
    )


def read_assignments(text: str) -> Parsed:
    """Read a text of pairs. Never raises; a pair with a problem is left out."""
    pairs: list[Assignment] = []
    problems: list[Problem] = []
    seen: set[tuple[bool, str]] = set()
    at = 0
    while at < len(text):
        end = text.find(";", at)
        end = len(text) if end < 0 else end
        if not text[at:end].strip():
            at = end + 1
            continue
        found = PAIR.match(text, at)
        if found is None:
            problems.append(malformed(text, at, end))
            at = end + 1
            continue
        pair = assignment(found)
        fault = improper(pair, seen)
        if fault is None:
            pairs.append(pair)
        else:
            problems.append(fault)
        at = found.end() + 1
    if not pairs and not problems:
        problems.append(Problem(message("o texto não altera nenhum campo"), EXAMPLE, Span(0, len(text))))
    return Parsed(tuple(pairs), tuple(problems))


EXAMPLE = message("escreva CAMPO=VALOR;PARAMETRO1.NOME=VALOR, por exemplo 'PRIORIDADE=Alta;PARAMETRO1.VALOR=1500.00'")


def assignment(found: re.Match[str]) -> Assignment:
    """A matched pair; quotes undone."""
    single, double, raw = found.group("single", "double", "raw")
    if single is not None:
        value = single.replace("''", "'")
    elif double is not None:
        value = double.replace('""', '"')
    else:
        value = raw
    name = as_seen(found["name"])
    inner = PARAMETER.fullmatch(name)
    written = PARAMETER.fullmatch(found["name"]) if inner else None
    named = Span(found.start("name") + (written.start(1) if written else 0), found.end("name"))
    return Assignment(inner[1].strip() if inner else name, inner is not None, value, Span(found.end("before"), found.end()), named)


def improper(pair: Assignment, seen: set[tuple[bool, str]]) -> Problem | None:
    """A pair that reads well but may not stand: no name, named before, or a field with its own way."""
    key = pair.name.upper()
    if not pair.name:
        return Problem(message("falta o nome antes de '='"), EXAMPLE, pair.span)
    if (pair.parameter, key) in seen:
        return Problem(message("'{nome}' recebe valor duas vezes", nome=pair.name), message("deixe só um dos valores"), pair.span)
    seen.add((pair.parameter, key))
    if pair.parameter:
        return None
    if key in OWN_WAYS:
        return Problem(
            message("'{nome}' não se altera como campo", nome=pair.name),
            message("use {funcoes}", funcoes=OWN_WAYS[key]),
            pair.span,
        )
    if key in READ_ONLY:
        return Problem(message("'{nome}' não muda depois da abertura", nome=pair.name), None, pair.span)
    return None


def malformed(text: str, start: int, end: int) -> Problem:
    """A part that is no pair."""
    span = Span(start + len(text[start:end]) - len(text[start:end].lstrip()), end)
    piece = text[span.start : span.end].rstrip()
    if "=" in piece:
        return Problem(
            message("não se entende o valor em '{trecho}'", trecho=piece),
            message("feche as aspas do valor; uma aspa dentro dele se escreve dobrada"),
            span,
        )
    return Problem(message("falta '=' em '{trecho}'", trecho=piece), EXAMPLE, span)
