"""What a formula writes where a move will need it: steps it asks for, receivers, fields it changes. The text alone says what an
expression gives when it is a literal, a variable or memory that is given literals, such texts joined, or another formula that ends
in one; then ``check`` tells what a plan would have to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice

import attrs

from formula.diagnostics import Diagnostic, place
from formula.field_changes import read_assignments
from formula.messages import Message
from formula.names import name_key
from formula.reading.tree import (
    Assign,
    Call,
    Evaluate,
    Expression,
    Formula,
    If,
    Name,
    NumberLiteral,
    Statement,
    TextLiteral,
    bare,
    walk,
)
from formula.source import Source, Span
from routing.domain.decision import Reason
from routing.domain.destinations import destination_of
from routing.domain.flow import find_step
from routing.domain.model import Holder
from routing.domain.people import People, holder_addresses, resolve
from routing.domain.site import FormulaText, Site
from routing.messages import message
from routing.refusals import TABLE

ALWAYS = date(1, 1, 1)
"""A day on which nobody is absent: absences pass, so they are no fault of a site."""
MOST, MOST_LOOKS = 20, 500
"""So many values of one expression are told of, and so many expressions looked at for them."""
ADDRESS = re.compile(r"(?:[^<>]*<)?[^\s@<>,;]+@[^\s@<>,;]+>?")
READS_MEMORY, WRITES_MEMORY = frozenset({"MEMORIA", "GETMEMORIA"}), frozenset({"ATRIBUI", "SETMEMORIA"})


@attrs.frozen
class Written:
    """A value that an expression may give, and where it is written in this formula."""

    value: str | int | Decimal
    span: Span


@attrs.define(eq=False)
class Texts:
    """The formulas of a site, for what each may give."""

    trees: Mapping[str, Formula]
    scopes: dict[int, dict[str, list[Expression]]] = attrs.field(factory=dict)
    """What the variables of a formula are given, by the formula's identity: read once."""
    left: int = 0
    """Expressions that may still be looked at for one question: names that lead to names may lead to very many."""

    def of(self, tree: Formula, expression: Expression) -> list[Written]:
        """What an expression of a formula may give, as far as the text says it."""
        self.left = MOST_LOOKS
        return list(islice(self.every(bare(expression), self.given(tree), frozenset()), MOST))

    def given(self, tree: Formula) -> dict[str, list[Expression]]:
        """As :func:`given`, once a formula."""
        found = self.scopes.get(id(tree))
        if found is None:
            found = self.scopes[id(tree)] = given(tree)
        return found

    def every(self, one: Expression, scope: Mapping[str, Sequence[Expression]], seen: frozenset[str]) -> Iterator[Written]:
        """The values of one expression; ``seen`` are names on the way to it."""
        self.left -= 1
        if self.left < 0:
            return
        if isinstance(one, TextLiteral | NumberLiteral):
            yield Written(one.value, one.span)
            return
        if not isinstance(one, Name | Call):
            return
        key = one.word.key
        arguments = [bare(argument) for argument in one.arguments] if isinstance(one, Call) else []
        if isinstance(one, Name) and key in scope:
            for value in scope[key] if key not in seen else ():
                yield from self.every(bare(value), scope, seen | {key})
        elif key == "CONCAT" and arguments:
            parts = [list(self.every(argument, scope, seen)) for argument in arguments]
            if all(len(part) == 1 for part in parts):
                yield Written("".join(str(part[0].value) for part in parts), one.span)
        elif key in READS_MEMORY and arguments and isinstance(arguments[0], TextLiteral):
            memory = f"'{name_key(arguments[0].value)}"
            for value in scope.get(memory, ()) if memory not in seen else ():
                yield from self.every(bare(value), scope, seen | {memory})
        else:
            called = arguments[0] if key == "FORMULA" and arguments else None
            code = name_key(called.value) if isinstance(called, TextLiteral) else key if not arguments else ""
            other = self.trees.get(code)
            if other is not None and f":{code}" not in seen:
                for value in finals(other.statements):
                    for found in self.every(bare(value), self.given(other), seen | {f":{code}"}):
                        yield Written(found.value, one.span)


