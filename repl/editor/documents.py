"""A formula open in an editor: its text, what the checker says of it, and places in the editor's units. Pure."""

from __future__ import annotations

from functools import cached_property

import attrs

from formula.checking.checker import Checked
from formula.diagnostics import Diagnostic
from formula.editing.semantic_tokens import kinds_by_place
from formula.editing.typed_words import TextWord, words, words_again
from formula.engine import examine
from formula.schema import Schema
from formula.source import Source

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"
"""What editors count columns in; the protocol's default is UTF-16 code units."""


@attrs.frozen(slots=False, eq=False)
class Document:
    """One version of an open text. Everything it tells is worked out once, when first asked for.

    ``name`` is what messages call it, ``schema`` the names it may use, ``units`` how the editor counts columns,
    ``known`` the words of the text when they have been read already.
    """

    text: str
    name: str
    schema: Schema
    lenient: bool = False
    units: str = UTF16
    known: list[TextWord] | None = attrs.field(default=None, kw_only=True)

    @cached_property
    def words(self) -> list[TextWord]:
        """The words of the text."""
        return words(self.text) if self.known is None else self.known

    @cached_property
    def examined(self) -> tuple[Checked | None, tuple[Diagnostic, ...], Source]:
        """The checker's word."""
        return examine(self.text, self.schema, self.lenient, self.name)

    @property
    def checked(self) -> Checked | None:
        """The typed tree, when the text has one."""
        return self.examined[0]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All faults, in order of place."""
        return self.examined[1]

    @cached_property
    def source(self) -> Source:
        """The text as lines."""
        return Source(self.text, self.name)

    @cached_property
    def kinds(self) -> dict[int, int]:
        """The kind set of each name by its offset."""
        return kinds_by_place(self.checked) if self.checked is not None else {}

    def offset(self, line: int, character: int) -> int:
        """The offset of an editor's place, both counted from 0. A place past a line's end is that end."""
        starts = self.source.line_starts
        if line >= len(starts):
            return len(self.text)
        row = self.source.line_text(line + 1)
        return starts[line] + min(from_units(row, character, self.units), len(row))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and character of an offset, both from 0, in the editor's units."""
        where = self.source.position(offset)
        column = where.column - 1
        if self.units == UTF32 or self.text.isascii():
            return where.line - 1, column
        start = self.source.line_starts[where.line - 1]
        return where.line - 1, in_units(self.text[start:offset], self.units)


def edited(before: Document | None, text: str, name: str, schema: Schema, lenient: bool, units: str) -> Document:
    """The next version of a text; words before the edit are not looked at again."""
    if before is None:
        return Document(text, name, schema, lenient, units)
    return Document(text, name, schema, lenient, units, known=words_again(text, before.text, before.words))


def bare_copy(document: Document) -> Document:
    """The same text, of which nothing is known yet."""
    return Document(document.text, document.name, document.schema, document.lenient, document.units)


def in_units(text: str, units: str) -> int:
    """The length of a text in an editor's units."""
    if units == UTF32 or text.isascii():
        return len(text)
    if units == UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def from_units(row: str, count: int, units: str) -> int:
    """How many characters of a line an editor's count covers; a count inside a character covers it not."""
    if units == UTF32 or row.isascii():
        return count
    used = 0
    for index, character in enumerate(row):
        used += in_units(character, units)
        if used > count:
            return index
    return len(row)
