"""``repasse test`` beyond single results: two versions of the rules, recorded decisions, the report, annotations, snapshots."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from kit.paths import ROOT

from repl.commands import run

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", folder)
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return folder


def change(folder: Path, formula: str, old: str, new: str) -> None:
    path = folder / "formulas" / f"{formula}.formula"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def copied(workspace: Path) -> Path:
    other = workspace.parent / "outra"
    shutil.copytree(workspace, other)
    return other


def compared(capsys: Captured, workspace: Path, other: str) -> dict:
    capsys.readouterr()
    code = run(["test", str(workspace), "--contra", other, "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert code == (1 if found["different"] else 0)
    return found


def test_the_same_rules_differ_in_nothing(workspace: Path, capsys: Captured) -> None:
    other = copied(workspace)
    change(other, "repasse_gestor", "VALOR > 20000", "20000 < VALOR")
    found = compared(capsys, workspace, str(other))
    assert found["groups"] == []
    assert found["same"] == found["cases"] > 30


def test_differences_are_grouped_by_the_line_that_changed(workspace: Path, capsys: Captured) -> None:
    other = copied(workspace)
    change(other, "repasse_gestor", "VALOR > 20000", "VALOR > 900")
    change(other, "repasse_filial", "5000", "100")
    change(other, "repasse_filial", "/* Compra", "\n\n/* Compra")
    found = compared(capsys, workspace, str(other))
    groups = {group["where"]: group for group in found["groups"]}
    assert set(groups) == {"repasse_gestor, linha 6", "repasse_filial, linha 3"}
    gestor = groups["repasse_gestor, linha 6"]
    assert (gestor["then"], gestor["now"]) == ("SE VALOR > 900 ENTAO", "SE VALOR > 20000 ENTAO")
    names = {case["name"]: case for case in gestor["cases"]}
    assert names["aprovador pelo valor e pela prioridade [5: 20000; Normal; 1;3]"]["differences"][0] == {
        "key": "valor", "then": '"1;1"', "now": '"1;3"',
    }  # fmt: skip


def test_a_formula_that_no_longer_runs_is_grouped_by_its_fault(workspace: Path, capsys: Captured) -> None:
    other = copied(workspace)
    change(other, "repasse_filial", "5000", "LIMITE")
    found = compared(capsys, workspace, str(other))
    assert [group["where"] for group in found["groups"]] == ["repasse_filial, linha 3"]


def test_what_is_no_formula_differs_without_a_line(workspace: Path, capsys: Captured) -> None:
    other = copied(workspace)
    people = other / "diretorio.toml"
    people.write_text(people.read_text(encoding="utf-8").replace("ana.lima@", "ana@"), encoding="utf-8")
    found = compared(capsys, workspace, str(other))
    assert [group["where"] for group in found["groups"]] == [None]


def test_cases_against_a_release(workspace: Path, capsys: Captured) -> None:
    assert run(["publish", str(workspace)]) == 0
    change(workspace, "repasse_gestor", "1;4", "1;9")
    found = compared(capsys, workspace, "published")
    assert [group["where"] for group in found["groups"]] == ["repasse_gestor, linha 12"]
    assert run(["test", str(workspace), "--contra", "published"]) == 1
    said = capsys.readouterr().out
    assert "antes: SETVAR(APROVADOR, '1;4');" in said
    assert run(["test", str(workspace), "--contra", "nenhuma"]) == 2
    assert run(["test", str(workspace), "--contra", "published", "--update"]) == 2
    assert "tire --update" in capsys.readouterr().err


def test_recorded_decisions_are_made_again(workspace: Path, capsys: Captured) -> None:
    assert run(["move", str(workspace), "1;1;42", "advance"]) == 0
    shutil.rmtree(workspace / "casos")
    capsys.readouterr()
    assert run(["test", str(workspace), "--replay"]) == 0
    assert "a decisão seria a mesma" in capsys.readouterr().out
    change(workspace, "repasse_gestor", "1;4", "1;9")
    assert run(["test", str(workspace), "--replay", "--format", "json"]) == 1
    (tally,) = json.loads(capsys.readouterr().out)["replay"].values()
    assert (tally["decisions"], tally["counts"]["changed"]) == (1, 1)


def test_the_report_is_one_inert_page(workspace: Path, tmp_path: Path) -> None:
    (workspace / "casos" / "z.casos.toml").write_text(
        '[[caso]]\nnome = "<script>alert(1)</script>"\nformula = "repasse_gestor"\ncontexto.campos.PRIORIDADE = "<b>"\n'
        'contexto.parametros.VALOR = 1\nespera.destino = "1;9"\n[[caso]]\nnome = "mal"\nespera.valr = 1\n',
        encoding="utf-8",
    )
    target = tmp_path / "r.html"
    assert run(["test", str(workspace), "--report", str(target)]) == 1
    page = target.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<b>" not in page
    assert not re.search(
        r"""(?:\ssrc|\shref|\son\w+)\s*=|url\(|@import""", re.sub(r"<pre>.*?</pre>|<dd>.*?</dd>", "", page, flags=re.DOTALL)
    )
    for part in ("<dt>Dado</dt>", "<dt>Quando</dt>", "<dt>Então</dt>", "o campo PRIORIDADE é &lt;b&gt;", "a regra indica 1;9"):
        assert part in page
    assert page.count("<article") >= 30
    assert 'class="failed"' in page
    assert run(["--lang", "en", "test", str(workspace), "--report", str(target)]) == 1
    english = target.read_text(encoding="utf-8")
    assert "<dt>Given</dt>" in english
    assert "Então" not in english


def test_failures_are_grouped_by_the_line_that_decided(workspace: Path, capsys: Captured) -> None:
    change(workspace, "repasse_gestor", "VALOR > 20000", "VALOR > 900")
    change(workspace, "repasse_filial", "5000", "100")  # one case
    assert run(["--lang", "pt", "test", str(workspace / "casos" / "formulas.casos.toml"), "--format", "json"]) == 1
    groups = {one["where"]: [case["name"] for case in one["cases"]] for one in json.loads(capsys.readouterr().out)["groups"]}
    # what fails for one case alone makes no group
    assert set(groups) == {"repasse_gestor, linha 6"}
    assert "aprovador pelo valor e pela prioridade [5: 20000; Normal; 1;3]" in groups["repasse_gestor, linha 6"]
    assert run(["--lang", "pt", "test", str(workspace / "casos" / "formulas.casos.toml")]) == 1
    _, _, told = capsys.readouterr().out.partition("falhas pela linha que decidiu:\n")
    assert re.match(rf"  repasse_gestor, linha 6: {len(groups['repasse_gestor, linha 6'])} casos: aprovador pelo valor", told)


def test_failures_are_annotations_on_github(workspace: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(workspace.parent))
    file = workspace / "casos" / "z.casos.toml"
    file.write_text(
        '[[caso]]\nnome = "um, dois: 100%"\nformula = "repasse_filial"\n'
        'contexto.parametros.VALOR = 1\nespera.valor = "9"\n[[caso]]\nnome = "mal"\nespera.valr = 1\n',
        encoding="utf-8",
    )
    assert run(["test", str(file)]) == 1
    first, second = (line for line in capsys.readouterr().err.splitlines() if line.startswith("::"))
    assert first.startswith("::error file=compras/casos/z.casos.toml,line=5,title=um%2C dois%3A 100%25::valor%0A")
    assert second.startswith("::error file=compras/casos/z.casos.toml,line=6,title=mal::")


def test_the_slowest_are_listed(workspace: Path, capsys: Captured) -> None:
    assert run(["test", str(workspace), "--slowest", "3", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)["slowest"]
    assert [one["seconds"] for one in shown] == sorted((one["seconds"] for one in shown), reverse=True)
    assert len(shown) == 3
    assert run(["test", str(workspace), "--slowest", "2"]) == 0
    assert "os mais lentos:" in capsys.readouterr().out


def test_obsolete_snapshots_are_listed_and_taken_out(workspace: Path, capsys: Captured) -> None:
    file = workspace / "casos" / "z.casos.toml"
    head = 'formula = "repasse_filial"\ncontexto.parametros.VALOR = 1\n'
    both = head + '[[caso]]\nnome = "a"\nretrato = true\n[[caso]]\nnome = "b"\nretrato = true\n'
    file.write_text(both, encoding="utf-8")
    assert run(["test", str(file), "--update"]) == 0
    kept = file.with_name("z.retratos.json")
    file.write_text(both.replace('nome = "b"\nretrato = true', 'nome = "c"\nespera.valor = "5"'), encoding="utf-8")
    other = file.with_name("sem.retratos.json")
    other.write_text('{"x": {}}', encoding="utf-8")
    capsys.readouterr()
    assert run(["test", str(file), "--ci"]) == 0
    said = capsys.readouterr().err
    assert "z.retratos.json: b" in said
    assert "sem.retratos.json: x" in said
    assert run(["test", str(file), "--ci", "--prune"]) == 2
    assert set(json.loads(kept.read_text(encoding="utf-8"))) == {"a", "b"}
    assert run(["test", str(file), "--prune"]) == 0
    assert set(json.loads(kept.read_text(encoding="utf-8"))) == {"a"}
    assert not other.exists()


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n{}", "[]", "\xff", '"x"', ""])
def test_a_snapshot_that_is_not_json_fails_its_cases_alone(workspace: Path, capsys: Captured, text: str) -> None:
    file = workspace / "casos" / "z.casos.toml"
    file.write_text(
        'formula = "repasse_filial"\ncontexto.parametros.VALOR = 1\n[[caso]]\nnome = "a"\nretrato = true\n'
        '[[caso]]\nnome = "b"\nespera.valor = "5"\n',
        encoding="utf-8",
    )
    kept = file.with_name("z.retratos.json")
    kept.write_bytes(text.encode("latin-1"))
    for more in ([], ["--update"], ["--prune"]):
        capsys.readouterr()
        assert run(["test", str(file), *more]) == 1
        said = capsys.readouterr().out
        assert "1 passaram, 1 falharam" in said
        assert "apague-o e grave de novo" in said
        assert kept.read_bytes() == text.encode("latin-1")
