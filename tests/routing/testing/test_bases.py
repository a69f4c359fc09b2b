"""Named bases of cases, reused and varied; people that a case changes; snapshots of chosen parts; cases that do not always do the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import attrs
import pytest
from kit.paths import ROOT

from formula.builtins.table import function
from formula.types import Number
from repl.commands import run
from routing.testing.bench import Bench, Benches
from routing.testing.case import CaseFile
from routing.testing.cases import read_cases
from routing.testing.checking import check_cases
from routing.testing.many import unstable
from routing.testing.run import run_case
from routing.testing.snapshots import Snapshots
from routing.testing.suite import find_files, gather

pytestmark = pytest.mark.slow

BASES = """\
tipo = 10
acao = "advance"
contexto.agora = 2026-12-10T10:00:00

[bases."compra urgente"]
atendimento = "1;1;42"

[bases."sem centro"]
usa = "compra urgente"
atendimento.parametros = { CENTRO = "" }

[bases."gestor fora"]
pessoas."Davi Rocha".ausente = { de = 2026-12-01, ate = 2026-12-31, substituto = "1;5" }

[[caso]]
nome = "como é"
usa = "compra urgente"
espera.recebedor = "1;4"

[[caso]]
nome = "com o gestor fora"
usa = ["compra urgente", "gestor fora"]
espera.recebedor = "1;5"

[[caso]]
nome = "muda a base"
usa = ["sem centro", "gestor fora"]
pessoas."1;4".ausente = {}
atendimento.prioridade = "Normal"
espera = { recebedor = "1;3", parametros = {} }

[[caso]]
nome = "várias"
tabela = { colunas = ["usa", "pessoas.1;4.ativo", "recebedor"], linhas = [
  ["compra urgente", true, "1;4"],
  [["compra urgente", "gestor fora"], true, "1;5"],
] }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", target)
    shutil.rmtree(target / "casos")
    (target / "casos").mkdir()
    return target / "casos"


def file_of(folder: Path, text: str) -> CaseFile:
    path = folder / "a.casos.toml"
    path.write_text(text, encoding="utf-8")
    return read_cases(path)


def ends(file: CaseFile) -> list[tuple[str, str, list[str]]]:
    bench = Benches().of(file.path)
    results = [run_case(case, bench) for case in file.cases]
    return [(one.case.name, one.status, [f"{x.start.line}: {x.message}" for x in one.faults]) for one in results]


def test_a_base_is_used_by_name_and_varied(folder: Path) -> None:
    file = file_of(folder, BASES)
    assert file.every_fault == []
    assert [(name.split(" [")[0], status) for name, status, _ in ends(file)] == [
        ("como é", "passed"), ("com o gestor fora", "passed"), ("muda a base", "passed"), ("várias", "passed"), ("várias", "passed"),
    ]  # fmt: skip


def test_a_base_comes_from_another_file_too(folder: Path) -> None:
    head, _, cases = BASES.partition("[[caso]]")
    (folder / "comum.toml").write_text(head, encoding="utf-8")
    assert {status for _, status, _ in ends(file_of(folder, f'inclui = "comum.toml"\n[[caso]]{cases}'))} == {"passed"}


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ('usa = "compra urgnte"', "a base 'compra urgnte' não existe", "você quis dizer 'compra urgente'?"),
        ("usa = 5", "'usa' precisa do nome de uma base ou de uma lista de nomes", 'escreva usa = "nome da base"'),
        ('usa = "roda"', "'usa' é uma referência circular: roda → gira → roda", "tire um dos 'usa'"),
        ('usa = "compra urgente"\npessoas."Davi".ativo = false', "'Davi' não é uma pessoa do diretório", "Davi Rocha"),
        ('usa = "compra urgente"\npessoas."1;4".atvo = false', "a chave 'atvo' não existe numa pessoa", "'ativo'"),
        ('usa = "compra urgente"\npessoas."1;4".ativo = "não"', "'ativo' precisa de true ou false", "ativo = false"),
        ('usa = "compra urgente"\npessoas = "1;4"', "'pessoas' precisa de tabelas", None),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(folder: Path, line: str, said: str, hint: str | None) -> None:
    head = BASES.partition("[[caso]]")[0] + '[bases.roda]\nusa = "gira"\n[bases.gira]\nusa = "roda"\n'
    text = f'{head}[[caso]]\nnome = "a"\n{line}\nespera.recebedor = "1;3"\n'
    file = file_of(folder, text)
    ((_, status, _),) = ends(file)
    assert status == "failed"
    (fault,) = run_case(file.cases[0], Benches().of(file.path)).faults
    assert str(fault.message).startswith(said)
    assert hint is None or hint in str(fault.hint)
    assert fault.start.line == text.count("\n", 0, text.rindex(line)) + 1 + line.count("\n")


