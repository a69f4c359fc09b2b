"""A site's set-up: types, formulas, sentences, people and policies, indexed; each formula is compiled once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import attrs

from formula.fields import STANDARD_FIELDS
from formula.limits import Limits
from formula.schema import kinds_of
from formula.types import ANY
from formula.working_calendar import DEFAULT as DEFAULT_CALENDAR
from formula.working_calendar import WorkingCalendar
from routing.domain.annexes import Annex
from routing.domain.model import EMPTY, PARAMETER_KINDS, Client, Step, Ticket, TicketType
from routing.domain.people import NoWorkload, People, Workload
from routing.domain.ticket_names import Known

if TYPE_CHECKING:
    from formula.builtins.table import Function
    from formula.cache import Cache
    from formula.engine import Rule
    from formula.schema import Schema


NO_STEPS: Mapping[int | None, Step] = {}


@attrs.frozen
class FormulaText:
    """A formula of the site: its code as written, its text, and the file it stands in."""

    code: str
    text: str
    path: str = ""


@attrs.frozen
class SentenceText:
    """A registered SQL sentence; ``source`` names the database of repasse.toml it runs on."""

    code: str
    text: str
    source: str = "padrao"
    path: str = ""


@attrs.frozen
class SampleFault:
    """What keeps a sample ticket from being brought in, and where it is written."""

    message: str
    file: str
    line: int


@attrs.frozen
class Policy:
    """What a site may set (D): how far one plan follows formulas, how much may happen in an hour, how much mail one move may send,
    and how much may be attached to a mail (G13)."""

    moves_per_plan: int = 20
    moves_per_ticket_hour: int = 200
    mails_per_address_hour: int = 300
    mails_per_move: int = 100
    recipients_per_move: int = 2_000
    files_per_mail: int = 20
    file_bytes: int = 10 * 1024 * 1024
    mail_bytes: int = 20 * 1024 * 1024
    limits: Limits = Limits()


@attrs.frozen(eq=False, kw_only=True)
class Site:
    """Everything a decision needs besides the ticket. ``formulas`` and ``sentences`` are by upper-case code.

    ``extra_fields`` are the kinds of the extra fields by upper-case name, ``declared_fields`` those that repasse.toml declares
    (None: it declares none, a ticket may bring any); ``classifications`` give access levels (S:144); ``annexes`` are kinds of
    records by name; ``handoff_kinds`` are rows of
    :mod:`routing.deciding.handoffs` from plugins; ``settings`` is repasse.toml as read; ``tickets`` the sample tickets by key,
    ``faulty_samples`` what is wrong with those left out; ``stand_ins`` answer for functions of other modules and ``memories`` are
    what each run begins with: rule tests give both; ``cache`` keeps compiled formulas, also for other processes.
    """

    coligada: int = 1
    language: str = "pt"
    people: People = People()
    types: Mapping[int, TicketType] = EMPTY  # type: ignore[assignment]
    formulas: Mapping[str, FormulaText] = EMPTY
    sentences: Mapping[str, SentenceText] = EMPTY
    extra_fields: Mapping[str, int] = EMPTY
    declared_fields: frozenset[str] | None = None
    classifications: Mapping[str, int] = EMPTY
    representatives: Mapping[str, Client] = EMPTY
    """Representatives with their contacts, by code; empty: the site does not say which there are."""
    lists: Mapping[str, tuple[str, ...]] = EMPTY
    """The values of a field that has a closed list (S:16-21, 47-48), by the field's name; other fields take any."""
    annexes: Mapping[str, Annex] = EMPTY
    settings: Mapping[str, Any] = EMPTY
    tickets: Mapping[str, Ticket] = EMPTY
    faulty_samples: Mapping[str, SampleFault] = EMPTY
    policy: Policy = Policy()
    functions: Mapping[str, Function] | None = None
    handoff_kinds: Mapping[str, Callable[..., Any]] = EMPTY
    workload: Workload = NoWorkload()
    sender: str = ""
    senders: frozenset[str] = frozenset()
    """Addresses, or domains as ``@exemplo.com.br``, that a formula may write from; none named = any."""

    own_words: frozenset[str] = frozenset()
    """The kinds of mail that the site words itself (``modelos/``)."""

    folder: str = ""
    chiefs_from: str = "abertura"
    """Whose chiefs formulas climb: of who opened (``abertura``), of who has the ticket, of who acts."""

    zone: tzinfo | None = None
    """The zone of the site's wall clock (``fuso``); None: the machine's."""

    calendar: WorkingCalendar = DEFAULT_CALENDAR
    """Which days and hours are worked (``[calendario]``)."""

    stand_ins: Mapping[str, Any] = EMPTY
    memories: Mapping[str, Any] = EMPTY
    cache: Cache | None = None
    formula_texts: Mapping[str, str] = attrs.field(init=False)
    steps: Mapping[int, Mapping[int | None, Step]] = attrs.field(init=False)
    step_names: Mapping[tuple[int, int | None], str] = attrs.field(init=False)
    edges: Mapping[int, Mapping[int, tuple[int, ...]]] = attrs.field(init=False)
    rules: dict[tuple[str, int, frozenset[str]], Rule] = attrs.field(init=False, factory=dict, repr=False)
    hashes: dict[str, str] = attrs.field(init=False, factory=dict, repr=False)

    @formula_texts.default
    def _formula_texts(self) -> Mapping[str, str]:
        return {code: one.text for code, one in self.formulas.items()}

    @steps.default
    def _steps(self) -> Mapping[int, Mapping[int | None, Step]]:
        return {code: {step.code: step for step in kind.steps} for code, kind in self.types.items()}

    @step_names.default
    def _step_names(self) -> Mapping[tuple[int, int | None], str]:
        return {(code, step.code): f"{step.code} '{step.name}'" for code, kind in self.types.items() for step in kind.steps}

    @edges.default
    def _edges(self) -> Mapping[int, Mapping[int, tuple[int, ...]]]:
        made: dict[int, dict[int, tuple[int, ...]]] = {}
        for code, kind in self.types.items():
            ways = made.setdefault(code, {})
            for edge in kind.edges:
                ways[edge.from_step] = (*ways.get(edge.from_step, ()), edge.to_step)
        return made

    def has_plugins(self) -> bool:
        """Whether a decision may run code of plugins: a function, or a way to hand off."""
        from formula.builtins import TABLE

        own = set(map(id, TABLE.values()))
        return bool(self.handoff_kinds) or any(id(row) not in own for row in (self.functions or {}).values())

    def step(self, type_code: int, step: int | None) -> Step | None:
        """A step of a type, or None."""
        return self.steps.get(type_code, NO_STEPS).get(step)

    def ways(self, type_code: int, step: int | None) -> tuple[int, ...]:
        """The steps that follow a step, in the order of the file."""
        ways = self.edges.get(type_code)
        return () if ways is None or step is None else ways.get(step, ())

    def schema(self, type_code: int | None, extra: Mapping[str, int] = EMPTY) -> Schema:
        """The names a formula may use when it runs for a ticket of a type; None = for any type."""
        from formula.schema import Schema

        kind = None if type_code is None else self.types.get(type_code)
        return Schema(
            fields={**self.extra_fields, **extra},
            parameters=None if kind is None else parameter_kinds(kind),
            functions=stand_in_kinds(self.stand_ins),
            formulas=self.formulas,
            sentences=self.sentences,
            table=self.functions,
            handoff_by_formula=None if kind is None else hands_off_by_formula(kind),
            domains=self.lists,
        )

    def rule(self, code: str, ticket: Ticket) -> Rule:
        """The compiled formula for tickets like this one; KeyError when unknown, FormulaError when faulty."""
        from formula.engine import compile as compile_formula

        new = frozenset(name for name in ticket.fields if name not in self.extra_fields)
        key = (code.upper(), ticket.type, new)
        found = self.rules.get(key)
        if found is None:
            text = self.formulas[key[0]]
            extra = {name: kinds_of(ticket.fields[name]) for name in new}
            found = compile_formula(text.text, self.schema(ticket.type, extra), name=text.code, cache=self.cache)
            self.rules[key] = found
        return found

    def formula_hash(self, code: str) -> str:
        """SHA-256 of a formula's text, made once."""
        key = code.upper()
        if key not in self.hashes:
            self.hashes[key] = sha256(self.formulas[key].text.encode("utf-8", "surrogatepass")).hexdigest()
        return self.hashes[key]

    def digest(self) -> str:
        """A fingerprint of the formulas, for audit."""
        whole = sha256()
        for code in sorted(self.formulas):
            whole.update(f"{code}\0{self.formulas[code].text}\0".encode())
        return whole.hexdigest()


