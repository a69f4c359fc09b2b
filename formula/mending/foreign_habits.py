"""More slips that the grammar refuses: what people bring along from other languages and from spreadsheets (rules V1, V2, C1,
O1, O6). Like :mod:`formula.mending.slips`, each recogniser looks at a :class:`formula.mending.repairs.Reader` and offers repairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from formula.builtins import TABLE
from formula.mending.repairs import Reader, Recogniser, Repair, in_declaration
from formula.messages import Message, message
from formula.reading.choices import COMPARISONS
from formula.reading.foreign_words import NO_HEAD
from formula.reading.lexer import KEYWORDS, span_of
from formula.reading.tokens import Token
from formula.source import Span
from formula.types import ANY, LOGICAL

KIND_WORDS = frozenset(
    [
        "NUMERO",
        "INTEIRO",
        "REAL",
        "DECIMAL",
        "TEXTO",
        "STRING",
        "CARACTERE",
        "CHAR",
        "DATA",
        "LOGICO",
        "BOOLEANO",
        "NUMBER",
        "INTEGER",
        "INT",
        "FLOAT",
        "DATE",
        "BOOLEAN",
        "BOOL",
        "DOUBLE",
        "SINGLE",
        "LONG",
        "SHORT",
        "BYTE",
        "CURRENCY",
        "EXTENDED",
        "VARIANT",
        "OBJECT",
        "VARCHAR",
        "DATETIME",
        "TDATETIME",
        "STR",
        "ANY",
    ]
)
"""Types as other languages write them after a declared name."""


FAR = 2_000
"""How many tokens ahead a name counts as used."""


def typed_declaration(reader: Reader) -> Iterator[Repair]:
    """V1: ``DECL TOTAL NUMERO``, ``DECL TOTAL AS INTEGER``, and a value given at once: ``DECL TOTAL = 10``."""
    token, name = reader.token(), reader.before()
    if name is None or name.type != "NAME" or not in_declaration(reader):
        return
    kind = reader.token(1)
    if token.type == "NAME" and token.upper() in {"AS", "COMO", "IS"} and kind.type == "NAME" and kind.upper() in KIND_WORDS:
        whole = Span(token.start_pos, kind.end_pos)
        text = message("DECL só tem nomes; o tipo vem do valor que a variável recebe")
        hint = message("retire {palavra}", palavra=reader.source.slice(whole))
        yield Repair(reader.at, reader.at + 2, (), 0, "decl-com-mais", text, hint, whole, (Span(name.end_pos, kind.end_pos), ""))
    span = span_of(token)
    again = (later.upper() for later in reader.tokens[reader.at + 1 : reader.at + FAR] if later.type == "NAME")
    if token.type == "NAME" and token.upper() in KIND_WORDS and token.upper() not in again:
        text = message("DECL só tem nomes; o tipo vem do valor que a variável recebe")
        hint = message("retire {palavra}", palavra=token)
        yield Repair(reader.at, reader.at + 1, (), 0, "decl-com-mais", text, hint, span, (span, ""))
    if str(token) == "=" or token.type == "ASSIGN":
        stop = reader.at + 1
        while stop < len(reader.tokens) and reader.tokens[stop].type not in {"SEMICOLON", "COMMA"}:
            stop += 1
        whole = Span(token.start_pos, reader.tokens[stop - 1].end_pos)
        value = reader.source.slice(Span(token.end_pos, whole.end)).strip()
        text = message("DECL não dá valor à variável")
        better = f"SETVAR({name}, {value})"
        hint = message("escreva depois: {certo}", certo=better)
        fix = (whole, f"; {better}") if reader.token(stop - reader.at).type != "COMMA" else None
        assigned = (
            reader.new("SEMICOLON", ";"),
            reader.new("SETVAR"),
            reader.new("LPAR", "("),
            name,
            reader.new("COMMA", ","),
            *reader.tokens[reader.at + 1 : stop],
            reader.new("RPAR", ")", Span(whole.end, whole.end)),
        )
        yield Repair(reader.at, stop, assigned, 0, "decl-com-mais", text, hint, span, fix)
        yield Repair(reader.at, stop, (), 0, "decl-com-mais", text, hint, span)


def kind_before_name(reader: Reader) -> Iterator[Repair]:
    """V1: ``INTEIRO TOTAL;`` and ``DECL INTEIRO TOTAL;``: the type first, as C and Pascal's heirs write it."""
    token, kind, before = reader.token(), reader.before(), reader.before(2)
    if kind is None or token.type != "NAME" or kind.type != "NAME" or kind.upper() not in KIND_WORDS:
        return
    text = message("DECL só tem nomes; o tipo vem do valor que a variável recebe")
    span = span_of(kind)
    if before is not None and before.type == "DECL":
        hint, fix = message("retire {palavra}", palavra=kind), (Span(span.start, token.start_pos), "")
        yield Repair(reader.at - 1, reader.at, (), 0, "decl-com-mais", text, hint, span, fix)
    elif before is None or before.type == "SEMICOLON":
        put = (reader.new("DECL", "DECL", span),)
        yield Repair(reader.at - 1, reader.at, put, 0, "decl-com-mais", text, message("escreva DECL"), span, (span, "DECL"))