def given(tree: Formula) -> dict[str, list[Expression]]:
    """What each variable is given, by upper-case name, and each memory, by its name behind a quote."""
    made: dict[str, list[Expression]] = {}
    for node in walk(tree):
        if isinstance(node, Assign):
            made.setdefault(node.target.key, []).append(node.value)
        elif isinstance(node, Call) and node.word.key in WRITES_MEMORY and len(node.arguments) == 2:
            memory = bare(node.arguments[0])
            if isinstance(memory, TextLiteral):
                made.setdefault(f"'{name_key(memory.value)}", []).append(node.arguments[1])
    return made


def finals(block: Sequence[Statement] | None) -> list[Expression]:
    """The expressions that may be a formula's value, when its last statement says so."""
    last = next((one for one in reversed(block or ()) if not isinstance(one, Evaluate) or not is_effect(one.expression)), None)
    if isinstance(last, Evaluate):
        return [last.expression]
    return [*finals(last.then), *finals(last.otherwise)] if isinstance(last, If) else []


def is_effect(expression: Expression) -> bool:
    """Whether a statement only asks for something: it gives no value (P8)."""
    from formula.builtins import TABLE as FUNCTIONS

    inner = bare(expression)
    row = FUNCTIONS.get(inner.word.key) if isinstance(inner, Name | Call) else None
    return row is not None and row.effect


def written_faults(
    site: Site, text: FormulaText, trees: Mapping[str, Formula], types: Sequence[int], *, handoff: bool
) -> Iterator[Diagnostic]:
    """What a formula writes that no move can carry out."""
    from formula.builtins import TABLE as FUNCTIONS

    tree, source, texts = trees[text.code.upper()], Source(text.text, text.code), Texts(trees)
    for node in walk(tree):
        if isinstance(node, Evaluate) and handoff:
            yield from receivers(site, source, [one for one in texts.of(tree, node.expression) if isinstance(one.value, str)])
        if not isinstance(node, Call) or not node.arguments:
            continue
        row = FUNCTIONS.get(node.word.key)
        for argument, given_there in zip(row.arguments if row else (), node.arguments, strict=False):
            if argument.role == "destino" or (node.word.key == "ATENDENTEDOGRUPO" and given_there is node.arguments[0]):
                yield from receivers(site, source, texts.of(tree, given_there))
        if node.word.key == "AVANCARETAPA":
            yield from unknown_steps(site, source, texts.of(tree, node.arguments[0]), types)
        elif node.word.key == "ALTERARCAMPOATENDIMENTO" and not isinstance(bare(node.arguments[0]), TextLiteral):
            yield from unknown_changes(site, source, texts, tree, node.arguments[0], types)
        elif node.word.key == "ENVIAEMAILREPASSE" and len(node.arguments) == 4:
            for address in node.arguments[:3]:
                if not isinstance(bare(address), TextLiteral):
                    yield from no_addresses(source, texts.of(tree, address))
    for value in finals(tree.statements) if handoff else ():
        yield from receivers(site, source, texts.of(tree, value), must=True)


def unknown_steps(site: Site, source: Source, asked: Sequence[Written], types: Sequence[int]) -> Iterator[Diagnostic]:
    """Steps that no type which uses the formula has."""
    for one in asked:
        if not types or any(find_step(site, code, str(one.value)) is not None for code in types):
            continue
        steps = [step for code in types for step in site.types[code].steps]
        near = get_close_matches(name_key(str(one.value)), [name_key(step.name) for step in steps], 1)
        name = next((step.name for step in steps if near and name_key(step.name) == near[0]), None)
        known = ", ".join(dict.fromkeys(f"{step.code} '{step.name}'" for step in steps))
        said = message("nenhum tipo que usa a fórmula tem a etapa '{etapa}'; o movimento seria recusado", etapa=one.value)
        hint = message("você quis dizer '{nome}'?", nome=name) if name else message("as etapas são: {lista}", lista=known)
        yield place(source, one.span, "etapa-pedida-desconhecida", TABLE["etapa-pedida-desconhecida"].severity, said, hint)


