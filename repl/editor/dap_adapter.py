"""What a debug adapter knows of one editor's debugging, and what it tells. Every request gets an answer: what cannot be done is
refused in words. The requests themselves stand in :mod:`repl.editor.dap`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import attrs

from formula import values
from formula.diagnostics import FormulaError, in_language
from formula.messages import Message
from formula.runtime.record import Record
from formula.source import Source
from repl.editor.dap_journey import (
    Breakpoint,
    Journey,
    Stopped,
)
from repl.editor.dap_launch import Launched, no_formula
from repl.messages import message
from repl.session.timeline import Spot
from repl.showing.console import Refusal
from repl.showing.outcomes import outcome_lines
from routing.errors import RoutingError, WorkspaceError
from routing.failures import Failure

THREAD = 1
"""A formula runs in one thread; its number."""

Arguments = Mapping[str, Any]
Body = dict[str, Any] | None


@attrs.define(eq=False)
class Adapter:
    """One editor's debugging. ``send`` takes a message without its number, ``requests`` are what it may ask."""

    send: Callable[[dict[str, Any]], None]
    requests: Mapping[str, Callable[[Adapter, Arguments], Body]]
    language: str = "pt"
    first_line: int = 1
    first_column: int = 1
    initialized: bool = False
    configured: bool = False
    leaving: bool = False
    ended: bool = False
    launched: Launched | None = None
    journey: Journey | None = None
    arguments: Any = None
    points: dict[str, list[Breakpoint]] = attrs.field(factory=dict)
    filters: frozenset[str] = frozenset()
    numbers: int = 0
    texts: list[Source] = attrs.field(factory=list)
    shown: list[Callable[[], list[dict[str, Any]]]] = attrs.field(factory=list)
    finished_legs: int = 0
    later: list[Callable[[], None]] = attrs.field(factory=list)

    # -- talking ---------------------------------------------------------------------------------

    def say(self, sentence: str) -> str:
        """A sentence in the editor's language."""
        return in_language(sentence, self.language)

    def event(self, name: str, body: Mapping[str, Any] | None = None) -> None:
        """Tell the editor something."""
        self.send({"type": "event", "event": name, **({"body": body} if body is not None else {})})

    def output(self, text: str, category: str = "stdout", **more: Any) -> None:
        """A line for the editor's console."""
        self.event("output", {"category": category, "output": self.say(text) + "\n", **more})

    def take(self, told: Mapping[str, Any]) -> None:
        """Answer one message."""
        command, number = told.get("command"), told.get("seq")
        if told.get("type") != "request" or not isinstance(command, str):
            self.refuse(number, command, message("isto não é um pedido do protocolo"))
            return
        arguments = told.get("arguments", {})
        if arguments is None:
            arguments = {}
        act = self.requests.get(command)
        if act is None:
            self.refuse(number, command, message("o pedido '{nome}' não existe aqui", nome=command[:100]))
            return
        if not isinstance(arguments, dict):
            self.refuse(number, command, message("os argumentos de '{nome}' devem ser um objeto", nome=command))
            return
        if not self.initialized and command not in {"initialize", "disconnect"}:
            self.refuse(number, command, message("o primeiro pedido deve ser initialize"))
            return
        try:
            body = act(self, arguments)
        except Refusal as refusal:
            self.refuse(number, command, refusal.sentence, refusal.hint)
        except FormulaError as error:
            self.refuse(number, command, faults_of(error, self.language))
        except WorkspaceError as error:
            found = [f"{path}: {self.say(one.message)}" for path, faults in error.files for one in faults]
            self.refuse(number, command, "\n".join(found) or str(error))
        except Failure as failure:
            self.refuse(number, command, failure.message, failure.hint)
        except RoutingError as error:
            self.refuse(number, command, str(error))
        else:
            self.send(
                {
                    "type": "response",
                    "request_seq": number if isinstance(number, int) else 0,
                    "success": True,
                    "command": command,
                    **({"body": body} if body is not None else {}),
                }
            )
            after, self.later = self.later, []
            for one in after:
                one()

    def refuse(self, number: Any, command: Any, sentence: str, hint: str | None = None) -> None:
        """A request that cannot be done."""
        said = self.say(sentence)
        if hint:
            said = f"{said}. {self.say(hint)}"
        self.later = []
        self.send(
            {
                "type": "response",
                "request_seq": number if isinstance(number, int) and not isinstance(number, bool) else 0,
                "success": False,
                "command": command if isinstance(command, str) else "",
                "message": said,
                "body": {"error": {"id": 1, "format": said.replace("{", "(").replace("}", ")"), "showUser": True}},
            }
        )

    # -- the life of a run -----------------------------------------------------------------------

    def go(self) -> Journey:
        """The run that is travelled. Raises Refusal when there is none."""
        if self.journey is None or not self.configured:
            raise Refusal(message("nada está em execução"), message("envie launch e configurationDone antes"))
        if self.ended:
            raise Refusal(message("a execução já terminou"))
        return self.journey

    def begin(self) -> None:
        """Start once both the run and the breakpoints are there."""
        if self.journey is None or self.launched is None or not self.configured or self.journey.place >= 0:
            return
        wanted = self.arguments
        nothing = no_formula(self.launched)
        if nothing is not None:
            self.output(nothing, "console")
            self.finish()
            return
        self.give_points()
        self.moved(-1, self.journey.start(entry=wanted.stopOnEntry and not wanted.noDebug))

    def give_points(self) -> None:
        """Let the run know where to stop."""
        if self.journey is not None:
            debugging = not self.arguments.noDebug
            self.journey.breakpoints = [one for each in self.points.values() for one in each] if debugging else []
            self.journey.filters = self.filters if debugging else frozenset()

    def moved(self, before: int, stopped: Stopped) -> None:
        """Tell where the run is now: what log points said on the way, what ended, and why it stands."""
        journey = self.journey
        assert journey is not None
        self.shown.clear()
        for place, text in journey.logged(before, stopped.place):
            self.output(text, "console", **self.where(journey.spot(place)))
        if stopped.reason == "end":
            self.tell_ends(len(journey.legs))
            if self.arguments.stopOnEnd and not self.arguments.noDebug and before < journey.end:
                self.stop_event("end", message("fim"), ())
                return
            self.finish()
            return
        self.tell_ends(journey.leg_at(stopped.place))
        if stopped.reason == "exception":
            outcome = journey.legs[journey.leg_at(stopped.place)].record.outcome
            self.stop_event("exception", ending(outcome.status), (), text=self.say(outcome.message or ""))
            return
        self.stop_event(stopped.reason, REASONS[stopped.reason], stopped.breakpoints)

    def stop_event(self, reason: str, said: Message, breakpoints: Iterable[int], **more: Any) -> None:
        """The run stands."""
        numbers = list(breakpoints)
        self.event(
            "stopped",
            {
                "reason": "pause" if reason == "end" else reason,
                "description": self.say(said),
                "threadId": THREAD,
                "allThreadsStopped": True,
                **({"hitBreakpointIds": numbers} if numbers else {}),
                **more,
            },
        )

    def tell_ends(self, until: int) -> None:
        """What the runs before a number came to, each told once."""
        journey = self.journey
        assert journey is not None
        for leg in journey.legs[self.finished_legs : until]:
            outcome = leg.record.outcome
            head = f"{leg.title}: " if len(journey.legs) > 1 else ""
            lines = [self.say(line.text) for line in outcome_lines(outcome, leg.record.source, self.language, leg.record)]
            said = "\n".join(lines) or self.say(message("Vazio"))
            self.output(head + said, "stdout" if outcome.status == "ok" else "stderr", data=values.as_json(outcome.value))
        self.finished_legs = max(self.finished_legs, until)

    def finish(self) -> None:
        """The run is over."""
        if self.ended:
            return
        self.ended = True
        code = 0
        if self.launched is not None:
            if self.launched.plan is not None:
                self.tell_plan(self.launched)
            wrong = any(leg.record.outcome.status != "ok" for leg in self.launched.legs)
            refused = self.launched.plan is not None and self.launched.plan.status != "planned"
            code = int(wrong or refused)
        self.event("exited", {"exitCode": code})
        self.event("terminated")

    def stop_now(self) -> None:
        """End without telling what did not happen."""
        if not self.ended:
            self.ended = True
            self.event("terminated")

    def tell_plan(self, launched: Launched) -> None:
        """What the move came to."""
        from repl.showing.plans import plan_lines

        lines = [self.say(line) for line in plan_lines(launched.plan, launched.site, why=False)]
        self.output("\n".join(lines), "stdout" if launched.plan.status == "planned" else "stderr")

    # -- places ----------------------------------------------------------------------------------

    def source_of(self, record: Record) -> dict[str, Any]:
        """The editor's name of a formula's text: a file, or a number by which its text can be asked for."""
        path = self.launched.path_of(record) if self.launched is not None else None
        if path is not None:
            return {"name": Path(path).name, "path": path}
        known = next((at for at, one in enumerate(self.texts, 1) if one.text == record.source.text), None)
        if known is None:
            self.texts.append(record.source)
            known = len(self.texts)
        return {"name": record.source.name, "sourceReference": known}

    def key_of(self, record: Record) -> str:
        """The key under which breakpoints of a formula are kept."""
        return key_of_source(self.source_of(record))

    def where(self, spot: Spot) -> dict[str, Any]:
        """Source, line and column of a place."""
        record = spot.record
        if not len(record):
            return {"source": self.source_of(record), "line": self.first_line, "column": self.first_column}
        span = record.point(min(spot.done, len(record) - 1)).span
        start = record.source.position(span.start)
        return {
            "source": self.source_of(record),
            "line": start.line - 1 + self.first_line,
            "column": start.column - 1 + self.first_column,
        }

    def frame(self, arguments: Arguments) -> Spot:
        """The frame that a request names; the innermost without one. Raises Refusal."""
        frames = self.go().frames()
        number = whole(arguments, "frameId", 1)
        if not 1 <= number <= len(frames):
            raise Refusal(message("não há este quadro"), message("peça stackTrace de novo"))
        return frames[number - 1]

    def reference(self, make: Callable[[], list[dict[str, Any]]]) -> int:
        """A number by which the editor may ask for variables until the run moves."""
        self.shown.append(make)
        return len(self.shown)


