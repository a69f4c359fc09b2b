"""``./go demo``: the example tickets go through their flow, by the same commands that people type.

The workspace is a copy in a temporary folder, so the demonstration can run again and again.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
from pathlib import Path

from repl.commands import run
from repl.console import Console
from repl.example import copy_example
from repl.language import language_of, split_language
from repl.messages import message

SCENES = (
    (message("Uma compra dentro da alçada do gestor: quem a recebe sai da fórmula do tipo."), "plan", "1;1;42", "advance"),
    (message("O mesmo movimento, agora gravado: etapa, repasse, status, discussão e e-mail numa transação."),
     "move", "1;1;42", "advance"),
)  # fmt: skip
