"""Mail addresses: what may stand in a header, and whom an opening mail goes to. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

import attrs

from routing.domain.model import Client

LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LONGEST = 254
"""Characters of an address that SMTP can carry (RFC 5321)."""


@attrs.frozen
class Addresses:
    """The addresses of a text in order, each once, and the parts that are none."""

    good: tuple[str, ...]
    bad: tuple[str, ...]


@lru_cache(maxsize=4_096)
def read_addresses(text: str) -> Addresses:
    """Addresses separated by ``,`` or ``;``, with or without a name: ``Ana <ana@exemplo.com.br>`` keeps the address.

    A part with a line break or any other control character is bad as a whole: it could forge a header.
    """
    good: dict[str, None] = {}
    bad: list[str] = []
    for part in re.split(r"[,;]", text):
        if not part.strip(" "):
            continue
        address = one_address(part)
        if address is None:
            bad.append(part.strip())
        else:
            good[address] = None
    return Addresses(tuple(good), tuple(bad))


@lru_cache(maxsize=4_096)
def one_address(text: str) -> str | None:
    """The address of ``ana@exemplo.com.br`` or ``Ana Lima <ana@exemplo.com.br>``; None when it is none."""
    if CONTROL.search(text):
        return None
    stripped = text.strip(" ")
    if stripped.endswith(">") and "<" in stripped:
        stripped = stripped[stripped.rindex("<") + 1 : -1].strip(" ")
    local, at, domain = stripped.rpartition("@")
    if not at or not LOCAL.fullmatch(local) or len(stripped) > LONGEST:
        return None
    host = ascii_domain(domain)
    address = f"{local}@{host}"
    return None if host is None or len(address) > LONGEST else address


def ascii_domain(domain: str) -> str | None:
    """A domain as mail servers write it (``ação.example`` becomes ``xn--…``); None when it is none."""
    try:
        host = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = host.split(".")
    return host if all(LABEL.fullmatch(label) for label in labels) else None


def opening_address(client: Client | None, contact: str) -> str | None:
    """Whom the opening mail goes to, by client kind (S:91-97); None when there is no valid address.

    A customer or supplier: the contact's address, else the record's own. Prospect, suspect and person: the record's.
    Student and teacher: the record's, else that of the person behind it.
    """
    if client is None:
        return None
    ways: tuple[str, ...]
    if client.kind in {"cliente", "fornecedor"}:
        ways = (client.contact_emails.get(contact, "") if contact else "", client.email)
    elif client.kind in {"aluno", "professor"}:
        ways = (client.email, client.person_email)
    else:
        ways = (client.email,)
    return next((address for way in ways if way and (address := one_address(way))), None)