JOINED = frozenset({"TEXT", "NAME", "NUMBER"})
MOST_JOINED = 200
"""Parts of one text; more are not put together."""


def dots_for_commas(reader: Reader, parts: list[Token], stop: int) -> Iterator[Repair]:
    """``RESULTSQL('CHEFES'.'COD')``: as many parts as the function has arguments."""
    bracket, name = reader.before(2), reader.before(3)
    row = TABLE.get(name.upper()) if name is not None and bracket is not None and bracket.type == "LPAR" else None
    if row is None or row.minimum != len(parts) or reader.token(stop - reader.at).type != "RPAR":
        return
    dots = [reader.token(place - reader.at) for place in range(reader.at, stop, 2)]
    put = [one for dot, part in zip(dots, parts[1:], strict=True) for one in (reader.new("COMMA", ",", span_of(dot)), part)]
    text = message("argumentos são separados por vírgula")
    hint = message("troque {sinal} por ,", sinal=".")
    fix = (Span(parts[0].end_pos, parts[1].start_pos), ", ") if len(parts) == 2 else None
    yield Repair(reader.at, stop, tuple(put), 0, "separador-de-argumentos", text, hint, span_of(dots[0]), fix)


def joined_by_dots(reader: Reader) -> Iterator[Repair]:
    """O5: ``'1;' . COLIGADA . 'x'``: texts joined as PHP does."""
    first, stop = reader.before(), reader.at
    if first is None or first.type not in JOINED:
        return
    parts = [first]
    while (
        len(parts) <= MOST_JOINED
        and reader.token(stop - reader.at).type == "DOT"
        and reader.token(stop + 1 - reader.at).type in JOINED
    ):
        parts.append(reader.token(stop + 1 - reader.at))
        stop += 2
    if len(parts) == 1 or not any(part.type == "TEXT" for part in parts) or reader.token(stop - reader.at).type in {"LPAR", "DOT"}:
        return
    yield from dots_for_commas(reader, parts, stop)
    span = Span(first.start_pos, parts[-1].end_pos)
    better = f"CONCAT({', '.join(reader.source.text[part.start_pos : part.end_pos] for part in parts)})"
    inner = [put for part in parts for put in (reader.new("COMMA", ","), part)][1:]
    put = (reader.new("NAME", "CONCAT", span), reader.new("LPAR", "("), *inner, reader.new("RPAR", ")"))
    text = message("{sinal} não junta textos: para isso use CONCAT", sinal=".")
    hint = message("escreva {certo}", certo=better)
    yield Repair(reader.at - 1, stop, put, 0, "membro-fora-de-chamada", text, hint, span, (span, better))


