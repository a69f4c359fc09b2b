"""A request taken apart by the annotations of the function that answers it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import Any, get_type_hints

import attrs
from fastapi import Request
from fastapi.params import Header, Path, Query
from pydantic import TypeAdapter, ValidationError

from routing.http.bodies import Body
from routing.http.problems import Refused, refuse
from routing.http.wrong_bodies import wrong_body
from routing.messages import message

HEADERS = "repasse.headers"


@attrs.frozen
class Part:
    """A header, a part of the path or of the query: the parameter it becomes, its name on the wire, what it must be."""

    parameter: str
    name: str
    adapter: TypeAdapter[Any]
    required: bool = False

    @property
    def wire(self) -> bytes:
        """The name as servers give it."""
        return self.name.lower().encode("latin-1")


@attrs.frozen
class Reading:
    """What a function wants of a request besides the request itself."""

    body: str = ""
    model: type[Body] | None = None
    headers: tuple[Part, ...] = ()
    path: tuple[Part, ...] = ()
    query: tuple[Part, ...] = ()

    def values(self, request: Request, body: bytes | None) -> dict[str, Any]:
        """The arguments. Refused with everything that does not fit."""
        faults: list[Mapping[str, Any]] = []
        made: dict[str, Any] = {}
        if self.model is not None and body is not None:
            made[self.body] = self.read_body(self.model, body, faults)
        for part in self.headers:
            if (text := header(request, part.wire)) is not None:
                made[part.parameter] = checked(part, "header", text, faults)
            elif part.required:
                faults.append(missing(part, "header"))
        for part in self.path:
            made[part.parameter] = checked(part, "path", request.path_params[part.name], faults)
        for part in self.query:
            if (text := only_one(request, part.name)) is not None:
                made[part.parameter] = checked(part, "query", text, faults)
            elif part.required:
                faults.append(missing(part, "query"))
        if faults:
            raise Refused(wrong_body(faults))
        return made

    @staticmethod
    def read_body(model: type[Body], body: bytes, faults: list[Mapping[str, Any]]) -> Body | None:
        """The body as its model, with the bytes it came as; numbers here are only looked at, never used.

        What the quick reader does not take is read again, slowly, to say what is wrong with it.
        """
        try:
            made = model.model_validate_json(body)
        except ValidationError:
            pass
        else:
            made._given = body  # noqa: SLF001 - the own private part of the model, filled where it is made
            return made
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            raise refuse(400, "json-invalido", message("o corpo do pedido não é JSON que se possa ler")) from None
        try:
            made = model.model_validate(data)
        except ValidationError as error:
            faults += [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors(include_url=False)]
            return None
        made._given = body  # noqa: SLF001 - the model's own private part, filled where it is made
        return made


def header(request: Request, name: bytes) -> str | None:
    """A header by its name in small letters; of several, the first. They are taken apart once for a request."""
    found: dict[bytes, bytes] | None = request.scope.get(HEADERS)
    if found is None:
        found = request.scope[HEADERS] = dict(reversed(request.scope["headers"]))
    value = found.get(name)
    return None if value is None else value.decode("latin-1")


def only_one(request: Request, name: str) -> str | None:
    """A part of the query by its name. Given twice it is refused: nobody can say which one counts."""
    given = request.query_params.getlist(name)
    if len(given) > 1:
        raise refuse(
            422,
            "filtro-invalido",
            message("'{nome}' vem mais de uma vez na consulta", nome=name),
            message("deixe um só"),
        )
    return given[0] if given else None


def checked(part: Part, where: str, text: str, faults: list[Mapping[str, Any]]) -> Any:
    """A text from the wire as what it must be."""
    try:
        return part.adapter.validate_python(text)
    except ValidationError as error:
        faults += [{**fault, "loc": (where, part.name)} for fault in error.errors(include_url=False)]
        return None


def missing(part: Part, where: str) -> Mapping[str, Any]:
    """The fault of what has to come and did not."""
    return {"type": "missing", "loc": (where, part.name), "msg": "Field required", "input": None}


def reading_of(function: Callable[..., Any]) -> Reading:
    """Go by the annotations: a :class:`Body` is the body, what is marked ``Header``, ``Path`` or ``Query`` is the rest.

    A mark of another kind raises TypeError when the service starts: a parameter that nobody reads would be a filter
    that does not filter.
    """
    found, parameters = Reading(), signature(function).parameters
    for parameter, annotation in get_type_hints(function, include_extras=True).items():
        if isinstance(annotation, type) and issubclass(annotation, Body):
            found = attrs.evolve(found, body=parameter, model=annotation)
        for mark in getattr(annotation, "__metadata__", ()):
            needed = parameters[parameter].default is Parameter.empty
            part = Part(parameter, getattr(mark, "alias", None) or parameter, TypeAdapter(annotation), needed)
            if isinstance(mark, Header):
                found = attrs.evolve(found, headers=(*found.headers, part))
            elif isinstance(mark, Path):
                found = attrs.evolve(found, path=(*found.path, part))
            elif isinstance(mark, Query):
                found = attrs.evolve(found, query=(*found.query, part))
            else:
                raise TypeError(f"{function.__qualname__} wants {parameter} of {mark!r}, which is not read")
    return found