def test_a_key_that_no_base_has_is_told(folder: Path) -> None:
    file = file_of(folder, '[bases.x]\nnme = "a"\n[[caso]]\nnome = "a"\nformula = "f"\nespera.valor = 1\n')
    assert [(one.start.line, str(one.message)) for one in file.every_fault] == [(2, "a chave 'nme' não existe em uma base")]


EVERYONE = """\
tipo = 10
acao = "advance"
contexto.agora = 2026-12-10T10:00:00

[[caso]]
nome = "a caixa postal cheia prende"
para_cada = { %s }
ator = "{pessoa}"
atendimento = { modelo = "1;1;47", aberto_por = "{pessoa}", atendente = "{pessoa}" }
para = "Diretoria"
espera = { portao = "G3", nao = { recebedor = "{pessoa}" } }
"""


def everyone(folder: Path, wanted: str, text: str = EVERYONE) -> list[tuple[str, str, list[str]]]:
    return ends(file_of(folder, text % wanted))


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ('secao = "01.02"', ["1;2", "1;3"]),
        ('secao = "1;01.02"', ["1;2", "1;3"]),
        ('grupo = "Cotação"', ["1;2", "1;5", "1;6"]),
        ('grupo = "1;5"', ["1;2", "1;5", "1;6"]),
        ("grupo = 5", ["1;2", "1;5", "1;6", "2;3", "2;4"]),
        ('direito = "repassar:2"', ["2;3"]),
        ('chefe = "Igor Bastos"', ["2;4"]),
        ("coligada = 2", ["2;3", "2;4"]),
        ('coligada = 2, exceto = ["Joana Dias"]', ["2;3"]),
    ],
)
def test_a_case_is_run_for_everybody_of_a_kind(folder: Path, wanted: str, keys: list[str]) -> None:
    found = everyone(folder, wanted)
    assert [name.partition("[")[2].rstrip("]").rpartition(", ")[2] for name, _, _ in found] == keys
    assert {(status, *faults) for _, status, faults in found} == {("passed",)}


def test_only_whom_the_rule_treats_otherwise_fails(folder: Path) -> None:
    text = """\
texto = "SE USUARIOCORRENTE = 'igor' ENTAO 1 SENAO 2 FIMSE"
[[caso]]
nome = "ninguém é especial"
para_cada = { coligada = 2 }
contexto.usuario = "{usuario}"
tabela = { colunas = ["contexto.campos.PRIORIDADE", "valor"], linhas = [["Alta", 2], ["{nome}", 2]] }
"""
    found = ends(file_of(folder, text))
    assert [(name.rpartition("[")[2], status) for name, status, _ in found] == [
        ("Igor Bastos, 2;3]", "failed"), ("Joana Dias, 2;4]", "passed"),
        ("Igor Bastos, 2;3]", "failed"), ("Joana Dias, 2;4]", "passed"),
    ]  # fmt: skip


def test_who_is_no_longer_active_is_left_out_also_in_the_case(folder: Path) -> None:
    found = everyone(folder, 'secao = "01.02" }\npessoas = { "1;2" = { ativo = false }')
    assert [name.rpartition(", ")[2] for name, _, _ in found] == ["1;3]"]


