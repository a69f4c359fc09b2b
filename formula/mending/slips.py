"""The slips people make, each recognised where the grammar refuses a token (rules L8, L10, P4, V2, C1–C6, O4, O6).

A recogniser looks at a :class:`formula.mending.repairs.Reader` and offers repairs; the first that lets reading go on is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from formula.builtins import TABLE
from formula.mending.operator_slips import chained_comparison, word_operator
from formula.mending.repairs import ENDS, Reader, Recogniser, Repair, in_declaration, innermost
from formula.messages import Message, message
from formula.other_systems import ARGUMENTS_DIFFER, OTHERWISE, SAME
from formula.reading import choices
from formula.reading.foreign_words import FOREIGN, GIVE, Foreign
from formula.reading.lexer import KEYWORDS, span_of
from formula.reading.tokens import Token
from formula.source import Span
from formula.types import TEXT


def decimal_comma(reader: Reader) -> Iterator[Repair]:
    """L8: ``1420,3876``, when the comma cannot separate arguments."""
    comma, before, after = reader.token(), reader.before(), reader.token(1)
    if comma.type != "COMMA" or before is None or before.type != "NUMBER" or after.type != "NUMBER":
        return
    if before.end_pos != comma.start_pos or comma.end_pos != after.start_pos or "." in str(after):
        return
    if "." in str(before) and not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", str(before)):
        return
    span = Span(before.start_pos, after.end_pos)
    whole = reader.new("NUMBER", f"{str(before).replace('.', '')}.{after}", span)
    yield Repair(
        reader.at - 1,
        reader.at + 2,
        (whole,),
        0,
        "virgula-decimal",
        message("'{antes},{depois}' não é um número", antes=before, depois=after),
        message("use ponto: {numero}", numero=whole),
        span,
        (span, str(whole)),
    )


def choice_in_expression(reader: Reader) -> Iterator[Repair]:
    """C3: SE where a value must stand; the whole SE counts as the value."""
    token = reader.token()
    if token.type != "SE" or not reader.allows("HOLE"):
        return
    stop = after_block(reader.tokens, reader.at)
    whole = Span(token.start_pos, reader.tokens[stop - 1].end_pos)
    yield Repair(
        reader.at,
        stop,
        (reader.new("HOLE", "", whole),),
        0,
        "se-como-expressao",
        message("SE é um comando e não dá valor dentro de uma expressão"),
        message("dê valor a uma variável com SETVAR dentro de cada parte do SE"),
        span_of(token),
    )


def choice_as_call(reader: Reader) -> Iterator[Repair]:
    """C1: ``SE(A = 1; 2; 3)`` as spreadsheets write it; the whole call counts as a statement."""
    separator = reader.token()
    if separator.type not in {"COMMA", "SEMICOLON"}:
        return
    depth = 0
    for back in range(1, len(reader.good)):
        kind = reader.good[-back].type
        depth += {"RPAR": 1, "LPAR": -1}.get(kind, 0)
        if depth < 0:
            break
    else:
        return
    opener = reader.before(back + 1)
    if opener is None or opener.type != "SE":
        return
    start = reader.at - back - 1
    stop = after_call(reader.tokens, start + 1)
    whole = Span(opener.start_pos, reader.tokens[stop - 1].end_pos)
    text = reader.source.text
    better = choices.called_choice(text, opener.end_pos) if choices.stands_alone(text, whole.start, whole.end) else None
    yield Repair(
        start,
        stop,
        (reader.new("HOLE", "", whole),),
        0,
        "se-como-expressao",
        message("SE não é função"),
        message("escreva SE condição ENTAO … SENAO … FIMSE"),
        whole,
        None if better is None or better[0] != whole.end else (whole, better[1]),
    )


def after_block(tokens: Sequence[Token], start: int) -> int:
    """Index after the FIMSE of the SE at ``start``; without one, where the expression around it ends."""
    depth = brackets = 0
    for place in range(start, len(tokens)):
        kind = tokens[place].type
        depth += {"SE": 1, "FIMSE": -1}.get(kind, 0)
        brackets += {"LPAR": 1, "RPAR": -1}.get(kind, 0)
        if brackets < 0:
            return place
        if kind == "FIMSE" and not depth:
            return place + 1
    return len(tokens)


def assignment_in_expression(reader: Reader) -> Iterator[Repair]:
    """V2: SETVAR where a value must stand, on a line that already began."""
    token = reader.token()
    if token.type != "SETVAR" or not reader.allows("HOLE") or not reader.same_line():
        return
    stop = after_call(reader.tokens, reader.at + 1)
    whole = Span(token.start_pos, reader.tokens[stop - 1].end_pos)
    yield Repair(
        reader.at,
        stop,
        (reader.new("HOLE", "", whole),),
        0,
        "setvar-em-expressao",
        message("SETVAR é um comando e não dá valor dentro de uma expressão"),
        message("ponha SETVAR antes, como comando, e use aqui a variável"),
        span_of(token),
    )


def after_call(tokens: Sequence[Token], start: int) -> int:
    """Index after the brackets that open at ``start``, or ``start`` when none do."""
    depth = 0
    for place in range(start, len(tokens)):
        depth += {"LPAR": 1, "RPAR": -1}.get(tokens[place].type, 0)
        if depth <= 0:
            return place + 1 if tokens[place].type == "RPAR" else start
    return len(tokens)


def quoted_target(reader: Reader) -> Iterator[Repair]:
    """V2: ``SETVAR('A', 1)`` and ``DECL 'A'``."""
    token = reader.token()
    if token.type != "TEXT" or not reader.allows("NAME") or reader.allows("HOLE"):
        return
    name = str(token)[1:-1]
    if name.isascii() and name.isidentifier() and name.upper() not in KEYWORDS:
        span = span_of(token)
        text = message("aqui vai o nome da variável, sem aspas")
        put = (token.update(type="NAME", value=name),)
        hint = message("escreva {nome}", nome=name)
        yield Repair(reader.at, reader.at + 1, put, 0, "setvar-sem-nome", text, hint, span, (span, name))


def reserved_name(reader: Reader) -> Iterator[Repair]:
    """L10: a keyword where only a name may stand."""
    token = reader.token()
    if token.type not in KEYWORDS or not reader.allows("NAME") or reader.allows("HOLE"):
        return
    if reader.token(1).type not in {"COMMA", "SEMICOLON", "$END"} or not reader.same_line():
        return
    better = f"{token}1"
    yield Repair(
        reader.at,
        reader.at + 1,
        (token.update(type="NAME", value=f"{token}"),),
        0,
        "palavra-reservada",
        message("{palavra} é palavra da linguagem e não pode ser nome", palavra=token),
        message("escolha outro nome, como {nome}", nome=better),
        span_of(token),
    )


def assign_without_brackets(reader: Reader) -> Iterator[Repair]:
    """V2: ``SETVAR A = 2``, ``SETVAR(A = 2)``, ``SETVAR A, 2``."""
    last = reader.before()
    if last is not None and last.type == "NAME" and reader.allows("COMMA"):
        opener = reader.before(2)
        if opener is not None and opener.type == "LPAR" and str(reader.token()) == "=" and written_setvar(reader, 3):
            span = span_of(reader.token())
            text = message("em SETVAR o nome e o valor são separados por vírgula")
            put = (reader.new("COMMA", ",", span),)
            hint = message("escreva SETVAR({nome}, …)", nome=last)
            yield Repair(reader.at, reader.at + 1, put, 0, "falta-virgula", text, hint, span, (span, ","))
    if last is not None and last.type == "SETVAR" and reader.token().type == "NAME":
        yield from open_assignment(reader, last)


def written_setvar(reader: Reader, offset: int) -> bool:
    """Whether the token ``offset`` back is SETVAR."""
    token = reader.before(offset)
    return token is not None and token.type == "SETVAR"


def open_assignment(reader: Reader, setvar: Token) -> Iterator[Repair]:
    """The brackets of a SETVAR are missing: the value reaches to the end of the statement."""
    name, sign = reader.token(), reader.token(1)
    stop = statement_end(reader.tokens, reader.at)
    value = reader.at + (2 if str(sign) == "=" or sign.type == "COMMA" else 1)
    if value >= stop or balance(reader.tokens[reader.at : stop]) < 0:
        return
    inside = tuple(reader.tokens[value:stop])
    span = Span(setvar.start_pos, inside[-1].end_pos)
    written = reader.source.text[inside[0].start_pos : inside[-1].end_pos]
    put = (reader.new("LPAR", "("), name, reader.new("COMMA", ","), *inside, reader.new("RPAR", ")", after(inside[-1])))
    text = message("SETVAR precisa de parênteses")
    better = f"SETVAR({name}, {written})"
    hint = message("escreva {certo}", certo=better)
    yield Repair(reader.at, stop, put, 0, "falta-parentese", text, hint, span, (span, better))


def after(token: Token) -> Span:
    """The empty range right after a token."""
    return Span(token.end_pos, token.end_pos)


def balance(tokens: Sequence[Token]) -> int:
    """Opening brackets minus closing ones."""
    return sum({"LPAR": 1, "RPAR": -1}.get(token.type, 0) for token in tokens)


STOPPERS = frozenset({"SEMICOLON", "SENAO", "FIMSE", "ATE", "FIMENQ", "SE", "REPITA", "ENQUANTO", "SETVAR", "DECL"})


ELSEWHERE = frozenset({"ELSE", "END", "ENDIF", "END_IF", "ELSEIF", "ELSIF", "WEND", "UNTIL"})
"""Words of other languages that end a statement, too."""
LONGEST = 2_000
"""A statement of more tokens is not looked through for its end."""


def statement_end(tokens: Sequence[Token], start: int) -> int:
    """Index of the token that ends the statement which goes on at ``start``."""
    depth = 0
    stop = min(len(tokens), start + LONGEST)
    for place in range(start, stop):
        kind = tokens[place].type
        if depth <= 0 and (kind in STOPPERS or (kind == "NAME" and tokens[place].upper() in ELSEWHERE)):
            return place
        depth += {"LPAR": 1, "RPAR": -1}.get(kind, 0)
    return stop


def colon_assignment(reader: Reader) -> Iterator[Repair]:
    """O4: ``A := 5`` becomes ``SETVAR(A, 5)``; elsewhere ``:=`` counts as ``=``."""
    sign, name = reader.token(), reader.before()
    if sign.type != "ASSIGN" or in_declaration(reader):
        return
    text = message("o operador := não existe")
    span = span_of(sign)
    if name is not None and name.type == "NAME" and written_setvar(reader, 3):
        comma = (sign.update(type="COMMA", value=","),)
        hint = message("troque := por ,")
        yield Repair(reader.at, reader.at + 1, comma, 0, "atribuicao", text, hint, span, (span, ","))
    stop = statement_end(reader.tokens, reader.at + 1)
    inside = tuple(reader.tokens[reader.at + 1 : stop])
    if name is not None and name.type == "NAME" and inside and balance(inside) == 0:
        yield from given_back(reader, name, stop, inside)
        yield from called_with_a_sign(reader, name, stop, inside)
        put = (
            reader.new("SETVAR"),
            reader.new("LPAR", "("),
            name,
            reader.new("COMMA", ","),
            *inside,
            reader.new("RPAR", ")", after(inside[-1])),
        )
        whole = Span(name.start_pos, inside[-1].end_pos)
        written = reader.source.text[inside[0].start_pos : inside[-1].end_pos]
        better = f"SETVAR({name}, {written})"
        hint = message("escreva {certo}", certo=better)
        yield Repair(reader.at - 1, stop, put, 0, "atribuicao", text, hint, span, (whole, better))
    equal = (sign.update(type="COMPARISON", value="="),)
    hint = message("compare com =; para dar valor a uma variável use SETVAR(nome, valor)")
    yield Repair(reader.at, reader.at + 1, equal, 0, "atribuicao", text, hint, span, (span, "="))
    yield Repair(reader.at, reader.at + 1, (), 0, "atribuicao", text, hint, span)


def called_with_a_sign(reader: Reader, name: Token, stop: int, inside: tuple[Token, ...]) -> Iterator[Repair]:
    """F1: ``AVANCARETAPA := 2``, ``AVANCARETAPA: 2``: a function that was to be called with a value."""
    row = TABLE.get(name.upper())
    if row is not None and row.minimum == 1:
        end = Span(inside[-1].end_pos, inside[-1].end_pos)
        whole = Span(name.start_pos, end.end)
        better = f"{name}({reader.source.text[inside[0].start_pos : inside[-1].end_pos]})"
        put = (name, reader.new("LPAR", "("), *inside, reader.new("RPAR", ")", end))
        text, hint = message("os argumentos vão entre parênteses"), message("escreva {certo}", certo=better)
        yield Repair(reader.at - 1, stop, put, 0, "falta-parentese", text, hint, span_of(reader.token()), (whole, better))


def given_back(reader: Reader, name: Token, stop: int, inside: tuple[Token, ...]) -> Iterator[Repair]:
    """``Result := '1;3'`` of Delphi: the formula's value is that of its last expression."""
    word = FOREIGN.get(name.upper())
    if word is None or word.fix != "" or any(one.upper() == name.upper() for one in reader.good[:-1]):
        return
    whole = Span(name.start_pos, inside[-1].end_pos)
    written = reader.source.text[inside[0].start_pos : inside[-1].end_pos]
    text = message("{palavra} não existe nesta linguagem", palavra=name.upper())
    yield Repair(reader.at - 1, stop, inside, 0, "palavra-de-outra-linguagem", text, word.hint, span_of(name), (whole, written))


