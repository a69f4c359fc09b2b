"""``repasse test`` and the pytest plugin, as people call them: the same results, each in its own words."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from kit.paths import ROOT

pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "examples" / "compras"
MIXED = """\
formula = "repasse_filial"
[[caso]]
nome = "até o limite fica na coligada"
contexto.parametros.VALOR = 5000
espera.valor = "5"
[[caso]]
nome = "não é verdade"
contexto.parametros.VALOR = 5001
espera.valor = "5"
[[caso]]
nome = "depois"
pula = "espera a nova alçada"
espera.valor = "5"
[[caso]]
nome = "chave errada"
espera.valr = "5"
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    target = tmp_path / "compras"
    shutil.copytree(EXAMPLE, target)
    shutil.rmtree(target / "casos")
    shutil.rmtree(target / "propriedades")
    (target / "casos").mkdir()
    (target / "casos" / "mistos.casos.toml").write_text(MIXED, encoding="utf-8")
    return target


def repasse(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "repl.commands", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        check=False,
    )


def pytest_run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-rfEs", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "LANG": "C.UTF-8"},
        check=False,
    )


def test_failures_name_the_case_expected_obtained_and_the_place(workspace: Path) -> None:
    done = repasse(workspace, "test", "--lang", "pt")
    assert done.returncode == 1
    assert "✗ não é verdade  (casos/mistos.casos.toml:6)" in done.stdout
    assert "esperado: '5' (texto)" in done.stdout
    assert "obtido:   '2;3' (texto)" in done.stdout
    assert "você quis dizer 'valor'?" in done.stdout
    assert "depois: pulado: espera a nova alçada" in done.stdout
    assert "1 passaram, 2 falharam, 1 pulados" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_json_is_one_document(workspace: Path) -> None:
    done = repasse(workspace, "test", "--format", "json", "--coverage")
    document = json.loads(done.stdout)
    assert [(one["name"], one["status"], one["line"]) for one in document["cases"]] == [
        ("até o limite fica na coligada", "passed", 2),
        ("não é verdade", "failed", 6),
        ("depois", "skipped", 10),
        ("chave errada", "failed", 14),
    ]
    assert document["coverage"]["formulas"][-1]["code"] == "repasse_gestor"


def test_pytest_gives_the_same_results_with_names_and_lines_kept(workspace: Path) -> None:
    done = pytest_run(workspace, f"--junit-xml={workspace / 'pytest.xml'}")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 passed, 1 skipped" in done.stdout.replace("2 failed, ", "")
    assert "2 failed" in done.stdout
    assert "casos/mistos.casos.toml::não é verdade" in done.stdout
    assert "obtido:   '2;3' (texto)" in done.stdout
    ours = repasse(workspace, "test", "--junit", str(workspace / "repasse.xml"))
    assert ours.returncode == 1
    read = [
        [
            (case.get("name"), [inner.tag for inner in case])
            for case in ET.parse(workspace / f"{name}.xml").getroot().iter("testcase")
        ]
        for name in ("pytest", "repasse")
    ]
    assert read[0] == read[1]


@pytest.mark.parametrize(
    ("arguments", "counts"),
    [(("-k", "limite"), "1 passed"), (("-x",), "1 failed, 1 passed"), (("-n", "2"), "2 failed, 1 passed, 1 skipped")],
)
def test_pytest_options_work(workspace: Path, arguments: tuple[str, ...], counts: str) -> None:
    assert counts in pytest_run(workspace, *arguments).stdout


def test_last_failed_runs_only_those(workspace: Path) -> None:
    pytest_run(workspace)
    assert "2 failed" in pytest_run(workspace, "--lf").stdout.rsplit("\n", 2)[-2]
    assert "passed" not in pytest_run(workspace, "--lf").stdout.rsplit("\n", 2)[-2]


def test_foco_leaves_the_others_out_in_both(workspace: Path) -> None:
    file = workspace / "casos" / "mistos.casos.toml"
    file.write_text(MIXED.replace('nome = "até', 'foco = true\nnome = "até'), encoding="utf-8")
    assert "1 passed, 3 skipped" in pytest_run(workspace).stdout
    assert "1 passaram, 0 falharam, 3 pulados" in repasse(workspace, "test", "--lang", "pt").stdout
    refused = repasse(workspace, "test", "--ci", "--lang", "pt")
    assert refused.returncode == 2
    assert "tem foco" in refused.stderr
    assert repasse(workspace, "test", "--ci", "--update").returncode == 2


