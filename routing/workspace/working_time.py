"""``fuso`` and ``[calendario]``: a site's clock, and the days and hours that are worked."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from formula.messages import Message
from formula.values import parse_date
from formula.working_calendar import (
    DAY_MINUTES,
    MONDAY_TO_FRIDAY,
    OFFICE_HOURS,
    STATES_OF_BRAZIL,
    WorkingCalendar,
    countries,
    has_holidays,
    states_of,
)
from routing.domain.zone import nearest_zone, zone_named
from routing.messages import message
from routing.workspace.toml_tables import Table, shown

DAYS = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")
WHOLE_NAMES = ("segunda", "terca", "quarta", "quinta", "sexta", "sabado", "domingo")
WEEKDAYS: Mapping[str, int] = {
    **{name: at for names in (DAYS, WHOLE_NAMES) for at, name in enumerate(names)},
    **{f"{name}-feira": at for at, name in enumerate(WHOLE_NAMES[:5])},
}
"""Ways to write a day of the week, without accents."""
WINDOW = re.compile(r"(\d{1,2})[:h](\d{2})\s*(?:-|–|às|as|a)\s*(\d{1,2})[:h](\d{2})", re.ASCII | re.IGNORECASE)
PLACE = re.compile(r"([A-Z]{2,3})(?:-([A-Z0-9]{1,3}))?", re.ASCII)


def read_calendar(table: Table) -> WorkingCalendar:
    """The calendar of a table; what does not fit is reported and stands as if it were not there."""
    made = WorkingCalendar(
        weekdays=weekdays(table), hours=hours(table), holidays=holidays(table), days_off=frozenset(days_off(table))
    )
    table.finish()
    return made


def weekdays(table: Table) -> frozenset[int]:
    """``dias``."""
    written = table.texts("dias")
    found: set[int] = set()
    for one in written:
        name = plain(one)
        if name in WEEKDAYS:
            found.add(WEEKDAYS[name])
            continue
        near = get_close_matches(name, WEEKDAYS, 1, 0.7)
        hint = (
            message("você quis dizer '{perto}'?", perto=DAYS[WEEKDAYS[near[0]]])
            if near
            else message("os dias são: {lista}", lista=", ".join(DAYS))
        )
        wrong(table, "dias", message("'{dia}' não é um dia da semana", dia=one), hint, one)
    if table.data.get("dias") == []:
        wrong(
            table,
            "dias",
            message("o calendário não tem nenhum dia útil"),
            message('escreva ao menos um dia, como dias = ["seg", "ter", "qua", "qui", "sex"]'),
        )
    return frozenset(found) or MONDAY_TO_FRIDAY


def hours(table: Table) -> tuple[tuple[int, int], ...]:
    """``horas``: one window, or several with commas between."""
    given = table.value("horas", False)
    if given is not None and not isinstance(given, str):
        table.wrong("horas", message("um texto entre aspas"), given, EXAMPLE)
        return OFFICE_HOURS
    written = table.text("horas")
    if "horas" not in table.data:
        return OFFICE_HOURS
    found: list[tuple[int, int]] = []
    for part in written.split(","):
        window = WINDOW.fullmatch(part.strip())
        if window is None:
            wrong(table, "horas", message("'{texto}' não são horas", texto=part.strip()), EXAMPLE)
            return OFFICE_HOURS
        start, end = int(window[1]) * 60 + int(window[2]), int(window[3]) * 60 + int(window[4])
        if max(start, end) > DAY_MINUTES or max(int(window[2]), int(window[4])) > 59:
            wrong(table, "horas", message("'{texto}' não são horas de um dia", texto=part.strip()), EXAMPLE)
            return OFFICE_HOURS
        if end <= start:
            wrong(
                table,
                "horas",
                message("as horas '{texto}' terminam antes de começar", texto=part.strip()),
                message("o fim vem depois do começo, no mesmo dia; a meia-noite do fim é 24:00"),
            )
            return OFFICE_HOURS
        found.append((start, end))
    found.sort()
    if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
        wrong(table, "horas", message("os períodos de '{texto}' se sobrepõem", texto=written), EXAMPLE)
        return OFFICE_HOURS
    return tuple(found)


EXAMPLE = message('escreva as horas como "08:00-18:00", ou "08:00-12:00, 13:00-18:00"')


def holidays(table: Table) -> str:
    """``feriados``: a country, or one of its states."""
    written = table.text("feriados")
    code = written.strip().upper()
    if not code:
        return ""
    if code in STATES_OF_BRAZIL:
        wrong(
            table,
            "feriados",
            message("'{lugar}' é um estado do Brasil, e pode ser também um país", lugar=written.strip()),
            message('escreva "BR-{estado}"; um país com esse código se escreve com as três letras dele', estado=code),
        )
        return ""
    country, _, state = code.partition("-")
    if PLACE.fullmatch(code) and has_holidays(code):
        return code
    if country == "BR" or (PLACE.fullmatch(country) and has_holidays(country)):
        states = states_of(country)
        names = {**{plain(one): one for one in states}, **{plain(name): one for one, name in states.items()}}
        near = get_close_matches(plain(state), names, 1, 0.5)
        wrong(
            table,
            "feriados",
            message("'{estado}' não é um estado de {pais}", estado=written.strip().partition("-")[2], pais=country),
            message('você quis dizer "{perto}"?', perto=f"{country}-{names[near[0]]}") if near else listed(states),
        )
        return ""
    near = get_close_matches(code, countries(), 1, 0.6)
    wrong(
        table,
        "feriados",
        message("não há feriados de '{lugar}'", lugar=written),
        message('você quis dizer "{perto}"?', perto=near[0])
        if near
        else message('escreva um país, como "BR", ou um estado dele, como "BR-MG"'),
    )
    return ""


def listed(states: Mapping[str, str]) -> Message:
    """The states there are."""
    if not states:
        return message("escreva só o país")
    return message("os estados são: {lista}", lista=", ".join(sorted(states)))


def days_off(table: Table) -> Sequence[date]:
    """``folgas``: dates."""
    written = table.value("folgas", False)
    if written is None:
        return ()
    if not isinstance(written, list):
        table.wrong("folgas", message("uma lista de datas"), written, message("escreva folgas = [2026-12-24, 2026-12-31]"))
        return ()
    made: list[date] = []
    for one in written:
        found = day_of(one)
        if found is None:
            wrong(
                table,
                "folgas",
                message("{valor} não é uma data", valor=shown(one)),
                message("escreva folgas = [2026-12-24, 2026-12-31]"),
                one if isinstance(one, str) else None,
            )
        else:
            made.append(found)
    return made


def day_of(value: object) -> date | None:
    """A day of a TOML date, or of a text as people and JSON write it."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            value = parse_date(value)
    if isinstance(value, datetime):
        return value.date() if value.year > 1 else None
    return value if isinstance(value, date) else None


