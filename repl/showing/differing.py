"""What two rules differ in, for people: files, and for each formula a ticket on which it decides otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from formula.values import display
from repl.messages import message, plural
from repl.showing.console import Console
from repl.showing.doings import effect_line
from repl.showing.releases import place_of

if TYPE_CHECKING:
    from formula.outcome import Outcome
    from routing.testing.proposing.differing import Difference


def diff_now(console: Console, workspace: str, old: str, new: str, trials: int, form: str) -> None:
    """Compare, then tell."""
    from routing.releases.choosing import rules_named

    with place_of(workspace) as desk:
        first, second = (rules_named(name, desk.site, desk.store) for name in (old, new))
        shown, runs = compared(first, second, trials)
    if form == "json":
        console.say_json(shown)
        return
    if not shown["files"]:
        console.say(message("{antigas} e {novas} são as mesmas regras", antigas=old, novas=new))
        return
    count = len(shown["files"])
    console.say(
        plural(
            count,
            "de {antigas} para {novas} muda {quantos} arquivo",
            "de {antigas} para {novas} mudam {quantos} arquivos",
            antigas=first.revision,
            novas=second.revision,
            quantos=count,
        )
    )
    for row in shown["files"]:
        console.say(message("  {mudanca}: {arquivo}", mudanca=CHANGES[row["change"]], arquivo=row["path"]))
    for row in shown["formulas"]:
        say_formula(console, row, runs.get(row["code"]))


CHANGES = {"added": message("novo"), "removed": message("tirado"), "changed": message("mudado")}


def compared(first: Any, second: Any, trials: int) -> tuple[dict[str, Any], dict[str, Difference]]:
    """The document of ``diff``, and the differences that were found, by formula."""
    from routing.testing.proposing.differing import Unprepared, difference

    files = [
        {"path": path, "change": "added" if path not in first.files else "removed" if path not in second.files else "changed"}
        for path in sorted({*first.files, *second.files})
        if first.files.get(path) != second.files.get(path)
    ]
    formulas: list[dict[str, Any]] = []
    runs: dict[str, Difference] = {}
    for code in sorted({*first.site.formulas, *second.site.formulas}):
        old, new = first.site.formulas.get(code), second.site.formulas.get(code)
        if old is None or new is None or old.text == new.text:
            continue
        row: dict[str, Any] = {"code": new.code, "difference": None, "trials": 0, "fault": None, "equal": None, "ticket": None}
        try:
            found, row["trials"] = difference(first.site, second.site, new.code, trials)
            if found is None:
                row |= proved(first.site, second.site, new.code)
            else:
                runs[new.code], row["difference"] = found, found.as_json()
        except Unprepared as fault:
            row["fault"] = str(fault.faults[0].message) if fault.faults else ""
        formulas.append(row)
    return {"rules": {"old": first.revision, "new": second.revision}, "files": files, "formulas": formulas}, runs


def proved(first: Any, second: Any, code: str) -> dict[str, Any]:
    """What is said of all tickets where trials found no difference: ``equal`` True, False with the ticket, or None: unknown."""
    from routing.proving.equality import answer_equal
    from routing.proving.solver import Solver

    with Solver() as solver:
        (found,) = answer_equal(first, second, solver, formula=code, within=PROOF_SECONDS)
    ticket = None if found.ticket is None else found.ticket.as_json()
    return {"equal": {"proved": True, "fails": False}.get(found.answer), "ticket": ticket, "because": found.because}


PROOF_SECONDS = 5.0
"""What is spent on the question whether two texts of a formula are equal."""


def say_formula(console: Console, row: dict[str, Any], run: Difference | None) -> None:
    """One formula."""
    if row["fault"] is not None:
        console.say(message("fórmula {codigo}: não pode ser executada: {motivo}", codigo=row["code"], motivo=row["fault"]))
        return
    found = row["difference"]
    if row["equal"]:
        console.say(message("fórmula {codigo}: igual para todos os atendimentos", codigo=row["code"]))
        return
    if row["equal"] is False and row["ticket"] is not None:
        console.say(message("fórmula {codigo}: {porque}", codigo=row["code"], porque=row["because"]))
        for name, value in {**row["ticket"]["parameters"], **row["ticket"]["fields"]}.items():
            console.say(message("    {nome} = {valor}", nome=name, valor=value))
        return
    if found is None or run is None:
        console.say(
            message("fórmula {codigo}: nenhuma diferença em {quantas} tentativas", codigo=row["code"], quantas=row["trials"])
        )
        return
    console.say(message("fórmula {codigo}: decide diferente com", codigo=row["code"]))
    for name, value in found["ticket"].items():
        console.say(message("    {nome} = {valor}", nome=name, valor="–" if value in (None, "") else value))
    for outcome, title in ((run.was, message("antes")), (run.would, message("depois"))):
        console.say(message("  {quando}: {valor}", quando=title, valor=ending(outcome)))
    for link in found["because"]:
        title = message("antes") if link["when"] == "then" else message("depois")
        console.say(message("      {quando}: {texto}  [{onde}]", quando=title, texto=link["text"], onde=link["where"] or "–"))


def ending(outcome: Outcome) -> str:
    """What a run came to, in one line."""
    if outcome.status == "fault":
        return message("falha: {motivo}", motivo=outcome.message or outcome.diagnostics[0].message)
    if outcome.status == "stopped":
        return message("parada: {mensagem}", mensagem=outcome.message)
    value = display(outcome.value) if outcome.value is not None else message("Vazio")
    asked = [effect_line(effect) for effect in outcome.effects]
    return message("{valor}; {efeitos}", valor=value, efeitos="; ".join(asked)) if asked else value
