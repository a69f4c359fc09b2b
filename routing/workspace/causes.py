"""One slip, one message: what only follows from a file that could not be read whole is not said of the others.

A directory, type, formula, sample ticket or setting that is lost leaves a hole. Whatever names something of that sort may
name what fell into it, so nothing is said about such names until the hole is mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from formula.diagnostics import Diagnostic
from routing.errors import FileFaults
from routing.workspace.strays import meant_folder

PEOPLE, TYPES, FORMULAS, SENTENCES = "people", "types", "formulas", "sentences"
TICKETS, SETTINGS, FLOW = "tickets", "settings", "flow"

UNREADABLE = frozenset({"toml-invalido", "arquivo-ilegivel", "arquivo-ausente"})
LOST = frozenset({*UNREADABLE, "chave-ausente", "chave-desconhecida", "codigo-repetido", "valor-invalido"})
"""Faults by which a file has less than its author wrote."""

MISPLACED = "arquivo-fora-do-lugar"

ROOMS: Mapping[str, str] = {
    "diretorio.toml": PEOPLE, "repasse.toml": SETTINGS,
    "tipos": TYPES, "formulas": FORMULAS, "sentencas": SENTENCES, "atendimentos": TICKETS,
}  # fmt: skip
"""What a file, by the first part of its path, tells the others of."""

PEOPLE_NAMED = (
    "atendente-desconhecido", "grupo-desconhecido", "hierarquia-desconhecida", "secao-desconhecida", "cliente-desconhecido",
    "contato-desconhecido", "grupo-vazio", "atendente-fora-do-grupo", "aprovadores-insuficientes", "destino-inativo",
    "destino-sem-receptor",
)  # fmt: skip
TYPES_NAMED = (
    "tipo-desconhecido", "etapa-desconhecida", "parametro-desconhecido", "campo-obrigatorio-desconhecido", "sem-entrada",
    "segunda-entrada", "obrigatorio-sem-quem-preencha", "duas-etapas-pedidas", "formulas-em-anel",
    "lembrete-sem-lugar", "vencer-sem-duracao",
)  # fmt: skip
FOLLOWING: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(PEOPLE_NAMED, frozenset({PEOPLE})),
    **dict.fromkeys(TYPES_NAMED, frozenset({TYPES})),
    **dict.fromkeys(("etapa-sem-saida", "etapa-inalcancavel", "sem-saida"), frozenset({TYPES, FLOW})),
    "formula-desconhecida": frozenset({FORMULAS}),
    "sentenca-desconhecida": frozenset({SENTENCES}),
    "campo-desconhecido": frozenset({SETTINGS}),
    "classificacao-desconhecida": frozenset({SETTINGS}),
    "representante-desconhecido": frozenset({SETTINGS}),
    "valor-fora-da-lista": frozenset({SETTINGS}),
    "nome-desconhecido": frozenset({SETTINGS}),
    "variavel-nao-declarada": frozenset({SETTINGS}),
    "origem-desconhecida": frozenset({SETTINGS}),
    "atendimento-sem-chao": frozenset({PEOPLE, TYPES, SETTINGS}),
}
"""The holes of which a fault may be a consequence, by code."""


def holes(folder: Path, found: Iterable[FileFaults]) -> frozenset[str]:
    """What the files of a folder fail to tell."""
    made: set[str] = set()
    for path, faults in found:
        errors = {one.code for one in faults if one.severity == "error"}
        room = room_of(folder, path)
        if room is not None and errors & (UNREADABLE if room in {FORMULAS, SENTENCES} else LOST):
            made.add(room)
        if "etapa-desconhecida" in errors and room == TYPES:
            made.add(FLOW)
        if MISPLACED in errors:
            made.add(ROOMS.get(meant_folder(path.name) or "", FORMULAS))
    return frozenset(made)


def room_of(folder: Path, path: Path) -> str | None:
    """What a file tells the others of; None for cases, properties and files of nobody."""
    try:
        return ROOMS.get(path.relative_to(folder).parts[0])
    except (ValueError, IndexError):
        return None


def without_consequences(folder: Path, found: Iterable[FileFaults], missing: frozenset[str] | None = None) -> list[FileFaults]:
    """The same faults without those that may follow from others. ``missing``: the holes, when they are known already."""
    files = list(found)
    gone = holes(folder, files) if missing is None else missing
    kept = ((path, [one for one in faults if not follows(one, gone)]) for path, faults in files)
    return [(path, faults) for path, faults in kept if faults]


def follows(fault: Diagnostic, missing: frozenset[str]) -> bool:
    """Whether a fault may be there only because of a hole."""
    return bool(FOLLOWING.get(fault.code, frozenset()) & missing)
