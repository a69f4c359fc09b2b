"""Which language a person reads: ``--lang``, else the locale, else Portuguese (contract)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formula.messages import LANGUAGES

OPTION = "--lang"


def split_language(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """What ``--lang`` says anywhere before ``--``, and the arguments without it.

    A ``--lang`` with nothing after it gives the empty text, which is no language.
    """
    rest: list[str] = []
    said: str | None = None
    pending = list(arguments)
    while pending:
        word = pending.pop(0)
        if word == "--":
            return said, [*rest, word, *pending]
        if word == OPTION:
            said = pending.pop(0) if pending else ""
        elif word.startswith(OPTION + "="):
            said = word.removeprefix(OPTION + "=")
        else:
            rest.append(word)
    return said, rest


def language_of(environment: Mapping[str, str]) -> str:
    """The language of the locale. Only English is told apart from Portuguese, the source language."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = environment.get(name, "")
        if locale:
            return "en" if locale.lower().split("_")[0].split(".")[0] == "en" else LANGUAGES[0]
    return LANGUAGES[0]