def foreign_word(reader: Reader) -> Iterator[Repair]:
    """C6: a word of another language, refused itself or the reason why the next word was."""
    for back in (0, 1):
        token = reader.token() if not back else reader.before()
        word = FOREIGN.get(token.upper()) if token is not None and token.type == "NAME" else None
        if token is not None and word is not None:
            yield from foreign_repairs(reader, token, word, reader.at - back)


def foreign_repairs(reader: Reader, token: Token, word: Foreign, place: int) -> Iterator[Repair]:
    """The word becomes what stands for it; a counted loop also loses its counter, a switch everything to its end."""
    span = span_of(token)
    code = "senaose" if word.types == ("SENAO", "SE") else "palavra-de-outra-linguagem"
    text = message("{palavra} não existe nesta linguagem", palavra=token.upper())
    if token.upper() in {"END", "FIM"} and innermost(reader, "ENQUANTO") is not None:
        word = FOREIGN["ENDWHILE"]
    fix = None if word.fix is None else (span, word.fix)
    put = tuple(reader.new(kind, kind, span) for kind in word.types)
    stop = place + 1
    if token.upper() in {"PARA", "FOR", "PARACADA", "FOREACH"}:
        while stop < len(reader.tokens) and reader.tokens[stop].type not in {"FACA", "SEMICOLON"}:
            if reader.tokens[stop].upper() in {"DO", "FACA"}:
                break
            stop += 1
        put = (*put, reader.new("HOLE", "", span))
    elif not word.types and word.fix is None:
        while stop < len(reader.tokens) and reader.tokens[stop].type != "SEMICOLON":
            stop += 1
        put = (reader.new("HOLE", "", span),)
        if token.upper() in {"CASE", "CASO"}:
            fix = written_case(reader, token)
    if code == "senaose":
        fix = with_its_end(reader, token)
    hint = word.hint
    if word is GIVE and not value_at_end(reader, place):
        fix, hint = None, message("nada termina a fórmula antes do fim: ponha em SENAO o que vem depois")
    yield Repair(place, stop, put, 0, code, text, hint, span, fix)


