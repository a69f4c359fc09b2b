"""A small layered drawing of a directed graph as SVG: boxes in columns from left to right, arrows between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from textwrap import wrap
from xml.sax.saxutils import escape

import attrs

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN, LANE, PASS = 190, 58, 140, 30, 24, 16, 14
"""Pixels: boxes, the room between them, the edge, lanes of arrows that lead back, room for a passing arrow."""
ORDER_SWEEPS = 6
LETTERS, LINE = 28, 16
"""What fits into a line of a box, and how tall it is."""

Point = tuple[float, float]


@attrs.frozen
class Box:
    """A node: ``name`` identifies it, ``lines`` are its text, ``start`` a way in, ``marked`` where one stands, ``aim`` where one
    would go."""

    name: str
    lines: tuple[str, ...]
    start: bool = False
    marked: bool = False
    final: bool = False
    aim: bool = False


@attrs.frozen
class Arrow:
    """An edge from one box to another, with a short text; a ``quiet`` one is dashed and pale. One has ``been`` along it, or would
    be ``going``."""

    begin: str
    end: str
    text: str = ""
    quiet: bool = False
    been: bool = False
    going: bool = False


@attrs.frozen
class Picture:
    """A graph to draw; ``title`` and ``description`` are for people who cannot see it."""

    title: str
    description: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    @property
    def tall(self) -> int:
        """The height of its boxes: that of the one with the most lines."""
        most = max((len(box.lines) for box in self.boxes), default=0)
        return max(HEIGHT, most * LINE + HEIGHT - 2 * LINE)


@attrs.frozen
class Plan:
    """Where everything stands: box corners, the bends of each arrow by its number, and which arrows lead back."""

    corners: Mapping[str, tuple[float, float]]
    bends: Mapping[int, tuple[tuple[float, float], ...]]
    back: frozenset[int]
    width: float
    height: float
    tall: int
    """The height of a box."""


def backward(picture: Picture) -> frozenset[int]:
    """The numbers of arrows that close a ring, found by walking from the starts."""
    after: dict[str, list[tuple[int, str]]] = {}
    for position, arrow in enumerate(picture.arrows):
        after.setdefault(arrow.begin, []).append((position, arrow.end))
    state: dict[str, int] = {}
    found: set[int] = set()
    for root in [*(box.name for box in picture.boxes if box.start), *(box.name for box in picture.boxes)]:
        stack = [(root, iter(after.get(root, ())))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            name, ways = stack[-1]
            step = next(ways, None)
            if step is None:
                state[name] = 2
                stack.pop()
            elif step[1] not in state:
                state[step[1]] = 1
                stack.append((step[1], iter(after.get(step[1], ()))))
            elif state[step[1]] == 1:
                found.add(step[0])
    return frozenset(found)


def ranks(picture: Picture, back: frozenset[int]) -> dict[str, int]:
    """The column of each box: one more than that of the farthest box before it."""
    before: dict[str, int] = {box.name: 0 for box in picture.boxes}
    after: dict[str, list[str]] = {}
    for position, arrow in enumerate(picture.arrows):
        if position not in back and arrow.begin in before and arrow.end in before:
            before[arrow.end] += 1
            after.setdefault(arrow.begin, []).append(arrow.end)
    made = dict.fromkeys(before, 0)
    ready = [name for name, count in before.items() if not count]
    while ready:
        name = ready.pop()
        for end in after.get(name, ()):
            made[end] = max(made[end], made[name] + 1)
            before[end] -= 1
            if not before[end]:
                ready.append(end)
    return made


def layers(picture: Picture) -> list[list[str]]:
    """Box names by column, in the order they are drawn."""
    rank = ranks(picture, backward(picture))
    made: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for box in picture.boxes:
        made[rank[box.name]].append(box.name)
    return made


def arrange(picture: Picture) -> Plan:
    """Columns with room for the arrows that pass through them, ordered so that few lines cross."""
    back = backward(picture)
    rank = ranks(picture, back)
    columns: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for box in picture.boxes:
        columns[rank[box.name]].append(box.name)
    links: list[tuple[str, str]] = []
    passing: dict[int, list[str]] = {}
    for position, arrow in enumerate(picture.arrows):
        if position in back or arrow.begin not in rank or arrow.end not in rank:
            continue
        chain = [f"\0{position}:{column}" for column in range(rank[arrow.begin] + 1, rank[arrow.end])]
        passing[position] = chain
        for name, column in zip(chain, range(rank[arrow.begin] + 1, rank[arrow.end]), strict=True):
            columns[column].append(name)
        whole = [arrow.begin, *chain, arrow.end]
        links += pairwise(whole)
    spots = places(ordered(columns, links), MARGIN + (LANE * 2 if back else 0), picture.tall)
    bends = {
        position: tuple((spots[name][0] + WIDTH / 2, spots[name][1] + PASS / 2) for name in chain)
        for position, chain in passing.items()
    }
    corners = {box.name: spots[box.name] for box in picture.boxes}
    width = max((x for x, _ in spots.values()), default=0) + WIDTH + MARGIN
    height = max((y + tall(name, picture.tall) for name, (_, y) in spots.items()), default=0) + MARGIN
    return Plan(corners, bends, back, width + (GAP_X / 2 if back else 0), height + len(back) * LANE, picture.tall)


def ordered(columns: list[list[str]], links: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Columns whose boxes stand near their neighbours (mean position of those they are joined with)."""
    joined: dict[str, list[str]] = {}
    for begin, end in links:
        joined.setdefault(begin, []).append(end)
        joined.setdefault(end, []).append(begin)
    for sweep in range(ORDER_SWEEPS):
        pairs = list(pairwise(columns))
        if sweep % 2:
            pairs = [(right, left) for left, right in reversed(pairs)]
        for fixed, moving in pairs:
            at = {name: row for row, name in enumerate(fixed)}
            own = {name: row for row, name in enumerate(moving)}
            wanted = {name: mean([at[one] for one in joined.get(name, ()) if one in at], own[name]) for name in moving}
            moving.sort(key=lambda name, wanted=wanted, own=own: (wanted[name], own[name]))  # type: ignore[misc]
    return columns


