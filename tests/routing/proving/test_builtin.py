"""The questions that need no file: each proved on sound rules, and broken by a change of them."""

from __future__ import annotations

import json
import subprocess
import sys
from time import monotonic

import pytest
from kit.seeded import PEOPLE, edges, step

import routing
from repl.commands import run
from routing.proving.builtin.questions import answer_builtin
from routing.proving.equality import answer_equal
from routing.proving.proving import NOW, answer_property, days_of
from routing.proving.reading import read_properties
from routing.proving.solver import Solver

pytestmark = pytest.mark.slow

TYPE = (
    'codigo = 1\nnome = "Pedido"\nrepasse = "manter"\nparametros = { VALOR = "Real" }\nconcessoes = ["repassar"]\n\n'
    + step(1, "Abertura", "entrada = true")
    + step(2, "Decisão", 'repasse = "formula"\nformula = "decide"')
    + step(3, "Fim", 'repasse = "abertura"')
    + edges((1, 2), (2, 3))
)
DECIDE = "SE PARAMETROATENDIMENTO('VALOR', 'V') > 100 ENTAO\n  '1;1'\nSENAO\n  '1;3'\nFIMSE"
OTHERS = "SE ABERTO_POR = '1;4' ENTAO\n  '1;3'\nSENAO\n  '1;4'\nFIMSE"


def workspace(folder, decide=DECIDE, kind=TYPE, people=PEOPLE):
    for name, text in {
        "repasse.toml": "coligada = 1\n",
        "diretorio.toml": people,
        "tipos/pedido.toml": kind,
        "formulas/decide.formula": decide,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def answers(folder):
    """The answers by kind; of one formula and one type each kind has one."""
    with Solver() as solver:
        return {one.kind: one for one in answer_builtin(routing.load_workspace(folder), solver, within=60)}


def answer(folder, kind):
    """The first answer of a kind; what comes after it is not asked."""
    with Solver() as solver:
        return next(one for one in answer_builtin(routing.load_workspace(folder), solver, within=60) if one.kind == kind)


def test_sound_rules_are_proved(tmp_path):
    found = {kind: one.answer for kind, one in answers(workspace(tmp_path)).items()}
    assert found == {
        "fault": "proved",
        "no_destination": "proved",
        "dead_branch": "proved",
        "can_end": "proved",
        "own_approval": "fails",  # Alice opens a large one and decides it
    }


@pytest.mark.parametrize(
    ("kind", "decide"),
    [
        ("fault", DECIDE.replace("> 100", "> 100 / (PARAMETROATENDIMENTO('VALOR', 'V') - 50.5)")),
        (
            "fault",
            "DECL N;\nSETVAR(N, 0);\nENQUANTO N < 1 FACA\n  SE PARAMETROATENDIMENTO('VALOR', 'V') <> 7 ENTAO SETVAR(N, 1); FIMSE;\nFIMENQ;\n'1;3'",
        ),
        (
            "no_destination",
            "SE PARAMETROATENDIMENTO('VALOR', 'V') > 100 ENTAO\n  '1;1'\nSENAO\n  SE PARAMETROATENDIMENTO('VALOR', 'V') < 100 ENTAO '1;3' FIMSE\nFIMSE",
        ),
        (
            "dead_branch",
            DECIDE.replace("  '1;3'\n", "  SE PARAMETROATENDIMENTO('VALOR', 'V') > 200 ENTAO '1;2' SENAO '1;3' FIMSE\n"),
        ),
    ],
)
def test_a_mutant_breaks_each(tmp_path, kind, decide):
    found = answer(workspace(tmp_path, decide), kind)
    assert found.answer == "fails"
    assert found.where if kind == "dead_branch" else found.plans


def test_a_substitute_approves_what_he_opened(tmp_path):
    found = answers(workspace(tmp_path, OTHERS))["own_approval"]
    assert found.answer == "fails"
    assert (found.ticket.opener, found.plans[-1].now.month) == ("1;2", 2)
    assert [one.status for one in found.plans] == ["planned"] * len(found.plans)


def test_nobody_approves_his_own_without_absences(tmp_path):
    people = PEOPLE.replace('ausente = { de = 2026-02-02, ate = 2026-02-20, substituto = "1;2" }', "")
    assert answers(workspace(tmp_path, OTHERS, people=people))["own_approval"].answer == "proved"


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        (DECIDE.replace("> 100", ">= 100"), "fails"),
        (DECIDE.replace("PARAMETROATENDIMENTO('VALOR', 'V') > 100", "NAO (PARAMETROATENDIMENTO('VALOR', 'V') <= 100)"), "proved"),
        (DECIDE.replace("PARAMETROATENDIMENTO('VALOR', 'V') > 100", "PARAMETROATENDIMENTO('VALOR', 'V') * 3 > 300"), "proved"),
        (
            DECIDE.replace("PARAMETROATENDIMENTO('VALOR', 'V') > 100", "ARREDONDA(PARAMETROATENDIMENTO('VALOR', 'V'), 2) > 100"),
            "fails",
        ),
    ],
)
def test_two_versions_are_equal_or_a_ticket_shows_where_not(tmp_path, other, answer):
    one = routing.load_workspace(workspace(tmp_path / "a"))
    two = routing.load_workspace(workspace(tmp_path / "b", other))
    with Solver() as solver:
        (found,) = answer_equal(one, two, solver, within=60)
    assert found.answer == answer
    assert (found.ticket is not None) == (answer == "fails")


