"""Statistics as a picture: bars of load, refusals, statuses and time in steps. SVG without scripts, fonts or outside parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from formula.messages import Message
from routing.domain.flow import STATUS_NAMES as STATUSES
from routing.messages import message

WIDTH, LABEL, ROW, TITLE, MARGIN = 760, 250, 24, 34, 16
MOST = 15
"""Bars of one part; the rest is left out, and counted."""
COLOUR, LATE = "#3465a4", "#c4501b"

Bar = tuple[str, float, str, str]
"""Label, length, what stands behind it, colour."""


def picture(document: Mapping[str, Any], language: str) -> str:
    """The whole drawing."""
    parts, top = [], MARGIN
    for title, bars in sections(document):
        drawn = bars[:MOST]
        if not drawn:
            continue
        more = f" (+{len(bars) - MOST})" if len(bars) > MOST else ""
        parts.append(f'<text x="{MARGIN}" y="{top + 18}" class="t">{escape(title.text(language) + more)}</text>')
        top += TITLE
        parts += bars_of(drawn, top)
        top += ROW * len(drawn) + MARGIN
    style = "text{font:13px sans-serif;fill:#222}.t{font-weight:bold;font-size:15px}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}" role="img">'
    name = escape(message("Estatísticas dos atendimentos").text(language))
    return f'{head}<title>{name}</title><style>{style}</style><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>'


def bars_of(bars: Sequence[Bar], top: int) -> list[str]:
    """One line a bar; the longest fills the room."""
    longest = max((length for _, length, _, _ in bars), default=0) or 1
    room, made = WIDTH - LABEL - 2 * MARGIN - 110, []
    for at, (label, length, said, colour) in enumerate(bars):
        y, long = top + at * ROW, round(room * length / longest, 1)
        made.append(
            f'<text x="{MARGIN}" y="{y + 14}">{escape(short(label))}</text>'
            f'<rect x="{LABEL}" y="{y + 2}" width="{max(long, 1)}" height="16" fill="{colour}"/>'
            f'<text x="{LABEL + long + 6}" y="{y + 14}">{escape(said)}</text>'
        )
    return made


def short(text: str) -> str:
    """A label that fits."""
    return text if len(text) <= 34 else text[:33] + "…"


def sections(document: Mapping[str, Any]) -> list[tuple[Message, list[Bar]]]:
    """The parts of the drawing."""
    return [
        (message("Atendimentos por status"), [
            (str(STATUSES.get(row["status"], row["status"] or "–")), row["count"], str(row["count"]), COLOUR)
            for row in document["statuses"]
        ]),
        (message("Em aberto, por pessoa e grupo"), [
            (row["name"], row["open"], str(row["open"]), COLOUR) for row in document["holders"]
        ]),
        (message("Recusas por verificação"), [
            (f"{row['gate']} {row['name']}", row["count"], str(row["count"]), COLOUR) for row in document["refusals"]
        ]),
        (message("Horas por etapa, em média"), [
            (f"{row['type_name'] or row['type']}: {row['step_name'] or row['step']}", row["average_hours"], time_said(row),
             LATE if row["late"] else COLOUR)
            for row in document["steps"]
        ]),
    ]  # fmt: skip


def time_said(row: Mapping[str, Any]) -> str:
    """``12,5 h (3/40 > 24 h)``: the average, and how many stays went beyond what the step takes."""
    hours = f"{row['average_hours']:.1f} h".replace(".", ",")
    return hours if row["duration"] is None else f"{hours} ({row['late']}/{row['stays']} > {row['duration']} h)"
