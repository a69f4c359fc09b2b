"""Functions turned round: what an argument must be for a call to have a value. A part of
:mod:`routing.testing.proposing.wishes`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from formula.reading.tree import Expression, bare
from formula.values import NULL_DATE, parse_date, to_text
from formula.working_calendar import add_working_days, add_working_hours, working_days_between
from routing.testing.proposing.inputs import DAY, Input, constant
from routing.testing.proposing.wishes import UNKNOWN, Changes, View, as_number, moved, solved, together, wish

Arguments = tuple[Expression, ...]
Inverse = Callable[[Arguments, Any, View], Iterator[Changes]]


def same_first(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """Functions that leave some values as they are: rounding, letter case, trimming."""
    yield from wish(arguments[0], wanted, view)


def absolute(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """ABS."""
    number = as_number(wanted)
    if number is not None and number >= 0:
        yield from wish(arguments[0], number, view)
        yield from wish(arguments[0], -number, view)


def any_argument(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """MAX and MIN: one of them, or all."""
    for one in arguments:
        yield from wish(one, wanted, view)
    if len(arguments) == 2:
        yield from together(wish(arguments[0], wanted, view), wish(arguments[1], wanted, view))


def fraction(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """FRAC: the whole part stays."""
    number, before = as_number(wanted), as_number(view.value(arguments[0]))
    if number is not None:
        yield from wish(arguments[0], int(before or 0) + number, view)


def remainder(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """RESTO: another number with the remainder, near the present one and farther up."""
    number, before, divisor = (as_number(one) for one in (wanted, view.value(arguments[0]), view.value(arguments[1])))
    if number is None or not divisor:
        return
    base = int((before or 0) / divisor) * divisor
    for times in (0, 1, -1, 10, 100, 1000):
        yield from wish(arguments[0], base + times * divisor + number, view)


def substring(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """SUBSTR: the piece is put into the text."""
    text, start, size = (
        words_of(wanted),
        as_number(view.value(arguments[1])),
        as_number(view.value(arguments[2])) if len(arguments) > 2 else None,
    )
    before = view.value(arguments[0])
    if text is None or start is None or (size is not None and len(text) > size):
        return
    old = before if isinstance(before, str) else ""
    head, end = int(start) - 1, int(start) - 1 + int(size if size is not None else len(text))
    if not 0 <= head < 10_000:
        return
    if size is not None and len(text) < size and old[end:]:
        text = text.ljust(int(size))
    yield from wish(arguments[0], old[:head].ljust(head, "x") + text + old[end:], view)


def length(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """TAMANHO: the text is cut or filled up."""
    size, before = as_number(wanted), view.value(arguments[0])
    if size is None or not 0 <= size < 10_000:
        return
    old = before if isinstance(before, str) else ""
    yield from wish(arguments[0], old[: int(size)].ljust(int(size), "x"), view)


def position(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """POSICAO: the piece is put at the place, or taken out."""
    piece, at, before = view.value(arguments[0]), as_number(wanted), view.value(arguments[1])
    if not isinstance(piece, str) or not piece or at is None or not 0 <= at < 10_000:
        return
    old = before if isinstance(before, str) else ""
    clean = old.replace(piece, "")
    if at < 1:
        yield from wish(arguments[1], clean, view)
        return
    head = int(at) - 1
    yield from wish(arguments[1], clean[:head].ljust(head, "x") + piece + clean[head:], view)


def joined(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """CONCAT: what the other parts leave over; all parts anew between the constant ones."""
    text = words_of(wanted)
    if text is None:
        return
    parts = [words_of(view.value(one)) for one in arguments]
    for place, one in enumerate(arguments):
        head, tail = parts[:place], parts[place + 1 :]
        if None not in head and None not in tail:
            before, after = "".join(str(piece) for piece in head), "".join(str(piece) for piece in tail)
            if text.startswith(before) and text.endswith(after) and len(before) + len(after) <= len(text):
                yield from wish(one, text[len(before) : len(text) - len(after)], view)
    yield from split(arguments, text, view)


def split(arguments: Arguments, text: str, view: View) -> Iterator[Changes]:
    """A text cut at its constant parts, each piece for the part between them."""
    fixed = [constant(bare(one)) for one in arguments]
    made: Changes = {}
    at, free = 0, [place for place, one in enumerate(fixed) if one is None]
    for place, one in enumerate(arguments):
        if fixed[place] is not None:
            piece = words_of(fixed[place]) or ""
            if not text.startswith(piece, at):
                return
            at += len(piece)
            continue
        following = words_of(fixed[place + 1]) if place + 1 < len(arguments) and fixed[place + 1] is not None else None
        end = text.find(following, at) if following else len(text) if place == free[-1] else min(at + 1, len(text))
        if end < 0:
            return
        found = next(wish(one, text[at:end], view), None)
        if found is None:
            return
        made |= found
        at = end
    yield made


def replaced(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """SUBSTITUI and PREENCHE: the text that is wanted, as it is."""
    text = words_of(wanted)
    if text is not None:
        yield from wish(arguments[0], text, view)
        fill = view.value(arguments[2]) if len(arguments) > 2 else ""
        if isinstance(fill, str) and fill:
            yield from wish(arguments[0], text.lstrip(fill), view)


def piece_of(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """PARTE: the piece between separators."""
    text, before, separator, number = (
        words_of(wanted),
        view.value(arguments[0]),
        view.value(arguments[1]),
        as_number(view.value(arguments[2])),
    )
    if text is None or not isinstance(separator, str) or not separator or number is None or not 1 <= number < 100:
        return
    pieces = before.split(separator) if isinstance(before, str) else []
    pieces += [""] * (int(number) - len(pieces))
    pieces[int(number) - 1] = text
    yield from wish(arguments[0], separator.join(pieces), view)


def letter(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """ASCII: the character with the code."""
    number = as_number(wanted)
    if number is not None and 32 <= number < 127:
        yield from wish(arguments[0], chr(int(number)), view)


def part_of_date(change: Callable[[datetime, int], datetime]) -> Inverse:
    """ANODT, MESDT, DIADT, HORADT: one part of the date changed."""

    def inverse(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
        number, before = as_number(wanted), view.value(arguments[0])
        day = before if isinstance(before, datetime) else parse_date(before) if isinstance(before, str) else None
        if number is None:
            return
        for base in (day, datetime(2028, 1, 1)):
            try:
                made = None if base is None or base.year == 1 else change(base, int(number))
            except ValueError:
                continue
            if made is not None:
                yield from wish(arguments[0], made, view)

    return inverse


def weekday(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """DIASEMANA: each of the next six days; a run tells which it was."""
    before = view.value(arguments[0])
    day = before if isinstance(before, datetime) and before.year > 1 else datetime(2026, 1, 5)
    del wanted
    for count in range(1, 7):
        yield from wish(arguments[0], day + count * DAY, view)


def whole_date(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """MTDATA: day, month and year."""
    day = wanted if isinstance(wanted, datetime) else parse_date(wanted) if isinstance(wanted, str) else None
    if day is not None and len(arguments) == 3:
        first = together(wish(arguments[0], day.day, view), wish(arguments[1], day.month, view))
        yield from together(first, wish(arguments[2], day.year, view))
        for one, value in zip(arguments, (day.day, day.month, day.year), strict=True):
            yield from wish(one, value, view)


def days_apart(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """DIFDIAS."""
    first, second = view.value(arguments[0]), view.value(arguments[1])
    for value in solved("-", wanted, second, left_wanted=True):
        yield from wish(arguments[0], value, view)
    for value in solved("-", wanted, first, left_wanted=False):
        yield from wish(arguments[1], value, view)


def working_days_apart(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """DIASUTEIS: the end so many working days after the start, the start so many before the end."""
    count = as_number(wanted)
    if count is None or len(arguments) != 2 or not -100_000 < count < 100_000:
        return
    for place, sign in ((1, 1), (0, -1)):
        known = as_day(view.value(arguments[1 - place]))
        if known is not None:
            found = working_day(view, known, sign * int(count))
            if found is not None:
                yield from wish(arguments[place], found, view)


def working_days_later(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """SOMADIASUTEIS: the day so many working days before, or how many lead there."""
    day = as_day(wanted)
    if day is None or len(arguments) != 2:
        return
    count, start = as_number(view.value(arguments[1])), as_day(view.value(arguments[0]))
    if count is not None and -100_000 < count < 100_000:
        found = working_day(view, day, -int(count))
        if found is not None:
            yield from wish(arguments[0], found, view)
    if start is not None:
        yield from wish(arguments[1], working_days_between(view.calendar, start, day), view)


def working_hours_apart(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """HORASUTEIS."""
    hours = as_number(wanted)
    if hours is None or len(arguments) != 2 or not -1_000_000 < hours < 1_000_000:
        return
    for place, sign in ((1, 1), (0, -1)):
        known = as_day(view.value(arguments[1 - place]))
        if known is not None:
            try:
                yield from wish(arguments[place], add_working_hours(view.calendar, known, sign * hours), view)
            except OverflowError:
                continue


def as_day(value: Any) -> datetime | None:
    """A date, or a text that is one; the no-date is none."""
    found = parse_date(value) if isinstance(value, str) else value
    return found if isinstance(found, datetime) and found != NULL_DATE else None


def working_day(view: View, day: datetime, count: int) -> datetime | None:
    """The working day so many away, at the same time."""
    try:
        return datetime.combine(add_working_days(view.calendar, day, count), day.time())
    except OverflowError:
        return None


def later(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """SOMAMESES: about so many days before."""
    count = as_number(view.value(arguments[1]))
    if isinstance(wanted, datetime) and count is not None and -10_000 < count < 10_000:
        for error in (0, 1, -1, 2, -2, 3, -3):
            found = moved(wanted, timedelta(days=error - round(int(count) * 30.44)))
            if found is not None:
                yield from wish(arguments[0], found, view)


def other_month(direction: int) -> Inverse:
    """INCMES and DECMES: the month from which so many months lead to the wanted one, or how many lead there."""

    def inverse(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
        month, before, count = (as_number(one) for one in (wanted, *(view.value(argument) for argument in arguments)))
        if month is None or not 1 <= month <= 12:
            return
        if count is not None:
            yield from wish(arguments[0], (int(month) - 1 - direction * int(count)) % 12 + 1, view)
        if before is not None:
            yield from wish(arguments[1], direction * (int(month) - int(before)) % 12, view)

    return inverse


def rows_given(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """EXECSQL: rows or none."""
    found, rows = rows_of(arguments, view)
    if found is not None and wanted in {True, False}:
        yield {found: (rows or [dict.fromkeys(view.columns.get(found.name) or ("CAMPO",), 1)]) if wanted else []}


def one_row_more(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """PROXREGSQL: a further row, or only the first."""
    found, rows = rows_of(arguments, view)
    if found is not None and rows:
        yield {found: [*rows, dict(rows[-1])] if wanted else rows[:1]}


def column_of_row(arguments: Arguments, wanted: Any, view: View) -> Iterator[Changes]:
    """RESULTSQL: the column in each row, in the last one, or in a further one."""
    found, rows = rows_of(arguments, view)
    name = view.value(arguments[1]) if len(arguments) > 1 else None
    if found is None or not isinstance(name, str) or isinstance(wanted, list):
        return
    key = name.strip().upper()
    rows = rows or [dict.fromkeys(view.columns.get(found.name) or (key,), 1)]
    for place in range(min(len(rows), 6)):
        yield {found: [{**row, key: wanted} if at == place else row for at, row in enumerate(rows)]}
    yield {found: [{**row, key: wanted} for row in rows]}
    yield {found: [*rows, {**rows[-1], key: wanted}]}


def rows_of(arguments: Arguments, view: View) -> tuple[Input | None, list[dict[str, Any]]]:
    """The sentence that a call names, and its rows."""
    code = constant(bare(arguments[0])) if arguments else None
    found = view.inputs.get(("sql", code.strip().upper())) if isinstance(code, str) else None
    rows = view.state.get(found) if found is not None else None
    return found, list(rows) if isinstance(rows, list) else []


def words_of(value: Any) -> str | None:
    """A value as text joins it."""
    if value is UNKNOWN or isinstance(value, bool | list):
        return None
    return to_text(value)


CALLS: Mapping[str, Inverse] = {
    **dict.fromkeys(("INT", "TRUNC", "ARRED", "ARREDONDA", "ARREDVALOR"), same_first),
    **dict.fromkeys(("MAIUSCULA", "MINUSCULA", "TRIM", "ULTDIAMES"), same_first),
    "ABS": absolute, "MAX": any_argument, "MIN": any_argument, "FRAC": fraction, "RESTO": remainder,
    "SUBSTR": substring, "TAMANHO": length, "POSICAO": position, "CONCAT": joined, "SUBSTITUI": replaced, "PREENCHE": replaced,
    "PARTE": piece_of, "ASCII": letter,
    "ANODT": part_of_date(lambda day, number: day.replace(year=number)),
    "MESDT": part_of_date(lambda day, number: day.replace(month=number)),
    "DIADT": part_of_date(lambda day, number: day.replace(day=number)),
    "HORADT": part_of_date(lambda day, number: day.replace(hour=number)),
    "DIASEMANA": weekday, "MTDATA": whole_date, "DIFDIAS": days_apart,
    "DIASUTEIS": working_days_apart, "SOMADIASUTEIS": working_days_later, "HORASUTEIS": working_hours_apart,
    "INCMES": other_month(1), "DECMES": other_month(-1), "SOMAMESES": later,
    "EXECSQL": rows_given, "PROXREGSQL": one_row_more, "RESULTSQL": column_of_row,
}  # fmt: skip
"""Functions turned round; one that is not here is left to the search."""
