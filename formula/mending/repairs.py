"""Mending a text that does not parse, so that all of its faults are found in one go (language §8).

The grammar's table is run over token types alone. Where it refuses a token, repairs are tried (:mod:`formula.mending.slips`
knows the common slips, the rest is one token put in, left out or replaced) and the one that reads furthest for its cost is
kept. The mended tokens then make a tree, and each repair is one diagnostic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches

import attrs

from formula.codes.table import report
from formula.diagnostics import Diagnostic
from formula.messages import Message, message
from formula.reading.foreign_words import NO_HEAD
from formula.reading.lexer import KEYWORDS, MOST_FAULTS, span_of
from formula.reading.machine import Automaton
from formula.reading.tokens import Token
from formula.source import Source, Span

AHEAD = 12
"""How many tokens a repair is tried on."""

MARK = 64
"""How far apart kept stacks are."""

MOST_REPAIRS = 200
"""Noise included; a text with more is given up."""


@attrs.frozen
class Repair:
    """Tokens ``put`` in place of those from ``start`` to ``stop``. ``cost`` weighs it against its reach. Its other
    parts are what is told about it.
    """

    start: int
    stop: int
    put: tuple[Token, ...]
    cost: float
    code: str
    text: Message
    hint: Message | None
    span: Span
    fix: tuple[Span, str] | None = None
    related: Mapping[Span, str] | None = None


@attrs.define
class Reader:
    """The state of one repair run. ``good`` are the tokens read so far, ``stack`` the states after them; ``marks`` are
    the stacks after every :data:`MARK` tokens, so that reading can start again near any place.
    """

    source: Source
    machine: Automaton
    tokens: list[Token]
    end: Token
    good: list[Token] = attrs.field(factory=list)
    stack: list[int] = attrs.field(factory=list)
    marks: list[list[int]] = attrs.field(factory=list)
    at: int = 0
    faults: list[Diagnostic] = attrs.field(factory=list)

    def token(self, offset: int = 0) -> Token:
        """The token ``offset`` places after the one that was refused."""
        place = self.at + offset
        return self.tokens[place] if place < len(self.tokens) else self.end

    def before(self, offset: int = 1) -> Token | None:
        """The token ``offset`` places before, as it was read."""
        return self.good[-offset] if len(self.good) >= offset else None

    def allows(self, *kinds: str) -> bool:
        """Whether these types may come instead of the refused token."""
        return self.machine.accepts(self.stack, *kinds)

    def insert_point(self) -> int:
        """Offset right after the last word before the refused token."""
        last = self.before()
        return int(last.end_pos if last is not None else self.token().start_pos)

    def same_line(self) -> bool:
        """Whether the refused token stands on the line of the word before it."""
        last = self.before()
        return last is not None and "\n" not in self.source.text[last.end_pos : self.token().start_pos]

    def new(self, kind: str, text: str | None = None, place: Span | None = None) -> Token:
        """A token that the author did not write."""
        where = place or Span(self.insert_point(), self.insert_point())
        made = self.end.update(type=kind, value=kind if text is None else text)
        made.start_pos, made.end_pos = where.start, where.end
        return made

    def stack_after(self, count: int) -> list[int]:
        """The states after the first ``count`` good tokens."""
        mark = min(count // MARK, len(self.marks) - 1)
        stack = self.marks[mark][:]
        for token in self.good[mark * MARK : count]:
            self.machine.shift(stack, token.type)
        return stack

    def forget(self, count: int) -> None:
        """Go back to the first ``count`` good tokens."""
        self.stack = self.stack_after(count)
        del self.good[count:]
        del self.marks[count // MARK + 1 :]


Recogniser = Callable[[Reader], Iterator[Repair]]


ALWAYS_TOLD = frozenset({"falta-fimse", "falta-fimenq", "falta-ate"})
"""Faults that are no noise although they follow another closely: each open block lacks its own end."""


def mend(
    source: Source, tokens: list[Token], machine: Automaton, end: Token, recognisers: Sequence[Recogniser]
) -> tuple[list[Token] | None, list[Diagnostic]]:
    """Tokens that parse, and the faults in order of place. No tokens when the text is beyond mending.

    Each SENAOSE owes a FIMSE, whose absence is not told a second time.
    """
    reader = Reader(source, machine, tokens, end, stack=[machine.start], marks=[[machine.start]])
    quiet_until = -1
    owed = 0
    for _ in range(MOST_REPAIRS):
        if read_on(reader):
            return reader.good, reader.faults
        repair = choose(reader, recognisers)
        if repair.code == "falta-fimse" and owed:
            owed -= 1
        elif reader.at >= quiet_until or repair.code in ALWAYS_TOLD:
            unended = repair.code in ALWAYS_TOLD and reader.faults and reader.faults[-1].code == "falta-ate"
            fix = None if unended else repair.fix  # an end behind a loop without its own would close the loop
            reader.faults.append(report(source, repair.span, repair.code, repair.text, repair.hint, fix, repair.related))
        if len(reader.faults) >= MOST_FAULTS:
            break
        owed += repair.code == "senaose"
        apply(reader, repair)
        quiet_until = repair.start + len(repair.put) + 2
    text = message("há erros demais; o resto da fórmula não foi lido")
    hint = message("corrija os primeiros e verifique de novo")
    return None, [*reader.faults, report(source, span_of(reader.token()), "erros-demais", text, hint)]


def read_on(reader: Reader) -> bool:
    """Read until a token is refused (False, with the stack as it was before that token) or the end (True)."""
    shift, tokens, good, stack = reader.machine.shift, reader.tokens, reader.good, reader.stack
    for place in range(reader.at, len(tokens)):
        if not shift(stack, tokens[place].type):
            reader.at = place
            reader.stack = reader.stack_after(len(good))
            return False
        good.append(tokens[place])
        if not len(good) % MARK:
            reader.marks.append(stack[:])
    reader.at = len(tokens)
    return reader.allows("$END")


def apply(reader: Reader, repair: Repair) -> None:
    """Splice the repair in. It may reach back over tokens already read; then reading starts again before them."""
    reader.tokens[repair.start : repair.stop] = repair.put
    if repair.start < reader.at:
        reader.forget(len(reader.good) - (reader.at - repair.start))
        reader.at = repair.start


def choose(reader: Reader, recognisers: Sequence[Recogniser]) -> Repair:
    """The first recognised slip that lets reading go on, else the best generic repair."""
    for recognise in recognisers:
        for repair in recognise(reader):
            if reach(reader, repair) > 0:
                return repair
    best: Repair | None = None
    best_score = 0.0
    for repair in generic(reader):
        score = reach(reader, repair) - repair.cost
        if score > best_score:
            best, best_score = repair, score
    return best or skip(reader)


def reach(reader: Reader, repair: Repair) -> int:
    """How many tokens of the author a repair lets the grammar read: 0 when it is refused itself."""
    machine = reader.machine
    stack = reader.stack_after(len(reader.good) - max(reader.at - repair.start, 0))
    for token in repair.put:
        if not machine.shift(stack, token.type):
            return 0
    count = 1
    for place in range(repair.stop, repair.stop + AHEAD):
        if place >= len(reader.tokens):
            return AHEAD + 1 if machine.shift(stack, "$END") else count
        if not machine.shift(stack, reader.tokens[place].type):
            return count
        count += 1
    return count


def generic(reader: Reader) -> Iterator[Repair]:
    """One token put in, replaced or left out, with its cost in tokens."""
    yield from insertions(reader)
    token = reader.token()
    if token.type == "$END":
        return
    yield from misspelt_keyword(reader)
    yield from leave_out(reader, token)


INSERTED: Mapping[str, tuple[float, str]] = {
    "SEMICOLON": (1.0, ";"),
    "ENTAO": (1.0, " ENTAO"),
    "FACA": (1.0, " FACA"),
    "RPAR": (1.0, ")"),
    "COMMA": (1.2, ","),
    "LPAR": (2.0, "("),
    "FIMSE": (1.5, " FIMSE"),
    "FIMENQ": (1.5, " FIMENQ"),
    "HOLE": (2.5, ""),
}
MISSING: Mapping[str, tuple[str, Message, Message]] = {
    "SEMICOLON": ("falta-ponto-e-virgula", message("falta ; entre este comando e o anterior"), message("insira ;")),
    "ENTAO": (*NO_HEAD["ENTAO"], message("insira ENTAO")),
    "FACA": (*NO_HEAD["FACA"], message("insira FACA")),
    "RPAR": ("falta-parentese", message("falta fechar parêntese"), message("insira )")),
    "COMMA": ("falta-virgula", message("falta vírgula"), message("insira ,")),
    "LPAR": ("falta-parentese", message("falta abrir parêntese"), message("insira (")),
    "FIMSE": ("falta-fimse", message("falta FIMSE"), message("insira FIMSE")),
    "FIMENQ": ("falta-fimenq", message("falta FIMENQ"), message("insira FIMENQ")),
    "HOLE": (
        "falta-valor",
        message("falta um valor"),
        message("escreva aqui um número, um texto, um nome ou uma chamada"),
    ),
}


def insertions(reader: Reader) -> Iterator[Repair]:
    """A token that is missing. Up to three closing brackets count as one slip."""
    here = reader.insert_point()
    for kind, (cost, written) in INSERTED.items():
        code, text, hint = MISSING[kind]
        related = unclosed(reader, kind)
        if related and reader.source.text:
            opener = next(iter(related))
            where = reader.source.position(opener.start)
            hint = message(
                "o {palavra} da linha {linha}, coluna {coluna} precisa de {fim}",
                palavra=reader.source.slice(opener).upper(),
                linha=where.line,
                coluna=where.column,
                fim=kind,
            )
        bonus = 0.3 if kind == "COMMA" and reader.same_line() and in_declaration(reader) else 0
        for kinds in (("RPAR",), ("RPAR",) * 2, ("RPAR",) * 3, ("RPAR", "SEMICOLON")) if kind == "RPAR" else ((kind,),):
            yield Repair(
                reader.at,
                reader.at,
                tuple(reader.new(each) for each in kinds),
                cost - bonus + (len(kinds) - 1) * 0.5,
                code,
                text,
                hint,
                where_missing(reader, kind),
                (Span(here, here), "".join(INSERTED[each][1] for each in kinds)) if written else None,
                related,
            )


def in_declaration(reader: Reader) -> bool:
    """Whether the word before belongs to a DECL."""
    for token in reversed(reader.good):
        if token.type not in {"NAME", "COMMA"}:
            return token.type == "DECL"
    return False


def where_missing(reader: Reader, kind: str) -> Span:
    """P4: a missing ``;`` is reported at the second statement. Other words are missed right after the word before, when
    the refused token is on another line; at the end of the text, there.
    """
    token, last = reader.token(), reader.before()
    if token.type == "$END" or kind == "SEMICOLON" or last is None or reader.same_line():
        return span_of(token)
    return span_of(last)


def unclosed(reader: Reader, kind: str) -> Mapping[Span, str] | None:
    """The opening word that a missing end belongs to."""
    opening = {"FIMSE": "SE", "FIMENQ": "ENQUANTO", "ATE": "REPITA"}.get(kind)
    token = innermost(reader, opening) if opening else None
    return None if token is None else {span_of(token): message("{palavra} aberto aqui", palavra=opening)}


ENDS: Mapping[str, str] = {"FIMSE": "SE", "FIMENQ": "ENQUANTO", "ATE": "REPITA", "RPAR": "LPAR"}


def innermost(reader: Reader, opening: str) -> Token | None:
    """The innermost block or bracket that is still open, when it is of this type."""
    closed = 0
    for token in reversed(reader.good):
        if token.type in ENDS:
            closed += 1
        elif token.type in {"SE", "ENQUANTO", "REPITA", "LPAR"}:
            if not closed:
                return token if token.type == opening else None
            closed -= 1
    return None


def misspelt_keyword(reader: Reader) -> Iterator[Repair]:
    """A word that is nearly the keyword which could stand here, or just before."""
    for back in (0, 1, 2):
        token = reader.token() if not back else reader.before(back)
        if token is None or token.type != "NAME" or len(token) < 2:
            continue
        near = get_close_matches(token.upper(), KEYWORDS, n=2, cutoff=0.72)
        for keyword in near:
            if len(keyword) < 3 and len(token) > 3:
                continue
            span = span_of(token)
            yield Repair(
                reader.at - back,
                reader.at - back + 1,
                (token.update(type=KEYWORDS[keyword]),),
                0.5,
                "palavra-errada",
                message("'{palavra}' não é palavra da linguagem", palavra=token),
                message("você quis dizer {certo}?", certo=keyword),
                span,
                (span, keyword),
            )


def leave_out(reader: Reader, token: Token) -> Iterator[Repair]:
    """The refused token is one too many, or stands for an operand."""
    at, span = reader.at, span_of(token)
    if token.type == "RPAR":
        code, text = "parentese-sobrando", message("parêntese fechado sem ter sido aberto")
    elif token.type == "COMMA":
        code, text = "virgula-sobrando", message("vírgula sobrando")
    elif token.type in {"FIMSE", "SENAO", "FIMENQ", "ATE", "ENTAO", "FACA"}:
        code, text = "fim-sem-inicio", message("{palavra} sem o bloco a que pertence", palavra=token.upper())
        for end in ("FIMSE", "FIMENQ"):
            if reader.allows(end) and token.type in {"FIMSE", "FIMENQ"}:
                swapped, hint = (token.update(type=end),), message("escreva {certo}", certo=end)
                yield Repair(at, at + 1, swapped, 0.5, code, text, hint, span, (span, end))
    else:
        code, text = "sintaxe", misplaced(reader, token)
    if token.type == "COMMA":
        semicolon = (token.update(type="SEMICOLON", value=";"),)
        yield Repair(at, at + 1, semicolon, 1.5, code, text, message("separe comandos com ;"), span, (span, ";"))
    yield Repair(at, at + 1, (), 2.0, code, text, message("retire {palavra}", palavra=token), span, (span, ""))
    yield Repair(at, at + 1, (reader.new("HOLE", "", span),), 3.5, code, text, expected(reader), span)


def misplaced(reader: Reader, token: Token) -> Message:
    """A word that does not belong where it stands; what does, where that is a variable's name."""
    last, word = reader.before(), reader.before(2)
    if not reader.allows("HOLE") and reader.allows("NAME"):
        if in_declaration(reader):
            return message("depois de DECL vem o nome de uma variável; aqui há {palavra}", palavra=token)
        if last is not None and last.type == "LPAR" and word is not None and word.type == "SETVAR":
            return message("depois de SETVAR( vem o nome de uma variável; aqui há {palavra}", palavra=token)
    return message("'{palavra}' não cabe aqui", palavra=token)


