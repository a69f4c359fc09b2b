"""Files that go with a mail (S:68): what they are called and what they are. Pure.

A file is its bytes and the last part of its name. Where it lay on the machine of whoever sends it is told to nobody.
"""

from __future__ import annotations

import re
from hashlib import sha256
from mimetypes import MimeTypes
from typing import Any

import attrs

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
