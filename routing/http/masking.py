"""A stored decision as the log of decisions shows it: values of masked fields hidden wherever they appear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from formula.names import name_key
from formula.values import display
from routing.domain.decision import Plan
from routing.store.lists import Hide

HIDDEN = "•••"


def masked_decision(number: int, plan: Plan, masked: Iterable[str], language: str) -> dict[str, Any]:
    """The contract's plan with the decision's number, time and actor."""
    document = {
        "id": number,
        "at": plan.now.isoformat(),
        "actor": plan.request.actor,
        **plan.as_json(language),
    }
    names = frozenset(name_key(name) for name in masked)
    secrets = secrets_in(plan, names)
    hidden: dict[str, Any] = covered(document, names, secrets)
    return hidden


def masked_plan(plan: Plan, masked: Iterable[str], language: str) -> dict[str, Any] | None:
    """The contract's plan with masked fields hidden; None when it has none, so that it may be sent as it is."""
    names = frozenset(name_key(name) for name in masked)
    secrets = secrets_in(plan, names)
    if not secrets:
        return None
    hidden: dict[str, Any] = covered(plan.as_json(language), names, secrets)
    return hidden


def masked_ticket(shown: Mapping[str, Any], masked: Iterable[str]) -> dict[str, Any]:
    """The contract's ``show`` with masked fields hidden: in the ticket, in its histories, in texts and mails."""
    names = frozenset(name_key(name) for name in masked)
    shown = {**shown, "annexes": [masked_record(one, names) for one in shown["annexes"]]}
    secrets = secrets_of_ticket(shown, names)
    hidden: dict[str, Any] = covered(shown, names, secrets) if secrets else dict(shown)
    return hidden


def subject_hider(masked: Iterable[str]) -> Hide | None:
    """What lists show of a subject: without what the ticket's masked fields hold; None where no field is masked."""
    names = frozenset(name_key(name) for name in masked)

    def hide(subject: str, held: Iterable[Mapping[str, Any]]) -> str:
        secrets = {text for values in held for text in secrets_of(values, names)}
        return str(covered(subject, names, sorted(secrets, key=len, reverse=True)))

    return hide if names else None


def secrets_of_ticket(shown: Mapping[str, Any], names: frozenset[str]) -> list[str]:
    """What the masked fields of a shown ticket hold or held, the longest first."""
    values = [shown["ticket"][part] for part in ("fields", "parameters")]
    for change in shown.get("changes", ()):
        name = change["field"].removeprefix("PARAMETRO.")
        values += [{name: change["old"]}, {name: change["new"]}]
    return sorted({text for one in values for text in secrets_of(one, names)}, key=len, reverse=True)


def masked_record(record: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """A record of an annex; ``mascarar`` names its fields as formulas do, or by the field alone."""
    whole = {field for field in record["values"] if f"ANEXO.{record['name']}.{field}" in names}
    return {**record, "values": {field: HIDDEN if field in whole else value for field, value in record["values"].items()}}


def secrets_in(plan: Plan, masked: Iterable[str]) -> list[str]:
    """What masked fields of a plan hold, the longest first."""
    return sorted(set(secret_texts(plan, frozenset(name_key(name) for name in masked))), key=len, reverse=True)


def secret_texts(plan: Plan, names: frozenset[str]) -> Iterator[str]:
    """Every value that a masked field had, or was asked to have, as texts may quote it."""
    for ticket in (plan.before, plan.after):
        for values in (ticket.fields, ticket.parameters) if ticket is not None else ():
            yield from secrets_of(values, names)
    told = [*plan.request.set, *(plan.hypothesis.was.items() if plan.hypothesis is not None else ())]
    for name, value in told:
        yield from secrets_of({name.removeprefix("PARAMETRO."): value}, names)
    if plan.action == "annex":
        yield from secrets_of({f"ANEXO.{name_key(plan.request.kind)}.{name}": value for name, value in plan.request.set}, names)


def secrets_of(values: Mapping[str, Any], names: frozenset[str]) -> Iterator[str]:
    """The masked ones among named values, in the ways a text may write them; texts of one character would hide too much."""
    for name, value in values.items():
        if name_key(name) in names and value is not None and not isinstance(value, bool):
            shown = display(value) if not isinstance(value, str) else value
            yield from (text for text in {shown, shown.replace(",", "."), shown.replace(".", ",")} if len(text) > 1)


def covered(value: Any, names: frozenset[str], secrets: list[str]) -> Any:
    """A JSON value with the secrets hidden: by the name of their field, and inside of any text."""
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if name_key(name) in names and inner is not None else covered(inner, names, secrets)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [covered(inner, names, secrets) for inner in value]
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
    return value
