"""``repasse dap`` as a real process: what a debugging editor asks, and what it asks wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kit.debugging import Client, adapter, served

from repl.editor.dap_journey import counted, statement_lines

TEXT = """\
/* soma */
DECL I, TOTAL;
SETVAR(I, 0);
SETVAR(TOTAL, 0);

ENQUANTO I < 3 FACA
  SETVAR(I, I + 1);
  SETVAR(TOTAL, TOTAL + DOBRO)
FIMENQ;
SE PRIORIDADE = 'Alta' ENTAO
  TOTAL * 1.5
SENAO
  TOTAL
FIMSE
"""
CONTEXT = """\
agora = 2026-11-24T10:00:00
[campos]
PRIORIDADE = "Alta"
[parametros]
VALOR = "1200.50"
[formulas]
DOBRO = '''DECL B;
SETVAR(B, 2);
B * 2'''
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "contexto.toml").write_text(CONTEXT, encoding="utf-8")
    path = tmp_path / "soma.formula"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def client() -> Iterator[Client]:
    with served() as made:
        yield made


def points(path: Path, *wanted: dict[str, object]) -> Callable[[Client], None]:
    def put(client: Client) -> None:
        body = client.do("setBreakpoints", source={"path": str(path)}, breakpoints=list(wanted))
        assert all(one["verified"] for one in body["breakpoints"]), body

    return put


def launch(path: Path, **more: object) -> dict[str, object]:
    return {"program": str(path), "context": "contexto.toml", "cwd": str(path.parent), **more}


def test_what_it_can_do(client: Client):
    body = client.do("initialize", adapterID="repasse")
    wanted = (
        "supportsConfigurationDoneRequest supportsConditionalBreakpoints supportsHitConditionalBreakpoints supportsLogPoints "
        "supportsStepBack supportsEvaluateForHovers supportsTerminateRequest"
    )
    assert all(body[name] is True for name in wanted.split())
    assert [one["filter"] for one in body["exceptionBreakpointFilters"]] == ["falha", "analisar"]


def test_the_value_is_an_output_and_the_run_ends(client: Client, program: Path):
    client.begin(**launch(program))
    assert client.event("exited")["body"] == {"exitCode": 0}
    client.event("terminated")
    assert [(one["category"], one["output"]) for one in client.outputs] == [("stdout", "18\n")]
    assert client.outputs[0]["data"] == {"kind": "numero", "value": "18", "display": "18"}
    assert not client.ask("next", threadId=1)["success"]
    client.do("disconnect")


def test_back_to_the_first_line_and_forward_again(client: Client, program: Path):
    client.begin(**launch(program, stopOnEntry=True))
    assert client.stopped() == {"reason": "entry", "line": 3, "formula": "soma.formula"}
    forward = [client.go("next") for _ in range(6)]
    assert [line for _, line in forward] == [4, 6, 7, 8, 6, 7]
    back = [client.go("stepBack") for _ in range(6)]
    assert [line for _, line in back] == [6, 8, 7, 6, 4, 3]
    assert back[-1] == ("entry", 3)
    assert client.go("stepBack") == ("entry", 3)
    assert client.scope("Variáveis") == {"I": "Vazio", "TOTAL": "Vazio"}
    assert [client.go("next") for _ in range(6)] == forward
    assert client.scope("Variáveis") == {"I": "1", "TOTAL": "4"}


def test_steps_lead_to_the_end(client: Client, program: Path):
    client.begin(**launch(program, stopOnEntry=True))
    client.stopped()
    lines = []
    while (found := client.go("next"))[0] != "terminated":
        lines.append(found[1])
    assert lines == [4, 6, 7, 8, 6, 7, 8, 6, 7, 8, 6, 10, 11]


def test_a_breakpoint_moves_to_the_next_statement(client: Client, program: Path):
    client.do("initialize")
    body = client.do(
        "setBreakpoints", source={"path": str(program)}, breakpoints=[{"line": 1}, {"line": 5}, {"line": 13}, {"line": 14}]
    )
    assert [(one["verified"], one["line"]) for one in body["breakpoints"]] == [(True, 3), (True, 6), (True, 13), (False, 14)]
    assert "não há instrução" in body["breakpoints"][3]["message"]
    body = client.do("breakpointLocations", source={"path": str(program)}, line=1, endLine=20)
    assert [one["line"] for one in body["breakpoints"]] == [3, 4, 6, 7, 8, 10, 11, 13]


