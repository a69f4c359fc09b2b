"""Expectations of formulas, moves and flows over the example workspace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from kit.paths import ROOT

from routing.testing.report import failure_text
from routing.testing.run import FAILED, PASSED, Result
from routing.testing.snapshots import Snapshots
from routing.testing.suite import Suite, find_files, gather

EXAMPLE = ROOT / "examples" / "compras"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    target = tmp_path / "compras"
    shutil.copytree(EXAMPLE, target)
    shutil.rmtree(target / "casos")
    (target / "casos").mkdir()
    return target


def run(workspace: Path, text: str, updating: bool = False) -> list[Result]:
    (workspace / "casos" / "x.casos.toml").write_text(text, encoding="utf-8")
    suite: Suite = gather(find_files([workspace]), updating)
    found = [suite.run(entry) for entry in suite.entries]
    suite.save()
    assert all(one is not None for one in found)
    return [one for one in found if one is not None]


MOVE = 'tipo = 10\nacao = "advance"\ncontexto.agora = 2026-11-24T10:00:00\natendimento = "1;1;42"\n[[caso]]\nnome = "um"\n'


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('espera.etapa = "Gestor"', 'espera.etapa = "Diretoria"'),
        ("espera.etapa = 2", "espera.etapa = 3"),
        ('espera.destino = "1;4"', 'espera.destino = "1;3"'),
        ('espera.recebedor = "1;3"', 'espera.recebedor = "1;4"'),
        ('espera.valor = "1;4"', 'espera.valor = "1;3"'),
        ('espera.status = "A"', 'espera.status = "G"'),
        ('espera.status = "Em andamento"', 'espera.status = "Cancelado"'),
        ('espera.status = "planned"', 'espera.status = "refused"'),
        ("espera.emails = 1", "espera.emails = 2"),
        ('espera.emails = ["ana.lima@serraazul.example.com"]', 'espera.emails = ["davi.rocha@serraazul.example.com"]'),
        ('espera.emails = [{ tipo = "handoff" }]', 'espera.emails = [{ tipo = "ticket" }]'),
        ('espera.efeitos = ["advance"]', "espera.efeitos = []"),
        ('espera.campos.FORNECEDOR = "Rolamentos União"', 'espera.campos.FORNECEDOR = ""'),
        ("espera.parametros.VALOR = 1500", "espera.parametros.VALOR = 1501"),
        ('espera.explicacao = "Ana Lima"', 'espera.explicacao = "Igor Bastos"'),
        ('espera.discussao = "Repassado de Carlos"', 'espera.discussao = "Repassado de Ana"'),
    ],
)
def test_each_expectation_of_a_move_holds_and_fails(workspace: Path, right: str, wrong: str) -> None:
    held, failed = run(workspace, MOVE + right + '\n[[caso]]\nnome = "dois"\n' + wrong + "\n")
    assert (held.status, held.mismatches) == (PASSED, ())
    assert failed.status == FAILED
    assert len(failed.mismatches) == 1
    assert failed.mismatches[0].line == 10


def test_a_refusal_that_nobody_expected_fails_and_says_why(workspace: Path) -> None:
    text = MOVE.replace("1;1;42", "1;1;47") + 'para = "Diretoria"\nespera.etapa = "Diretoria"\n'
    (failed,) = run(workspace, text)
    shown = failure_text(failed)
    assert "obtido:   recusa: há 2 mensagens na caixa postal" in shown
    assert "[G3]" in shown


def test_portao_falha_and_mensagem_of_a_refusal(workspace: Path) -> None:
    text = (
        MOVE.replace("1;1;47", "1;1;47")
        + 'atendimento = { modelo = "1;1;42", caixa_postal = 1 }\nespera = { portao = "G3", falha = "caixa-postal-cheia", mensagem = "caixa postal" }\n'
    )
    (held,) = run(workspace, text)
    assert held.status == PASSED


def test_a_flow_stops_at_the_first_move_that_is_not_as_expected(workspace: Path) -> None:
    text = (
        MOVE
        + """\
movimentos = [
  { acao = "advance", espera = { etapa = 2 } },
  { acao = "advance", para = "Diretoria", ator = "1;3", espera = { etapa = 9 } },   # errado
  { acao = "conclude", ator = "1;9", espera = { status = "F" } },
]
"""
    )
    (failed,) = run(workspace, text)
    assert (failed.step, failed.mismatches[0].line) == (2, 9)
    assert "no movimento 2 de 3 (advance), linha 9:" in failure_text(failed)


def test_a_case_has_its_own_clock_directory_formulas_and_sql(workspace: Path) -> None:
    text = (
        MOVE
        + """\
