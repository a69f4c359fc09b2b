"""Drawings for people who would rather look than read: a type's steps and handoffs, and the statuses of a ticket."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from formula.diagnostics import in_language
from formula.messages import Message
from routing.domain.flow import STATUS_NAMES, TRANSITIONS
from routing.domain.model import STATUSES, Approval, Group, Step, TicketType
from routing.domain.people import People
from routing.messages import message
from routing.workspace.svg import Arrow, Box, Picture, dot, layers, svg

QUIET = frozenset({"resume", "cancel"})
"""Ways that start nearly everywhere: dashed and without words, so that the others can be read."""


Way = Collection[tuple[int | None, int | None]]
"""Steps gone from and to."""


def draw(
    kind: TicketType, form: str = "svg", step: int | None = None, language: str = "pt", people: People | None = None, *,
    been: Way = (), going: Way = (),
) -> str:  # fmt: skip
    """A type's flow as ``svg``, ``dot`` or ``text``; ``step`` is marked as the place of a ticket, with the ways it has ``been`` and
    those it would be ``going``. With ``people`` those who receive and approve have names."""
    picture = flow_picture(kind, step, language, people, been=been, going=going)
    if form == "dot":
        return dot(picture)
    return flow_text(picture) if form == "text" else svg(picture)


def flow_picture(
    kind: TicketType, step: int | None = None, language: str = "pt", people: People | None = None, *,
    been: Way = (), going: Way = (),
) -> Picture:  # fmt: skip
    """Steps as boxes with how each hands off, who approves and what its time is; flow as arrows, dashed where a rejection leads."""
    leaving = {edge.from_step for edge in kind.edges}
    boxes = tuple(
        Box(
            str(one.code),
            (f"{one.code} {one.name}", *(said(text, language) for text in step_texts(kind, one, people))),
            start=one.entry or one.possible_entry,
            marked=one.code == step,
            final=one.code not in leaving,
            aim=one.code in {end for _, end in going},
        )
        for one in sorted(kind.steps, key=lambda one: (one.order, one.code))
    )
    rejected = said(message("rejeitado"), language)
    arrows = (
        *(
            Arrow(
                str(edge.from_step),
                str(edge.to_step),
                been=(edge.from_step, edge.to_step) in been,
                going=(edge.from_step, edge.to_step) in going,
            )
            for edge in kind.edges
        ),
        *(Arrow(str(one.code), str(back), rejected, True) for one in kind.steps if (back := sent_back(one)) is not None),
    )
    names = {one.code: one.name for one in kind.steps}
    ways = "; ".join(
        f"{names.get(edge.from_step, edge.from_step)} → {names.get(edge.to_step, edge.to_step)}" for edge in kind.edges
    )
    title = said(message("Fluxo de '{tipo}'", tipo=kind.name), language)
    return Picture(title, ways, boxes, arrows)


def sent_back(step: Step) -> int | None:
    """The step that a rejected ticket goes to; None where there is no approval, or it is cancelled."""
    return None if step.approval is None else step.approval.on_reject


def step_texts(kind: TicketType, step: Step, people: People | None) -> Iterator[Message]:
    """What there is to know of a step: how a ticket comes to somebody, who approves by which rule, how long it may take."""
    yield handoff_text(kind, step, people)
    if step.approval is not None:
        yield from approval_texts(step.approval, people)
    if step.self_approval is False:
        yield message("quem abriu ou pediu não decide")
    if step.duration is not None:
        yield message("{horas} h úteis", horas=step.duration)
    if step.reminder is not None:
        yield message("lembrete {horas} h antes do fim", horas=step.reminder)
    if step.when_due:
        yield message("ao vencer: {codigos}", codigos=", ".join(step.when_due))


def approval_texts(approval: Approval, people: People | None) -> Iterator[Message]:
    """Who approves, how many of them, and what a rejection does."""
    rule = {"todos": message("aprovam todos"), "qualquer": message("aprova um")}.get(approval.rule)
    if len(approval.by) == 1:
        rule = message("aprova")
    said = rule or message("aprovam {quantos} de {todos}", quantos=approval.rule, todos=len(approval.by))
    yield message("{regra}: {quem}", regra=said, quem=side_by_side([seat_name(seat, people) for seat in approval.by]))
    if approval.veto:
        yield message("uma rejeição basta")
    if approval.on_reject is None:
        yield message("rejeitado: cancelado")


def side_by_side(names: Sequence[str]) -> Message:
    """Names with commas, each in the reader's language."""
    made = message("{nome}", nome=names[0])
    for name in names[1:]:
        made = message("{nomes}, {nome}", nomes=made, nome=name)
    return made


