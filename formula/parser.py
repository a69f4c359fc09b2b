"""From text to tree (language, rules L1–O6). The one room of the parsing library, which loads at the first parse."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from functools import lru_cache
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

import attrs

from formula.codes.table import report
from formula.collector import no_collection
from formula.diagnostics import Diagnostic
from formula.limits import DEFAULT, Limits
from formula.mending.pasting import Cleaned, as_meant, placed
from formula.messages import message
from formula.reading.lexer import Keywords, Scan, scan
from formula.reading.machine import Automaton
from formula.reading.tokens import Token
from formula.reading.tree import Formula
from formula.source import Source, Span

if TYPE_CHECKING:
    from lark import Lark
    from lark.lexer import BasicLexer


@attrs.frozen
class Parsed:
    """What a text says.

    ``tree`` is None when no tree could be made; with errors it is a repaired one, good for finding further faults,
    never for running. ``doubtful`` are ranges whose meaning was guessed, ``repaired`` says that the tree has words the
    author did not write: see :meth:`believes`.
    """

    source: Source
    tree: Formula | None
    diagnostics: list[Diagnostic]
    doubtful: tuple[Span, ...] = ()
    repaired: bool = False

    def believes(self, fault: Diagnostic) -> bool:
        """Whether a later pass's fault stands by itself, and is no echo of one that the parser told."""
        if self.repaired and fault.code in ECHOES:
            return False
        return not any(in_span(fault, span) for span in self.doubtful)


ECHOES = frozenset(
    {
        "variavel-sem-uso",
        "variavel-sem-valor",
        "pode-terminar-sem-valor",
        "laco-sem-fim",
        "codigo-inalcancavel",
        "condicao-constante",
        "ramo-nunca-tomado",
        "condicoes-sobrepostas",
        "muda-de-tipo",
        "mais-do-mesmo",
        "valor-sobrescrito",
    }
)
"""Faults about how a whole formula flows: in a mended text they say little."""


def parse(text: str, name: str = "<texto>", limits: Limits = DEFAULT) -> Parsed:
    """Read a formula. Never raises for what the author wrote; faults come in order of place."""
    foreign = foreign_layers(text, name, limits)
    if not foreign:
        return parse_plain(text, name, limits)
    told = parse_plain(foreign[-1].clean.text, name, limits).diagnostics
    return Parsed(foreign[0].source, None, placed(foreign, told))


def foreign_layers(text: str, name: str, limits: Limits) -> tuple[Cleaned, ...]:
    """What is foreign in a text, as :func:`as_meant` finds it; nothing is looked for in one that is too long."""

    def reads_well(given: str) -> bool:
        parsed = parse_plain(given, name, limits)
        return parsed.tree is not None and not parsed.diagnostics

    return as_meant(text, name, reads_well) if len(text) <= limits.source else ()


def parse_plain(text: str, name: str = "<texto>", limits: Limits = DEFAULT) -> Parsed:
    """Read a text in which nothing is foreign any more."""
    source = Source(text, name)
    if len(text) > limits.source:
        return Parsed(source, None, [too_long(source, limits)])
    with no_collection(len(text)):
        return parsed(source, limits)


def parsed(source: Source, limits: Limits) -> Parsed:
    """Read a text that is not too long."""
    text = source.text
    scanned = scan(source, words(text), words, limits)
    if scanned.stopped:
        return Parsed(source, None, sorted(scanned.diagnostics, key=by_place))
    tree = build(scanned.tokens)
    if tree is None:
        return repaired(scanned)
    whole = None if scanned.cut else tree
    guessed = tuple(scanned.doubtful)
    return Parsed(source, whole, sorted(scanned.diagnostics, key=by_place), guessed, repaired=bool(guessed))