def test_breakpoints_forward_and_back(client: Client, program: Path):
    client.begin(points(program, {"line": 8}), **launch(program))
    assert (client.stopped()["reason"], client.scope("Variáveis")["I"]) == ("breakpoint", "1")
    assert client.go("continue") == ("breakpoint", 8)
    assert client.go("continue") == ("breakpoint", 8)
    assert client.scope("Variáveis") == {"I": "3", "TOTAL": "8"}
    assert client.go("reverseContinue") == ("breakpoint", 8)
    assert client.scope("Variáveis") == {"I": "2", "TOTAL": "4"}
    assert client.go("reverseContinue") == ("breakpoint", 8)
    assert client.go("reverseContinue") == ("entry", 3)
    assert client.go("continue") == ("breakpoint", 8)


@pytest.mark.parametrize(
    ("more", "turns"),
    [
        ({"condition": "I = 2"}, [2]),
        ({"condition": "I > 1 E TOTAL > 0"}, [2, 3]),
        ({"hitCondition": "2"}, [2]),
        ({"hitCondition": ">= 2"}, [2, 3]),
        ({"hitCondition": "% 3"}, [3]),
        ({"condition": "I > 1", "hitCondition": "2"}, [3]),
        ({"condition": "NADAASSIM > 1"}, []),
    ],
)
def test_conditions_and_counts(client: Client, program: Path, more: dict[str, object], turns: list[int]):
    client.begin(points(program, {"line": 8, **more}), **launch(program))
    found = []
    while client.stopped()["reason"] == "breakpoint":
        found.append(int(client.scope("Variáveis")["I"]))
        client.do("continue", threadId=1)
    assert found == turns


def test_a_log_point_tells_and_goes_on(client: Client, program: Path):
    client.begin(points(program, {"line": 8, "logMessage": "volta {I}: {TOTAL * 10}, {PRIORIDADE}"}), **launch(program))
    assert client.stopped()["reason"] == "terminated"
    lines = [(one["output"], one["line"]) for one in client.outputs if one["category"] == "console"]
    assert lines == [("volta 1: 0, 'Alta'\n", 8), ("volta 2: 40, 'Alta'\n", 8), ("volta 3: 80, 'Alta'\n", 8)]


def test_a_called_formula_is_a_frame(client: Client, program: Path):
    client.begin(points(program, {"line": 8, "hitCondition": "1"}), **launch(program))
    client.stopped()
    assert client.go("stepIn") == ("step", 2)
    frames = client.frames()
    assert [(one["name"], one["line"]) for one in frames] == [("DOBRO", 2), ("soma.formula", 8)]
    assert client.scope("Variáveis", 1) == {"B": "Vazio"}
    assert client.scope("Variáveis", 2) == {"I": "1", "TOTAL": "0"}
    number = frames[0]["source"]["sourceReference"]
    assert client.do("source", sourceReference=number)["content"].startswith("DECL B;")
    body = client.do("setBreakpoints", source={"sourceReference": number}, breakpoints=[{"line": 3}])
    assert body["breakpoints"][0]["verified"]
    assert client.go("next") == ("breakpoint", 3)
    assert client.do("evaluate", expression="B + 1", frameId=1)["result"] == "3"
    assert client.go("stepOut") == ("step", 6)
    assert client.go("continue") == ("breakpoint", 3)
    assert client.go("stepBack") == ("step", 2)
    assert client.go("stepBack") == ("step", 8)


def test_values_in_all_scopes_and_questions(client: Client, program: Path):
    client.begin(points(program, {"line": 10}), **launch(program))
    client.stopped()
    assert client.scope("Variáveis") == {"I": "3", "TOTAL": "12"}
    assert client.scope("Campos") == {"PRIORIDADE": "'Alta'"}
    assert client.scope("Parâmetros") == {"VALOR": "1200,50"} or client.scope("Parâmetros") == {"VALOR": "'1200.50'"}
    assert client.do("evaluate", expression="TOTAL / 4", context="hover")["result"] == "3"
    wrong = client.ask("evaluate", expression="TOTAL /", frameId=1)
    assert not wrong["success"]
    assert not client.ask("evaluate", expression="1 / 0", frameId=1)["success"]
    client.do("evaluate", expression="SETVAR(TOTAL, 99); TOTAL", frameId=1)
    assert client.scope("Variáveis") == {"I": "3", "TOTAL": "12"}
    assert not client.ask("variables", variablesReference=99)["success"]
    assert not client.ask("scopes", frameId=9)["success"]


FAULTY = "DECL A;\nSETVAR(A, 0);\n10 / A\n"


def test_a_fault_stops_where_it_is(client: Client, program: Path):
    program.write_text(FAULTY, encoding="utf-8")
    client.begin(lambda one: one.do("setExceptionBreakpoints", filters=["falha"]) and None, **launch(program))
    assert client.stopped() == {"reason": "exception", "line": 3, "formula": "soma.formula"}
    assert "soma.formula:3:" in client.do("exceptionInfo", threadId=1)["description"]
    assert client.scope("Variáveis") == {"A": "0"}
    assert client.go("stepBack") == ("entry", 2)
    assert client.go("next") == ("step", 3)
    assert client.go("next") == ("exception", 3)
    assert client.go("continue") == ("terminated", None)
    assert "soma.formula:3:" in client.said()
    assert client.outputs[-1]["category"] == "stderr"


