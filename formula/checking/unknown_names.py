"""Names that mean nothing: what was meant, whose they are, and how to go on (V5, F1, F2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from formula.checking.near_names import by_part, near
from formula.messages import Message, message
from formula.reading.foreign_words import FOREIGN
from formula.reading.tree import Expression, Name, Word
from formula.source import Span
from formula.types import DATE, TEXT

if TYPE_CHECKING:
    from formula.builtins.table import Function
    from formula.checking.checker import Walker

Mend = tuple[Message, tuple[Span, str] | None]


def unknown_name(walker: Walker, word: Word, *, called: bool, given: Sequence[int] = ()) -> None:
    """A name nobody knows, told once with the number of its places (:meth:`Walker.report_unknown` says them at the end).
    ``given``: the kinds of a call's arguments."""
    if not walker.reporting:
        return
    if called and word.key in walker.variables:
        walker.report(
            "variavel-chamada",
            word.span,
            message("'{nome}' é uma variável, não uma função", nome=word.written),
            message("escreva só {nome}, sem parênteses", nome=word.written),
        )
        return
    from formula.other_modules import OTHERS

    if word.key in OTHERS:
        other_module(walker, word, called=called, given=given)
        return
    foreign = FOREIGN.get(word.key)
    if foreign is not None:
        walker.report(
            "palavra-de-outra-linguagem",
            word.span,
            message("{palavra} não existe nesta linguagem", palavra=word.key),
            foreign.hint,
            fix=None if not foreign.fix or called else (word.span, foreign.fix),
        )
    elif called:
        unknown_function(walker, word)
    elif word.key not in walker.unknown and walker.wants("nome-desconhecido"):
        walker.unknown.add(word.key)
        hint, fix = what_a_name_means(walker, word)
        walker.report("nome-desconhecido", word.span, message("não conheço o nome '{nome}'", nome=word.written), hint, fix=fix)


NAMING = frozenset({"campo", "parametro", "sentenca", "formula"})
"""Roles of arguments that name something."""


def without_quotes(walker: Walker, row: Function, place: int, argument: Expression) -> bool:
    """``ATRIBUI(CONT, 2)``, ``EXECSQL(CHEFES)``: a name that nobody knows, where a name goes in quotes. True when told."""
    word = argument.word if isinstance(argument, Name) else None
    if word is None or not row.arguments or known_here(walker, word):
        return False
    wanted = row.arguments[min(place, len(row.arguments) - 1)]
    if wanted.role not in NAMING and wanted.name != "memoria":
        return False
    better = f"'{word.written}'"
    text = message("aqui o nome {nome} vai entre aspas", nome=word.written)
    walker.report("nome-desconhecido", word.span, text, message("escreva {certo}", certo=better), fix=(word.span, better))
    walker.kinds[id(argument)] = TEXT
    return True


def known_here(walker: Walker, word: Word) -> bool:
    """Whether a bare name means something."""
    schema = walker.schema
    return any(
        word.key in names for names in (walker.variables, schema.table, schema.fields, schema.functions, schema.formulas or ())
    )


OF_A_DATE = {"MES": "MESDT", "ANO": "ANODT"}
"""Payroll's functions without an argument, and what gives the same of a date."""


def other_module(walker: Walker, word: Word, *, called: bool, given: Sequence[int]) -> None:
    """A function of another module. With a date as its argument, that of the date is meant."""
    from formula.other_modules import OTHERS, said

    of_date = OF_A_DATE.get(word.key) if len(given) == 1 and given[0] & (DATE | TEXT) else None
    one = OTHERS[word.key]
    if of_date is not None:
        line = one.stand_in(called=called)
        hint = message(
            "para uma data use {nome}(data); para simular, ponha no contexto, em [funcoes]: {linha}", nome=of_date, linha=line
        )
        walker.report("funcao-de-outro-modulo", word.span, said(one), hint, fix=(word.span, of_date))
        return
    places = walker.foreign_calls.setdefault(word.key, [])
    places.append(word.span)
    if len(places) == 1:
        walker.stand_ins[word.key] = one.stand_in(called=called)


def report_other_modules(walker: Walker) -> None:
    """One message a function, with its other places."""
    from formula.other_modules import OTHERS, said

    for key, places in walker.foreign_calls.items():
        text = said(OTHERS[key])
        if len(places) > 1:
            lines = sorted({walker.reporter.source.position(span.start).line for span in places[1:]})
            text = message(
                "{texto} (usada {quantas} vezes; também na linha {linhas})"
                if len(lines) == 1
                else "{texto} (usada {quantas} vezes; também nas linhas {linhas})",
                texto=text,
                quantas=len(places),
                linhas=", ".join(str(line) for line in lines[:10]) + (", …" if len(lines) > 10 else ""),
            )
        hint = message("para simular, acrescente ao contexto, em [funcoes]: {linha}", linha=walker.stand_ins[key])
        walker.report("funcao-de-outro-modulo", places[0], text, hint)


