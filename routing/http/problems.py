"""What goes wrong at the HTTP door, in the one shape of RFC 9457 with the contract's ``code`` and ``diagnostics``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from formula.diagnostics import Diagnostic, in_language
from formula.messages import Message
from routing.failures import (
    Conflict,
    Failure,
    NotAllowed,
    StoreBusy,
    StoreClash,
    StoreError,
    StoreGone,
    UnknownArticle,
    UnknownPerson,
    UnknownTicket,
    WrongContact,
    WrongFilter,
    WrongPresence,
    WrongQuestion,
)
from routing.messages import message

MEDIA_TYPE = "application/problem+json"

ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
"""JSON of what we made ourselves, which never holds itself."""

TITLES: Mapping[int, Message] = {
    400: message("O pedido não pode ser lido"),
    401: message("Falta uma chave que valha"),
    403: message("A chave não permite isto"),
    404: message("Não existe"),
    405: message("Este endereço não atende este método"),
    408: message("O pedido demorou a chegar"),
    409: message("O pedido contradiz outro"),
    412: message("O atendimento mudou desde que foi visto"),
    413: message("O pedido é grande demais"),
    415: message("O corpo do pedido deve ser JSON"),
    422: message("O pedido não pode ser atendido como está"),
    429: message("Pedidos demais"),
    500: message("Falha do serviço"),
    503: message("O serviço não pode atender agora"),
    504: message("O prazo do pedido acabou"),
}


@attrs.frozen(kw_only=True)
class Problem:
    """One refusal. ``more`` are further members, ``headers`` go out with it."""

    status: int
    code: str
    detail: str
    hint: str | None = None
    diagnostics: tuple[Diagnostic, ...] | None = None
    more: Mapping[str, Any] = attrs.field(factory=dict)
    headers: Mapping[str, str] = attrs.field(factory=dict)

    def as_json(self, language: str) -> dict[str, Any]:
        """The members of RFC 9457, then ours."""
        made: dict[str, Any] = {
            "type": f"urn:repasse:{self.code}",
            "title": in_language(TITLES.get(self.status, TITLES[500]), language),
            "status": self.status,
            "detail": in_language(self.detail, language),
            "code": self.code,
            "hint": None if self.hint is None else in_language(self.hint, language),
        }
        if self.diagnostics is not None:
            made["diagnostics"] = [one.as_json(language) for one in self.diagnostics]
        return made | dict(self.more)


class Refused(Exception):
    """Ends a request with a problem."""

    def __init__(self, problem: Problem) -> None:
        """Keep what the answer will say."""
        super().__init__(problem.detail)
        self.problem = problem


def refuse(status: int, code: str, detail: str, hint: str | None = None, **headers: str) -> Refused:
    """A refusal to be raised; header names are written with ``_`` for ``-``."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refused(Problem(status=status, code=code, detail=detail, hint=hint, headers=sent))


def faulty_formula(found: Iterable[Diagnostic]) -> Problem:
    """A text that is no formula, or a context that is none: the first error speaks, all are listed."""
    listed = tuple(found)
    first = next((one for one in listed if one.severity == "error"), listed[0])
    return Problem(status=422, code=first.code, detail=first.message, hint=first.hint, diagnostics=listed)


def of_failure(failure: Failure) -> Problem:
    """A failure of the store, of a key or of a setting."""
    status, headers = 500, {}
    if isinstance(failure, UnknownTicket | UnknownArticle):
        status = 404
    elif isinstance(failure, NotAllowed):
        status = 403
    elif isinstance(failure, UnknownPerson | WrongContact | WrongFilter | WrongPresence):
        status = 422
    elif isinstance(failure, Conflict | StoreClash):
        status = 409
    elif isinstance(failure, StoreBusy | StoreGone):
        status, headers = 503, {"Retry-After": "1"}
    elif isinstance(failure, StoreError):
        status = 503
    elif isinstance(failure, WrongQuestion):
        status = 422
    return Problem(status=status, code=failure.code, detail=failure.message, hint=failure.hint, headers=headers)


def json_bytes(document: Any) -> bytes:
    """JSON as it is sent: UTF-8; a lone surrogate, which UTF-8 cannot hold, stays an escape."""
    text = ENCODE(document)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(document, separators=(",", ":")).encode()