@pytest.mark.parametrize(
    ("wanted", "said", "hint"),
    [
        ('secao = "01.03"', "a seção '01.03' não existe no diretório", "'01.02'"),
        ('secoa = "01.02"', "a chave 'secoa' não existe em para_cada", "'secao'"),
        ('grupo = "Cotacão de preços"', "'Cotacão de preços' não é um grupo do diretório", None),
        ('direito = "repasar:2"', "ninguém do diretório tem o direito 'repasar:2'", "'repassar:2'"),
        ('chefe = "Igo Bastos"', "'Igo Bastos' não é uma pessoa do diretório", "'Igor Bastos'"),
        ("coligada = 9", "'para_cada' não acha ninguém ativo com coligada = 9", "confira o diretório"),
        ("coligada = []", "'coligada' de 'para_cada' precisa de um texto", None),
        ("coligada = true", "'coligada' de 'para_cada' precisa de um texto", None),
        ("", "'para_cada' precisa de uma tabela", "secao"),
    ],
)
def test_whom_nobody_is_meant_by_is_one_failure_with_its_place(folder: Path, wanted: str, said: str, hint: str | None) -> None:
    file = file_of(folder, EVERYONE % wanted)
    (case,) = file.cases
    (fault,) = run_case(case, Benches().of(file.path)).faults
    assert str(fault.message).startswith(said)
    assert hint is None or hint in str(fault.hint)
    assert fault.start.line == 7
    assert [str(one.message) for one in check_cases(file.path)] == [str(fault.message)]


@pytest.mark.parametrize(
    ("places", "said", "hint"),
    [
        ({"pessoa": "1;3"}, "o caso não diz onde entra cada pessoa de 'para_cada'", "ator = "),
        ({"pessoa": "{pesoa}"}, "'{pesoa}' não é um lugar de 'para_cada'", "'{pessoa}'"),
        ({'{ recebedor = "{pessoa}': '{ recebedor = "{chefes}'}, "'{chefes}' não é um lugar de 'para_cada'", "'{chefe}'"),
    ],
)
def test_a_case_without_a_place_for_people_or_with_a_misspelt_one_is_told(
    folder: Path, places: dict[str, str], said: str, hint: str
) -> None:
    text = EVERYONE
    for place, other in places.items():
        text = text.replace(f"{{{place}}}" if place == "pessoa" else place, other)
    file = file_of(folder, text % 'secao = "01.02"')
    (case,) = file.cases
    (fault,) = run_case(case, Benches().of(file.path)).faults
    assert (fault.start.line, str(fault.message)) == (7, said)
    assert hint in str(fault.hint)


def test_a_snapshot_keeps_the_parts_that_are_named(folder: Path) -> None:
    text = BASES.partition("[[caso]]")[0] + '[[caso]]\nnome = "a"\nusa = "compra urgente"\nretrato = ["depois"]\n'
    file = file_of(folder, text)
    bench = Benches().of(file.path)
    kept = Snapshots.of(file.path, updating=True)
    assert run_case(file.cases[0], bench, snapshots=kept).status == "passed"
    assert [list(one) for one in kept.kept["a"]] == [["depois"]]
    kept.save()
    assert run_case(file.cases[0], bench).status == "passed"
    (fault,) = file_of(folder, text.replace('"depois"', '"depos"')).every_fault
    assert str(fault.message).startswith("'retrato' precisa de true, ou uma lista destas partes: fim, valor")


def test_what_does_not_always_do_the_same_is_named_with_what_differs(folder: Path) -> None:
    file_of(
        folder,
        'texto = "FRETE()"\n[[caso]]\nnome = "oscila"\nespera.valor = 2\n[[caso]]\nnome = "firme"\ntexto = "7"\nespera.valor = 7\n',
    )
    suite = gather(find_files([folder]))
    numbers = count(1)
    bench = varying(suite.entries[0].bench, numbers)
    entries = [attrs.evolve(one, bench=bench) for one in suite.entries]
    (found,) = unstable(suite, entries, 3)
    assert found.entry.name == "oscila"
    assert found.differences == (("resultado", '"failed"', '"passed"'), ("valor", '"1"', '"2"'))


