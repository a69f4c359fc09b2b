"""What the studio shows behind a key of ``repasse serve``: by the rules that decide now, as far as the key's attendant may see,
with masked fields hidden. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs

from formula.names import name_key
from repl.page_server.studio.asking import actions, asked_of, settable
from repl.page_server.studio.jobs import (
    approval,
    fields,
    flow,
    histories_told,
    people,
    plan_told,
    relations_told,
    ticket_rows,
    types_told,
)
from repl.showing.console import Refusal
from routing.desk.desk import Desk
from routing.failures import UnknownTicket
from routing.http.masking import HIDDEN, covered, masked_ticket, secrets_in, secrets_of_ticket, subject_hider
from routing.http.problems import json_bytes, refuse
from routing.http.workers.jobs import Answer, Asked, Job, refuse_halves
from routing.messages import message
from routing.store.lists import Hide
from routing.workspace.sitecheck import check_formula

FOLDER, ENDING = "formulas/", ".formula"


@attrs.frozen
class ServedJobs:
    """The page's questions of a desk. An asker's ``options`` name the ``viewer``, the attendant whom the key belongs to, and the
    ``actor`` who asks for a move; ``masked`` are the names of fields that are hidden."""

    desk: Desk
    masked: tuple[str, ...] = ()

    def rules(self, asked: Asked) -> Mapping[str, Any]:
        """The formulas that decide now, what there is to say of each, and the types."""
        desk = self.desk.present("")
        site = desk.site
        texts = {FOLDER + one.code + ENDING: one for one in site.formulas.values()}
        return {
            "revision": desk.revision,
            "files": [{"path": path, "text": one.text} for path, one in sorted(texts.items())],
            "faults": {
                path: [found.as_json(asked.language) for found in check_formula(site, one)[0]] for path, one in texts.items()
            },
        }

    def look(self, asked: Asked) -> Mapping[str, Any]:
        """Tickets that may be seen, people, types, actions, and who looks."""
        desk, viewer = self.desk.present(""), asked.options.get("viewer")
        return {
            "state": state_of(desk),
            "tickets": ticket_rows(desk, asked.body.get("words"), viewer, self.hides),
            "people": people(desk.site),
            "types": types_told(desk.site),
            "actions": actions(asked.language),
            "viewer": None if viewer is None else {"key": viewer, "name": desk.site.people.name(viewer)},
        }

    def ticket(self, asked: Asked) -> Mapping[str, Any]:
        """One ticket, its fields, histories and flow; one that may not be seen is as one that does not exist."""
        key, viewer, names = str(asked.body.get("ticket")), asked.options.get("viewer"), self.names
        desk = self.desk.present(key)
        shown = desk.show(key, viewer)
        found, safe = desk.ticket(key), masked_ticket(shown, self.masked)
        made = {
            "state": state_of(desk),
            "ticket": safe["ticket"],
            "approval": approval(desk.site, found, asked.language),
            "fields": [hidden_field(one, names) for one in fields(desk.site, found, asked.language)],
            "flow": flow(desk.site, found, None, asked.language),
            **settable(desk.site, found),
            "histories": histories_told(safe, desk.site, asked.language),
            "relations": relations_told(safe, partial(self.subject, desk), asked.language),
        }
        return self.hide(made, secrets_of_ticket(shown, names))

    def plan(self, asked: Asked) -> Mapping[str, Any]:
        """What a move would do, or would if something else held."""
        key, viewer = str(asked.body.get("ticket")), asked.options.get("viewer")
        if viewer is not None and self.desk.kind_seen(key, viewer) is None:
            raise UnknownTicket(message("o atendimento {chave} não existe", chave=key))
        desk = self.desk.present(key)
        request, supposed = asked_of({**asked.body, "actor": asked.options.get("actor")}, desk.ticket(key), desk.site)
        expected = str(asked.body.get("expected") or "").strip() or None
        plan = desk.plan(key, request, asked.now, supposed or None, expected=expected)
        made = {
            **plan_told(plan, desk.site, asked.language),
            "state": {**state_of(desk), "revision": plan.rules},
            "flow": "" if plan.before is None else flow(desk.site, plan.before, plan, asked.language),
        }
        return self.hide(made, secrets_in(plan, self.masked))

    @property
    def names(self) -> frozenset[str]:
        """The masked fields as formulas name them."""
        return frozenset(name_key(name) for name in self.masked)

    @property
    def hides(self) -> Hide | None:
        """What is shown of subjects."""
        return subject_hider(self.masked)

    def subject(self, desk: Desk, key: str) -> str:
        """That of another ticket, as far as there is one."""
        try:
            found = desk.ticket(key)
        except UnknownTicket:
            return ""
        return found.subject if self.hides is None else self.hides(found.subject, [found.fields, found.parameters])

    def hide(self, document: Mapping[str, Any], secrets: list[str]) -> Mapping[str, Any]:
        """A document without what masked fields hold."""
        found: Mapping[str, Any] = covered(document, self.names, secrets) if secrets else document
        return found

    def jobs(self) -> dict[str, Job]:
        """By name."""
        return {
            name: told(job)
            for name, job in (("rules", self.rules), ("look", self.look), ("ticket", self.ticket), ("plan", self.plan))
        }


def made(desk: Desk, masked: tuple[str, ...]) -> Mapping[str, Job]:
    """The jobs of a process of the page."""
    return ServedJobs(desk, masked).jobs()


JOBS = f"{__name__}:{made.__name__}"
"""How a process is told of them."""


def told(job: Callable[[Asked], Mapping[str, Any]]) -> Job:
    """A question with its answer as JSON; what people are told becomes a problem."""

    def answer(asked: Asked) -> Answer:
        refuse_halves(asked.body, "")
        try:
            return Answer(200, json_bytes(job(asked)))
        except Refusal as refusal:
            raise refuse(422, "pedido-recusado", refusal.sentence, refusal.hint) from None

    return answer


def state_of(desk: Desk) -> dict[str, Any]:
    """What an answer was computed from."""
    return {"revision": desk.revision, "edited": [], "served": True}


def hidden_field(field: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """A field of the form, its value hidden when it is masked, whatever its length."""
    secret = name_key(field["name"].removeprefix("PARAMETRO.")) in names or name_key(field["name"]) in names
    return {**field, "value": HIDDEN} if secret and field["value"] else field