def seat_name(seat: str, people: People | None) -> str:
    """A person's or a group's name, or how it is written."""
    if ";" in seat:
        person = None if people is None else people.attendants.get(seat)
        return seat if person is None else person.name
    return message("grupo {codigo}", codigo=group_name(seat, people))


def group_of(code: str, people: People | None) -> Group | None:
    """The group of a code; where several coligadas have one, the first."""
    return None if people is None else next((one for one in people.groups.values() if str(one.code) == code.strip()), None)


def group_name(code: str, people: People | None) -> str:
    """A group's name, or its code."""
    found = group_of(code, people)
    return code if found is None else found.name


def handoff_text(kind: TicketType, step: Step, people: People | None = None) -> Message:
    """How a ticket is handed off on entering a step, in a few words; to a group, by its own distribution."""
    own = step.handoff or kind.handoff
    if own == "formula":
        code = step.formula or kind.formula
        return message("fórmula {codigo}", codigo=code or "?")
    receiver = (step.receiver if step.handoff is not None else kind.receiver) or "?"
    name = group_name(receiver, people)
    to_person = message("para o atendente {destino}", destino=receiver)
    words = {
        "atendente": to_person if people is None else message("para {quem}", quem=seat_name(receiver, people)),
        "grupo": group_text(receiver, people),
        "abertura": message("para quem abriu"),
        "anterior": message("para o detentor anterior"),
        "manter": message("fica com quem está"),
        "rodizio": message("rodízio do grupo {destino}", destino=name),
        "menorcarga": message("menor carga do grupo {destino}", destino=name),
    }  # fmt: skip
    return words.get(own) or message("repasse '{tipo}'", tipo=own)


def group_text(code: str, people: People | None) -> Message:
    """Who of a group receives."""
    group, name = group_of(code, people), group_name(code, people)
    if group is None or people is None or group.distribution == "fila":
        return message("para a fila do grupo {destino}", destino=name)
    if group.distribution == "atendente":
        return message("para {quem}, do grupo {destino}", quem=people.name(group.attendant or "?"), destino=name)
    if group.distribution == "rodizio":
        return message("rodízio do grupo {destino}", destino=name)
    return message("menor carga do grupo {destino}", destino=name)


def flow_text(picture: Picture) -> str:
    """Columns as indented lines, for a terminal."""
    boxes = {box.name: box for box in picture.boxes}
    made = [picture.title]
    for column in layers(picture):
        for name in column:
            box = boxes[name]
            mark = "▶" if box.marked else "●" if box.start else "◎" if box.final else "○"
            after = ", ".join(
                " ".join(boxes[arrow.end].lines[0].split()) for arrow in picture.arrows if arrow.begin == name and not arrow.quiet
            )
            back = ", ".join(
                f"{arrow.text} → {boxes[arrow.end].lines[0]}" for arrow in picture.arrows if arrow.begin == name and arrow.quiet
            )
            made.append(
                f"  {mark} {box.lines[0]} ({'; '.join(box.lines[1:])})"
                + (f" → {after}" if after else "")
                + (f" ({back})" if back else "")
            )
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
