"""What a run that stopped tells: its fault, the place in the formula, the steps up to there."""

from __future__ import annotations

import decimal
from types import TracebackType
from typing import TYPE_CHECKING

from formula.diagnostics import Fault
from formula.host import digits_spent
from formula.messages import message
from formula.source import Span

if TYPE_CHECKING:
    from formula.runtime.program import Program


def as_fault(error: Exception) -> Fault | None:
    """The fault that an exception of a run stands for; None for a defect of this package."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, decimal.Inexact | decimal.Overflow | decimal.InvalidOperation):
        return digits_spent(decimal.getcontext().prec)
    failing = failing_function(error.__traceback__)
    if failing is None:
        return None
    return Fault(
        "funcao-falhou",
        message("a função {nome} falhou: {mensagem}", nome=failing, mensagem=str(error) or type(error).__name__),
        message("a falha é do sistema que responde pela função, não da fórmula"),
    )


def failing_function(traceback: TracebackType | None) -> str | None:
    """The host function in which an exception arose: called right from generated code."""
    while traceback is not None:
        inner = traceback.tb_next
        if traceback.tb_frame.f_code.co_filename == "<fórmula>" and inner is not None:
            return inner.tb_frame.f_code.co_name.rstrip("_").upper()
        traceback = inner
    return None


def place_of(traceback: TracebackType | None, program: Program) -> Span:
    """The smallest part of the formula that was running."""
    found = 0
    while traceback is not None:
        if traceback.tb_frame.f_code is program.code:
            found = traceback.tb_lineno
        traceback = traceback.tb_next
    return program.spans[found - 1] if found else Span(0, 0)


def steps_at(traceback: TracebackType | None, program: Program) -> int:
    """Steps up to an interruption, read from the interrupted function."""
    while traceback is not None:
        if traceback.tb_frame.f_code is program.code:
            found = traceback.tb_frame.f_locals
            counters = sum(value for name, value in found.items() if name[0] == "n" and name[1:].isdigit())
            return int(found.get("s", program.base_steps) + counters)
        traceback = traceback.tb_next
    return program.base_steps
