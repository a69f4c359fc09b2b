"""The session on a terminal: the one room of prompt_toolkit.

Enter goes on with a new line while the text cannot be whole, and runs it otherwise; an empty last line always runs it.
Nothing here loads the engine before the first prompt shows; see :mod:`repl.terminal.waiting`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus
from prompt_toolkit.formatted_text import AnyFormattedText, FormattedText
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.color_depth import ColorDepth as Depth
from prompt_toolkit.shortcuts import CompleteStyle, print_formatted_text
from prompt_toolkit.styles import Style

from formula.diagnostics import in_language
from repl.messages import message
from repl.session.history import append_history, history_path, read_history
from repl.showing.answers import DIM, Answer, Line
from repl.showing.colours import COLOURS
from repl.showing.console import FINE
from repl.terminal.pages import goes_on, in_pages, rows_of, screen_size
from repl.terminal.script import GREETING, prompt_of
from repl.terminal.waiting import Bench

if TYPE_CHECKING:
    from repl.session.session import Session

Fragments = list[tuple[str, str]]
"""Pieces of a line as (style, text)."""

STYLE = Style.from_dict({**COLOURS, "bottom-toolbar": COLOURS["toolbar"]})
INDENT = "  "


class Colours(Lexer):
    """Formulas by word, commands as a whole."""

    def __init__(self, bench: Bench) -> None:
        """The bench keeps the words from key to key."""
        self.bench = bench

    def lex_document(self, document: Document) -> Callable[[int], Any]:
        """A function from line number to coloured pieces."""
        if not document.text:
            return lambda _: []
        if document.text.lstrip().startswith(":"):
            lines = document.lines
            return lambda number: [("class:command", lines[number])] if number < len(lines) else []
        from repl.showing.highlighting import painter

        return painter(document.text, self.bench.typed)


class Proposals(Completer):
    """The session's proposals for the word at the cursor."""

    def __init__(self, bench: Bench) -> None:
        """Proposals follow the session's context."""
        self.bench = bench

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """At the cursor; with nothing typed only when asked by Tab."""
        from repl.session.proposing import COMMAND, proposals

        found = proposals(self.bench.session, document.text, document.cursor_position, self.bench.typed)
        typed = document.cursor_position - found.span.start
        if not typed and not complete_event.completion_requested:
            return
        for one in found.proposals:
            yield Completion(
                one.insert,
                start_position=-typed,
                display=one.label,
                display_meta=in_language(one.detail or one.help, self.bench.language),
                style="class:command" if one.kind == COMMAND else "",
            )

    async def get_completions_async(self, document: Document, complete_event: CompleteEvent) -> AsyncGenerator[Completion, None]:
        """The same; nothing here waits."""
        for one in self.get_completions(document, complete_event):
            yield one


class KeptHistory(InMemoryHistory):
    """History that is read at the start and added to at each input; see :mod:`repl.session.history`."""

    def __init__(self, environment: Any) -> None:
        """Read what earlier sessions left."""
        self.path = history_path(environment)
        super().__init__(read_history(self.path))

    def store_string(self, string: str) -> None:
        """Keep one input."""
        super().store_string(string)
        append_history(self.path, string)


def converse(bench: Bench, keyboard: Input | None = None, screen: Output | None = None) -> int:
    """Prompt, answer, until Ctrl-D or ``:sair``. ``keyboard`` and ``screen`` default to the terminal."""
    prompt = prompt_for(bench, keyboard, screen)
    show(greeting(), bench.language, screen)
    while True:
        try:
            text = prompt.prompt(lambda: prompt_text(bench.opened))
        except KeyboardInterrupt:
            if bench.session.question is not None or bench.session.pending:
                show(bench.session.interrupt(), bench.language, screen)
            continue
        except EOFError:
            if bench.opened is None or bench.opened.debugger is None:
                return FINE
            bench.opened.debugger = None
            continue
        if not respond(bench.session, text, screen, keyboard):
            return FINE


def respond(session: Session, text: str, screen: Output | None, keyboard: Input | None = None) -> bool:
    """Feed one input and show the answer; False at the end. Ctrl-C stops a run and keeps the session."""
    try:
        from repl.session.feeding import feed_whole

        given = feed_whole(session, text)
    except KeyboardInterrupt:
        given = session.interrupt()
    if given.whole_screen:
        from repl.terminal.screen import travel

        travel(session, keyboard, screen)
        return True
    show(given, session.language, screen)
    return not given.leave


