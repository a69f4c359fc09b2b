"""How answers about all tickets look to people."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from formula.diagnostics import in_language
from formula.messages import Message
from repl.messages import message
from repl.showing.console import Console
from routing.domain.flow import TRANSITIONS, step_name

if TYPE_CHECKING:
    from routing.domain.decision import Request
    from routing.domain.site import Site
    from routing.proving.answers import Answer

WORDS: Mapping[str, Message] = {
    "proved": message("provado"),
    "held": message("valeu no que se tentou"),
    "fails": message("NÃO VALE"),
    "never_applies": message("nunca se aplica"),
    "undecided": message("sem resposta"),
}


def say_answer(console: Console, answer: Answer, site: Site) -> None:
    """The answer first, then why, what it rests on, and the ticket with its way."""
    word = console.text(WORDS[answer.answer])
    name, because = (in_language(text, console.language) for text in (answer.name, answer.because))
    console.say(f"{word}: {name}" + (f" – {because}" if because else ""))
    for one in answer.assumptions:
        console.say("    " + console.text(message("supondo: {o_que}", o_que=in_language(one, console.language))))
    if answer.answer != "fails":
        return
    if answer.ticket is not None:
        console.say("    " + console.text(message("atendimento: {valores}", valores=ticket_told(answer, site, console.language))))
    for number, move in enumerate(answer.moves, 1):
        console.say(f"    {number}. {console.text(move_told(move, answer, site))}")
    if answer.case is not None:
        console.say("    " + console.text(message("como caso de teste:")))
        for line in answer.case.splitlines():
            console.say(f"        {line}")


def ticket_told(answer: Answer, site: Site, language: str) -> str:
    """What matters of the ticket in few words."""
    from formula.values import display

    ticket = answer.ticket
    assert ticket is not None
    parts = [in_language(message("aberto por {quem}", quem=site.people.name(ticket.opener)), language)] if ticket.opener else []
    parts += [f"{name} = {display(value)}" for name, value in ticket.parameters.items() if value is not None]
    parts += [f"{name} = {display(value)}" for name, value in ticket.fields.items() if value not in {None, ""}]
    parts += [f"PRIORIDADE = {ticket.priority}"] if ticket.priority != "Normal" else []
    return ", ".join(parts) or "–"


def move_told(move: Request, answer: Answer, site: Site) -> Message:
    """A move in words."""
    ticket = answer.ticket
    said: Message | str = TRANSITIONS[move.action].name if move.action in TRANSITIONS else move.action
    who = site.people.name(move.actor) if move.actor else ""
    if move.set:
        told = ", ".join(f"{name} = {value or '–'}" for name, value in move.set)
        return message("{quem}: {acao} ({valores})", quem=who, acao=said, valores=told)
    if move.to is None or ticket is None:
        return message("{quem}: {acao}", quem=who, acao=said)
    if move.action in {"advance", "open"}:
        where: str = step_name(site, ticket.type, int(move.to)) if str(move.to).isdigit() else str(move.to)
    else:
        where = site.people.name(str(move.to))
    return message("{quem}: {acao} → {onde}", quem=who, acao=said, onde=where)


def say_json(console: Console, answers: Sequence[Answer]) -> None:
    """The contract's document."""
    console.say_json({"properties": [one.as_json(console.language) for one in answers]})


def say_summary(console: Console, answers: Sequence[Answer], seconds: float, *, interrupted: bool) -> None:
    """How many of each answer."""
    counts = {kind: sum(one.answer == kind for one in answers) for kind in WORDS}
    parts = ", ".join(f"{count} {console.text(WORDS[kind])}" for kind, count in counts.items() if count)
    said = message(
        "{quantas} perguntas em {segundos} s: {partes}",
        quantas=len(answers),
        segundos=f"{seconds:.1f}".replace(".", ","),
        partes=parts or "–",
    )
    console.say(console.text(said))
    if interrupted:
        console.say(console.text(message("interrompido: o resto não foi perguntado")))


def asking_progress(console: Console) -> Callable[[int, int, str], None]:
    """Tells on a terminal which of all properties is being asked, on one line."""

    def tell(decided: int, every: int, name: str) -> None:
        if sys.stderr.isatty():
            said = console.text(
                message("propriedades: {decididas} de {todas} decididas; {nome}…", decididas=decided, todas=every, nome=name)
            )
            click.echo(f"\r\x1b[K{said}\r", nl=False, err=True)

    return tell
