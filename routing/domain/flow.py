"""What may follow: status transitions as data (taa.md, Status), and the step an advance leads to."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from formula.messages import Message
from formula.names import name_key
from routing.domain.model import Step
from routing.domain.site import Site
from routing.messages import message

STATUS_NAMES: Mapping[str, Message] = {
    "": message("ainda não aberto"),
    "A": message("Em andamento"),
    "G": message("Agendado a responder"),
    "E": message("Agendado respondido"),
    "R": message("Concluído a responder"),
    "O": message("Concluído respondido"),
    "F": message("Concluído confirmado"),
    "T": message("Aguardando terceiros"),
    "C": message("Cancelado"),
}
TERMINAL = frozenset("FC")
CODE = re.compile(r"\d{1,9}", re.ASCII)


@attrs.frozen
class Transition:
    """A row of the table: statuses it starts from, the status it gives (None: the same), what it needs.

    ``voicemail`` tells that messages must have been heard (G3, S:146); ``needs`` names request parts that must not be
    empty (G6); ``holder`` that the actor must have the ticket, be chief or have the right (G4).
    """

    action: str
    name: Message
    sources: frozenset[str]
    status: str | None
    voicemail: bool = True
    needs: tuple[str, ...] = ()
    holder: bool = True


TRANSITIONS: Mapping[str, Transition] = {
    row.action: row
    for row in (
        Transition("open", message("abrir"), frozenset({""}), "A", voicemail=False, holder=False),
        Transition("advance", message("avançar etapa"), frozenset("AGET"), None),
        Transition("handoff", message("repassar"), frozenset("AGET"), None),
        Transition("return", message("repassar de volta"), frozenset("AGET"), None, needs=("justification",)),
        Transition("schedule", message("agendar"), frozenset("AET"), "G", needs=("wake_up", "deadline", "reason", "justification")),
        Transition("scheduled-answered", message("agendado respondido"), frozenset("G"), "E"),
        Transition("conclude", message("concluir"), frozenset("AGET"), "R"),
        Transition("concluded-answered", message("concluído respondido"), frozenset("R"), "O"),
        Transition("concluded-confirmed", message("concluído confirmado"), frozenset("O"), "F"),
        Transition("wait", message("aguardar terceiros"), frozenset("AGE"), "T", voicemail=False),
        Transition("cancel", message("cancelar"), frozenset("AGETR"), "C", voicemail=False, needs=("reason",)),
        Transition("resume", message("retomar"), frozenset("GETRO"), "A", voicemail=False),
        Transition("approve", message("aprovar"), frozenset("AGET"), None, holder=False),
        Transition("reject", message("rejeitar"), frozenset("AGET"), None, voicemail=False, needs=("justification",), holder=False),
        Transition("claim", message("apropriar-se"), frozenset("AGETRO"), None, voicemail=False, holder=False),
        Transition("change", message("mudar"), frozenset("AGETRO"), None, voicemail=False),
        Transition("note", message("anotar"), frozenset("AGETRO"), None, voicemail=False),
        Transition("mail", message("enviar e-mail"), frozenset("AGETROFC"), None, voicemail=False, holder=False),
        Transition("annex", message("anexar"), frozenset("AGETROFC"), None, voicemail=False, holder=False),
        Transition("relate", message("relacionar"), frozenset("AGETROFC"), None, voicemail=False),
        Transition("unrelate", message("desrelacionar"), frozenset("AGETROFC"), None, voicemail=False),
    )
}

CLOCK: Mapping[str, Transition] = {
    row.action: row
    for row in (
        Transition("wake", message("despertar"), frozenset("G"), "A", voicemail=False, holder=False),
        Transition("remind", message("lembrar"), frozenset("AGET"), None, voicemail=False, holder=False),
        Transition("expire", message("vencer a etapa"), frozenset("AGET"), None, voicemail=False, holder=False),
        Transition("deadline", message("vencer o prazo"), frozenset("AGET"), None, voicemail=False, holder=False),
    )
}
"""What the clock does; the same table for moves that nobody asks for."""

SETS_VALUES = frozenset({"change", "annex"})
"""Actions whose request says values of fields: what it sets is done, and nothing of it is supposed."""


def sets_values(action: str, copy_from: str | None) -> bool:
    """Whether what a request sets is part of it: of those actions, and of the opening of a copy."""
    return action in SETS_VALUES or (action == "open" and bool(copy_from))


ACTION_OF_STATUS: Mapping[str, str] = {
    "E": "scheduled-answered",
    "R": "conclude",
    "O": "concluded-answered",
    "F": "concluded-confirmed",
    "T": "wait",
    "A": "resume",
    "C": "cancel",
}
"""The action behind a formula's status function."""

NEED_NAMES: Mapping[str, Message] = {
    "justification": message("justificativa"),
    "reason": message("motivo"),
    "wake_up": message("data de despertamento"),
    "deadline": message("prazo"),
}

THE_NEEDS: Mapping[str, Message] = {
    "justification": message("a justificativa"),
    "reason": message("o motivo"),
    "wake_up": message("a data de despertamento"),
    "deadline": message("o prazo"),
}
"""The same within a sentence."""


def find_step(site: Site, type_code: int, wanted: str | int) -> Step | None:
    """A step by code or by name, in any letter case."""
    text = str(wanted).strip()
    if CODE.fullmatch(text):
        found = site.step(type_code, int(text))
        if found is not None:
            return found
    kind, key = site.types.get(type_code), name_key(text)
    if kind is None:
        return None
    return next((step for step in kind.steps if step.name == text or name_key(step.name) == key), None)


def step_name(site: Site, type_code: int, step: int | None) -> str:
    """``2 'Gestor'`` for a message."""
    return site.step_names.get((type_code, step)) or ("–" if step is None else str(step))


def step_list(site: Site, type_code: int, steps: tuple[int, ...]) -> str:
    """Some steps for a message."""
    return ", ".join(step_name(site, type_code, step) for step in steps)
