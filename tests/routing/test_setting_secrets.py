"""Secrets stay where they are: no copy of a workspace has them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401
from kit.workspaces import make_workspace

from routing.checking import check_workspace
from routing.desk.desk import open_desk
from routing.domain.decision import Request
from routing.failures import SettingsFault
from routing.setting_secrets import secret_files, without_secrets
from routing.store.transfer import export_store, import_store

SECRET = "seg-R3do/9"
SETTINGS = f"""\
# senha = "{SECRET}"
banco = "postgresql+psycopg://repasse:{SECRET.replace("/", "%2F")}@bd.example.com/repasse"   # o banco
[smtp]
servidor = "smtp.example.com"
senha = "{SECRET}"
senha_arquivo = "senha.txt"
[fontes]
rm = 'mssql://leitor:{SECRET.replace("/", "")}@rm.example.com/rm'
outra = "sqlite:///dados.sqlite"
[[webhook]]
url = "https://chamados.exemplo.com.br/ganchos"
segredo = '{SECRET}'
"""


def test_a_secret_that_is_no_text_is_not_repeated(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "pasta", 1, "[smtp]\nsenha = 90817263\n")
    (found,) = [one for _, faults in check_workspace(folder) for one in faults if one.severity == "error"]
    assert str(found.message) == "o que foi escrito não serve para 'smtp.senha' em repasse.toml"
    assert "90817263" not in f"{found.message} {found.hint}"


def test_every_way_to_write_a_secret_is_found_and_the_rest_stays() -> None:
    raw, keys = without_secrets(SETTINGS.encode())
    assert keys == ("banco", "smtp.senha", "fontes.rm", "webhook.segredo")
    assert SECRET[:6].encode() not in raw
    assert len(raw.splitlines()) == len(SETTINGS.splitlines())
    left = tomllib.loads(raw.decode())
    assert left["banco"] == "postgresql+psycopg://repasse@bd.example.com/repasse"
    assert left["fontes"] == {"rm": "mssql://leitor@rm.example.com/rm", "outra": "sqlite:///dados.sqlite"}
    assert (left["smtp"]["senha"], left["webhook"][0]["url"]) == ("", "https://chamados.exemplo.com.br/ganchos")
    assert without_secrets(raw) == (raw, ())
    assert secret_files(SETTINGS.encode()) == {"senha.txt"}


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    st.sampled_from(["[smtp]\nsenha = {}", "smtp = {{ senha = {} }}", '[smtp]\n"senha"={}']),
)
def test_any_password_in_any_form_is_taken_out(password: str, form: str) -> None:
    text = form.format(json.dumps(password, ensure_ascii=False))
    raw, keys = without_secrets(text.encode())
    assert keys == ("smtp.senha",)
    assert tomllib.loads(raw.decode())["smtp"]["senha"] == ""


@pytest.mark.parametrize("text", ['[smtp]\nsenha = """\numa\nduas"""', "[smtp]\nsenha = '''a'b'''"])
def test_texts_of_several_lines(text: str) -> None:
    raw, keys = without_secrets(text.encode())
    assert (keys, tomllib.loads(raw.decode())) == (("smtp.senha",), {"smtp": {"senha": ""}})


def test_what_cannot_be_taken_out_is_told() -> None:
    with pytest.raises(SettingsFault, match="smtp.senha"):
        without_secrets(b'smtp."senh\\u0061" = "x"')


def test_a_store_and_an_export_have_no_secret(desk_of: OpenDesk, tmp_path: Path) -> None:
    source = make_workspace(tmp_path / "origem", 1, f'[smtp]\nservidor = "127.0.0.1"\nsenha = "{SECRET}"\n')
    (source / "senha.txt").write_text(SECRET, encoding="utf-8")
    text = (source / "repasse.toml").read_text(encoding="utf-8")
    (source / "repasse.toml").write_text(f'{text}senha_arquivo = "{source / "senha.txt"}"\n', encoding="utf-8")
    target = desk_of()
    with open_desk(source) as desk:
        desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
        export_store(desk.store, tmp_path / "saida", source)
    import_store(target.store, source)
    export_store(target.store, tmp_path / "outra")
    for folder in (tmp_path / "saida", tmp_path / "outra"):
        written = [path for path in folder.rglob("*") if path.is_file()]
        assert folder / "repasse.toml" in written
        assert [path.name for path in written if SECRET in path.read_text(encoding="utf-8")] == []
        assert not (folder / "senha.txt").exists()
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in source.glob("repasse.sqlite*"))
