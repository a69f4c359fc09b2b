"""Hypothesis strategies: contexts from a schema, tickets of a site's types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from formula.context import Context
from formula.fields import FIELD_DOMAINS
from formula.schema import Schema
from formula.types import ANY, DATE, EMPTY, LOGICAL, NUMBER, TEXT
from routing.domain.model import PARAMETER_KINDS, PRIORITIES, Ticket, attendant_holder, group_holder
from routing.domain.site import Site

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 12, 31)).map(lambda when: when.replace(microsecond=0))
NUMBERS: st.SearchStrategy[int | Decimal] = st.one_of(
    st.integers(-(10**9), 10**9), st.decimals(Decimal(-(10**7)), Decimal(10**7), places=2)
)


def values(kinds: int) -> st.SearchStrategy[Any]:
    """Values of a kind set."""
    made: list[st.SearchStrategy[Any]] = []
    if kinds & NUMBER:
        made.append(NUMBERS if kinds & NUMBER == NUMBER else st.integers(0, 10**6))
    if kinds & TEXT:
        made.append(TEXTS)
    if kinds & DATE:
        made.append(MOMENTS)
    if kinds & LOGICAL:
        made.append(st.booleans())
    if kinds & EMPTY or not made:
        made.append(st.none())
    return st.one_of(made)


def named(kinds: Mapping[str, int]) -> st.SearchStrategy[dict[str, Any]]:
    """A value for every name; fields of a closed list take one of it."""
    return st.fixed_dictionaries(
        {name: st.sampled_from(FIELD_DOMAINS[name]) if name in FIELD_DOMAINS else values(kind) for name, kind in kinds.items()}
    )


def contexts(schema: Schema, **fixed: Any) -> st.SearchStrategy[Context]:
    """Contexts with every field, parameter and stand-in of a schema; ``fixed`` are parts of :class:`formula.Context` to keep."""
    parts: dict[str, st.SearchStrategy[Any]] = {
        "fields": named(schema.fields),
        "parameters": named(schema.parameters or {}),
        "functions": named({f"{name}(*)": kinds for name, kinds in schema.functions.items()} | dict(schema.functions)),
        "now": MOMENTS,
        "user": st.sampled_from(["mestre", "ana", "bruno"]),
        "coligada": st.integers(1, 3),
    }
    return st.builds(
        Context,
        **{name: strategy for name, strategy in parts.items() if name not in fixed},
        **{name: st.just(value) for name, value in fixed.items()},
    )


def tickets(site: Site, type_code: int | None = None) -> st.SearchStrategy[Ticket]:
    """Open tickets of a site's types, in any of their steps and with any of its people or groups. ValueError without a type."""
    kinds = [kind for kind in site.types.values() if type_code in {None, kind.code} and kind.steps]
    if not kinds or not site.people.attendants:
        raise ValueError("the site has no such type with steps, or nobody in its directory")
    people = sorted(site.people.attendants)
    holders = [attendant_holder(key) for key in people] + [group_holder(key) for key in sorted(site.people.groups)]

    @st.composite
    def made(draw: st.DrawFn) -> Ticket:
        kind = draw(st.sampled_from(kinds))
        opener = draw(st.sampled_from(people))
        parameters = named(
            {
                name: {"numero": NUMBER, "texto": TEXT, "data": DATE, "logico": LOGICAL}.get(PARAMETER_KINDS[written], ANY)
                for name, written in kind.parameters.items()
            }
        )
        return Ticket(
            coligada=int(opener.split(";")[0]), locality=1, code=draw(st.integers(1, 9_999)), type=kind.code,
            step=draw(st.sampled_from([step.code for step in kind.steps])), status=draw(st.sampled_from("AGET")),
            priority=draw(st.sampled_from(PRIORITIES)), subject=draw(TEXTS), opener=opener, holder=draw(st.sampled_from(holders)),
            voicemail=draw(st.sampled_from([0, 0, 0, 1])), parameters=draw(parameters), fields=draw(named(site.extra_fields)),
        )  # fmt: skip

    return made()
