"""What a run from the command line or a session may see: a context file, or a workspace with a ticket of it."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from formula.context import Context
from formula.diagnostics import FormulaError
from formula.limits import DEFAULT, Limits
from formula.schema import Schema
from repl.messages import message
from repl.session.words import without_accents
from repl.showing.console import Console, Refusal, read_text
from repl.showing.plugin_names import with_plugins

if TYPE_CHECKING:
    from routing.domain.site import Site


@attrs.frozen
class Surroundings:
    """A context and the names it offers. ``desk`` and ``ticket`` are there when a workspace was given; ``zone`` is that of the
    workspace that was given, or that the context's file is in."""

    context: Context
    schema: Schema
    lenient: bool = False
    site: Site | None = None
    desk: Any = None
    ticket: Any = None
    zone: tzinfo | None = None


def surroundings(console: Console, context_path: str | None, workspace: str | None, ticket: str | None) -> Surroundings:
    """Read what was asked for. Raises Refusal, FormulaError (about a context file), RoutingError."""
    if workspace is not None and context_path is not None:
        raise Refusal(message("use --context ou --workspace, não os dois"))
    if ticket is not None and workspace is None:
        raise Refusal(message("--ticket precisa de --workspace"))
    if workspace is not None:
        return of_workspace(workspace, ticket)
    return of_file(console, context_path) if context_path is not None else Surroundings(Context(), Schema())


def of_file(console: Console, path: str) -> Surroundings:
    """A context file; what looks wrong in it but serves is said on stderr."""
    from repl.showing.faults import say_diagnostics
    from routing.workspace.contexts import ContextFault, read_context
    from routing.workspace.working_time import zone_of

    text, _ = read_text(path)
    try:
        zone = zone_of(Path(path).absolute())
        given = read_context(text, path, zone)
    except ContextFault as fault:
        raise FormulaError(fault.diagnostics, fault.source) from fault
    say_diagnostics(console, text, path, given.warnings, error=True)
    schema = Schema.of(given.context)
    # formulas that a run calls are checked while it runs
    return Surroundings(given.context, with_plugins(schema) if given.context.formulas else schema, given.lenient, zone=zone)


def of_workspace(workspace: str, key: str | None) -> Surroundings:
    """A workspace, and a ticket of its database."""
    from repl.showing.plans import desk_of, full_key

    desk = desk_of(workspace)
    found = None if key is None else desk.ticket(full_key(desk, key))
    return Surroundings(
        context_for(desk, found),
        desk.site.schema(None if found is None else found.type),
        False,
        desk.site,
        desk,
        found,
        desk.site.zone,
    )


def context_for(desk: Any, ticket: Any) -> Context:
    """What a formula would see if it ran for this ticket now, asked by whoever holds it; or, without a ticket, the site."""
    from routing.deciding.ticket_fields import seen_fields, seen_parameters
    from routing.domain.people import SiteDirectory

    site: Site = desk.site
    directory = SiteDirectory(site.people, site.workload)
    common = {
        "formulas": site.formula_texts,
        "directory": directory,
        "sentences": desk.sentences,
        "chiefs_from": site.chiefs_from,
        "calendar": site.calendar,
    }
    if ticket is None:
        return Context(coligada=site.coligada, **common)
    return Context(
        fields=seen_fields(site, ticket),
        parameters=seen_parameters(site, ticket),
        user=user_of(site, ticket),
        coligada=ticket.coligada,
        functions=site.stand_ins,
        memories=site.memories,
        requisition=ticket.requisition,
        **common,
    )


def user_of(site: Site, ticket: Any) -> str:
    """The login of the ticket's holder, or that attendant's key."""
    if ticket.holder is None or ticket.holder.kind != "attendant":
        return ""
    found = site.people.attendants.get(ticket.holder.key)
    return (found.user if found is not None else "") or str(ticket.holder.key)


def limits_of(given: tuple[str, ...], base: Limits = DEFAULT) -> Limits:
    """``steps=1000``, or ``passos=1000``, and the like over other limits. Raises Refusal."""
    from routing.workspace.folder import LIMIT_KEYS

    names = [field.name for field in attrs.fields(Limits)]
    wanted: dict[str, int] = {}
    for text in given:
        name, sign, number = text.partition("=")
        name = LIMIT_KEYS.get(without_accents(name.strip()), name)
        if name not in names or not sign or not (number.isascii() and number.isdigit()) or len(number) > 12:
            raise Refusal(
                message("'{texto}' não é um limite", texto=text),
                message("escreva NOME=N; os limites são: {nomes}", nomes=", ".join(LIMIT_KEYS)),
            )
        wanted[name] = int(number)
    return attrs.evolve(base, **wanted)