def test_the_plugin_is_light_until_it_sees_a_file_of_cases(tmp_path: Path) -> None:
    (tmp_path / "test_plain.py").write_text(
        "import sys\ndef test_nothing_loaded():\n    assert [name for name in sys.modules if name.split('.')[0] in {'formula', 'lark', 'sqlalchemy'}] == []\n",
        encoding="utf-8",
    )
    done = pytest_run(tmp_path, "-p", "no:cacheprovider")
    assert "1 passed" in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("nada",), 2), (("-k", "inexistente"), 2), (("-k", "and and"), 2), (("--minimo", "200"), 2), (("--gerar", "nenhuma"), 1), (("--inventada",), 2),
     (("-k", "limite", "--minimo", "10"), 0), (("-k", "limite", "--minimo", "100"), 1)],
)  # fmt: skip
def test_exit_codes(workspace: Path, arguments: tuple[str, ...], code: int) -> None:
    done = repasse(workspace, "test", *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stdout + done.stderr


def test_an_empty_folder_says_how_to_begin(tmp_path: Path) -> None:
    done = repasse(tmp_path, "test", "--lang", "pt")
    assert done.returncode == 2
    assert "não há arquivos *.casos.toml" in done.stderr


def test_mutants_and_proposals_from_the_command_line(workspace: Path) -> None:
    done = repasse(workspace, "test", "--mutantes", "-k", "limite", "--lang", "pt")
    assert done.returncode == 1
    assert "este caso perceberia:" in done.stdout
    made = repasse(workspace, "test", "--gerar", "repasse_gestor", "--lang", "pt")
    assert made.returncode == 0
    assert "4 de 4 ramos" in made.stderr
    (workspace / "casos" / "mistos.casos.toml").write_text(made.stdout, encoding="utf-8")
    assert repasse(workspace, "test", "--minimo", "10").returncode == 0


def test_update_writes_snapshots_for_review(workspace: Path) -> None:
    file = workspace / "casos" / "mistos.casos.toml"
    file.write_text(
        'formula = "repasse_filial"\n[[caso]]\nnome = "a"\ncontexto.parametros.VALOR = 1\nretrato = true\n', encoding="utf-8"
    )
    assert repasse(workspace, "test").returncode == 1
    done = repasse(workspace, "test", "--update", "--lang", "pt")
    assert (done.returncode, "revise-os" in done.stderr) == (0, True)
    assert repasse(workspace, "test").returncode == 0


def test_processes_of_xdist_put_their_coverage_and_snapshots_together(workspace: Path) -> None:
    alone = pytest_run(workspace, "--casos-coverage").stdout
    many = pytest_run(workspace, "--casos-coverage", "-n", "2", "--casos-dados", "dados").stdout
    table = [
        [line for line in text.splitlines() if line.startswith(("formulas/", "total")) and "%" in line] for text in (alone, many)
    ]
    assert table[0] == table[1]
    assert table[0][-1].split()[1] != "0/24"
    assert (workspace / "dados").is_file()
    text = 'formula = "repasse_filial"\n' + "".join(
        f"[[caso]]\nnome = '{number}'\nretrato = true\ncontexto.parametros.VALOR = {1000 * number}\n" for number in range(12)
    )
    (workspace / "casos" / "mistos.casos.toml").write_text(text, encoding="utf-8")
    assert "12 passed" in pytest_run(workspace, "--casos-update", "-n", "2").stdout
    kept = json.loads((workspace / "casos" / "mistos.retratos.json").read_text(encoding="utf-8"))
    assert {name: one["valor"] for name, one in kept.items()} == {str(number): "5" if number < 6 else "2;3" for number in range(12)}
    assert list(workspace.glob("casos/*.trava*")) == []


def test_watch_runs_again_at_a_change_and_ends_well(workspace: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "repl.commands", "test", "--watch", "--lang", "pt"],
        cwd=workspace,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
    )
    assert process.stdout is not None
    try:
        assert any("2 falharam" in line for line in lines_until(process.stdout, "Ctrl-C"))
        time.sleep(0.1)
        file = workspace / "casos" / "mistos.casos.toml"
        file.write_text(MIXED.replace("5001", "4999"), encoding="utf-8")
        assert any("1 falharam" in line for line in lines_until(process.stdout, "Ctrl-C"))
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.stdout.close()


def lines_until(stream: object, word: str) -> list[str]:
    made: list[str] = []
    for line in stream:  # type: ignore[attr-defined]
        made.append(line)
        if word in line:
            break
    return made


def test_check_reports_faults_of_cases(workspace: Path) -> None:
    done = repasse(workspace, "check", ".", "--format", "json")
    assert done.returncode == 1
    found = {
        file["path"]: [(one["code"], one["start"]["line"]) for one in file["diagnostics"]]
        for file in json.loads(done.stdout)["files"]
    }
    assert found["casos/mistos.casos.toml"] == [("caso-invalido", 16)]