def comma_after_declaration(reader: Reader) -> Iterator[Repair]:
    """V1: ``DECL A, SETVAR(A, 1)``: the comma ends the declaration."""
    token, comma = reader.token(), reader.before()
    if comma is None or comma.type != "COMMA" or token.type not in {"SETVAR", "SE", "REPITA", "ENQUANTO", "DECL"}:
        return
    if in_declaration(reader):
        span = span_of(comma)
        put = (reader.new("SEMICOLON", ";", span),)
        text, hint = message("vírgula no lugar de ponto e vírgula"), message("troque , por ;")
        yield Repair(reader.at - 1, reader.at, put, 0, "virgula-sobrando", text, hint, span, (span, ";"))


def assignment_arguments(reader: Reader) -> Iterator[Repair]:
    """V2: ``SETVAR(10, TOTAL)`` and ``SETVAR(TOTAL)``."""
    token, last = reader.token(), reader.before()
    setvar = reader.before(2)
    if last is not None and last.type == "LPAR" and written_setvar(setvar):  # noqa: SIM102 - the place, then the slip
        if token.type in {"NUMBER", "TEXT"} and reader.token(1).type == "COMMA":
            span = span_of(token)
            name = reader.token(2)
            text = message("o primeiro argumento de SETVAR é o nome da variável")
            if name.type == "NAME" and reader.token(3).type == "RPAR":
                whole = Span(token.start_pos, name.end_pos)
                hint = message("escreva SETVAR({nome}, {valor})", nome=name, valor=token)
                put: tuple[Token, ...] = (name, reader.token(1), token)
                fix = (whole, f"{name}, {token}")
                yield Repair(reader.at, reader.at + 3, put, 0, "setvar-sem-nome", text, hint, span, fix)
    opener, word = reader.before(2), reader.before(3)
    if token.type == "RPAR" and last is not None and last.type == "NAME":  # noqa: SIM102 - the same
        if opener is not None and opener.type == "LPAR" and written_setvar(word):
            put = (reader.new("COMMA", ","), reader.new("HOLE", ""))
            text, hint = message("falta o valor que SETVAR dá"), message("escreva SETVAR({nome}, valor)", nome=last)
            yield Repair(reader.at, reader.at, put, 0, "falta-valor", text, hint, span_of(token))


def written_setvar(token: Token | None) -> bool:
    """Whether a token is SETVAR."""
    return token is not None and token.type == "SETVAR"


def compound_assignment(reader: Reader) -> Iterator[Repair]:
    """V2: ``T += 1`` and ``T++``."""
    token, sign, name = reader.token(), reader.before(), reader.before(2)
    if sign is None or name is None:
        return
    if str(token) == "=" and sign.type in {"SIGN", "FACTOR"} and name.type == "NAME" and sign.end_pos == token.start_pos:
        stop = reader.at + 1
        while stop < len(reader.tokens) and reader.tokens[stop].type not in {"SEMICOLON", "FIMSE", "SENAO", "FIMENQ", "ATE"}:
            stop += 1
        inside = reader.tokens[reader.at + 1 : stop]
        if inside:
            value = reader.source.text[inside[0].start_pos : inside[-1].end_pos]
            yield increment(reader, reader.at - 2, stop, name, sign, list(inside), value)
    first = reader.before(3)
    ended = token.type in {"SEMICOLON", "$END", "FIMSE", "SENAO", "FIMENQ", "ATE"}
    if ended and first is not None and first.type == "NAME" and sign.type == name.type == "SIGN" and str(sign) == str(name):
        one = reader.new("NUMBER", "1", span_of(sign))
        yield increment(reader, reader.at - 3, reader.at, first, sign, [one], "1")


def increment(reader: Reader, start: int, stop: int, name: Token, sign: Token, inside: list[Token], value: str) -> Repair:
    """``SETVAR(name, name sign value)`` in place of the tokens from ``start`` to ``stop``."""
    end = reader.tokens[stop - 1].end_pos
    whole = Span(name.start_pos, end)
    better = f"SETVAR({name}, {name} {sign} {value})"
    put = (
        reader.new("SETVAR"),
        reader.new("LPAR", "("),
        name,
        reader.new("COMMA", ","),
        name,
        sign,
        *inside,
        reader.new("RPAR", ")", Span(end, end)),
    )
    text, hint = message("só SETVAR muda o valor de uma variável"), message("escreva {certo}", certo=better)
    return Repair(start, stop, put, 0, "atribuicao", text, hint, span_of(sign), (whole, better))


