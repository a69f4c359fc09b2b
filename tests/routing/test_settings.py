"""Settings of mail and service from the environment and from files, without a secret in repasse.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from routing.failures import SettingsFault
from routing.http.settings import service_settings
from routing.settings import read_settings


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