def value_at_end(reader: Reader, place: int) -> bool:
    """Whether nothing is done after the statement that begins with a token, so that its value is the formula's."""
    depth, passed = 0, False
    for token in reader.tokens[place + 1 :]:
        word = FOREIGN.get(token.upper()) if token.type == "NAME" else None
        kinds = (token.type,) if word is None else word.types
        if depth:
            depth += kinds.count("SE") - kinds.count("FIMSE")
        elif word is GIVE:
            return False
        elif "SENAO" in kinds:
            depth = 1 + kinds.count("SE")
        elif kinds[:1] in {("SEMICOLON",), ("FIMSE",), ("$END",)}:
            passed = True
        elif passed:
            return False
    return True


def with_its_end(reader: Reader, token: Token) -> tuple[Span, str] | None:
    """``SENAOSE … FIMSE`` with a SE of its own for each, and the FIMSE of each."""
    text, depth = reader.source.text, 0
    changes: list[tuple[int, int, str]] = []
    for found in choices.PIECE.finditer(text, token.start_pos, token.start_pos + choices.LONGEST):
        word = found[0].upper()
        if not depth and word in NESTED_WORDS:
            changes.append((found.start(), found.end(), "SENAO SE"))
        elif word == "FIMSE" and not depth:
            if not changes:  # the word is written with what nobody sees
                return None
            start, end = changes[0][0], found.end()
            better = text[start:end] + " FIMSE" * len(changes)
            for one, other, put in reversed(changes):
                better = better[: one - start] + put + better[other - start :]
            return Span(start, end), better
        depth += (word == "SE") - (word == "FIMSE")
    return None


