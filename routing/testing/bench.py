"""The place where cases run: a workspace read once, formulas compiled once, tickets built from tables."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from formula.decoding import decode
from formula.diagnostics import Diagnostic, FormulaError, place
from formula.fields import STANDARD_FIELDS
from formula.schema import Schema, kinds_of
from formula.source import Source, Span
from routing.domain.model import PARAMETER_KINDS, Ticket, TicketType, changed
from routing.domain.people import People, SiteDirectory
from routing.domain.site import (
    FormulaText,
    SentenceText,
    Site,
    declared_kinds,
    known_names,
    parameter_kinds,
    stand_in_kinds,
    types_using,
)
from routing.domain.ticket_fields import CODE, FIELD_KEYS, NUMBER, of_kind
from routing.domain.ticket_names import Known, unknown_names
from routing.errors import FileFaults
from routing.messages import message
from routing.testing.case import Case
from routing.testing.cast import Miscast, recast
from routing.workspace.contexts import GivenContext
from routing.workspace.reading import field_kinds, read_ticket, read_values
from routing.workspace.toml_places import Document
from routing.workspace.toml_tables import Table

if TYPE_CHECKING:
    from formula.engine import Rule

MARKS = ("repasse.toml", "diretorio.toml")
"""Files that make a folder a workspace."""

CASE_FAULT = "caso-invalido"


@attrs.define(eq=False)
class Bench:
    """A workspace (or none) and what its cases share. ``faults`` are the errors of the workspace's own files."""

    folder: Path | None
    site: Site
    faults: tuple[FileFaults, ...] = ()
    rules: dict[Any, Rule | FormulaError] = attrs.field(factory=dict)
    sites: dict[Any, Site] = attrs.field(factory=dict)
    samples: dict[str, Mapping[str, Any]] | None = None
    tickets: dict[Any, Ticket] = attrs.field(factory=dict)
    """Sample tickets as cases take them, by all that decides how they look."""
    bases: dict[str, Ticket] = attrs.field(factory=dict)
    """Tickets by all that their tables say but :data:`VARIED`: thousands of cases differ in a subject and some values alone."""
    placed: dict[str, FormulaText] = attrs.field(factory=dict)
    casts: dict[Any, tuple[People, list[Miscast], People]] = attrs.field(factory=dict)
    """Directories with the people that cases change, what of it cannot be, and the directory under it, kept for its identity."""

    @cached_property
    def known(self) -> Known:
        """What its tickets may name."""
        return known_names(self.site)

    @cached_property
    def kinds(self) -> tuple[dict[str, int], dict[str, str]]:
        """The kinds of the extra fields that it declares, as sets of kinds and by name."""
        declared = declared_kinds(self.site)
        return declared, field_kinds(declared)

    def formula(self, case: Case) -> FormulaText | None:
        """The formula a case is about: written in the file, of the workspace, or a file near by; None when there is none."""
        if case.text:
            return FormulaText("<texto>", case.text, "")
        code = case.formula.strip().upper()
        found = self.site.formulas.get(code)
        if found is None:
            return near_formula(case)
        if self.folder is None or not found.path:
            return found
        if code not in self.placed:
            self.placed[code] = attrs.evolve(found, path=str(self.folder / found.path))
        return self.placed[code]

    def people(self, given: GivenContext) -> People:
        """The case's own directory, or the workspace's, with the people that the case changes."""
        own = given.context.directory.people if isinstance(given.context.directory, SiteDirectory) else self.site.people
        if not given.people:
            return own
        key = (id(own), repr(given.people))
        if key not in self.casts:
            self.casts[key] = (*recast(own, given.people), own)
        return self.casts[key][0]

    def miscast(self, case: Case) -> list[Diagnostic]:
        """What the case changes of people and cannot be."""
        if not case.given.people:
            return []
        self.people(case.given)
        source, span = case.document.source, case.document.span
        _, found, _ = self.casts[(id(self.people(attrs.evolve(case.given, people={}))), repr(case.given.people))]
        return [whole_fault(source, one.sentence, one.hint, span(("pessoas", *one.where), one.where[-1])) for one in found]

    def site_for(self, given: GivenContext) -> Site:
        """The site with the case's stand-ins for directory, formulas, sentences and functions, and its memories; made once
        for equal ones."""
        context = given.context
        people = self.people(given)
        texts = {code.upper(): FormulaText(code, text) for code, text in context.formulas.items()}
        sentences = {code.upper(): SentenceText(code, "") for code in context.sql if code.upper() not in self.site.sentences}
        answers = (context.functions, context.memories)
        if people is self.site.people and not texts and not sentences and not any(answers) and context.calendar is None:
            return self.site
        key = (
            id(people),
            tuple(sorted((code, one.text) for code, one in texts.items())),
            frozenset(sentences),
            context.calendar,
            *(tuple((name, type(value), value) for name, value in given.items()) for given in answers),
        )
        if key not in self.sites:
            self.sites[key] = attrs.evolve(
                self.site,
                people=people,
                formulas={**self.site.formulas, **texts},
                sentences={**self.site.sentences, **sentences},
                stand_ins=context.functions,
                memories=context.memories,
                calendar=context.calendar or self.site.calendar,
            )
        return self.sites[key]

    def rule(self, formula: FormulaText, schema_key: Any, make: Callable[[], Schema], lenient: bool) -> Rule:
        """The compiled formula for a schema. Raises FormulaError."""
        from formula.engine import compile as compile_formula

        key = (formula.text, schema_key, lenient)
        found = self.rules.get(key)
        if found is None:
            try:
                found = compile_formula(formula.text, make(), lenient=lenient, name=formula.code, cache=self.site.cache)
            except FormulaError as error:
                found = error
            self.rules[key] = found
        if isinstance(found, FormulaError):
            raise found
        return found

    def using(self, code: str) -> list[TicketType]:
        """The types whose steps or handoffs use a formula."""
        return types_using(self.site, code)

    def parameter_kinds(self, code: str, kind: int | None) -> dict[str, str]:
        """Kinds of parameters as the types that use a formula declare them; a name with two kinds is of any."""
        chosen = None if kind is None else self.site.types.get(kind)
        kinds = [chosen] if chosen is not None else self.using(code)
        made: dict[str, str] = {}
        for one in kinds:
            for name, written in one.parameters.items():
                found = PARAMETER_KINDS[written]
                made[name] = found if made.get(name, found) == found else "qualquer"
        return made

    def sample(self, key: str) -> Mapping[str, Any] | None:
        """A sample ticket's table as written."""
        if self.samples is None:
            self.samples = {}
            for file in sorted((self.folder / "atendimentos").glob("**/*.toml")) if self.folder else ():
                self.samples |= sample_tables(file)
        return self.samples.get(key)


