"""What somebody names when asking why not: a person, a group, a step, a status or an address."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches

import attrs

from formula.messages import Message
from routing.domain.flow import STATUS_NAMES
from routing.domain.model import Holder, attendant_holder, group_holder
from routing.domain.site import Site
from routing.messages import message

PERSON, GROUP, STEP, STATUS, ADDRESS = "person", "group", "step", "status", "address"


@attrs.frozen
class Target:
    """Somebody or something that a move might have led to. ``key`` is that of a holder, a step's code, a status letter or an
    address."""

    kind: str
    key: str
    name: Message | str

    @property
    def holder(self) -> Holder | None:
        """The person or group."""
        if self.kind == PERSON:
            return attendant_holder(self.key)
        return group_holder(self.key) if self.kind == GROUP else None


def plain(text: object) -> str:
    """A name as it is compared: without accents, capitals and blanks around."""
    letters = unicodedata.normalize("NFD", " ".join(str(text).split()))
    return "".join(one for one in letters if not unicodedata.combining(one)).casefold()


def targets(site: Site, type_code: int, coligada: int, asked: str) -> list[Target]:
    """All that a text may name, the most literal first; nothing when nobody is called so."""
    text = asked.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].strip()
    if len(text) > LONGEST:
        return []
    called = plain(text)
    exact = [one for one in known(site, type_code) if called in spellings(site, one, coligada)]
    if "@" in text and " " not in text:
        return [*exact, Target(ADDRESS, text, text)]
    if exact or not text:
        return exact
    partly = alike(site, type_code, text)
    if len(partly) == 1:
        return partly
    return []


LONGEST = 300
"""Nobody's name is longer."""


def alike(site: Site, type_code: int, asked: str) -> list[Target]:
    """Those whose name begins with what was asked, else those in whose name it stands."""
    wanted = plain(asked)
    named = [one for one in known(site, type_code) if one.kind in {PERSON, GROUP, STEP}] if wanted else []
    begun = [one for one in named if started(bare_name(site, one), wanted)]
    return begun or [one for one in named if f" {wanted} " in f" {plain(bare_name(site, one))} "]


def known(site: Site, type_code: int) -> Iterator[Target]:
    """Everything of a site that may be named."""
    kind = site.types.get(type_code)
    for step in kind.steps if kind is not None else ():
        yield Target(STEP, str(step.code), message("etapa {nome}", nome=step.name))
    for key in site.people.attendants:
        yield Target(PERSON, key, site.people.name(key))
    for key in site.people.groups:
        yield Target(GROUP, key, site.people.holder_name(group_holder(key)))
    for letter, name in STATUS_NAMES.items():
        if letter:
            yield Target(STATUS, letter, message("status '{nome}'", nome=name))


def bare_name(site: Site, target: Target) -> str:
    """The name alone."""
    if target.kind == PERSON:
        return site.people.attendants[target.key].name
    if target.kind == GROUP:
        return site.people.groups[target.key].name
    return str(target.name).partition(" ")[2]


def started(name: str, wanted: str) -> bool:
    """Whether a name begins with what was asked, word for word."""
    return plain(name) == wanted or plain(name).startswith(wanted + " ")


def spellings(site: Site, target: Target, coligada: int) -> set[str]:
    """How a target may be called."""
    if target.kind == PERSON:
        person = site.people.attendants[target.key]
        made = {target.key, person.name, person.user, person.email, str(target.name)}
    elif target.kind == GROUP:
        group = site.people.groups[target.key]
        own, _, code = target.key.partition(";")
        made = {
            group.name,
            str(target.name),
            f"grupo {group.name}",
            f"group {group.name}",
            f"grupo {target.key}",
            f"group {target.key}",
        }
        if target.key not in site.people.attendants:
            made.add(target.key)
        if int(own) == coligada:
            made |= {code, f"grupo {code}", f"group {code}"}
    elif target.kind == STEP:
        name = bare_name(site, target)
        made = {target.key, name, f"etapa {name}", f"etapa {target.key}", f"step {target.key}", f"{target.key} {name}"}
    elif target.kind == STATUS:
        name = STATUS_NAMES[target.key]
        made = {target.key, str(name), name.text("en")}
    else:
        made = {target.key}
    return {plain(one) for one in made if one}


def nearest(site: Site, type_code: int, asked: str) -> str | None:
    """The known name nearest to one that is not known."""
    names = {plain(bare_name(site, one)): bare_name(site, one) for one in known(site, type_code) if one.kind != STATUS}
    found = get_close_matches(plain(asked), list(names), 1, 0.75)
    return names[found[0]] if found else None
