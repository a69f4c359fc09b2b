"""Workspaces made by lot, as files, with requests to move their tickets by: what the walks of ``tests/routing/desk`` go through."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 24, 10, 0)
PEOPLE = [f"1;{code}" for code in range(1, 8)] + ["2;1", "2;2"]
GROUPS = {"1;5": ["1;1", "1;2", "1;3"], "1;6": ["1;4", "1;7"], "2;5": ["2;1", "2;2"]}
REQUIRED = ["ASSUNTO", "PARAMETRO.VALOR", "FILIAL", "ACAO.DISCUSSAO"]
VALUES = [
    "0",
    "25,50",
    "1500",
    "20000,01",
    "25.000",
    "1.500,00",
    " 1500 ",
    "",
    "  ",
    "1e3",
    "-0",
    "NaN",
    "Infinity",
    "9" * 40,
    "١٥٠٠",
]
TEXTS = ["", "x", " ", "\u200b", "Urgente", "é", "a;b=c", "'"]
HANDOFFS = [
    "'1;2'", "'5'", "'6'", "'1;7'", "'9'", "''", "'1; 4'", "ATENDENTEDOGRUPO(5, 'RODIZIO')", "ATENDENTEDOGRUPO(6, 'MENORCARGA')",
    "SE PARAMETROATENDIMENTO('VALOR', 'V') > 20000 ENTAO '1;1' SENAO '5' FIMSE", "PRIORIDADE", "RETPROXIMOCHEFESECAOLABORE(1)",
    "SE FILIAL = '' ENTAO '1;3' SENAO '2;1' FIMSE", "DEST",
]  # fmt: skip
EFFECTS = [
    "ADICIONARDISCUSSAO('visto')", "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta')", "ALTERARCAMPOATENDIMENTO('PARAMETRO1.VALOR=30000')",
    "ALTERARCAMPOATENDIMENTO('NIVELACESSO=4')", "ALTERARCAMPOATENDIMENTO('FILIAL=')", "AVANCARETAPA(3)", "AVANCARETAPA('Quatro')",
    "PASSA", "REPASSARATENDIMENTO('1;3', -1, 'regra')", "REPASSARDEVOLTA('volta')", "AGUARDARTERCEIROS", "EMANDAMENTO",
    "CONCLUIRARESPONDER", "CANCELARATENDIMENTO(1, 'regra')", "ANALISAR('a', 'b', 'c', 'd')",
    "ENVIAEMAILREPASSE('a@exemplo.com.br', 'b@exemplo.com.br', '', '1;3')", "ADICIONARDISCUSSAOATENDIMENTO(1, 1, 2, 'veja')",
    "AGENDARARESPONDER(HOJE + 1, HOJE + 2, -1, 'depois')", "SE PRIORIDADE = 'Alta' ENTAO AVANCARETAPA(4) FIMSE",
]  # fmt: skip
CALLED = {"PASSA": "AVANCARETAPA(3)", "DEST": "'2;2'"}
ACTIONS = [
    *["advance"] * 14, *["handoff"] * 8, *["change"] * 5, *["note"] * 2, *["claim"] * 2, *["return"] * 2, *["approve"] * 2, "reject",
    "schedule", "scheduled-answered", "wait", "resume", "conclude", "concluded-answered", "concluded-confirmed", "cancel", "open", "open",
    "avançar", "concluir", "dance",
]  # fmt: skip


def made_workspace(folder: Path, seed: int) -> Path:
    """Files of a site that check accepts."""
    rolls = random.Random(seed)
    for name in ("tipos", "formulas", "atendimentos"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write(folder / "repasse.toml", 'coligada = 1\nidioma = "pt"\n[campos]\nFILIAL = "texto"\n[classificacoes]\nSIGILOSA = 3\n')
    write(folder / "diretorio.toml", "\n".join([*(person(key, rolls) for key in PEOPLE), *(group(key, rolls) for key in GROUPS),
          *(f'[[coligada]]\ncodigo = {code}\nnome = "C{code}"\n' for code in (1, 2)), SECTION]))  # fmt: skip
    for code, text in CALLED.items():
        write(folder / "formulas" / f"{code}.formula", text)
    for code in ("rota", "sai", "entra", "segue"):
        parts = rolls.sample(EFFECTS, rolls.choice([0, 0, 1, 1, 2]))
        if code in ("rota", "segue"):
            parts.append(rolls.choice(HANDOFFS))
        write(folder / "formulas" / f"{code}.formula", ";\n".join(parts) or "1")
    write(folder / "tipos" / "compra.toml", TYPE + "\n".join(step(code, name, rolls) for code, name in enumerate(("Dois", "Tres", "Quatro"), 2))
          + "".join(f"\n[[fluxo]]\nde = {a}\npara = {b}\n" for a, b in ((1, 2), (2, 3), (2, 4), (3, 4), (4, 2))))  # fmt: skip
    for code in range(1, 5):
        write(folder / "atendimentos" / f"{code}.toml", ticket(code, rolls))
    return folder


SENTENCE = "-- fonte: saldos\nSELECT VALOR, DESTINO FROM SALDO WHERE FAIXA = (CASE WHEN :FRM_QUANTO > 5000 THEN 2 ELSE 1 END)"
ASKED = "EXECSQL('SALDO'); SE RESULTSQL('SALDO', 'VALOR') > 100 ENTAO RESULTSQL('SALDO', 'DESTINO') SENAO "
REIMBURSEMENT = """\
codigo = 20
nome = "Reembolso"
parametros = { VALOR = "Real" }
concessoes = ["repassar"]
email_abertura = true
[[etapa]]
codigo = 1
nome = "Pedido"
entrada = true
"""
CLOCK = ["duracao = 2\nlembrete = 1", 'duracao = 3\nao_vencer = ["segue"]', "", ""]


def widened_workspace(folder: Path, seed: int, tickets: int) -> Path:
    """The same with a second type, a sentence that a formula of it asks another database, steps that the clock ends, and as many
    tickets as wanted, of either type."""
    made_workspace(folder, seed)
    rolls = random.Random(f"{seed} widened")
    with (folder / "repasse.toml").open("a", encoding="utf-8") as settings:
        settings.write('[fontes]\nsaldos = "sqlite:///saldos.sqlite"\n')
    (folder / "sentencas").mkdir()
    write(folder / "sentencas" / "SALDO.sql", SENTENCE)
    write(folder / "formulas" / "QUANTO.formula", "PARAMETROATENDIMENTO('VALOR', 'V')")
    write(folder / "formulas" / "saldo.formula", f"{ASKED}{rolls.choice(HANDOFFS)} FIMSE")
    write(folder / "tipos" / "reembolso.toml", REIMBURSEMENT + "\n".join(
          f"{step(code, name, rolls)}{rolls.choice(CLOCK)}" for code, name in enumerate(("Dois", "Tres", "Quatro"), 2))
          + '\n[[etapa]]\ncodigo = 5\nnome = "Saldo"\nrepasse = "formula"\nformula = "saldo"\n'
          + "".join(f"\n[[fluxo]]\nde = {a}\npara = {b}\n" for a, b in ((1, 5), (5, 2), (5, 3), (2, 5), (3, 4), (4, 5))))  # fmt: skip
    for code in range(5, tickets + 1):
        write(
            folder / "atendimentos" / f"{code}.toml", ticket(code, rolls).replace("tipo = 10", f"tipo = {rolls.choice([10, 20])}")
        )
    set_balance(folder, rolls)
    return folder


def set_balance(folder: Path, rolls: random.Random) -> None:
    """Other rows in the database that the sentence asks."""
    with closing(sqlite3.connect(folder / "saldos.sqlite")) as other, other:
        other.execute("CREATE TABLE IF NOT EXISTS SALDO (FAIXA INTEGER PRIMARY KEY, VALOR REAL, DESTINO TEXT)")
        rows = [(band, rolls.choice([5.5, 100, 1e6, None]), rolls.choice(["1;3", "5", "", "1;99", None])) for band in (1, 2)]
        other.execute("DELETE FROM SALDO")
        other.executemany("INSERT INTO SALDO VALUES (?, ?, ?)", rows[: rolls.choice([1, 2, 2, 2])])


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


SECTION = '[[secao]]\ncoligada = 1\ncodigo = "01"\nchefe = "1;1"\n'
TYPE = """\
codigo = 10
nome = "Compra"
repasse = "formula"
formula = "rota"
parametros = { VALOR = "Real", CENTRO = "String" }
concessoes = ["repassar"]
[[etapa]]
codigo = 1
nome = "Um"
entrada = true
"""


def person(key: str, rolls: random.Random) -> str:
    """One who may be away, inactive, of a low level, without an address."""
    coligada, code = key.split(";")
    lines = ["[[atendente]]", f"coligada = {coligada}", f"codigo = {code}", f'nome = "P{coligada}{code}"', f"nivel = {rolls.choice([0, 2, 5])}",
             f'usuario = "p{coligada}{code}"', 'secao = "01"']  # fmt: skip
    if rolls.random() < 0.9:
        lines.append(f'email = "p{coligada}{code}@exemplo.com.br"')
    if key != "1;1" and rolls.random() < 0.5:
        lines.append('chefe = "1;1"')
    if key in ("1;6", "1;7", "2;2") and rolls.random() < 0.4:
        lines.append("ativo = false")
    rights = rolls.sample(["repassar", "atuar", "reabrir", "repassar:1", "repassar:grupo:1;5"], rolls.randrange(4))
    lines.append(f"direitos = {listed(rights)}")
    if rolls.random() < 0.15:
        stand_in = rolls.choice(["", f', substituto = "{rolls.choice([one for one in PEOPLE if one != key])}"'])
        lines.append(f"ausente = {{ de = 2026-11-20, ate = 2026-12-01{stand_in} }}")
    return "\n".join(lines) + "\n"


def group(key: str, rolls: random.Random) -> str:
    """One with any distribution."""
    coligada, code = key.split(";")
    way = rolls.choice(["fila", "rodizio", "menorcarga", "atendente"])
    fixed = f'\natendente = "{rolls.choice(GROUPS[key])}"' if way == "atendente" else ""
    return (
        f'[[grupo]]\ncoligada = {coligada}\ncodigo = {code}\nnome = "G{key}"\nmembros = {listed(GROUPS[key])}\n'
        f'distribuicao = "{way}"{fixed}\n'
    )


def listed(texts: list[str]) -> str:
    """A list of TOML."""
    return "[" + ", ".join(f'"{one}"' for one in texts) + "]"


def step(code: int, name: str, rolls: random.Random) -> str:
    """One with any handoff kind, gates and formulas."""
    kind = rolls.choice(["formula", "formula", "atendente", "grupo", "abertura", "anterior", "manter", "rodizio", "menorcarga"])
    lines = ["\n[[etapa]]", f"codigo = {code}", f'nome = "{name}"', f'repasse = "{kind}"']
    if kind == "formula":
        lines.append(f'formula = "{rolls.choice(["rota", "segue"])}"')
    if kind in ("atendente", "grupo", "rodizio", "menorcarga"):
        lines.append('destino = "1;2"' if kind == "atendente" else 'destino = "5"')
    if rolls.random() < 0.3:
        lines.append(f"obrigatorios = {listed([rolls.choice(REQUIRED)])}")
    if rolls.random() < 0.3:
        lines.append('ao_entrar = ["entra"]')
    if rolls.random() < 0.3:
        lines.append('ao_sair = ["sai"]')
    if rolls.random() < 0.3:
        lines.append("aprovacao_propria = false")
    if rolls.random() < 0.25:
        rule = rolls.choice(["todos", "qualquer", "2"])
        lines.append(f'aprovacao = {{ por = ["1;1", "1;2", "5"], regra = "{rule}", veto = true }}')
    return "\n".join(lines) + "\n"


def ticket(code: int, rolls: random.Random) -> str:
    """One that is open, in somebody's hands."""
    holder = rolls.choice(PEOPLE)
    value = rolls.choice(["1500.50", "0", "20000.01", "99999"])
    return (
        f'[[atendimento]]\ncoligada = 1\nlocalidade = 1\ncodigo = {code}\ntipo = 10\netapa = 1\nstatus = "A"\n'
        f'assunto = "Pedido {code}"\naberto_por = "{rolls.choice(PEOPLE)}"\natendente = "{holder}"\nnivel = {rolls.choice([0, 0, 0, 0, 3])}\n'
        f'caixa_postal = {int(rolls.random() < 0.1)}\nparametros = {{ VALOR = "{value}" }}\n'
    )