def sample_tables(file: Path) -> dict[str, Mapping[str, Any]]:
    """The tickets of a file by key; a faulty file has none, which the workspace's own check says."""
    try:
        data = tomllib.loads(decode(file.read_bytes())[0])
    except (OSError, tomllib.TOMLDecodeError):
        return {}
    listed = data.get("atendimento", [])
    return {
        f"{one.get('coligada')};{one.get('localidade')};{one.get('codigo')}": one
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, Mapping)
    }


def near_formula(case: Case) -> FormulaText | None:
    """A formula's file beside the cases, or in ``formulas`` beside them or one folder up; any letter case."""
    name = case.formula.strip()
    file = name if name.lower().endswith(".formula") else f"{name}.formula"
    here = case.path.absolute().parent
    for folder in (here, here / "formulas", here.parent / "formulas", here.parent):
        direct = folder / file
        found = (
            direct
            if direct.is_file()
            else next((one for one in folder.glob("*.formula") if one.name.lower() == file.lower()), None)
        )
        if found is not None and name:
            return FormulaText(found.name.removesuffix(".formula"), decode(found.read_bytes())[0], str(found))
    return None


def workspace_of(path: Path) -> Path | None:
    """The nearest folder above a file that is a workspace."""
    for folder in path.absolute().parents:
        if any((folder / mark).is_file() for mark in MARKS):
            return folder
    return None


def open_bench(folder: Path | None) -> Bench:
    """The bench of a workspace folder, or of none."""
    if folder is None:
        return Bench(None, Site())
    from routing.workspace.folder import read_workspace, stopping

    site, found = read_workspace(folder)
    errors = [(path, [one for one in faults if one.severity == "error"]) for path, faults in stopping(folder, found)]
    return Bench(folder, site, tuple((path, faults) for path, faults in errors if faults))


