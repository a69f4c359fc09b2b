"""Routing of tickets by formulas: a site, a decision as a value, and (lazily) the desk that applies it.

Importing this package loads no SQL, web or mail library: each name is loaded where it lives when it is first asked for.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

_PLACES = getattr(find_spec("formula"), "submodule_search_locations", None) or ()
if not any(Path(place, "grammar.lark").exists() for place in _PLACES):
    raise ImportError(
        "o módulo 'formula' é de outro pacote; instale o repasse num ambiente só seu "
        "(the module 'formula' belongs to another package; install repasse in an environment of its own)"
    )

if TYPE_CHECKING:
    from routing.checking import check_workspace
    from routing.deciding.planner import plan
    from routing.deciding.supposing import suppose
    from routing.desk.desk import Desk, open_desk
    from routing.domain.decision import Plan, Reason, Request
    from routing.domain.model import Holder, Ticket, attendant_holder, group_holder
    from routing.domain.site import Site
    from routing.errors import RoutingError, WorkspaceError
    from routing.failures import Conflict, Failure, MailFault, SettingsFault, StoreBusy, StoreError, UnknownTicket
    from routing.workspace.folder import load_workspace

__all__ = [
    "Conflict", "Desk", "Failure", "Holder", "MailFault", "Plan", "Reason", "Request", "RoutingError", "SettingsFault", "Site",
    "StoreBusy", "StoreError", "Ticket", "UnknownTicket", "WorkspaceError", "attendant_holder", "check_workspace", "group_holder",
    "load_workspace", "open_desk", "plan", "suppose",
]  # fmt: skip

HOMES = {
    "check_workspace": "checking", "plan": "deciding.planner", "suppose": "deciding.supposing", "Desk": "desk.desk",
    "open_desk": "desk.desk",
    "Plan": "domain.decision", "Reason": "domain.decision", "Request": "domain.decision", "Holder": "domain.model",
    "Ticket": "domain.model", "attendant_holder": "domain.model", "group_holder": "domain.model", "Site": "domain.site",
    "RoutingError": "errors", "WorkspaceError": "errors", "Conflict": "failures", "Failure": "failures", "MailFault": "failures",
    "SettingsFault": "failures", "StoreBusy": "failures", "StoreError": "failures", "UnknownTicket": "failures",
    "load_workspace": "workspace.folder",
}  # fmt: skip

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Load a public name; afterwards it is an ordinary attribute."""
        if name not in HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        found = globals()[name] = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
        return found


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
