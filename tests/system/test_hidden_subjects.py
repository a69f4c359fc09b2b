"""Subjects of lists and of related tickets: without what masked fields hold, and none of a ticket that may not be seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.stores import NOW
from kit.workspaces import make_workspace

from repl.page_server.studio.served_jobs import ServedJobs
from routing.desk.desk import Desk, open_desk
from routing.desk.listing import ticket_list
from routing.domain.decision import Request
from routing.http.masking import HIDDEN, subject_hider
from routing.http.workers.jobs import Asked

MASKED = ("pedido",)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """1;1;1 is Bruno's and related to 1;1;2, which is Ana's and above his level; each subject tells its masked PEDIDO."""
    folder = make_workspace(tmp_path / "pasta", 2)
    for name, before, after in (
        ("diretorio.toml", 'email = "bruno@exemplo.com.br"\nnivel = 9', 'email = "bruno@exemplo.com.br"\nnivel = 0'),
        ("atendimentos/pedidos.toml", ", pedido ", ", pedido P-"),
    ):
        text = (folder / name).read_text("utf-8")
        assert before in text
        (folder / name).write_text(text.replace(before, after), "utf-8")
    with open_desk(folder) as made:
        for key, request in (
            ("1;1;1", Request(action="relate", actor="1;2", kind="related", to="1;1;2")),
            ("1;1;2", Request(action="handoff", actor="1;2", to="1;3", reason=-1, justification="férias")),
        ):
            plan = made.move(key, request, NOW)
            assert plan.status == "moved", plan.reason
        yield made


def test_lists_hide_what_masked_fields_hold(desk: Desk) -> None:
    plain, hidden = (ticket_list(desk, {}, hide)["tickets"] for hide in (None, subject_hider(MASKED)))
    assert [one["subject"] for one in plain] == ["Farinha de trigo, pedido P-2", "Farinha de trigo, pedido P-1"]
    assert [one["subject"] for one in hidden] == [f"Farinha de trigo, pedido {HIDDEN}"] * 2
    assert [{**one, "subject": ""} for one in plain] == [{**one, "subject": ""} for one in hidden]
    assert subject_hider(()) is None


@pytest.mark.parametrize(("viewer", "seen"), [(None, ["1;1;2"]), ("1;3", ["1;1;2"]), ("1;2", [])])
def test_the_served_studio_tells_of_related_tickets_what_may_be_seen(desk: Desk, viewer: str | None, seen: list[str]) -> None:
    jobs = ServedJobs(desk, MASKED)
    others = jobs.ticket(Asked({"ticket": "1;1;1"}, "pt", {"viewer": viewer}, NOW))["relations"]
    assert [(one["ticket"], one["subject"]) for one in others] == [(key, f"Farinha de trigo, pedido {HIDDEN}") for key in seen]
    rows = jobs.look(Asked({}, "pt", {"viewer": viewer}, NOW))["tickets"]
    assert [(one["key"], one["subject"]) for one in rows] == [
        (key, f"Farinha de trigo, pedido {HIDDEN}") for key in ["1;1;1", *seen]
    ]
