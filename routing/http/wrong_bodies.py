"""A body of the wrong shape, said in the reader's language: which member, and what it must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from formula.messages import Message
from routing.http.problems import Problem
from routing.messages import message

SENTENCES: Mapping[str, Callable[[str, Mapping[str, Any]], Message]] = {
    "missing": lambda name, _: message("falta '{nome}'", nome=name),
    "extra_forbidden": lambda name, _: message("'{nome}' não existe aqui", nome=name),
    "string_type": lambda name, _: message("'{nome}' deve ser um texto", nome=name),
    "string_unicode": lambda name, _: message("'{nome}' tem um meio caractere (surrogate) solto", nome=name),
    "string_too_long": lambda name, more: message("'{nome}' passa de {maximo} caracteres", nome=name, maximo=more["max_length"]),
    "string_too_short": lambda name, _: message("'{nome}' está vazio", nome=name),
    "string_pattern_mismatch": lambda name, _: message("'{nome}' tem caracteres que não servem aqui", nome=name),
    "int_type": lambda name, _: message("'{nome}' deve ser um número inteiro", nome=name),
    "int_parsing": lambda name, _: message("'{nome}' deve ser um número inteiro", nome=name),
    "int_parsing_size": lambda name, _: message("'{nome}' é grande demais", nome=name),
    "bool_type": lambda name, _: message("'{nome}' deve ser true ou false", nome=name),
    "dict_type": lambda name, _: message("'{nome}' deve ser um objeto", nome=name),
    "model_attributes_type": lambda name, _: message("'{nome}' deve ser um objeto", nome=name),
    "greater_than_equal": lambda name, more: message("'{nome}' deve ser no mínimo {minimo}", nome=name, minimo=more["ge"]),
    "less_than_equal": lambda name, more: message("'{nome}' deve ser no máximo {maximo}", nome=name, maximo=more["le"]),
}


def wrong_body(errors: Sequence[Any]) -> Problem:
    """All that is wrong with a request, the first thing in front."""
    said = [sentence(error) for error in errors]
    return Problem(
        status=422,
        code="pedido-invalido",
        detail=said[0],
        hint=message("a forma dos pedidos está em /openapi.json"),
        more={"errors": [{"where": where(error), "message": str(text)} for error, text in zip(errors, said, strict=True)]},
    )


def sentence(error: Mapping[str, Any]) -> Message:
    """One fault."""
    found = SENTENCES.get(error["type"])
    name = where(error)
    if found is None:
        return message("'{nome}' não serve", nome=name)
    return found(name, error.get("ctx") or {})


def where(error: Mapping[str, Any]) -> str:
    """The member, such as ``limits.steps`` or ``Idempotency-Key``."""
    parts = [str(part) for part in error["loc"][1:]]
    return ".".join(parts) or "corpo"
