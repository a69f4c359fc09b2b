"""The command line as people call it: exit codes, one JSON document, never a traceback."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from repl.commands import COMMANDS, run
from repl.example import copy_example

SEED = (
    "DECL VAR1; DECL VAR2; DECL VAR3; DECL VAR4; SETVAR(VAR1, '85'); SETVAR(VAR2, '27'); SETVAR(VAR3, '61'); "
    "SETVAR(VAR4, '49'); ANALISAR(VAR1, VAR2, VAR3, VAR4);"
)

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """The command in this process, with the streams of a process of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LANGUAGE", "")
    for name in ("LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str, given: str | bytes = "", lang: str = "pt_BR.UTF-8") -> subprocess.CompletedProcess[str]:
        monkeypatch.setenv("LC_ALL", lang)
        raw = io.BytesIO(given if isinstance(given, bytes) else given.encode())
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw, encoding="utf-8", errors="surrogateescape"))
        code = run(words)
        said = capsysbinary.readouterr()
        return subprocess.CompletedProcess(words, code, said.out.decode(), said.err.decode())

    return call


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    copy_example(tmp_path / "compras")
    return tmp_path / "compras"


def test_run_shows_the_value(cli: Cli) -> None:
    done = cli("run", "-e", "10 / 4")
    assert (done.returncode, done.stdout, done.stderr) == (0, "2,5\n", "")


def test_the_seed_s_own_example_prints_its_four_values(cli: Cli) -> None:
    done = cli("run", "-e", SEED)
    assert (done.returncode, done.stdout) == (0, "85 27 61 49\n")


def test_analisar_is_a_status_of_its_own(cli: Cli) -> None:
    got = json.loads(cli("run", "-e", SEED, "--format", "json").stdout)
    assert got.pop("steps") == 1
    assert got == {
        "status": "stopped",
        "value": {"kind": "vazio", "value": None, "display": ""},
        "message": "85 27 61 49",
        "effects": [],
        "diagnostics": [],
    }


def test_a_mail_about_a_handoff_is_one_effect(cli: Cli) -> None:
    got = json.loads(
        cli("run", "-e", "ENVIAEMAILREPASSE('a@exemplo.com.br', 'b@exemplo.com.br', '', '1;3')", "--format", "json").stdout
    )
    assert got["effects"] == [
        {"type": "handoff_mail", "from": "a@exemplo.com.br", "to": "b@exemplo.com.br", "cc": "", "destination": "1;3"}
    ]


def test_errors_of_the_text_are_an_outcome_in_json(cli: Cli) -> None:
    done = cli("run", "-e", "1 +", "--format", "json")
    got = json.loads(done.stdout)
    assert (done.returncode, got["status"], got["diagnostics"][0]["start"]) == (1, "fault", {"line": 1, "column": 4})


def test_a_fault_stands_under_its_place(cli: Cli) -> None:
    done = cli("run", "-e", "DECL A; SETVAR(A, 0); 10 / A")
    assert done.returncode == 1
    assert "  1 | DECL A; SETVAR(A, 0); 10 / A\n    |                       ^^^^^^\n" in done.stderr


def test_a_limit_can_be_set(cli: Cli) -> None:
    done = cli("run", "-e", "DECL A; SETVAR(A, 1); ENQUANTO A > 0 FACA SETVAR(A, A + 1) FIMENQ", "--limit", "steps=50")
    assert done.returncode == 1
    assert "limite-passos" in done.stderr


def test_a_trace_tells_each_step(cli: Cli) -> None:
    got = json.loads(cli("run", "-e", "DECL A; SETVAR(A, 2); A + 1", "--trace", "--format", "json").stdout)
    assert [(step["text"], step["changes"], step["value"]["display"]) for step in got["trace"]] == [
        ("SETVAR(A, 2)", {"A": {"kind": "numero", "value": "2", "display": "2"}}, "2"),
        ("A + 1", {}, "3"),
    ]