@attrs.define(eq=False)
class Benches:
    """The benches of one run, by folder."""

    found: dict[Path | None, Bench] = attrs.field(factory=dict)

    def of(self, path: Path) -> Bench:
        """The bench for a file of cases."""
        return self.at(workspace_of(path))

    def at(self, folder: Path | None) -> Bench:
        """The bench of a workspace."""
        if folder not in self.found:
            self.found[folder] = open_bench(folder)
        return self.found[folder]


# -- what a formula's case needs ------------------------------------------------------------------


def schema_key(case: Case, extra: Iterable[str]) -> tuple[Any, ...]:
    """What of a case decides its formula's schema."""
    context = case.given.context
    return (
        case.type,
        frozenset((name.upper(), kinds_of(value)) for name, value in context.fields.items() if name.upper() not in STANDARD_FIELDS),
        frozenset((name.upper(), kinds_of(value)) for name, value in context.parameters.items()),
        frozenset(context.functions),
        frozenset(context.formulas),
        frozenset(context.sql),
        frozenset(extra),
    )


def schema_of(bench: Bench, case: Case, code: str, extra: Iterable[str]) -> Schema:
    """The names a case's formula may use: the workspace's and the case's own."""
    site, context = bench.site, case.given.context
    fields = {name.upper(): kinds_of(value) for name, value in context.fields.items()}
    declared = bench.parameter_kinds(code, case.type)
    parameters: dict[str, str | int] = {**{name.upper(): kinds_of(value) for name, value in context.parameters.items()}, **declared}
    functions = stand_in_kinds(context.functions)
    sentences = {*site.sentences, *(code.upper() for code in context.sql)}
    return Schema(
        fields={**{name: kind for name, kind in fields.items() if name not in STANDARD_FIELDS}, **site.extra_fields},
        parameters=parameters or None,
        functions=functions,
        formulas={*site.formulas, *(one.upper() for one in context.formulas), *extra},
        sentences=sentences or None,
        table=site.functions,
        handoff_by_formula=None,
    )


# -- tickets --------------------------------------------------------------------------------------


def ticket_of(bench: Bench, case: Case) -> tuple[Ticket | None, list[Diagnostic]]:
    """The ticket of a case and what is wrong with its table. None when a formula's case has none."""
    raw = case.document.data.get("atendimento")
    if raw is None and not case.moves:
        return None, []
    document = Document(case.document.source, case.document.data, finder=lambda: case.document.places, zone=bench.site.zone)
    made = tables_of(bench, case, raw if raw is not None else {}, document)
    if made is None:
        return None, document.faults
    if case.moves and not any(isinstance(made.get(key), str | int | list) for key in ("campos", "parametros")):
        made = with_context(made, case)
    alike = sample_alike(case, raw, made)
    if alike is not None and alike in bench.tickets:
        return bench.tickets[alike], []
    base = repr([pair for pair in made.items() if pair[0] not in VARIED])
    table = Table(document, ("atendimento",), made)
    if base in bench.bases:
        ticket = with_varied(table, bench.bases[base], bench)
    else:
        ticket = read_ticket(table, bench.site.types, bench.kinds[0])
        table.finish()
    if ticket.type not in bench.site.types:
        document.faults.clear()
        document.report(
            CASE_FAULT,
            ("atendimento", "tipo"),
            message("o tipo {tipo} não existe no ambiente", tipo=ticket.type),
            message("os tipos são: {lista}", lista=", ".join(f"{code} {kind.name}" for code, kind in bench.site.types.items())),
        )
        return None, document.faults
    for one in unknown_names(ticket, bench.known):
        document.report(one.code, ("atendimento", *one.where), one.message, one.hint)
    if not document.faults:
        bench.bases.setdefault(base, ticket)
        if alike is not None:
            bench.tickets[alike] = ticket
    return ticket, [attrs.evolve(one, severity="error") for one in document.faults]


VARIED = ("assunto", "parametros", "campos")
"""What of a ticket's table most cases have of their own."""


def with_varied(table: Table, base: Ticket, bench: Bench) -> Ticket:
    """A ticket read before with what :data:`VARIED` says of it here."""
    return changed(
        base,
        subject=table.text("assunto"),
        parameters=read_values(table, "parametros", parameter_kinds(bench.site.types[base.type])),
        fields=read_values(table, "campos", bench.kinds[1]),
    )


