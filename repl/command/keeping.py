"""``repasse case``: a real ticket's plan, or a decision that was made, as a case of rule tests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import click

from repl.command.site import CHANGE_OPTIONS, HYPOTHESIS_OPTIONS, REQUEST_OPTIONS
from repl.messages import message
from repl.showing.console import FINE, Console

OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("workspace"),
    click.argument("subject", metavar="TICKET|DECISION"),
    click.argument("action", required=False, metavar="[ACTION]"),
    *REQUEST_OPTIONS[3:-2],
    *CHANGE_OPTIONS[:7],
    *HYPOTHESIS_OPTIONS[:1],
    click.option("--mask", is_flag=True, help=message("Troca nomes, endereços, logins, CPF e telefones por inventados.")),
    click.option("--into", metavar="FILE", help=message("Acrescenta o caso a um arquivo; sem ela, vai para a saída.")),
    click.option("--name", default="", metavar="TEXT", help=message("O nome do caso.")),
    click.option("--all", "whole", is_flag=True, help=message("Todas as decisões do atendimento, um caso cada.")),
)


def case_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments and options, in the order of help."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command(
    "case",
    help=message(
        "Grava como caso de teste uma decisão (pelo número), o que uma AÇÃO faria com um atendimento, ou a última decisão dele."
    ),
)
@case_options
@click.pass_obj
def case_command(console: Console, /, **given: Any) -> int:
    """Exit code 1 when the case would not pass; then nothing is written."""
    return keep(console, **given)


def keep(console: Console, *, mask: bool, into: str | None, name: str, **given: Any) -> int:
    """Find the plans, make the cases, run each, then write."""
    from repl.session.supposing import OTHERWISE, case_name, masks_of
    from repl.showing.console import FAULTY, Refusal, why
    from repl.showing.plans import desk_of
    from routing.testing.bench import Bench, open_bench
    from routing.testing.keeping import NEW_FILE, Kept, Unkeepable, add_case, kept, target_of, unused

    workspace = str(given["workspace"])
    with desk_of(workspace) as desk:
        site = desk.site
        plans = list(plans_for(desk, given))
        bench = Bench(None, site) if "://" in workspace else open_bench(Path(workspace).absolute())
        masks = masks_of(site) if mask else None

    def made(plan: Any, earlier: list[Any], place: Path, before: str, names: Collection[str]) -> Kept:
        title = unused(name, names) if name else case_name(plan, names)
        return kept(plan, title, bench, place, before=before, site=site, masks=masks, earlier=earlier)

    def added(plan: Any, earlier: list[Any], target: Path) -> Kept:
        return add_case(target, lambda before, names: made(plan, earlier, target, before, names))

    said: list[Kept] = []
    try:
        for plan, earlier in plans:
            if into is None:
                place = Path("." if "://" in workspace else workspace) / "casos" / NEW_FILE
                text = "\n".join(one.text for one in said)
                said.append(made(plan, earlier, place, text + ("\n" if text else ""), {one.name for one in said}))
            else:
                said.append(added(plan, earlier, target_of(into)))
    except Unkeepable as fault:
        if fault.detail:
            console.say(fault.detail, error=True)
        raise Refusal(fault.sentence, fault.hint, FAULTY) from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise Refusal(message("não foi possível escrever '{caminho}': {motivo}", caminho=into or "", motivo=why(fault))) from fault
    if into is None:
        console.say("\n".join(one.text for one in said).rstrip("\n"))
    for one in said:
        if one.otherwise:
            console.say(OTHERWISE, error=True)
        if into is not None:
            console.say(message("caso '{nome}' guardado em {caminho}", nome=one.name, caminho=str(target_of(into))))
    return FINE


def plans_for(desk: Any, given: dict[str, Any]) -> Iterator[tuple[Any, list[Any]]]:
    """A decision by its number; of a ticket what an action would do now, its latest decision, all of them, or an advance. Each
    comes with the decisions about its ticket before it."""
    from repl.session.supposing import earlier_of
    from repl.showing.console import FAULTY, Refusal, clock
    from repl.showing.plans import hypothesis_of, known_ticket, request_of
    from routing.store.pruning import no_decision

    subject = str(given["subject"]).strip()
    if subject.isdecimal():
        if given["action"]:
            raise Refusal(message("uma decisão já tem a sua ação"), message("tire '{acao}'", acao=given["action"]))
        numbers = [int(subject)]
    elif given["action"]:
        numbers = []
    else:
        found = desk.decisions(subject) if known_ticket(desk, subject) is not None else []
        numbers = found if given["whole"] else found[-1:]
    for number in numbers:
        plan = desk.decision(number)
        if plan is None:
            raise Refusal(no_decision(desk.store, number), None, FAULTY)
        yield plan, earlier_of(desk, plan.ticket, number)
    if not numbers:
        given = {**given, "action": given["action"] or "advance"}
        ticket = known_ticket(desk, subject)
        if ticket is None:
            raise Refusal(message("o atendimento {chave} não existe", chave=subject), None, FAULTY)
        asked = request_of(given, ticket, desk.site)
        plan = desk.plan(subject, asked, clock(desk.site.zone), hypothesis_of({**given, "rules": None}) or None)
        yield plan, earlier_of(desk, subject)