def test_the_command_gives_the_document_and_the_case_passes(tmp_path, capsys):
    folder = workspace(tmp_path / "w", "SE PARAMETROATENDIMENTO('VALOR', 'V') > 100 ENTAO '1;1' FIMSE")
    (folder / "propriedades").mkdir()
    (folder / "propriedades" / "p.toml").write_text(
        '[[propriedade]]\nnome = "há destino"\nnunca = { sem_destino = true }\n', encoding="utf-8"
    )
    assert run(["prove", str(folder), "destino", "--format", "json"]) == 1
    (one,) = json.loads(capsys.readouterr().out)["properties"]
    assert (one["name"], one["kind"], one["answer"]) == ("há destino", "property", "fails")
    assert one["moves"][-1]["action"] == "advance"
    (folder / "casos").mkdir()
    (folder / "casos" / "um.casos.toml").write_text(one["case"], encoding="utf-8")
    assert run(["test", str(folder / "casos")]) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('nome = "a"\nsempre = { passa = "Diretoria" }', "não tem a etapa 'Diretoria'"),
        ('nome = "a"\nsempre = { recebe = "Zé" }', "ninguém no diretório é 'Zé'"),
        ('nome = "a"\nquando = "VALORR > 1"\nnunca = { falha = true }', "a condição tem um erro"),
        ('nome = "a"\nquando = "\'x\'"\nnunca = { falha = true }', "precisa ser uma condição"),
        ('nome = "a"\nsempre = { falha = true }\nnunca = { falha = true }', "se contradiz"),
        ('nome = "a"\nsempree = { falha = true }', "não diz o que espera"),
        ('nome = "a"\nnunca = { muda = "VALORES" }', "não tem o campo nem o parâmetro"),
        ('nome = "a"\ntipo = 9\nnunca = { falha = true }', "o tipo 9 não existe"),
    ],
)
def test_a_badly_written_property_is_told_by_check(tmp_path, text, said):
    folder = workspace(tmp_path)
    (folder / "propriedades").mkdir()
    (folder / "propriedades" / "p.toml").write_text(f"[[propriedade]]\n{text}\n", encoding="utf-8")
    found = {path.name: faults for path, faults in routing.check_workspace(folder)}["p.toml"]
    assert any(said in str(one.message) for one in found)
    assert all(one.start.line >= 1 for one in found)


