"""Slips of the fingers and of speech that the grammar refuses: names in pieces or glued to a keyword, signs in words, lists of
conditions, commas too many (rules L10, V2, C1, C4, F1, O1). Recognisers like those of :mod:`formula.mending.slips`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from formula.builtins import TABLE
from formula.fields import STANDARD_FIELDS
from formula.mending.repairs import Reader, Recogniser, Repair, in_declaration, innermost
from formula.messages import Message, message
from formula.reading.foreign_words import FOREIGN, plain
from formula.reading.lexer import KEYWORDS, span_of
from formula.reading.number_words import number_in_words
from formula.reading.tokens import Token
from formula.source import Span
from formula.types import TEXT

KNOWN = frozenset({*TABLE, *STANDARD_FIELDS})
"""Names that every formula knows."""
EMPTY_ALLOWED = frozenset({""})
"""Roles of arguments that may be left empty."""
WORDS = frozenset(KEYWORDS.values())
FAR = 300
"""So many tokens around a place are looked at."""


def and_or(reader: Reader) -> Iterator[Repair]:
    """O1: ``A E/OU B``: one of the two, or both, which is what OU says. ``A E SE B`` and ``A E TAMBÉM B`` are ``A E B``."""
    token, before, after = reader.token(), reader.before(), reader.token(1)
    link = reader.before(2)
    if link is not None and before is not None and link.type in {"E", "OU"} and before.upper() in {"TAMBEM", "AINDA"}:
        span = span_of(before)
        text, hint = message("'{palavra}' não cabe aqui", palavra=before), message("retire {palavra}", palavra=before)
        yield Repair(reader.at - 1, reader.at, (), 0, "sintaxe", text, hint, span, (Span(link.end_pos, before.end_pos), ""))
    if token.type == "SE" and before is not None and before.type in {"E", "OU"} and one_too_many(reader):
        span = span_of(token)
        text, hint = message("SE vem uma só vez, antes da condição inteira"), message("retire {palavra}", palavra=token)
        yield Repair(reader.at, reader.at + 1, (), 0, "sintaxe", text, hint, span, (Span(before.end_pos, token.end_pos), ""))
    joining = {"AND": "E", "E": "E", "OR": "OU", "OU": "OU"}
    if token.type == "NAME" and joining.get(token.upper()) and str(after) == "/" and joining.get(reader.token(2).upper()):
        whole = Span(token.start_pos, reader.token(2).end_pos)
        text = message("o operador {sinal} não existe", sinal=reader.source.slice(whole).upper())
        put, hint = (reader.new("OU", "OU", whole),), message("escreva {certo}", certo="OU")
        yield Repair(reader.at, reader.at + 3, put, 0, "operador-de-outra-linguagem", text, hint, whole, (whole, "OU"))
    if str(token) == "/" and before is not None and {before.type, after.type} == {"E", "OU"}:
        whole = Span(before.start_pos, after.end_pos)
        text = message("o operador {sinal} não existe", sinal=reader.source.slice(whole).upper())
        put = (reader.new("OU", "OU", whole),)
        hint = message("escreva {certo}", certo="OU")
        yield Repair(reader.at - 1, reader.at + 2, put, 0, "operador-de-outra-linguagem", text, hint, whole, (whole, "OU"))


def side(reader: Reader, place: int) -> tuple[int, Sequence[Token]] | None:
    """The condition that ends before the good token ``place``, and where it begins; None when it is no condition."""
    depth, start = 0, place
    while start > 0 and place - start < FAR:
        token = reader.good[start - 1]
        depth += (token.type == "RPAR") - (token.type == "LPAR")
        if depth < 0:
            caller = reader.good[start - 2] if start > 1 else None
            if caller is not None and caller.type in {"NAME", "SETVAR"}:
                return None
            break
        if not depth and token.type in {"SE", "ENQUANTO", "ATE", "E", "OU"}:
            break
        if not depth and ((token.type in WORDS and token.type != "NAO") or token.type == "SEMICOLON"):
            return None
        start -= 1
    inside = reader.good[start:place]
    return (start, inside) if start and any(token.type in {"COMPARISON", "NAO"} for token in inside) else None


def next_side(reader: Reader, start: int) -> Sequence[Token] | None:
    """The condition that begins at the token ``start`` and ends at a word that only conditions have behind them."""
    depth, stop = 0, start
    while stop < len(reader.tokens) and stop - start < FAR:
        token = reader.tokens[stop]
        depth += (token.type == "LPAR") - (token.type == "RPAR")
        if depth < 0:
            break
        if not depth and token.type in {"ENTAO", "FACA", "E", "OU", "COMMA", "SEMICOLON"}:
            break
        if token.type in WORDS and token.type not in {"NAO", "E", "OU"}:
            return None
        stop += 1
    inside = reader.tokens[start:stop]
    return inside if any(token.type in {"COMPARISON", "NAO"} for token in inside) else None


def ends_a_condition(reader: Reader, start: int) -> bool:
    """Whether ENTAO, FACA or the bracket's end follows before a command does."""
    depth = 0
    for token in reader.tokens[start : start + FAR]:
        depth += (token.type == "LPAR") - (token.type == "RPAR")
        if depth < 0 or token.type in {"ENTAO", "FACA"}:
            return True
        if token.type in WORDS and token.type not in {"NAO", "E", "OU", "VERDADE", "FALSO"}:
            return False
    return False


