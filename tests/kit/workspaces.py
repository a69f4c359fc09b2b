"""A small workspace for tests of the store: two steps in a circle, a formula that hands off, mails each time."""

from __future__ import annotations

from pathlib import Path

DIRECTORY = """\
[[coligada]]
codigo = 1
nome = "Horizonte Alimentos"

[[atendente]]
coligada = 1
codigo = 2
nome = "Bruno Prado"
email = "bruno@exemplo.com.br"
nivel = 9
direitos = ["repassar"]

[[atendente]]
coligada = 1
codigo = 3
nome = "Ana Lima"
email = "ana@exemplo.com.br"
chefe = "1;2"
nivel = 9
direitos = ["repassar"]

[[atendente]]
coligada = 1
codigo = 4
nome = "Célia Nóbrega"
email = "celia@exemplo.com.br"
chefe = "1;2"
nivel = 9
direitos = ["repassar"]

[[grupo]]
coligada = 1
codigo = 5
nome = "Suporte"
membros = ["1;3", "1;4"]

[[cliente]]
tipo = "cliente"
codigo = "C100"
nome = "Padaria Aurora"
email = "contato@aurora.example.com"
"""

TYPE = """\
codigo = 10
nome = "Aprovação de compra"
repasse = "formula"
formula = "vez"
parametros = { VALOR = "Real", PEDIDO = "String" }
email_abertura = true

[[etapa]]
codigo = 1
nome = "Pedido"
entrada = true

[[etapa]]
codigo = 2
nome = "Conferência"

[[fluxo]]
de = 1
para = 2

[[fluxo]]
de = 2
para = 1
"""

FORMULA = """\
DECL QUEM;
SE CAMPOATENDIMENTO('PRIORIDADE') = 'Urgente' ENTAO
  SETVAR(QUEM, '1;4')
SENAO
  SETVAR(QUEM, '1;3')
FIMSE;
ENVIAEMAILREPASSE('bruno@exemplo.com.br', 'compras@exemplo.com.br', 'arquivo@exemplo.com.br', '1;3');
QUEM
"""


def ticket_text(code: int, priority: str = "Normal") -> str:
    """One sample ticket, held by Bruno in step 1."""
    return f"""\
[[atendimento]]
coligada = 1
localidade = 1
codigo = {code}
tipo = 10
etapa = 1
status = "A"
prioridade = "{priority}"
assunto = "Farinha de trigo, pedido {code}"
aberto_por = "1;2"
atendente = "1;2"
caixa_postal = 0
nivel = 1
parametros = {{ VALOR = "1500.50", PEDIDO = "P-{code}" }}
"""


def make_workspace(folder: Path, tickets: int = 3, settings: str = "", formula: str = FORMULA) -> Path:
    """Write the workspace below ``folder``; tickets ``1;1;1`` and on."""
    for name in ("tipos", "formulas", "atendimentos"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "repasse.toml").write_text('coligada = 1\nidioma = "pt"\n' + settings, encoding="utf-8")
    (folder / "diretorio.toml").write_text(DIRECTORY, encoding="utf-8")
    (folder / "tipos" / "compra.toml").write_text(TYPE, encoding="utf-8")
    (folder / "formulas" / "vez.formula").write_text(formula, encoding="utf-8")
    texts = [ticket_text(code, "Urgente" if code % 2 == 0 else "Normal") for code in range(1, tickets + 1)]
    (folder / "atendimentos" / "pedidos.toml").write_text("\n".join(texts), encoding="utf-8")
    return folder