def test_explain_gives_the_chain(cli: Cli) -> None:
    got = json.loads(cli("explain", "-e", "DECL A; SETVAR(A, 2); A + 1", "--format", "json").stdout)
    assert [line["where"] for line in got["explanation"]] == ["linha 1", "linha 1", "linha 1"]


def test_context_file_gives_fields_and_stand_ins(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(
        'usuario = "mestre"\n[campos]\nPRIORIDADE = "Urgente"\n[funcoes]\nRC = 2000\n"VLRVALE(\'L1\')" = 4.5\n', encoding="utf-8"
    )
    done = cli("run", "-e", "CONCAT(PRIORIDADE, ' ', USUARIOCORRENTE, ' ', RC * VLRVALE('L1'))", "--context", "c.toml")
    assert done.stdout == "Urgente mestre 9000\n"


def test_a_broken_context_file_is_told_with_its_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("coligada = 1\n[campos]\nX = [1]\n", encoding="utf-8")
    done = cli("run", "-e", "1", "--context", "c.toml")
    assert (done.returncode, "c.toml:3:1" in done.stderr) == (1, True)


def test_check_reports_every_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "a.formula").write_text("1 + 1", encoding="utf-8")
    (tmp_path / "f" / "b.formula").write_text("SE 1 = 1 ENTAO A", encoding="utf-8")
    done = cli("check", "f", "--format", "json")
    got = json.loads(done.stdout)
    assert done.returncode == 1
    assert [(file["path"], bool(file["diagnostics"])) for file in got["files"]] == [("f/a.formula", False), ("f/b.formula", True)]


def test_check_knows_the_neighbours_of_a_formula(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "A1.formula").write_text("B1 + 1", encoding="utf-8")
    (tmp_path / "f" / "B1.formula").write_text("2", encoding="utf-8")
    assert cli("check", "f").returncode == 0


def test_check_of_standard_input(cli: Cli) -> None:
    done = cli("check", "-", "--format", "json", given="A == 1")
    assert [one["code"] for one in json.loads(done.stdout)["files"][0]["diagnostics"]] == ["nome-desconhecido", "igual-duplo"]


def test_check_takes_one_file_of_a_workspace(cli: Cli, workspace: Path) -> None:
    done = cli("check", str(workspace / "formulas" / "repasse_gestor.formula"), "--format", "json")
    got = json.loads(done.stdout)["files"]
    assert (done.returncode, len(got), got[0]["diagnostics"]) == (0, 1, [])


def test_check_says_whose_clock_counts_where_none_is_named(cli: Cli, workspace: Path) -> None:
    settings = workspace / "repasse.toml"
    named = settings.read_text("utf-8")
    assert (
        "fuso" in cli("check", str(workspace)).stdout,
        "machine_zone" in json.loads(cli("check", str(workspace), "--format", "json").stdout),
    ) == (
        False,
        False,
    )
    settings.write_text(named.replace('fuso = "America/Sao_Paulo"', ""), "utf-8")
    done = cli("check", str(workspace), "--lang", "pt")
    assert (done.returncode, "sem fuso em repasse.toml vale o da máquina, " in done.stdout) == (0, True)
    (told,) = json.loads(cli("check", str(workspace), "--format", "json").stdout)["machine_zone"]
    assert told["workspace"] == workspace.as_posix()
    assert told["zone"]


def test_check_finds_workspaces_below_a_folder(cli: Cli, workspace: Path) -> None:
    (workspace / "formulas" / "repasse_gestor.formula").unlink()
    done = cli("check", ".")
    assert (done.returncode, "tipos/compras.toml:" in done.stdout) == (1, True)


def test_sarif_names_the_place(cli: Cli) -> None:
    got = json.loads(cli("check", "-", "--format", "sarif", given="1 +").stdout)
    assert got["version"] == "2.1.0"
    assert len(got["runs"][0]["results"]) == 1