def repaired(scanned: Scan) -> Parsed:
    """The faults of a text that the grammar refuses, and the tree of its mended tokens when there is one."""
    from lark.lexer import Token as LibraryToken

    from formula.mending.foreign_habits import HABITS
    from formula.mending.loose_words import LOOSE, LOOSE_FIRST
    from formula.mending.missing_ends import with_missing_ends
    from formula.mending.repairs import mend
    from formula.mending.slips import RECOGNISERS

    source = scanned.source
    size = len(source.text)
    machine = automaton()
    recognisers = LOOSE_FIRST + RECOGNISERS + LOOSE + HABITS
    end: Any = LibraryToken("$END", "", start_pos=size, end_pos=size)
    tokens, faults = mend(source, list(scanned.tokens), machine, end, recognisers)
    guess, told_before = with_missing_ends(source, scanned.tokens)
    if told_before:
        other, more = mend(source, guess, machine, end, recognisers)
        if other is not None and len(more) + len(told_before) <= len(faults):
            tokens, faults = other, told_before + more
    told = [fault for fault in faults if not any(in_span(fault, span) for span in scanned.doubtful)]
    tree = None if tokens is None or scanned.cut else build(tokens)
    return Parsed(source, tree, sorted(scanned.diagnostics + told, key=by_place), tuple(scanned.doubtful), repaired=True)


def in_span(fault: Diagnostic, span: Span) -> bool:
    """Whether a fault begins inside a range, its end included."""
    return span.start <= fault.span.start <= span.end


def by_place(fault: Diagnostic) -> tuple[int, int]:
    """Sort key of diagnostics."""
    return fault.span.start, fault.span.end


def too_long(source: Source, limits: Limits) -> Diagnostic:
    """The text is over the limit; it is not read at all."""
    return report(
        source,
        Span(limits.source, len(source.text)),
        "texto-longo",
        message("a fórmula tem {tamanho} caracteres; o limite é {limite}", tamanho=len(source.text), limite=limits.source),
        message("divida a fórmula em várias"),
    )


def words(text: str) -> Iterator[Token]:
    """The raw tokens of a text, without blanks and comments."""
    return read(lexer(), text)


def words_and_comments(text: str) -> Iterator[Token]:
    """The raw tokens of a text with its comments and blanks, for the printer and for highlighting."""
    return read(lexer(keep=True), text)


def read(words_of: BasicLexer, text: str) -> Iterator[Token]:
    """Run a lexer over a text. The library's part is untyped."""
    from lark.lexer import LexerThread

    thread: Any = LexerThread.from_text(words_of, text)
    tokens: Iterator[Token] = thread.lex(None)
    return tokens


def build(tokens: list[Token]) -> Formula | None:
    """The tree of correct tokens, None when the grammar refuses one."""
    tree: Formula | None = automaton().read(tokens)
    return tree


@lru_cache(maxsize=1)
def automaton() -> Automaton:
    """The grammar's table made ready."""
    table = grammar().parse_interactive("").parser_state.parse_conf
    return Automaton(table.states, table.start_state, table.end_state, table.callbacks)


@lru_cache(maxsize=2)
def lexer(keep: bool = False) -> BasicLexer:
    """The library's lexer; ``keep`` gives blanks and comments as tokens."""
    return grammar()._build_lexer(dont_ignore=keep)  # noqa: SLF001 - the library has no public door to its lexer alone


@lru_cache(maxsize=1)
def grammar() -> Lark:
    """The parser, from the saved table when that belongs to this grammar and library, else built from the grammar."""
    from lark import Lark

    try:
        saved = get_data(__name__, "grammar.bin") or b""
    except FileNotFoundError:
        saved = b""
    stamp, _, table = saved.partition(b"\n")
    if stamp == fingerprint():
        return Lark.load(io.BytesIO(table))
    return make_grammar()


def make_grammar() -> Lark:
    """Build the parser from the grammar file."""
    from lark import Lark

    from formula.reading.builder import Builder

    return Lark(
        grammar_text(),
        start="formula",
        parser="lalr",
        lexer="basic",
        keep_all_tokens=True,
        maybe_placeholders=False,
        postlex=Keywords(),
        transformer=Builder(),
    )


def save_grammar() -> bytes:
    """The saved table that goes into ``grammar.bin``."""
    made = io.BytesIO()
    make_grammar().save(made)
    return fingerprint() + b"\n" + made.getvalue()


def grammar_text() -> str:
    """The grammar file."""
    return (get_data(__name__, "grammar.lark") or b"").decode()


def fingerprint() -> bytes:
    """What the saved table depends on: grammar and library version."""
    import lark

    return hashlib.sha256(f"{lark.__version__}\n{grammar_text()}".encode()).hexdigest().encode()
