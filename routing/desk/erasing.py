"""Whose data are erased: an attendant, a client, or only texts that the directory no longer has."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from routing.domain.decision import Reason
from routing.domain.model import CLIENT_KINDS
from routing.domain.names import named
from routing.domain.site import Site
from routing.failures import UnknownPerson
from routing.messages import message
from routing.store.overall.erasing import Subject
from routing.workspace.toml_tables import pair


@attrs.frozen
class Found:
    """Who it is, what to look for, and whether the directory names the person still."""

    name: str
    subject: Subject
    in_directory: bool


def subject_of(site: Site, who: str, also: Iterable[str] = ()) -> Found:
    """``1;3`` or a name; ``pessoa;P100`` or a client's code. ``also`` are more texts that name the person. UnknownPerson when the
    directory has nobody, and nothing else says what to look for."""
    more = tuple(also)
    kind, _, code = who.strip().partition(";")
    if kind.lower() in CLIENT_KINDS and code:
        return client_found(site, kind.lower(), code.strip(), more)
    codes = [one for one in site.people.clients.values() if one.code == who.strip()]
    if len(codes) == 1:
        return client_found(site, codes[0].kind, codes[0].code, more)
    key = pair(who) or named(site.people, who)
    found = None if isinstance(key, Reason) else site.people.attendants.get(key)
    if found is not None:
        exact = (found.user,) if len(found.user) > 1 else ()
        return Found(f"{found.name} ({found.key})", Subject((*some(found.name, found.email), *more), exact), in_directory=True)
    if more and pair(who):
        return Found(who, Subject(more), in_directory=False)
    raise UnknownPerson(
        message("o diretório não tem '{quem}'", quem=who),
        message("diga 'coligada;código' ou 'tipo;código', e com --also os nomes e endereços de quem já saiu do diretório"),
    )


def client_found(site: Site, kind: str, code: str, more: tuple[str, ...]) -> Found:
    """A client, whether the directory has it still or not."""
    one = site.people.clients.get(f"{kind};{code}")
    if one is None:
        return Found(f"{kind};{code}", Subject(more, client=(kind, code)), in_directory=False)
    texts = some(one.name, one.email, one.person_email, *one.contact_emails.values())
    return Found(f"{one.name} ({kind};{code})", Subject((*texts, *more), client=(kind, code)), in_directory=True)


def some(*texts: str) -> tuple[str, ...]:
    """Those that say something, each once."""
    return tuple(dict.fromkeys(one for one in texts if one.strip()))
