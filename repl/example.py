"""The example workspace, copied for somebody to try."""

from __future__ import annotations

import shutil
from pathlib import Path

from repl.messages import message
from repl.showing.console import Refusal, why

EXAMPLE = Path(__file__).parent / "examples" / "compras"
"""``examples/compras`` of the repository; the wheel carries a copy."""

LEFT_OUT = shutil.ignore_patterns("*.sqlite", "*.sqlite-*", "__pycache__", ".*")


def copy_example(target: Path) -> int:
    """Copy the workspace to a folder that is new or empty and count its files. Raises Refusal."""
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise Refusal(
                message("'{pasta}' já existe e não está vazia", pasta=target),
                message("escolha uma pasta nova: nada é sobrescrito"),
            )
        shutil.copytree(EXAMPLE, target, ignore=LEFT_OUT, dirs_exist_ok=True)
    except (OSError, shutil.Error) as fault:
        raise Refusal(message("não foi possível escrever '{caminho}': {motivo}", caminho=target, motivo=why(fault))) from fault
    return sum(path.is_file() for path in target.rglob("*"))
