"""Compiled formulas kept between runs and between processes.

What was compiled is found again by its content: a digest of the text and of all that the code depends on besides it. The
rules themselves stay in memory; their code goes, as bytes, to a *shelf* that the host supplies, such as a folder. The
package reads no file: see :class:`routing.workspace.code_folder.Folder` for one that does.

Nothing differs with a cache but the time. A kept rule reads its text again when someone asks for its tree, its warnings
or a recording. Bytes of a shelf carry a digest under their own key, so those that are damaged, cut, or were put under
another key are ignored and made again. The digest is no secret: whoever can write to a shelf decides what runs.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from formula.limits import DEFAULT, Limits
from formula.schema import Schema
from formula.source import Source

if TYPE_CHECKING:
    from formula.builtins.table import Function
    from formula.checking.checker import Checked
    from formula.engine import Rule
    from formula.runtime.program import Program

MARK = b"repasse1"
"""The first bytes of an entry, with the number of its form."""

SEAL, KEY = 16, 20
"""Bytes of the digest of an entry, and of a key."""

PLAIN_WAY = "p"
"""Ends the key of the code that trusts no field."""

CLEAN, REMARKS = b"\0", b"\1"
"""Whether the check of a text had nothing to say."""


class Shelf(Protocol):
    """Where entries are kept. It may lose any of them at any time, and neither function ever raises.

    ``stamp`` tells the versions of the programs that write and read the entries; it is part of every key.
    """

    stamp: str

    def get(self, key: str) -> bytes | None:
        """An entry, or None."""

    def put(self, key: str, entry: bytes) -> None:
        """Keep an entry, in place of an older one."""


@attrs.frozen(eq=False)
class Asked:
    """What is to be compiled. Equal when the compiled rule is the same object's worth: same content, name and rows."""

    text: str
    schema: Schema
    lenient: bool
    name: str
    limits: Limits
    key: str

    def __eq__(self, other: object) -> bool:
        """Rows are compared by identity, since equal ones may call different functions."""
        return (
            isinstance(other, Asked)
            and self.key == other.key
            and self.name == other.name
            and self.schema.table is other.schema.table
        )

    def __hash__(self) -> int:
        """Of the key."""
        return hash(self.key)


@attrs.frozen(eq=False)
class Kept:
    """Where a rule of a cache comes from, and what it takes to read its text again. ``clean``: its check had nothing to
    say."""

    source: Source
    schema: Schema
    lenient: bool
    limits: Limits
    clean: bool
    cache: Cache
    key: str
    again: dict[str, Checked] = attrs.field(factory=dict, repr=False)

    def checked(self) -> Checked:
        """The typed tree, read again once; threads that ask at the same time get the same one."""
        from formula.engine import examined

        found = self.again.get(self.key)
        if found is None:
            made = examined(self.source.text, self.schema, self.lenient, self.source.name, self.limits)
            found = self.again.setdefault(self.key, made)
        return found

    def plain(self, rule: Rule) -> Program:
        """The code that trusts no field, which has an entry of its own."""
        from formula.engine import plain_program

        key = self.key + PLAIN_WAY
        found = self.cache.kept(key, self.schema.table)
        if found is not None:
            return found[0]
        program = plain_program(rule)
        self.cache.keep(key, program, self.schema.table, self.clean)
        return program