def listed_conditions(reader: Reader) -> Iterator[Repair]:
    """O1: ``SE A = 1, B = 2 ENTAO``, ``SE A = 1; B = 2 ENTAO``: both hold, unless one value cannot be two."""
    back = 1 if (last := reader.before()) is not None and last.type == "SEMICOLON" and reader.token().type != "SEMICOLON" else 0
    sign = reader.token() if not back else last
    if sign is None or sign.type not in {"COMMA", "SEMICOLON"}:
        return
    place = len(reader.good) - back
    left, right = side(reader, place), next_side(reader, reader.at + 1 - back)
    if left is None or right is None:
        return
    if not reader.machine.accepts(reader.stack_after(place), "E") or not ends_a_condition(reader, reader.at + 1 - back):
        return
    one, other = ([str(token).upper() for token in each] for each in (left[1], right))
    same = len(one) == len(other) > 2 and one[:-1] == other[:-1] and one[-2] == "=" and one[-1] != other[-1]
    word = "OU" if same else "E"
    span = span_of(sign)
    text = message("duas condições se juntam com E ou com OU, e não com {sinal}", sinal=sign)
    put = (reader.new(word, word, span),)
    hint = message("escreva {certo}", certo=word)
    fix = (span, f" {word}")
    yield Repair(reader.at - back, reader.at + 1 - back, put, 0, "operador-de-outra-linguagem", text, hint, span, fix)


SAID: Mapping[tuple[str, ...], tuple[str, str]] = {
    ("X",): ("FACTOR", "*"),
    ("VEZES",): ("FACTOR", "*"),
    ("MULTIPLICADO", "POR"): ("FACTOR", "*"),
    ("DIVIDIDO", "POR"): ("FACTOR", "/"),
    ("DIVIDIDO",): ("FACTOR", "/"),
    ("MAIS",): ("SIGN", "+"),
    ("MENOS",): ("SIGN", "-"),
    ("PLUS",): ("SIGN", "+"),
    ("MINUS",): ("SIGN", "-"),
    ("TIMES",): ("FACTOR", "*"),
}
"""Signs of sums as people say them."""


def said_sign(reader: Reader) -> Iterator[Repair]:
    """O1: ``VALOR x 2``, ``VALOR MAIS 2``."""
    if reader.token().type != "NAME":
        return
    for words, (kind, sign) in SAID.items():
        given = reader.tokens[reader.at : reader.at + len(words)]
        if tuple(token.upper() for token in given) != words or not reader.allows(kind):
            continue
        if reader.token(len(words)).type not in {"NUMBER", "NAME", "LPAR", "TEXT"}:
            continue
        span = Span(given[0].start_pos, given[-1].end_pos)
        text = message("o operador {sinal} não existe", sinal=reader.source.slice(span))
        put, hint = (reader.new(kind, sign, span),), message("escreva {certo}", certo=sign)
        yield Repair(reader.at, reader.at + len(words), put, 0, "operador-de-outra-linguagem", text, hint, span, (span, sign))


