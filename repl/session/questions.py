"""Session commands that ask about what happened: why, why not, probes, coverage."""

from __future__ import annotations

from typing import Any

import attrs

from formula.explaining.explanation import Line as Link
from formula.explaining.explanation import explain
from repl.messages import message
from repl.session.probing import Probe
from repl.session.session import Session, nothing_ran
from repl.session.whynot import why_not as obstacles
from repl.showing.answers import DIM, HINT, TITLE, Answer, Line, answer, lines_of, refusal
from repl.showing.coverage import coverage_lines
from repl.showing.explaining import unfolded
from repl.showing.plans import answer_lines, decision_lines, hypothesis_line, numbered, styled, supposing, why_not_lines

EVERYTHING = frozenset({"tudo", "all"})
"""The word after ``:porque`` that asks for passed checks and facts too."""


def why(session: Session, rest: str) -> Answer:
    """What decided the latest plan or run; with ``tudo`` the whole chain."""
    full = rest.strip().lower() in EVERYTHING
    if session.plan is not None:
        title = message("Por que {chave}: {estado}", chave=session.plan.ticket, estado=state_of(session.plan))
        if full:
            said = chain(title, [Link(line.text, line.where or "") for line in session.plan.explanation])
            return attrs.evolve(said, lines=(*marked(session.plan), *said.lines))
        texts = styled([supposing(session.plan, title), *answer_lines(session.plan), *decision_lines(session.plan)])
        return Answer((*(Line(text, style) for text, style in texts), EVERYTHING_HINT))
    if session.last is None:
        return nothing_ran()
    links = explain(session.last.evaluated.record)
    shown = chain(message("Por quê"), links if full else unfolded(links))
    return shown if full or len(unfolded(links)) == len(links) else Answer((*shown.lines, EVERYTHING_HINT))


EVERYTHING_HINT = Line(message(":porque tudo mostra também as verificações e os fatos"), HINT)


def marked(plan: Any) -> tuple[Line, ...]:
    """What the latest plan only supposes."""
    return () if plan.hypothesis is None else (Line(hypothesis_line(plan.hypothesis)),)


def state_of(plan: Any) -> str:
    """What became of a plan, with the gate and reason of one that was refused."""
    from repl.showing.plans import STATUS_NAMES

    state: str = STATUS_NAMES.get(plan.status, plan.status)
    if plan.reason is None:
        return state
    return message("{estado}: {motivo}", estado=state, motivo=plan.reason.message)


def chain(title: str, links: list[Link]) -> Answer:
    """Numbered links with their places."""
    texts = (message("{texto}  [{onde}]", texto=one.text, onde=one.where) if one.where else one.text for one in links)
    return Answer((Line(title, TITLE), *lines_of(list(numbered(title, texts))[1:])))


def why_not(session: Session, rest: str) -> Answer:
    """What kept the formula, or the formulas of a move, from giving a value; for a refused move also what refused it."""
    if session.plan is not None:
        return why_not_move(session, rest)
    if not rest:
        return refusal(message("diga o valor: :porquenao 1;5"))
    if session.last is None:
        return nothing_ran()
    return links_answer(obstacles(session.last.evaluated.record, rest, session.last.context, session.schema()))


def links_answer(links: list[Link]) -> Answer:
    """Links without numbers."""
    return answer(*(message("{texto}  [{onde}]", texto=one.text, onde=one.where) if one.where else one.text for one in links))


def why_not_move(session: Session, wanted: str) -> Answer:
    """Why the latest move does not lead to somebody or something: the first link of the way that would have to differ."""
    from routing.explaining.whynot import with_answer

    if not wanted:
        return refusal(message("diga quem ou o quê: :porquenao Ana Lima, :porquenao Gestor, :porquenao 1;5"))
    desk = session.planned_on or session.desk
    asked = with_answer(desk.site, session.plan, wanted, desk.sentences)
    assert asked.why_not is not None
    return Answer((*marked(session.plan), *lines_of(why_not_lines(asked.why_not))))


def probe(session: Session, rest: str) -> Answer:
    """Add a probe; list them; take away those of a line."""
    code, _, after = rest.partition(" ")
    code = code if code.upper() in {name.upper() for name in session.context.formulas} else ""
    rest = after.strip() if code else rest
    line, _, text = rest.partition(" ")
    if rest and not (line.isascii() and line.isdigit()):
        return refusal(message("diga a linha e a expressão: :sonda 3 TOTAL * 2"))
    if rest and not text.strip():
        session.probes = [one for one in session.probes if one.line != int(line)]
    elif rest:
        session.probes.append(Probe(int(line), text.strip(), code))
    if not session.probes:
        return answer(message("nenhuma sonda"), style=DIM)
    return answer(
        *(
            message("sonda {formula} linha {linha}: {texto}", formula=one.code, linha=one.line, texto=one.text)
            if one.code
            else message("sonda linha {linha}: {texto}", linha=one.line, texto=one.text)
            for one in session.probes
        )
    )


def coverage(session: Session, _rest: str) -> Answer:
    """Every formula of several lines, or opened from a file, that the session ran."""
    if not session.covered:
        return nothing_ran()
    lines: list[Line] = []
    for covered in session.covered.values():
        lines += coverage_lines(covered)
    return Answer(tuple(lines))
