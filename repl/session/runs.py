"""Session commands on runs: the opened formula, the variables, two formulas side by side."""

from __future__ import annotations

from typing import Any

import formula
from formula.diagnostics import FormulaError
from formula.values import display
from repl.messages import message
from repl.session.session import Session, faulty
from repl.showing.answers import CHANGED, DIM, TITLE, Answer, Line, answer, refusal
from repl.showing.console import Refusal, read_text
from repl.showing.values import quoted


def variables(session: Session, _rest: str) -> Answer:
    """Name and value of each."""
    if not session.memory.values:
        return answer(message("nenhuma variável"), style=DIM)
    rows = session.memory.values.items()
    return answer(*(message("{nome} = {valor}", nome=session.memory.written[key], valor=quoted(value)) for key, value in rows))


def run_loaded(session: Session, code: str) -> Answer:
    """Run the opened formula, or one that the context has by its code. It starts without the session's variables."""
    found = text_of(session, code)
    if found is None:
        if code:
            return refusal(message("não há fórmula de código '{codigo}'", codigo=code))
        return refusal(message("nenhuma fórmula aberta"), message(":abrir ARQUIVO"))
    name, text = found
    kept = session.memory
    session.memory = type(kept)()
    try:
        return session.run_text(text, name)
    finally:
        session.memory = kept


def text_of(session: Session, code: str) -> tuple[str, str] | None:
    """The opened formula for no code, else a formula of the context by code."""
    if not code:
        return session.loaded
    for name, text in session.context.formulas.items():
        if name.upper() == code.upper():
            return name, text
    return None


def compare(session: Session, rest: str) -> Answer:
    """Run two formulas in the same context and show what differs: value, message, effects, steps."""
    paths = rest.split()
    if len(paths) != 2:
        return refusal(message("diga dois arquivos: :comparar A.formula B.formula"))
    outcomes = []
    for path in paths:
        try:
            text, _ = read_text(path)
            rule = formula.compile(text, session.schema(), lenient=session.lenient, name=path)
        except Refusal as fault:
            return refusal(fault.sentence, fault.hint)
        except FormulaError as error:
            return faulty(error.source, error.diagnostics, session.language)
        outcomes.append(rule.run(session.run_context(), session.limits))
    first, second = (facts(outcome) for outcome in outcomes)
    wide = max(len(paths[0]), *(len(said) for said in first.values()))
    lines = [Line(message("{nome:12} {um}  |  {outro}", nome="", um=paths[0].ljust(wide), outro=paths[1]), TITLE)]
    same = True
    for name in first:
        differs = first[name] != second[name]
        same &= not differs
        style = CHANGED if differs else DIM
        mark = "≠" if differs else "="
        said = message("{nome:12} {um}  {sinal}  {outro}", nome=name, um=first[name].ljust(wide), sinal=mark, outro=second[name])
        lines.append(Line(said, style))
    lines.append(Line(message("dão o mesmo") if same else message("não dão o mesmo")))
    return Answer(tuple(lines))


def facts(outcome: formula.Outcome) -> dict[str, Any]:
    """What two runs are compared by; steps are no difference in what a formula does, and are left out."""
    from repl.showing.doings import effect_line

    return {
        message("estado"): outcome.status,
        message("valor"): display(outcome.value) or "–",
        message("mensagem"): outcome.message or "–",
        message("efeitos"): "; ".join(effect_line(effect) for effect in outcome.effects) or "–",
    }