BEING = frozenset({"SEJA", "FOR", "EH", "ESTA", "ESTIVER", "ESTEJA", "IS"})
NOTHING = frozenset({"VAZIA", "VAZIO", "NULO", "NULA", "NULL", "NONE", "NIL", "EMPTY", "NOTHING", "UNDEFINED"})


def being(reader: Reader) -> Iterator[Repair]:
    """O1: ``PRIORIDADE SEJA 'Alta'``, ``FILIAL ESTIVER VAZIA``, ``COLIGADA 1``: a comparison without its sign."""
    token, after, beside = reader.token(), reader.token(1), reader.before()
    if beside is None or beside.type not in {"NAME", "RPAR"} or not reader.allows("COMPARISON"):
        return
    name = plain(str(token)).upper() if token.type == "NAME" else ""
    if name in BEING and after.upper() in NOTHING:
        span = Span(token.start_pos, after.end_pos)
        text = message("o operador {sinal} não existe", sinal=reader.source.slice(span))
        put: tuple[Token, ...] = (reader.new("COMPARISON", "=", span), reader.new("TEXT", "''", span))
        hint, fix = message("escreva {certo}", certo="= ''"), (span, "= ''")
        yield Repair(reader.at, reader.at + 2, put, 0, "operador-de-outra-linguagem", text, hint, span, fix)
    ended = {"ENTAO", "FACA", "E", "OU", "RPAR"}
    if name in BEING and after.type in {"TEXT", "NUMBER"} and reader.token(2).type in ended:
        span = span_of(token)
        text, hint = message("o operador {sinal} não existe", sinal=token.upper()), message("escreva {certo}", certo="=")
        put = (reader.new("COMPARISON", "=", span),)
        yield Repair(reader.at, reader.at + 1, put, 0, "operador-de-outra-linguagem", text, hint, span, (span, "="))
    link, row = reader.before(2), TABLE.get(beside.upper())
    condition = beside.type == "NAME" and link is not None and link.type in {"SE", "E", "OU", "ENQUANTO", "ATE", "NAO"}
    if condition and token.type in {"TEXT", "NUMBER"} and after.type in ended and (row is None or not row.minimum):
        here = Span(beside.end_pos, beside.end_pos)
        text, hint = message("falta o sinal da comparação"), message("escreva {certo}", certo=f"{beside} = {token}")
        put = (reader.new("COMPARISON", "=", here),)
        yield Repair(reader.at, reader.at, put, 0, "sintaxe", text, hint, span_of(token), (here, " ="))


def again(reader: Reader) -> Iterator[Repair]:
    """O4: ``VALOR > 5 E < 10``: the second comparison lacks its left side, which is that of the first."""
    token, link = reader.token(), reader.before()
    if token.type != "COMPARISON" or link is None or link.type not in {"E", "OU"}:
        return
    found = side(reader, len(reader.good) - 1)
    if found is None:
        return
    depth, left = 0, []
    for one in found[1]:
        depth += (one.type == "LPAR") - (one.type == "RPAR")
        if one.type == "COMPARISON" and not depth:
            break
        left.append(one)
    else:
        return
    if depth or not left or left[0].type == "NAO" or any(one.type == "COMPARISON" for one in found[1][len(left) + 1 :]):
        return
    here = Span(token.start_pos, token.start_pos)
    written = reader.source.text[left[0].start_pos : left[-1].end_pos]
    text = message("uma comparação tem dois lados")
    hint = message("escreva {certo}", certo=f"{written} {token} …")
    put = tuple(reader.new(one.type, str(one), here) for one in left)
    yield Repair(reader.at, reader.at, put, 0, "sintaxe", text, hint, span_of(token), (here, f"{written} "))


def comma_of_a_declaration(reader: Reader) -> Iterator[Repair]:
    """V1: ``DECL A,;``."""
    comma = reader.before()
    if comma is not None and comma.type == "COMMA" and reader.token().type in {"SEMICOLON", "$END"} and in_declaration(reader):
        span = span_of(comma)
        text, hint = message("vírgula sobrando"), message("retire {palavra}", palavra=",")
        yield Repair(reader.at - 1, reader.at, (), 0, "virgula-sobrando", text, hint, span, (span, ""))