def prompt_for(bench: Bench, keyboard: Input | None, screen: Output | None) -> PromptSession[str]:
    """The prompt with its keys, colours, completion and history. The engine loads once the prompt shows."""
    made: PromptSession[str] = PromptSession(
        lexer=Colours(bench),
        completer=Proposals(bench),
        complete_style=CompleteStyle.COLUMN,
        complete_while_typing=True,
        auto_suggest=AutoSuggestFromHistory(),
        history=KeptHistory(os.environ),
        key_bindings=keys(bench),
        multiline=True,
        prompt_continuation=continuation,
        bottom_toolbar=lambda: FormattedText(toolbar(bench)),
        style=STYLE,
        color_depth=depth(),
        enable_history_search=False,
        search_ignore_case=True,
        mouse_support=False,
        include_default_pygments_style=False,
        input=keyboard,
        output=screen,
    )
    shown = made.app.after_render

    def prepare(_app: Application[str]) -> None:
        shown.remove_handler(prepare)
        bench.prepare()

    shown.add_handler(prepare)
    return made


def depth() -> ColorDepth | None:
    """No colours where the person wants none."""
    return Depth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None


def prompt_text(session: Session | None) -> FormattedText:
    """Where one is, before what one types."""
    return FormattedText([("class:prompt", prompt_of(session))])


def continuation(width: int, line_number: int, wrap_count: int) -> AnyFormattedText:
    """Before every further line of an input."""
    del line_number, wrap_count
    return FormattedText([("class:dim", "." * max(width - 1, 0) + " ")])


def greeting() -> Answer:
    """The first lines."""
    return Answer((Line(GREETING, DIM),))


def show(given: Answer, language: str, screen: Output | None) -> None:
    """Print an answer in colour, words wrapped; on a terminal a page at a time."""
    width, height = screen_size() if screen is None else (screen.get_size().columns, screen.get_size().rows)
    rows = list(rows_of(given, language, width))
    left = len(rows)
    for page in in_pages(rows, height if screen is None and sys.stdout.isatty() else left + 2):
        for style, text in page:
            print_formatted_text(
                FormattedText([(f"class:{style}", text)]),
                style=STYLE,
                color_depth=depth(),
                output=screen,
                include_default_pygments_style=False,
            )
        left -= len(page)
        if left and not goes_on(left, language, STYLE):
            return


def toolbar(bench: Bench) -> Fragments:
    """The signature of the call being typed, its argument marked; else what the keys do."""
    from prompt_toolkit.application.current import get_app

    buffer = get_app().current_buffer
    keys_help = message("Enter executa · Tab completa · Alt+Enter nova linha · Ctrl-R procura")
    if bench.opened is not None and bench.opened.debugger is not None:
        keys_help = message("passo · volta · segue · linha N · pare N · vigie EXPR · ajuda mostra as palavras · sair")
    found = None
    if buffer.text:
        from repl.session.proposing import signature

        found = signature(bench.session, buffer.text, buffer.cursor_position, bench.typed)
    if found is None:
        return [("class:dim", " " + in_language(keys_help, bench.language))]
    row = found.row
    pieces: Fragments = [("class:call", f" {row.name}(")]
    for at, argument in enumerate(row.arguments):
        here = at == min(found.argument, len(row.arguments) - 1)
        pieces.append(("", ", " if at else ""))
        pieces.append(("class:value" if here else "", f"{argument.name}: {argument.kind_name}"))
    pieces.append(("class:call", f") → {row.result_name}"))
    pieces.append(("class:dim", "  " + in_language(row.help, bench.language)))
    return pieces


def keys(bench: Bench) -> KeyBindings:
    """Enter, Alt+Enter and the closing of blocks."""
    bound = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)  # not in the line of a search, where Enter takes what was found

    @bound.add("enter", filter=typing)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
            buffer.complete_state = None
            return
        document = buffer.document
        if bench.session.question is not None or ready(document):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n" + indentation(document))

    @bound.add("escape", "enter", filter=typing)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n" + indentation(event.current_buffer.document))

    return bound


def ready(document: Document) -> bool:
    """Whether Enter runs the text: it is whole, or the cursor is on an empty last line of it."""
    from formula.editing.typed_words import wants_more

    text = document.text
    if text.lstrip().startswith(":") or not wants_more(text):
        return True
    return document.is_cursor_at_the_end and "\n" in text and not document.current_line.strip()


OPENING = ("ENTAO", "ENTÃO", "SENAO", "SENÃO", "REPITA", "FACA", "FAÇA")


def indentation(document: Document) -> str:
    """Blanks for a new line: those of the present one, and more after a word that opens a block."""
    line = document.current_line_before_cursor
    blanks = line[: len(line) - len(line.lstrip())]
    words = line.strip().upper().split()
    return blanks + (INDENT if words and words[-1] in OPENING else "")