def negated_sign(reader: Reader) -> Iterator[Repair]:
    """O1: ``A NAO = 1``, ``A NAO IGUAL``: the negation of a comparison is one sign."""
    token, sign = reader.token(), reader.token(1)
    turned = {"=": "<>", ">": "<=", "<": ">="}.get(str(sign))
    if token.type == "NAO" and turned is not None and reader.allows("COMPARISON"):
        span = Span(token.start_pos, sign.end_pos)
        put = (sign.update(type="COMPARISON", value=turned),)
        text, hint = message("NAO vem antes da comparação inteira"), message("escreva {certo}", certo=turned)
        yield Repair(reader.at, reader.at + 2, put, 0, "diferente-errado", text, hint, span, (span, turned))


LISTS = message("não há listas; escreva uma comparação para cada valor e junte-as com OU")
SET_WORDS: Mapping[str, Message] = {
    **dict.fromkeys(("EM", "IN", "DENTRO"), LISTS),
    **dict.fromkeys(("ENTRE", "BETWEEN"), message("escreva as duas comparações e junte-as com E: A >= 1 E A <= 3")),
    **dict.fromkeys(
        ("LIKE", "CONTEM", "CONTAINS"), message("para procurar um texto dentro de outro use POSICAO(procurado, texto) > 0")
    ),
    **dict.fromkeys(("IS",), message("compare com = e <>; texto vazio é '' e data vazia é DATANULA")),
}
"""Words between two operands that other languages have, and the way here."""


def set_operator(reader: Reader) -> Iterator[Repair]:
    """O1: ``A EM ('x', 'y')``, ``A ENTRE 1 E 3``, ``A LIKE 'x'``: the whole comparison counts as one."""
    token = reader.token()
    if token.upper() in {"NOT", "NAO", "NÃO"} and reader.allows("COMPARISON") and reader.token(1).upper() in SET_WORDS:
        yield from negated_set(reader, token)
        return
    hint = SET_WORDS.get(token.upper()) if token.type == "NAME" else None
    if hint is None or not reader.allows("COMPARISON"):
        return
    stop = comparison_end(reader, reader.at + 1, ranged=token.upper() in {"ENTRE", "BETWEEN"})
    while SET_WORDS[token.upper()] is LISTS and reader.token(stop - reader.at).type == "COMMA":
        stop += 1  # A IN 'x', 'y'
        if reader.token(stop - reader.at).type not in {"TEXT", "NUMBER"}:
            return
        stop += 1
    span = span_of(token)
    put = (reader.new("COMPARISON", "=", span), reader.new("HOLE", "", span))
    text = message("o operador {sinal} não existe", sinal=token.upper())
    fix = written_out(reader, token, stop)
    yield Repair(reader.at, stop, put, 0, "operador-de-outra-linguagem", text, hint, span, fix)


def negated_set(reader: Reader, token: Token) -> Iterator[Repair]:
    """``A NOT IN (1, 2)``."""
    word, text = reader.token(1), reader.source.text
    stop = comparison_end(reader, reader.at + 2, ranged=word.upper() in {"ENTRE", "BETWEEN"})
    whole = Span(token.start_pos, word.end_pos)
    put = (reader.new("COMPARISON", "=", whole), reader.new("HOLE", "", whole))
    said = message("o operador {sinal} não existe", sinal=text[whole.start : whole.end].upper())
    fix = written_out(reader, word, stop, negated=True)
    yield Repair(reader.at, stop, put, 0, "operador-de-outra-linguagem", said, SET_WORDS[word.upper()], whole, fix)