def test_a_fault_without_a_stop_is_told_with_its_place(client: Client, program: Path):
    program.write_text(FAULTY, encoding="utf-8")
    client.begin(**launch(program))
    assert client.event("exited")["body"] == {"exitCode": 1}
    assert "soma.formula:3:" in client.said()


def test_analisar_is_told(client: Client, program: Path):
    program.write_text("DECL A;\nSETVAR(A, 2);\nANALISAR(A);\n'x'\n", encoding="utf-8")
    client.begin(lambda one: one.do("setExceptionBreakpoints", filters=["analisar"]) and None, **launch(program))
    assert client.stopped()["reason"] == "exception"
    assert client.go("continue") == ("terminated", None)
    assert client.said().splitlines()[0] == "2"


def test_a_text_that_does_not_compile_is_refused_with_its_faults(client: Client, program: Path):
    program.write_text("SETVAR(A, 1)\n", encoding="utf-8")
    client.do("initialize")
    told = client.ask("launch", **launch(program))
    assert not told["success"]
    assert "soma.formula:1:8" in told["message"]


def test_the_end_can_be_looked_back_from(client: Client, program: Path):
    client.begin(**launch(program, stopOnEnd=True))
    assert client.event("stopped")["body"]["description"] == "fim"
    assert client.said() == "18\n"
    assert client.scope("Variáveis") == {"I": "3", "TOTAL": "12"}
    assert client.go("stepBack") == ("step", 11)
    assert client.go("reverseContinue") == ("entry", 3)


