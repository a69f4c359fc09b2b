"""A ticket with its histories as a page for people; the data is the contract's ``show``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from routing.domain.annexes import PREFIX
from routing.domain.clients import REPRESENTATIVE, owner_of
from routing.domain.flow import STATUS_NAMES
from routing.domain.relations import KIND_NAMES
from routing.domain.ticket_fields import DAY, KEY_ATTRIBUTES, MOMENT, PERSON, ROWS, TicketField
from routing.messages import message
from routing.reports.approvals import approval_lines, due_lines

ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?")
EXACT_NUMBER = re.compile(r"-?\d+\.\d+")

LEFT_OUT = frozenset({*KEY_ATTRIBUTES, "changed_by", "changed_at", "step_told", "deadline_told"})
"""What the title or the histories tell already."""


class TicketPage:
    """Names people and steps by the site, where there is one."""

    def __init__(self, shown: Mapping[str, Any], site: Any = None) -> None:
        """``shown`` is what ``Desk.show`` gives."""
        self.shown = shown
        self.site = site

    def lines(self) -> Iterator[str]:
        """The whole page."""
        ticket = self.shown["ticket"]
        yield message("Atendimento {chave}", chave=ticket["key"])
        for row in ROWS:
            value = ticket.get(row.attribute)
            said = "" if row.attribute in LEFT_OUT or value in (None, "", {}, 0) else self.value(row, value)
            if said:
                yield message("  {nome}: {valor}", nome=row.label, valor=said)
        yield from approval_lines(self.shown, self.site, ticket["coligada"])
        yield from due_lines(self.shown)
        for title, rows in self.histories():
            yield title
            for one in rows:
                yield message("  {linha}", linha=one)

    def histories(self) -> Iterator[tuple[str, list[str]]]:
        """The histories that have rows, oldest row first, each with its title."""
        rows: tuple[tuple[str, str, Callable[[Mapping[str, Any]], str]], ...] = (
            (message("Etapas"), "steps", self.step_row),
            (message("Repasses"), "handoffs", self.handoff_row),
            (message("Status"), "statuses", self.status_row),
            (message("Discussão"), "discussion", self.entry_row),
            (message("Mudanças"), "changes", self.change_row),
            (message("Anexos"), "annexes", self.annex_row),
            (message("Relacionados"), "relations", self.relation_row),
            (message("Visualizações na fila"), "views", self.view_row),
            (message("E-mails"), "mails", self.mail_row),
        )
        for title, name, row in rows:
            if self.shown[name]:
                yield title, [row(one) for one in self.shown[name]]

    def value(self, row: TicketField, value: Any) -> str:
        """A field's value as people read it; empty inner values are left out."""
        special = SPECIAL.get(row.attribute)
        if special is not None:
            return special(self, value)
        if row.kind == PERSON:
            return self.person(value)
        if isinstance(value, Mapping):
            shown = {key: inner for key, inner in value.items() if inner not in (None, "") and not key.startswith(PREFIX)}
            return ", ".join(f"{key} = {self.inner(inner)}" for key, inner in shown.items())
        return moment(value) if row.kind in {MOMENT, DAY} else str(value)

    def inner(self, value: Any) -> str:
        """A parameter's or an extra field's value as people write it: ``1500,00``, ``24/11/2026``, ``Sim``."""
        if isinstance(value, bool):
            return message("Sim") if value else message("Não")
        text = str(value)
        if ISO_MOMENT.fullmatch(text):
            return moment(text.removesuffix("T00:00:00"))
        return text.replace(".", ",") if EXACT_NUMBER.fullmatch(text) and not isinstance(value, int) else text

    def type_name(self, code: int) -> str:
        """``10 Aprovação de compra``, or the code alone."""
        known = self.site is not None and code in self.site.types
        return f"{code} {self.site.types[code].name}" if known else str(code)

    def status_name(self, letter: str) -> str:
        """``Em andamento (A)``."""
        name = STATUS_NAMES.get(letter)
        return letter if name is None else message("{nome} ({letra})", nome=name, letra=letter)

    def client_name(self, code: str) -> str:
        """``C1 Padaria do Largo``, or the code alone."""
        kind = self.shown["ticket"].get("client_kind") or "cliente"
        found = self.site.people.clients.get(f"{kind};{code}") if self.site is not None else None
        return code if found is None else f"{code} {found.name}"

    def contact_name(self, code: str) -> str:
        """``9 Zeca``, or the code alone."""
        kind = self.shown["ticket"].get("client_kind") or "cliente"
        return self.named_contact(f"{kind};{self.shown['ticket'].get('client_code')}", code)

    def representative_name(self, code: str) -> str:
        """``R1 Sul Vendas``, or the code alone (S:38)."""
        found = None if self.site is None else owner_of(self.site, REPRESENTATIVE, code)
        return code if found is None or not found.name else f"{code} {found.name}"

    def representative_contact_name(self, code: str) -> str:
        """As :meth:`contact_name`, of the representative."""
        return self.named_contact(f"{REPRESENTATIVE};{self.shown['ticket'].get('representative')}", code)

    def named_contact(self, owner: str, code: str) -> str:
        """A contact's code with the name."""
        kind, _, key = owner.partition(";")
        found = None if self.site is None else owner_of(self.site, kind, key)
        name = None if found is None else found.contact_names.get(code)
        return f"{code} {name}" if name else code

    def view_row(self, row: Mapping[str, Any]) -> str:
        """The queue, who looked, when."""
        queue, by = self.holder({"group": row["group"]}), self.person(row["by"])
        return message("{fila}: {quem}, {quando}", fila=queue, quem=by, quando=moment(row["at"]))

    def step_row(self, row: Mapping[str, Any]) -> str:
        """``1 Abertura → 2 Gestor, por Carlos, 24/11/2026 10:00``."""
        return message(
            "{de} → {para}, por {quem}, {quando}",
            de=self.step(row["from"]),
            para=self.step(row["to"]),
            quem=self.person(row["by"]),
            quando=moment(row["at"]),
        )

    def handoff_row(self, row: Mapping[str, Any]) -> str:
        """From whom to whom, why, by whom, when."""
        said = message(
            "{de} → {para}, por {quem}, {quando}",
            de=self.holder(row["from"]),
            para=self.holder(row["to"]),
            quem=self.person(row["by"]),
            quando=moment(row["at"]),
        )
        return message("{dito}: {porque}", dito=said, porque=row["justification"]) if row["justification"] else said

    def status_row(self, row: Mapping[str, Any]) -> str:
        """The status, by whom, when, why."""
        by, status = self.person(row["by"]), self.status_name(row["status"])
        said = message("{status}, por {quem}, {quando}", status=status, quem=by, quando=moment(row["at"]))
        if row.get("reason") is not None:
            said = message("{dito}, motivo {motivo}", dito=said, motivo=row["reason"])
        return message("{dito}: {porque}", dito=said, porque=row["justification"]) if row.get("justification") else said

    def entry_row(self, row: Mapping[str, Any]) -> str:
        """``[Log] text (author, when)``; one for the forum says so."""
        return message(
            "[{tipo}] {texto} ({quem}, {quando})",
            tipo=message("{tipo}, publicável", tipo=row["kind"]) if row.get("publishable") else row["kind"],
            texto=row["text"],
            quem=self.person(row["author"]),
            quando=moment(row["at"]),
        )

    def change_row(self, row: Mapping[str, Any]) -> str:
        """``PRIORIDADE: Normal → Alta, por Ana Lima (1;3), 24/11/2026 10:00``."""
        return message(
            "{campo}: {antes} → {depois}, por {quem}, {quando}",
            campo=row["field"],
            antes=row["old"] or "–",
            depois=row["new"] or "–",
            quem=self.person(row["by"]),
            quando=moment(row["at"]),
        )

    def annex_row(self, row: Mapping[str, Any]) -> str:
        """``Pesquisa de satisfação 1: NOTA = 5 (Ana Lima, 24/11/2026 10:00)``."""
        known = None if self.site is None else self.site.annexes.get(row["name"])
        return message(
            "{anexo} {numero}: {valores} ({quem}, {quando})",
            anexo=row["name"] if known is None else known.title,
            numero=row["number"],
            valores=", ".join(f"{key} = {self.inner(one)}" for key, one in row["values"].items() if one not in (None, "")),
            quem=self.person(row["by"]),
            quando=moment(row["at"]),
        )

    def relation_row(self, row: Mapping[str, Any]) -> str:
        """``1;1;42: origem, por Ana Lima (1;3), 24/11/2026 10:00``."""
        return message(
            "{chave}: {tipo}, por {quem}, {quando}",
            chave=row["ticket"],
            tipo=KIND_NAMES.get(row["kind"], row["kind"]),
            quem=self.person(row["by"]),
            quando=moment(row["at"]),
        )

    def mail_row(self, row: Mapping[str, Any]) -> str:
        """Kind, addresses, subject, state."""
        return message(
            "{tipo} para {para}: {assunto} [{estado}]",
            tipo=MAIL_NAMES.get(row["kind"], row["kind"]),
            para=row["to"],
            assunto=row["subject"],
            estado=MAIL_STATES.get(row["state"], row["state"]),
        )

    def holder(self, value: Mapping[str, str] | None) -> str:
        """A person or a group."""
        if value is None:
            return "–"
        if "attendant" in value:
            return self.person(value["attendant"])
        from routing.domain.model import group_holder

        if self.site is None:
            return message("grupo {nome}", nome=value["group"])
        name: str = self.site.people.holder_name(group_holder(value["group"]))
        return name

    def person(self, key: str) -> str:
        """``Ana Lima (1;3)``, or the key alone."""
        if self.site is None:
            return key
        name: str = self.site.people.name(key)
        return name

    def step(self, code: int | None) -> str:
        """``2 Gestor``, or the code alone."""
        if code is None:
            return "–"
        found = self.site.step(self.shown["ticket"]["type"], code) if self.site is not None else None
        return str(code) if found is None else f"{code} {found.name}"