def varying(bench: Bench, numbers: count[int]) -> Bench:
    """A bench whose function FRETE gives another number each time, as a plugin's may."""

    @function(origin="extension", examples=["FRETE() -> 1"])
    def frete() -> Number:
        """The next number."""
        return next(numbers)

    return attrs.evolve(bench, site=attrs.evolve(bench.site, functions={**bench.site.functions, "FRETE": frete}))


def test_repeating_the_example_finds_nothing_that_varies(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file_of(folder, BASES)
    assert run(["test", str(folder.parent / "casos"), "--repetir", "3", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["unstable"] == []
    assert run(["test", str(folder.parent / "casos"), "--repeat", "2", "--update"]) == 2


PLUGIN = """
import itertools, time

from formula.builtins.table import function
from formula.types import Number
from routing.plugins import Plugin

numbers = itertools.count(1)


@function(origin="extension", examples=["FRETE() -> 1"])
def frete() -> Number:
    \"\"\"O preço de agora, que muda a cada pergunta.\"\"\"
    return next(numbers)


@function(origin="extension", examples=["RELOGIO() -> 1"])
def relogio() -> Number:
    \"\"\"O relógio da máquina, e não o do caso.\"\"\"
    return time.perf_counter_ns()


plugin = Plugin(functions=(frete, relogio))
"""
FLAKY = """
[[caso]]
nome = "oscila"
texto = "SE RESTO(FRETE(), 2) = 1 ENTAO 'ímpar' SENAO 'par' FIMSE"
espera.valor = "ímpar"

[[caso]]
nome = "depende do relógio"
texto = "RELOGIO()"
espera.status = "ok"

[[caso]]
nome = "firme"
texto = "7"
espera.valor = 7
"""


@pytest.fixture
def flaky(folder: Path) -> Path:
    """The example with a plugin installed beside it whose functions do not always answer the same."""
    site = folder.parent.parent / "site"
    (site / "instavel-1.0.dist-info").mkdir(parents=True)
    (site / "instavel-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: instavel\nVersion: 1.0\n")
    (site / "instavel-1.0.dist-info" / "entry_points.txt").write_text("[repasse.plugins]\ninstavel = instavel:plugin\n")
    (site / "instavel.py").write_text(PLUGIN, encoding="utf-8")
    (folder / "a.casos.toml").write_text(FLAKY, encoding="utf-8")
    return site


def with_plugin(site: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(site), str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, encoding="utf-8", cwd=site.parent / "compras",
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}, timeout=120,
    )  # fmt: skip


def test_a_flaky_case_of_a_real_plugin_is_named_by_the_command(flaky: Path) -> None:
    once = with_plugin(flaky, "repl.commands", "test", "casos", "--lang", "pt")
    assert (once.returncode, "3 passaram, 0 falharam" in once.stdout) == (0, True), once.stdout + once.stderr
    done = with_plugin(flaky, "repl.commands", "test", "casos", "--repetir", "3", "--lang", "pt")
    assert done.returncode == 1
    told = done.stdout.partition("instáve")[2]
    assert "oscila" in told
    assert "depende do relógio" in told
    assert "firme" not in told
    assert '"ímpar"' in told
    assert '"par"' in told


def test_and_fails_in_pytest(flaky: Path) -> None:
    assert with_plugin(flaky, "pytest", "-q", "-p", "no:cacheprovider", "casos").returncode == 0
    done = with_plugin(flaky, "pytest", "-q", "-p", "no:cacheprovider", "casos", "--casos-repetir", "2")
    assert done.returncode == 1
    assert "2 failed, 1 passed" in done.stdout
    assert "instável: não faz sempre o mesmo" in done.stdout
    assert 'valor: uma vez "ímpar", outra "par"' in done.stdout
