"""``:depurar`` after a plan: one line through all formulas of the move, each with the ticket as it was by then."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from repl.example import copy_example
from repl.session.feeding import feed
from repl.session.opening import open_session
from repl.session.session import Session
from repl.showing.answers import Answer
from repl.showing.console import Console


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example, its manager's formula calling another one, and two formulas at the entry of that step."""
    copy_example(tmp_path / "compras")
    place = tmp_path / "compras"
    gestor = place / "formulas" / "repasse_gestor.formula"
    gestor.write_text(gestor.read_text(encoding="utf-8").replace("VALOR > 20000", "VALOR > teto"), encoding="utf-8")
    (place / "formulas" / "teto.formula").write_text("DECL T;\nSETVAR(T, 20000);\nT;\n", encoding="utf-8")
    (place / "formulas" / "confere.formula").write_text("SE PRIORIDADE = 'Alta' ENTAO 1 SENAO 2 FIMSE;\n", encoding="utf-8")
    kind = place / "tipos" / "compras.toml"
    text = kind.read_text(encoding="utf-8")
    assert '"avisa_gestor"' in text
    kind.write_text(text.replace('"avisa_gestor"', '"avisa_gestor", "confere"'), encoding="utf-8")
    return place


def opened(folder: Path, language: str = "pt") -> Session:
    made = open_session(Console(language), None, None, str(folder), "1;1;43")
    made.clock = lambda: datetime(2026, 11, 24, 10)
    return made


def said(answer: Answer) -> str:
    return answer.text("pt")


def names(session: Session) -> list[str]:
    """The formulas in which one stands, step by step, each time it is another one."""
    travel = session.debugger
    assert travel is not None
    found: list[str] = []
    for number in range(travel.timeline.size):
        name = travel.timeline.spot(number).record.source.name
        if found[-1:] != [name]:
            found.append(name)
    return found


def test_the_way_goes_through_every_formula_in_its_order(folder: Path) -> None:
    session = opened(folder)
    feed(session, ":planejar avançar")
    first = said(feed(session, ":depurar"))
    assert "fórmula 1 de 4: repasse_compras" in first
    assert names(session) == ["repasse_compras", "repasse_gestor", "TETO", "repasse_gestor", "avisa_gestor", "confere"]
    seen = [first] + [said(feed(session, "passo")) for _ in range(session.debugger.last)]
    assert "não há passo" in said(feed(session, "passo"))
    back = [said(feed(session, "volta")) for _ in range(session.debugger.last)]
    assert back == seen[-2::-1], "the way back shows what the way there showed"
    assert "chamada por repasse_gestor, linha 6" in "\n".join(seen)


def test_fields_are_those_of_each_formula_and_effects_those_of_all(folder: Path) -> None:
    session = opened(folder)
    feed(session, ":planejar avançar")
    feed(session, ":depurar")
    end = said(feed(session, "fim"))
    assert "fórmula 4 de 4: confere" in end
    assert "* campo PRIORIDADE = 'Alta'  (era 'Normal')" in end
    assert "efeito: Avança para a etapa Gestor" in end
    assert "efeito: Escreve na discussão" in end
    assert said(feed(session, "PRIORIDADE")) == "'Alta'"
    assert said(feed(session, "vigie PRIORIDADE")) == "  vigia PRIORIDADE = 'Alta'"
    before = said(feed(session, "volta retorne"))
    assert "fórmula 4 de 4" in before
    before = said(feed(session, "volta"))
    assert "fim de avisa_gestor" in before
    assert "* campo ETAPA = 2  (era 1)" in before
    assert "  campo PRIORIDADE = 'Normal'" in before
    assert "vigia PRIORIDADE = 'Normal'" in before
    assert said(feed(session, "PRIORIDADE")) == "'Normal'"


def test_a_code_stays_in_one_formula_of_the_move(folder: Path) -> None:
    session = opened(folder)
    feed(session, ":planejar avançar")
    page = said(feed(session, ":depurar confere"))
    assert page.startswith("passo 0 de")
    assert "fórmula" not in page
    assert "PRIORIDADE = 'Alta'" in page, "as the ticket was by then"
    assert names(session) == ["confere"]


def test_probes_see_the_fields_of_their_formula(folder: Path) -> None:
    session = opened(folder)
    feed(session, ":sonda confere 1 PRIORIDADE")
    plan = said(feed(session, ":planejar avançar"))
    assert "sonda linha 1 (1): confere: PRIORIDADE = 'Alta'" in plan


def test_a_fault_is_where_the_way_begins(folder: Path) -> None:
    (folder / "formulas" / "confere.formula").write_text("1 / (2 - 2);\n", encoding="utf-8")
    session = opened(folder)
    feed(session, ":planejar avançar")
    page = said(feed(session, ":depurar"))
    assert "aqui parou" in page
    assert "fórmula 4 de 4: confere" in page
    assert "fim de avisa_gestor" in said(feed(session, "volta"))