def test_pytest_collects_properties(tmp_path):
    folder = workspace(tmp_path)
    (folder / "propriedades").mkdir()
    (folder / "propriedades" / "p.toml").write_text(
        '[[propriedade]]\nnome = "nada falha"\nnunca = { falha = true }\n\n'
        '[[propriedade]]\nnome = "Alice não recebe"\nnunca = { recebe = "Alice Prado" }\n',
        encoding="utf-8",
    )
    words = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-rfE", "-p", "no:cacheprovider"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert "1 failed, 1 passed" in done.stdout
    assert "p.toml::Alice não recebe" in done.stdout
    assert "movimentos = [" in done.stdout


ALONE = {
    "who opened": ("SE ABERTO_POR = '1;3' ENTAO '1;1' SENAO '1;2' FIMSE", "'1;3'", "'1;4'", "SE NAO (ABERTO_POR = '1;3') ENTAO '1;2' SENAO '1;1' FIMSE"),
    "the clock": ("SE HOJE > MTDATA(1, 1, 2031) ENTAO '1;1' SENAO '1;2' FIMSE", "2031", "2032", "SE HOJE <= MTDATA(1, 1, 2031) ENTAO '1;2' SENAO '1;1' FIMSE"),
    "the step": ("SE CAMPOATENDIMENTO('ETAPA', 'I') = 2 ENTAO '1;1' SENAO '1;2' FIMSE", "= 2", "= 3", "SE CAMPOATENDIMENTO('ETAPA', 'I') <> 2 ENTAO '1;2' SENAO '1;1' FIMSE"),
    "the status": ("SE STATUS = 'F' ENTAO '1;1' SENAO '1;2' FIMSE", "'F'", "'C'", "SE NAO STATUS = 'F' ENTAO '1;2' SENAO '1;1' FIMSE"),
    "when it was opened": ("SE ABERTURA > MTDATA(1, 1, 2020) ENTAO '1;1' SENAO '1;2' FIMSE", "2020", "2040", "SE ABERTURA <= MTDATA(1, 1, 2020) ENTAO '1;2' SENAO '1;1' FIMSE"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "same"), ALONE.values(), ids=ALONE)
def test_versions_are_compared_whatever_surrounds_a_ticket(tmp_path, text, old, new, same):
    """Who opened, the clock and where a ticket stands are no values of it, and still no two versions are equal that differ by them."""
    one = routing.load_workspace(workspace(tmp_path / "one", text))
    for other, answer in ((same, "proved"), (text.replace(old, new), "fails")):
        two = routing.load_workspace(workspace(tmp_path / answer, other))
        with Solver() as solver:
            (found,) = answer_equal(one, two, solver, formula="decide", within=60)
        assert (found.answer, found.assumptions) == (answer, found.assumptions)


@pytest.mark.parametrize("text", ["ATENDENTE", "GRUPO", "COLIGADA"])
def test_what_is_fixed_in_a_comparison_is_told_and_proves_nothing(tmp_path, text):
    one = routing.load_workspace(workspace(tmp_path / "one", f"SE {text} = '9' ENTAO '1;1' SENAO '1;2' FIMSE"))
    two = routing.load_workspace(workspace(tmp_path / "two", f"SE {text} = '8' ENTAO '1;1' SENAO '1;2' FIMSE"))
    with Solver() as solver:
        (found,) = answer_equal(one, two, solver, formula="decide", within=60)
    assert found.answer == "held"


UNUSED = "SE {condition} ENTAO 1 / 0 FIMSE; '1;3'"


@pytest.mark.parametrize(
    "condition", ["ABERTO_POR = '1;3'", "HOJE > MTDATA(1, 1, 2031)", "STATUS = 'G'", "CAMPOATENDIMENTO('ETAPA', 'I') = 3"]
)
def test_a_formula_that_no_type_uses_fails_whatever_surrounds_the_ticket(tmp_path, condition):
    folder = workspace(tmp_path)
    (folder / "formulas" / "solta.formula").write_text(UNUSED.format(condition=condition), encoding="utf-8")
    with Solver() as solver:
        found = {one.kind: one for one in answer_builtin(routing.load_workspace(folder), solver, formula="solta", within=60)}
    assert found["fault"].answer == "fails"
    assert found["dead_branch"].answer == "proved"