def article(reader: Reader) -> Iterator[Repair]:
    """L10: ``SE A PRIORIDADE = 'Alta'``: a field goes without its article."""
    token, before = reader.token(), reader.before()
    if before is None or before.type != "NAME" or before.upper() not in {"A", "O"} or token.upper() not in STANDARD_FIELDS:
        return
    if not any(one.type == "DECL" for one in reader.tokens[:FAR]):
        span = span_of(before)
        text, hint = message("'{palavra}' não cabe aqui", palavra=before), message("retire {palavra}", palavra=before)
        fix = (Span(span.start, token.start_pos), "")
        yield Repair(reader.at - 1, reader.at, (), 0, "sintaxe", text, hint, span, fix)


def repeated_while(reader: Reader) -> Iterator[Repair]:
    """C4: ``REPITA … ENQUANTO A < 3``: ATE says when to stop, ENQUANTO when to go on."""
    place = reader.at if reader.token().type == "ENQUANTO" else None
    if place is None:
        backwards = range(len(reader.good) - 1, max(0, len(reader.good) - FAR), -1)
        found = next((at for at in backwards if reader.good[at].type in {"ENQUANTO", "FACA", "SEMICOLON"}), None)
        if found is None or reader.good[found].type != "ENQUANTO" or reader.token().type not in {"SEMICOLON", "$END"}:
            return
        place = reader.at - (len(reader.good) - found)
    word, stack = reader.tokens[place], reader.stack_after(len(reader.good) - (reader.at - place))
    stop = place + 1
    while stop < len(reader.tokens) and reader.tokens[stop].type not in {"SEMICOLON", "FACA", "ENTAO", "SETVAR", "SE"}:
        stop += 1
    inside = reader.tokens[place + 1 : stop]
    if (
        not inside
        or not reader.machine.accepts(stack, "ATE")
        or (reader.tokens[stop : stop + 1] and reader.tokens[stop].type == "FACA")
    ):
        return
    whole = Span(word.start_pos, inside[-1].end_pos)
    asked = reader.source.text[inside[0].start_pos : inside[-1].end_pos]
    better = f"ATE NAO ({asked})"
    end = reader.new("RPAR", ")", Span(whole.end, whole.end))
    put = (reader.new("ATE", "ATE", span_of(word)), reader.new("NAO"), reader.new("LPAR", "("), *inside, end)
    text, hint = message("REPITA termina em ATE e a condição que faz parar"), message("escreva {certo}", certo=better)
    yield Repair(place, stop, put, 0, "falta-ate", text, hint, span_of(word), (whole, better))


def surplus_given(reader: Reader) -> Iterator[Repair]:
    """V2: ``SETVAR(A, B, 1)``: a name and a value, nothing more."""
    token, opening = reader.token(), innermost(reader, "LPAR")
    if token.type != "COMMA" or opening is None:
        return
    caller = next((at for at, one in enumerate(reader.good) if one is opening), 0) - 1
    extra, end = reader.token(1), reader.token(2)
    if caller < 0 or reader.good[caller].type != "SETVAR" or extra.type not in {"NUMBER", "TEXT", "NAME"} or end.type != "RPAR":
        return
    whole = Span(token.start_pos, extra.end_pos)
    text = message("SETVAR recebe só o nome da variável e o valor")
    hint = message("retire {palavra}", palavra=reader.source.slice(whole))
    yield Repair(reader.at, reader.at + 2, (), 0, "argumentos-demais", text, hint, span_of(extra), (whole, ""))


def commas_between(tokens: Sequence[Token]) -> int:
    """The commas that stand in no bracket of their own."""
    depth = count = 0
    for token in tokens:
        depth += (token.type == "LPAR") - (token.type == "RPAR")
        count += not depth and token.type == "COMMA"
    return count