SPECIAL: Mapping[str, Callable[[TicketPage, Any], str]] = {
    "holder": TicketPage.holder,
    "step": TicketPage.step,
    "type": TicketPage.type_name,
    "status": TicketPage.status_name,
    "client_code": TicketPage.client_name,
    "client_contact": TicketPage.contact_name,
    "representative": TicketPage.representative_name,
    "representative_contact": TicketPage.representative_contact_name,
}
"""Fields that are told by the site's own names."""

MAIL_NAMES = {
    "handoff": message("E-mail de repasse"),
    "handoff_copy": message("Cópia do e-mail de repasse"),
    "reminder": message("Lembrete"),
    "opening": message("E-mail de abertura"),
    "ticket": message("E-mail sobre o atendimento"),
}
"""What people call the kinds of mails."""

MAIL_STATES = {
    "queued": message("na fila"),
    "sending": message("saindo"),
    "waiting": message("à espera de nova tentativa"),
    "sent": message("enviado"),
    "failed": message("falhou"),
    "cancelled": message("cancelado"),
}


def moment(text: str) -> str:
    """An ISO time as people write it; a date without a time stays a date."""
    if len(text) == 10:
        return datetime.fromisoformat(text).strftime("%d/%m/%Y")
    return datetime.fromisoformat(text).strftime("%d/%m/%Y %H:%M")