def comparison_end(reader: Reader, stop: int, *, ranged: bool) -> int:
    """Where what is compared ends: at the next word that joins, or at the end of its bracket."""
    depth = 0
    while stop < len(reader.tokens):
        kind = reader.tokens[stop].type
        depth += {"LPAR": 1, "RPAR": -1}.get(kind, 0)
        joins = kind == "E" or reader.tokens[stop].upper() == "AND"
        ended = kind in {"ENTAO", "FACA", "SEMICOLON", "OU", "COMMA"} or reader.tokens[stop].upper() in {"THEN", "OR", "DO"}
        if depth < 0 or (not depth and (ended or (joins and not ranged))):
            break
        ranged = ranged and not (joins and not depth)
        stop += 1
    return stop


def written_out(reader: Reader, token: Token, stop: int, *, negated: bool = False) -> tuple[Span, str] | None:
    """The comparisons that say what ``A IN (1, 2)`` says. What is compared must be a name or a call, since it may be said twice."""
    start, depth = len(reader.good) - 1, 0
    while start >= 0:
        kind = reader.good[start].type
        depth += (kind == "RPAR") - (kind == "LPAR")
        if not depth and kind == "NAME":
            break
        if not depth and kind != "LPAR":
            return None
        start -= 1
    around = reader.good[start - 1].type if start > 0 else ""
    if start < 0 or stop <= reader.at + 1 or around in {"SIGN", "FACTOR", "COMPARISON"}:
        return None
    source = reader.source
    end = reader.tokens[stop - 1].end_pos
    left = source.text[reader.good[start].start_pos : reader.good[-1].end_pos]
    better = COMPARISONS[token.upper()](left, source.text[token.end_pos : end].strip(), negated=negated)
    if better is None:
        return None
    alone = around in {"SE", "ENQUANTO", "ATE", "SEMICOLON", "", "LPAR"} and reader.token(stop - reader.at).type not in {"E", "OU"}
    return Span(reader.good[start].start_pos, end), better if alone or (
        " E " not in better and " OU " not in better
    ) else f"({better})"


def senao_too_late(reader: Reader) -> Iterator[Repair]:
    """C1: ``… FIMSE SENAO …``: the SE was closed too early; a second SENAO in one SE."""
    token = reader.token()
    if token.type != "SENAO":
        return
    offset = 1
    while (last := reader.before(offset)) is not None and last.type == "SEMICOLON":
        offset += 1
    if last is not None and last.type == "FIMSE":
        span = span_of(last)
        text, hint = message("este FIMSE fecha o SE antes do SENAO"), message("retire o FIMSE antes de SENAO")
        yield Repair(reader.at - offset, reader.at, (), 0, "fim-sem-inicio", text, hint, span, (span, ""))
    elif reader.allows("FIMSE"):
        put = (reader.new("SEMICOLON", ";", span_of(token)),)
        text = message("um SE tem um só SENAO")
        hint = message("para mais de dois casos escreva SENAO SE condição ENTAO … FIMSE FIMSE")
        yield Repair(reader.at, reader.at + 1, put, 0, "fim-sem-inicio", text, hint, span_of(token))


MOST_ARGUMENTS = 500
"""Words of a call without brackets; more than that is no call that somebody wrote."""


def call_without_brackets(reader: Reader) -> Iterator[Repair]:
    """F1: ``ADICIONARDISCUSSAO 'texto'`` as a statement."""
    token, name, before = reader.token(), reader.before(), reader.before(2)
    starts = before is None or before.type in {"SEMICOLON", "ENTAO", "SENAO", "FACA", "REPITA"}
    if name is None or name.type != "NAME" or not starts or not reader.same_line():
        return
    row = TABLE.get(name.upper())
    if token.type == "NUMBER" and row is not None:
        yield from bare_pair(reader, name)
    if token.type != "TEXT" and (row is None or not row.minimum or token.type not in {"NUMBER", "NAME"}):
        return
    stop, depth = reader.at, 0
    while stop < len(reader.tokens):
        if stop - reader.at > MOST_ARGUMENTS:
            return
        kind = reader.tokens[stop].type
        depth += {"LPAR": 1, "RPAR": -1}.get(kind, 0)
        if depth < 0 or (not depth and kind in KEYWORDS) or (not depth and kind == "SEMICOLON"):
            break
        stop += 1
    end = reader.tokens[stop - 1].end_pos
    whole = Span(name.end_pos, end)
    inside = reader.source.text[token.start_pos : end]
    put = (reader.new("LPAR", "("), *reader.tokens[reader.at : stop], reader.new("RPAR", ")", Span(end, end)))
    text = message("os argumentos vão entre parênteses")
    hint = message("escreva {nome}({argumentos})", nome=name, argumentos=inside)
    yield Repair(reader.at, stop, put, 0, "falta-parentese", text, hint, span_of(token), (whole, f"({inside})"))


