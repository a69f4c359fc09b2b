"""What a session supposes: what ``:contexto`` changed of an opened ticket, obeyed by every plan and marked as a hypothesis."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import attrs

from formula.context import Context
from formula.messages import Message
from repl.messages import message
from repl.session.session import Session
from repl.session.surroundings import context_for
from repl.showing.answers import Answer, answer, refusal
from repl.showing.console import Refusal, why
from repl.showing.plans import DONE_NAMES, hypothesis_line
from routing.deciding.supposing import PARAMETER, supposed
from routing.domain.decision import Hypothesis

TABLES = {"fields": "", "parameters": PARAMETER}
"""Tables of a context that a ticket has, and what the names of their values begin with in a hypothesis."""


def take_ticket(session: Session, ticket: Any) -> None:
    """Make a ticket the opened one: the context is what its formulas see, and nothing is supposed."""
    session.ticket = ticket
    session.context = session.real = context_for(session.desk, ticket)


def differing(now: Mapping[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
    """Values by upper-case name that are not as they were."""
    before = {name.upper(): value for name, value in was.items()}
    missing = object()
    return {
        name.upper(): value
        for name, value in now.items()
        if before.get(name.upper(), missing) is missing
        or (type(before[name.upper()]), before[name.upper()]) != (type(value), value)
    }


def hypothesis_of(session: Session) -> Hypothesis | None:
    """What the context of an opened ticket has that the ticket has not; None when it is as it is."""
    real = session.real
    if session.ticket is None or real is None:
        return None
    seen = session.context
    values = {
        prefix + name: value
        for table, prefix in TABLES.items()
        for name, value in differing(getattr(seen, table), getattr(real, table)).items()
    }
    made = Hypothesis(
        set=values,
        now=seen.now if seen.now != real.now else None,
        texts=tuple(code_of(session, key) for key in differing(seen.formulas, real.formulas)),
        stand_ins=(*differing(seen.functions, real.functions), *differing(seen.memories, real.memories)),
    )
    if not made:
        return None
    return supposed(session.site, session.ticket, made)[1]


def code_of(session: Session, key: str) -> str:
    """A formula's code as its file has it."""
    known = session.site.formulas.get(key)
    return key if known is None else str(known.code)


def supposing_desk(session: Session) -> Any:
    """The desk whose formulas, functions and memories are those of the context, and all else of the rules that decide about the
    ticket: a published release may, and not the folder."""
    from routing.domain.site import FormulaText

    real, seen = session.real, session.context
    changed_texts = differing(seen.formulas, real.formulas) if real else {}
    texts = {key: FormulaText(code_of(session, key), text) for key, text in changed_texts.items()}
    functions, memories = dict(seen.functions), dict(seen.memories)
    if not texts and not functions and not memories:
        return session.desk
    session.desk.settle(session.clock(), moving=False)
    desk = session.desk.present(session.ticket.key)
    changed = attrs.evolve(desk.site, formulas={**desk.site.formulas, **texts}, stand_ins=functions, memories=memories)
    return attrs.evolve(desk, site=changed, folder=None, follows=None, release=None)


def actor_of(session: Session) -> str:
    """The attendant that ``:contexto usuario = …`` names, who then asks; empty when nothing was said. Raises Refusal."""
    real, seen = session.real, session.context
    if real is None or seen.user == real.user:
        return ""
    for person in session.site.people.attendants.values():
        if seen.user in (person.user, person.key):
            return str(person.key)
    raise Refusal(
        message("o usuário '{usuario}' não é de nenhum atendente", usuario=seen.user),
        message("diga quem pede: --ator C;A"),
    )


def check_names(session: Session, given: Context) -> None:
    """Values that ``:contexto`` sets on an opened ticket are of fields and parameters that there are, or WrongSupposition."""
    if session.ticket is None:
        return
    values = {prefix + name.upper(): value for table, prefix in TABLES.items() for name, value in getattr(given, table).items()}
    supposed(session.site, session.ticket, Hypothesis(set=values))


def in_force(session: Session) -> Message | None:
    """``Hipótese: …`` while one is in force."""
    made = hypothesis_of(session)
    return None if made is None else hypothesis_line(made)


MASK = frozenset({"--mascarar", "--mask"})
OTHERWISE = message("com os nomes trocados, a regra decide outra coisa: o caso guarda o que ela decide assim")


def save_case(session: Session, rest: str) -> Answer:
    """``:caso ARQUIVO [--mascarar]``: the latest plan, with what it supposed, as a case at the end of a file, old or new. It is run
    before it is kept; masked, people have other names."""
    from routing.testing.bench import Bench, open_bench
    from routing.testing.keeping import Kept, Unkeepable, add_case, kept, target_of

    plan, words = session.plan, rest.split()
    mask = bool(MASK & {words[0], words[-1]}) if words else False
    path = " ".join(word for word in words if word not in MASK) if mask else rest
    if plan is None:
        return refusal(message("ainda não houve plano"), message(":planejar AÇÃO"))
    if not path:
        return refusal(message("diga qual arquivo: :caso casos/hipotese.casos.toml"))
    target = target_of(path)
    desk = session.planned_on or session.desk
    site, masks = desk.site, masks_of(desk.site) if mask else None
    bench = open_bench(Path(site.folder)) if site.folder else Bench(None, site)

    def made(before: str, names: Collection[str]) -> Kept:
        title, earlier = case_name(plan, names), earlier_of(desk, plan.ticket)
        return kept(plan, title, bench, target, before=before, site=site, masks=masks, earlier=earlier)

    try:
        told = add_case(target, made)
    except Unkeepable as fault:
        return refusal(fault.sentence, fault.hint)
    except (OSError, UnicodeDecodeError) as fault:
        return refusal(message("não foi possível escrever '{caminho}': {motivo}", caminho=str(target), motivo=why(fault)))
    said = message("caso '{nome}' guardado em {caminho}", nome=told.name, caminho=str(target))
    return answer(
        *([OTHERWISE] if told.otherwise else []), said, message("executa com: repasse test {caminho}", caminho=str(target))
    )


def earlier_of(desk: Any, ticket: str, before: int | None = None) -> list[Any]:
    """The decisions about a ticket before one, as far as they are still kept."""
    from repl.showing.plans import known_ticket

    numbers = desk.decisions(ticket) if known_ticket(desk, ticket) is not None else []
    found = (desk.decision(one) for one in numbers if before is None or one < before)
    return [one for one in found if one is not None]


def masks_of(site: Any) -> Any:
    """Other names for the people of a site, and for what it hides in its logs too."""
    from routing.exchange.masks import Masks
    from routing.http.settings import service_settings

    return Masks(site.people, frozenset(name.upper() for name in service_settings(site.settings).masked))


def case_name(plan: Any, taken: Collection[str]) -> str:
    """What was asked and supposed, in one line; a number after it where a file has such a case already."""
    from routing.testing.keeping import unused

    said = str(message("{acao} {chave}", acao=DONE_NAMES[plan.action], chave=plan.ticket))
    if plan.hypothesis is not None:
        said += ": " + str(hypothesis_line(plan.hypothesis))
    return unused(said, taken)
