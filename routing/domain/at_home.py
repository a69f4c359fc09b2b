"""What to do about a fault of a formula where a ticket is: there is no context file to add a line to (house §13)."""

from __future__ import annotations

from formula.messages import Message
from routing.messages import message

TO_CONTEXT = "em [funcoes]: {linha}"
"""How hints end that lead to a context file's stand-ins."""


def at_home(code: str, said: str, hint: str | None) -> tuple[str, str | None]:
    """A fault's message and hint as they hold for tickets of a workspace. Those that speak of no context stay."""
    name = next(iter(said.values.values()), "") if isinstance(said, Message) else ""
    match code:
        case "formula-sem-texto":
            return (
                message("o ambiente não tem a fórmula '{codigo}'", codigo=name),
                message("crie formulas/{codigo}.formula ou corrija o código", codigo=name),
            )
        case "sentenca-sem-linhas":
            return (
                message("o ambiente não tem a sentença '{codigo}'", codigo=name),
                message("crie sentencas/{codigo}.sql ou corrija o código", codigo=name),
            )
        case "sentenca-desconhecida" if hint is None:
            return said, message("crie sentencas/{codigo}.sql ou corrija o código", codigo=name)
        case "campo-sem-valor":
            return message("o atendimento não tem o campo '{nome}'", nome=name), message("declare-o em [campos] de repasse.toml")
        case "parametro-sem-valor":
            return (
                message("o tipo do atendimento não tem o parâmetro '{nome}'", nome=name),
                message("acrescente-o a parametros, no arquivo do tipo"),
            )
        case "sem-requisicao":
            return said, message("o número da requisição é a chave requisicao do atendimento")
    if isinstance(hint, Message) and hint.template.endswith(TO_CONTEXT):
        return said, no_stand_in(hint)
    return said, hint


def no_stand_in(hint: Message) -> Message:
    """The same advice, with the stand-in where a workspace may have one: in a case."""
    cure = message(
        "funções de outros módulos só um plugin dá a atendimentos; num caso de teste, em [contexto.funcoes]: {linha}",
        linha=hint.values["linha"],
    )
    lead = {
        "para uma": message("para uma data use {nome}(data)", nome=hint.values.get("nome", "")),
        "não é va": message("não é variável, campo, parâmetro nem função daqui"),
        "veja as ": message("veja as funções com: repasse functions"),
    }.get(hint.template[:8])
    return cure if lead is None else message("{um}; {outro}", um=lead, outro=cure)
