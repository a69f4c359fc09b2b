"""Session commands on a ticket of a workspace: open it, plan a move, carry one out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from formula.messages import LANGUAGES, Message
from repl.messages import message
from repl.session.session import Session
from repl.session.words import YES, without_accents
from repl.showing.answers import HINT, TITLE, Answer, Line, answer, refusal
from repl.showing.console import Refusal
from repl.showing.plans import ACTION_NAMES, full_key, holder_name, minding_release, plan_lines, request_of, step_name, styled
from routing.domain.flow import STATUS_NAMES
from routing.domain.model import ACTIONS
from routing.domain.names import VERBS
from routing.errors import RoutingError
from routing.failures import Failure


def failed(fault: RoutingError, session: Session) -> Answer:
    """What the store or the workspace says."""
    del session
    if isinstance(fault, Failure):
        return refusal(fault.message, fault.hint)
    return refusal(str(fault))


def open_ticket(session: Session, key: str) -> Answer:
    """Take a ticket's fields, parameters and people as the context; without a key, show the opened one."""
    if session.desk is None:
        return refusal(message("nenhuma área de trabalho"), message("abra a sessão com: repasse repl --workspace PASTA"))
    if not key:
        from repl.session.supposing import in_force

        if session.ticket is None:
            from repl.session.folder import ticket_list

            return ticket_list(session)
        said = in_force(session)
        return Answer((*ticket_summary(session), *(() if said is None else (Line(said),))))
    from repl.session.supposing import in_force, take_ticket

    try:
        gone = in_force(session)
        take_ticket(session, session.desk.ticket(full_key(session.desk, key)))
    except Refusal as refused:
        return refusal(refused.sentence, refused.hint)
    except RoutingError as fault:
        return failed(fault, session)
    dropped = () if gone is None else (Line(message("desfeita: {hipotese}", hipotese=gone), HINT),)
    return Answer((*dropped, *ticket_summary(session)))


def ticket_summary(session: Session) -> list[Line]:
    """A few lines on the opened ticket."""
    ticket = session.ticket
    return [
        Line(message("Atendimento {chave}: {assunto}", chave=ticket.key, assunto=ticket.subject or "–"), TITLE),
        Line(message("  etapa {etapa}, {status}, com {quem}, versão {versao}",
                     etapa=step_name(ticket, session.site) or "–", status=STATUS_NAMES[ticket.status],
                     quem=holder_name(ticket, session.site) or "–", versao=ticket.version)),
        *(Line(message("  {linha}", linha=line)) for line in standing_lines(session)),
    ]  # fmt: skip


def standing_lines(session: Session) -> list[str]:
    """Who has approved the opened ticket's step, who is missing, and what comes due of it."""
    from routing.domain.approvers import standing_of
    from routing.domain.due import due_json
    from routing.reports.approvals import approval_lines, due_lines

    site, ticket = session.site, session.ticket
    if site is None:
        return []
    found = standing_of(site, ticket)
    voices = {} if found is None else found.as_json()
    return [*approval_lines(voices, site, ticket.coligada), *due_lines(due_json(site, ticket))]


def words_of_action(text: str) -> tuple[str, str | None]:
    """An action by its English or Portuguese name, accents or not, and what follows it.

    Raises Refusal for a word that names none.
    """
    names: dict[str, str] = {}
    for action, name in ACTION_NAMES.items():
        for said in (action, *VERBS[action], *(name.text(language).replace(",", "") for language in LANGUAGES)):
            names |= {without_accents(said): action, without_accents(said.replace(" ", "-")): action}
    wanted = without_accents(text.strip())
    for spelling in sorted(names, key=len, reverse=True):
        if wanted == spelling or wanted.startswith(spelling + " "):
            rest = text.strip()[len(spelling) :].strip()
            return names[spelling], rest or None
    raise Refusal(
        message("'{acao}' não é uma ação", acao=text.split(" ", maxsplit=1)[0]),
        message("as ações são: {acoes}", acoes=listed([name for action, name in ACTION_NAMES.items() if action in ACTIONS])),
    )


def listed(names: list[Message]) -> Message:
    """Names side by side, each in the reader's language."""
    made = names[0]
    for name in names[1:]:
        made = message("{nomes} · {nome}", nomes=made, nome=name)
    return made


