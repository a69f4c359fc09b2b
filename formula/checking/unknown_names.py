"""Names that mean nothing: what was meant, whose they are, and how to go on (V5, F1, F2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from formula.checking.near_names import by_part, near
from formula.fields import FIELD_DOMAINS
from formula.messages import Message, message
from formula.reading.foreign_words import FOREIGN, plain
from formula.reading.number_words import number_in_words
from formula.reading.tree import Expression, Name, Word
from formula.source import Span
from formula.types import DATE, TEXT

if TYPE_CHECKING:
    from formula.builtins.table import Function
    from formula.checking.state import State

Mend = tuple[Message, tuple[Span, str] | None]


ANY_END = frozenset({"END", "FIM"})
"""What ends any block elsewhere; in a loop, the loop."""


def unknown_name(state: State, word: Word, *, called: bool, given: Sequence[int] = ()) -> None:
    """A name nobody knows, told once with the number of its places (the walker says them at the end).
    ``given``: the kinds of a call's arguments."""
    if not state.reporting:
        return
    if called and word.key in state.variables:
        state.report(
            "variavel-chamada",
            word.span,
            message("'{nome}' é uma variável, não uma função", nome=word.written),
            message("escreva só {nome}, sem parênteses", nome=word.written),
        )
        return
    from formula.other_modules import OTHERS

    if word.key in OTHERS:
        other_module(state, word, called=called, given=given)
        return
    foreign = FOREIGN.get("ENDWHILE" if word.key in ANY_END and state.loops else word.key)
    if foreign is not None:
        state.report(
            "palavra-de-outra-linguagem",
            word.span,
            message("{palavra} não existe nesta linguagem", palavra=word.key),
            foreign.hint,
            fix=as_written_here(state, word) if called else None if not foreign.fix else (word.span, foreign.fix),
        )
    elif called:
        unknown_function(state, word)
    elif word.key not in state.unknown and state.wants("nome-desconhecido"):
        state.unknown.add(word.key)
        hint, fix = what_a_name_means(state, word)
        state.report("nome-desconhecido", word.span, message("não existe aqui o nome '{nome}'", nome=word.written), hint, fix=fix)


NAMING = frozenset({"campo", "parametro", "sentenca", "formula"})
"""Roles of arguments that name something."""
NAMED = frozenset({"memoria", "politica", "funcao", "secao", "campo", "etapa"})
"""Other arguments that name something: a memory, how a group chooses, a section and its chief's function, a column, a step."""


def without_quotes(state: State, row: Function, place: int, argument: Expression) -> bool:
    """``ATRIBUI(CONT, 2)``, ``EXECSQL(CHEFES)``: a name that nobody knows, where a name goes in quotes. True when told."""
    word = argument.word if isinstance(argument, Name) else None
    if word is None or not row.arguments or known_here(state, word):
        return False
    wanted = row.arguments[min(place, len(row.arguments) - 1)]
    if wanted.role not in NAMING and (
        wanted.name not in NAMED or (wanted.name != "memoria" and near(word.key, state.variables).names)
    ):
        return False
    better = f"'{word.written}'"
    text = message("aqui o nome {nome} vai entre aspas", nome=word.written)
    state.report("nome-desconhecido", word.span, text, message("escreva {certo}", certo=better), fix=(word.span, better))
    state.kinds[id(argument)] = TEXT
    return True


def known_here(state: State, word: Word) -> bool:
    """Whether a bare name means something."""
    schema = state.schema
    return any(
        word.key in names for names in (state.variables, schema.table, schema.fields, schema.functions, schema.formulas or ())
    )


OF_A_DATE = {"MES": "MESDT", "ANO": "ANODT"}
"""Payroll's functions without an argument, and what gives the same of a date."""


def other_module(state: State, word: Word, *, called: bool, given: Sequence[int]) -> None:
    """A function of another module. With a date as its argument, that of the date is meant."""
    from formula.other_modules import OTHERS, said

    of_date = OF_A_DATE.get(word.key) if len(given) == 1 and given[0] & (DATE | TEXT) else None
    one = OTHERS[word.key]
    if of_date is not None:
        line = one.stand_in(called=called)
        hint = message(
            "para uma data use {nome}(data); para simular, ponha no contexto, em [funcoes]: {linha}", nome=of_date, linha=line
        )
        state.report("funcao-de-outro-modulo", word.span, said(one), hint, fix=(word.span, of_date))
        return
    places = state.foreign_calls.setdefault(word.key, [])
    places.append(word.span)
    if len(places) == 1:
        state.stand_ins[word.key] = one.stand_in(called=called)


