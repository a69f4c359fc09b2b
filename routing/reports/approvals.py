"""Where the approval of a step stands: who has spoken, and who is missing; and what comes due by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from formula.messages import Message
from routing.messages import message


def approval_lines(shown: Mapping[str, Any], site: Any, coligada: int) -> Iterator[str]:
    """Lines for people from the contract's ``approvals`` and ``missing``, and what changed since somebody approved (``changes`` of
    ``show``): that was approved as it stood. None for a step that asks nobody."""
    voices, missing = shown.get("approvals"), shown.get("missing")
    if voices is None or missing is None:
        return
    yield message("Aprovação")
    for voice in voices:
        yield message("  {voz}", voz=voice_line(voice, site))
    if missing:
        yield message("  falta: {quem}", quem=seat_names(missing, site, coligada))
    since = next((voice for voice in voices if voice["voice"] == "approve"), None)
    changes = [] if since is None else [one["field"] for one in shown.get("changes", ()) if one["at"] >= since["at"]]
    if since is not None and changes:
        who = person(since["by"], site)
        yield message("  desde que {quem} aprovou, mudou: {campos}", quem=who, campos=", ".join(dict.fromkeys(changes)))


def due_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    """``a etapa acaba em 25/11/2026 09:00``: what the clock will do of a ticket, from the ``due`` of ``show``."""
    found = shown.get("due")
    if found:
        yield message("Vencimentos")
    for one in found or ():
        yield message("  {oque} em {quando}", oque=DUE_NAMES[one["kind"]], quando=moment(one["at"]))


DUE_NAMES: Mapping[str, Message] = {
    "wake": message("o atendimento desperta"),
    "remind": message("sai o lembrete da etapa"),
    "expire": message("a etapa acaba"),
    "deadline": message("o prazo passa"),
}


def moment(text: str) -> str:
    """A time as people write it."""
    return f"{datetime.fromisoformat(text):%d/%m/%Y %H:%M}"


def voice_line(voice: Mapping[str, Any], site: Any) -> Message:
    """``Ana Lima (1;3) aprovou, 24/11/2026 10:00: conferido``."""
    who, when = person(voice["by"], site), moment(voice["at"])
    said = message("{quem} rejeitou, {quando}", quem=who, quando=when)
    if voice["voice"] == "approve":
        said = message("{quem} aprovou, {quando}", quem=who, quando=when)
    return message("{dito}: {porque}", dito=said, porque=voice["justification"]) if voice["justification"] else said


def seat_names(seats: Sequence[str], site: Any, coligada: int) -> Message:
    """People and groups by name, side by side."""
    from routing.domain.model import group_holder

    made = message("{quem}", quem="–")
    for place, seat in enumerate(seats):
        group = seat if site is None else site.people.holder_name(group_holder(f"{coligada};{seat}"))
        name = person(seat, site) if ";" in seat else group
        made = message("{um}, {outro}", um=made, outro=name) if place else message("{quem}", quem=name)
    return made


def person(key: str, site: Any) -> str:
    """``Ana Lima (1;3)``, or the key alone."""
    return key if site is None else str(site.people.name(key))