AWAY = (
    PEOPLE.replace('ausente = { de = 2026-02-02, ate = 2026-02-20, substituto = "1;2" }', 'ausente = { de = 2026-02-02, ate = 2026-02-10, substituto = "1;2" }')
    .replace('"Clara Dias"\nemail = "p3@exemplo.com.br"\n', '"Clara Dias"\nemail = "p3@exemplo.com.br"\nausente = { de = 2026-02-06, ate = 2026-02-20, substituto = "1;4" }\n')
)  # fmt: skip


def test_a_day_on_which_one_is_back_and_another_still_away_is_looked_at(tmp_path):
    """Clara's substitute is Dario; from the 11th on he is there, and receives what is meant for her."""
    folder = workspace(tmp_path, "SE PARAMETROATENDIMENTO('VALOR', 'V') > 100 ENTAO '1;1' SENAO '1;3' FIMSE", people=AWAY)
    (folder / "propriedades").mkdir()
    (folder / "propriedades" / "p.toml").write_text(
        '[[propriedade]]\nnome = "Dario"\nquando = "ABERTO_POR = \'1;2\'"\nnunca = { recebe = "1;4" }\nacoes = ["avançar"]\n',
        "utf-8",
    )
    site = routing.load_workspace(folder)
    days = [day.date().isoformat() for day in days_of(site, NOW)]
    assert days == ["2026-01-05", "2026-02-02", "2026-02-06", "2026-02-11"]
    (file,) = read_properties(site, folder)
    with Solver() as solver:
        found = answer_property(site, file.properties[0], solver, within=60)
    assert (found.answer, found.plans[-1].now.date().isoformat()) == ("fails", "2026-02-11")


def test_more_sets_of_absent_people_than_are_looked_at_prove_nothing(tmp_path):
    people = PEOPLE + "".join(
        f'[[atendente]]\ncoligada = 1\ncodigo = {code}\nnome = "Pessoa {code}"\nemail = "p{code}@exemplo.com.br"\n'
        f"ausente = {{ de = 2026-0{code - 20}-02, ate = 2026-0{code - 20}-09 }}\n\n"
        for code in range(23, 30)
    )
    found = answers(workspace(tmp_path, people=people))
    assert {found[kind].answer for kind in ("fault", "no_destination", "can_end")} == {"held"}
    assert any("de 9 dias com outras ausências só 8 foram olhados" in one for one in found["fault"].assumptions)


def test_faults_are_looked_for_on_each_day(tmp_path):
    """In February nobody of the group is there whose turn it could be."""
    people = PEOPLE.replace('membros = ["1;2", "1;3"]', 'membros = ["1;4"]')
    found = answer(workspace(tmp_path, "ATENDENTEDOGRUPO(7, 'RODIZIO')", people=people), "fault")
    assert found.answer == "fails"
    assert found.plans[-1].now.month == 2


CLIENTS = '\n[[cliente]]\ntipo = "pessoa"\ncodigo = "P3"\nnome = "Clara Dias"\nemail = "P3@exemplo.com.br"\n'
ASKING = "SE CLIENTE = 'P3' ENTAO\n  SE ABERTO_POR = '1;4' ENTAO\n    '1;2'\n  SENAO\n    '1;4'\n  FIMSE\nSENAO\n"


def test_own_approval_looks_at_clients_who_are_attendants(tmp_path):
    """OTHERS sends what 1;4 opened to 1;3 and all else to 1;4: sound until 1;3 is a client."""
    people = PEOPLE.replace('ausente = { de = 2026-02-02, ate = 2026-02-20, substituto = "1;2" }', "")

    def own(decide, kind=TYPE):
        return answers(workspace(tmp_path, decide, kind, people + CLIENTS))["own_approval"]

    found = own(OTHERS)
    assert (found.answer, found.moves[-1].actor, found.ticket.client_code) == ("fails", "1;3", "P3")
    assert own(ASKING + OTHERS + "\nFIMSE").answer == "proved"
    assert own(OTHERS, TYPE.replace('formula = "decide"', 'formula = "decide"\naprovacao_propria = false')).answer == "proved"


