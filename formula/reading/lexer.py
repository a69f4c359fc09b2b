"""The pass between lexer and grammar: keywords get their own type, nesting is bounded, faulty words are reported and
replaced by what was meant, so that the parse goes on (rules L1–L11, P3, O4).

Tokens are the parser library's; this module needs only their type, text and offsets (:class:`formula.reading.tokens.Token`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from formula.diagnostics import Diagnostic
from formula.limits import Limits
from formula.messages import Message, message
from formula.reading.foreign_words import NO_HEAD, OPERATORS, mend_number, plain
from formula.reading.missing_quotes import cut_open_text, misread, start_of
from formula.reading.tokens import Token
from formula.reporter import Reporter
from formula.source import Source, Span

MOST_FAULTS = 100
"""Reading stops after this many faults: what follows would help nobody."""


KEYWORDS: Mapping[str, str] = {
    word: word
    for word in [
        "DECL",
        "SETVAR",
        "SE",
        "ENTAO",
        "SENAO",
        "FIMSE",
        "REPITA",
        "ATE",
        "ENQUANTO",
        "FACA",
        "FIMENQ",
        "E",
        "OU",
        "NAO",
        "VERDADE",
        "FALSO",
    ]
} | {"FIMENQUANTO": "FIMENQ"}
"""Upper-case word to token type (L2)."""

OPENERS = frozenset({"LPAR", "SE", "REPITA", "ENQUANTO"})
CLOSERS = frozenset({"RPAR", "FIMSE", "ATE", "FIMENQ"})
HEADS = frozenset({"ENTAO", "FACA"})
BREAKS = frozenset({"E", "OU", "SEMICOLON", "COMMA"})
HEAD_OF = {"SE": "ENTAO", "ENQUANTO": "FACA"}
"""What ends the condition of a block."""
WAITING = frozenset({*HEADS, *HEAD_OF, "SENAO", "SEMICOLON"})
CURRENCIES = frozenset({"R", "US"})
"""What stands before a ``$``."""


@attrs.define
class Scan:
    """What the pass made of a text. ``stopped``: the rest was not read. ``doubtful``: ranges whose meaning was guessed,
    where later passes should not report. ``cut``: an unclosed comment hid the end, so the tree would mislead.
    ``torn``: the token index and quote of a text that ran to the end of its line, and may go on in the next. ``mended_line``: the
    number of the line in which a text was found last that lacks one of its quotes.
    """

    source: Source
    limits: Limits
    relex: Callable[[str], Iterable[Token]]
    reporter: Reporter
    tokens: list[Token] = attrs.field(factory=list)
    doubtful: list[Span] = attrs.field(factory=list)
    stopped: bool = False
    cut: bool = False
    torn: tuple[int, str] | None = None
    mended_line: int = 0

    def report(self, at: Token | Span, code: str, text: Message, hint: Message | None, fix: str | None = None) -> None:
        """Add a fault about a token or range; ``fix`` is the text that replaces it."""
        span = at if isinstance(at, Span) else span_of(at)
        self.reporter.add(code, span, text, hint, fix=None if fix is None else (span, fix))

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The faults so far, in order of place."""
        return list(self.reporter.in_order())


def span_of(token: Token) -> Span:
    """The range of a token."""
    return Span(token.start_pos, token.end_pos)


def scan(source: Source, stream: Iterable[Token], relex: Callable[[str], Iterable[Token]], limits: Limits) -> Scan:
    """Read all tokens of a text. ``relex`` gives the tokens of a piece that a broken text had swallowed."""
    result = Scan(source, limits, relex, Reporter(source))
    depth = Depth(limits.nesting)
    for token in stream:
        if len(result.tokens) >= limits.words:
            too_many_words(result, token)
        elif take(result, token, depth):
            continue
        result.stopped = True
        break
    return result


