"""A ticket with its histories as a page for people; the data is the contract's ``show``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from repl.messages import message

FIELDS = {
    "type": message("tipo"),
    "step": message("etapa"),
    "status": message("status"),
    "holder": message("com"),
    "priority": message("prioridade"),
    "subject": message("assunto"),
    "request": message("solicitação"),
    "solution": message("solução"),
    "opener": message("aberto por"),
    "opened_at": message("aberto em"),
    "closed_at": message("fechado em"),
    "category": message("categoria"),
    "product": message("produto"),
    "client_kind": message("tipo de cliente"),
    "client_code": message("cliente"),
    "classification": message("classificação"),
    "wake_up": message("despertamento"),
    "deadline": message("prazo"),
    "schedule_count": message("agendamentos"),
    "access_level": message("nível de acesso"),
    "voicemail": message("caixa postal"),
    "parameters": message("parâmetros"),
    "fields": message("campos complementares"),
    "version": message("versão"),
}
"""What the page shows of the ticket, in this order; empty ones are left out."""


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
        for name, title in FIELDS.items():
            value = ticket.get(name)
            if value not in (None, "", {}, 0):
                yield message("  {nome}: {valor}", nome=title, valor=self.value(name, value))
        yield from self.section(message("Etapas"), "steps", self.step_row)
        yield from self.section(message("Repasses"), "handoffs", self.handoff_row)
        yield from self.section(message("Status"), "statuses", self.status_row)
        yield from self.section(message("Discussão"), "discussion", self.entry_row)
        yield from self.section(message("E-mails"), "mails", self.mail_row)

    def section(self, title: str, name: str, row: Callable[[Mapping[str, Any]], str]) -> Iterator[str]:
        """A history, oldest first, or nothing."""
        rows = self.shown[name]
        if rows:
            yield title
        for one in rows:
            yield message("  {linha}", linha=row(one))

    def value(self, name: str, value: Any) -> str:
        """A field's value as people read it."""
        if name == "holder":
            return self.holder(value)
        if name == "opener":
            return self.person(value)
        if name == "step":
            return self.step(value)
        if name == "type" and self.site is not None and value in self.site.types:
            return f"{value} {self.site.types[value].name}"
        if isinstance(value, Mapping):
            return ", ".join(f"{key} = {inner}" for key, inner in value.items() if inner not in (None, ""))
        return moment(value) if name.endswith("_at") or name in {"wake_up", "deadline"} else str(value)

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
        """The letter, by whom, when."""
        by = self.person(row["by"])
        return message("{status}, por {quem}, {quando}", status=row["status"], quem=by, quando=moment(row["at"]))

    def entry_row(self, row: Mapping[str, Any]) -> str:
        """``[Log] text (author, when)``."""
        return message(
            "[{tipo}] {texto} ({quem}, {quando})",
            tipo=row["kind"],
            texto=row["text"],
            quem=self.person(row["author"]),
            quando=moment(row["at"]),
        )

    def mail_row(self, row: Mapping[str, Any]) -> str:
        """Kind, addresses, subject, state."""
        return message(
            "{tipo} para {para}: {assunto} [{estado}]",
            tipo=row["kind"],
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