def test_windows_1252_is_read_with_a_lint(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.formula").write_bytes("'ação'".encode("cp1252"))
    done = cli("run", "a.formula")
    assert (done.returncode, done.stdout) == (0, "ação\n")
    assert "sugestão" in done.stderr


def test_format_rewrites_and_check_only_looks(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "a.formula"
    path.write_text("se 1=1 entao 2 fimse", encoding="utf-8")
    looked = cli("format", "--check", "a.formula").returncode
    kept = path.read_text(encoding="utf-8")
    wrote = cli("format", "a.formula").returncode
    again = cli("format", "--check", "a.formula").returncode
    assert (looked, kept, wrote, again) == (1, "se 1=1 entao 2 fimse", 0, 0)


def test_format_leaves_a_faulty_file_alone(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "a.formula"
    path.write_text("SE 1 = 1", encoding="utf-8")
    assert (cli("format", "a.formula").returncode, path.read_text(encoding="utf-8")) == (1, "SE 1 = 1")


def test_plan_changes_nothing_and_move_does(cli: Cli, workspace: Path) -> None:
    planned = json.loads(cli("plan", str(workspace), "1;1;43", "advance", "--format", "json").stdout)
    before = json.loads(cli("show", str(workspace), "1;1;43", "--format", "json").stdout)
    moved = json.loads(cli("move", str(workspace), "1;1;43", "advance", "--format", "json").stdout)
    after = json.loads(cli("show", str(workspace), "1;1;43", "--format", "json").stdout)
    assert (planned["status"], planned["after"]["holder"], before["steps"]) == ("planned", {"attendant": "1;1"}, [])
    assert (moved["status"], moved["after"]["version"], len(after["steps"])) == ("moved", 2, 1)
    assert [mail["kind"] for mail in after["mails"]] == ["handoff", "handoff_copy"]


def test_a_refused_move_ends_with_one(cli: Cli, workspace: Path) -> None:
    done = cli("move", str(workspace), "1;1;46", "advance", "--format", "json")
    got = json.loads(done.stdout)
    assert (done.returncode, got["status"], got["gate"]) == (1, "refused", "G8")


def test_a_broken_workspace_tells_every_fault(cli: Cli, workspace: Path) -> None:
    (workspace / "tipos" / "reembolso.toml").write_text("codigo = \n", encoding="utf-8")
    (workspace / "formulas" / "repasse_filial.formula").unlink()
    done = cli("plan", str(workspace), "1;1;42", "advance")
    assert (done.returncode, "reembolso.toml:1:" in done.stderr, "repasse_filial" in done.stderr) == (1, True, True)


def test_run_sees_a_ticket_of_a_workspace(cli: Cli, workspace: Path) -> None:
    done = cli("run", "-e", "CONCAT(PRIORIDADE, ' ', repasse_gestor)", "--workspace", str(workspace), "--ticket", "1;1;42")
    assert done.stdout == "Urgente 1;4\n"


def test_init_copies_a_workspace_that_checks(cli: Cli, tmp_path: Path) -> None:
    made, checked, again = cli("init", "novo"), cli("check", "novo"), cli("init", "novo")
    assert (made.returncode, checked.returncode, again.returncode) == (0, 0, 2)


def test_a_key_is_the_last_word(cli: Cli, workspace: Path) -> None:
    done = cli("key", "new", "--scope", "read", "--workspace", str(workspace))
    assert (done.returncode, len(done.stdout.split()[-1]) > 20) == (0, True)


def test_functions_lists_and_explains(cli: Cli) -> None:
    listed = json.loads(cli("functions", "--format", "json").stdout)["functions"]
    one = json.loads(cli("functions", "concat", "--format", "json").stdout)
    assert one in listed
    assert (cli("functions", "CONCTA").returncode, "CONCAT" in cli("functions", "CONCTA").stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "told"),
    [("TABFUNC", "Folha de Pagamento"), ("MES", "MES = 11"), ("UPPER", "MAIUSCULA"), ("CODETAPA", "ETAPA"), ("NVL", "SENAO")],
)
def test_functions_knows_what_the_checker_knows(cli: Cli, name: str, told: str) -> None:
    done = cli("functions", name)
    assert (done.returncode, told in done.stdout) == (1, True)


def test_functions_of_one_context(cli: Cli) -> None:
    names = {one["name"] for one in json.loads(cli("functions", "--context", "global", "--format", "json").stdout)["functions"]}
    assert ("CONCAT" in names, "AVANCARETAPA" in names) == (True, False)
    refused = cli("functions", "--context", "rh")
    assert (refused.returncode, "global, taa" in refused.stderr) == (2, True)


def test_repl_runs_the_lines_of_a_pipe(cli: Cli) -> None:
    done = cli("repl", given=f"{SEED}\nSE 1 = 1 ENTAO\n  'sim'\nFIMSE\n:sair\n1/0\n")
    assert (done.returncode, done.stdout) == (
        0,
        "85 27 61 49\n(ANALISAR parou a fórmula: VAR1 = '85', VAR2 = '27', VAR3 = '61', VAR4 = '49')\nsim\n",
    )


def test_repl_runs_what_the_pipe_left_open(cli: Cli) -> None:
    done = cli("repl", given="SE 1 = 1 ENTAO\n")
    assert (done.returncode, "falta-fimse" in done.stdout) == (1, True)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", ["pt", "en"])
def test_every_command_has_help(cli: Cli, name: str, language: str) -> None:
    done = cli(name, "--help", "--lang", language)
    assert (done.returncode, done.stdout.startswith("Uso:" if language == "pt" else "Usage:")) == (0, True)


def test_the_language_follows_the_locale(cli: Cli) -> None:
    said = {lang: cli("--help", lang=lang).stdout.split(":")[0] for lang in ("pt_BR.UTF-8", "en_US.UTF-8", "C.UTF-8", "C")}
    assert said == {"pt_BR.UTF-8": "Uso", "en_US.UTF-8": "Usage", "C.UTF-8": "Uso", "C": "Uso"}


def test_the_installed_command_starts(tmp_path: Path) -> None:
    """One real process: the entry point, its exit code and its streams."""
    command = [sys.executable, "-m", "repl.commands", "run", "-", "--lang", "pt"]
    done = subprocess.run(command, input=b"10 / 0", capture_output=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout, b"Traceback" in done.stderr) == (1, b"", False)
    assert "divisão de 10 por zero".encode() in done.stderr


BAD_CALLS: list[tuple[str, ...]] = [
    ("voar",), ("run",), ("run", "-e", "1", "x.formula"), ("run", "nada.formula"), ("run", "."), ("run", "a\0b"),
    ("run", "-e", "1", "--context", "nada.toml"), ("run", "-e", "1", "--limit", "passos"), ("run", "-e", "1", "--limit", "steps=-1"),
    ("run", "-e", "1", "--ticket", "1;1;1"), ("run", "-e", "1", "--workspace", "nada"), ("check",), ("check", "nada"),
    ("plan", "nada", "1;1;1", "advance"), ("show", "nada", "1;1;1"), ("key", "new"), ("key", "new", "--scope", "tudo"),
    ("--lang", "fr", "run", "-e", "1"), ("run", "-e", "1", "--lang"), ("serve", "--port", "99999"), ("init",),
    ("plan", ".", "1;1;1", "voar"), ("repl", "nada.formula"), ("move", "sqlite:////nada/nada.sqlite", "1;1;1", "advance"),
]  # fmt: skip


@pytest.mark.parametrize("words", BAD_CALLS, ids=lambda words: " ".join(words).replace("\0", "NUL"))
def test_a_wrong_call_ends_with_two(cli: Cli, words: tuple[str, ...], tmp_path: Path) -> None:
    if "\0" in "".join(words):
        words = tuple(word.replace("\0", "") for word in words)
    done = cli(*words)
    assert done.returncode == 2
    assert done.stderr.strip()


BAD_TEXTS = [
    b"\xff\xfe\x00\x01", b"\0" * 100, b"(" * 100_000, b"'" * 5_001, b"/*" * 3_000, "ção ñ 漢字 😀".encode(), b"SE " * 2_000,
    b"\xef\xbb\xbf1", b";" * 10_000, b"A" * 200_000, b"1" * 5_000, b"\r\n\r\n", b"",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(BAD_TEXTS)))
@pytest.mark.parametrize("command", ["check", "run"])
def test_any_bytes_give_diagnostics_or_a_value(cli: Cli, command: str, number: int, tmp_path: Path) -> None:
    (tmp_path / "x.formula").write_bytes(BAD_TEXTS[number])
    done = cli(command, "x.formula", "--format", "json")
    assert done.returncode in {0, 1}
    json.loads(done.stdout)


@pytest.mark.slow
def test_any_bytes_in_a_session(cli: Cli) -> None:
    done = cli("repl", given=b"\n".join(BAD_TEXTS[:6]) + b"\n1 + 1\n")
    assert done.returncode == 1


def test_a_reader_who_leaves_is_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "repl.commands", "functions", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        said = process.stderr.read()
    assert b"Traceback" not in said
    assert b"BrokenPipe" not in said


def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    endless = "DECL A; SETVAR(A, 1); ENQUANTO A > 0 FACA SETVAR(A, A + 1) FIMENQ"
    command = [sys.executable, "-m", "repl.commands", "run", "-e", endless, "--limit", "steps=999999999"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, b"Traceback" in said) == (130, False)


def test_output_that_cannot_hold_a_letter_is_escaped(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "repl.commands", "run", "-e", "'ação 漢'"]
    done = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (0, "ação \\u6f22\n".encode("latin-1"))


def test_check_takes_what_run_takes_from_a_context(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "regra.formula").write_text("NVD(1) + MINHA", encoding="utf-8")
    (tmp_path / "c.toml").write_text('[funcoes]\n"NVD(*)" = 2\n[campos]\nMINHA = 3\n', encoding="utf-8")
    assert cli("run", "regra.formula", "--context", "c.toml").stdout == "5\n"
    assert cli("check", "regra.formula").returncode == 1
    for path, given in (("regra.formula", ""), (".", ""), ("-", "NVD(1) + MINHA")):
        done = cli("check", path, "--context", "c.toml", given=given)
        assert (done.returncode, "0 erros" in done.stdout) == (0, True)
    (tmp_path / "solta.toml").write_text("lenient = true\n", encoding="utf-8")
    assert cli("check", "-", "--context", "solta.toml", given="SETVAR(A, 1); A").returncode == 0
    assert cli("check", "regra.formula", "--context", "nada.toml").returncode == 2
    copy_example(tmp_path / "compras")
    refused = cli("check", "compras", "--context", "c.toml")
    assert refused.returncode == 2
    assert "--context" in refused.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("DECL A; ANALISAR(A, '', 'b', '')", "A = Vazio, '', 'b', ''"),
        (
            "DECL A; SETVAR(A, 3); ANALISAR(A + 1, CONCAT('x', A), '', A > 2)",
            "A + 1 = 4, CONCAT('x', A) = 'x3', '', A > 2 = VERDADE",
        ),
        ("ANALISAR('85', '27', '61', '49')", "'85', '27', '61', '49'"),
    ],
)
def test_below_the_message_stands_what_analisar_was_given(cli: Cli, text: str, told: str) -> None:
    done = cli("run", "-e", text)
    assert f"(ANALISAR parou a fórmula: {told})" in done.stderr
    assert f"(ANALISAR parou a fórmula: {told})" in cli("repl", given=text).stdout
    assert "(ANALISAR stopped" in cli("run", "-e", text, lang="en_US.UTF-8").stderr