def unknown_changes(
    site: Site, source: Source, texts: Texts, tree: Formula, argument: Expression, types: Sequence[int]
) -> Iterator[Diagnostic]:
    """Fields and parameters that a text names which is built or comes from a variable, and that no such type has."""
    inner = bare(argument)
    found = [(str(one.value), one.span) for one in texts.of(tree, inner)]
    if not found and isinstance(inner, Call) and inner.word.key == "CONCAT":
        first = texts.of(tree, inner.arguments[0])
        found = [(str(one.value), one.span) for one in first if len(first) == 1 and str(one.value).rstrip().endswith("=")]
    for written, span in found:
        for pair in read_assignments(written).assignments:
            schemas = [site.schema(code) for code in types] or [site.schema(None)]
            names = [schema.parameters if pair.parameter else schema.fields for schema in schemas]
            if any(one is None or name_key(pair.name) in one for one in names):
                continue
            said = (
                message("o parâmetro '{nome}' não existe neste tipo de atendimento", nome=pair.name)
                if pair.parameter
                else message("o campo '{nome}' não existe no atendimento", nome=pair.name)
            )
            every = sorted({name for one in names for name in one or ()})
            near = get_close_matches(name_key(pair.name), every, 1)
            hint = message("você quis dizer {nome}?", nome=near[0]) if near else None
            yield place(source, span, "alteracao-impossivel", TABLE["alteracao-impossivel"].severity, said, hint)


def no_addresses(source: Source, values: Sequence[Written]) -> Iterator[Diagnostic]:
    """Addresses of a copy that come from a variable or another formula, and are none."""
    for one in values:
        wrong = [part.strip() for part in re.split(r"[,;]", str(one.value)) if part.strip() and not ADDRESS.fullmatch(part.strip())]
        if wrong:
            said = message("'{texto}' não é um endereço de e-mail", texto=wrong[0])
            hint = message("um endereço tem nome, @ e domínio: 'ana@exemplo.com.br'")
            yield place(source, one.span, "endereco-da-copia", TABLE["endereco-da-copia"].severity, said, hint)


def receivers(site: Site, source: Source, values: Sequence[Written], *, must: bool = False) -> Iterator[Diagnostic]:
    """Receivers that nobody can be. ``must``: the value of a handoff's formula, which has to be one."""
    coligadas = sorted({group.coligada for group in site.people.groups.values()}) or [site.coligada]
    for one in values:
        named = [destination_of(one.value, coligada, site.people) for coligada in coligadas]
        reasons = [
            found if isinstance(found, Reason) else resolve(site.people, found, ALWAYS).reason
            for found in named
            if isinstance(found, Holder) or must
        ]
        first = reasons[0] if reasons else None
        if first is not None and all(reason is not None for reason in reasons):
            said = message("o destino '{texto}' não resolve: {motivo}", texto=one.value, motivo=first.message)
            yield place(source, one.span, "destino-sem-receptor", TABLE["destino-sem-receptor"].severity, said, first.hint)
        holders = [found for found in named if isinstance(found, Holder)] if must and not any(reasons) else []
        if holders and not any(holder_addresses(site.people, holder) for holder in holders):
            said = no_mail(site.people, holders[0])
            yield place(source, one.span, "receptor-sem-email", TABLE["receptor-sem-email"].severity, said)


def no_mail(people: People, holder: Holder) -> Message:
    """Who would receive and not be told."""
    return message("{quem} não tem endereço de e-mail: o aviso de repasse não será enviado", quem=people.holder_name(holder))