NESTED_WORDS = frozenset(word for word, foreign in FOREIGN.items() if foreign.types == ("SENAO", "SE"))


def written_case(reader: Reader, token: Token) -> tuple[Span, str] | None:
    """``CASE … END`` of SQL as choices, when it is a whole statement."""
    text, depth = reader.source.text, 1
    for found in choices.PIECE.finditer(text, token.end_pos, token.end_pos + choices.LONGEST):
        depth += (found[0].upper() == "CASE") - (found[0].upper() == "END")
        if not depth:
            whole = Span(token.start_pos, found.end())
            better = choices.case(text[token.end_pos : found.start()])
            alone = choices.stands_alone(text, whole.start, whole.end)
            return (whole, better) if better is not None and alone else None
    return None


SQL_GOES_ON: Mapping[str, frozenset[str]] = {
    "SELECT": frozenset({"FROM"}),
    "DELETE": frozenset({"FROM"}),
    "INSERT": frozenset({"INTO"}),
    "UPDATE": frozenset({"SET"}),
    "EXEC": frozenset(),
}


def sql_statement(reader: Reader) -> Iterator[Repair]:
    """F4: SQL among the statements; all of it, to the next ``;``, is told once."""
    for offset in range(1, FAR_BACK):
        token = reader.before(offset)
        if token is None or token.type == "SEMICOLON":
            return
        wanted = SQL_GOES_ON.get(token.upper()) if token.type == "NAME" else None
        if not wanted:
            continue
        stop = reader.at
        while stop < len(reader.tokens) and reader.tokens[stop].type != "SEMICOLON":
            stop += 1
        if not wanted & {one.upper() for one in reader.tokens[reader.at - offset : stop]}:
            return
        whole = Span(token.start_pos, reader.tokens[stop - 1].end_pos)
        text = message("{palavra} é SQL, e uma fórmula não tem SQL", palavra=token.upper())
        hint = message("grave o SQL como sentença, em sentencas/CODIGO.sql; a fórmula a executa com EXECSQL('CODIGO')")
        put = (reader.new("HOLE", "", whole),)
        yield Repair(reader.at - offset, stop, put, 0, "palavra-de-outra-linguagem", text, hint, whole)
        return


