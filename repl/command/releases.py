"""Commands on rules as releases: rules, publish, rollback, diff, replay, decision."""

from __future__ import annotations

from typing import Any

import click

from repl.command.formulas import format_option
from repl.command.lists import HERE
from repl.messages import message
from repl.showing.console import FINE, Console


@click.command("rules", help=message("Mostra as publicações das regras: revisão, quando, por quem, nota, estado."))
@HERE
@format_option
@click.pass_obj
def rules_command(console: Console, workspace: str, form: str) -> int:
    """The newest first."""
    from repl.showing.shadowing import say_rules

    say_rules(console, workspace, form)
    return FINE


@click.command(
    "publish", help=message("Verifica as regras da pasta e faz delas a publicação que decide; com falhas, recusa e mostra todas.")
)
@HERE
@click.option("--note", default="", metavar="T", help=message("Por que se publica."))
@click.option("--by", default="", metavar="NAME", help=message("Quem publica; sem ela, o usuário do sistema."))
@click.option("--shadow", is_flag=True, help=message("Só ao lado: decide sem valer, e as diferenças são contadas."))
@click.option(
    "--share", "percent", type=click.IntRange(1, 99), metavar="PERCENT", help=message("Vale para uma parte dos atendimentos.")
)
@click.option(
    "--accept",
    is_flag=True,
    help=message("Publica mesmo tirando o que atendimentos em andamento usam, ou quebrando propriedades."),
)
@format_option
@click.pass_obj
def publish_command(console: Console, /, **given: Any) -> int:
    """Exit code 1 when the rules have faults, or would pull something from under tickets."""
    from repl.showing.releases import publish_now

    return publish_now(console, **given)


@click.command("rollback", help=message("Volta de imediato à publicação anterior, ou à que se diz."))
@click.argument("workspace")
@click.argument("revision", required=False, metavar="REV")
@format_option
@click.pass_obj
def rollback_command(console: Console, workspace: str, revision: str | None, form: str) -> int:
    """The people stay as they are."""
    from repl.showing.releases import roll_back_now

    roll_back_now(console, workspace, revision, form)
    return FINE


@click.command("diff", help=message("Mostra o que muda entre duas regras, com um atendimento de exemplo em que diferem."))
@click.argument("workspace")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option("--trials", type=click.IntRange(1), default=2_000, show_default=True, help=message("Quantas tentativas por fórmula."))
@format_option
@click.pass_obj
def diff_command(console: Console, workspace: str, old: str, new: str, trials: int, form: str) -> int:
    """A and B: a revision, a folder, ``published`` or ``folder``."""
    from repl.showing.differing import diff_now

    diff_now(console, workspace, old, new, trials, form)
    return FINE


@click.command("impact", help=message("Mostra o que outras regras mudam para os atendimentos abertos, e quem recebe mais."))
@HERE
@click.argument("old", required=False, default="published", metavar="A")
@click.argument("new", required=False, default="folder", metavar="B")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help=message("Formato da resposta."))
@click.pass_obj
def impact_command(console: Console, workspace: str, old: str, new: str, form: str) -> int:
    """The next move of each open ticket by A (``published`` unless told) and by B (``folder``), named as in ``diff``."""
    from repl.showing.impact import impact_now

    impact_now(console, workspace, old, new, form)
    return FINE


@click.command("replay", help=message("Decide de novo, com outras regras, o que já foi decidido. Nada é gravado."))
@click.argument("workspace")
@click.option("--rules", required=True, metavar="REV|DIR|published|folder", help=message("As regras a experimentar."))
@click.option("--since", metavar="WHEN", help=message("Só decisões a partir de uma data, em ISO."))
@click.option("--type", "kind", type=int, metavar="N", help=message("Só de um tipo de atendimento."))
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help=message("Processos ao mesmo tempo."))
@click.option(
    "--from", "file", metavar="FILE.parquet", help=message("As decisões de um arquivo de decisions --to, em vez das do banco.")
)
@click.option("--cluster", metavar="ADDRESS", help=message("Um cluster Dask, como tcp://127.0.0.1:8786."))
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", help=message("Formato da resposta.")
)
@click.option("--fail-on-change", is_flag=True, help=message("Termina com 1 quando algo muda."))
@click.pass_obj
def replay_command(console: Console, /, **given: Any) -> int:
    """Exit code 1 with --fail-on-change when a decision would change or fault; 130 at Ctrl-C, after what was found so far."""
    from repl.showing.replaying import replay_now

    return replay_now(console, **given)


@click.command("decision", help=message("Mostra uma decisão; com --again, decide de novo do que foi gravado e compara."))
@click.argument("workspace")
@click.argument("number", type=click.IntRange(1), metavar="N")
@click.option("--again", is_flag=True, help=message("Decide de novo do que foi gravado."))
@format_option
@click.pass_obj
def decision_command(console: Console, workspace: str, number: int, again: bool, form: str) -> int:
    """Exit code 1 when it would be decided otherwise."""
    from repl.showing.replaying import decision_now

    return decision_now(console, workspace, number, again, form)