def open_before_comparison(reader: Reader) -> Iterator[Repair]:
    """F1: ``SE TAMANHO(ASSUNTO > 3 ENTAO``: the bracket was to be closed before the comparison, since no function takes one."""
    if not reader.allows("RPAR"):
        return
    depth, sign = 0, None
    for back, token in enumerate(reversed(reader.good[-MOST_ARGUMENTS:]), 1):
        if token.type == "RPAR":
            depth += 1
        elif token.type == "LPAR" and depth:
            depth -= 1
        elif token.type == "LPAR":
            name = reader.before(back + 1)
            row = TABLE.get(name.upper()) if name is not None and name.type == "NAME" else None
            if row is None or sign is None or any(one.kinds & LOGICAL for one in row.arguments if one.kinds != ANY):
                return
            place = reader.at - sign
            here = int(reader.good[len(reader.good) - sign - 1].end_pos)
            put = (reader.new("RPAR", ")", Span(here, here)),)
            opener = reader.source.position(token.start_pos)
            hint = message(
                "o {palavra} da linha {linha}, coluna {coluna} precisa de {fim}",
                palavra="(",
                linha=opener.line,
                coluna=opener.column,
                fim=")",
            )
            span = span_of(reader.good[len(reader.good) - sign])
            yield Repair(
                place, place, put, 0, "falta-parentese", message("falta fechar parêntese"), hint, span, (Span(here, here), ")")
            )
            return
        elif not depth and token.type in KEYWORDS and token.type not in {"E", "OU", "NAO"}:
            return
        elif not depth and token.type == "COMPARISON":
            sign = back


def end_of_repetition(reader: Reader) -> Iterator[Repair]:
    """``REPITA … ATE A = 3 FIMREPITA``: ATE and its condition end the loop already."""
    token = reader.token()
    if token.upper() not in {"FIMREPITA", "FIM_REPITA", "ENDREPEAT"} or not reader.allows("SEMICOLON"):
        return
    for before in reversed(reader.good[-MOST_ARGUMENTS:]):
        if before.type == "ATE":
            text = message("{palavra} não existe nesta linguagem", palavra=token.upper())
            span = span_of(token)
            hint = message("retire: ATE e a condição terminam o laço")
            yield Repair(reader.at, reader.at + 1, (), 0, "palavra-de-outra-linguagem", text, hint, span, (span, ""))
            return
        if before.type in KEYWORDS or before.type == "SEMICOLON":
            return


def bare_pair(reader: Reader, name: Token) -> Iterator[Repair]:
    """``REPASSARATENDIMENTO 1;3``: the destination is one text, and an argument."""
    first, sign, last = reader.token(), reader.token(1), reader.token(2)
    if sign.type != "SEMICOLON" or last.type != "NUMBER" or first.end_pos != sign.start_pos or sign.end_pos != last.start_pos:
        return
    whole = Span(name.end_pos, last.end_pos)
    pair = f"'{first};{last}'"
    put = (reader.new("LPAR", "("), reader.new("TEXT", pair, span_of(first)), reader.new("RPAR", ")", Span(whole.end, whole.end)))
    text = message("os argumentos vão entre parênteses")
    hint = message("escreva {nome}({argumentos})", nome=name, argumentos=pair)
    yield Repair(reader.at, reader.at + 3, put, 0, "falta-parentese", text, hint, span_of(first), (whole, f"({pair})"))