espera.recebedor = "1;4"
contexto.agora = 2027-01-10T10:00:00
[[caso]]
nome = "outra fórmula"
contexto.formulas.repasse_gestor = "SE EXECSQL('ALCADA') ENTAO RESULTSQL('ALCADA', 'QUEM') SENAO '1;4' FIMSE"
contexto.sql.ALCADA.linhas = [{ QUEM = "1;9" }]
espera.recebedor = "1;9"
[[caso]]
nome = "outro diretório"
espera.recebedor = "1;4"
[[caso.contexto.diretorio.atendente]]
coligada = 1
codigo = 4
nome = "Davi Rocha"
nivel = 9
[[caso.contexto.diretorio.atendente]]
coligada = 1
codigo = 2
nome = "Carlos Mendes"
"""
    )
    assert [(one.status, one.mismatches, one.faults) for one in run(workspace, text)] == [(PASSED, (), ())] * 3


def test_a_formula_sees_a_ticket_user_and_coligada(workspace: Path) -> None:
    text = """\
formula = "registra_parecer"
[[caso]]
nome = "com atendimento"
atendimento = "1;1;42"
espera.discussao = "Parecer do gestor registrado por carlos"
[[caso]]
nome = "coligada"
texto = "CONCAT(USUARIOCORRENTE, COLIGADA)"
contexto = { usuario = "helena", coligada = 2 }
espera.valor = "helena2"
[[caso]]
nome = "relógio fixo"
texto = "HOJE"
espera.valor = 2026-01-05
[[caso]]
nome = "parada"
texto = "ANALISAR('85', '27'); 1"
espera = { status = "stopped", mensagem = "85 27" }
[[caso]]
nome = "falha"
texto = "1 / CAIXAPOSTAL"
contexto.campos.CAIXAPOSTAL = 0
espera.falha = "divisao-por-zero"
[[caso]]
nome = "vazio"
texto = "SE 1 = 2 ENTAO 'x' FIMSE"
espera.vazio = true
"""
    assert [(one.case.name, one.status, one.mismatches) for one in run(workspace, text)] == [
        (name, PASSED, ()) for name in ("com atendimento", "coligada", "relógio fixo", "parada", "falha", "vazio")
    ]


def test_a_failed_formula_shows_expected_obtained_why_and_the_line(workspace: Path) -> None:
    (failed,) = run(
        workspace, 'formula = "repasse_filial"\n[[caso]]\nnome = "a"\ncontexto.parametros.VALOR = 5000\nespera.valor = "2;3"\n'
    )
    shown = failure_text(failed)
    assert "esperado: '2;3' (texto)\n  obtido:   '5' (texto)" in shown
    assert 'x.casos.toml:5: espera.valor = "2;3"' in shown
    assert "PARAMETROATENDIMENTO('VALOR', 'V') > 5000 é FALSO" in shown
    assert "repasse_filial.formula:6:3\n  6 |   '5'" in shown


def test_snapshots_are_written_on_demand_and_then_hold(workspace: Path) -> None:
    text = MOVE + "retrato = true\n"
    (missing,) = run(workspace, text)
    assert missing.mismatches[0].key == "retrato"
    assert [one.status for one in run(workspace, text, updating=True)] == [PASSED]
    kept = Snapshots.of(workspace / "casos" / "x.casos.toml")
    assert kept.kept["um"][0]["depois"]["step"] == 2
    assert [one.status for one in run(workspace, text)] == [PASSED]
    changed = text.replace("2026-11-24", "2027-01-24")
    (different,) = run(workspace, changed)
    assert {one.key for one in different.mismatches} >= {"retrato: [1].depois.holder.attendant"}


def test_the_example_workspace_passes(workspace: Path) -> None:
    suite = gather(find_files([EXAMPLE]))
    assert [entry.name for entry in suite.entries if (one := suite.run(entry)) is None or one.status != PASSED] == []
    del workspace


def test_a_faulty_workspace_is_a_failing_entry_of_its_own(workspace: Path) -> None:
    (workspace / "tipos" / "compras.toml").write_text("codigo = [", encoding="utf-8")
    (workspace / "casos" / "x.casos.toml").write_text(
        'formula = "repasse_filial"\n[[caso]]\nnome = "a"\ncontexto.parametros.VALOR = 1\nespera.valor = "5"\n', encoding="utf-8"
    )
    suite = gather(find_files([workspace]))
    names = [entry.name for entry in suite.entries if entry.case is None]
    assert any(name.startswith("compras.toml: toml-invalido") for name in names)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('contexto.campos.STATUS = "5"', "'status' precisa de uma destas palavras"),
        ('contexto.campos.NIVELACESSO = "alto"', "'nivel' precisa de um número inteiro"),
        ('contexto.parametros.VALOR = "muito"', "'VALOR' é do tipo numero"),
        ('contexto.parametros.VALR = "1"', "não tem o parâmetro 'VALR'"),
        ("espera.campos.X = nan", "'campos' precisa de uma tabela de nomes e valores"),
        ("contexto.lenient = true", "'contexto.lenient' só vale em casos de fórmula"),
    ],
)
def test_what_a_move_cannot_take_is_a_fault_of_the_case(workspace: Path, line: str, said: str) -> None:
    (failed,) = run(workspace, MOVE + line + "\n")
    assert [said in one.message for one in failed.faults] == [True]
    assert failed.faults[0].start.line == 7 or "parametros" not in line


def test_stand_ins_and_memories_of_the_context_serve_the_formulas_of_a_move(workspace: Path) -> None:
    rule = "SE RC > 1000 E VLRVALE('L1') = 4.5 ENTAO MEMORIA('QUEM') SENAO '5' FIMSE"
    text = MOVE + f'contexto.formulas.repasse_gestor = "{rule}"\ncontexto.memorias.QUEM = "1;9"\n'
    answers = "contexto.funcoes.RC = {}\ncontexto.funcoes.\"VLRVALE('L1')\" = 4.5\n"
    (held,) = run(workspace, text + answers.format(2000) + 'espera.destino = "1;9"\n')
    assert (held.status, held.mismatches, held.faults) == (PASSED, (), ())
    (held,) = run(workspace, text + answers.format(900) + 'espera.destino = "5"\n')
    assert (held.status, held.mismatches, held.faults) == (PASSED, (), ())
    (failed,) = run(workspace, text + 'espera.destino = "5"\n')
    assert "RC" in failed.mismatches[0].obtained


def test_the_user_of_the_context_makes_the_move(workspace: Path) -> None:
    (held,) = run(workspace, MOVE + 'contexto.usuario = "nobody"\nespera.falha = "x"\n')
    assert (held.status, held.mismatches[0].key) == (FAILED, "falha")
    assert "nobody" in str(held.observed.message if held.observed else "")


def test_fields_of_the_context_are_those_of_the_ticket_in_a_move(workspace: Path) -> None:
    text = (
        MOVE
        + 'contexto.campos = { PRIORIDADE = "Baixa", CAIXAPOSTAL = "0", FILIAL = "NE" }\ncontexto.parametros.VALOR = "7"\nespera = { etapa = 5, parametros = { VALOR = 7 }, campos = { PRIORIDADE = "Baixa" } }\n'
    )
    (held,) = run(workspace, text)
    assert (held.status, held.mismatches, held.faults) == (PASSED, (), ())


CHANGED = """
tipo = 10
atendimento = "1;1;42"
ator = "1;3"
contexto.agora = 2026-11-24T10:00:00
[[caso]]
nome = "mudar"
acao = "change"
muda.PRIORIDADE = "Alta"
muda.PARAMETRO.VALOR = 900.50
limpa = ["PARAMETRO.CENTRO"]
espera.campos = { PRIORIDADE = "Alta" }
espera.parametros.VALOR = 900.5
[[caso]]
nome = "anotar"
acao = "note"
anota = "visto"
espera.discussao = { contem = "visto", vezes = 1 }
[[caso]]
nome = "anexar duas vezes"
movimentos = [
  { acao = "annex", especie = "APONTAMENTO", muda = { HORAS = 2 }, espera.campos."ANEXO.APONTAMENTO.HORAS" = 2 },
  { acao = "annex", especie = "APONTAMENTO", muda = { HORAS = 3 }, espera.campos."ANEXO.APONTAMENTO.HORAS" = 3 },
]
[[caso]]
nome = "o que o anexo exige"
acao = "annex"
especie = "APONTAMENTO"
muda.ATIVIDADE = "leitura"
espera.falha = "faltam-dados"
"""


def test_changes_notes_and_annexes(workspace: Path) -> None:
    assert {one.case.name: one.status for one in run(workspace, CHANGED)} == dict.fromkeys(
        ("mudar", "anotar", "anexar duas vezes", "o que o anexo exige"), "passed"
    )
    wrong = run(workspace, CHANGED.replace('"ANEXO.APONTAMENTO.HORAS" = 3', '"ANEXO.APONTAMENTO.HORAS" = 4'))
    assert [one.case.name for one in wrong if one.status == "failed"] == ["anexar duas vezes"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('muda = "PRIORIDADE"', "'muda' precisa de uma tabela de campos"),
        ("muda.PRIORIDADE = [1]", "'muda.PRIORIDADE' precisa de um valor só"),
        ("limpa = 3", "'limpa' precisa de uma lista de campos"),
        ('publicavel = "sim"', "'publicavel' precisa de true ou false"),
    ],
)
def test_a_change_badly_written_is_told(workspace: Path, line: str, said: str) -> None:
    text = CHANGED.partition("[[caso]]")[0] + f'[[caso]]\nnome = "x"\nacao = "change"\n{line}\nespera.status = "A"\n'
    (found,) = run(workspace, text)
    assert said in str(found.faults[0].message)