def report_other_modules(state: State) -> None:
    """One message a function, with its other places."""
    from formula.other_modules import OTHERS, said

    for key, places in state.foreign_calls.items():
        text = said(OTHERS[key])
        if len(places) > 1:
            lines = sorted({state.reporter.source.position(span.start).line for span in places[1:]})
            text = message(
                "{texto} (usada {quantas} vezes; também na linha {linhas})"
                if len(lines) == 1
                else "{texto} (usada {quantas} vezes; também nas linhas {linhas})",
                texto=text,
                quantas=len(places),
                linhas=", ".join(str(line) for line in lines[:10]) + (", …" if len(lines) > 10 else ""),
            )
        hint = message("para simular, acrescente ao contexto, em [funcoes]: {linha}", linha=state.stand_ins[key])
        state.report("funcao-de-outro-modulo", places[0], text, hint)


def actions_of(state: State) -> frozenset[str]:
    """The functions that ask for something to be done."""
    return frozenset(name for name, row in state.schema.table.items() if row.effect)


def what_a_name_means(state: State, word: Word) -> Mend:
    """What a bare name may mean: a parameter, a variable that is set, a field, a function, else a stand-in."""
    from formula.other_systems import COLUMNS, NO_FIELDS, SAME

    found = given_a_value(state, word) or parameter(state, word)
    if found is not None:
        return found
    number = number_in_words([word.key])
    if number is not None:
        source = state.reporter.source.text
        more, end = AND_MORE.match(source, word.span.end), word.span.end
        whole = number_in_words([word.key, *(plain(one).upper() for one in re.findall(r"[^\W\d_]{2,}", more[0]))]) if more else None
        if more is not None and whole is not None:
            number, end = whole, more.end()
        span = Span(word.span.start, end)
        return message("um número se escreve com algarismos: {texto}", texto=str(number)), (span, str(number))
    known = COLUMNS.get(word.key) or NO_FIELDS.get(word.key) or SAME.get(word.key)
    row = state.schema.table.get(known or "")
    if known is not None and (known in state.schema.fields or (row is not None and not row.minimum)):
        return message("aqui se chama {nome}", nome=known), (word.span, known)
    plainly = "".join(part for part in word.key.split("_") if part not in {"DE", "DO", "DA"})
    if plainly != word.key and plainly in state.schema.fields:
        return message("aqui se chama {nome}", nome=plainly), (word.span, plainly)
    listed = DECLARED.search(state.reporter.source.text, max(0, word.span.start - 200), word.span.start)
    if word.key in state.assigned and listed is not None:
        fix = Span(listed.start(1), word.span.end), f", {word.written}"
        return message("DECL separa os nomes com vírgula"), fix
    if word.key in state.assigned:
        return message("declare a variável antes: DECL {nome};", nome=word.written), (Span(0, 0), f"DECL {word.written};\n")
    names = near_in(state, word, [*state.variables, *state.schema.fields], bare=True)
    if names is not None:
        return names
    value = next((one for one in FIELD_DOMAINS["PRIORIDADE"] if one.casefold() == word.written.casefold()), None)
    if value is not None:
        return message("um texto vai entre aspas: {certo}", certo=f"'{value}'"), (word.span, f"'{value}'")
    if word.key in FIELD_DOMAINS["STATUS"] and OF_STATUS.search(
        state.reporter.source.text, max(0, word.span.start - 20), word.span.start
    ):
        return message("um texto vai entre aspas: {certo}", certo=f"'{word.key}'"), (word.span, f"'{word.key}'")
    source = state.reporter.source.text
    if word.key.startswith("DECL") and word.key[len("DECL") :] in state.assigned and BEGINS.search(source[: word.span.start][-40:]):
        better = f"DECL {word.written[len('DECL') :]}"
        return message("escreva {certo}", certo=better), (word.span, better)
    if text_meant(state, word):
        better = f"'{word.written}'"
        return message("um texto vai entre aspas: {certo}", certo=better), (word.span, better)
    hint = message(
        "não é variável, campo, parâmetro nem função daqui; se é do RM, ponha no contexto, em [funcoes]: {linha}",
        linha=f"{word.key} = 0",
    )
    return hint, None


COMPARED = re.compile(r"(\w+)\s*(?:=|<>)\s*\Z")
ONLY_ARGUMENT = re.compile(r"(\w+)\s*\(\s*\Z")


