"""A workspace whose second step asks for approval; 1;1;7 waits in the first, opened and held by Rui (1;1)."""

from __future__ import annotations

from pathlib import Path

from kit.workspaces import make_workspace

TYPE = """codigo = 10
nome = "Compra"
repasse = "manter"
[[etapa]]
codigo = 1
nome = "Abertura"
entrada = true
[[etapa]]
codigo = 2
nome = "Comitê"
aprovacao = {{ por = [{by}], regra = {rule}, veto = {veto}, ao_rejeitar = {back} }}
[[etapa]]
codigo = 3
nome = "Fim"
[[fluxo]]
de = 1
para = 2
[[fluxo]]
de = 2
para = 3
"""
PEOPLE = "\n".join(
    f'[[atendente]]\ncoligada = 1\ncodigo = {code}\nnome = "{name}"\n'
    for code, name in enumerate(("Rui", "Lia", "Nilo", "Otto"), 1)
)
TICKET = '[[atendimento]]\ncoligada = 1\nlocalidade = 1\ncodigo = 7\ntipo = 10\netapa = 1\nstatus = "A"\nassunto = "Prensa"\naberto_por = "1;1"\natendente = "1;1"\n'


def folder_of(tmp_path: Path, by: str = '"1;2", "1;3", "5"', rule: str = '"todos"', veto: str = "false", back: str = '"C"') -> Path:
    """The folder. The texts are those of the keys of ``aprovacao``."""
    group = '[[grupo]]\ncoligada = 1\ncodigo = 5\nnome = "Fiscal"\nmembros = ["1;3", "1;4"]\n'
    folder = make_workspace(tmp_path / "ws", tickets=0)
    (folder / "tipos/compra.toml").write_text(TYPE.format(by=by, rule=rule, veto=veto, back=back), encoding="utf-8")
    (folder / "diretorio.toml").write_text(PEOPLE + group, encoding="utf-8")
    (folder / "atendimentos/pedidos.toml").write_text(TICKET, encoding="utf-8")
    return folder