def request(session: Session, rest: str) -> Any:
    """``repassar 1;3 --motivo 2 --justificativa falta verba``: the request that a line describes."""
    options: dict[str, str] = {}
    words = rest
    publishable = "--publicavel" in words
    words = words.replace("--publicavel", "")
    for name, key in OPTIONS.items():
        head, found, tail = words.partition(name + " ")
        if found:
            value, dash, more = tail.partition(" --")
            options[key] = value.strip()
            words = head + (dash.strip(" ") and "--" + more)
    action, to = words_of_action(words)
    numbers: dict[str, int | None] = {}
    for key in ("reason", "seen", "entry"):
        text = options.pop(key, None)
        if text is not None and not text.lstrip("-").isdigit():
            raise Refusal(message("'{texto}' não é um número", texto=text))
        numbers[key] = None if text is None else int(text)
    from repl.session.supposing import actor_of

    options["actor"] = options.get("actor") or actor_of(session)
    given: dict[str, Any] = {"action": action, "to": to, "publishable": publishable, **options, **numbers}
    if action == "change":
        given |= {"to": None, "assigned": [part for part in (to or "").split(";") if part.strip()]}
    elif action == "annex":
        kind, _, pairs = (to or "").partition(" ")
        given |= {"to": None, "kind": kind, "assigned": [part for part in pairs.split(";") if part.strip()]}
    elif action == "note":
        given |= {"to": None, "text": to or ""}
    elif action == "mail":
        given |= {name: split_list(given.get(name)) for name in ("parts", "attached")}
        given["attached"] = [Path(one) for one in given["attached"]]
    return request_of(given, session.ticket, session.site)


def split_list(text: str | None) -> list[str]:
    """The parts of a list with commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


OPTIONS = {
    "--motivo": "reason",
    "--justificativa": "justification",
    "--ator": "actor",
    "--despertar": "wake_up",
    "--prazo": "deadline",
    "--versao": "seen",
    "--copiar": "copy_from",
    "--tipo": "kind",
    "--entrada": "entry",
    "--copia": "cc",
    "--texto": "text",
    "--partes": "parts",
    "--anexos": "attached",
}


def plan(session: Session, rest: str) -> Answer:
    """What a move would do; nothing is written. ``:porque`` tells more afterwards."""
    found = decide(session, rest)
    if isinstance(found, Answer):
        return found
    session.plan = found
    more = (WHAT_IS_ASKED, MORE_TO_ASK) if found.gate == "G6" else (MORE_TO_ASK,)
    from repl.session.folder import seen_in_plan

    return Answer((*plan_answer(session, found), *seen_in_plan(session), *more), faulty=found.status != "planned")


WHAT_IS_ASKED = Line(
    message("depois da ação: --motivo N --justificativa TEXTO --despertar DATA --prazo DATA, o que for pedido"), HINT
)
MORE_TO_ASK = Line(message(":porque explica; :porquenao VALOR diz o que faltou para ser outro"), HINT)


def plan_answer(session: Session, made: Any) -> tuple[Line, ...]:
    """A plan without its explanation, which ``:porque`` gives."""
    return tuple(Line(text, style) for text, style in styled(plan_lines(made, session.site, why=False)))


def decide(session: Session, rest: str) -> Any:
    """The plan of a move, or an answer that says why there is none."""
    if session.ticket is None:
        return refusal(message("nenhum atendimento aberto"), message(":atendimento C;L;N"))
    if not rest:
        example = ":plan advance" if session.language == "en" else ":planejar avançar"
        return refusal(message("diga a ação: {exemplo}", exemplo=example))
    from repl.session.supposing import hypothesis_of, supposing_desk

    try:
        session.planned_on = supposing_desk(session)
        made = session.planned_on.plan(session.ticket.key, request(session, rest), session.clock(), hypothesis_of(session))
        return minding_release(made, session.planned_on)
    except Refusal as fault:
        return refusal(fault.sentence, fault.hint)
    except RoutingError as fault:
        return failed(fault, session)


def move(session: Session, rest: str) -> Answer:
    """Show the plan, ask, then apply it. What is only supposed is never applied."""
    from repl.session.supposing import in_force

    supposed = in_force(session)
    if supposed is not None:
        return refusal(
            message("não movo sobre uma hipótese. {hipotese}", hipotese=supposed),
            message(":atendimento {chave} a desfaz; :planejar mostra o que ela faria", chave=session.ticket.key),
        )
    found = decide(session, rest)
    if isinstance(found, Answer):
        return found
    session.plan = found
    shown = plan_answer(session, found)
    if found.status != "planned":
        return Answer(shown, faulty=True)
    session.question = lambda line: confirmed(session, found.request, line)
    asked = message("Gravar este movimento? [s/N] ")
    return Answer((*shown, Line(asked, HINT)), asks=asked)


def confirmed(session: Session, wanted: Any, line: str) -> Answer:
    """Apply after a yes. The plan is made again on the ticket as it is then: another version is refused."""
    if line.strip().lower() not in YES:
        return answer(message("Nada mudou."), style=HINT)
    import attrs

    from repl.session.supposing import take_ticket

    try:
        made = session.desk.move(session.ticket.key, attrs.evolve(wanted, version=session.ticket.version), session.clock())
        take_ticket(session, session.desk.ticket(session.ticket.key))
    except RoutingError as fault:
        return failed(fault, session)
    session.plan = made
    lines = plan_answer(session, made) if made.status != "moved" else tuple(ticket_summary(session))
    head = Line(message("Movido.")) if made.status == "moved" else Line(message("Não foi movido."), HINT)
    return Answer((head, *lines), faulty=made.status != "moved")
