"""Session commands on files: contexts and formulas, opened and saved."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from formula.context import Context
from formula.names import as_seen
from formula.values import display
from formula.working_calendar import WorkingCalendar
from repl.messages import message, plural
from repl.session.session import Session, faulty
from repl.session.words import YES
from repl.showing.answers import DIM, HINT, TITLE, Answer, Line, answer, refusal
from repl.showing.console import Refusal, read_text, why
from repl.showing.faults import faults_text
from repl.showing.values import quoted
from routing.workspace.working_time import DAYS

SECTIONS = {"campos": "fields", "parametros": "parameters", "funcoes": "functions", "memorias": "memories", "formulas": "formulas"}
BARE = re.compile(r"""[^\s"'\\\[\]{}=#][^"'\\\[\]{}=#]*""")
"""A value without quotes that is no TOML: a text, or a number with a decimal comma."""
SINGLE = {"usuario": "user", "coligada": "coligada", "agora": "now"}
CALENDAR = {"dias": "weekdays", "horas": "hours", "feriados": "holidays", "folgas": "days_off"}


def context(session: Session, rest: str) -> Answer:
    """Show the context, load one from a file, or set one of its values."""
    if not rest:
        return Answer(tuple(context_lines(session)))
    if "=" in rest:
        return set_value(session, rest)
    return load_context(session, rest)


def load_context(session: Session, path: str) -> Answer:
    """A context file takes the place of the context, and of an opened ticket."""
    from routing.workspace.contexts import ContextFault, read_context
    from routing.workspace.working_time import zone_of

    try:
        text, _ = read_text(path)
        given = read_context(text, path, zone_of(Path(path).absolute()) if session.site is None else session.site.zone)
    except Refusal as fault:
        return refusal(fault.sentence, fault.hint)
    except ContextFault as fault:
        return faulty(fault.source, fault.diagnostics, session.language)
    session.context, session.lenient, session.ticket, session.real = given.context, given.lenient, None, None
    lines = [Line(message("contexto de {caminho}", caminho=path))]
    if given.warnings:
        from formula.source import Source

        lines.append(Line(faults_text(Source(text, path), list(given.warnings), session.language)))
    return Answer(tuple(lines))


def set_value(session: Session, rest: str) -> Answer:
    """``campos.PRIORIDADE = "Urgente"``: one line of a context file."""
    from routing.workspace.contexts import ContextFault, read_context

    typed, sign, what = rest.partition("=")
    rest = f"{as_seen(typed)} {sign}{what}"
    try:
        given = read_context(rest, zone=None if session.site is None else session.site.zone)
    except ContextFault as fault:
        name, _, value = rest.partition("=")
        if BARE.fullmatch(value.strip()):
            return set_value(session, f'{name.strip()} = "{value.strip()}"')
        return faulty(fault.source, fault.diagnostics, session.language)
    tables = tomllib.loads(rest)
    changes: dict[str, Any] = {}
    for table, attribute in SECTIONS.items():
        if table in tables:
            merged = {name.upper(): value for name, value in getattr(session.context, attribute).items()}
            merged |= {name.upper(): value for name, value in getattr(given.context, attribute).items()}
            changes[attribute] = merged
    changes |= {attribute: getattr(given.context, attribute) for key, attribute in SINGLE.items() if key in tables}
    if given.context.calendar is not None:
        written = {
            attribute: getattr(given.context.calendar, attribute)
            for key, attribute in CALENDAR.items()
            if key in tables["calendario"]
        }
        changes["calendar"] = attrs.evolve(session.context.calendar or WorkingCalendar(), **written)
    if given.warnings or not changes:
        return refusal(
            message("'{texto}' não muda o contexto", texto=rest),
            message('escreva, por exemplo: :contexto campos.PRIORIDADE = "Urgente"'),
        )
    if session.ticket is None:
        session.context = attrs.evolve(session.context, **changes)
        return answer(message("contexto mudado: {texto}", texto=rest), style=DIM)
    if "calendar" in changes:
        return refusal(
            message("o calendário é do ambiente e não se supõe"), message("mude [calendario] em repasse.toml, ou escreva um caso")
        )
    return supposing(session, given.context, changes, rest)


def supposing(session: Session, given: Context, changes: dict[str, Any], rest: str) -> Answer:
    """Change what formulas see of an opened ticket: a hypothesis, which every plan obeys."""
    from repl.session.supposing import check_names, in_force
    from routing.failures import WrongSupposition

    if "coligada" in changes and changes["coligada"] != session.ticket.coligada:
        return refusal(message("a coligada é da chave do atendimento e não se supõe"), message("abra outro: :atendimento C;L;N"))
    before = session.context
    try:
        check_names(session, given)
        session.context = attrs.evolve(before, **changes)
        said = in_force(session)
    except WrongSupposition as fault:
        session.context = before
        return refusal(fault.message, fault.hint)
    lines = [Line(message("contexto mudado: {texto}", texto=rest), DIM)]
    if said is not None:
        lines += [Line(said), Line(message(":planejar obedece; :atendimento desfaz; :caso ARQUIVO guarda como teste"), DIM)]
    return Answer(tuple(lines))


def context_lines(session: Session) -> list[Line]:
    """What formulas see, table by table; empty parts are left out."""
    seen = session.context
    lines = [Line(message("Contexto"), TITLE)]
    if session.ticket is not None:
        lines.append(Line(message("  atendimento {chave}", chave=session.ticket.key)))
    lines.append(Line(f"  coligada = {seen.coligada}"))
    if seen.user:
        lines.append(Line(f"  usuario = {quoted(seen.user)}"))
    lines.append(Line("  agora = " + (message("o relógio") if seen.now is None else display(seen.now))))
    if seen.calendar is not None:
        lines += [Line(f"  {line}") for line in calendar_lines(seen.calendar)]
    for table, attribute in SECTIONS.items():
        values = {name: value for name, value in getattr(seen, attribute).items() if value not in (None, "")}
        if values:
            lines.append(Line(f"  [{table}]"))
            lines += [Line(f"    {name} = {shown(value)}") for name, value in values.items()]
    if seen.sql:
        lines.append(Line("  [sql]"))
        counts = ((code, len(rows)) for code, rows in seen.sql.items())
        lines += [
            Line(plural(count, "    {codigo}: {quantas} linha", "    {codigo}: {quantas} linhas", codigo=code, quantas=count))
            for code, count in counts
        ]
    return lines


def shown(value: Any) -> str:
    """A value in one line, cut when long; host values the engine would convert are shown as they came."""
    text = quoted(value) if value is None or isinstance(value, str | int | Decimal | date) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= 70 else text[:69] + "…"


def open_formula(session: Session, path: str) -> Answer:
    """Load a formula and show its lints or faults."""
    if not path:
        return refusal(message("diga qual arquivo: :abrir ARQUIVO"))
    try:
        text, noticed = read_text(path)
    except Refusal as fault:
        return refusal(fault.sentence, fault.hint)
    import formula
    from formula.source import Source

    session.loaded = (path, text)
    found = [*noticed, *formula.check(text, session.schema(), lenient=session.lenient, name=path)]
    count = len(text.splitlines())
    lines = [
        Line(
            plural(
                count,
                "{caminho}: {quantas} linha; :executar executa",
                "{caminho}: {quantas} linhas; :executar executa",
                caminho=path,
                quantas=count,
            )
        )
    ]
    if found:
        lines.append(Line(faults_text(Source(text, path), found, session.language)))
    return Answer(tuple(lines), faulty=any(one.severity == "error" for one in found))


def show_text(session: Session, _rest: str) -> Answer:
    """The opened formula with line numbers."""
    if session.loaded is None:
        return refusal(message("nenhuma fórmula aberta"), message(":abrir ARQUIVO"))
    lines = session.loaded[1].splitlines()
    return Answer(tuple(Line(f"{at:4}  {text}") for at, text in enumerate(lines, 1)))


def save(session: Session, path: str) -> Answer:
    """Write the latest formula, or the context to a name that ends in ``.toml``. An existing file is not replaced
    unless it is the one that was opened."""
    if not path:
        return refusal(message("diga qual arquivo: :salvar ARQUIVO"))
    if path.endswith(".toml"):
        text = context_text(session.context)
    elif session.last is not None:
        text = session.last.text
    elif session.loaded is not None:
        text = session.loaded[1]
    else:
        return refusal(message("não há fórmula a gravar"))
    target = Path(path)
    if target.exists() and (session.loaded is None or Path(session.loaded[0]) != target):
        return refusal(message("'{caminho}' já existe", caminho=path), message("escolha outro nome"))
    from repl.session.impact import before_saving

    shown = before_saving(session, target, text)
    if shown is None:
        return written(target, text)
    session.question = lambda line: written(target, text) if line.strip().lower() in YES else answer(message("Nada mudou."))
    asked = message("Gravar assim mesmo? [s/N] ")
    return Answer((*shown.lines, Line(asked, HINT)), asks=asked)


def written(target: Path, text: str) -> Answer:
    """Write a file."""
    try:
        target.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
    except OSError as fault:
        return refusal(message("não foi possível escrever '{caminho}': {motivo}", caminho=target, motivo=why(fault)))
    return answer(message("gravado: {caminho}", caminho=target))


def context_text(seen: Context) -> str:
    """The context as a context file; the directory and live sentences are no data of the session and are left out."""
    lines = [f"coligada = {seen.coligada}"]
    if seen.user:
        lines.append(f"usuario = {toml_value(seen.user)}")
    if seen.now is not None:
        lines.append(f"agora = {toml_value(seen.now)}")
    for table, attribute in SECTIONS.items():
        values = {name: value for name, value in getattr(seen, attribute).items() if value is not None}
        if values:
            lines += ["", f"[{table}]", *(f"{toml_key(name)} = {toml_value(value)}" for name, value in values.items())]
    if seen.calendar is not None:
        lines += ["", *calendar_lines(seen.calendar)]
    for code, rows in seen.sql.items():
        inside = ",\n".join(
            "  { " + ", ".join(f"{toml_key(n)} = {toml_value(v)}" for n, v in row.items() if v is not None) + " }" for row in rows
        )
        lines += ["", f"[sql.{toml_key(code)}]", f"linhas = [\n{inside},\n]" if rows else "linhas = []"]
    return "\n".join(lines) + "\n"


def calendar_lines(calendar: WorkingCalendar) -> list[str]:
    """A calendar as the table of a context file."""
    windows = ", ".join(f"{time_text(start)}-{time_text(end)}" for start, end in calendar.hours)
    lines = [
        "[calendario]",
        f"dias = [{', '.join(toml_value(DAYS[day]) for day in sorted(calendar.weekdays))}]",
        f'horas = "{windows}"',
    ]
    lines += [f"feriados = {toml_value(calendar.holidays)}"] if calendar.holidays else []
    lines += [f"folgas = [{', '.join(day.isoformat() for day in sorted(calendar.days_off))}]"] if calendar.days_off else []
    return lines


def time_text(minutes: int) -> str:
    """Minutes from midnight as a time of day."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def toml_key(name: str) -> str:
    """A bare key where that is allowed, else a quoted one."""
    bare = bool(name) and all(char.isascii() and (char.isalnum() or char in "_-") for char in name)
    return name if bare else toml_value(name)


def toml_value(value: Any) -> str:
    """A value as TOML; exact numbers as texts where a float would lose digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    escaped = "".join(
        {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(char)
        or (char if char.isprintable() else f"\\u{ord(char):04x}")
        for char in text
    )
    return f'"{escaped}"'