VOTED = (
    'codigo = 1\nnome = "Pedido"\nrepasse = "manter"\nparametros = { VALOR = "Real" }\n\n'
    + step(1, "Abertura", "entrada = true")
    + step(2, "Comitê", 'aprovacao = { por = ["1;1"], ao_rejeitar = "Comitê" }')
    + step(3, "Fim", 'ao_entrar = ["decide"]')
    + edges((1, 2), (2, 3))
)
STOPS = "SE PARAMETROATENDIMENTO('VALOR', 'V') > 900 ENTAO\n  ANALISAR('não passa', '', '', '');\nFIMSE"
LOCK = 'somente_leitura = ["PARAMETRO.VALOR"]\n'


def test_what_somebody_may_set_by_hand_before_he_moves_stops_nobody(tmp_path):
    """An approved ticket of more than 900 does not go on until somebody lowers the value; where nobody may, it never ends."""
    assert answer(workspace(tmp_path / "a", STOPS, VOTED), "can_end").answer == "proved"
    locked = VOTED.replace("aprovacao = {", f"{LOCK}aprovacao = {{")
    found = answer(workspace(tmp_path / "b", STOPS, locked), "can_end")
    assert found.answer == "fails"
    assert found.plans[-1].after.parameters["VALOR"] > 900


def test_formulas_that_no_type_uses_share_the_time(tmp_path):
    """Each of these is searched to its last second; together they take no longer than one."""
    folder = workspace(tmp_path)
    slow = "DECL N; SETVAR(N, 0); ENQUANTO N < 15000 FACA SETVAR(N, N + PARAMETROATENDIMENTO('VALOR', 'V')) FIMENQ; '1;3'"
    for number in range(6):
        (folder / "formulas" / f"solta{number}.formula").write_text(slow.replace("15000", f"1500{number}"), encoding="utf-8")
    site = routing.load_workspace(folder)
    with Solver() as solver:
        began = monotonic()
        found = [one for one in answer_builtin(site, solver, formula="", within=3.0) if "solta" in str(one.name)]
    assert len(found) == 12
    assert monotonic() - began < 15
    assert {one.answer for one in found if one.kind == "fault"} <= {"held", "undecided", "fails"}


def test_a_formula_of_no_type_is_asked_with_the_type_that_knows_its_names(tmp_path):
    other = TYPE.replace("codigo = 1\n", "codigo = 2\n", 1).replace('nome = "Pedido"', 'nome = "Outro"').replace("VALOR", "PESO")
    text = "SE PARAMETROATENDIMENTO('PESO', 'V') > 3 ENTAO '1;1' SENAO '1;3' FIMSE"
    for name, written in (("a", text), ("b", text.replace("> 3", ">= 3")), ("c", f"SE 1 = 1 ENTAO {text} FIMSE")):
        folder = workspace(tmp_path / name)
        (folder / "tipos" / "outro.toml").write_text(other.replace('formula = "decide"', 'formula = "pesa"'), "utf-8")
        (folder / "formulas" / "pesa.formula").write_text("'1;3'", "utf-8")
        (folder / "formulas" / "solta.formula").write_text(written, "utf-8")
    one, differs, same = (routing.load_workspace(tmp_path / name) for name in "abc")
    with Solver() as solver:
        asked = {each.kind: each.answer for each in answer_builtin(one, solver, formula="solta", within=30)}
        assert asked == {"fault": "proved", "dead_branch": "proved"}
        assert [each.answer for each in answer_equal(one, differs, solver, formula="solta", within=30)] == ["fails"]
        assert [each.answer for each in answer_equal(one, same, solver, formula="solta", within=30)] == ["proved"]
