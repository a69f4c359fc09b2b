"""``./go demo``: the example tickets go through their flow, by the same commands that people type.

The workspace is a copy in a temporary folder, so the demonstration can run again and again. Its dates are moved to the
day of the demonstration: who is away in the example is away whenever it is shown.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import attrs

from formula.messages import LANGUAGES, Message
from repl.commands import run
from repl.example import EXAMPLE, copy_example
from repl.messages import message
from repl.showing.console import FAULTY, FINE, Console
from repl.showing.language import language_of, split_language
from routing.clock import now_in
from routing.workspace.working_time import zone_of


@attrs.frozen
class Scene:
    """One command with what it shows; ``ends`` is the exit code it must have."""

    says: Message
    words: tuple[str, ...]
    ends: int = FINE


SCENES = (
    Scene(message("A área de trabalho está em ordem: fórmulas, tipos, pessoas e atendimentos."), ("check", ".")),
    Scene(message("Uma fórmula parada por ANALISAR mostra os seus quatro textos."),
          ("run", "-e", "DECL V; SETVAR(V, '85'); ANALISAR(V, '27', '61', '49')")),
    Scene(message("Compra urgente: uma fórmula escolhe a etapa, outra o aprovador; se ele está ausente, recebe o substituto."),
          ("move", ".", "1;1;42", "advance")),
    Scene(message("Compra acima de 20.000: a diretora recebe, a controladoria ganha uma cópia por ENVIAEMAILREPASSE."),
          ("move", ".", "1;1;43", "advance")),
    Scene(message("Sem fornecedor escolhido: a compra vai para a fila do grupo de cotação."),
          ("move", ".", "1;1;44", "advance")),
    Scene(message("Compra da filial: o gestor está em outra coligada."), ("move", ".", "1;1;45", "advance")),
    Scene(message("Faltam dados: o movimento é recusado, tudo o que falta é dito de uma vez, e nada muda."),
          ("move", ".", "1;1;46", "advance"), FAULTY),
    Scene(message("O que ficou gravado: históricos, discussão e e-mails na fila."), ("show", ".", "1;1;43")),
)  # fmt: skip


WRITTEN = date(2026, 11, 24)
"""The day on which the example's dates were written."""


def bring_to(folder: Path, today: date) -> None:
    """Move every ISO date of the copy's TOML files by the days since the example was written."""
    later = today - WRITTEN
    for path in folder.rglob("*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: moved_by(found[0], later), text), encoding="utf-8")


def moved_by(day: str, later: timedelta) -> str:
    """An ISO date, days later; what is no day of the calendar stays."""
    try:
        return (date.fromisoformat(day) + later).isoformat()
    except ValueError:
        return day


def play(language: str, today: date) -> int:
    """Every scene in a fresh copy; exit code 1 when one did not end as it should."""
    console = Console(language)
    home = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="repasse-demo-") as folder:
        copy_example(Path(folder) / "compras")
        bring_to(Path(folder) / "compras", today)
        os.chdir(Path(folder) / "compras")
        try:
            ended = [scene_ends(console, scene) for scene in SCENES]
        finally:
            os.chdir(home)
    moved = sum(scene.words[0] == "move" and scene.ends == FINE for scene in SCENES)
    console.say(
        message(
            "Atendimentos movidos: {quantos}. Agora com os seus: ./go repasse init PASTA; ./go repasse repl --workspace PASTA",
            quantos=moved,
        )
    )
    return FINE if all(ended) else FAULTY


def scene_ends(console: Console, scene: Scene) -> bool:
    """Show one command and its output."""
    console.say(f"== {console.text(scene.says)}")
    console.say(f"$ repasse {shlex.join(scene.words)}")
    sys.stdout.flush()
    code = run([*scene.words, "--lang", console.language])
    console.say()
    if code != scene.ends:
        said = message("este comando devia terminar com {devia}, terminou com {veio}", devia=scene.ends, veio=code)
        console.say(said, error=True)
    return code == scene.ends


def main(arguments: Sequence[str]) -> int:
    """``--lang`` chooses the language, as everywhere."""
    said, _ = split_language(arguments)
    return play(said if said in LANGUAGES else language_of(os.environ), now_in(zone_of(EXAMPLE)).date())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