def mean(numbers: list[int], default: float) -> float:
    """The mean, or a default of nothing."""
    return sum(numbers) / len(numbers) if numbers else default


def places(columns: Iterable[Sequence[str]], left: float, box: int) -> dict[str, tuple[float, float]]:
    """The upper left corner of each box, and of the room for each passing arrow; columns are centred."""
    rows = [list(column) for column in columns]
    heights = [sum(tall(name, box) + GAP_Y for name in column) for column in rows]
    tallest = max(heights, default=0)
    made: dict[str, tuple[float, float]] = {}
    for position, column in enumerate(rows):
        top = MARGIN + (tallest - heights[position]) / 2
        for name in column:
            made[name] = (left + position * (WIDTH + GAP_X), top)
            top += tall(name, box) + GAP_Y
    return made


def tall(name: str, box: int) -> int:
    """The height of a box, or of the room for a passing arrow."""
    return PASS if name.startswith("\0") else box


def svg(picture: Picture) -> str:
    """The drawing as one SVG document."""
    picture = attrs.evolve(picture, boxes=tuple(folded(box) for box in picture.boxes))
    plan = arrange(picture)
    wide, high = number(plan.width), number(plan.height)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
            'role="img" aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="13">'
        ),
        f'<title id="t">{escape(clean(picture.title))}</title><desc id="d">{escape(clean(picture.description))}</desc>',
        (
            '<defs><marker id="seta" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0L10 5L0 10z" fill="#475569"/></marker></defs>'
        ),
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
        *arrows_svg(picture, plan),
        *(box_svg(box, *plan.corners[box.name], plan.tall) for box in picture.boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def arrows_svg(picture: Picture, plan: Plan) -> Iterable[str]:
    """Every arrow: forward ones as curves between the columns, those that lead back through lanes below."""
    lanes = {position: lane for lane, position in enumerate(sorted(plan.back))}
    for position, arrow in enumerate(picture.arrows):
        if arrow.begin not in plan.corners or arrow.end not in plan.corners:
            continue
        begin, end = plan.corners[arrow.begin], plan.corners[arrow.end]
        if position in lanes:
            path, middle = back_path(begin, end, lanes[position], plan)
        else:
            path, middle = forward_path(begin, end, plan.bends[position], plan.tall)
        look = 'stroke="#94a3b8" stroke-dasharray="4 4"' if arrow.quiet else 'stroke="#475569"'
        if arrow.been:
            look = 'class="been" stroke="#b45309" stroke-width="2.5"'
        if arrow.going:
            look = 'class="going" stroke="#15803d" stroke-width="3.5"'
        end_name = escape(clean(arrow.end), {'"': "&quot;"})
        yield f'<path d="{path}" fill="none" data-end="{end_name}" {look} marker-end="url(#seta)"/>' + label_svg(arrow.text, middle)


def forward_path(begin: Point, end: Point, bends: Sequence[Point], box: int) -> tuple[str, Point]:
    """A curve from the right side of a box to the left side of another, through the bends; and where its text goes."""
    start, stop = (begin[0] + WIDTH, begin[1] + box / 2), (end[0] - 3, end[1] + box / 2)
    points = [start, *(one for x, y in bends for one in ((x - WIDTH / 2, y), (x + WIDTH / 2, y))), stop]
    path = f"M{spot(points[0])}"
    for (x1, y1), (x2, y2) in pairwise(points):
        if y1 == y2:
            path += f"L{spot((x2, y2))}"
        else:
            path += f"C{spot(((x1 + x2) / 2, y1))} {spot(((x1 + x2) / 2, y2))} {spot((x2, y2))}"
    (x1, y1), (x2, y2) = points[0], points[1]
    return path, ((x1 + x2) / 2, (y1 + y2) / 2 - 5)


def back_path(begin: Point, end: Point, lane: int, plan: Plan) -> tuple[str, Point]:
    """Out to the right, down to a lane of its own, back to the left, up and in; and where its text goes."""
    low = plan.height - MARGIN / 2 - (len(plan.back) - 1 - lane) * LANE
    out, back = begin[0] + WIDTH + 12 + lane % 8 * 4, end[0] - 14 - lane % 8 * 4
    start, stop = (begin[0] + WIDTH, begin[1] + plan.tall * 0.75), (end[0] - 3, end[1] + plan.tall * 0.75)
    corners = [start, (out, start[1]), (out, low), (back, low), (back, stop[1]), stop]
    return "M" + "L".join(spot(one) for one in corners), ((out + back) / 2, low - 3)


def label_svg(text: str, at: Point) -> str:
    """An arrow's text with a white rim, so that lines do not strike it out."""
    if not text:
        return ""
    return (
        f'<text x="{number(at[0])}" y="{number(at[1])}" text-anchor="middle" font-size="11" fill="#334155" '
        f'stroke="#ffffff" stroke-width="3" paint-order="stroke">{escape(cut(text))}</text>'
    )


def box_svg(box: Box, x: float, y: float, high: int) -> str:
    """A box with its lines; a start has a thick left edge, a final one a double border, a marked one a warm fill."""
    fill, stroke = ("#fde68a", "#b45309") if box.marked else ("#f1f5f9", "#475569")
    look = f'fill="{fill}" stroke="{stroke}"'
    if box.aim:
        look = f'class="aim" fill="{fill if box.marked else "#dcfce7"}" stroke="#15803d" stroke-width="3"'
    name = escape(clean(box.name), {'"': "&quot;"})
    made = [f'<rect x="{number(x)}" y="{number(y)}" width="{WIDTH}" height="{high}" rx="8" data-box="{name}" {look}/>']
    if box.start:
        made.append(f'<rect x="{number(x)}" y="{number(y)}" width="6" height="{high}" rx="3" fill="#15803d"/>')
    if box.final:
        made.append(
            f'<rect x="{number(x + 3)}" y="{number(y + 3)}" width="{WIDTH - 6}" height="{high - 6}" rx="6" '
            f'fill="none" stroke="{stroke}"/>'
        )
    first = y + high / 2 - (len(box.lines) - 1) * LINE / 2 + 4
    for row, text in enumerate(box.lines):
        weight = ' font-weight="600"' if row == 0 else ' fill="#475569" font-size="11"'
        made.append(
            f'<text x="{number(x + WIDTH / 2)}" y="{number(first + row * LINE)}" text-anchor="middle"{weight}>'
            f"{escape(cut(text))}</text>"
        )
    return "".join(made)


def spot(place: tuple[float, float]) -> str:
    """A point of a path."""
    return f"{number(place[0])} {number(place[1])}"


def number(value: float) -> str:
    """A coordinate, short and the same everywhere."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def folded(box: Box) -> Box:
    """A box whose lines, but for the first, go on in the next where they are too long; a long word is cut."""
    first, *more = box.lines
    return attrs.evolve(box, lines=(first, *(part for line in more for part in wrap(line, LETTERS, break_long_words=False))))


def cut(text: str, most: int = LETTERS) -> str:
    """A text that fits a box, without characters XML cannot carry."""
    plain = clean(text)
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def clean(text: str) -> str:
    """A text without characters XML cannot carry."""
    return "".join(char for char in text if char.isprintable())


def dot(picture: Picture) -> str:
    """The same as text for graphviz."""
    made = [f"digraph {quoted(picture.title)} {{", "  rankdir=LR;", "  node [shape=box, style=rounded];"]
    for box in picture.boxes:
        more = (
            (", penwidth=2" if box.start else "")
            + (", peripheries=2" if box.final else "")
            + (', style="rounded,filled"' if box.marked else "")
        )
        made.append(f"  {quoted(box.name)} [label={quoted(chr(10).join(box.lines))}{more}];")
    for arrow in picture.arrows:
        label = f" [label={quoted(arrow.text)}]" if arrow.text else ""
        made.append(f"  {quoted(arrow.begin)} -> {quoted(arrow.end)}{label};")
    return "\n".join([*made, "}"]) + "\n"


def quoted(text: str) -> str:
    """A text as graphviz reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