def too_many_words(result: Scan, token: Token) -> None:
    """The text goes on beyond the limit; the rest is not read."""
    result.report(
        token,
        "texto-longo",
        message("a fórmula tem mais de {limite} palavras e sinais", limite=result.limits.words),
        message("divida a fórmula em várias"),
    )


def take(result: Scan, token: Token, depth: Depth) -> bool:
    """One token of the lexer; False when reading must stop."""
    kind = token.type
    if kind == "NAME":
        keyword = KEYWORDS.get(token.upper())
        if keyword is not None:
            token.type = kind = keyword
        elif not token.isascii():
            token = accented(result, token)
            kind = token.type
            if not few(result, token):
                return False
        if kind in HEADS:
            drop_semicolons(result, token)
    elif kind in MENDERS:
        return all(take(result, piece, depth) for piece in MENDERS[kind](result, token)) and few(result, token)
    elif kind == "NUMBER" and len(token) > result.limits.digits:
        token = long_number(result, token)
    if not depth.step(kind):
        result.report(
            token,
            "aninhamento-demais",
            message("aninhamento maior que o limite de {limite}", limite=result.limits.nesting),
            message("divida a fórmula com variáveis ou com outras fórmulas"),
        )
        return False
    result.tokens.append(token)
    return True


@attrs.define
class Depth:
    """How deep the tree at this place will be: open brackets and blocks, the NAO and signs before an operand, and the
    members after a call."""

    most: int
    base: int = 0
    nots: int = 0
    signs: int = 0
    dots: int = 0
    outer: list[tuple[int, int]] = attrs.field(factory=list)

    def step(self, kind: str) -> bool:
        """Take one token; False when it is too deep."""
        if kind == "SIGN":
            self.signs += 1
        elif kind == "DOT":
            self.dots += 1
        else:
            if kind != "NAME":
                self.dots = 0
            if kind in OPENERS:
                self.outer.append((self.base, self.nots))
                self.base += self.nots + self.signs + 1
                self.nots = 0
            elif kind in CLOSERS:
                if self.outer:
                    self.base, self.nots = self.outer.pop()
            elif kind == "NAO":
                self.nots += 1
            elif kind in BREAKS:
                self.nots = 0
            self.signs = 0
        return self.base + self.nots + self.signs + self.dots <= self.most


def few(result: Scan, token: Token) -> bool:
    """Whether faults are still few enough to go on; at the bound, say so once."""
    if result.reporter.errors < MOST_FAULTS:
        return True
    result.report(
        token,
        "erros-demais",
        message("há erros demais; o resto da fórmula não foi lido"),
        message("corrija os primeiros e verifique de novo"),
    )
    return False


def drop_semicolons(result: Scan, head: Token) -> None:
    """P3: ``;`` between a condition and ENTAO or FACA is accepted, with a lint."""
    tokens = result.tokens
    while tokens and tokens[-1].type == "SEMICOLON":
        result.report(
            tokens.pop(),
            "ponto-e-virgula-sobrando",
            message("ponto e vírgula antes de {palavra}", palavra=head.upper()),
            message("retire o ponto e vírgula"),
            "",
        )


def accented(result: Scan, token: Token) -> Token:
    """L3, L10: a keyword with accents is a lint, another name an error; both go on as the plain word."""
    name = plain(str(token))
    keyword = KEYWORDS.get(name.upper())
    if keyword == "E" and not compares(result.tokens):
        return is_equal(result, token)
    if keyword is not None:
        result.report(
            token,
            "acento-na-palavra",
            message("a palavra '{palavra}' tem acento", palavra=token),
            message("escreva {palavra}", palavra=name),
            name,
        )
        return token.update(type=keyword)
    good = bool(name) and not name[0].isdigit()
    result.report(
        token,
        "acento-no-nome",
        message("o nome '{nome}' tem letras com acento ou de outro alfabeto", nome=token),
        message("escreva {nome}", nome=name) if good else message("use letras sem acento, algarismos e _"),
        name if good else None,
    )
    return token.update(value=name if good else "_")