REASONS: dict[str, Message] = {
    "entry": message("início"),
    "step": message("passo"),
    "breakpoint": message("parada"),
    "pause": message("pausa"),
}


def ending(status: str) -> Message:
    """What ended a run."""
    return message("falha") if status == "fault" else message("parou em ANALISAR")


def faults_of(error: FormulaError, language: str) -> str:
    """A formula's faults, each with its place."""
    from repl.showing.faults import faults_text

    return faults_text(error.source, list(error.diagnostics), language)


# -- arguments -------------------------------------------------------------------------------------


def whole(arguments: Arguments, name: str, default: int | None = None) -> int:
    """A number of a request. Raises Refusal."""
    value = arguments.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(message("'{nome}' deve ser um número inteiro", nome=name))
    return value


def text_of(arguments: Arguments, name: str, default: str | None = None) -> str:
    """A text of a request. Raises Refusal."""
    value = arguments.get(name, default)
    if not isinstance(value, str):
        raise Refusal(message("'{nome}' deve ser um texto", nome=name))
    return value


def table_of(arguments: Arguments, name: str) -> dict[str, Any]:
    """An object of a request. Raises Refusal."""
    value = arguments.get(name)
    if not isinstance(value, dict):
        raise Refusal(message("'{nome}' deve ser um objeto", nome=name))
    return value


def tables_of(arguments: Arguments, name: str) -> list[dict[str, Any]]:
    """A list of objects of a request; none when absent. Raises Refusal."""
    value = arguments.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Refusal(message("'{nome}' deve ser uma lista de objetos", nome=name))
    return value


def key_of_source(source: Mapping[str, Any]) -> str:
    """A file by its real path, another text by its number. Raises Refusal."""
    number = source.get("sourceReference")
    if isinstance(number, int) and not isinstance(number, bool) and number > 0:
        return f"#{number}"
    path = source.get("path")
    if not isinstance(path, str) or not path:
        raise Refusal(message("'{nome}' deve dizer um arquivo", nome="source"))
    if path.startswith("file:"):
        path = unquote(urlsplit(path).path)
    try:
        return str(Path(path).resolve())
    except (OSError, ValueError, RuntimeError):
        raise Refusal(message("'{nome}' deve dizer um arquivo", nome="source")) from None
