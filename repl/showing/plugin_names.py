"""The functions of installed plugins, for texts outside a workspace."""

from __future__ import annotations

import attrs

from formula.schema import Schema

UNKNOWN = frozenset({"nome-desconhecido", "funcao-desconhecida"})
"""Faults that a plugin's functions may mend."""


def with_plugins(schema: Schema) -> Schema:
    """The same names, and the functions of installed plugins. A workspace has them already; looking for plugins takes longer
    than a small run, so others ask only for a name that is not known."""
    from routing.plugins import installed

    return attrs.evolve(schema, table=installed().functions)