CONDITION_BEGINS = frozenset({"SE", "ENQUANTO", "ATE", "E", "OU", "SEMICOLON", "ENTAO", "FACA", "COMMA"})


def compares(tokens: list[Token]) -> bool:
    """Whether what was read of a condition is one already, so that a word may join another to it."""
    for token in reversed(tokens):
        if token.type in {"COMPARISON", "VERDADE", "FALSO"}:
            return True
        if token.type in CONDITION_BEGINS:
            break
    return False


def is_equal(result: Scan, token: Token) -> Token:
    """``SE PRIORIDADE É 'Alta'``: the verb compares, and is not the word that joins conditions."""
    literal = re.match(r"\s*['\"\d]", result.source.text[token.end_pos : token.end_pos + 20])
    text, hint = message("É não é palavra da linguagem"), message("para comparar escreva =; para juntar duas condições escreva E")
    result.report(token, "palavra-de-outra-linguagem", text, hint, "=" if literal else None)
    return token.update(type="COMPARISON", value="=")


def long_number(result: Scan, token: Token) -> Token:
    """A number with more digits than a run could use (T1)."""
    result.report(
        token,
        "numero-longo",
        message(
            "o número tem {algarismos} algarismos; o limite é {limite}",
            algarismos=len(token),
            limite=result.limits.digits,
        ),
        message("use menos algarismos"),
    )
    return token.update(value="0")


def open_comment(result: Scan, token: Token) -> list[Token]:
    """L4: no end. Everything after it is unread, so nothing after it is reported."""
    line_end = len(str(token).splitlines()[0])
    end = Span(token.start_pos + line_end, token.start_pos + line_end)
    result.reporter.add(
        "comentario-sem-fim",
        Span(token.start_pos, token.start_pos + 2),
        message("comentário aberto com /* e nunca fechado"),
        message("feche o comentário com */"),
        fix=(end, " */"),
    )
    result.doubtful.append(span_of(token))
    result.cut = True
    return []


def line_comment(result: Scan, token: Token) -> list[Token]:
    """L5: ``//`` to the end of the line is skipped."""
    inside = str(token)[2:].replace("*/", "* /").strip()
    result.report(
        token,
        "comentario-de-linha",
        message("// não abre comentário nesta linguagem"),
        message("escreva o comentário entre /* e */"),
        f"/* {inside} */",
    )
    return []


def closed_comment(result: Scan, token: Token) -> list[Token]:
    """L4: an end of a comment where none is open. When a comment ended just before, this one was meant to be around it, and
    what stands between is its text."""
    before = result.source.text.rfind("*/", 0, token.start_pos)
    while before >= 0 and result.tokens and result.tokens[-1].start_pos > before:
        result.tokens.pop()
    if before >= 0:
        result.doubtful.append(Span(before, token.end_pos))
        text, hint = message("comentários não se aninham: o primeiro */ já fecha"), message("deixe um só /* e um só */")
    else:
        text, hint = message("*/ sem comentário aberto"), message("abra o comentário com /*")
    result.report(token, "comentario-aninhado", text, hint, "")
    return []


CODE = re.compile(r";|[=<>]|\w\(|\A['\"\d]|\b(?:CASE|BREAK|RETURN|SETVAR|ENT[AÃ]O|FIMSE)\b", re.IGNORECASE)
"""What stands in commands and hardly in a comment."""


def braces(result: Scan, token: Token) -> list[Token]:
    """L5: ``{…}`` is skipped; a single brace too."""
    inside = str(token)[1:-1].replace("*/", "* /").strip()
    result.report(
        token,
        "chaves",
        message("chaves não abrem comentário nesta linguagem"),
        message("escreva o comentário entre /* e */; blocos terminam em FIMSE ou FIMENQ"),
        f"/* {inside} */" if len(token) > 1 and CODE.search(inside) is None else None,
    )
    return []


