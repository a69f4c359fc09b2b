"""``open --from`` on the command line (S:197): what it says, its short key, and options that go with another action."""

from __future__ import annotations

import pytest

from repl.commands import run


@pytest.fixture
def example(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "pt_BR.UTF-8")
    assert run(["init", "exemplo"]) == 0
    capsys.readouterr()
    return "exemplo"


def test_a_ticket_is_opened_from_another_by_its_code_alone(example, capsys):
    asked = [example, "1;1;90", "abrir", "--from", "42", "--actor", "ana", "--set", "ASSUNTO=Outro"]
    assert run(["plan", *asked, "--completo"]) == 0
    said = capsys.readouterr().out
    assert "parte do atendimento 1;1;42 (Rolamentos para a prensa 3)" in said
    assert "hipótese" not in said
    assert run(["move", *asked]) == 0
    capsys.readouterr()
    assert run(["show", example, "1;1;90"]) == 0
    shown = capsys.readouterr().out
    assert "assunto: Outro" in shown
    assert "FORNECEDOR = Rolamentos União" in shown
    assert run(["case", example, "1;1;90"]) == 0
    kept = capsys.readouterr().out
    assert "copia_de" not in kept
    assert 'assunto = "Outro"' in kept


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1;1;42", "advance", "--from", "1;1;43"], "--from só vale ao abrir"),
        (["1;1;90", "open", "--copy-parameters-from", "1;1;42"], "--copy-parameters-from só vale com mudar"),
        (["1;1;90", "open", "--from", "1;1;999", "--actor", "ana"], "o atendimento 1;1;999 não existe"),
        (["1;1;42", "open", "--from", "1;1;43", "--actor", "carlos"], "já foi aberto"),
    ],
)
def test_what_opens_nothing_says_why(example, capsys, words, said):
    assert run(["move", example, *words]) in {1, 2}
    out, err = capsys.readouterr()
    assert said in out + err