WORDED: Mapping[str, str] = {
    **dict.fromkeys(("IGUAL", "EQ", "EQUALS", "EQUAL", "EH"), "="),
    **dict.fromkeys(("DIFERENTE", "NE", "NEQ"), "<>"),
    **dict.fromkeys(("MAIOR", "GT", "ACIMA"), ">"),
    **dict.fromkeys(("MENOR", "LT", "ABAIXO"), "<"),
    **dict.fromkeys(("GE", "GTE"), ">="),
    **dict.fromkeys(("LE", "LTE"), "<="),
}
"""Comparisons in words."""
LINKS = frozenset({"A", "AO", "DE", "DO", "DA", "QUE", "TO", "THAN"})


def worded_comparison(reader: Reader) -> Iterator[Repair]:
    """O1: ``A IGUAL 1``, ``A MAIOR OU IGUAL A 1``, ``A EQ 1``."""
    token = reader.token()
    sign = WORDED.get(token.upper()) if token.type == "NAME" else None
    if sign is None or not reader.allows("COMPARISON"):
        return
    stop = reader.at + 1

    def links(stop: int) -> int:
        """Past the small words before an operand."""
        tokens = reader.tokens
        while (
            stop + 1 < len(tokens) and tokens[stop].upper() in LINKS and tokens[stop + 1].type in {"NAME", "NUMBER", "TEXT", "LPAR"}
        ):
            stop += 1
        return stop

    stop = links(stop)
    if sign in {"<", ">"} and reader.token(stop - reader.at).type == "OU" and reader.token(stop + 1 - reader.at).upper() == "IGUAL":
        sign, stop = f"{sign}=", links(stop + 2)
    span = Span(token.start_pos, reader.tokens[stop - 1].end_pos)
    text = message("o operador {sinal} não existe", sinal=token.upper())
    put = (reader.new("COMPARISON", sign, span),)
    hint = message("escreva {certo}", certo=sign)
    yield Repair(reader.at, stop, put, 0, "operador-de-outra-linguagem", text, hint, span, (span, sign))


def other_head(reader: Reader) -> Iterator[Repair]:
    """C1, C5: ``SE … FACA`` and ``ENQUANTO … ENTAO``."""
    token = reader.token()
    better = {"FACA": "ENTAO", "ENTAO": "FACA"}.get(token.type)
    if better is not None and reader.allows(better):
        code, text = NO_HEAD[better]
        span = span_of(token)
        hint = message("escreva {certo}", certo=better)
        yield Repair(reader.at, reader.at + 1, (token.update(type=better),), 0, code, text, hint, span, (span, better))


def grouped_number(reader: Reader) -> Iterator[Repair]:
    """L8: ``10 000``: one number, its thousands apart."""
    token, first = reader.token(), reader.before()
    if first is None or first.type != "NUMBER" or token.type != "NUMBER" or not re.fullmatch(r"\d{3}(?:\.\d+)?", str(token)):
        return
    stop = reader.at + 1
    while "." not in str(reader.tokens[stop - 1]) and re.fullmatch(r"\d{3}(?:\.\d+)?", str(reader.token(stop - reader.at))):
        stop += 1
    whole = Span(first.start_pos, reader.tokens[stop - 1].end_pos)
    written = reader.source.slice(whole)
    if re.fullmatch(r"\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?:\.\d+)?", written):
        better = "".join(written.split())
        put = (reader.new("NUMBER", better, whole),)
        text = message("'{numero}' não é um número", numero=written)
        hint = message("escreva {certo}", certo=better)
        yield Repair(reader.at - 1, stop, put, 0, "numero-malformado", text, hint, whole, (whole, better))


HABITS: tuple[Recogniser, ...] = (
    grouped_number,
    worded_comparison,
    other_head,
    typed_declaration,
    kind_before_name,
    joined_by_dots,
    comma_after_declaration,
    assignment_arguments,
    compound_assignment,
    negated_sign,
    set_operator,
    senao_too_late,
    end_of_repetition,
    open_before_comparison,
    call_without_brackets,
)
