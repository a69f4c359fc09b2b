"""Settings of mail and service from the environment and from files, without a secret in repasse.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from routing.failures import SettingsFault
from routing.http.settings import service_settings
from routing.setting_list import settings_of
from routing.settings import read_settings
from routing.workspace.folder import load_workspace


def test_the_environment_wins_key_by_key() -> None:
    given = {
        "REPASSE_BANCO": "sqlite:///outro.sqlite", "REPASSE_SMTP_SERVIDOR": "smtp.exemplo.com.br", "REPASSE_SMTP_PORTA": "2525",
        "REPASSE_SMTP_SENHA": "12345", "REPASSE_SMTP_REMETENTES": "a@exemplo.com.br, @exemplo.net", "REPASSE_SMTP_TEMPO_LIMITE": "2.5",
        "REPASSE_SMTP_TENTATIVAS": "3",
    }  # fmt: skip
    read = read_settings({"smtp": {"servidor": "velho", "usuario": "ana"}}, given)
    smtp = read.smtp
    assert (read.database, smtp.host, smtp.port, smtp.user, smtp.password) == (
        "sqlite:///outro.sqlite", "smtp.exemplo.com.br", 2525, "ana", "12345",
    )  # fmt: skip
    assert (smtp.senders, smtp.timeout, read.rules.attempts) == (("a@exemplo.com.br", "@exemplo.net"), 2.5, 3)


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "senha").write_text("segredo com espaço \n", encoding="utf-8")
    (tmp_path / "banco").write_text("postgresql://rm:x@127.0.0.1/rm\n", encoding="utf-8")
    read = read_settings({"smtp": {"senha_arquivo": str(tmp_path / "senha")}}, {"REPASSE_BANCO_ARQUIVO": str(tmp_path / "banco")})
    assert (read.smtp.password, read.database) == ("segredo com espaço ", "postgresql://rm:x@127.0.0.1/rm")
    with pytest.raises(SettingsFault, match="senha_arquivo"):
        read_settings({"smtp": {"senha_arquivo": str(tmp_path / "nada")}}, {})


def test_a_value_of_the_environment_that_does_not_fit_names_its_variable() -> None:
    with pytest.raises(SettingsFault, match="REPASSE_SMTP_PORTA"):
        read_settings({}, {"REPASSE_SMTP_PORTA": "muitas"})


def test_the_service_reads_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPASSE_SERVICO_PEDIDOS", "7")
    monkeypatch.setenv("REPASSE_SERVICO_RASTREAMENTO", "true")
    read = service_settings({"servico": {"pedidos": 9, "fila": 3}})
    assert (read.requests, read.queue, read.tracing) == (7, 3, True)


def test_the_list_names_what_every_reader_of_the_environment_asks_for_and_hides_secrets() -> None:
    found = {
        "banco": "postgresql://rm:abre-te@bd.exemplo.com.br/rm", "smtp": {"senha": "abre-te"}, "fontes": {"rm": "mssql://sa:abre-te@rm/db"},
        "webhook": [{"url": "https://exemplo.com.br", "segredo": "whsec_abre-te"}],
    }  # fmt: skip
    rows = {row.variable: row for row in settings_of(found, {"REPASSE_SMTP_PORTA": "2525"})}
    assert "abre-te" not in str(rows)
    assert (rows["REPASSE_SMTP_PORTA"].value, rows["REPASSE_SMTP_PORTA"].origin) == ("2525", "environment")
    assert (rows["REPASSE_BANCO"].origin, rows["REPASSE_SMTP_TENTATIVAS"].origin) == ("file", "default")
    asked = Asked()
    read_settings({}, asked)
    assert {name for name in asked.names if name.startswith("REPASSE_")} <= {*rows, "REPASSE_WEBHOOK_SEGREDO"}


class Asked(dict[str, str]):
    """An environment that remembers which variables were looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.names.add(key)
        return default


def test_the_environment_says_when_rules_are_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repasse.toml").write_text('publicar = "automatico"\n', encoding="utf-8")
    (tmp_path / "diretorio.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("REPASSE_PUBLICAR", "manual")
    assert load_workspace(tmp_path).settings["publicar"] == "manual"