def comma_too_many(reader: Reader) -> Iterator[Repair]:
    """F1: ``CONCAT('a', 'b',)``: a comma with nothing behind it. Where a text is lacking, it was to be empty."""
    token, last, opening = reader.token(), reader.before(), innermost(reader, "LPAR")
    if opening is None or last is None or token.type not in {"COMMA", "RPAR"} or last.type not in {"COMMA", "LPAR"}:
        return
    start = next(at for at, one in enumerate(reader.good) if one is opening)
    row = TABLE.get(reader.good[start - 1].upper()) if start else None
    if row is None or (last.type == "LPAR" and token.type == "RPAR"):
        return
    depth, commas, holes, previous = 1, 0, 1 if last.type == "LPAR" else 0, "LPAR"
    stop = reader.at - (len(reader.good) - start) + 1
    for one in reader.tokens[stop : stop + FAR]:
        depth += (one.type == "LPAR") - (one.type == "RPAR")
        commas += depth == 1 and one.type == "COMMA"
        holes += previous == "COMMA" and one.type in {"COMMA", "RPAR"}
        previous = one.type
        if not depth:
            break
    count = commas + 1 - holes
    before = commas_between(reader.good[start + 1 :])
    wanted = row.arguments[min(before, len(row.arguments) - 1)] if row.arguments else None
    extra = last if last.type == "COMMA" and token.type == "RPAR" else token
    if row.minimum <= count:
        span = span_of(extra)
        text, hint = message("vírgula sobrando"), message("retire {palavra}", palavra=",")
        place = reader.at - 1 if extra is last else reader.at
        yield Repair(place, place + 1, (), 0, "virgula-sobrando", text, hint, span, (span, ""))
    elif count + holes == row.minimum and wanted is not None and wanted.kinds == TEXT and wanted.role in EMPTY_ALLOWED:
        here = Span(last.end_pos, last.end_pos)
        text, hint = message("falta um valor"), message("um texto vazio se escreve ''")
        yield Repair(
            reader.at, reader.at, (reader.new("TEXT", "''", here),), 0, "falta-valor", text, hint, span_of(token), (here, "''")
        )


LINKS = frozenset({"DE", "DO", "DA", "DOS", "DAS", "POR"})
MOST_PIECES = 5
SPELT = frozenset({"SETVAR", "ENTAO", "SENAO", "FIMSE", "FIMENQ", "REPITA", "ENQUANTO", "FACA", "DECL"})
"""Keywords that may come in pieces."""


def in_pieces(reader: Reader) -> Iterator[Repair]:
    """L10: ``NIVEL ACESSO``, ``CAIXA POSTAL``, ``PARAMETRO ATENDIMENTO('VALOR')``: one name, written apart."""
    for back in (0, 1, 2):
        first = len(reader.good) - back
        if back and (first < 0 or reader.good[first].type not in {"NAME", "E"}):
            return
        start = reader.at - back
        for size in range(MOST_PIECES, max(back, 1), -1):
            pieces = reader.tokens[start : start + size]
            if len(pieces) < size or not all(
                piece.type in {"NAME", "SETVAR", "DECL", "E"} or piece.upper() in LINKS for piece in pieces
            ):
                continue
            words = [plain(str(piece)).upper() for piece in pieces]
            joined = {"".join(words), "_".join(words), "".join(word for word in words if word not in LINKS)}
            if words[0] == "DATA":
                joined.add("".join(word for word in words[1:] if word not in LINKS))
            names = sorted(joined & (KNOWN | SPELT))
            if not names:
                continue
            span = Span(pieces[0].start_pos, pieces[-1].end_pos)
            if "\n" in reader.source.slice(span):
                continue
            written = reader.source.slice(span)
            text, hint = message("um nome não tem espaço: {nome}", nome=written), message("escreva {certo}", certo=names[0])
            put = (reader.new(KEYWORDS.get(names[0], "NAME"), names[0], span),)
            yield Repair(start, start + size, put, 0, "nome-desconhecido", text, hint, span, (span, names[0]))


GLUED = ("FIMENQ", "FIMSE", "ENTAO", "SENAO", "REPITA", "ENQUANTO", "DECL", "FACA", "NAO", "ATE", "SE", "OU", "E")


TWICE = frozenset({"SE", "ENTAO", "SENAO", "E", "OU", "FACA", "ENQUANTO", "REPITA", "ATE", "COMMA", "COMPARISON"})
CALLING = frozenset({"CALL", "EXEC", "EXECUTE", "EXECUTAR", "EXECUTA", "CHAMA", "CHAMAR", "CHAME", "NEW", "PERFORM"})


