"""What the rules of a ticket type look at, so that what nobody looks at need not be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import attrs

from formula.names import name_key
from formula.parser import parse
from formula.reading.tree import Assign, Binary, Call, Formula, Name, Node, NumberLiteral, TextLiteral, bare, walk
from routing.domain.addresses import read_addresses
from routing.domain.model import TicketType
from routing.domain.site import Site, formula_codes
from routing.proving.modelled import LOOSE

ACTOR_FUNCTIONS = frozenset({"USUARIOCORRENTE", "ATENDENTEDOGRUPO"})
"""Functions whose answer depends on who acts, beside RETPROXIMOCHEFESECAOLABORE where it climbs from him."""
NUMERIC = frozenset({"ABS", "ARRED", "ARREDONDA", "TRUNC", "ARREDVALOR", "INT", "FRAC", "MAX", "MIN", "RESTO"})
"""Functions whose arguments are numbers."""
GETTERS = frozenset({"CAMPOATENDIMENTO", "PARAMETROATENDIMENTO", "FORMULA", "EXECSQL"})


@attrs.frozen
class Looks:
    """Upper-case names and texts that stand in the formulas of a type; ``anything`` when a name is calculated."""

    words: frozenset[str]
    anything: bool
    codes: frozenset[str]
    columns: Mapping[tuple[str, str], str] = attrs.field(factory=dict)
    """Columns of sentences that formulas read, by sentence and column, with the kind that they are used as."""
    openers: frozenset[str] | None = frozenset()
    """The texts that who opened is compared with; None when he is used in another way too."""

    def at(self, *names: str) -> bool:
        """Whether the formulas may look at one of these."""
        return self.anything or not self.words.isdisjoint(names)


@attrs.frozen
class Mentions:
    """What one text mentions: ``read`` are words that may decide something, ``told`` names that stand only in texts for people."""

    read: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    calculated: bool = False
    """Whether the name of a field, a formula or a sentence is calculated."""
    columns: Mapping[tuple[str, str], str] = attrs.field(factory=dict)
    openers: frozenset[str] | None = frozenset()
    addresses: frozenset[str] | None = frozenset()
    """To whom its mails go; None when that is calculated."""


@lru_cache(maxsize=1_024)
def mentions_of(text: str) -> Mentions:
    """What a text mentions; a search asks it again and again."""
    tree = parse(text).tree
    if tree is None:
        return Mentions()
    only_told = {id(node) for node in told_only(tree)}
    read: dict[str, None] = {}
    told: dict[str, None] = {}
    calculated = False
    for node in walk(tree):
        if isinstance(node, Name | Call):
            (told if id(node) in only_told else read)[node.word.key] = None
            if isinstance(node, Call) and id(node) not in only_told and node.word.key in GETTERS and node.arguments:
                calculated = calculated or not isinstance(bare(node.arguments[0]), TextLiteral)
        elif isinstance(node, TextLiteral) and id(node) not in only_told:
            read[node.value.strip().upper()] = None
    openers = compared_texts(tree, "ABERTO_POR")
    return Mentions(
        tuple(read), tuple(told), calculated, columns_of(tree), None if openers is None else frozenset(openers), mailed(tree)
    )


def mailed(tree: Node) -> frozenset[str] | None:
    """The addresses to which the mails of a formula go; None when one is calculated."""
    found: set[str] = set()
    for node in walk(tree):
        if isinstance(node, Call) and node.word.key == "ENVIAEMAILREPASSE":
            for argument in map(bare, node.arguments[1:3]):
                if not isinstance(argument, TextLiteral):
                    return None
                found |= set(read_addresses(argument.value).good)
    return frozenset(found)


def looks_of(site: Site, kind: TicketType, texts: Iterable[str] = ()) -> Looks:
    """What the formulas of a type, those that they call, and some more texts mention."""
    waiting, seen = formula_codes(kind), set[str]()
    words: set[str] = set()
    anything = False
    openers: frozenset[str] | None = frozenset()
    columns: dict[tuple[str, str], str] = {}
    sources = list(texts)
    while waiting or sources:
        if sources:
            text = sources.pop()
        else:
            code = waiting.pop()
            found = site.formulas.get(code)
            if found is None or code in seen:
                continue
            seen.add(code)
            text = found.text
        mentioned = mentions_of(text)
        for column, letter in mentioned.columns.items():
            if columns.get(column, "text") == "text":
                columns[column] = letter
        openers = None if openers is None or mentioned.openers is None else openers | mentioned.openers
        anything = anything or mentioned.calculated
        read = [*mentioned.read, *(name for name in mentioned.told if name in site.formulas)]
        words.update(read)
        waiting += [name for name in read if name in site.formulas]
    named = None if openers is None or anything else openers
    return Looks(frozenset(words), anything, frozenset(seen), columns, named)


def looks_alone(site: Site, code: str) -> Looks:
    """What one formula and those that it calls mention."""
    return looks_of(site, TicketType(code=0, name="", formula=code))


def addresses_of(site: Site, kind: TicketType) -> frozenset[str] | None:
    """Every address, in small letters, that a mail of a type may go to: those of the directory and those that formulas write; None
    when a formula calculates one."""
    people = site.people
    found = {one.email for one in people.attendants.values()} | {one.email for one in people.groups.values()}
    for client in people.clients.values():
        found |= {client.email, client.person_email, *client.contact_emails.values()}
    looks = looks_of(site, kind)
    if looks.anything:
        return None
    for code in looks.codes:
        written = mentions_of(site.formulas[code].text).addresses
        if written is None:
            return None
        found |= written
    return frozenset(one.strip().lower() for one in found if one.strip())


def columns_of(tree: Node) -> dict[tuple[str, str], str]:
    """The columns that RESULTSQL reads, with the kind they are used as: a number beside numbers, in sums and in functions of
    numbers, else a text."""
    made: dict[tuple[str, str], str] = {}
    kept: dict[str, tuple[str, str]] = {}
    for node in walk(tree):
        if isinstance(node, Assign) and (column := column_read(node.value)) is not None:
            kept[node.target.key] = column
    for node in walk(tree):
        if isinstance(node, Call) and (column := column_read(node)) is not None:
            made.setdefault(column, "text")
        elif isinstance(node, Call) and node.word.key in NUMERIC:
            for argument in map(bare, node.arguments):
                column = column_read(argument) or (kept.get(argument.word.key) if isinstance(argument, Name) else None)
                if column is not None:
                    made[column] = "num"
        elif isinstance(node, Binary) and node.operator not in {"E", "OU"}:
            for one, other in ((bare(node.left), bare(node.right)), (bare(node.right), bare(node.left))):
                column = column_read(one) or (kept.get(one.word.key) if isinstance(one, Name) else None)
                sums = node.operator in {"+", "-", "*", "/"} and not isinstance(other, TextLiteral)
                if column is not None and (sums or isinstance(other, NumberLiteral)):
                    made[column] = "num"
    return made


def column_read(node: Node) -> tuple[str, str] | None:
    """The sentence and column of a call of RESULTSQL whose arguments are written out."""
    inner = bare(node) if not isinstance(node, Formula) else node  # type: ignore[arg-type]
    if not isinstance(inner, Call) or inner.word.key != "RESULTSQL" or len(inner.arguments) != 2:
        return None
    code, name = (bare(one) for one in inner.arguments)
    if not isinstance(code, TextLiteral) or not isinstance(name, TextLiteral):
        return None
    return name_key(code.value.strip()), name_key(name.value.strip())


def compared_texts(tree: Node, name: str) -> set[str] | None:
    """The texts beside which a name is compared for equality; None when it is used in another way too."""
    used, compared = 0, list[str]()
    for node in walk(tree):
        if isinstance(node, Name | Call) and node.word.key == name:
            used += 1
        elif isinstance(node, TextLiteral) and node.value.strip().upper() == name:
            return None
        elif isinstance(node, Binary) and node.operator in {"=", "<>"}:
            for one, other in ((bare(node.left), bare(node.right)), (bare(node.right), bare(node.left))):
                if isinstance(one, Name) and one.word.key == name and isinstance(other, TextLiteral):
                    compared.append(other.value.strip())
    return set(compared) if used == len(compared) else None


def told_only(tree: Node) -> Iterator[Node]:
    """What stands in texts that are only for people to read."""
    for node in walk(tree):
        if isinstance(node, Call):
            for position in LOOSE.get(node.word.key, ()):
                if position < len(node.arguments):
                    yield from walk(node.arguments[position])
