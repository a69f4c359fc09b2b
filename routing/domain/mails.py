"""Mails as they are decided: their drafts, what templates may use of them, and the files that go with one (S:68). Pure.

A file is its bytes and the last part of its name. Where it lay on the machine of whoever sends it is told to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from mimetypes import MimeTypes
from typing import Any

import attrs

from formula.diagnostics import in_language

LONGEST_NAME = 150
"""Characters of a file's name; what is longer is cut before its ending."""
FORBIDDEN = frozenset('<>:"|?*')
"""What no file of a receiver's machine may be called."""
CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
ANY_TYPE = "application/octet-stream"
NAMELESS = "anexo"
TYPES = MimeTypes(filenames=())
"""Endings and what they mean, the same on every machine."""


@attrs.frozen
class MailFile:
    """A file of a mail. ``digest`` is the SHA-256 of its bytes; ``content`` is None once the file is kept elsewhere."""

    name: str
    content_type: str
    size: int
    digest: str
    content: bytes | None = attrs.field(default=None, repr=False, eq=False)

    def as_json(self) -> dict[str, Any]:
        """What is told of a file: all but its bytes."""
        return {"name": self.name, "content_type": self.content_type, "size": self.size, "digest": self.digest}


def mail_file(name: str, content: bytes, content_type: str = "") -> MailFile:
    """A file by the name that its sender gave it; without a good type, that of its ending."""
    plain = plain_name(name)
    written = content_type.strip().lower()
    kind = written if CONTENT_TYPE.fullmatch(written) else TYPES.guess_type(plain)[0] or ANY_TYPE
    if kind.startswith(("message/", "multipart/")):
        kind = ANY_TYPE  # a mail within a mail would be read as parts of ours
    return MailFile(plain, kind, len(content), sha256(content).hexdigest(), content)


def plain_name(name: str) -> str:
    """The last part of a path of any system, without what a header, a shell or another system stumbles over."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(char if char.isprintable() and char not in FORBIDDEN else " " for char in last)
    plain = " ".join(kept.split()).strip(". ") or NAMELESS
    if len(plain) <= LONGEST_NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 20:
        return plain[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending


MAIL_KINDS = ("handoff", "handoff_copy", "opening", "ticket", "reminder")
MAIL_CONTENTS = ("request", "discussion", "solution", "summary")
"""What of a ticket may go into a mail about it (S:67)."""
MAIL_PARTS = ("assunto", "txt", "html")
"""What a site may word itself: a file ``KIND.PART`` among its templates."""


Fact = str | tuple[tuple[str, str], ...]
"""A text, or texts by name, such as the parameters."""
NamedFacts = tuple[tuple[str, Fact], ...]


class LaterFacts:
    """What a mail's template may use, worked out when one is there that reads it: most sites have none."""

    __slots__ = ("made", "make")

    def __init__(self, make: Callable[[], NamedFacts]) -> None:
        """``make`` gives the facts by name; it is asked once, and is to look at nothing that changes."""
        self.make: Callable[[], NamedFacts] | None = make
        self.made: NamedFacts = ()

    def all(self) -> NamedFacts:
        """The facts."""
        if self.make is not None:
            self.made, self.make = self.make(), None
        return self.made

    def __iter__(self) -> Iterator[tuple[str, Fact]]:
        """In order."""
        return iter(self.all())

    def __eq__(self, other: object) -> bool:
        """Equal to the same facts."""
        return self.all() == (other.all() if isinstance(other, LaterFacts) else other)

    def __hash__(self) -> int:
        """By the facts."""
        return hash(self.all())

    def __repr__(self) -> str:
        """The facts."""
        return repr(self.all())

    def __reduce__(self) -> tuple[type[tuple[Any, ...]], tuple[NamedFacts]]:
        """Another process gets the facts themselves."""
        return tuple, (self.all(),)


@attrs.frozen(kw_only=True)
class MailDraft:
    """A mail to queue. ``kind`` is handoff, handoff_copy, opening, ticket or reminder; ``to`` and ``cc`` are addresses joined by
    ``, ``. ``facts`` are what a site's own template may use (S:71), ``body`` is the built-in text;
    ``html`` is filled only by a site's own template.
    """

    kind: str
    from_address: str
    to: str
    cc: str
    subject: str
    body: str
    facts: NamedFacts | LaterFacts = ()
    html: str = ""
    files: tuple[MailFile, ...] = ()

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The contract's shape."""
        return {
            "from": self.from_address,
            "to": self.to,
            "cc": self.cc,
            "subject": in_language(self.subject, language),
            "body": in_language(self.body, language),
            "kind": self.kind,
            **({"attachments": [file.as_json() for file in self.files]} if self.files else {}),
        }
