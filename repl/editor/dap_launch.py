"""What a debug adapter is asked to launch: a formula in a context or for a ticket, or all formulas of a move."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

import formula
from formula.diagnostics import FormulaError
from formula.messages import Message
from formula.runtime.record import Record
from repl.editor.dap_journey import Leg
from repl.messages import message
from repl.session.surroundings import Surroundings, context_for, limits_of, surroundings
from repl.showing.console import Console, Refusal, clock, read_text
from repl.showing.plugin_names import UNKNOWN, with_plugins

TEXTS = ("program", "text", "context", "workspace", "ticket", "action", "to", "actor", "justification", "cwd")
FLAGS = ("stopOnEntry", "stopOnEnd", "lenient", "noDebug")


@attrs.frozen
class Wanted:
    """The arguments of a launch; paths are taken from ``cwd``."""

    program: str = ""
    text: str = ""
    context: str = ""
    workspace: str = ""
    ticket: str = ""
    action: str = ""
    to: str = ""
    actor: str = ""
    justification: str = ""
    cwd: str = ""
    reason: int | None = None
    limits: tuple[str, ...] = ()
    stopOnEntry: bool = False  # noqa: N815 - the protocol's name
    stopOnEnd: bool = False  # noqa: N815 - as above
    lenient: bool = False
    noDebug: bool = False  # noqa: N815 - as above

    def path(self, text: str) -> str:
        """A path from the folder that the editor named; a database's URL stays."""
        return text if "://" in text else str(Path(self.cwd, text).absolute())


@attrs.frozen(eq=False)
class Launched:
    """The runs to go through. ``root`` is the workspace's folder; ``plan`` is there when a move was asked for, ``site`` when there
    is a workspace."""

    legs: list[Leg]
    main: str = ""
    root: Path | None = None
    site: Any = None
    plan: Any = None

    def path_of(self, record: Record) -> str | None:
        """The file of a run's formula; None when its text stands elsewhere."""
        name = record.source.name
        if self.main and name == self.main:
            return name
        if self.root is None or self.site is None or name.upper() not in self.site.formulas:
            return None
        return str((self.root / self.site.formulas[name.upper()].path).absolute())


def wanted_of(arguments: Mapping[str, Any]) -> Wanted:
    """The arguments of a launch, those of other programs left out. Raises Refusal for a value of the wrong kind."""
    given: dict[str, Any] = {}
    for name, value in arguments.items():
        if value is None:
            continue
        if name in TEXTS and not isinstance(value, str):
            raise Refusal(message("'{nome}' deve ser um texto", nome=name))
        if name in FLAGS and not isinstance(value, bool):
            raise Refusal(message("'{nome}' deve ser true ou false", nome=name))
        if name == "limits":
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise Refusal(message("'{nome}' deve ser uma lista de textos", nome=name))
            given[name] = tuple(value)
        elif name == "reason":
            if isinstance(value, bool) or not isinstance(value, int):
                raise Refusal(message("'{nome}' deve ser um número inteiro", nome=name))
            given[name] = value
        elif name in TEXTS or name in FLAGS:
            given[name] = value
    wanted = Wanted(**given)
    if not (wanted.program or wanted.text or (wanted.workspace and wanted.ticket)):
        raise Refusal(
            message("falta dizer o que depurar"),
            message("dê 'program' (um arquivo .formula), ou 'workspace' e 'ticket' para as fórmulas de um movimento"),
        )
    return wanted


def launch(wanted: Wanted, console: Console) -> Launched:
    """Record what is asked for. Raises Refusal, FormulaError, RoutingError; the desk of a workspace is closed again."""
    around = surroundings(
        console,
        wanted.path(wanted.context) if wanted.context else None,
        wanted.path(wanted.workspace) if wanted.workspace else None,
        wanted.ticket or None,
    )
    try:
        root = None if not wanted.workspace or "://" in wanted.workspace else Path(wanted.path(wanted.workspace))
        if wanted.program or wanted.text:
            return of_formula(wanted, around, root)
        return of_move(wanted, around, root)
    finally:
        if around.desk is not None:
            around.desk.close()


def of_formula(wanted: Wanted, around: Surroundings, root: Path | None) -> Launched:
    """One formula: a file, a code of the workspace, or a text."""
    name, text = program_of(wanted, around, root)
    context = around.context
    if context.now is None:
        context = attrs.evolve(context, now=clock(around.zone))
    limits = limits_of(wanted.limits)
    lenient, schema = wanted.lenient or around.lenient, around.schema
    try:
        rule = formula.compile(text, schema, lenient=lenient, name=name, limits=limits)
    except FormulaError as error:
        if around.site is not None or not any(fault.code in UNKNOWN for fault in error.diagnostics):
            raise
        schema = with_plugins(schema)
        rule = formula.compile(text, schema, lenient=lenient, name=name, limits=limits)
    leg = Leg(rule.record(context, limits), context, schema, Path(name).name)
    return Launched([leg], name, root, around.site)


def program_of(wanted: Wanted, around: Surroundings, root: Path | None) -> tuple[str, str]:
    """The name and the text of what runs."""
    if wanted.text:
        return "<texto>", wanted.text
    path = wanted.path(wanted.program)
    known = around.site.formulas.get(wanted.program.upper()) if around.site is not None else None
    if known is not None and root is not None and not Path(path).is_file():
        path = str((root / known.path).absolute())
    return path, read_text(path)[0]


def of_move(wanted: Wanted, around: Surroundings, root: Path | None) -> Launched:
    """All formulas of a move, in their order, as it would go now; nothing is written."""
    from repl.session.tickets import words_of_action
    from repl.showing.plans import request_of
    from routing.deciding.formulas import Told

    desk, ticket, site = around.desk, around.ticket, around.site
    action, rest = words_of_action(wanted.action or "advance")
    given = {
        "action": action,
        "to": wanted.to or rest,
        "actor": wanted.actor or None,
        "reason": wanted.reason,
        "justification": wanted.justification,
    }
    plan = desk.plan(ticket.key, request_of(given, ticket, desk.site), clock(around.zone))
    context = attrs.evolve(context_for(desk, ticket), now=plan.now)
    schema = around.schema
    legs = [Leg(part.record, context, schema, part.record.source.name) for part in plan.explanation.parts if isinstance(part, Told)]
    return Launched(legs, "", root, site, plan)


def no_formula(launched: Launched) -> Message | None:
    """What is to be said when no formula decides a move."""
    return message("nenhuma fórmula decide este movimento") if not launched.legs else None
