"""The checker of a whole site: formulas under every type that uses them, and flows that cannot work.

References between files were checked on reading (:mod:`routing.workspace.references`); here are formulas, dead ends, unreachable
steps, rings of formulas, obligatory fields that nobody can fill, and literal destinations that resolve to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from formula.diagnostics import Diagnostic, place
from formula.reading.tree import Call, Evaluate, Expression, Formula, NumberLiteral, TextLiteral, bare, walk
from formula.source import Source
from routing.domain.at_home import at_home
from routing.domain.flow import find_step, step_name
from routing.domain.model import Step, TicketType
from routing.domain.site import FormulaText, Site, hands_off_by_formula
from routing.domain.step_settings import (
    copy_outside,
    filled_by,
    filling_late,
    idle_formula,
    late_formulas,
    leaving_formulas,
    lost_formula,
)
from routing.errors import FileFaults
from routing.messages import message
from routing.refusals import TABLE
from routing.workspace.step_requests import Trees, asks_a_step, silent_ways, two_steps_asked
from routing.workspace.toml_places import Document, read
from routing.workspace.written_requests import callers_of, request_faults
from routing.workspace.written_values import written_faults


def check_site(site: Site, folder: Path) -> list[FileFaults]:
    """Faults beyond those found on reading, by file."""
    found: dict[Path, list[Diagnostic]] = {}
    trees: dict[str, Formula] = {}
    for text in site.formulas.values():
        faults, tree = check_formula(site, text)
        found.setdefault(folder / text.path, []).extend(faults)
        if tree is not None:
            trees[text.code.upper()] = tree
    callers = callers_of(trees)
    for key, text in site.formulas.items():
        if key in trees:
            types, known = users_of(site, text), {one.span.start for one in found[folder / text.path] if one.severity != "lint"}
            hands_off = any(key in handoff_formulas(kind) for kind in site.types.values())
            unable = (
                *written_faults(site, text, trees, types, handoff=hands_off),
                *request_faults(site, text, trees, callers),
            )
            once = {(one.span.start, one.message): one for one in unable if one.span.start not in known}
            found[folder / text.path] += once.values()
            found[folder / text.path] += two_steps_asked(site, text, trees, types)
            found[folder / text.path] += silent_ways(site, text, trees)
            found[folder / text.path] += copies_outside(site, text, trees[key], types)
    for path in sorted((folder / "tipos").glob("**/*.toml")) if (folder / "tipos").is_dir() else []:
        document = type_document(path, folder)
        kind = site.types.get(document.data.get("codigo")) if document is not None else None  # type: ignore[arg-type]
        if document is not None and kind is not None:
            check_flow(site, kind, document, trees)
            found.setdefault(path, []).extend(document.faults)
    return [(path, faults) for path, faults in found.items() if faults]


def type_document(path: Path, folder: Path) -> Document | None:
    """A type's file for its places; None when it cannot be read (told already)."""
    try:
        document = read(path.read_text("utf-8-sig"), path.relative_to(folder).as_posix())
    except (OSError, UnicodeDecodeError):
        return None
    return None if document.faults else document


def check_formula(site: Site, text: FormulaText) -> tuple[list[Diagnostic], Formula | None]:
    """Diagnostics of a formula for each type that uses it, each once, and its tree."""
    from formula.engine import examine

    users = users_of(site, text)
    merged: dict[tuple[str, int, str], Diagnostic] = {}
    tree = None
    for code in users or [None]:  # type: ignore[list-item]
        checked, diagnostics, _ = examine(text.text, site.schema(code), name=text.code)
        tree = checked.tree if checked is not None else tree
        for one in diagnostics:
            said, hint = at_home(one.code, one.message, one.hint)
            merged.setdefault((one.code, one.span.start, said), attrs.evolve(one, message=said, hint=hint))
    return list(merged.values()), tree


def users_of(site: Site, text: FormulaText) -> list[int]:
    """The types that use a formula."""
    return [kind.code for kind in site.types.values() if text.code.upper() in used_formulas(kind)]


def used_formulas(kind: TicketType) -> set[str]:
    """Every formula a type names, by upper-case code."""
    made = handoff_formulas(kind)
    for step in kind.steps:
        made |= {code.upper() for code in (*step.on_entry, *step.on_exit, *step.when_due)}
    return made


