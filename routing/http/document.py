"""The OpenAPI document: made once from the routes, with the shape of problems; each shape has a name that clients can use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from routing.http import answers as shapes
from routing.http.bodies import CALENDAR_SCHEMA, CONTEXT_SCHEMA, DRAFT, NAMED_SCALARS, ROWS, SENTENCE_ROWS, VALUE

NAMED: Mapping[str, Mapping[str, Any]] = {
    "ExactValue": VALUE,
    "NamedValues": NAMED_SCALARS,
    "Rows": ROWS,
    "SentenceRows": SENTENCE_ROWS,
    "Calendar": CALENDAR_SCHEMA,
    "FormulaContext": CONTEXT_SCHEMA,
    "TicketDraft": DRAFT,
}
"""Shapes that bodies write where they stand; each stands once in the document, by its name."""


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        shape = shapes.ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
        inner = shape.pop("$defs", {})
        schemas = {**inner, **made["components"]["schemas"], "ProblemShape": shape}
        made["components"]["schemas"] = {
            **{name: with_names(one) for name, one in schemas.items()},
            **{name: {key: with_names(part) for key, part in one.items()} for name, one in NAMED.items()},
        }
        app.openapi_schema = made
    return app.openapi_schema


def with_names(schema: Any) -> Any:
    """A schema that points to the named shapes instead of writing them out."""
    for name, one in NAMED.items():
        if schema == one:
            return {"$ref": f"#/components/schemas/{name}"}
    if isinstance(schema, Mapping):
        return {key: with_names(part) for key, part in schema.items()}
    return [with_names(part) for part in schema] if isinstance(schema, list) else schema