def sample_alike(case: Case, raw: Any, made: Mapping[str, Any]) -> Any:
    """What decides how a sample ticket looks in a case that changes nothing of it; None for any other ticket."""
    if not isinstance(raw, str) or (case.moves and (case.given.context.fields or case.given.context.parameters)):
        return None
    return raw, *((key, made.get(key)) for key in DEFAULTED)


def tables_of(bench: Bench, case: Case, raw: Any, document: Document) -> dict[str, Any] | None:
    """The ticket's table, complete: a sample ticket under it, and what every case may leave out."""
    base: Mapping[str, Any] = {}
    own: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    wanted = raw if isinstance(raw, str) else own.get("modelo")
    if not isinstance(raw, str | Mapping):
        document.report(
            CASE_FAULT, ("atendimento",), message("'atendimento' precisa de uma tabela ou da chave de um atendimento de exemplo")
        )
        return None
    if wanted is not None:
        found = bench.sample(";".join(part.strip() for part in str(wanted).split(";")))
        if found is None:
            keys = ", ".join(bench.samples or {})
            document.report(
                CASE_FAULT,
                ("atendimento",),
                message("não há atendimento de exemplo {chave}", chave=wanted),
                message("os atendimentos de exemplo são: {lista}", lista=keys or "–"),
            )
            return None
        base = found
    merged: dict[str, Any] = {**base, **{key: value for key, value in own.items() if key != "modelo"}}
    for key in ("parametros", "campos"):
        if isinstance(base.get(key), Mapping) and isinstance(own.get(key), Mapping):
            merged[key] = {**base[key], **own[key]}
    opening = bool(case.moves) and case.moves[0].action == "open"
    kind = bench.site.types.get(merged.get("tipo", case.type) or 0)
    defaults: dict[str, Any] = {
        "coligada": case.given.context.coligada,
        "localidade": 1,
        "codigo": 1,
        "assunto": case.name,
        "status": "" if opening else "A",
    }
    if case.type is not None:
        defaults["tipo"] = case.type
    if case.given.context.requisition is not None:
        defaults["requisicao"] = case.given.context.requisition
    if not opening:
        defaults["etapa"] = entry_step(kind)
        actor = next((move.actor for move in case.moves if move.actor), "")
        if actor and "grupo" not in merged:
            defaults |= {"aberto_por": actor, "atendente": actor}
    made = {**{key: value for key, value in defaults.items() if value is not None}, **merged}
    if made.get("status") == "":
        del made["status"]
        made.pop("etapa", None)
    return made


def entry_step(kind: TicketType | None) -> int | None:
    """The step a ticket of a type begins in."""
    if kind is None or not kind.steps:
        return None
    return next((step.code for step in kind.steps if step.entry), kind.steps[0].code)


WHOLE = frozenset(row.key for row in of_kind(NUMBER, CODE))
DEFAULTED = (
    "coligada", "localidade", "codigo", "assunto", "status", "tipo", "requisicao", "etapa", "aberto_por", "atendente",
)  # fmt: skip
"""Keys that a case gives a ticket which does not say them."""


def with_context(made: dict[str, Any], case: Case) -> dict[str, Any]:
    """The ticket's table with the case's ``campos`` and ``parametros`` in it, for the reader of tickets to judge."""
    context = case.given.context
    extra, parameters = dict(made.get("campos") or {}), dict(made.get("parametros") or {})
    for name, value in context.fields.items():
        key = FIELD_KEYS.get(name.upper())
        if key is None:
            extra = {**{old: kept for old, kept in extra.items() if old.upper() != name.upper()}, name: value}
        else:
            made[key] = int(value) if key in WHOLE and isinstance(value, str) and value.strip().isdecimal() else value
    for name, value in context.parameters.items():
        parameters = {**{old: kept for old, kept in parameters.items() if old.upper() != name.upper()}, name: value}
    return {**made, **({"campos": extra} if extra else {}), **({"parametros": parameters} if parameters else {})}


def whole_fault(source: Source, said: Any, hint: Any = None, span: Span = Span(0, 0)) -> Diagnostic:  # noqa: B008 - frozen
    """A fault of a whole case."""
    return place(source, span, CASE_FAULT, "error", said, hint)