def open_text(result: Scan, token: Token) -> list[Token]:
    """L6: a text without its end. It is cut where code most likely goes on; the rest of its line stays doubtful."""
    written, quote = str(token), token[0]  # type: ignore[index]
    if result.torn is not None and result.torn[1] == quote:
        return end_of_torn(result, token)
    mended = misread_text(result, token)
    if mended is not None:
        return mended
    length = cut_open_text(written)
    start = token.start_pos
    torn = length == len(written) and result.source.text.find(quote, token.end_pos) >= 0
    if torn:
        hint = message("um texto não passa de uma linha para a outra: feche-o e junte as partes com CONCAT")
    else:
        hint = message("feche o texto com {sinal}", sinal=quote)
    twice = length > 3 and written[length - 2 : length] == quote * 2
    end = Span(start + length - 2 * twice, start + length)
    text = message("texto aberto com {sinal} e não fechado nesta linha", sinal=quote)
    result.reporter.add("texto-sem-fim", Span(start, start + length), text, hint, fix=(end, quote))
    line = result.source.position(start).line
    result.doubtful.append(Span(result.source.line_starts[line - 1], token.end_pos))
    if torn:
        result.torn = (len(result.tokens), quote)
    body = written[1 : length - 2 * twice].replace(quote, quote * 2)
    first = token.update(type="TEXT", value=quote + body + quote)
    first.end_pos = start + length
    return [first, *moved(result.relex(written[length:]), start + length)]


def misread_text(result: Scan, token: Token) -> list[Token] | None:
    """L6: an earlier text of the line lacks a quote, so that all that follow were read inside out, up to ``token``, which has no
    end. They are read again, and what was wrong in them is forgotten. Looked for once a line."""
    source = result.source
    number = source.position(token.start_pos).line
    if result.mended_line == number:
        return None
    line = source.line_starts[number - 1]
    quote = str(token)[0]
    for place in range(bisect_left(result.tokens, line, key=start_of), len(result.tokens)):
        one = result.tokens[place]
        found = misread(source, result.tokens, place, line, token.end_pos) if one.type == "TEXT" and str(one)[0] == quote else None
        if found is not None:
            result.mended_line = number
            result.reporter.forget(found.span.start)
            result.reporter.add("texto-sem-fim", found.span, found.text, found.hint, fix=(found.gap, quote))
            result.doubtful.append(Span(found.span.start, token.end_pos))
            del result.tokens[found.place :]
            mended = one.update(type="TEXT", value=quote + found.inside + quote)
            mended.start_pos, mended.end_pos = found.span.start, found.span.end
            return [mended, *moved(result.relex(source.text[found.span.end : token.end_pos]), found.span.end)]
    return None


def end_of_torn(result: Scan, token: Token) -> list[Token]:
    """The end of a text that began on an earlier line: what was read between belongs to it."""
    first = result.tokens[result.torn[0]] if result.torn else token
    del result.tokens[result.torn[0] + 1 if result.torn else 0 :]
    result.torn = None
    result.doubtful.append(Span(first.start_pos, token.end_pos))
    first.end_pos = token.start_pos + 1
    return moved(result.relex(str(token)[1:]), token.start_pos + 1)


def moved(pieces: Iterable[Token], by: int) -> list[Token]:
    """Tokens of a piece of text, at their places in the whole."""
    placed = list(pieces)
    for piece in placed:
        piece.start_pos += by
        piece.end_pos += by
    return placed


def curled_text(result: Scan, token: Token) -> list[Token]:
    """L6: quotes as word processors make them."""
    inside = str(token)[1:-1]
    straight = "'" + inside.replace("'", "''") + "'"
    result.report(
        token,
        "aspas-curvas",
        message("as aspas {aspas} não delimitam textos", aspas=token[0] + token[-1]),  # type: ignore[index]
        message("use ' ou \""),
        straight,
    )
    return [token.update(type="TEXT", value=straight)]


