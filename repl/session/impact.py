"""``:impacto``: what a formula that is not saved yet, or the folder that is not published yet, changes for the open tickets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from repl.messages import message
from repl.session.folder import no_workspace
from repl.session.session import Session
from repl.session.supposing import code_of, differing
from repl.showing.answers import HINT, PLAIN, TITLE, Answer, Line, refusal
from repl.showing.faults import faults_text


def impact(session: Session, rest: str) -> Answer:
    """With a code, of the latest formula in that one's place; else of the formulas that ``:contexto`` supposes; else of the folder
    against what is published."""
    if session.desk is None:
        return no_workspace()
    code = rest.strip()
    if code:
        text = latest_text(session)
        if text is None:
            return refusal(message("não há fórmula a comparar"), message("escreva uma fórmula, ou :abrir ARQUIVO"))
        if code.upper() not in session.site.formulas:
            return refusal(
                message("a fórmula '{codigo}' não é desta área de trabalho", codigo=code), message(":impacto CÓDIGO, de uma que há")
            )
        return of_text(session, code.upper(), text)
    supposed = differing(session.context.formulas, session.site.formula_texts)
    if supposed:
        names = ", ".join(code_of(session, key) for key in supposed)
        return told(session, own(session.desk), with_texts(session, supposed), message("com {nomes} como se supõe:", nomes=names))
    return of_folder(session)


def latest_text(session: Session) -> str | None:
    """The formula that ``:salvar`` would write."""
    if session.last is not None:
        return session.last.text
    return None if session.loaded is None else session.loaded[1]


def of_text(session: Session, key: str, text: str) -> Answer:
    """Of a text in a formula's place; with its faults when it has some."""
    import formula
    from formula.source import Source

    found = [
        one for one in formula.check(text, session.site.schema(None), lenient=session.lenient, name=key) if one.severity == "error"
    ]
    if found:
        return Answer((Line(faults_text(Source(text, key), found, session.language)),), faulty=True)
    head = message("com este texto em {codigo}:", codigo=code_of(session, key))
    return told(session, own(session.desk), with_texts(session, {key: text}), head)


def of_folder(session: Session) -> Answer:
    """Of the folder as it was read, against the release that decides."""
    from routing.releases.choosing import PUBLISHED, rules_named
    from routing.store import releases

    active = releases.look(session.desk.store)
    if active is None or session.desk.release is None:
        return refusal(
            message("não há com que comparar: nada foi publicado ainda"),
            message(":impacto CÓDIGO compara a última fórmula escrita com a da área de trabalho"),
        )
    old = session.desk.under(rules_named(PUBLISHED, session.site, session.desk.store, local=False))
    return told(session, old, own(session.desk), message("da publicação {revisao} para a pasta:", revisao=active.rules))


def own(desk: Any) -> Any:
    """The desk by its own rules, whichever decide."""
    return attrs.evolve(desk, follows=None, release=None, folder=None)


def with_texts(session: Session, texts: dict[str, Any]) -> Any:
    """The desk with other texts of some formulas, by upper-case code."""
    from routing.domain.site import FormulaText

    site = session.site
    changed = {key: FormulaText(code_of(session, key), text) for key, text in texts.items()}
    return attrs.evolve(own(session.desk), site=attrs.evolve(site, formulas={**site.formulas, **changed}))


def told(session: Session, old: Any, new: Any, head: str) -> Answer:
    """The table, under what is compared."""
    from repl.showing.impact import impact_lines
    from routing.desk.impact import compared

    made = compared(old, new, session.clock)
    style = HINT if made.changed else PLAIN
    first, *others = impact_lines(made, old.site, new.site)
    return Answer((Line(head, TITLE), Line(first, style), *(Line(one) for one in others)), faulty=False, outcome=made)


def before_saving(session: Session, target: Path, text: str) -> Answer | None:
    """What a text changes for open tickets when it is written over a formula of the workspace; None when it is none of it, or
    nothing changes."""
    site = session.site
    if session.desk is None or not site.folder or target.suffix != ".formula":
        return None
    formulas = (Path(site.folder) / "formulas").resolve()
    key = target.stem.upper()
    if not target.resolve().is_relative_to(formulas) or key not in site.formulas:
        return None
    shown = of_text(session, key, text)
    return shown if shown.faulty or shown.outcome.changed else None