def actions_of(walker: Walker) -> frozenset[str]:
    """The functions that ask for something to be done."""
    return frozenset(name for name, row in walker.schema.table.items() if row.effect)


def what_a_name_means(walker: Walker, word: Word) -> Mend:
    """What a bare name may mean: a parameter, a variable that is set, a field, a function, else a stand-in."""
    from formula.other_systems import COLUMNS, NO_FIELDS, SAME

    found = parameter(walker, word)
    if found is not None:
        return found
    known = COLUMNS.get(word.key) or NO_FIELDS.get(word.key) or SAME.get(word.key)
    row = walker.schema.table.get(known or "")
    if known is not None and (known in walker.schema.fields or (row is not None and not row.minimum)):
        return message("aqui se chama {nome}", nome=known), (word.span, known)
    if word.key in walker.assigned:
        return message("declare a variável antes: DECL {nome};", nome=word.written), (Span(0, 0), f"DECL {word.written};\n")
    names = near_in(walker, word, [*walker.variables, *walker.schema.fields], bare=True)
    if names is not None:
        return names
    hint = message(
        "não é variável, campo, parâmetro nem função daqui; se é do RM, ponha no contexto, em [funcoes]: {linha}",
        linha=f"{word.key} = 0",
    )
    return hint, None


def parameter(walker: Walker, word: Word) -> Mend | None:
    """The hint and fix when a name is that of a parameter of the ticket: those are asked for by a function."""
    if word.key not in (walker.schema.parameters or ()):
        return None
    call = f"PARAMETROATENDIMENTO('{word.key}')"
    return message("{nome} é um parâmetro do atendimento: {chamada}", nome=word.written, chamada=call), (word.span, call)


def unknown_function(walker: Walker, word: Word) -> None:
    """A call of nothing that is known."""
    if word.key in walker.unknown_calls or not walker.wants("funcao-desconhecida"):
        return
    walker.unknown_calls.add(word.key)
    hint, fix = what_a_call_means(walker, word)
    text = message("não conheço a função '{nome}'", nome=word.written)
    walker.report("funcao-desconhecida", word.span, text, hint, fix=fix)


def what_a_call_means(walker: Walker, word: Word) -> Mend:
    """A function of another system, one of nearly the same name, one that shares a part of it, else a stand-in."""
    from formula.other_systems import ARGUMENTS_DIFFER, OTHERWISE, SAME

    table = walker.schema.table
    same = SAME.get(word.key)
    if same is not None and same in table:
        hint = message("aqui se chama {assinatura}", assinatura=table[same].signature)
        return hint, None if word.key in ARGUMENTS_DIFFER else (word.span, same)
    if word.key in OTHERWISE:
        return OTHERWISE[word.key], None
    names = near_in(walker, word, ["SETVAR"], bare=False)
    if names is not None:
        return names
    actions = actions_of(walker)
    parts = by_part(word.key, table, actions)
    if parts:
        sure = len(parts) == 1 and parts[0] not in actions
        return message("você quis dizer {nomes}?", nomes=either(parts)), (word.span, parts[0]) if sure else None
    hint = message(
        "veja as funções com: repasse functions; se é do RM, ponha no contexto, em [funcoes]: {linha}", linha=f'"{word.key}(*)" = 0'
    )
    return hint, None


def near_in(walker: Walker, word: Word, more: list[str], *, bare: bool) -> Mend | None:
    """The hint and fix when a name is nearly that of a function, a stand-in, another formula or one of ``more``. A function that
    needs arguments is no bare name."""
    schema = walker.schema
    table = [name for name, row in schema.table.items() if not bare or not row.minimum or near(word.key, [name]).sure]
    found = near(word.key, [*table, *schema.functions, *(schema.formulas or ()), *more], actions_of(walker))
    if not found.names:
        return None
    written = tuple(walker.variables[name].written if name in walker.variables else name for name in found.names)
    return message("você quis dizer {nomes}?", nomes=either(written)), (word.span, written[0]) if found.sure else None


def either(names: tuple[str, ...]) -> Message | str:
    """``A``, ``A ou B``, ``A, B ou C``."""
    if len(names) == 1:
        return names[0]
    return message("{um} ou {outro}", um=", ".join(names[:-1]), outro=names[-1])
