"""A key that a file does not know is told the one that is meant, also in the words of the trade."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from kit.paths import ROOT, TESTS

from repl.commands import run
from routing.key_words import SAID_FOR, meant
from routing.testing.keys import SHARED_KEYS

KEYS = {file: list(keys) for file, keys in tomllib.loads((TESTS / "kit" / "workspace_keys.toml").read_text("utf-8")).items()}


def table(file: str, name: str) -> list[str]:
    """The keys of a table of a file."""
    return list(dict.fromkeys(key.split(".")[1] for key in KEYS[file] if key.startswith(f"{name}.")))


@pytest.mark.parametrize(
    ("file", "name", "written", "wanted"),
    [
        ("atendimentos", "atendimento", "solicitante", ["aberto_por"]),
        ("atendimentos", "atendimento", "Requerente", ["aberto_por"]),
        ("atendimentos", "atendimento", "recebedor", ["atendente", "grupo"]),
        ("atendimentos", "atendimento", "fila", ["grupo"]),
        ("atendimentos", "atendimento", "título", ["assunto"]),
        ("atendimentos", "atendimento", "descrição", ["solicitacao"]),
        ("atendimentos", "atendimento", "data de abertura", ["aberto_em"]),
        ("atendimentos", "atendimento", "passo", ["etapa"]),
        ("atendimentos", "atendimento", "prioridad", ["prioridade"]),
        ("diretorio", "atendente", "login", ["usuario"]),
        ("diretorio", "atendente", "férias", ["ausente"]),
        ("diretorio", "atendente", "gerente", ["chefe"]),
        ("diretorio", "atendente", "e-mail", ["email"]),
        ("diretorio", "grupo", "integrantes", ["membros"]),
        ("diretorio", "hierarquia", "titulares", ["ocupantes"]),
        ("diretorio", "secao", "superior", ["chefe", "pai"]),
        ("tipos", "etapa", "sla", ["duracao"]),
        ("tipos", "etapa", "campos obrigatorios", ["obrigatorios"]),
        ("tipos", "etapa", "recebedor", ["destino"]),
        ("tipos", "fluxo", "origem", ["de"]),
        ("tipos", "fluxo", "destino", ["para"]),
        ("repasse", "smtp", "host", ["servidor"]),
        ("repasse", "smtp", "zzzz", []),
    ],
)  # fmt: skip
def test_the_word_of_the_trade_is_known(file: str, name: str, written: str, wanted: list[str]) -> None:
    assert sorted(meant(written, table(file, name))) == wanted


def test_every_word_stands_for_a_key_that_there_is() -> None:
    there = {part for keys in KEYS.values() for key in keys for part in key.split(".")} | {*SHARED_KEYS, "espera", "linhas"}
    assert set(SAID_FOR) <= there


@pytest.mark.parametrize(
    ("file", "old", "new", "hint"),
    [
        ("diretorio.toml", "email = ", "correio = ", "'email'"),
        ("casos/movimentos.casos.toml", 'atendimento = "1;1;42"', 'atendimento = { tipo = 10, solicitante = "1;2" }', "'aberto_por'"),
        ("casos/movimentos.casos.toml", "acao = ", "evento = ", "'acao'"),
        ("repasse.toml", "[smtp]\n", "[smtp]\nhost = 'x'\n", "'servidor'"),
    ],
)  # fmt: skip
def test_files_say_it(capsys: pytest.CaptureFixture[str], tmp_path: Path, file: str, old: str, new: str, hint: str) -> None:
    folder = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    assert run(["test" if file.startswith("casos") else "check", str(folder)]) != 0
    assert f"você quis dizer {hint}?" in "".join(capsys.readouterr())