def said_twice(reader: Reader) -> Iterator[Repair]:
    """L2: ``SE SE A = 1``, ``A = = 1``: a word that stands there twice; and ``CALL F(1)``, which is ``F(1)``."""
    token, before = reader.token(), reader.before()
    if before is not None and token.type in TWICE and token.type == before.type and token.upper() == before.upper():
        if before.type == "COMMA" or (before.type == "SE" and not one_too_many(reader)):
            return
        span = span_of(token)
        text, hint = message("{palavra} está duas vezes", palavra=token.upper()), message("retire {palavra}", palavra=token)
        fix = (Span(before.end_pos, token.end_pos), "")
        yield Repair(reader.at, reader.at + 1, (), 0, "sintaxe", text, hint, span, fix)
    if before is not None and before.type == token.type == "NAME" and before.upper() in CALLING and reader.token(1).type == "LPAR":
        span = span_of(before)
        text = message("{palavra} não existe nesta linguagem", palavra=before.upper())
        fix = (Span(span.start, token.start_pos), "")
        hint = message("retire {palavra}", palavra=before)
        yield Repair(reader.at - 1, reader.at, (), 0, "palavra-de-outra-linguagem", text, hint, span, fix)


def one_too_many(reader: Reader) -> bool:
    """Whether there is one SE more than there are ends."""
    words = [one.type for one in reader.tokens[:FAR]]
    return words.count("SE") == words.count("FIMSE") + 1


def bracket_twice(reader: Reader) -> Iterator[Repair]:
    """F1: ``CONCAT(('a', FILIAL))``: arguments in a bracket of their own."""
    if reader.token().type != "COMMA" or (opening := innermost(reader, "LPAR")) is None:
        return
    start = next(at for at, one in enumerate(reader.good) if one is opening)
    if start < 2 or reader.good[start - 1].type != "LPAR" or reader.good[start - 2].upper() not in TABLE:
        return
    first = reader.at - (len(reader.good) - start)
    depth, place = 1, reader.at
    while place < len(reader.tokens) and place - first < FAR:
        depth += (reader.tokens[place].type == "LPAR") - (reader.tokens[place].type == "RPAR")
        if not depth:
            break
        place += 1
    else:
        return
    span = span_of(opening)
    text, hint = message("parêntese aberto duas vezes"), message("retire {palavra}", palavra="(")
    inside = reader.tokens[first + 1 : place]
    if place + 1 < len(reader.tokens) and reader.tokens[place + 1].type == "RPAR":
        whole = Span(opening.start_pos, reader.tokens[place].end_pos)
        better = reader.source.text[opening.end_pos : reader.tokens[place].start_pos]
        yield Repair(first, place + 1, tuple(inside), 0, "parentese-sobrando", text, hint, span, (whole, better))
    else:
        yield Repair(first, first + 1, (), 0, "parentese-sobrando", text, hint, span, (span, ""))


def text_beside_a_function(reader: Reader) -> Iterator[Repair]:
    """F1: ``PARAMETROATENDIMENTO 'VALOR' > 1``: the one argument of a function, without its brackets."""
    token, name = reader.token(), reader.before()
    row = TABLE.get(name.upper()) if name is not None and name.type == "NAME" else None
    if row is None or name is None or row.minimum != 1 or reader.token(1).type in {"COMMA", "TEXT", "LPAR"}:
        return
    if token.type != "TEXT" and (token.type != "NAME" or row.maximum != 1 or row.effect or not reader.same_line()):
        return
    whole, better = Span(name.end_pos, token.end_pos), f"({token})"
    text = message("os argumentos vão entre parênteses")
    hint = message("escreva {nome}({argumentos})", nome=name, argumentos=token)
    put = (reader.new("LPAR", "("), token, reader.new("RPAR", ")", Span(token.end_pos, token.end_pos)))
    yield Repair(reader.at, reader.at + 1, put, 0, "falta-parentese", text, hint, span_of(token), (whole, better))


FIRST_LETTERS = frozenset(word[0] for word in GLUED)


