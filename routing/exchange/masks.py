"""People of a directory and addresses hidden in the texts of a ticket: everywhere by the same made-up name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from unicodedata import normalize

import attrs

from routing.domain.annexes import PREFIX
from routing.domain.decision import Plan, Request
from routing.domain.model import HISTORIES, Ticket, changed
from routing.domain.people import People
from routing.domain.ticket_fields import LINE, TEXT, of_kind
from routing.messages import message

ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
NUMBERS = (
    (re.compile(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b"), "000.000.000-00"),
    (re.compile(r"(?:\(\d{2}\)\s?|\b\d{2}\s)?\b9?\d{4}-\d{4}\b"), "(00) 00000-0000"),
)
"""Tax and telephone numbers as people write them."""
SHORTEST = 3
"""Letters of a part of a name that is hidden alone."""
OPEN = frozenset({"status", "priority", "client_kind", "client_code", "representative", "contact_kind", "contact_origin"})
"""Texts of a ticket that are codes of a closed list or of a record."""


@attrs.frozen
class Secret:
    """A text to hide: whose it is, and how what stands for it is written. ``part``: one word of a name, hidden
    when it begins with a capital."""

    person: str
    shape: str
    part: bool = False


@attrs.define(eq=False)
class Masks:
    """Names given so far, in the order in which people were met. ``hidden`` are upper-case names of fields whose texts nobody may
    see, ``quoted`` texts that are hidden wherever they stand. Without ``names``, people and addresses stay."""

    people: People
    hidden: frozenset[str] = frozenset()
    names: bool = attrs.field(default=True, kw_only=True)
    quoted: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    numbers: dict[str, int] = attrs.field(factory=dict)
    secrets: dict[str, Secret] = attrs.field(init=False)
    pattern: re.Pattern[str] = attrs.field(init=False)

    @secrets.default
    def _secrets(self) -> dict[str, Secret]:
        made: dict[str, Secret] = {}
        for text, secret in sorted(told_of(self.people), key=lambda one: one[1].part):
            if text.strip():
                made.setdefault(folded(text.strip()), secret)
        return made

    @pattern.default
    def _pattern(self) -> re.Pattern[str]:
        longest = sorted(self.secrets, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)" if longest else r"(?!)")

    def stand_in(self, person: str, shape: str) -> str:
        """What stands for somebody: ``Pessoa 2``, ``pessoa2``, ``pessoa2@exemplo.com.br``."""
        return shape.format(self.numbers.setdefault(person, len(self.numbers) + 1))

    def text(self, text: str) -> str:
        """A text with nobody in it."""
        for quoted in self.quoted:
            text = text.replace(quoted, str(message("mascarado")))
        if not self.names:
            return text
        plain = folded(text)
        made, end = [], 0
        for found in self.pattern.finditer(plain):
            secret = self.secrets[found[0]]
            if secret.part and not text[found.start()].isupper():
                continue
            shape = NAME if secret.shape == LOGIN and text[found.start()].isupper() else secret.shape
            made += [text[end : found.start()], self.stand_in(secret.person, shape)]
            end = found.end()
        whole = "".join([*made, text[end:]])
        whole = ADDRESS.sub(lambda one: one[0] if OWN.fullmatch(one[0]) else self.stand_in(one[0].lower(), MAIL), whole)
        for pattern, instead in NUMBERS:
            whole = pattern.sub(instead, whole)
        return whole

    def value(self, value: Any, name: str = "") -> Any:
        """A value of any shape."""
        if isinstance(value, str):
            return str(message("mascarado")) if value and name.upper() in self.hidden else self.text(value)
        if isinstance(value, Mapping):
            return self.values(value)
        return [self.value(one) for one in value] if isinstance(value, list | tuple) else value

    def values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Named values."""
        return {name: self.value(one, name) for name, one in values.items()}

    def ticket(self, ticket: Ticket) -> Ticket:
        """A ticket; its histories are not kept."""
        texts = {
            row.attribute: self.text(getattr(ticket, row.attribute)) for row in of_kind(LINE, TEXT) if row.attribute not in OPEN
        }
        return changed(
            ticket,
            **texts,
            parameters=self.values(ticket.parameters),
            fields=self.values(ticket.fields),
            **dict.fromkeys(HISTORIES, ()),
        )

    def request(self, request: Request) -> Request:
        """What was asked."""
        draft = None if request.draft is None else self.ticket(request.draft)
        return attrs.evolve(
            request,
            actor=self.key(request.actor),
            to=self.key(request.to) if isinstance(request.to, str) else request.to,
            justification=self.text(request.justification),
            text=self.text(request.text),
            set=tuple((name, self.asked(request, name, text)) for name, text in request.set),
            draft=draft,
        )

    def asked(self, request: Request, name: str, text: str | None) -> str | None:
        """A value that a change or an annex sets."""
        record = f"{PREFIX}{request.kind}.{name}" if request.action == "annex" and not name.upper().startswith(PREFIX) else name
        made: str | None = self.value(text, record.upper().removeprefix("PARAMETRO."))
        return made

    def key(self, name: str) -> str:
        """Somebody named in a request, by key."""
        if not self.names:
            return name
        found = self.secrets.get(folded(name.strip()))
        return found.person if found is not None and not found.part and found.person in self.people.attendants else name

    def plan(self, plan: Plan) -> Plan:
        """What a plan was made from; what it did stays."""
        before = None if plan.before is None else self.ticket(plan.before)
        return attrs.evolve(plan, before=before, request=self.request(plan.request))


NAME, LOGIN, MAIL = "Pessoa {}", "pessoa{}", "pessoa{}@exemplo.com.br"
OWN = re.compile(r"pessoa\d+@exemplo\.com\.br")


def told_of(people: People) -> Iterator[tuple[str, Secret]]:
    """What tells who somebody is, for everybody of a directory."""
    for key, one in people.attendants.items():
        yield from named(key, one.name)
        yield one.email, Secret(key, MAIL)
        if len(one.user) >= SHORTEST:
            yield one.user, Secret(key, LOGIN)
    for key, client in people.clients.items():
        yield client.name, Secret(f"cliente {key}", NAME)
        yield client.email, Secret(f"cliente {key}", MAIL)
        yield client.person_email, Secret(f"pessoa do cliente {key}", MAIL)
        for code, address in client.contact_emails.items():
            yield address, Secret(f"contato {key} {code}", MAIL)


def named(key: str, name: str) -> Iterator[tuple[str, Secret]]:
    """A name and its parts."""
    yield name, Secret(key, NAME)
    parts: Iterable[str] = name.split()
    yield from ((part, Secret(key, NAME, part=True)) for part in parts if len(part) >= SHORTEST and part[:1].isupper())


def folded(text: str) -> str:
    """A text without accents and capitals, as long as it was."""
    return "".join(normalize("NFD", char)[0].lower()[:1] or char for char in text)
