"""Time travel on the whole screen: source, variables and effects in panes, one key a move. Runs on prompt_toolkit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import has_focus
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import HSplit, Layout, VSplit, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.mouse_events import MouseEvent, MouseEventType
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from formula.diagnostics import in_language
from repl.messages import message
from repl.session.debugging import (
    caller_lines,
    carry_out,
    current_line,
    effect_lines,
    head_line,
    here,
    variable_lines,
    watch_lines,
)
from repl.session.session import Session
from repl.showing.answers import Answer, Line
from repl.showing.colours import COLOURS
from repl.showing.highlighting import Fragments, painter

KEYS: Mapping[str, str] = {
    "right": "passo", "down": "passo", "space": "passo", "left": "volta", "up": "volta",
    "n": "porcima", "p": "volta porcima", "f": "fora", "c": "segue", "r": "volta segue",
    "u": "retorne", "U": "volta retorne",
    "?": "ajuda", "h": "ajuda",
    "home": "inicio", "end": "fim", "pagedown": "passo 10", "pageup": "volta 10",
}  # fmt: skip
"""A key and the debugger's words it stands for."""

HELP = message("← → passo · n p por cima · f fora · u retorna · c r parada · Home End · : comando · q sai · mouse: linha, número")

Fragment = tuple[str, str, Callable[[MouseEvent], object]]
"""Style, text, and what the mouse does there."""


def travel(session: Session, keyboard: Input | None = None, screen: Output | None = None) -> None:
    """Show the screen until ``q``; the position stays with the session's debugger."""
    Screen(session).application(keyboard, screen).run()


def share(weight: int) -> Dimension:
    """A width that follows from the terminal's, not from what stands in the pane."""
    return Dimension(weight=weight, preferred=1)


class Screen:
    """The panes and what they show."""

    def __init__(self, session: Session) -> None:
        """Begin where the debugger stands."""
        self.session = session
        self.said: tuple[Line, ...] = ()
        self.paints: dict[str, tuple[Callable[[int], Fragments], int]] = {}
        self.command = Buffer(multiline=False, accept_handler=self.accept)
        self.entry = Window(BufferControl(self.command), height=1)
        self.source = Window(FormattedTextControl(self.source_text, focusable=True), wrap_lines=False, width=share(3))

    def application(self, keyboard: Input | None, screen: Output | None) -> Application[None]:
        """The full-screen program."""
        right = HSplit(
            [
                Window(FormattedTextControl(self.state_text), wrap_lines=True),
                Window(height=1, char="─"),
                Window(FormattedTextControl(self.said_text), wrap_lines=True, height=Dimension(min=3, max=12)),
            ],
            width=share(2),
        )
        whole = HSplit(
            [
                Window(FormattedTextControl(self.head_text), height=1),
                VSplit([self.source, Window(width=1, char="│"), right]),
                VSplit([Window(FormattedTextControl([("class:prompt", ": ")]), width=2), self.entry]),
                Window(FormattedTextControl(lambda: [("class:dim", self.text(HELP))]), wrap_lines=True, dont_extend_height=True),
            ]
        )
        return Application(
            layout=Layout(whole, focused_element=self.source),
            key_bindings=self.keys(),
            style=Style.from_dict(dict(COLOURS)),
            full_screen=True,
            mouse_support=True,
            input=keyboard,
            output=screen,
        )

    def text(self, sentence: str) -> str:
        """A sentence in the reader's language."""
        return in_language(sentence, self.session.language)

    def fragments(self, lines: tuple[Line, ...]) -> FormattedText:
        """Lines with their styles."""
        return FormattedText([(f"class:{line.style}", self.text(line.text) + "\n") for line in lines])

    def head_text(self) -> FormattedText:
        """Where one stands."""
        line = head_line(here(self.session))
        return FormattedText([(f"class:{line.style}", self.text(line.text))])

    def state_text(self) -> FormattedText:
        """Variables, effects, watches."""
        place = here(self.session)
        return self.fragments((*caller_lines(place), *variable_lines(place), *effect_lines(place.effects()), *watch_lines(place)))

    def said_text(self) -> FormattedText:
        """What the latest command answered, when it was no move."""
        return self.fragments(self.said)

    def source_text(self) -> FormattedText:
        """The lines around the current one in the window's height, coloured, the current one marked."""
        place = here(self.session)
        spot, stops = place.spot, place.stop_lines()
        current = current_line(spot)
        text = spot.record.source.text
        paint, count = self.painted(text)
        info = self.source.render_info
        height = info.window_height if info is not None else 20
        first = max(1, min(current - height // 2, count - height + 1))
        made: list[Fragment] = []
        for line in range(first, min(count, first + height - 1) + 1):
            now, go, turn = line == current, self.pointed(f"linha {line}", f"volta linha {line}"), self.pointed(f"pare {line}")
            mark = ("►" if now else " ") + ("●" if line in stops else " ")
            made.append(("class:current" if now else "class:dim", f"{mark}{line:4}  ", turn))
            made += [(f"{style} class:current" if now else style, piece, go) for style, piece in paint(line - 1)]
            made.append(("", "\n", go))
        return FormattedText(made)

    def pointed(self, *words: str) -> Callable[[MouseEvent], object]:
        """What the mouse does on a line: a click tries words in turn until one moves, the wheel is a step."""

        def handle(event: MouseEvent) -> object:
            if event.event_type is MouseEventType.SCROLL_DOWN:
                self.do("passo")
            elif event.event_type is MouseEventType.SCROLL_UP:
                self.do("volta")
            elif event.event_type is MouseEventType.MOUSE_UP:
                for one in words:
                    if self.do(one).lines[:1] == (head_line(here(self.session)),):
                        break
            else:
                return NotImplemented
            return None

        return handle

    def painted(self, text: str) -> tuple[Callable[[int], Fragments], int]:
        """The colours of a text and how many lines it has, kept from key to key."""
        if text not in self.paints:
            self.paints[text] = painter(text), len(text.splitlines())
        return self.paints[text]

    def do(self, words: str) -> Answer:
        """Carry out some words; a page that only repeats the panes is not shown again."""
        answer = carry_out(self.session, words)
        moved = bool(answer.lines) and self.session.debugger is not None and answer.lines[0] == head_line(here(self.session))
        self.said = () if moved else answer.lines
        return answer

    def accept(self, buffer: Buffer) -> bool:
        """A typed command; afterwards keys move again."""
        from prompt_toolkit.application.current import get_app

        if buffer.text.strip():
            self.do(buffer.text.strip())
        if self.session.debugger is None:
            get_app().exit()
        else:
            get_app().layout.focus(self.source)
        return False

    def keys(self) -> KeyBindings:
        """One key a move; ``:`` types a command, Escape gives it up, ``q`` leaves."""
        bound = KeyBindings()
        moving = has_focus(self.source)
        for key, words in KEYS.items():
            bound.add(key, filter=moving)(self.mover(words))

        @bound.add(":", filter=moving)
        def _(event: KeyPressEvent) -> None:
            event.app.layout.focus(self.entry)

        @bound.add("escape", filter=~moving, eager=True)
        def _(event: KeyPressEvent) -> None:
            self.command.reset()
            event.app.layout.focus(self.source)

        @bound.add("q", filter=moving)
        @bound.add("c-d")
        @bound.add("c-c")
        def _(event: KeyPressEvent) -> None:
            event.app.exit()

        return bound

    def mover(self, words: str) -> Callable[[KeyPressEvent], None]:
        """What a key does."""

        def move(_event: KeyPressEvent) -> None:
            self.do(words)

        return move
