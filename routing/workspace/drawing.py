"""Drawings for people who would rather look than read: a type's steps and handoffs, and the statuses of a ticket."""

from __future__ import annotations

from formula.diagnostics import in_language
from formula.messages import Message
from routing.domain.flow import STATUS_NAMES, TRANSITIONS
from routing.domain.model import STATUSES, Step, TicketType
from routing.messages import message
from routing.workspace.svg import Arrow, Box, Picture, dot, layers, svg

QUIET = frozenset({"resume", "cancel"})
"""Ways that start nearly everywhere: dashed and without words, so that the others can be read."""


def draw(kind: TicketType, form: str = "svg", step: int | None = None, language: str = "pt") -> str:
    """A type's flow as ``svg``, ``dot`` or ``text``; ``step`` is marked as the place of a ticket."""
    picture = flow_picture(kind, step, language)
    if form == "dot":
        return dot(picture)
    return flow_text(picture) if form == "text" else svg(picture)


def flow_picture(kind: TicketType, step: int | None = None, language: str = "pt") -> Picture:
    """Steps as boxes with how each hands off, flow as arrows."""
    leaving = {edge.from_step for edge in kind.edges}
    boxes = tuple(
        Box(
            str(one.code),
            (f"{one.code} {one.name}", said(handoff_text(kind, one), language)),
            start=one.entry or one.possible_entry,
            marked=one.code == step,
            final=one.code not in leaving,
        )
        for one in sorted(kind.steps, key=lambda one: (one.order, one.code))
    )
    arrows = tuple(Arrow(str(edge.from_step), str(edge.to_step)) for edge in kind.edges)
    names = {one.code: one.name for one in kind.steps}
    ways = "; ".join(
        f"{names.get(edge.from_step, edge.from_step)} → {names.get(edge.to_step, edge.to_step)}" for edge in kind.edges
    )
    title = said(message("Fluxo de '{tipo}'", tipo=kind.name), language)
    return Picture(title, ways, boxes, arrows)


def handoff_text(kind: TicketType, step: Step) -> Message:
    """How a ticket is handed off on entering a step, in a few words."""
    own = step.handoff or kind.handoff
    if own == "formula":
        code = step.formula or kind.formula
        return message("fórmula {codigo}", codigo=code or "?")
    receiver = (step.receiver if step.handoff is not None else kind.receiver) or "?"
    words = {
        "atendente": message("para o atendente {destino}", destino=receiver),
        "grupo": message("para a fila do grupo {destino}", destino=receiver),
        "abertura": message("para quem abriu"),
        "anterior": message("para o detentor anterior"),
        "manter": message("fica com quem está"),
        "rodizio": message("rodízio do grupo {destino}", destino=receiver),
        "menorcarga": message("menor carga do grupo {destino}", destino=receiver),
    }
    return words.get(own) or message("repasse '{tipo}'", tipo=own)


def flow_text(picture: Picture) -> str:
    """Columns as indented lines, for a terminal."""
    boxes = {box.name: box for box in picture.boxes}
    made = [picture.title]
    for column in layers(picture):
        for name in column:
            box = boxes[name]
            mark = "▶" if box.marked else "●" if box.start else "◎" if box.final else "○"
            after = ", ".join(" ".join(boxes[arrow.end].lines[0].split()) for arrow in picture.arrows if arrow.begin == name)
            made.append(f"  {mark} {box.lines[0]} ({box.lines[1]})" + (f" → {after}" if after else ""))
    return "\n".join(made) + "\n"


def draw_statuses(language: str = "pt") -> str:
    """The status table as a drawing (docs/routing.md)."""
    boxes = tuple(
        Box(letter, (letter, said(STATUS_NAMES[letter], language)), start=letter == "A", final=letter in "FC")
        for letter in STATUSES
    )
    arrows = tuple(
        Arrow(source, row.status, "" if row.action in QUIET else said(row.name, language), row.action in QUIET)
        for row in TRANSITIONS.values()
        if row.status is not None
        for source in sorted(row.sources)
        if source and source != row.status
    )
    title = said(message("Status de um atendimento"), language)
    return svg(Picture(title, "; ".join(f"{arrow.begin} → {arrow.end} ({arrow.text})" for arrow in arrows), boxes, arrows))


def said(text: Message, language: str) -> str:
    """A sentence in a language."""
    return in_language(text, language)