def given_at_once(reader: Reader) -> Iterator[Repair]:
    """V1, V2: ``VAR A = 1``, ``LET A = 1``, ``SET A = 1``: the declaration and the value, each in its own statement."""
    for back in (2, 1):
        word = reader.before(back)
        if word is None or word.type != "NAME" or word.upper() not in GIVING:
            continue
        name, sign = (reader.before(), reader.token()) if back == 2 else (reader.token(), reader.token(1))
        start = reader.at - back
        if name is None or name.type != "NAME" or not (str(sign) == "=" or sign.type == "ASSIGN"):
            continue
        stop = statement_end(reader.tokens, start + 3)
        inside = tuple(reader.tokens[start + 3 : stop])
        if not inside or balance(inside):
            return
        whole = Span(word.start_pos, inside[-1].end_pos)
        given = reader.source.text[inside[0].start_pos : inside[-1].end_pos]
        declared = any(one.type == "DECL" for one in reader.good) and name.upper() in {one.upper() for one in reader.good[:-back]}
        better = f"SETVAR({name}, {given})"
        put = [reader.new("SETVAR"), reader.new("LPAR", "("), name, reader.new("COMMA", ","), *inside, reader.new("RPAR", ")")]
        if not declared:
            better = f"DECL {name}; {better}"
            put = [reader.new("DECL"), name, reader.new("SEMICOLON", ";"), *put]
        text = message("{palavra} não existe nesta linguagem", palavra=word.upper())
        hint = message("escreva {certo}", certo=better)
        yield Repair(start, stop, tuple(put), 0, "palavra-de-outra-linguagem", text, hint, span_of(word), (whole, better))
        return


