"""Routing of tickets by formulas: a site, a decision as a value, and (lazily) the desk that applies it.

Importing this package loads no SQL, web or mail library.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

PLACES = {
    "load_workspace": "routing.workspace.folder",
    "check_workspace": "routing.workspace.folder",
    "plan": "routing.deciding.planner",
    "Request": "routing.domain.decision",
    "Plan": "routing.domain.decision",
    "open_desk": "routing.desk.desk",
    "Desk": "routing.desk.desk",
}

__all__ = ["Desk", "Plan", "Request", "check_workspace", "load_workspace", "open_desk", "plan"]


def __getattr__(name: str) -> Any:
    """Load a public name where it lives, on first use."""
    if name not in PLACES:
        raise AttributeError(f"module 'routing' has no attribute {name!r}")
    return getattr(import_module(PLACES[name]), name)