def text_meant(state: State, word: Word) -> bool:
    """``FILIAL = Curitiba``, ``ADICIONARDISCUSSAO(Aprovado)``: where a text is wanted, a word that is no name in capitals."""
    source = state.reporter.source.text
    start = max(0, word.span.start - 80)
    compared = COMPARED.search(source, start, word.span.start)
    if compared is not None:
        key = compared[1].upper()
        return state.schema.fields.get(key) == TEXT and (not word.written.isupper() or key in FIELD_DOMAINS)
    called = ONLY_ARGUMENT.search(source, start, word.span.start)
    row = state.schema.table.get(called[1].upper()) if called is not None else None
    alone = re.compile(r"\s*\)").match(source, word.span.end) is not None
    return row is not None and alone and row.maximum == 1 and row.arguments[0].kinds == TEXT and not word.written.isupper()


DECLARED = re.compile(r"\bDECL\s+\w+(?:\s*,\s*\w+)*\s*(;\s*)\Z", re.IGNORECASE)
AND_MORE = re.compile(r"(?:[ \t]+e[ \t]+[^\W\d_]+){1,3}", re.IGNORECASE)
OF_STATUS = re.compile(r"\bSTATUS\s*(?:=|<>)\s*\Z", re.IGNORECASE)
BEGINS = re.compile(r"(?:\A|;|\b(?:ENTAO|SENAO|FACA|REPITA)\b)\s*\Z", re.IGNORECASE)
GIVEN = re.compile(r"\s*=\s*((?:'[^'\r\n]*+'|\"[^\"\r\n]*+\"|[^;=<>'\"])+?)\s*(?=;)")
OF_BLOCKS = re.compile(r"\b(?:ENT[AÃ]O|SEN[AÃ]O|FIMSE|SE|FA[CÇ]A)\b", re.IGNORECASE)


def given_a_value(state: State, word: Word) -> Mend | None:
    """``TOTAL = 1;``: a statement that was to give a value."""
    text = state.reporter.source.text
    found = GIVEN.match(text, word.span.end, word.span.end + 500)
    if found is None or not BEGINS.search(text, max(0, word.span.start - 40), word.span.start) or OF_BLOCKS.search(found[1]):
        return None
    better = f"SETVAR({word.written}, {found[1]})"
    if word.key not in state.assigned:
        better = f"DECL {word.written}; {better}"
    return message("= só compara; para dar um valor escreva {certo}", certo=better), (Span(word.span.start, found.end()), better)


def given_with_a_sign(state: State, word: Word) -> tuple[Span, str] | None:
    """``AVANCARETAPA = 2;``: a function that was to be called with a value."""
    text = state.reporter.source.text
    found = GIVEN.match(text[word.span.end : word.span.end + 500] + ";")
    begins = BEGINS.search(text, max(0, word.span.start - 40), word.span.start)
    if found is None or begins is None or OF_BLOCKS.search(found[1]):
        return None
    return Span(word.span.start, min(word.span.end + len(found[0].rstrip()), len(text))), f"{word.written}({found[1].strip()})"


def parameter(state: State, word: Word) -> Mend | None:
    """The hint and fix when a name is that of a parameter of the ticket: those are asked for by a function."""
    if word.key not in (state.schema.parameters or ()):
        return None
    call = f"PARAMETROATENDIMENTO('{word.key}')"
    return message("{nome} é um parâmetro do atendimento: {chamada}", nome=word.written, chamada=call), (word.span, call)


def unknown_function(state: State, word: Word) -> None:
    """A call of nothing that is known."""
    if word.key in state.unknown_calls or not state.wants("funcao-desconhecida"):
        return
    state.unknown_calls.add(word.key)
    hint, fix = what_a_call_means(state, word)
    text = message("não existe aqui a função '{nome}'", nome=word.written)
    state.report("funcao-desconhecida", word.span, text, hint, fix=fix)


GIVES = frozenset({"SET", "LET", "ATRIBUIR", "ATRIBUA", "SETVARIAVEL", "SETVALOR"})
"""What others call the command that gives a variable its value."""


WITHOUT_ARGUMENTS = {"DATA": "HOJE", "DATE": "HOJE", "HORA": "AGORA", "TIME": "AGORA", "DATAHORA": "AGORA"}
NOTHING = re.compile(r"\s*\(\s*\)")
"""What others ask for the present day and moment without an argument."""