def wrong_number(result: Scan, token: Token) -> list[Token]:
    """L8: ``.5``, ``5.``, ``1e3``, ``12abc``."""
    glued = result.source.text[token.start_pos - 1 : token.start_pos].isalnum() and token.start_pos > 0
    better = None if glued else mend_number(str(token))
    if better is not None:
        hint = message("escreva {certo}", certo=better)
    elif str(token).count(".") > 1 and not str(token).replace(".", "").isdigit():
        hint = message("use um só ponto, e nenhum separador de milhar")
    elif str(token).count(".") > 1:
        code = f"'{token}'"
        hint = message("um código com pontos vai entre aspas: {certo}", certo=code)
        result.report(token, "numero-malformado", message("'{numero}' não é um número", numero=token), hint, code)
        return [token.update(type="TEXT", value=code)]
    else:
        hint = message("um número só tem algarismos e um ponto; um nome começa com letra")
    result.report(token, "numero-malformado", message("'{numero}' não é um número", numero=token), hint, better)
    return [token.update(type="NUMBER", value=better or "0")]


def wrong_operator(result: Scan, token: Token) -> list[Token]:
    """O4: an operator of another language becomes the one of this."""
    if str(token) == ":=":
        return [token.update(type="ASSIGN")]
    slip = OPERATORS[str(token)]
    result.report(token, slip.code, message("o operador {sinal} não existe", sinal=token), slip.hint, slip.fix)
    return [token.update(type=slip.type, value=slip.text)]


def strange(result: Scan, token: Token) -> list[Token]:
    """L11: characters that mean nothing are skipped. A byte-order mark at the start is no fault."""
    if token.start_pos == 0 and str(token) == "\ufeff":
        return []
    head = missing_head(result.tokens) if str(token) == ":" else None
    if head is not None:
        code, text = NO_HEAD[head]
        result.report(token, code, text, message("troque : por {palavra}", palavra=head), f" {head}")
        return [token.update(type=head, value=head)]
    bracket = {"[": "(", "]": ")"}.get(str(token))
    if bracket is not None:
        text = message("colchetes não são parênteses nesta linguagem")
        result.report(token, "caractere-estranho", text, message("escreva {certo}", certo=bracket), bracket)
        return [token.update(type="LPAR" if bracket == "(" else "RPAR", value=bracket)]
    span = with_currency(result.tokens, token)
    written = result.source.slice(span)[:12]
    shown = "".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in written)
    result.report(span, "caractere-estranho", message("'{sinal}' não faz parte da linguagem", sinal=shown), message("retire"), "")
    return []


def missing_head(tokens: list[Token]) -> str | None:
    """The word that still has to end the condition of a block; None where there is none such."""
    last = next((one.type for one in reversed(tokens) if one.type in WAITING), "")
    return HEAD_OF.get(last)


def with_currency(tokens: list[Token], token: Token) -> Span:
    """The range of a strange character; the ``R`` of ``R$`` belongs to it, and is no name."""
    before = tokens[-1] if tokens and str(token) == "$" else None
    if before is None or before.end_pos != token.start_pos or before.upper() not in CURRENCIES:
        return span_of(token)
    return Span(tokens.pop().start_pos, token.end_pos)


MENDERS: Mapping[str, Callable[[Scan, Token], list[Token]]] = {
    "OPEN_COMMENT": open_comment,
    "CLOSE_COMMENT": closed_comment,
    "LINE_COMMENT": line_comment,
    "BRACES": braces,
    "OPEN_TEXT": open_text,
    "CURLED_TEXT": curled_text,
    "WRONG_NUMBER": wrong_number,
    "WRONG_OPERATOR": wrong_operator,
    "STRANGE": strange,
}
"""Token types no valid formula has, and what each does."""


class Keywords:
    """The least that the parsing library needs after its lexer: keyword types, faulty words kept as they are."""

    always_accept = tuple(MENDERS)

    def process(self, stream: Iterable[Token]) -> Iterator[Token]:
        """Give keywords their type."""
        for token in stream:
            if token.type == "NAME":
                token.type = KEYWORDS.get(token.upper(), "NAME")
            yield token