GIVING = frozenset({"VAR", "LET", "DIM", "DECLARE", "LOCAL", "CONST", "SET"})
"""Words before a variable that is given a value at once."""
FAR_BACK = 60
"""So many tokens back a statement's first word is looked for."""


def semicolon_in_arguments(reader: Reader) -> Iterator[Repair]:
    """F1: ``MAX(1; 2)``: inside brackets, with more of the call to follow."""
    token = reader.token()
    if token.type != "SEMICOLON" or reader.token(1).type in {*ENDS, "$END"}:
        return
    pair = pair_without_quotes(reader)
    if pair is not None:
        yield pair
        return
    if not reader.allows("COMMA"):
        return
    depth = 1
    for place in range(reader.at + 1, len(reader.tokens)):
        kind = reader.tokens[place].type
        if kind in {"SETVAR", "DECL", "SE", "REPITA", "ENQUANTO", "FIMSE", "SENAO", "ENTAO"}:
            return
        depth += {"LPAR": 1, "RPAR": -1}.get(kind, 0)
        if not depth:
            break
    else:
        return
    span = span_of(token)
    text = message("argumentos são separados por vírgula")
    put = (token.update(type="COMMA", value=","),)
    hint = message("troque ; por ,")
    yield Repair(reader.at, reader.at + 1, put, 0, "separador-de-argumentos", text, hint, span, (span, ","))


def pair_without_quotes(reader: Reader) -> Repair | None:
    """``RETORNAPROXIMAHIERARQUIARH(1, 1;2)``, ``SETVAR(A, 1;3)``: a pair as one argument of a function that takes a text there."""
    before, after = reader.before(), reader.token(1)
    if before is None or before.type != "NUMBER" or after.type != "NUMBER":
        return None
    span = Span(span_of(before).start, span_of(after).end)
    written = reader.source.text[span.start : span.end]
    opening = reader.before(2)
    if not re.fullmatch(r"[0-9]+;[0-9]+", written) or opening is None or opening.type not in {"LPAR", "COMMA"}:
        return None
    if reader.token(2).type not in {"RPAR", "COMMA"} or not takes_text(reader):
        return None
    text = message("um par como {par} é um texto: vai entre aspas", par=written)
    hint = message("escreva '{par}'", par=written)
    put = (reader.new("TEXT", f"'{written}'", span),)
    return Repair(reader.at - 1, reader.at + 2, put, 0, "par-sem-aspas", text, hint, span, (span, f"'{written}'"))


