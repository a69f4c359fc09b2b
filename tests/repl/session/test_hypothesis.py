"""A session on a ticket: what ``:contexto`` changed is obeyed, marked, refused for real moves, kept as a rule test."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from repl.commands import run
from repl.example import copy_example
from repl.session.feeding import feed
from repl.session.opening import open_session
from repl.session.session import Session
from repl.showing.answers import Answer
from repl.showing.console import Console
from routing.domain.decision import Request
from routing.testing.bench import Benches
from routing.testing.cases import read_cases
from routing.testing.run import run_case

pytestmark = pytest.mark.slow

SUPPOSED = "Hipótese: FILIAL = 'NE' (era 'MG')"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    copy_example(tmp_path / "compras")
    made = open_session(Console("pt"), None, None, str(tmp_path / "compras"), "1;1;43")
    made.clock = lambda: datetime(2026, 11, 24, 10)
    return made


def said(answer: Answer) -> str:
    return "\n".join(str(line.text) for line in answer.lines)


def test_the_plan_obeys_the_context_and_is_headed_by_it(session: Session) -> None:
    feed(session, ":contexto campos.FILIAL = 'NE'")
    plan = said(feed(session, ":planejar avançar"))
    assert plan.startswith(SUPPOSED)
    assert "Filial" in plan
    assert said(feed(session, ":porque")).startswith(SUPPOSED)
    assert said(feed(session, ":porquenao 5")).startswith(SUPPOSED)


def test_a_formula_of_the_context_decides_too(session: Session) -> None:
    feed(session, ''':contexto formulas.repasse_compras = "AVANCARETAPA(4); '5'"''')
    plan = said(feed(session, ":planejar avançar"))
    assert plan.startswith("Hipótese: outro texto da fórmula repasse_compras · Atendimento 1;1;43, avançar: permitido\n  Vai para")
    assert "Cotação" in plan


def test_a_formula_of_the_context_decides_beside_a_published_release_too(tmp_path: Path) -> None:
    folder = tmp_path / "compras"
    copy_example(folder)
    settings = folder / "repasse.toml"
    settings.write_text('publicar = "manual"\n' + settings.read_text("utf-8"), encoding="utf-8")
    assert run(["publish", str(folder)]) == 0
    (folder / "formulas" / "repasse_filial.formula").write_text("'1;1'", encoding="utf-8")  # the folder is ahead of the release
    made = open_session(Console("pt"), None, None, str(folder), "1;1;43")
    made.clock = lambda: datetime(2026, 11, 24, 10)
    feed(made, ''':contexto formulas.repasse_compras = "AVANCARETAPA(4); '5'"''')
    plan = said(feed(made, ":planejar avançar"))
    assert "outro texto da fórmula repasse_compras" in plan
    assert "Cotação" in plan


def test_no_move_while_a_hypothesis_is_in_force(session: Session) -> None:
    feed(session, ":contexto campos.FILIAL = 'NE'")
    refused = feed(session, ":mover avançar")
    assert refused.faulty
    assert SUPPOSED in said(refused)
    assert session.desk.ticket("1;1;43").version == 1
    assert SUPPOSED in said(feed(session, ":atendimento 1;1;43"))
    assert "Gravar este movimento?" in said(feed(session, ":mover avançar"))


def test_the_same_value_again_is_no_hypothesis(session: Session) -> None:
    feed(session, ":contexto campos.FILIAL = 'NE'")
    feed(session, ":contexto campos.FILIAL = 'MG'")
    assert "Hipótese" not in said(feed(session, ":planejar avançar"))


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (":contexto campos.FILIALL = 'x'", "você quis dizer 'FILIAL'?"),
        (":contexto parametros.VALR = 1", "você quis dizer 'PARAMETRO.VALOR'?"),
        (":contexto campos.PRIORIDADE = 'Máxima'", "é preciso uma destas palavras"),
        (":contexto coligada = 7", "abra outro"),
    ],
)
def test_wrong_names_and_values_are_refused(session: Session, line: str, hint: str) -> None:
    answer = feed(session, line)
    assert answer.faulty
    assert hint in said(answer)
    assert "Hipótese" not in said(feed(session, ":planejar avançar"))


def test_a_user_of_the_context_asks(session: Session) -> None:
    feed(session, ":contexto usuario = '1;9'")
    assert "Helena Castro (1;9) pede" in said(feed(session, ":planejar avançar")) + said(feed(session, ":porque tudo"))
    feed(session, ":contexto usuario = 'ninguém'")
    assert feed(session, ":planejar avançar").faulty


def test_a_hypothesis_is_kept_as_a_case_that_passes(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "compras" / "casos" / "hipotese.casos.toml"
    feed(session, ":contexto campos.FILIAL = 'NE'")
    feed(session, ":planejar avançar")
    feed(session, f":caso {file}")
    feed(session, ''':contexto formulas.repasse_compras = "AVANCARETAPA(4); '5'"''')
    feed(session, ":planejar avançar")
    feed(session, f":caso {file}")
    feed(session, ":contexto parametros.VALOR = ''")
    feed(session, ":planejar avançar Gestor")
    feed(session, f":caso {file}")
    bench = Benches().of(file)
    assert [run_case(case, bench).status for case in read_cases(file).cases] == ["passed"] * 3


def test_what_depends_on_earlier_moves_is_kept_with_them(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "compras" / "casos" / "volta.casos.toml"
    session.desk.move("1;1;43", Request(action="advance", to="Gestor", actor="1;2"), now=session.clock())
    for line in (":atendimento 1;1;43", ":planejar devolver --justificativa falta", f":caso {file}"):
        answer = feed(session, line)
    assert "guardado" in said(answer)
    (case,) = read_cases(file).cases
    assert len(case.moves) == 2
    assert run_case(case, Benches().of(file)).status == "passed"


def test_people_are_masked_in_a_case_on_request(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "compras" / "casos" / "mascarado.casos.toml"
    feed(session, ":contexto campos.FILIAL = 'NE'")
    feed(session, ":contexto campos.ASSUNTO = 'pedido de Helena Castro, ana.lima@serraazul.example.com'")
    feed(session, ":planejar avançar")
    answer = feed(session, f":caso {file} --mascarar")
    assert "guardado" in said(answer)
    text = file.read_text(encoding="utf-8")
    assert "NE" in text
    for name in ("Helena", "Castro", "serraazul"):
        assert name not in text
    bench = Benches().of(file)
    assert [run_case(case, bench).status for case in read_cases(file).cases] == ["passed"]


def test_a_changed_file_is_read_again_and_told(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "compras" / "formulas" / "repasse_compras.formula"
    feed(session, ":contexto parametros.VALOR = 10")
    feed(session, ":planejar avançar")
    file.write_text("AVANCARETAPA('Cotação'); '5'", encoding="utf-8")
    plan = said(feed(session, ":planejar avançar"))
    assert plan.startswith("repasse_compras mudou: lida de novo\nHipótese: PARAMETRO.VALOR = 10")
    assert "Cotação" in plan
    assert "lida de novo" not in said(feed(session, ":planejar avançar"))


def test_files_with_errors_decide_nothing(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "compras" / "formulas" / "repasse_compras.formula"
    text = file.read_text(encoding="utf-8")
    feed(session, ":planejar avançar")
    file.write_text("SE ENTAO", encoding="utf-8")
    for line in (":planejar avançar", ":mover avançar", ":executar repasse_filial"):
        refused = feed(session, line)
        assert refused.faulty
        assert "repasse_compras.formula:1" in said(refused)
    file.write_text(text, encoding="utf-8")
    assert not feed(session, ":planejar avançar").faulty