def asked(rolls: random.Random) -> dict[str, Any]:
    """A request as a body of the service has it."""
    action = rolls.choice(ACTIONS)
    made: dict[str, Any] = {"ticket": f"1;1;{rolls.choice([1, 1, 2, 2, 3, 3, 4, 5])}", "action": action}
    if rolls.random() < 0.4:
        made["actor"] = rolls.choice([*PEOPLE, *PEOPLE, "P11", "1;99", "x"])
    if action == "handoff" or rolls.random() < 0.15:
        made["to"] = rolls.choice([2, 3, 4, "Dois", "tres", "1;2", "2;1", "5", "6", "1;7", "P13", "G1;5", "", "zz", "1;99", "99"])
    if rolls.random() < 0.7:
        made["justification"] = rolls.choice(["combinado", "combinado", *TEXTS])
        made["reason"] = rolls.choice([1, 2, -1])
    if action == "schedule":
        made |= {"wake_up": day(rolls), "deadline": day(rolls)}
    if action == "change":
        names = ["PARAMETRO.VALOR"] * 4 + [
            "PARAMETRO.VALLOR",
            "PRIORIDADE",
            "ASSUNTO",
            "FILIAL",
            "FILIAL",
            "NIVELACESSO",
            "CAIXAPOSTAL",
            "STATUS",
        ]
        made["set"] = {
            name: rolls.choice([*VALUES, *TEXTS, "Alta", "0", "4"]) for name in rolls.sample(names, rolls.choice([1, 1, 2]))
        }
    if action == "note":
        made |= {"text": rolls.choice(["ligou", *TEXTS]), "kind": rolls.choice(["log", "solution", "possible-solution", "zzz"])}
    if action == "open" and rolls.random() < 0.8:
        made["draft"] = {"tipo": 10, "assunto": "novo", "parametros": {"VALOR": rolls.choice(VALUES)}}
    return made


def day(rolls: random.Random) -> str:
    """A time with an offset, one without, a day."""
    at = NOW + timedelta(hours=rolls.randrange(-40, 90))
    return rolls.choice([at.isoformat(), at.date().isoformat(), at.isoformat() + "-03:00", at.isoformat() + "Z"])