def parameter_kinds(kind: TicketType) -> dict[str, str]:
    """The kinds formulas see of a type's parameters."""
    return {name: PARAMETER_KINDS[written] for name, written in kind.parameters.items()}


def stand_in_kinds(answers: Mapping[str, Any]) -> dict[str, int]:
    """The kinds of what stand-ins answer, by upper-case name; a function with answers of several kinds may give any."""
    made: dict[str, int] = {}
    for call, value in answers.items():
        key, kind = call.split("(", 1)[0].strip().upper(), kinds_of(value)
        made[key] = kind if made.get(key, kind) == kind else ANY
    return made


def hands_off_by_formula(kind: TicketType) -> bool:
    """Whether the type, or a step of it, hands off by formula (S:82)."""
    return kind.handoff == "formula" or any(step.handoff == "formula" for step in kind.steps)


def formula_codes(kind: TicketType) -> list[str]:
    """The formulas of a type and its steps, in upper case, each once, in order of their places."""
    found = [kind.formula, *(step.formula for step in kind.steps)]
    found += [code for step in kind.steps for code in (*step.on_entry, *step.on_exit, *step.when_due)]
    return list(dict.fromkeys(code.upper() for code in found if code))


def types_using(site: Site, code: str) -> list[TicketType]:
    """The types whose steps or handoffs use a formula."""
    return [kind for kind in site.types.values() if code.upper() in formula_codes(kind)]


def declared_kinds(site: Site) -> dict[str, int]:
    """The kinds of the extra fields that repasse.toml declares."""
    return {name: kinds for name, kinds in site.extra_fields.items() if name in (site.declared_fields or ())}


def known_names(site: Site) -> Known:
    """What a ticket of the site may name."""
    people = site.people
    return Known(
        site.types,
        site.declared_fields,
        site.classifications,
        people.clients,
        people.attendants,
        people.groups,
        site.representatives,
        site.lists,
    )


def is_field(site: Site, name: str) -> bool:
    """Whether a name is a ticket field or a known extra field."""
    return name in STANDARD_FIELDS or name in site.extra_fields
