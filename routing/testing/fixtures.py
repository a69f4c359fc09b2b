"""Fixtures for developers who test rules in Python: ``from routing.testing import formula_case, site, ticket, desk``.

All of them work on the workspace that ``repasse_workspace`` names: the nearest one above the test's file, unless a test
gives its own fixture of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from formula.outcome import Outcome
from routing.desk.desk import Desk, make_desk, store_of
from routing.domain.model import Ticket
from routing.domain.site import Site
from routing.messages import message
from routing.settings import read_settings
from routing.testing.bench import Bench, open_bench, ticket_of, workspace_of
from routing.testing.case import Case
from routing.testing.run import Unprepared, prepare
from routing.workspace.contexts import context_of
from routing.workspace.folder import load_workspace
from routing.workspace.toml_places import Document


@pytest.fixture
def repasse_workspace(request: pytest.FixtureRequest) -> Path | None:
    """The folder of the workspace; None when there is none above the test."""
    return workspace_of(request.path)


@pytest.fixture
def site(repasse_workspace: Path | None) -> Site:
    """The site of the workspace; an empty one when there is none. WorkspaceError for a faulty one."""
    return load_workspace(repasse_workspace) if repasse_workspace is not None else Site()


FormulaCase = Callable[..., Outcome]


@pytest.fixture
def formula_case(repasse_workspace: Path | None, request: pytest.FixtureRequest) -> FormulaCase:
    """Run a formula as a case would: ``formula_case("repasse_gestor", campos={...}, parametros={...}, agora=...)``.

    The first argument is a code of the workspace, or ``texto=`` a formula; the others are the tables of a context file.
    Gives the Outcome. Raises FormulaError, ContextFault, or LookupError for an unknown code.
    """
    bench = open_bench(repasse_workspace)

    def run(codigo: str = "", *, texto: str = "", tipo: int | None = None, atendimento: Any = None, **tables: Any) -> Outcome:
        document = blank(request.path, {} if atendimento is None else {"atendimento": atendimento})
        case = Case(
            path=request.path,
            name=request.node.name,
            line=1,
            formula=codigo,
            text=texto,
            type=tipo,
            given=context_of({name: plain(value) for name, value in tables.items()}),
            document=document,
        )
        try:
            return prepare(case, bench).observe().result
        except Unprepared as fault:
            raise LookupError(
                "\n".join(f"{one.message} ({one.hint})" if one.hint else one.message for one in fault.faults)
            ) from fault

    return run


@pytest.fixture
def ticket(repasse_workspace: Path | None, request: pytest.FixtureRequest) -> Callable[..., Ticket]:
    """Make a ticket: ``ticket("1;1;42")`` is a sample of the workspace, keywords are keys of ``[[atendimento]]`` over it."""
    bench = open_bench(repasse_workspace)

    def make(modelo: str | None = None, **keys: Any) -> Ticket:
        raw = {**keys, **({} if modelo is None else {"modelo": modelo})}
        return made_ticket(bench, request.path, request.node.name, raw)

    return make


@pytest.fixture
def desk(repasse_workspace: Path | None, tmp_path: Path) -> Iterator[Desk]:
    """A desk over the workspace with a database of its own, which the test may change; sample tickets are in it."""
    if repasse_workspace is None:
        raise LookupError(message("não há ambiente acima do teste: dê um com a fixture repasse_workspace"))
    found = load_workspace(repasse_workspace)
    from routing.mail.letters import load_templates

    settings = read_settings(found.settings)
    made = make_desk(
        found, store_of(f"sqlite:///{tmp_path / 'casos.sqlite'}", None), settings, load_templates(repasse_workspace, settings)
    )
    made.add(*found.tickets.values())
    with made:
        yield made


def made_ticket(bench: Bench, path: Path, name: str, raw: Any) -> Ticket:
    """A ticket of a table. LookupError with all that is wrong in it."""
    case = Case(path=path, name=name, line=1, given=context_of({}), document=blank(path, {"atendimento": raw}))
    made, faults = ticket_of(bench, case)
    if made is None or faults:
        raise LookupError("\n".join(str(one.message) for one in faults))
    return made


def blank(path: Path, data: dict[str, Any]) -> Document:
    """Tables without a text."""
    from formula.source import Source

    return Document(Source("", str(path)), data)


def plain(value: Any) -> Any:
    """A value of a keyword: times as they are, records of attrs as tables."""
    if isinstance(value, datetime):
        return value
    return attrs.asdict(value) if attrs.has(type(value)) else value