class Cache:
    """Rules in memory, the newest ``size`` of them, and their code on a shelf, when there is one. Threads may share it."""

    def __init__(self, shelf: Shelf | None = None, size: int = 512) -> None:
        """Without a shelf nothing outlives the process."""
        self.shelf = shelf
        self.same = lru_cache(maxsize=size)(self.alike)
        self.rules = lru_cache(maxsize=size)(self.made)

    def rule(self, text: str, schema: Schema, lenient: bool = False, name: str = "<texto>", limits: Limits = DEFAULT) -> Rule:
        """The compiled formula. Raises :class:`formula.diagnostics.FormulaError`; a text with errors is read every time."""
        return self.same(text, schema, lenient, name, limits)

    def alike(self, text: str, schema: Schema, lenient: bool, name: str, limits: Limits) -> Rule:
        """The rule of the same content, whichever schema object asks."""
        stamp = "" if self.shelf is None else self.shelf.stamp
        return self.rules(Asked(text, schema, lenient, name, limits, key_of(text, schema, lenient, limits, stamp)))

    def made(self, asked: Asked) -> Rule:
        """A rule from the shelf, else compiled now and put there."""
        from formula.engine import Rule, examined, trusted_program

        source = Source(asked.text, asked.name)
        table = asked.schema.table
        found = self.kept(asked.key, table)
        if found is not None:
            program, clean = found
            return Rule(None, program, Kept(source, asked.schema, asked.lenient, asked.limits, clean, self, asked.key))
        checked = examined(asked.text, asked.schema, asked.lenient, asked.name, asked.limits)
        program = trusted_program(checked)
        clean = not checked.diagnostics
        self.keep(asked.key, program, table, clean)
        return Rule(checked, program, Kept(source, asked.schema, asked.lenient, asked.limits, clean, self, asked.key))

    def kept(self, key: str, table: Mapping[str, Function]) -> tuple[Program, bool] | None:
        """A program from the shelf, and whether its check had nothing to say; None when there is none that is whole."""
        entry = None if self.shelf is None else self.shelf.get(key)
        if entry is None:
            return None
        content = opened(entry, key)
        if content is None:
            return None
        from formula.runtime.packing import unpacked

        return unpacked(content[1:], table), content[:1] == CLEAN

    def keep(self, key: str, program: Program, table: Mapping[str, Function], clean: bool) -> None:
        """Put a program on the shelf, unless it reaches what has no name."""
        if self.shelf is None:
            return
        from formula.runtime.packing import Unpackable, packed

        try:
            content = packed(program, table)
        except Unpackable:
            return
        self.shelf.put(key, sealed((CLEAN if clean else REMARKS) + content, key))


def sealed(content: bytes, key: str) -> bytes:
    """An entry: the mark, the digest under the key, the content."""
    return MARK + digest_of(content, key) + content


def opened(entry: bytes, key: str) -> bytes | None:
    """The content of an entry that was written whole, under this key, in this form; None for any other bytes."""
    start = len(MARK) + SEAL
    if not entry.startswith(MARK) or len(entry) <= start:
        return None
    content = entry[start:]
    return content if digest_of(content, key) == entry[len(MARK) : start] else None


def digest_of(content: bytes, key: str) -> bytes:
    """The digest of a content that belongs to a key."""
    return blake2b(content, digest_size=SEAL, key=key.encode()).digest()


def key_of(text: str, schema: Schema, lenient: bool, limits: Limits, stamp: str) -> str:
    """The digest of all that compiled code depends on, in hexadecimal.

    Of the limits, those that a text is read under; the others come with each run.
    """
    whole = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY, key=VERSIONS)
    read_under = (lenient, limits.source, limits.nesting, limits.words, limits.digits)
    whole.update(f"\0{stamp}\0{read_under}\0{names_of(schema)}\0{rows_of(Held(schema.table))}".encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def versions() -> bytes:
    """What code objects of this interpreter depend on, as a digest."""
    from _frozen_importlib_external import MAGIC_NUMBER

    told = f"{sys.implementation.cache_tag} {sys.version} {sys.byteorder} {sys.maxsize} {MAGIC_NUMBER.hex()}"
    return blake2b(told.encode()).digest()


VERSIONS = versions()


@lru_cache(maxsize=64)
def names_of(schema: Schema) -> str:
    """The names of a schema and their kinds."""
    parts: tuple[Any, ...] = (
        schema.fields.items(),
        (schema.parameters or {}).items(),
        schema.functions.items(),
        schema.formulas or (),
        schema.sentences or (),
        schema.contexts,
        schema.domains.items(),
    )
    flags = (schema.parameters is None, schema.formulas is None, schema.sentences is None, schema.handoff_by_formula, schema.strict)
    return repr((*map(sorted, parts), flags))


@attrs.frozen(eq=False)
class Held:
    """A table by its identity, kept alive so that the identity stays its own."""

    table: Mapping[str, Function]

    def __eq__(self, other: object) -> bool:
        """The same object."""
        return isinstance(other, Held) and self.table is other.table

    def __hash__(self) -> int:
        """Of the object."""
        return id(self.table)


@lru_cache(maxsize=16)
def rows_of(held: Held) -> str:
    """The rows that a site adds to this package's own, or has in their place: all that code depends on. The package's
    own rows belong to its version, which the stamp of a shelf tells."""
    from formula.builtins import TABLE

    return repr(
        [
            (
                key, row.name, row.arguments, row.result, row.result_role, row.needs_run, row.variadic,
                sorted(row.contexts), row.origin, row.pure, row.effect, row.never_returns, row.cost, row.scans,
            )
            for key, row in sorted(held.table.items())
            if TABLE.get(key) is not row
        ]
        + [("-", key) for key in TABLE if key not in held.table]
    )  # fmt: skip
