"""``repasse explain``: the chain from values to result, as data or for a person."""

from __future__ import annotations

from formula.explaining.explanation import FOLDED, Line, explain
from repl.command.running import Done
from repl.messages import message
from repl.showing.console import Console
from repl.showing.faults import say_diagnostics


def say_explanation(console: Console, done: Done, form: str, *, full: bool = False) -> None:
    """The outcome with its chain, facts included when ``full``. A text with errors has none: its diagnostics say why."""
    lines = explain(done.record) if done.record is not None else []
    if form == "json":
        document = done.outcome.as_json(console.language)
        document["explanation"] = [line.as_json(console.language) for line in lines]
        console.say_json(document)
        return
    if done.record is None:
        say_diagnostics(console, done.prepared.text, done.prepared.name, done.outcome.diagnostics, error=True)
        return
    for line in numbered(lines if full else unfolded(lines)):
        console.say(line)
    if not full and (folded := len(lines) - len(unfolded(lines))):
        console.say(message("(mais {quantos} fatos: --completo)", quantos=folded))


def unfolded(lines: list[Line]) -> list[Line]:
    """The result first, then what decided it."""
    return [*lines[-1:], *(line for line in lines[:-1] if line.kind not in FOLDED)]


def numbered(lines: list[Line]) -> list[str]:
    """Numbered lines with their places in front of the eye."""
    return [
        message("{numero:3}. {texto}  [{onde}]", numero=at, texto=line.text, onde=line.where) if line.where else line.text
        for at, line in enumerate(lines, 1)
    ]
