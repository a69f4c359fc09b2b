"""What a session proposes while something is typed: commands with their arguments, or words of a formula."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from formula.editing.assist import VALUE, Completion, Proposal, complete
from formula.editing.signatures import Signature, enclosing
from formula.source import Span
from repl.messages import message
from repl.session.session import Session
from repl.session.words import without_accents
from repl.showing.highlighting import Typed

COMMAND = "command"


def proposals(session: Session, text: str, offset: int, typed: Typed) -> Completion:
    """For a line of the session as typed so far; ``typed`` keeps its words from key to key."""
    if session.debugger is not None and not text.startswith(":"):
        return words_of_debugger(session, text, offset)
    if text.lstrip().startswith(":"):
        return of_command(session, text, offset)
    found = complete(text, offset, session.schema(), session.memory.written.values(), typed.of(text))
    if session.site is None or found.text is None:
        return found
    from repl.showing.text_values import with_site

    return with_site(found, session.site, Path(session.loaded[0]).stem if session.loaded else "", session.clock())


def words_of_debugger(session: Session, text: str, offset: int) -> Completion:
    """The debugger's words, at the beginning of a line."""
    from repl.session.debugging import WORDS

    if " " in text[:offset]:
        return Completion(Span(offset, offset), ())
    typed = text[:offset].strip().lower()
    found = tuple(
        Proposal(name, name, COMMAND, word.help)
        for word in WORDS
        for name in (word.english if session.language == "en" else word.name,)
        if name.startswith(typed)
    )
    return Completion(Span(0, offset), found)


def of_command(session: Session, text: str, offset: int) -> Completion:
    """A command's name, or what may follow it: files, actions, tickets, functions."""
    from repl.session.commands import BY_NAME, COMMANDS

    start = text.index(":")
    word, blank, rest = text[start + 1 : offset].partition(" ")
    if not blank:
        typed = without_accents(word)
        found = tuple(
            Proposal(f":{name}", f":{name}", COMMAND, row.help)
            for row in COMMANDS
            for name in (row.english if session.language == "en" else row.name,)
            if name.startswith(typed)
        )
        return Completion(Span(start, offset), found)
    row = BY_NAME.get(without_accents(word))
    if row is None:
        return Completion(Span(offset, offset), ())
    last = rest.rpartition(" ")[2]
    found = tuple(
        Proposal(name, name, VALUE, detail)
        for name, detail in following(session, row.name, last)
        if without_accents(name).startswith(without_accents(last))
    )
    return Completion(Span(offset - len(last), offset), found)


def following(session: Session, command: str, typed: str) -> Sequence[tuple[str, str]]:
    """What may follow a command."""
    if command in {"abrir", "comparar"}:
        return files(typed, ".formula")
    if command == "contexto":
        return files(typed, ".toml")
    if command == "atendimento" and session.desk is not None:
        return [(key, message("atendimento")) for key in session.desk.tickets()]
    if command in {"planejar", "mover"}:
        from repl.showing.plans import ACTION_NAMES
        from routing.domain.model import ACTIONS

        english = session.language == "en"
        spellings = {name: name if english else str(said).replace(" ", "-") for name, said in ACTION_NAMES.items()}
        return [(spellings[name], message("ação")) for name in ACTIONS]
    if command == "ajuda":
        from repl.session.commands import COMMANDS

        rows = session.schema().table
        return [*((row.name, row.help) for row in COMMANDS), *((name, row.signature) for name, row in rows.items())]
    if command in {"executar", "impacto"}:
        return [(code, message("fórmula")) for code in session.context.formulas]
    return []


def files(typed: str, suffix: str) -> Sequence[tuple[str, str]]:
    """Files with a suffix, and folders, that go on from what is typed; none where the folder cannot be read."""
    folder = Path(typed).parent if not typed.endswith("/") else Path(typed)
    try:
        found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []
    matching = [(str(path), message("arquivo")) for path in found if path.name.endswith(suffix)]
    return [*matching, *((f"{path}/", message("pasta")) for path in found if path.is_dir())]


def signature(session: Session, text: str, offset: int, typed: Typed) -> Signature | None:
    """The call being typed."""
    return None if text.lstrip().startswith(":") else enclosing(typed.of(text), offset, session.schema())
