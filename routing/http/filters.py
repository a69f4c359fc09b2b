"""The filters of lists: what each may be, for the OpenAPI document, and how a request's are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from fastapi import Request

from routing.desk.filters import MOST, USUAL
from routing.http.problems import refuse
from routing.http.reading import only_one
from routing.messages import message

TEXT: Mapping[str, Any] = {"type": "string"}
NUMBER: Mapping[str, Any] = {"type": "integer", "minimum": 0, "maximum": 2_147_483_647}
YES_OR_NO: Mapping[str, Any] = {"type": "boolean", "default": False}
MOMENT: Mapping[str, Any] = {"type": "string", "examples": ["2026-11-24", "2026-11-24T10:00:00"]}

LIMIT = ({"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "How many rows a page has.")
CURSOR = (TEXT, "The cursor that the page before gave.")
ANY_WORD = (YES_OR_NO, "Any of the words instead of all.")

Filters = Mapping[str, tuple[Mapping[str, Any], str]]
"""By name: the schema, and what it asks for."""

TICKETS: Filters = {
    "status": (TEXT, "A status by its letter or name."),
    "type": (NUMBER, "The code of a type."),
    "step": (TEXT, "A step's code; with `type` its name too."),
    "holder": (TEXT, "Who holds it: coligada;código, or a name."),
    "queue": (TEXT, "The group that holds it: coligada;código, or a name."),
    "client": (TEXT, "A client's code, or kind;code."),
    "opener": (TEXT, "Who opened it."),
    "movement": (TEXT, "The business record it belongs to."),
    "text": (TEXT, "Words to be found; neither accents nor case count."),
    "in": (TEXT, "Where to look: subject, request, discussion, solution, with commas."),
    "any_word": ANY_WORD,
    "same_subject": (TEXT, "The ticket whose subject's words are looked for."),
    "related": (TEXT, "The ticket it is related to."),
    "away": (YES_OR_NO, "Only with people who are absent, inactive or gone."),
    "limit": LIMIT,
    "after": CURSOR,
}
DECISIONS: Filters = {
    "ticket": (TEXT, "Of this ticket."),
    "status": (TEXT, "What came of it: moved, refused, fault, stopped."),
    "gate": (TEXT, "The gate that refused."),
    "action": (TEXT, "The action asked for."),
    "since": (MOMENT, "Not before."),
    "rules": (TEXT, "The release that decided."),
    "limit": LIMIT,
    "after": CURSOR,
}
DUE: Filters = {"until": (MOMENT, "Not after; a day counts to its end."), "limit": LIMIT}
CLIENTS: Filters = {
    "kind": (TEXT, "pessoa, cliente, fornecedor, …"),
    "name": (TEXT, "A part of the name."),
    "document": (TEXT, "CPF or CNPJ, with or without signs."),
    "code": (TEXT, "The code."),
    "limit": LIMIT,
}
ABSENCES: Filters = {"person": (TEXT, "How this person is."), "history": (YES_OR_NO, "All that was said too, newest first.")}
EVENTS: Filters = {
    "after": ({"type": "integer", "minimum": 0, "default": 0}, "The number of the last event read."),
    "limit": LIMIT,
}
STATISTICS: Filters = {"since": (MOMENT, "Not before."), "picture": (TEXT, "`svg`: an image instead of the numbers.")}
ARTICLES: Filters = {
    "text": (TEXT, "Words to be found."),
    "any_word": ANY_WORD,
    "state": (TEXT, "registered or requested; registered when nobody says."),
    "limit": LIMIT,
    "after": CURSOR,
}


def described(filters: Filters) -> dict[str, Any]:
    """What a route adds to the document."""
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": dict(schema), "description": said}
            for name, (schema, said) in filters.items()
        ]
    }


def filters_of(request: Request, known: Iterable[str] = ()) -> dict[str, str]:
    """The filters of a list. One that is unknown or comes twice is refused: a list without it would be another list."""
    names = {*known}
    for name in request.query_params:
        only_one(request, name)
        if name not in names | {"viewer"}:
            near = get_close_matches(name, names, 1)
            hint = message("você quis dizer '{nome}'?", nome=near[0]) if near else None
            raise refuse(422, "filtro-invalido", message("o filtro '{nome}' não existe", nome=name), hint)
    return {name: value for name, value in request.query_params.items() if name != "viewer"}
