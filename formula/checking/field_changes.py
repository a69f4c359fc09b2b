"""A literal text of ALTERARCAMPOATENDIMENTO, checked pair by pair with the place of each (taa.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from formula.checking.names import closest
from formula.checking.near_names import misspelt
from formula.field_changes import Assignment, read_assignments
from formula.fields import FIELD_DOMAINS, STANDARD_FIELDS
from formula.messages import Message, message
from formula.names import name_key, without_accents
from formula.reading.tree import Binary, Call, Expression, Name, NumberLiteral, TextLiteral, bare
from formula.source import Span
from formula.types import NUMBER, TEXT
from formula.values import ambiguous_thousands

if TYPE_CHECKING:
    from formula.checking.state import State

SECOND_PAIR = re.compile(r"\s*,\s*(?P<name>(?:PARAMETRO\d*\s*\.\s*)?\w+)\s*=", re.IGNORECASE)


def check_assignments(state: State, literal: TextLiteral) -> None:
    """Every problem of form, then names nobody has, then values that are hardly meant."""
    parsed = read_assignments(literal.value)
    for problem in parsed.problems:
        span = inside(literal, problem.span)
        fix = None if span == literal.span else with_equals(literal, problem.span, span, state)
        state.report("atribuicao-invalida", span, problem.message, problem.hint, fix=fix)
    for pair in parsed.assignments:
        if known(state, literal, pair) and not comma(state, literal, pair) and not two_readings(state, literal, pair):
            outside_domain(state, literal, pair)


OTHER_SIGN = re.compile(r"(\s*(?:PARAMETRO\d*\s*\.\s*)?\w+\s*)(:=?|->|=>)(?=\s*[^\s:=])", re.IGNORECASE)


def with_equals(literal: TextLiteral, place: Span, span: Span, state: State) -> tuple[Span, str] | None:
    """``PRIORIDADE: Alta``: another sign in the place of ``=``."""
    found = OTHER_SIGN.match(literal.value, place.start)
    if found is None or found.end() > place.end or name_key(re.sub(r".*\.", "", found[1])) not in known_names(state):
        return None
    start = span.start + found.start(2) - place.start
    return Span(start, start + len(found[2])), "="


def known_names(state: State) -> frozenset[str]:
    """The names of fields and parameters."""
    return frozenset((*state.schema.fields, *(state.schema.parameters or ())))


def inside(literal: TextLiteral, span: Span) -> Span:
    """A range of the text as a range of the source; the whole literal when a doubled quote moves its parts."""
    start = literal.span.start + 1
    if literal.span.end - start - 1 != len(literal.value):
        return literal.span
    return Span(start + span.start, start + span.end)


def known(state: State, literal: TextLiteral, pair: Assignment) -> bool:
    """Whether the schema has the name; else it is reported, with a near one."""
    names = state.schema.parameters if pair.parameter else state.schema.fields
    if names is None or pair.name.upper() in names:
        return True
    span = inside(literal, pair.named)
    near = closest(pair.name.upper(), names)
    state.report(
        "parametro-desconhecido" if pair.parameter else "campo-desconhecido",
        span,
        message("o parâmetro '{nome}' não existe neste tipo de atendimento", nome=pair.name)
        if pair.parameter
        else message("o campo '{nome}' não existe no atendimento", nome=pair.name),
        message("você quis dizer {nome}?", nome=near) if near else None,
        fix=(span, near) if near and span != literal.span else None,
    )
    return False


def comma(state: State, literal: TextLiteral, pair: Assignment) -> bool:
    """``PRIORIDADE=Alta,ASSUNTO=x``: one value that looks like a second pair."""
    start = literal.value.index("=", pair.span.start)
    found = SECOND_PAIR.search(literal.value, start, pair.span.end)
    if found is None:
        return False
    name = found["name"].upper()
    if "." not in name and name not in (state.schema.fields or STANDARD_FIELDS):
        return False
    at = literal.value.index(",", found.start())
    span = inside(literal, Span(at, at + 1))
    state.report(
        "atribuicao-duvidosa",
        span,
        message("'{nome}' fica dentro do valor de {campo}: vírgula não separa", nome=found["name"], campo=pair.name),
        message("separe as alterações com ponto e vírgula"),
        fix=(span, ";") if span != literal.span else None,
    )
    return True


def two_readings(state: State, literal: TextLiteral, pair: Assignment) -> bool:
    """``PARAMETRO1.VALOR=25.000`` where a number is declared: the run refuses it, since people read another number (Decisions)."""
    kinds = ((state.schema.parameters if pair.parameter else state.schema.fields) or {}).get(pair.name.upper(), 0)
    readings = ambiguous_thousands(pair.value) if kinds & NUMBER and not kinds & TEXT else None
    if readings is None:
        return False
    said, thousands = readings
    at = literal.value.find(pair.value, pair.span.start)
    state.report(
        "atribuicao-invalida",
        inside(literal, Span(at, at + len(pair.value)) if at >= 0 else pair.span),
        message(
            "{campo} é um número, e '{texto}' tem duas leituras: {um} ou {mil}",
            campo=pair.name.upper(),
            texto=pair.value.strip(),
            um=said,
            mil=thousands,
        ),
        message("escreva {lido} ou {outro}, para que só se leia de um modo", lido=said, outro=thousands),
    )
    return True


def outside_domain(state: State, literal: TextLiteral, pair: Assignment) -> None:
    """``PRIORIDADE=altissima``: a value that the field does not have."""
    name = pair.name.upper()
    domain = () if pair.parameter else state.schema.domains.get(name, ())
    if not domain or not pair.value.strip() or pair.value in domain:
        return
    plain = without_accents(pair.value.strip().lower())
    near = next((value for value in domain if without_accents(value.lower()) == plain), None)
    wrong = misspelt(pair.value, domain) if near is None else None
    if near and name not in FIELD_DOMAINS:
        return  # a site's own list takes it, spelt as it stands there
    at = literal.value.find(pair.value, pair.span.start)
    span = inside(literal, Span(at, at + len(pair.value)) if at >= 0 else pair.span)
    state.report(
        "atribuicao-duvidosa",
        span,
        message("{campo} nunca é '{texto}'", campo=name, texto=pair.value),
        message("você quis dizer '{texto}'? Maiúsculas e minúsculas contam", texto=near)
        if near
        else message("você quis dizer '{texto}'?", texto=wrong)
        if wrong
        else message("os valores são: {valores}", valores=", ".join(domain)),
        fix=(span, near or wrong or "") if (near or wrong) and span != literal.span and at >= 0 else None,
    )


Mend = tuple[Message, tuple[Span, str]]


def pair_meant(state: State, argument: Expression) -> Mend | None:
    """``ALTERARCAMPOATENDIMENTO(PRIORIDADE='Alta')``: the whole is one text."""
    if not isinstance(argument, Binary) or argument.operator != "=":
        return None
    name, value = bare(argument.left), bare(argument.right)
    written = name.value if isinstance(name, TextLiteral) else name.word.written if isinstance(name, Name) else ""
    if isinstance(value, Name) and value.word.key not in state.variables | state.schema.fields.keys():
        better = f"'{written}={value.word.written}'"
        return (message("escreva {certo}", certo=better), (argument.span, better)) if written else None
    if not re.fullmatch(r"[\w.]+", written) or not isinstance(value, TextLiteral | NumberLiteral):
        return None
    return written_pair(written, value, argument.span)


def pairs_meant(state: State, call: Call) -> Mend | None:
    """``ALTERARCAMPOATENDIMENTO('PRIORIDADE', 'Alta')``: field and value are one text."""
    whole = Span(call.arguments[0].span.start, call.arguments[-1].span.end)
    texts = [one.value for one in map(bare, call.arguments) if isinstance(one, TextLiteral)]
    if len(texts) == len(call.arguments) and all(re.fullmatch(r"[\w.]+=[^='\"]*", one) for one in texts):
        better = "'" + ";".join(texts) + "'"
        return message("escreva {certo}", certo=better), (whole, better)
    if len(call.arguments) != 2:
        return None
    name, value = (bare(one) for one in call.arguments)
    written = name.value if isinstance(name, TextLiteral) else name.word.written if isinstance(name, Name) else ""
    if not re.fullmatch(r"[\w.]+", written) or not isinstance(value, TextLiteral | NumberLiteral):
        return None
    return written_pair(written, value, Span(call.arguments[0].span.start, call.arguments[1].span.end))


def written_pair(name: str, value: TextLiteral | NumberLiteral, span: Span) -> Mend | None:
    """A change as it is written; a value with signs of its own is left to its author."""
    told = value.value if isinstance(value, TextLiteral) else value.written
    if re.search(r"[;='\"]", told):
        return None
    better = f"'{name}={told}'"
    return message("escreva {certo}", certo=better), (span, better)
