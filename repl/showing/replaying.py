"""Recorded decisions made again, for people: a replay under other rules, one decision from what was recorded."""

from __future__ import annotations

import csv
import sys
from datetime import datetime, time
from typing import Any

import click

from repl.messages import message
from repl.showing.console import FAULTY, FINE, INTERRUPTED, Console, Refusal
from repl.showing.plans import moment, plan_lines
from repl.showing.releases import place_of
from routing.releases.replay import Question, Tally

SHOWN = 20


def replay_now(
    console: Console, *, workspace: str, rules: str, since: str | None, kind: int | None, jobs: int, cluster: str | None, form: str,
    fail_on_change: bool,
) -> int:  # fmt: skip
    """Replay; Ctrl-C shows what was found so far."""
    from routing.releases.choosing import rules_named
    from routing.releases.replay import replay, replay_beside, replay_on_cluster

    start = moment(since, "--since")
    if start is not None and not isinstance(start, datetime):
        start = datetime.combine(start, time())
    tally, code = Tally(), FINE
    with place_of(workspace) as desk:
        chosen = rules_named(rules, desk.site, desk.store)
        question = Question(workspace, rules, start, kind)
        told = progress if sys.stderr.isatty() else None
        try:
            if cluster is not None:
                replay_on_cluster(desk.store, question, tally, cluster, told)
            elif jobs > 1:
                replay_beside(desk.store, question, tally, jobs, told)
            else:
                replay(desk.store, chosen, question, tally, told)
        except KeyboardInterrupt:
            code = INTERRUPTED
        tally.new = chosen.revision
    if sys.stderr.isatty():
        click.echo("\r" + " " * 60 + "\r", nl=False, err=True)
    if code == INTERRUPTED:
        console.say(message("interrompido: aqui está o que já foi encontrado"), error=True)
    SAY[form](console, tally)
    if code == FINE and fail_on_change and (tally.counts["changed"] or tally.counts["faults"]):
        return FAULTY
    return code


def progress(done: int, total: int) -> None:
    """One line that changes."""
    click.echo(f"\r{done} / {total}", nl=False, err=True)


def say_json(console: Console, tally: Tally) -> None:
    """The contract's document."""
    console.say_json(tally.as_json())


def say_csv(console: Console, tally: Tally) -> None:
    """A row a decision that is not the same."""
    del console
    shown = tally.as_json()
    writer = csv.writer(sys.stdout)
    writer.writerow(["decision", "ticket", "action", "result", "was", "would", "because"])
    for row in shown["changed"]:
        writer.writerow(
            [row["decision"], row["ticket"], row["action"], "changed", brief(row["was"]), brief(row["would"]), why(row)]
        )
    for row in shown["faults"]:
        reason = row["reason"] or {}
        writer.writerow([row["decision"], row["ticket"], row["action"], "fault", "", "", reason.get("message", "")])
    for row in shown["missing"]:
        writer.writerow([row["decision"], "", "", "missing", "", "", row["fact"]])


def brief(state: dict[str, Any]) -> str:
    """``moved: 5, 1;3`` in one cell."""
    holder = state["holder"] or {}
    return f"{state['status']}: {state['step'] or '-'}, {'/'.join(holder.values()) or '-'}"


def why(row: dict[str, Any]) -> str:
    """The first link that differs."""
    return " | ".join(f"{name}: {link['text']}" for one in row["because"] for name, link in one.items() if link is not None)


def say_table(console: Console, tally: Tally) -> None:
    """The answer first, then the changes, then who has more or less to do."""
    shown = tally.as_json()
    counts = tally.counts
    if not tally.decisions:
        console.say(message("não há decisões gravadas"))
        return
    if tally.same == tally.decisions:
        console.say(message("as {quantas} decisões seriam as mesmas", quantas=tally.decisions))
    else:
        console.say(message(
            "de {quantas} decisões, {mudam} mudariam, {falham} falhariam, {faltam} não se sabe; {iguais} seriam as mesmas",
            quantas=tally.decisions, mudam=counts["changed"], falham=counts["faults"], faltam=counts["missing"], iguais=tally.same,
        ))  # fmt: skip
    for row in shown["changed"][:SHOWN]:
        console.say(message("  decisão {numero}, {chave}: {antes} → {depois}", numero=row["decision"], chave=row["ticket"],
                            antes=brief(row["was"]), depois=brief(row["would"])))  # fmt: skip
        for one in row["because"]:
            for name, link in (("antes", one["then"]), ("agora", one["now"])):
                if link is not None:
                    title = message("antes") if name == "antes" else message("agora")
                    console.say(
                        message("      {quando}: {texto}  [{onde}]", quando=title, texto=link["text"], onde=link["where"] or "–")
                    )
    for row in shown["faults"][:SHOWN]:
        reason = (row["reason"] or {}).get("message", "–")
        console.say(
            message("  decisão {numero}, {chave} falharia: {motivo}", numero=row["decision"], chave=row["ticket"], motivo=reason)
        )
    for row in shown["missing"][:SHOWN]:
        console.say(message("  decisão {numero}: não foi gravado: {fato}", numero=row["decision"], fato=row["fact"]))
    more = sum(max(0, counts[name] - SHOWN) for name in counts)
    if more:
        console.say(message("  … e mais {quantas}: --format json ou csv mostra todas", quantas=more))
    moved = [(key, one) for key, one in shown["holders"].items() if one["was"] != one["would"]]
    if moved:
        console.say_table(
            [message("quem recebe"), message("recebeu"), message("receberia")],
            ([key, str(one["was"]), str(one["would"])] for key, one in moved),
        )


SAY = {"json": say_json, "csv": say_csv, "table": say_table}


def decision_now(console: Console, workspace: str, number: int, again: bool, form: str) -> int:
    """A decision as it was made, or made again and compared."""
    from routing.releases.asking import ask_again
    from routing.store.pruning import no_decision

    with place_of(workspace) as desk:
        if not again:
            plan = desk.decision(number)
            if plan is None:
                raise Refusal(no_decision(desk.store, number))
            if form == "json":
                console.say_json(
                    {"id": number, "at": plan.now.isoformat(), "actor": plan.request.actor, **plan.as_json(console.language)}
                )
            else:
                for line in plan_lines(plan, desk.site):
                    console.say(line)
            return FINE
        found = ask_again(desk.store, desk.site, number)
        site = desk.site
    if form == "json":
        console.say_json(found.as_json(console.language))
        return FINE if found.equal else FAULTY
    console.say(
        message("decidida de novo, a decisão {numero} é a mesma", numero=number)
        if found.equal
        else message("decidida de novo, a decisão {numero} é outra", numero=number)
    )
    for line in plan_lines(found.now, site, why=not found.equal):
        console.say(message("  {linha}", linha=line))
    return FINE if found.equal else FAULTY