def handoff_formulas(kind: TicketType) -> set[str]:
    """The formulas whose value must be a destination."""
    return {code.upper() for code in (kind.formula, *(step.formula for step in kind.steps)) if code is not None}


def check_flow(site: Site, kind: TicketType, document: Document, trees: dict[str, Formula]) -> None:
    """Steps nobody reaches or leaves, rings of formulas, obligatory fields nobody can fill."""
    if kind.group is None and any(other.group is not None for other in site.types.values()):
        document.report(
            "tipo-sem-grupo",
            ("nome",),
            message("o tipo '{tipo}' não diz de que grupo é, e outros tipos dizem", tipo=kind.name),
            message('acrescente grupo = "coligada;código"'),
        )
    reached = reachable(site, kind)
    starts = [step for step in kind.steps if step.entry or step.possible_entry]
    for number, step in enumerate(kind.steps):
        path = ("etapa", number)
        if starts and step.code not in reached:
            document.report(
                "etapa-inalcancavel",
                (*path, "nome"),
                message("nenhum fluxo leva à etapa '{etapa}'", etapa=step.name),
                message("acrescente um [[fluxo]] que chegue a ela, ou entrada_possivel = true"),
            )
        if len(kind.steps) > 1 and not site.ways(kind.code, step.code) and step.on_conclude is None:
            document.report(
                "etapa-sem-saida",
                (*path, "nome"),
                message("da etapa '{etapa}' não se sai; ela também não diz o que é concluir nela", etapa=step.name),
                message("acrescente um [[fluxo]] ou ao_concluir"),
            )
        check_setting(site, kind, step, document, trees)
        check_fillable(kind, step, document, (*path, "obrigatorios"))
        check_in_time(site, kind, step, document, path)
    for ring in formula_rings(site, kind, trees):
        number = next(at for at, step in enumerate(kind.steps) if step.code == ring[0])
        names = " → ".join(step_name(site, kind.code, code) for code in [*ring, ring[0]])
        document.report(
            "formulas-em-anel",
            ("etapa", number, "nome"),
            message("as fórmulas destas etapas podem avançar numa referência circular: {cadeia}", cadeia=names),
            message("o movimento seria recusado (G13); ponha a chamada de AVANCARETAPA sob uma condição que termine"),
        )


def check_setting(site: Site, kind: TicketType, step: Step, document: Document, trees: Trees) -> None:
    """A step that lost its formula and falls back on its type's, and one whose formula decides nothing."""
    path = ("etapa", kind.steps.index(step))
    lost, idle = lost_formula(kind, step), idle_formula(kind, step)
    if lost is not None and kind.handoff == "formula":  # else the key says that this step goes by the type's formula
        document.report(lost.code, (*path, "repasse"), lost.message, lost.hint)
    elif idle is not None and not chooses(site, kind, step, trees):
        hint = message('escreva repasse = "formula" na etapa, ou tire a fórmula')
        document.report("formula-sem-efeito", (*path, "formula"), idle, hint)


def chooses(site: Site, kind: TicketType, step: Step, trees: Trees) -> bool:
    """Whether a step's formula is asked where the flow divides, and asks for a step somewhere."""
    tree = trees.get((step.formula or "").upper())
    return len(site.ways(kind.code, step.code)) > 1 and (tree is None or asks_a_step(tree, trees))


def copies_outside(site: Site, text: FormulaText, tree: Formula, types: Sequence[int]) -> Iterator[Diagnostic]:
    """S:82: ENVIAEMAILREPASSE in a formula of a type that hands off another way; where no step hands off by formula either, the
    formula has an error."""
    kinds = (site.types[code] for code in types)
    told = next((found for kind in kinds if hands_off_by_formula(kind) and (found := copy_outside(kind, text.code))), None)
    call = next((node for node in walk(tree) if isinstance(node, Call) and node.word.key == "ENVIAEMAILREPASSE"), None)
    if told is not None and call is not None:
        source, severity = Source(text.text, text.code), TABLE[told.code].severity
        yield place(source, call.word.span, told.code, severity, told.message, told.hint)


def reachable(site: Site, kind: TicketType) -> set[int]:
    """Steps that the flow leads to from an entry."""
    todo = [step.code for step in kind.steps if step.entry or step.possible_entry]
    seen: set[int] = set()
    while todo:
        code = todo.pop()
        if code not in seen:
            seen.add(code)
            todo.extend(site.ways(kind.code, code))
    return seen