def wrong(table: Table, key: str, said: Message, hint: Message, literal: str | None = None) -> None:
    """A value that cannot serve."""
    table.document.report("valor-invalido", table.at(key), said, hint, literal)


def plain(text: str) -> str:
    """Small letters without accents."""
    return "".join(one for one in unicodedata.normalize("NFD", text.strip().lower()) if not unicodedata.combining(one))


def read_zone(table: Table) -> ZoneInfo | None:
    """``fuso``: a zone by its name; None without one, or with one that is not known, which is reported."""
    region = message('escreva o nome de uma região, como fuso = "America/Sao_Paulo"')
    given = table.value("fuso", False)
    if given is not None and not isinstance(given, str):
        table.wrong("fuso", message("um texto entre aspas"), given, region)
        return None
    written = table.text("fuso").strip()
    found = zone_named(written) if written else None
    if found is not None or not isinstance(table.data.get("fuso"), str):
        return found
    near = nearest_zone(written) if written else None
    wrong(
        table,
        "fuso",
        message("o fuso '{nome}' não existe", nome=written),
        message('você quis dizer "{perto}"?', perto=near) if near else region,
    )
    return None


def zone_of(path: Path) -> ZoneInfo | None:
    """The zone of the workspace that a file or folder is in; None without one."""
    for folder in (path, *path.parents):
        try:
            written = tomllib.loads((folder / "repasse.toml").read_text("utf-8-sig")).get("fuso")
        except (OSError, ValueError):
            continue
        return zone_named(written) if isinstance(written, str) else None
    return None