def takes_text(reader: Reader) -> bool:
    """Whether the argument that was just read is one where the function called takes a text and no number."""
    depth, position = 0, 0
    for offset in range(1, len(reader.good) + 1):
        token = reader.good[-offset]
        if token.type == "RPAR":
            depth += 1
        elif token.type == "COMMA" and not depth:
            position += 1
        elif token.type == "LPAR":
            if not depth:
                name = reader.before(offset + 1)
                if name is not None and name.type == "SETVAR":
                    return position == 1
                row = None if name is None else TABLE.get(name.upper())
                if row is None or not row.arguments or (reader.token(2).type == "RPAR" and position + 1 < row.minimum):
                    return False
                return row.arguments[min(position, len(row.arguments) - 1)].kinds == TEXT
            depth -= 1
    return False


OWNERS = frozenset({"ATENDIMENTO", "CAMPO", "CAMPOS", "TICKET", "CHAMADO", "PARAMETRO", "PARAMETROS"})
"""What people write before a dot when they mean a field."""


def stray_dot(reader: Reader) -> Iterator[Repair]:
    """O6: a dot that follows no call."""
    token = reader.token()
    if token.type == "DOT":
        yield from dotted_call(reader)
        stop = reader.at + (2 if reader.token(1).type == "NAME" else 1)
        owner, name = reader.before(), reader.token(1)
        if owner is not None and owner.type == name.type == "NAME" and owner.upper() in OWNERS:
            span = Span(owner.start_pos, name.end_pos)
            text = message("os campos do atendimento se leem só pelo nome")
            hint = message("escreva {certo}", certo=name)
            put = (name,)
            yield Repair(reader.at - 1, stop, put, 0, "membro-fora-de-chamada", text, hint, span, (span, str(name)))
        if owner is not None and "TEXT" in {owner.type, name.type}:
            return  # texts joined as PHP does
        span = Span(token.start_pos, reader.tokens[stop - 1].end_pos)
        text = message("'{texto}' só pode vir depois de uma chamada", texto=reader.source.slice(span))
        yield Repair(reader.at, stop, (), 0, "membro-fora-de-chamada", text, message("retire"), span, (span, ""))


def dotted_call(reader: Reader) -> Iterator[Repair]:
    """F1: ``ARREDONDAR.PARA.CIMA(1.5, 0)``: a spreadsheet's function with dots in its name."""
    first, stop = reader.before(), reader.at
    while (
        reader.tokens[stop : stop + 1]
        and reader.token(stop - reader.at).type == "DOT"
        and reader.token(stop + 1 - reader.at).type == "NAME"
    ):
        stop += 2
    if first is None or first.type != "NAME" or stop == reader.at or reader.token(stop - reader.at).type != "LPAR":
        return
    whole = Span(first.start_pos, reader.tokens[stop - 1].end_pos)
    written = reader.source.slice(whole)
    key = "_".join(written.upper().split("."))
    same, otherwise = SAME.get(key), OTHERWISE.get(key)
    text = message("não existe aqui a função '{nome}'", nome=written)
    if same is not None:
        hint: Message = message("aqui se chama {assinatura}", assinatura=TABLE[same].signature)
        put, fix = (reader.new("NAME", same, whole),), None if key in ARGUMENTS_DIFFER else (whole, same)
        yield Repair(reader.at - 1, stop, put, 0, "funcao-desconhecida", text, hint, whole, fix)
    else:
        end = after_call(reader.tokens, stop)
        hint = otherwise or message("veja as funções com: repasse functions")
        put = (reader.new("HOLE", "", whole),)
        yield Repair(reader.at - 1, end, put, 0, "funcao-desconhecida", text, hint, whole)


RECOGNISERS: tuple[Recogniser, ...] = (
    decimal_comma,
    choice_as_call,
    sql_statement,
    given_at_once,
    colon_assignment,
    chained_comparison,
    word_operator,
    quoted_target,
    assign_without_brackets,
    semicolon_in_arguments,
    choice_in_expression,
    assignment_in_expression,
    foreign_word,
    reserved_name,
    stray_dot,
)