def check_fillable(kind: TicketType, step: Step, document: Document, path: tuple[str | int, ...]) -> None:
    """An obligatory field that is hidden or read-only in every step where it could be filled."""
    for item in (*step.required, *step.required_on_exit):
        places = [one for one in kind.steps if item not in one.invisible and item not in one.read_only]
        if not places:
            document.report(
                "obrigatorio-sem-quem-preencha",
                path,
                message("'{campo}' é obrigatório, mas está invisível ou somente leitura em todas as etapas", campo=item),
            )
        elif item in step.required_on_exit and places == [
            one for one in places if one.code != step.code and one.order > step.order
        ]:
            document.report(
                "obrigatorio-sem-quem-preencha",
                path,
                message(
                    "'{campo}' é obrigatório ao sair de '{etapa}', mas só pode ser preenchido em etapas posteriores",
                    campo=item,
                    etapa=step.name,
                ),
            )


def check_in_time(site: Site, kind: TicketType, step: Step, document: Document, path: tuple[str | int, ...]) -> None:
    """Obligatory fields that formulas fill only after the gate that asks for them, and no other formula of the type before."""
    texts = site.formula_texts
    before = [one for one in kind.steps if step.code in site.ways(kind.code, one.code)]
    entering = [late for one in before for late in late_formulas(kind, one, step, len(site.ways(kind.code, one.code)))]
    leaving = list(leaving_formulas(kind, step, len(site.ways(kind.code, step.code))))
    for key, late, items in (("obrigatorios", entering, step.required), ("obrigatorios_ao_sair", leaving, step.required_on_exit)):
        codes = {code.upper() for code, _ in late}
        timely = {item for code in used_formulas(kind) - codes for item in filled_by(code, texts)}
        found = filling_late(late, [item for item in items if item.upper() not in timely], texts)
        if found is not None:
            said, filled = found
            document.report(
                "obrigatorio-preenchido-tarde",
                (*path, key),
                message(
                    "o que {qual} preenche ({lista}) só vale depois da verificação que o exige (G8)",
                    qual=said,
                    lista=", ".join(filled),
                ),
                message("preencha na fórmula de entrada de uma etapa anterior, ou peça que seja preenchido com a ação 'mudar'"),
            )


def formula_rings(site: Site, kind: TicketType, trees: dict[str, Formula]) -> list[list[int]]:
    """Rings of steps whose formulas ask for the next one without a condition in between."""
    follows: dict[int, list[int]] = {}
    for step in kind.steps:
        codes = [*step.on_entry]
        if step.handoff == "formula" or (step.handoff is None and kind.handoff == "formula"):
            codes.append(step.formula or kind.formula or "")
        asked = [target for code in codes if (tree := trees.get(code.upper())) for target in certain_advances(tree)]
        found = [find_step(site, kind.code, target) for target in asked]
        follows[step.code] = [
            one.code for one in found if one is not None and one.code != step.code and one.code in site.ways(kind.code, step.code)
        ]
    return rings_of(follows)


def certain_advances(tree: Formula) -> Iterator[str | int]:
    """Literal steps of AVANCARETAPA calls at the top level, which always happen."""
    for statement in tree.statements:
        if isinstance(statement, Evaluate):
            inner: Expression = bare(statement.expression)
            if isinstance(inner, Call) and inner.word.key == "AVANCARETAPA" and inner.arguments:
                given = bare(inner.arguments[0])
                if isinstance(given, TextLiteral | NumberLiteral):
                    yield given.value if isinstance(given.value, str) else int(given.value)


def rings_of(follows: dict[int, list[int]]) -> list[list[int]]:
    """Each ring once, beginning at its smallest step."""
    made: list[list[int]] = []
    for start in sorted(follows):
        stack: list[tuple[int, list[int]]] = [(start, [start])]
        seen = {start}
        while stack:
            code, chain = stack.pop()
            for after in follows.get(code, []):
                if after == start and min(chain) == start:
                    made.append(chain)
                    stack.clear()
                    break
                if after not in seen:
                    seen.add(after)
                    stack.append((after, [*chain, after]))
    return made
