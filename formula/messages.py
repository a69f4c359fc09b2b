"""Sentences for people: Portuguese is the source language, other languages come from a gettext catalogue.

A :class:`Message` *is* its Portuguese text, and remembers the template and the values that made it, so that it
can be said again in another language at the door. Each top-level package keeps its catalogue in
``<package>/locale/<language>/LC_MESSAGES/<package>.mo``; the package of a message is its *domain*.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from formula.visible import on_one_line

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("pt", "en")


class Message(str):
    """A Portuguese sentence that can be translated. Values may themselves be messages.

    ``template`` uses ``{name}`` placeholders; values are inserted as they are, since a mail is made so too. Where a line is shown
    to a person, :func:`on_a_line` comes before.
    """

    template: str
    values: Mapping[str, object]
    domain: str

    __slots__ = ("domain", "template", "values")

    def __new__(cls, template: str, values: Mapping[str, object], domain: str) -> Message:  # noqa: PYI034 - never subclassed
        """Make the Portuguese text and keep its parts."""
        made = str.__new__(cls, template.format_map(values))
        made.template = template
        made.values = values
        made.domain = domain
        return made

    def __reduce__(self) -> tuple[type[Message], tuple[str, dict[str, object], str]]:
        """Pickle by parts, for worker processes."""
        return (Message, (self.template, dict(self.values), self.domain))

    def text(self, language: str = "pt") -> str:
        """The sentence in ``pt`` or ``en``; a template missing from the catalogue stays Portuguese."""
        if language == "pt":
            return str(self)
        template = catalogue(self.domain, language).gettext(self.template)
        return fill(template, {name: said(value, language) for name, value in self.values.items()})


LONGEST = 2_000
"""Characters of a sentence about a fault; a longer one quotes shorter."""


def on_a_line(value: object) -> object:
    """A value for one line on a screen: a text without breaks, and with marks for what a screen would obey; a message with such
    values."""
    if isinstance(value, Message):
        made = {name: on_a_line(inner) for name, inner in value.values.items()}
        return Message(value.template, made, value.domain) if any(made[name] is not value.values[name] for name in made) else value
    return on_one_line(value) if isinstance(value, str) else value


def brief(text: str) -> str:
    """A sentence about a fault whose values fit one line, and are cut where they would bury it."""
    if not isinstance(text, Message):
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if len(text) <= LONGEST and text.isprintable():
        return text
    values = {name: quoted(value) for name, value in text.values.items()}
    return Message(text.template, values, text.domain)


def quoted(value: object) -> object:
    """A value of such a sentence."""
    if isinstance(value, Message):
        return brief(value)
    if not isinstance(value, str):
        return value
    line = on_one_line(value)
    return line if len(line) <= LONGEST // 10 else line[: LONGEST // 10 - 1] + "…"


def fill(template: str, values: Mapping[str, object]) -> str:
    """Insert the values. ``{{`` and ``}}`` stand for braces, also when there is no value."""
    return template.format_map(values)


def said(value: object, language: str) -> object:
    """A value in a language: messages are translated, anything else stays."""
    return value.text(language) if isinstance(value, Message) else value


@cache
def catalogue(domain: str, language: str) -> NullTranslations:
    """The catalogue of a package, or one that translates nothing."""
    import gettext
    from importlib.util import find_spec
    from pathlib import Path

    found = find_spec(domain)
    if found is None or found.origin is None:
        return gettext.NullTranslations()
    return gettext.translation(domain, Path(found.origin).parent / "locale", [language], fallback=True)


def message(template: str, **values: object) -> Message:
    """A message of this package. Other packages define their own one-line twin with their domain."""
    return Message(template, values, "formula")


def plural(number: object, one: str, many: str, /, **values: object) -> Message:
    """The sentence for one, or for any other number: Portuguese and English have these two forms."""
    return Message(one if number == 1 else many, values, "formula")
