"""Opens a purchase, plans its next move, makes it, writes a note and reads the history, with the client that openapi-python-client
makes from the service's document. REPASSE_URL and REPASSE_KEY say where the service is; the argument is the ticket."""

from __future__ import annotations

import os
import sys
from typing import TypeVar

from repasse_client import AuthenticatedClient
from repasse_client.api.v1 import list_tickets, make_move, plan_move, show_ticket
from repasse_client.models import MoveBody, PlanBody, ProblemShape, TicketDraft

Answer = TypeVar("Answer")


def good(answer: Answer | ProblemShape | None) -> Answer:
    """The answer, or the problem as people read it."""
    if isinstance(answer, ProblemShape):
        raise SystemExit(f"{answer.code}: {answer.detail}")
    assert answer is not None
    return answer


def main(ticket: str) -> None:
    with AuthenticatedClient(os.environ["REPASSE_URL"], os.environ["REPASSE_KEY"]) as client:
        draft = TicketDraft.from_dict({
            "tipo": 10, "assunto": "Cabos de aço", "prioridade": "Urgente", "parametros": {"VALOR": "900"},
            "campos": {"FORNECEDOR": "Cabos do Vale", "FILIAL": "MG"},
        })  # fmt: skip
        opening = MoveBody(ticket=ticket, action="open", actor="1;2", draft=draft)
        opened = good(make_move.sync(client=client, body=opening, idempotency_key=f"open-{ticket}"))
        print("opened:", opened.status.value, "version", opened.after.version)

        plan = good(plan_move.sync(client=client, body=PlanBody(ticket=ticket, action="advance", actor="1;2")))
        print("planned:", plan.headline.text if plan.headline else plan.reason)

        moved = good(make_move.sync(client=client, body=MoveBody(ticket=ticket, action="advance", actor="1;2")))
        holder = (moved.after.holder.attendant if moved.after.holder else None) or "1;2"
        print("moved:", moved.status.value, "to", holder)

        noted = MoveBody(ticket=ticket, action="note", actor=holder, text="Recebido", kind="log")
        print("noted:", good(make_move.sync(client=client, body=noted)).status.value)

        listed = good(list_tickets.sync(client=client, holder=holder))
        print("with the holder:", ticket in [row.key for row in listed.tickets])
        print("history:", [entry.text for entry in good(show_ticket.sync(ticket, client=client)).discussion][-1])


main(sys.argv[1])
