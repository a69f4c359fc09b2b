"""The example workspace, copied for somebody to try."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from repl.messages import message
from repl.showing.console import Refusal, why

EXAMPLE = Path(__file__).parent / "examples" / "compras"
"""``examples/compras`` of the repository; the wheel carries a copy."""

FOLDERS = ("tipos", "formulas", "casos", "atendimentos")

SETTINGS = message("""\
# O que vale para a área de trabalho inteira; todas as chaves estão em docs/workspace.md.
coligada = 1                     # a empresa, quando um código vem sozinho
idioma = "pt"
fuso = "America/Sao_Paulo"
""")

DIRECTORY = message("""\
# Quem trabalha com os atendimentos. Um [[atendente]] por pessoa; códigos são coligada;código, como "1;2".
""")

LEFT_OUT = shutil.ignore_patterns("*.sqlite", "*.sqlite-*", "__pycache__", ".*")


def copy_example(target: Path) -> int:
    """Copy the workspace to a folder that is new or empty and count its files. Raises Refusal."""
    with new_folder(target):
        shutil.copytree(EXAMPLE, target, ignore=LEFT_OUT, dirs_exist_ok=True)
    return sum(path.is_file() for path in target.rglob("*"))


def make_empty(target: Path, language: str) -> None:
    """A workspace that says nothing yet: its folders, and settings and a directory with what one fills in. Raises Refusal."""
    with new_folder(target):
        for name in FOLDERS:
            (target / name).mkdir(parents=True, exist_ok=True)
        for name, text in (("repasse.toml", SETTINGS), ("diretorio.toml", DIRECTORY)):
            (target / name).write_text(text.text(language), encoding="utf-8")


@contextmanager
def new_folder(target: Path) -> Iterator[None]:
    """Write into a folder that is new or empty. Raises Refusal when it is not, or cannot be written."""
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise Refusal(
                message("'{pasta}' já existe e não está vazia", pasta=target),
                message("escolha uma pasta nova: nada é sobrescrito"),
            )
        yield
    except (OSError, shutil.Error) as fault:
        raise Refusal(message("não foi possível escrever '{caminho}': {motivo}", caminho=target, motivo=why(fault))) from fault
