"""What a formula's run or a move did, in the words of expectations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from formula.destinations import parse_destination
from formula.effects import Advance, ChangeFields, ChangeStatus, Effect, HandoffMail, Schedule
from formula.outcome import Outcome
from formula.values import display
from routing.deciding.ticket_fields import seen_fields, seen_parameters
from routing.domain.decision import Plan, Reason
from routing.domain.destinations import destination_of
from routing.domain.model import Holder, Ticket, attendant_holder, group_holder
from routing.domain.people import People, resolve
from routing.domain.site import Site
from routing.messages import message

if TYPE_CHECKING:
    from formula.runtime.record import Record


@attrs.define(eq=False)
class Observed:
    """One run or one move. Exactly one of ``outcome`` and ``plan`` is there; ``explain`` records the run when asked."""

    site: Site
    coligada: int
    now: datetime
    outcome: Outcome | None = None
    plan: Plan | None = None
    people: People | None = None
    explain: Callable[[], Record] | None = None
    type: int | None = None

    @property
    def status(self) -> str:
        """How it ended: ok, stopped, fault, planned, refused."""
        return self.plan.status if self.plan is not None else self.result.status

    @property
    def result(self) -> Outcome:
        """The formula's outcome."""
        assert self.outcome is not None
        return self.outcome

    @property
    def value(self) -> Any:
        """The formula's value; for a move that of the formula that handed off, or of the last that ran."""
        if self.plan is None:
            return self.result.value
        runs = [run for run in self.plan.formulas if run.purpose == "handoff"] or list(self.plan.formulas)
        return runs[-1].value if runs else None

    @property
    def message(self) -> str | None:
        """ANALISAR's text, the fault's or the refusal's message."""
        if self.plan is not None:
            return None if self.plan.reason is None else self.plan.reason.message
        return self.result.message

    @property
    def hint(self) -> str | None:
        """What to do about it."""
        if self.plan is not None:
            return None if self.plan.reason is None else self.plan.reason.hint
        return self.result.diagnostics[0].hint if self.result.diagnostics else None

    @property
    def fault(self) -> str | None:
        """The code of the fault or refusal."""
        if self.plan is not None:
            return None if self.plan.reason is None else self.plan.reason.code
        return self.result.diagnostics[0].code if self.result.diagnostics else None

    @property
    def gate(self) -> str | None:
        """The gate that refused."""
        return None if self.plan is None else self.plan.gate

    @property
    def after(self) -> Ticket | None:
        """The ticket after the move."""
        return None if self.plan is None else self.plan.after

    # -- people -------------------------------------------------------------------------------------

    @property
    def everyone(self) -> People:
        """The directory in force."""
        return self.people if self.people is not None else self.site.people

    def holder_of(self, written: Any) -> Holder | None:
        """The holder an expectation names: ``1;3``, ``5``, or ``grupo 1;5``."""
        text = str(written).strip()
        if text.lower().startswith("grupo "):
            rest = text[6:].strip()
            found = parse_destination(rest, self.coligada)
            return None if found is None else group_holder(found.group or found.attendant or "")
        found = parse_destination(text, self.coligada)
        if found is None:
            return None
        return attendant_holder(found.attendant) if found.attendant else group_holder(found.group or "")

    def holder_text(self, holder: Holder) -> str:
        """A holder for people."""
        return self.everyone.holder_name(holder)

    def destination(self) -> Holder | None:
        """What the rule names: the value as a destination; for a move without a handoff formula, who has the ticket then."""
        if self.plan is not None:
            if not self.plan.applies:
                return None
            if not any(run.purpose == "handoff" for run in self.plan.formulas):
                return self.receiver()
        elif self.result.status != "ok":
            return None
        found = destination_of(self.value, self.coligada, self.everyone)
        return None if isinstance(found, Reason) else found

    def receiver(self) -> Holder | None:
        """Who has the ticket in the end: substitutes of people who are away included."""
        if self.plan is not None:
            return self.plan.after.holder if self.plan.applies and self.plan.after is not None else None
        named = self.destination()
        return None if named is None else resolve(self.everyone, named, self.now.date()).holder

    def no_destination(self) -> str:
        """Why there is none."""
        found = destination_of(self.value, self.coligada, self.everyone)
        return found.message if isinstance(found, Reason) else message("ninguém")

    # -- steps and status ---------------------------------------------------------------------------

    def step(self) -> int | str | None:
        """The step after the move, or the one the formula asks to advance to."""
        if self.plan is not None:
            return None if self.after is None else self.after.step
        asked = [effect.step for effect in self.result.effects if isinstance(effect, Advance)]
        return asked[-1] if asked else None

    def step_name(self, step: int | str | None) -> str:
        """A step's name, or nothing."""
        kind = self.after.type if self.after is not None else self.type
        found = self.site.step(kind, step) if isinstance(step, int) and kind is not None else None
        return found.name if found is not None else ""

    def step_label(self, step: int | str | None) -> str:
        """``2 Gestor`` for people."""
        return message("nenhuma") if step is None else f"{step} {self.step_name(step)}".strip()

    def letter(self) -> str | None:
        """The status letter after the move, or the last one the formula asks for."""
        if self.plan is not None:
            return None if self.after is None else self.after.status
        asked = [letter for effect in self.result.effects if (letter := letter_of(effect))]
        return asked[-1] if asked else None

    # -- what goes out ------------------------------------------------------------------------------

    def effects(self) -> list[dict[str, Any]]:
        """The formula's effects in order."""
        found = self.plan.effects if self.plan is not None else self.result.effects
        return [effect.as_json() for effect in found]

    def mails(self) -> list[dict[str, Any]]:
        """The mails of a move, or those the formula asks for."""
        if self.plan is not None:
            return [mail.as_json("pt") for mail in self.plan.mails]
        return [effect.as_json() for effect in self.result.effects if isinstance(effect, HandoffMail)]

    def changes(self, parameters: bool) -> dict[str, str]:
        """What was changed of fields or of parameters, and what they hold now."""
        if self.plan is None:
            return self.changed("parameters" if parameters else "fields")
        mark = "PARAMETRO."
        return {
            one.field.removeprefix(mark): one.new
            for one in self.plan.changes
            if one.field.startswith(mark) is parameters and not one.field.startswith("DISCUSSAO.")
        }

    def fields(self) -> Mapping[str, Any]:
        """Fields after the move, or those the formula set."""
        if self.plan is not None:
            return {} if self.after is None else seen_fields(self.site, self.after)
        return self.changed("fields")

    def parameters(self) -> Mapping[str, Any]:
        """Parameters after the move, or those the formula set."""
        if self.plan is not None:
            return {} if self.after is None else seen_parameters(self.site, self.after)
        return self.changed("parameters")

    def changed(self, which: str) -> dict[str, str]:
        """What ALTERARCAMPOATENDIMENTO was given."""
        made: dict[str, str] = {}
        for effect in self.result.effects:
            if isinstance(effect, ChangeFields):
                made |= getattr(effect, which)
        return made

    def entries(self) -> list[str]:
        """New discussion entries of this ticket, or texts the formula adds."""
        if self.plan is not None:
            return [entry.text for entry in self.plan.entries]
        return [
            effect.as_json()["text"]
            for effect in self.result.effects
            if effect.type in {"add_discussion", "add_request", "add_solution"}
        ]

    def warnings(self) -> list[str]:
        """Codes and sentences of warnings."""
        if self.plan is None:
            return []
        return [f"{warning.code}: {warning.message}" for warning in self.plan.warnings]

    def explanation(self) -> list[str]:
        """The chain from values to result."""
        if self.plan is not None:
            return [line.text for line in self.plan.explanation]
        if self.explain is None:
            return []
        from formula.explaining.explanation import explain

        return [line.text for line in explain(self.explain())]

    # -- as data ------------------------------------------------------------------------------------

    def picture(self) -> dict[str, Any]:
        """What a snapshot keeps, in Portuguese: behaviour. Nothing that changes by itself, such as hashes, steps or versions, nor
        the explanation, which any rewording of a rule changes."""
        if self.plan is None:
            made: dict[str, Any] = {"fim": self.result.status}
            if self.result.status == "ok":
                made["valor"] = (
                    self.result.value if isinstance(self.result.value, str | bool | None) else display(self.result.value)
                )
            else:
                made |= {"falha": self.fault, "mensagem": None if self.message is None else str(self.message)}
            return made | {"efeitos": self.effects()}
        document = self.plan.as_json("pt")
        after = {key: value for key, value in document["after"].items() if key != "version"}
        return {
            "fim": document["status"],
            "portao": document["gate"],
            "motivo": document["reason"],
            "depois": after,
            "efeitos": document["effects"],
            "emails": document["mails"],
            "discussao": [entry["text"] for entry in document["entries"]],
            "avisos": [warning["code"] for warning in document["warnings"]],
        }


def letter_of(effect: Effect) -> str | None:
    """The status letter an effect asks for."""
    if isinstance(effect, ChangeStatus):
        return effect.status
    return "G" if isinstance(effect, Schedule) else None
