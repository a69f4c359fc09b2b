"""The keys of a file of cases, of a case, of a move and of a table."""

from __future__ import annotations

import attrs

from routing.testing.expectations import EXPECTED
from routing.workspace.contexts import KEYS as CONTEXT_KEYS
from routing.workspace.toml_places import names

MOVE_KEYS = (
    "acao", "ator", "para", "motivo", "justificativa", "versao", "despertamento", "prazo", "agora", "depois",
    "muda", "limpa", "copia_de", "anota", "especie", "publicavel", "registro",
)  # fmt: skip
SUBJECT_KEYS = ("formula", "texto", "tipo")
SHARED_KEYS = (*SUBJECT_KEYS, *MOVE_KEYS, "atendimento", "contexto", "pessoas", "inclui")
"""What a file says for all its cases, a case for itself, and a named base for those that use it."""
FILE_KEYS = (*SHARED_KEYS, "bases", "caso")
BASE_KEYS = (*(key for key in SHARED_KEYS if key != "inclui"), "usa")
CASE_KEYS = (*SHARED_KEYS, "usa", "para_cada", "nome", "espera", "tabela", "movimentos", "pula", "foco", "retrato")
STEP_KEYS = (*MOVE_KEYS, "espera", "nome")
TABLE_KEYS = ("colunas", "linhas")
CONTEXT_PATHS = tuple(key for key in CONTEXT_KEYS if key != "lenient")


@attrs.frozen
class Column:
    """The key that a column of a table sets, or the ``known`` columns where it names none."""

    path: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


def column_path(written: str) -> Column:
    """The key that a column sets: of the context, of what is expected, of people, or of the move."""
    parts = tuple(names(written)) or ("",)
    head = parts[0]
    if head in {"contexto", "espera", "atendimento", "pessoas"} and len(parts) > 1:
        if head == "espera" and parts[1] not in EXPECTED:
            return Column(known=tuple(f"espera.{key}" for key in EXPECTED))
        return Column(parts)
    if head in EXPECTED and (len(parts) == 1 or head not in CONTEXT_PATHS):
        return Column(("espera", *parts))
    if head in CONTEXT_PATHS:
        return Column(("contexto", *parts))
    if head in {*MOVE_KEYS, "pula", "formula", "tipo", "usa"}:
        return Column(parts)
    return Column(known=(*(f"{key}.…" for key in CONTEXT_PATHS), *EXPECTED, *MOVE_KEYS, "usa"))
