"""Codes of faults in a site's files and of refusals; slugs are never renamed (house §5)."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from formula.codes.table import ERROR, LINT, WARNING
from formula.messages import Message
from routing.messages import message


@attrs.frozen
class SiteCode:
    """A row: severity of the fault and its title."""

    code: str
    severity: str
    title: Message


def row(code: str, severity: str, title: Message) -> SiteCode:
    """A row of the table."""
    return SiteCode(code, severity, title)


ROWS: tuple[SiteCode, ...] = (
    row("toml-invalido", ERROR, message("Arquivo TOML que não pode ser lido")),
    row("arquivo-ilegivel", ERROR, message("Arquivo que não pode ser lido")),
    row("arquivo-ausente", ERROR, message("Arquivo que falta no ambiente")),
    row("arquivo-fora-do-lugar", ERROR, message("Arquivo ou pasta fora do lugar")),
    row("arquivo-sem-uso", WARNING, message("Arquivo ou pasta que não é lido")),
    row("codificacao", LINT, message("Texto que não está em UTF-8")),
    row("chave-ausente", ERROR, message("Chave obrigatória que falta")),
    row("chave-desconhecida", ERROR, message("Chave que não existe")),
    row("valor-invalido", ERROR, message("Valor de outro tipo ou fora da lista")),
    row("codigo-repetido", ERROR, message("Código que aparece duas vezes")),
    row("atendente-desconhecido", ERROR, message("Atendente que o diretório não tem")),
    row("grupo-desconhecido", ERROR, message("Grupo que o diretório não tem")),
    row("formula-desconhecida", ERROR, message("Fórmula que o ambiente não tem")),
    row("tipo-desconhecido", ERROR, message("Tipo de atendimento que não existe")),
    row("etapa-desconhecida", ERROR, message("Etapa que o tipo não tem")),
    row("hierarquia-desconhecida", WARNING, message("Nó de hierarquia que não existe")),
    row("secao-desconhecida", WARNING, message("Seção que não existe")),
    row("campo-obrigatorio-desconhecido", ERROR, message("Campo obrigatório que não existe")),
    row("chefia-em-anel", ERROR, message("Referência circular entre chefes")),
    row("hierarquia-em-anel", ERROR, message("Referência circular na hierarquia")),
    row("secao-em-anel", ERROR, message("Referência circular entre seções")),
    row("substituicao-em-anel", WARNING, message("Referência circular entre substitutos")),
    row("segunda-entrada", ERROR, message("Segunda etapa de entrada")),
    row("sem-entrada", WARNING, message("Tipo sem etapa de entrada")),
    row("sem-destino", ERROR, message("Repasse sem destino configurado")),
    row("sem-formula", ERROR, message("Repasse por fórmula sem fórmula")),
    row("grupo-vazio", WARNING, message("Grupo sem atendente ativo")),
    row("atendente-fora-do-grupo", ERROR, message("Atendente fixo que o grupo não tem")),
    row("aprovadores-insuficientes", ERROR, message("Aprovação que ninguém pode dar")),
    row("sem-saida", WARNING, message("Aprovação numa etapa da qual o fluxo não sai")),
    row("lembrete-sem-lugar", ERROR, message("Lembrete que não cabe na duração da etapa")),
    row("vencer-sem-duracao", WARNING, message("Fórmulas de vencimento numa etapa sem duração")),
    row("destino-inativo", WARNING, message("Destino fixo inativo")),
    row("etapa-sem-saida", LINT, message("Etapa da qual não se sai")),
    row("tipo-sem-grupo", LINT, message("Tipo sem grupo")),
    row("etapa-inalcancavel", WARNING, message("Etapa a que não se chega")),
    row("formulas-em-anel", WARNING, message("Referência circular entre etapas que avançam por fórmula")),
    row("duas-etapas-pedidas", WARNING, message("Fórmula que pode pedir duas etapas de uma vez")),
    row("etapa-nao-pedida", LINT, message("Fórmula que só em parte escolhe a etapa")),
    row("formula-do-tipo", WARNING, message("Etapa que repassa por fórmula e não diz qual")),
    row("formula-sem-efeito", LINT, message("Fórmula de uma etapa que repassa de outro modo")),
    row("copia-sem-repasse-por-formula", WARNING, message("Cópia do repasse num tipo que repassa de outro modo")),
    row("no-vago", LINT, message("Nó da hierarquia sem ocupante ativo")),
    row("chefe-inativo", LINT, message("Chefe inativo")),
    row("receptor-sem-email", LINT, message("Receptor sem endereço de e-mail")),
    row("obrigatorio-preenchido-tarde", LINT, message("Campo obrigatório que uma fórmula preenche tarde demais")),
    row("obrigatorio-sem-quem-preencha", WARNING, message("Campo obrigatório que ninguém pode preencher")),
    row("etapa-pedida-desconhecida", WARNING, message("Etapa pedida por uma fórmula que o tipo não tem")),
    row("etapa-fora-do-fluxo", WARNING, message("Etapa pedida por uma fórmula de onde o fluxo não vai a ela")),
    row("acao-incompleta", WARNING, message("Ação de uma fórmula sem o que ela exige")),
    row("lugar-desconhecido", WARNING, message("Seção, função, nó ou requisição que o diretório não tem")),
    row("outro-atendimento-desconhecido", WARNING, message("Atendimento em que uma fórmula escreve e que não existe")),
    row("alteracao-impossivel", WARNING, message("Alteração de um campo que não existe")),
    row("endereco-da-copia", WARNING, message("Endereço de uma cópia que não é endereço")),
    row("destino-sem-receptor", WARNING, message("Destino escrito na fórmula que não resolve")),
    row("atendimento-sem-chao", WARNING, message("Atendimento que não acha mais o que usa")),
    row("banco-ilegivel", WARNING, message("Banco de dados que não pôde ser olhado")),
    row("atendimento-editado", WARNING, message("Atendimento de exemplo mudado depois de entrar no banco")),
    row("parametro-desconhecido", ERROR, message("Parâmetro que o tipo não tem")),
    row("campo-desconhecido", ERROR, message("Campo complementar que o ambiente não declara")),
    row("classificacao-desconhecida", ERROR, message("Classificação que não existe")),
    row("cliente-desconhecido", ERROR, message("Cliente que o diretório não tem")),
    row("contato-desconhecido", ERROR, message("Contato que o cliente não tem")),
    row("representante-desconhecido", ERROR, message("Representante que o ambiente não tem")),
    row("valor-fora-da-lista", ERROR, message("Valor que não está na lista do campo")),
    row("origem-desconhecida", ERROR, message("Origem de contato que não existe")),
    row("plugin-falhou", WARNING, message("Plugin que não carrega")),
    row("remetente-recusado", WARNING, message("Remetente que o ambiente não permite")),
    row("caso-invalido", ERROR, message("Caso de teste mal escrito")),
    row("caso-com-foco", WARNING, message("Caso com foco: os outros não são executados")),
    row("propriedade-invalida", ERROR, message("Propriedade mal escrita")),
    row("propriedade-falha", WARNING, message("Propriedade que as regras não cumprem")),
)

TABLE: Mapping[str, SiteCode] = {code.code: code for code in ROWS}