def expected(reader: Reader) -> Message | None:
    """What could stand here, when that is little enough to say."""
    words = [word for word in KEYWORDS if reader.allows(KEYWORDS[word])]
    if reader.allows("HOLE"):
        return message("aqui cabe um valor: número, texto, nome ou chamada")
    return message("aqui cabe {palavras}", palavras=", ".join(words)) if 0 < len(words) <= 4 else None


def skip(reader: Reader) -> Repair:
    """Nothing helps: leave out the token, or at the end put in whatever closes what is open."""
    token = reader.token()
    if token.type == "$END":
        return next(closing(reader))
    span = span_of(token)
    text = misplaced(reader, token)
    return Repair(reader.at, reader.at + 1, (), 0.0, "sintaxe", text, expected(reader), span)


def closing(reader: Reader) -> Iterator[Repair]:
    """Repairs at the end of the text, the likeliest first; one of them is always allowed."""
    span = span_of(reader.end)
    for kind in ("HOLE", "RPAR", "FIMSE", "FIMENQ", "NAME", "ENTAO", "FACA", "COMMA", "LPAR", "ATE"):
        if reader.allows(kind):
            code, text, hint = MISSING.get(kind, ("sintaxe", message("a fórmula termina antes da hora"), None))
            if kind == "ATE":
                code, text, hint = (
                    "falta-ate",
                    message("falta ATE"),
                    message("insira ATE e a condição que termina o laço"),
                )
            put = (reader.new(kind, "" if kind == "NAME" else None),)
            yield Repair(reader.at, reader.at, put, 0.0, code, text, hint, span, None, unclosed(reader, kind))


def lone(word: Token, beside: Token | None) -> str:
    """A side of a comparison where it is one word, with nothing that belongs to it ``beside``; three dots for any other."""
    return str(word) if word.type in ONE_WORD and (beside is None or beside.type not in JOINED) else "…"


ONE_WORD = frozenset({"NAME", "NUMBER", "TEXT"})
JOINED = frozenset({"SIGN", "FACTOR", "LPAR", "RPAR", "DOT"})
"""A side that is one word, and what makes more of it."""
