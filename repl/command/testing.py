"""The command ``test``: the cases of rules, without the user knowing pytest."""

from __future__ import annotations

from typing import Any

import click

from repl.messages import message
from repl.showing.console import Console


@click.command("test", help=message("Executa os casos de teste de regras (*.casos.toml) abaixo de cada caminho."))
@click.argument("paths", nargs=-1, metavar="PATH…")
@click.option(
    "-k", "words", default="", metavar="WORDS", help=message("Só casos com estas palavras; e, ou, não e parênteses as juntam.")
)
@click.option("-x", "first_only", is_flag=True, help=message("Para na primeira falha."))
@click.option("--update", is_flag=True, help=message("Grava os retratos novos ou diferentes, para revisão."))
@click.option("--ci", is_flag=True, help=message("Para integração contínua: recusa foco e não grava retratos."))
@click.option("--watch", is_flag=True, help=message("Executa de novo a cada mudança nos arquivos, até Ctrl-C."))
@click.option("--junit", metavar="FILE", help=message("Escreve o resultado em JUnit XML."))
@click.option("--contra", metavar="REV|DIR", help=message("Compara o que cada caso faz com o que faria sob outras regras."))
@click.option("--replay", is_flag=True, help=message("Decide de novo também as decisões gravadas no banco da área de trabalho."))
@click.option("--report", metavar="FILE", help=message("Escreve uma página HTML com cada caso em Dado, Quando, Então."))
@click.option("--slowest", type=click.IntRange(0), default=0, metavar="N", help=message("Mostra os N casos mais lentos."))
@click.option(
    "--repeat", "--repetir", "repeat", type=click.IntRange(2), metavar="N",
    help=message("Executa cada caso N vezes, também em outra ordem, e diz quais não fazem sempre o mesmo."),
)  # fmt: skip
@click.option("--prune", is_flag=True, help=message("Tira os retratos de casos que não há mais."))
@click.option(
    "--coverage", "--cobertura", "coverage", is_flag=True, help=message("Mostra linhas, ramos e condições que os casos alcançam.")
)
@click.option("--html", metavar="DIR", help=message("Cobertura em HTML."))
@click.option("--lcov", metavar="FILE", help=message("Cobertura em LCOV."))
@click.option("--xml", "cobertura_xml", metavar="FILE", help=message("Cobertura em Cobertura XML."))
@click.option("--dados", metavar="FILE", help=message("Cobertura num arquivo de dados do coverage.py."))
@click.option(
    "--minimo", type=click.FloatRange(0, 100), metavar="N", help=message("Falha se a cobertura ficar abaixo de N por cento.")
)
@click.option("--mutantes", is_flag=True, help=message("Muda as fórmulas como as pessoas erram e diz o que nenhum caso percebe."))
@click.option("--gerar", metavar="FORMULA", help=message("Propõe uma tabela de casos que alcança todos os ramos da fórmula."))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=message("Texto para pessoas ou um documento JSON."),
)
@click.pass_obj
def test_command(console: Console, /, **given: Any) -> int:
    """Exit code 1 when a case fails (with --contra: differs; with --replay: or a decision would change), 2 when there is none."""
    from repl.command.testing_run import carry_out
    from repl.command.testing_wish import Wish

    return carry_out(console, Wish(**given))