def glued_word(reader: Reader) -> Iterator[Repair]:
    """L10: ``SEPRIORIDADE``, ``ENTAOAVANCARETAPA(2)``, ``FIMSEFIMSE``: a keyword and what follows it, without the blank."""
    for back in range(min(len(reader.good), 12) + 1):
        token = reader.token() if not back else reader.before(back)
        if token is None or token.type != "NAME" or len(token) < 2 or str(token)[0].upper() not in FIRST_LETTERS:
            continue
        whole = plain(str(token)).upper()
        if whole in KNOWN or whole in FOREIGN or len(token) != len(whole):
            continue
        for word in GLUED:
            rest = whole[len(word) :]
            if whole.startswith(word) and (rest in KNOWN or rest in KEYWORDS or declared(reader, rest)):
                yield parted(reader, back, token, word, rest)


def declared(reader: Reader, name: str) -> bool:
    """Whether a name of some length is declared among the words before."""
    if len(name) < 3 or not reader.good or reader.good[0].type != "DECL":
        return False
    return any(token.upper() == name for token in reader.good[:40])


def parted(reader: Reader, back: int, token: Token, word: str, rest: str) -> Repair:
    """The keyword and the rest of a word, apart."""
    middle = int(token.start_pos) + len(word)
    first = reader.new(KEYWORDS[word], word, Span(token.start_pos, middle))
    second = reader.new(KEYWORDS.get(rest, "NAME"), str(token)[len(word) :], Span(middle, token.end_pos))
    span = span_of(token)
    better = f"{str(token)[: len(word)]} {str(token)[len(word) :]}"
    text = message("falta um espaço entre {numero} e {palavra}", numero=word, palavra=rest)
    hint = message("escreva {certo}", certo=better)
    at = reader.at - back
    return Repair(at, at + 1, (first, second), 0, "palavra-errada", text, hint, span, (span, better))


def said_number(reader: Reader) -> Iterator[Repair]:
    """L8: ``VALOR > cinco mil``."""
    first = reader.before()
    if first is None or first.type != "NAME" or reader.token().type != "NAME":
        return
    stop = reader.at
    while stop < len(reader.tokens) and reader.tokens[stop].type in {"NAME", "E"} and stop - reader.at < MOST_PIECES:
        if reader.tokens[stop].type == "E" and number_in_words([plain(str(reader.token(stop + 1 - reader.at))).upper()]) is None:
            break
        stop += 1
    words = [first, *(word for word in reader.tokens[reader.at : stop] if word.type == "NAME")]
    number = number_in_words([plain(str(word)).upper() for word in words])
    if number is not None:
        span = Span(first.start_pos, words[-1].end_pos)
        text: Message = message("um número se escreve com algarismos: {texto}", texto=reader.source.slice(span))
        put, hint = (reader.new("NUMBER", str(number), span),), message("escreva {certo}", certo=str(number))
        yield Repair(reader.at - 1, stop, put, 0, "numero-malformado", text, hint, span, (span, str(number)))


def full_stop(reader: Reader) -> Iterator[Repair]:
    """P1: ``AVANCARETAPA(2).`` at the end of a line: commands are parted by ``;``."""
    token, after = reader.token(), reader.token(1)
    following = reader.source.text[token.end_pos : after.start_pos] if after.type != "$END" else "\n"
    if token.type != "DOT":
        token, after = reader.before() or token, reader.token()
        following = reader.source.text[token.end_pos : after.start_pos]
        if token.type != "DOT":
            return
        start = reader.at - 1
    else:
        start = reader.at
    if "\n" in following:
        span, ended = span_of(token), reader.token(start + 1 - reader.at).type == "$END"
        put = () if ended else (reader.new("SEMICOLON", ";", span),)
        text = message("um comando não termina em {sinal}", sinal=".")
        hint = message("retire") if ended else message("separe comandos com ;")
        yield Repair(start, start + 1, put, 0, "membro-fora-de-chamada", text, hint, span, (span, "" if ended else ";"))


LOOSE_FIRST: tuple[Recogniser, ...] = (
    and_or,
    said_twice,
    article,
    again,
    comma_of_a_declaration,
    being,
    listed_conditions,
    said_number,
    in_pieces,
    glued_word,
    said_sign,
    full_stop,
    bracket_twice,
    text_beside_a_function,
)
"""What is looked for before the slips of other languages, since those would read it otherwise."""
LOOSE: tuple[Recogniser, ...] = (repeated_while, surplus_given, comma_too_many)
