"""The functions every formula can call, by name and alias (house §4)."""

from collections.abc import Mapping

from formula.builtins import dates, debugging, formulas, mail, memory, numbers, people, sql, texts, tickets, words, working_time
from formula.builtins.table import Function, collect

TABLE: Mapping[str, Function] = collect(
    [numbers, texts, dates, working_time, words, memory, sql, formulas, tickets, people, mail, debugging]
)


def is_foreign(row: Function) -> bool:
    """A function of a site's plugin that gives a value, which is looked at; ours give what they declare."""
    return TABLE.get(row.name) is not row and not (row.effect or row.never_returns)
