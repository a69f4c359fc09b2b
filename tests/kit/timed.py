"""A desk whose type has a step with a time, a reminder and a formula at its end; 1;1;50 waits in it since Monday at nine."""

from __future__ import annotations

from datetime import datetime

from kit.workspaces import make_workspace

from routing import open_desk
from routing.domain.model import Ticket, attendant_holder

MONDAY = datetime(2026, 11, 23, 9, 0)
STEP = """
[[etapa]]
codigo = 3
nome = "Compras"
repasse = "atendente"
destino = "1;3"
duracao = 8
lembrete = 2
ao_vencer = ["cobra"]
[[fluxo]]
de = 1
para = 3
"""
RAISE = "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); REPASSARATENDIMENTO('1;2', -1, 'venceu')"


def at(moment):
    return lambda: moment


def ticket(code=50, **given):
    values = {
        "type": 10, "step": 3, "status": "A", "opener": "1;2", "holder": attendant_holder("1;3"), "entered_at": MONDAY,
        "subject": "Parafusos", "parameters": {"VALOR": 10},
    }  # fmt: skip
    return Ticket(coligada=1, locality=1, code=code, **{**values, **given})


def timed_desk(folder, *tickets, formula=RAISE, settings=""):
    """A desk whose type has a step with a time."""
    make_workspace(folder, 0, settings)
    kind = next((folder / "tipos").glob("*.toml"))
    kind.write_text(kind.read_text("utf-8") + STEP, "utf-8")
    (folder / "formulas" / "cobra.formula").write_text(formula, "utf-8")
    desk = open_desk(folder)
    desk.add(*tickets)
    return desk
