"""Values and answers to questions, each in one line."""

from __future__ import annotations

from typing import Any

from formula.values import display
from repl.messages import message


def quoted(value: Any) -> str:
    """A value as people read it; texts in quotes so that blanks show, Vazio by name."""
    if value is None:
        return message("Vazio")
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else display(value)


def answered(outcome: Any) -> str:
    """A question's answer in one line."""
    return quoted(outcome.value) if outcome.status == "ok" else message("falha: {mensagem}", mensagem=outcome.message or "")
