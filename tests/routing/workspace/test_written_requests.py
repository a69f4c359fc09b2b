"""What a formula asks for where it runs, and cannot get: told by the check, refused by the plan."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from shutil import copytree

import pytest
from kit.paths import TESTS

from formula.diagnostics import Diagnostic
from routing import Plan, Request, load_workspace, plan
from routing.desk.under_way import check_other_tickets
from routing.testing.checking import check_cases
from routing.workspace.folder import read_workspace
from routing.workspace.sitecheck import check_site

NOW = datetime(2026, 11, 24, 10, 0)
KINDS = frozenset({"etapa-fora-do-fluxo", "acao-incompleta", "lugar-desconhecido"})


def site_with(folder: Path, formulas: dict[str, str]) -> Path:
    """The example with other formulas."""
    made = Path(copytree(TESTS.parent / "repl" / "examples" / "compras", folder / "compras"))
    for code, text in formulas.items():
        (made / "formulas" / f"{code}.formula").write_text(text, encoding="utf-8")
    return made


def told(folder: Path) -> list[Diagnostic]:
    site, _ = read_workspace(folder)
    return [one for _, faults in check_site(site, folder) for one in faults if one.code in KINDS]


def planned(folder: Path, ticket: str = "1;1;42", to: str | None = "Gestor") -> Plan:
    site = load_workspace(folder)
    return plan(site, site.tickets[ticket], Request(action="advance", to=to, actor="1;2"), NOW, key=ticket)


UNABLE = {
    "a step from its entry": ({"avisa_gestor": "AVANCARETAPA('Cotação')"}, "Gestor", "etapa-fora-do-fluxo"),
    "the own step on entry": ({"avisa_gestor": "AVANCARETAPA('Gestor')"}, "Gestor", "etapa-fora-do-fluxo"),
    "a step through a variable": ({"avisa_gestor": "DECL X; SETVAR(X, 4); AVANCARETAPA(X)"}, "Gestor", "etapa-fora-do-fluxo"),
    "a step through another formula": (
        {"avisa_gestor": "outra", "outra": "AVANCARETAPA('Abertura')"}, "Gestor", "etapa-fora-do-fluxo"),
    "a step from a handoff's formula": ({"repasse_gestor": "AVANCARETAPA(5); '1;3'"}, "Gestor", "etapa-fora-do-fluxo"),
    "always a step where tickets begin": ({"repasse_compras": "AVANCARETAPA('Diretoria'); '5'"}, None, "etapa-fora-do-fluxo"),
    "a section": ({"avisa_gestor": "SECAOPAI(1, '01.03', 1)"}, "Gestor", "lugar-desconhecido"),
    "a section of another coligada": ({"avisa_gestor": "SECAOPAI(2, '01', 1)"}, "Gestor", "lugar-desconhecido"),
    "a section through a variable": (
        {"avisa_gestor": "DECL S; SETVAR(S, '01.03'); RETORNAPROXIMOCHEFESECAOLABORE(S, 'GER')"}, "Gestor", "lugar-desconhecido"),
    "a function of a section": (
        {"avisa_gestor": "RETORNAPROXIMOCHEFESECAOLABORE('01.02', 'GERE')"}, "Gestor", "lugar-desconhecido"),
    "a node": ({"avisa_gestor": "RETORNAPROXIMAHIERARQUIARH(1, '1;9')"}, "Gestor", "lugar-desconhecido"),
    "a node for a person": ({"avisa_gestor": "RETORNAPROXIMOATENDENTEHIERARQUIARH(1, '1;9')"}, "Gestor", "lugar-desconhecido"),
    "a schedule for a reason there cannot be": (
        {"avisa_gestor": "AGENDARARESPONDER('25/11/2026', '26/11/2026', -2, 'aguarda')"}, "Gestor", "acao-incompleta"),
    "a schedule that ends before it begins": (
        {"avisa_gestor": "AGENDARARESPONDER('25/11/2026', '24/11/2026', 1, 'aguarda')"}, "Gestor", "acao-incompleta"),
    "a cancellation without a reason": ({"avisa_gestor": "CANCELARATENDIMENTO(-1, 'duplicado')"}, "Gestor", "acao-incompleta"),
    "a return without a justification": ({"avisa_gestor": "REPASSARDEVOLTA(' ')"}, "Gestor", "acao-incompleta"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNABLE)
def test_what_a_plan_refuses_the_check_tells_once(tmp_path: Path, what: str) -> None:
    formulas, to, code = UNABLE[what]
    folder = site_with(tmp_path, formulas)
    assert [one.code for one in told(folder)] == [code]
    assert planned(folder, to=to).status != "planned"


ABLE = {
    "a step the flow leads to": {"avisa_gestor": "AVANCARETAPA('Diretoria')"},
    "the step that is entered": {"repasse_gestor": "AVANCARETAPA('Gestor'); '1;3'"},
    "where tickets begin": {"repasse_compras": "AVANCARETAPA('Gestor'); '5'"},
    "from one of its steps": {"repasse_compras": "SE ETAPA = 2 ENTAO AVANCARETAPA('Diretoria') SENAO AVANCARETAPA(2) FIMSE; '5'"},
    "from the step of a caller": {"avisa_gestor": "outra", "outra": "AVANCARETAPA(6)"},
    "a section": {"avisa_gestor": "SECAOPAI(1, '01.02', 1)"},
    "a chief's function": {"avisa_gestor": "RETORNAPROXIMOCHEFESECAOLABORE('01.02', 'ger')"},
    "a node": {"avisa_gestor": "RETORNAPROXIMOATENDENTEHIERARQUIARH(1, '1;2')"},
    "a schedule without a reason": {"avisa_gestor": "AGENDARARESPONDER('25/11/2026', '26/11/2026', -1, '')"},
    "all that is asked": {"avisa_gestor": "CANCELARATENDIMENTO(2, 'duplicado')"},
    "a handoff needs no reason": {"avisa_gestor": "REPASSARATENDIMENTO('1;3', -1, '')"},
    "what the text does not say": {"avisa_gestor": "REPASSARDEVOLTA(ASSUNTO)"},
}


@pytest.mark.parametrize("what", ABLE)
def test_what_may_be_is_not_told(tmp_path: Path, what: str) -> None:
    assert told(site_with(tmp_path, ABLE[what])) == []


def test_another_ticket_that_nobody_has_is_told(tmp_path: Path) -> None:
    text = "ADICIONARDISCUSSAOATENDIMENTO(1, 1, 43, 'Ver o 42'); ADICIONARDISCUSSAOATENDIMENTO(1, 1, 430, 'Ver o 42')"
    folder = site_with(tmp_path, {"avisa_gestor": text})
    site, _ = read_workspace(folder)
    found = [one for _, faults in check_other_tickets(folder, site) for one in faults]
    assert [(one.code, one.start.column, one.message) for one in found] == [
        ("outro-atendimento-desconhecido", text.rindex("1, 1, 430") + 1, "o atendimento 1;1;430 não existe")
    ]


def test_a_focus_that_was_left_is_told_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "soma.casos.toml"
    file.write_text(
        'texto = "1 + 1"\n[[caso]]\nnome = "um"\nespera.valor = 2\n[[caso]]\nnome = "dois"\nfoco = true\nespera.valor = 3\n',
        "utf-8",
    )
    assert [(one.code, one.severity, one.start.line) for one in check_cases(file)] == [("caso-com-foco", "warning", 7)]


HINTS = {
    "GETIDDAREQUISICAO": "o número da requisição é a chave requisicao do atendimento",
    "DECL X; SETVAR(X, 'XP'); FORMULA(CONCAT(X, 'TO'))": "crie formulas/XPTO.formula ou corrija o código",
    "DECL X; SETVAR(X, 'NA'); EXECSQL(CONCAT(X, 'DA'))": "crie sentencas/NADA.sql ou corrija o código",
    "EXECSQL('NADA')": "crie sentencas/NADA.sql ou corrija o código",
    "DECL X; SETVAR(X, 'NA'); PARAMETROATENDIMENTO(CONCAT(X, 'DA'))": "acrescente-o a parametros, no arquivo do tipo",
    "DECL X; SETVAR(X, 'NA'); CAMPOATENDIMENTO(CONCAT(X, 'DA'))": "declare-o em [campos] de repasse.toml",
    "MES": "funções de outros módulos só um plugin dá a atendimentos; num caso de teste, em [contexto.funcoes]: MES = 11",
}


@pytest.mark.parametrize("text", HINTS)
def test_a_hint_leads_somewhere_on_the_ticket(tmp_path: Path, text: str) -> None:
    folder = site_with(tmp_path, {"avisa_gestor": text})
    made = planned(folder)
    assert made.reason is not None
    assert (made.gate, str(made.reason.hint)) == ("G9", HINTS[text])
    site, _ = read_workspace(folder)
    hints = [str(one.hint) for _, faults in check_site(site, folder) for one in faults if one.severity == "error"]
    assert set(hints) <= {HINTS[text]}
