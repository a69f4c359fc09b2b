"""A case as people read it: Dado, Quando, Então. Sentences of a few words each, for a reading view and a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from formula.messages import Message
from formula.values import display
from routing.domain.flow import CLOCK, TRANSITIONS
from routing.messages import Later, later, message, plural, said_now
from routing.testing.case import Case, Expectation, Step
from routing.testing.expectations import DENIED, exact, is_count


@attrs.frozen
class Reading:
    """A case in three parts; a flow has a when and a then for each move."""

    given: tuple[Message, ...]
    moves: tuple[tuple[Message, tuple[Message, ...]], ...]


CONTEXT_WORDS = {
    "coligada": later("a coligada é {valor}"),
    "usuario": later("quem usa é {valor}"),
    "agora": later("é {valor}"),
    "requisicao": later("a requisição é {valor}"),
    "lenient": later("variáveis se declaram sozinhas: {valor}"),
    "chefia_a_partir": later("a chefia conta a partir de {valor}"),
}
TABLE_WORDS = {
    "campos": later("o campo {nome} é {valor}"),
    "parametros": later("o parâmetro {nome} é {valor}"),
    "funcoes": later("a função {nome} dá {valor}"),
    "memorias": later("a memória {nome} vale {valor}"),
    "formulas": later("a fórmula {nome} é trocada por outra"),
    "sql": later("a sentença {nome} dá {valor}"),
}
EXPECTED_WORDS = {
    "valor": later("o valor é {valor}"),
    "vazio": later("a fórmula termina sem valor: {valor}"),
    "destino": later("a regra indica {valor}"),
    "recebedor": later("quem recebe é {valor}"),
    "etapa": later("a etapa é {valor}"),
    "status": later("o status é {valor}"),
    "mensagem": later("a mensagem diz {valor}"),
    "falha": later("falha com {valor}"),
    "portao": later("a verificação {valor} recusa"),
    "emails": later("saem os e-mails: {valor}"),
    "efeitos": later("os efeitos são: {valor}"),
    "campos": later("os campos ficam: {valor}"),
    "parametros": later("os parâmetros ficam: {valor}"),
    "explicacao": later("a explicação diz {valor}"),
    "discussao": later("a discussão ganha {valor}"),
    "avisos": later("os avisos são {valor}"),
}


def reading(case: Case) -> Reading:
    """The three parts of a case."""
    given = tuple(given_lines(case))
    if case.moves:
        return Reading(given, tuple((move_line(step), tuple(then_lines(step.expected, case))) for step in case.moves))
    when = message("a fórmula {codigo} roda", codigo=case.formula) if case.formula else message("a fórmula do caso roda")
    return Reading(given, ((when, tuple(then_lines(case.expected, case))),))


def given_lines(case: Case) -> Iterator[Message]:
    """What is there before."""
    ticket = case.document.data.get("atendimento")
    if isinstance(ticket, str):
        yield message("o atendimento de exemplo {chave}", chave=ticket)
    elif isinstance(ticket, Mapping):
        yield message("um atendimento com {valores}", valores=told(ticket))
    elif case.type is not None and case.moves:
        yield message("um atendimento do tipo {tipo}", tipo=case.type)
    for key, value in case.tables.items():
        if key in CONTEXT_WORDS:
            yield filled(CONTEXT_WORDS[key], valor=told(value))
        elif key in TABLE_WORDS and isinstance(value, Mapping):
            yield from (filled(TABLE_WORDS[key], nome=name, valor=told(inner)) for name, inner in value.items())
        else:
            yield message("{tabela} do próprio caso", tabela=key)


def move_line(step: Step) -> Message:
    """What is done."""
    if not step.action:
        return message("o tempo passa")
    parts = {
        "para": step.to, "por": step.actor, "motivo": step.reason, "justificativa": step.justification,
        "despertamento": step.wake_up, "prazo": step.deadline, "em": step.now,
        "muda": {name: text for name, text in step.set if text is not None},
        "limpa": [name for name, text in step.set if text is None],
        "copia de": step.copy_from, "texto": step.text, "espécie": "" if step.kind == "log" else step.kind, "registro": step.entry,
    }  # fmt: skip
    rest = "; ".join(f"{name} {told(value)}" for name, value in parts.items() if value not in (None, "", {}, []))
    row = TRANSITIONS.get(step.action) or CLOCK.get(step.action)
    said = message("ação {acao}", acao=step.action if row is None else row.name)
    return message("{acao} ({detalhes})", acao=said, detalhes=rest) if rest else said


def then_lines(expected: tuple[Expectation, ...], case: Case) -> Iterator[Message]:
    """What is expected."""
    for one in expected:
        if one.key == DENIED:
            yield from (message("não: {frase}", frase=then(key, value)) for key, value in one.value.items())
        else:
            yield then(one.key, one.value)
    if case.snapshot:
        yield message("tudo é como no retrato guardado")


def then(key: str, value: Any) -> Message:
    """One expectation."""
    return filled(EXPECTED_WORDS[key], valor=told(value))


def filled(template: Later, **values: object) -> Message:
    """A sentence of the tables above with its values."""
    return said_now((template[0], values))


def told(value: Any) -> Message | str:
    """A value of a case in words."""
    if is_count(value):
        return plural(
            value["vezes"], "'{texto}' {vezes} vez", "'{texto}' {vezes} vezes", texto=value["contem"], vezes=value["vezes"]
        )
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {told(inner)}" for name, inner in value.items()) or message("nada")
    if isinstance(value, list | tuple):
        return "; ".join(str(told(one)) for one in value) or message("nada")
    if isinstance(value, bool | date) or value is None:
        return display(value)
    return str(exact(value)) if isinstance(value, float) else str(value) if value != "" else message("vazio")
