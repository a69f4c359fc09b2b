"""The table of ticket fields: every use of a field has a row, and every row is used."""

from __future__ import annotations

import attrs
import pytest
from kit import sites
from kit.workspaces import make_workspace

from formula.fields import FIELD_DOMAINS, STANDARD_FIELDS
from formula.types import DATE, INTEGER, TEXT
from routing.deciding.ticket_fields import seen_fields
from routing.domain import ticket_fields as table
from routing.domain.model import HISTORIES, Ticket
from routing.domain.relations import KINDS as RELATION_KINDS
from routing.reports.ticket_lines import TicketPage
from routing.store import tables
from routing.workspace import reading
from routing.workspace.folder import load_workspace

NAMED = {"tipo": "10", "codigo": "901", "cliente": '"C100"'}
KINDS = {
    table.LINE: TEXT, table.TEXT: TEXT, table.PERSON: TEXT, table.NUMBER: INTEGER, table.CODE: INTEGER, table.MOMENT: DATE,
}  # fmt: skip


def test_every_attribute_of_a_ticket_has_a_row_and_none_has_two() -> None:
    attributes = [row.attribute for row in table.ROWS]
    assert sorted(attributes) == sorted({field.name for field in attrs.fields(Ticket)} - set(HISTORIES))


@pytest.mark.parametrize("names", [[row.formula for row in table.ROWS if row.formula], [row.key for row in table.ROWS if row.key]])
def test_no_name_means_two_fields(names: list[str]) -> None:
    assert len(set(names)) == len(names)


def test_every_row_has_its_column() -> None:
    assert {row.attribute for row in table.ROWS} == {column.name for column in tables.ticket.columns} - {"id"}


def test_formulas_know_the_fields_of_the_table_and_the_two_names_of_the_holder() -> None:
    rows = {name: KINDS[row.kind] for name, row in table.BY_FORMULA_NAME.items()}
    assert rows | dict.fromkeys(table.HOLDER_NAMES, TEXT) == dict(STANDARD_FIELDS)


def test_a_formula_sees_every_field_of_the_table() -> None:
    assert set(seen_fields(sites.site(), Ticket(coligada=1, locality=1, code=1, type=1))) == {*STANDARD_FIELDS, *RELATION_KINDS}


def test_closed_lists_are_those_of_the_checker() -> None:
    closed = {row.formula: row.allowed for row in table.ROWS if row.formula in FIELD_DOMAINS and row.allowed}
    assert closed == {name: FIELD_DOMAINS[name] for name in closed}


def test_a_file_may_hold_every_field_that_has_a_key(tmp_path) -> None:
    values = {
        table.NUMBER: "1", table.CODE: "1", table.PERSON: '"1;2"', table.MOMENT: "2026-11-24T10:00:00", table.DAY: "2026-11-24",
        table.HOLDER: '"1;2"', table.VALUES: "{}",
    }  # fmt: skip
    lines = ["[[atendimento]]"]
    for row in table.ROWS:
        if row.key:
            text = f'"{row.allowed[0]}"' if row.allowed else '"A"'
            lines.append(f"{row.key} = {NAMED.get(row.key) or values.get(row.kind, text)}")
    folder = make_workspace(tmp_path / "ws")
    (folder / "atendimentos" / "whole.toml").write_text("\n".join(lines), encoding="utf-8")
    ticket = load_workspace(folder).tickets["1;1;901"]
    empty = {row.attribute for row in table.ROWS if row.key and getattr(ticket, row.attribute) in (None, "", 0)}
    assert empty == set()


def test_the_reader_of_files_takes_its_keys_from_the_table() -> None:
    assert {*reading.TEXT_KEYS, *reading.MOMENT_KEYS, *reading.CLOSED_KEYS} <= set(table.BY_KEY)


def test_the_page_of_a_ticket_shows_every_field_that_is_filled() -> None:
    shown = {row.attribute: "A" for row in table.ROWS} | {"key": "1;1;1"}
    shown |= {row.attribute: 7 for row in table.of_kind(table.NUMBER, table.CODE)}
    shown |= {row.attribute: "2026-11-24T10:00:00" for row in table.of_kind(table.MOMENT, table.DAY)}
    shown |= {row.attribute: {"VALOR": "1500.00"} for row in table.of_kind(table.VALUES)} | {"holder": {"attendant": "1;2"}}
    lines = list(TicketPage({"ticket": shown, **dict.fromkeys((*HISTORIES, "views", "mails"), ())}).lines())
    left_out = (
        *table.KEY_ATTRIBUTES,
        "changed_by",
        "changed_at",
        "step_told",
        "deadline_told",
    )  # marks of the clock mean nothing to people
    labels = {row.label for row in table.ROWS} - {table.BY_ATTRIBUTE[name].label for name in left_out}
    assert {line.strip().split(":")[0] for line in lines[1:]} == labels
