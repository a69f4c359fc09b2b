"""A list of tickets says whose hands they are in when nothing is done there, and opening says that a client is inactive."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import attrs
import pytest
from kit import sites

from repl.commands import run
from repl.example import copy_example
from routing.domain.clients import client_warning
from routing.domain.model import NO_END, Absence, Attendant, Client
from routing.domain.people import name_now, people_of

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (Attendant(coligada=1, code=2, name="Bia"), "Bia (1;2)"),
        (Attendant(coligada=1, code=2, name="Bia", active=False), "Bia (1;2) (inativo)"),
        (Attendant(coligada=1, code=2, name="Bia", absence=Absence(DAY, date(2026, 11, 30))), "Bia (1;2) (ausente até 30/11/2026)"),
        (Attendant(coligada=1, code=2, name="Bia", absence=Absence(DAY, NO_END)), "Bia (1;2) (ausente)"),
        (None, "1;2 (fora do diretório)"),
    ],
)
def test_a_holder_with_why_nothing_is_done(person: Attendant | None, said: str) -> None:
    assert str(name_now(people_of([] if person is None else [person]), "1;2", DAY)) == said


def test_tickets_mark_an_inactive_holder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "compras"
    copy_example(place)
    directory = place / "diretorio.toml"
    text = directory.read_text("utf-8")
    directory.write_text(text.replace('usuario = "fabio"', 'usuario = "fabio"\nativo = false'), "utf-8")
    assert run(["--lang", "pt", "tickets", str(place)]) == 0
    out = capsys.readouterr().out
    assert "Fábio Teles (1;6) (inativo)" in out
    assert "Carlos Mendes (1;2) (" not in out


@pytest.mark.parametrize(
    ("kind", "active", "told"), [("cliente", False, True), ("cliente", True, False), ("prospect", False, False)]
)
def test_an_inactive_client_is_said(kind: str, active: bool, told: bool) -> None:
    client = Client(kind=kind, code="C7", name="Aurora", active=active)
    site = attrs.evolve(sites.formula_site("'1;1'"), people=people_of([], clients=[client]))
    ticket = attrs.evolve(sites.ticket(), client_kind=kind, client_code="C7")
    assert (client_warning(site, ticket) is not None) == told