def what_a_call_means(state: State, word: Word) -> Mend:
    """A function of another system, one of nearly the same name, one that shares a part of it, else a stand-in."""
    from formula.other_systems import ARGUMENTS_DIFFER, OTHERWISE, SAME

    table = state.schema.table
    same = WITHOUT_ARGUMENTS.get(word.key) if NOTHING.match(state.reporter.source.text, word.span.end) else None
    same = same or SAME.get(word.key)
    if same is not None and same in table:
        hint = message("aqui se chama {assinatura}", assinatura=table[same].signature)
        return hint, as_written_here(state, word) if word.key in ARGUMENTS_DIFFER else (word.span, same)
    if word.key in GIVES and "SETVAR" not in table:
        return message("você quis dizer {nomes}?", nomes="SETVAR"), (word.span, "SETVAR")
    if word.key in SUMS and (added := as_added(state, word)) is not None:
        return message("some com +: {certo}", certo=added[1]), added
    if word.key in OTHERWISE:
        return OTHERWISE[word.key], as_written_here(state, word)
    names = near_in(state, word, ["SETVAR"], bare=False)
    if names is not None:
        return names
    actions = actions_of(state)
    parts = by_part(word.key, table, actions)
    if parts:
        sure = len(parts) == 1 and parts[0] not in actions
        return message("você quis dizer {nomes}?", nomes=either(parts)), (word.span, parts[0]) if sure else None
    hint = message(
        "veja as funções com: repasse functions; se é do RM, ponha no contexto, em [funcoes]: {linha}", linha=f'"{word.key}(*)" = 0'
    )
    return hint, None


SUMS = frozenset({"SUM", "SOMA", "ADD", "SOMAR"})
RANGE = re.compile(r"\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?")
"""Cells of a sheet."""


def as_added(state: State, word: Word) -> tuple[Span, str] | None:
    """``SOMA(A; B)`` as ``(A + B)``."""
    from formula.reading import choices

    found = choices.arguments(state.reporter.source.text, word.span.end)
    if found is None or len(found[1]) < 2 or not all(found[1]) or any(map(RANGE.fullmatch, found[1])):
        return None
    return Span(word.span.start, found[0]), f"({' + '.join(found[1])})"


def as_written_here(state: State, word: Word) -> tuple[Span, str] | None:
    """A call of another system and the way to write it here: ``LEFT(a, 3)``; ``IIF(a, b, c)`` where a statement may stand."""
    from formula.reading import choices

    text, end = state.reporter.source.text, word.span.end
    if word.key in choices.REWRITTEN or word.key in choices.DATE_CALLS | choices.TEXTS_OF_DATES:
        found = choices.rewritten(text, word.key, end)
        return None if found is None else (Span(word.span.start, found[0]), found[1])
    if (foreign := FOREIGN.get(word.key)) is not None and (foreign.fix == "" or word.key in {"EXIT", "SAIR"}):
        given = choices.arguments(text, end)
        found = (given[0], given[1][0]) if given is not None and len(given[1]) == 1 and given[1][0] else None
    elif word.key in choices.CHOOSERS:
        found = choices.called_choice(text, end)
    elif word.key in choices.FILLERS:
        found = choices.filled(text, end)
        if found is not None and re.fullmatch(r"\w+|\w+\([^()]*\)", found[1]):
            return Span(word.span.start, found[0]), found[1]
    else:
        return None
    if found is None or not choices.stands_alone(text, word.span.start, found[0]):
        return None
    return Span(word.span.start, found[0]), found[1]


def near_in(state: State, word: Word, more: list[str], *, bare: bool) -> Mend | None:
    """The hint and fix when a name is nearly that of a function, a stand-in, another formula or one of ``more``. A function that
    needs arguments is no bare name."""
    schema = state.schema
    table = [name for name, row in schema.table.items() if not bare or not row.minimum or near(word.key, [name]).sure]
    found = near(word.key, [*table, *schema.functions, *(schema.formulas or ()), *more], actions_of(state))
    if not found.names:
        return None
    written = tuple(state.variables[name].written if name in state.variables else name for name in found.names)
    return message("você quis dizer {nomes}?", nomes=either(written)), (word.span, written[0]) if found.sure else None


def either(names: tuple[str, ...]) -> Message | str:
    """``A``, ``A ou B``, ``A, B ou C``."""
    if len(names) == 1:
        return names[0]
    return message("{um} ou {outro}", um=", ".join(names[:-1]), outro=names[-1])