WORKSPACE = {
    "repasse.toml": "coligada = 1\n",
    "diretorio.toml": "".join(
        f"[[atendente]]\ncoligada = 1\ncodigo = {code}\nnome = '{name}'\nemail = 'a{code}@exemplo.com.br'\nativo = true\n"
        "direitos = ['repassar']\n"
        for code, name in ((1, "Ana Lima"), (3, "Rui Sá"))
    ),
    "tipos/compras.toml": (
        "codigo = 10\nnome = 'Compras'\nrepasse = 'formula'\nformula = 'quem'\n"
        "[[etapa]]\ncodigo = 1\nnome = 'Abertura'\nentrada = true\nao_sair = ['avisa']\n"
        "[[etapa]]\ncodigo = 2\nnome = 'Gestor'\n[[fluxo]]\nde = 1\npara = 2\n"
    ),
    "formulas/quem.formula": "SE PRIORIDADE = 'Alta' ENTAO\n  DESTINO\nSENAO\n  '1;1'\nFIMSE\n",
    "formulas/destino.formula": "/* quem */\n'1;3'\n",
    "formulas/avisa.formula": "1 + 1\n",
    "atendimentos/a.toml": (
        "[[atendimento]]\ncoligada = 1\nlocalidade = 1\ncodigo = 7\ntipo = 10\netapa = 1\nstatus = 'A'\nprioridade = 'Alta'\n"
        "assunto = 'cadeira'\naberto_por = '1;1'\natendente = '1;1'\n"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in WORKSPACE.items():
        path = tmp_path / "area" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "area"


def test_a_ticket_of_a_workspace_goes_through_the_formulas_of_its_move(client: Client, folder: Path):
    put = points(folder / "formulas/destino.formula", {"line": 1})
    client.begin(put, workspace=str(folder), ticket="1;1;7", action="avançar")
    assert client.stopped() == {"reason": "breakpoint", "line": 2, "formula": "DESTINO"}
    paths = [Path(one["source"]["path"]).name for one in client.frames()]
    assert paths == ["destino.formula", "quem.formula"]
    assert client.scope("Campos")["PRIORIDADE"] == "'Alta'"
    assert client.go("reverseContinue")[0] == "entry"
    assert client.go("continue") == ("breakpoint", 2)
    assert client.go("continue") == ("terminated", None)
    said = client.said()
    assert "quem: 1;3\n" in said
    assert "avisa: 2\n" in said
    assert "Rui Sá" in said
    names = {one["name"] for one in client.do("loadedSources")["sources"]}
    assert names == {"quem.formula", "destino.formula", "avisa.formula"}


def test_one_formula_for_a_ticket(client: Client, folder: Path):
    client.begin(program="quem", workspace=str(folder), ticket="1;1;7", stopOnEntry=True)
    assert client.stopped() == {"reason": "entry", "line": 1, "formula": "quem.formula"}
    assert client.go("stepIn") == ("step", 2)
    assert client.go("stepIn") == ("step", 2)
    assert client.frames()[0]["name"] == "DESTINO"
    assert client.go("continue") == ("terminated", None)
    assert client.said() == "1;3\n"


LAUNCHES: list[tuple[dict[str, object], str]] = [
    ({}, "falta dizer o que depurar"),
    ({"program": 3}, "'program' deve ser um texto"),
    ({"program": "nada.formula"}, "o arquivo não existe"),
    ({"workspace": "/nada", "ticket": "1;1;7"}, "nada"),
    ({"text": "1", "limits": ["x"]}, "não é um limite"),
    ({"text": "1", "stopOnEntry": "sim"}, "'stopOnEntry' deve ser true ou false"),
    ({"text": "1", "reason": "2"}, "'reason' deve ser um número inteiro"),
    ({"text": "1", "context": "nada.toml"}, "o arquivo não existe"),
    ({"text": "1", "ticket": "1;1;7"}, "precisa de"),
]


def test_a_launch_that_cannot_be(client: Client):
    client.do("initialize")
    for arguments, said in LAUNCHES:
        told = client.ask("launch", **arguments)
        assert (told["success"], said in told["message"]) == (False, True), told
    client.do("launch", text="1 + 1")
    client.do("configurationDone")
    assert client.stopped()["reason"] == "terminated"


def test_wrong_order_and_unknown_requests(client: Client):
    assert "initialize" in client.ask("launch", text="1")["message"]
    client.do("initialize")
    assert not client.ask("initialize")["success"]
    for command in ("next", "stackTrace", "scopes", "evaluate", "pause", "terminate", "stepBack", "nada", "attach"):
        assert not client.ask(command)["success"]
    assert not client.ask("setBreakpoints", source=3)["success"]
    assert not client.ask("setBreakpoints", source={"path": "\0"}, breakpoints=[{"line": "x"}])["success"]
    client.do("launch", text="1")
    assert not client.ask("launch", text="1")["success"]
    client.do("terminate")
    client.event("terminated")
    client.do("disconnect")


NO_MESSAGES = (
    b"Content-Length: 5\r\n\r\n{nope",
    b"Content-Length: 2\r\n\r\n[]",
    b"Content-Length: -1\r\n\r\n",
    b"Content-Length: abc\r\n\r\n",
    b"X: y\r\n\r\n",
    b"X: " + b"y" * 100_000 + b"\r\n",
    b"Content-Length: 17000000\r\n\r\n" + b" " * 17_000_000,
    b'Content-Length: 17\r\n\r\n{"type": "event"}',
    b"Content-Length: 100000\r\n\r\n" + b"[" * 100_000,
    b'Content-Length: 50\r\n\r\n{"type":"request","seq":"x","command":["initial"]}',
)


def test_what_is_no_message_is_refused_and_the_next_is_read():
    with adapter() as client:
        for raw in NO_MESSAGES:
            client.send_bytes(raw)
            told = client.response(0)
            assert (told["success"], bool(told["message"])) == (False, True)
        client.do("initialize")


def test_a_whole_debugging_by_a_process(program: Path):
    with adapter() as client:
        client.begin(points(program, {"line": 8, "condition": "I = 2"}), **launch(program))
        assert client.stopped() == {"reason": "breakpoint", "line": 8, "formula": "soma.formula"}
        assert client.go("reverseContinue") == ("entry", 3)
        assert client.go("continue") == ("breakpoint", 8)
        assert client.go("continue") == ("terminated", None)
        assert client.said() == "18\n"
        client.do("disconnect")


def test_in_english(program: Path):
    with adapter("en") as client:
        assert client.ask("next")["message"] == "the first request must be initialize"
        client.begin(locale="", **launch(program, stopOnEntry=True))
        assert client.stopped()["line"] == 3
        assert client.scope("Variables") == {"I": "Vazio", "TOTAL": "Vazio"}


def test_the_editor_says_the_language(client: Client, program: Path):
    client.begin(locale="en-US", **launch(program, stopOnEntry=True))
    client.stopped()
    assert set(client.scope("Variables")) == {"I", "TOTAL"}
    client.do("disconnect")


def test_lines_may_count_from_0(client: Client, program: Path):
    client.do("initialize", linesStartAt1=False, columnsStartAt1=False)
    body = client.do("setBreakpoints", source={"path": str(program)}, breakpoints=[{"line": 6}])
    assert body["breakpoints"][0]["line"] == 6
    client.do("launch", **launch(program))
    client.do("configurationDone")
    assert client.stopped()["line"] == 6


def test_counts():
    assert [n for n in range(1, 7) if counted("<3", n)] == [1, 2]
    assert [n for n in range(1, 7) if counted("<= 3", n)] == [1, 2, 3]
    assert [n for n in range(1, 7) if counted("> 4", n)] == [5, 6]
    assert [n for n in range(1, 7) if counted("% 0", n)] == []
    assert statement_lines("SE\n  1 = 1\nENTAO 2 FIMSE") == [2, 3]
