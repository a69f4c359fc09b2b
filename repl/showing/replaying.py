"""Recorded decisions made again, for people: a replay under other rules, one decision from what was recorded."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from datetime import datetime, time, tzinfo
from pathlib import Path
from typing import Any

import click

from repl.messages import message, plural
from repl.showing.console import FAULTY, FINE, INTERRUPTED, Console, Refusal
from repl.showing.plans import STATUS_NAMES, moment, plan_lines
from repl.showing.releases import place_of
from routing.domain.model import Holder, attendant_holder, group_holder
from routing.domain.zone import wall_time
from routing.releases.replay import Question, Tally

SHOWN = 20


def replay_now(
    console: Console, *, workspace: str, rules: str, since: str | None, kind: int | None, jobs: int, file: str | None,
    cluster: str | None, form: str, fail_on_change: bool,
) -> int:  # fmt: skip
    """Replay; Ctrl-C shows what was found so far."""
    from routing.releases.choosing import rules_named
    from routing.releases.replay import replay, replay_beside, replay_on_cluster

    tally, code = Tally(), FINE
    with place_of(workspace) as desk:
        chosen = rules_named(rules, desk.site, desk.store)
        start = beginning(since, desk.site.zone)
        question = Question(start, kind, file)
        told = progress if sys.stderr.isatty() else None
        try:
            if cluster is not None:
                replay_on_cluster(desk.store, chosen, question, tally, cluster, told)
            elif jobs > 1:
                replay_beside(desk.store, chosen, question, tally, jobs, told)
            else:
                replay(desk.store, chosen, question, tally, told)
        except KeyboardInterrupt:
            code = INTERRUPTED
        tally.new, site = chosen.revision, desk.site
    if sys.stderr.isatty():
        click.echo("\r" + " " * 60 + "\r", nl=False, err=True)
    if code == INTERRUPTED:
        console.say(message("interrompido: aqui está o que já foi encontrado"), error=True)
    SAY[form](console, tally, site)
    if code == FINE and fail_on_change and (tally.counts["changed"] or tally.counts["faults"]):
        return FAULTY
    return code


def beginning(since: str | None, zone: tzinfo | None) -> datetime | None:
    """The time of --since, by the clock of the place."""
    start = moment(since, "--since")
    if start is None:
        return None
    return wall_time(start if isinstance(start, datetime) else datetime.combine(start, time()), zone)


def archive_now(console: Console, workspace: str, archive: str, form: str, *, since: str | None, **given: Any) -> int:
    """Write the decisions to a Parquet file. Raises Refusal for what does not choose among them."""
    from routing.releases.archive import write_archive

    if others := sorted(name for name, value in given.items() if value is not None):
        raise Refusal(
            message("com --to, --{opcao} não escolhe decisões", opcao=others[0].replace("_", "-")),
            message("tire-a: vão todas, ou as desde --since"),
        )
    with place_of(workspace) as desk:
        count = write_archive(desk.store, Path(archive), beginning(since, desk.site.zone))
    if form == "json":
        console.say_json({"file": archive, "decisions": count})
    else:
        console.say(message("{quantas} decisões em {arquivo}", quantas=count, arquivo=archive))
    return FINE


def progress(done: int, total: int) -> None:
    """One line that changes."""
    click.echo(f"\r{done} / {total}", nl=False, err=True)


def say_json(console: Console, tally: Tally, site: Any) -> None:
    """The contract's document."""
    del site
    console.say_json(tally.as_json())


def say_csv(console: Console, tally: Tally, site: Any) -> None:
    """A row a decision that is not the same."""
    del console, site
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


def came_to(state: dict[str, Any], site: Any) -> str:
    """``feito: etapa 5, com Ana Lima (1;3)``, for people."""
    status = STATUS_NAMES.get(state["status"], state["status"])
    if state["status"] != "moved":
        return message("{estado} em {portao}", estado=status, portao=state["gate"]) if state["gate"] else status
    step, holder = state["step"], state["holder"]
    said = status if step is None else message("{estado}: etapa {etapa}", estado=status, etapa=step)
    return said if holder is None else message("{estado}, com {quem}", estado=said, quem=site.people.holder_name(holder_of(holder)))


def receiver(site: Any, key: str) -> str:
    """Who is counted, by name."""
    group = key.startswith("grupo ")
    name: str = site.people.holder_name(group_holder(key.removeprefix("grupo ")) if group else attendant_holder(key))
    return name


def holder_of(shown: Mapping[str, str]) -> Holder:
    """A holder as answers write it."""
    kind, key = next(iter(shown.items()))
    return group_holder(key) if kind == "group" else attendant_holder(key)


def why(row: dict[str, Any]) -> str:
    """The first link that differs."""
    return " | ".join(f"{name}: {link['text']}" for one in row["because"] for name, link in one.items() if link is not None)


def say_table(console: Console, tally: Tally, site: Any) -> None:
    """The answer first, then the changes, then who has more or less to do."""
    shown = tally.as_json()
    counts = tally.counts
    if not tally.decisions:
        console.say(message("não há decisões gravadas"))
        return
    if tally.same == tally.decisions:
        console.say(plural(
            tally.decisions, "a decisão seria a mesma", "as {quantas} decisões seriam as mesmas", quantas=tally.decisions
        ))  # fmt: skip
    else:
        console.say(plural(
            tally.decisions,
            "de {quantas} decisão mudam {mudam}, falham {falham}, não se sabe {faltam}; ficam iguais {iguais}",
            "de {quantas} decisões mudam {mudam}, falham {falham}, não se sabe {faltam}; ficam iguais {iguais}",
            quantas=tally.decisions, mudam=counts["changed"], falham=counts["faults"], faltam=counts["missing"], iguais=tally.same,
        ))  # fmt: skip
    say_rows(console, shown, site)
    more = sum(max(0, counts[name] - SHOWN) for name in counts)
    if more:
        console.say(message("  … e mais {quantas}: --format json ou csv mostra todas", quantas=more))
    moved = [(key, one) for key, one in shown["holders"].items() if one["was"] != one["would"]]
    if moved:
        console.say_table(
            [message("quem recebe"), message("recebeu"), message("receberia")],
            ([receiver(site, key), str(one["was"]), str(one["would"])] for key, one in moved),
        )


def say_rows(console: Console, shown: Mapping[str, Any], site: Any) -> None:
    """The decisions that would not be the same, some of each kind."""
    for row in shown["changed"][:SHOWN]:
        console.say(message("  decisão {numero}, {chave}: {antes} → {depois}", numero=row["decision"], chave=row["ticket"],
                            antes=came_to(row["was"], site), depois=came_to(row["would"], site)))  # fmt: skip
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


SAY = {"json": say_json, "csv": say_csv, "table": say_table}


def decision_now(console: Console, workspace: str, number: int, again: bool, form: str) -> int:
    """A decision as it was made, or made again and compared."""
    from routing.releases.asking import ask_again
    from routing.store.pruning import no_decision

    with place_of(workspace) as desk:
        if not again:
            plan = desk.decision(number)
            if plan is None:
                raise Refusal(no_decision(desk.store, number), None, FAULTY)
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
