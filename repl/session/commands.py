"""The commands of a session: one row each, from which help, completion and dispatch are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

import attrs

from formula.messages import Message
from formula.names import as_seen
from repl.messages import message
from repl.session import debugging
from repl.session import files as session_files
from repl.session import folder as session_folder
from repl.session import impact as session_impact
from repl.session import questions as session_questions
from repl.session import runs as session_runs
from repl.session import supposing as session_supposing
from repl.session import tickets as session_tickets
from repl.session.session import Session
from repl.session.words import without_accents
from repl.showing.answers import DIM, LEAVE, TITLE, Answer, Line, answer, refusal

Act = Callable[[Session, str], Answer]
WATCHED = frozenset({"planejar", "mover", "executar", "testar", "impacto"})
"""Commands before which the workspace's files are looked at."""


@attrs.frozen
class Command:
    """A command: its Portuguese and English names, what follows it, what it does."""

    name: str
    english: str
    usage: Message | str
    help: Message
    act: Act


def carry_out(session: Session, line: str) -> Answer:
    """Find and do a command. An unknown one is answered with near names."""
    word, _, rest = line[1:].strip().partition(" ")
    command = BY_NAME.get(without_accents(as_seen(word)))
    if command is None:
        names = [row.english if session.language == "en" else row.name for row in COMMANDS]
        near = get_close_matches(without_accents(word), names, 1)
        hint = message("você quis dizer :{nome}?", nome=near[0]) if near else message("veja :ajuda")
        return refusal(message("o comando ':{nome}' não existe", nome=word), hint)
    if command.name != "contexto":  # whose values may be any text
        rest = as_seen(rest)
    if command.name in WATCHED:
        from repl.session.reloading import watched

        return watched(session, lambda: command.act(session, rest.strip()))
    return command.act(session, rest.strip())


def show_help(session: Session, rest: str) -> Answer:
    """All commands, one command, or a function of the language."""
    if not rest:
        lines = [Line(message("Comandos"), TITLE)]
        lines += [Line(message("  {uso:35}  {ajuda}", uso=usage(session, row), ajuda=row.help)) for row in COMMANDS]
        lines.append(Line(""))
        lines.append(Line(message("Qualquer outra linha é uma fórmula; :ajuda NOME explica um comando ou uma função."), DIM))
        return Answer(tuple(lines))
    command = BY_NAME.get(without_accents(rest.lstrip(":")))
    if command is not None:
        return answer(usage(session, command), command.help)
    return function_help(session, rest)


def usage(session: Session, command: Command) -> Message:
    """``:abrir ARQUIVO`` in the language of the session."""
    name = command.english if session.language == "en" else command.name
    return message(":{nome} {uso}", nome=name, uso=command.usage) if command.usage else message(":{nome}", nome=name)


def function_help(session: Session, name: str) -> Answer:
    """The page of a function, or what a keyword does."""
    from formula.editing.assist import KEYWORD_HELP
    from repl.showing.reference import page

    key = name.strip().upper()
    if key in KEYWORD_HELP:
        return answer(message("{nome}: {ajuda}", nome=key, ajuda=KEYWORD_HELP[key]))
    table = session.schema().table
    if key in table:
        return answer(*page(table[key]))
    near = get_close_matches(key, table, 3)
    return refusal(
        message("não há comando nem função '{nome}'", nome=name),
        message("você quis dizer {nomes}?", nomes=", ".join(near)) if near else None,
    )


def leave(_session: Session, _rest: str) -> Answer:
    """End the session."""
    return LEAVE


def clear(session: Session, _rest: str) -> Answer:
    """Forget all variables."""
    count = len(session.memory.values)
    session.memory.clear()
    return answer(message("variáveis esquecidas: {quantas}", quantas=count))


COMMANDS: tuple[Command, ...] = (
    Command("ajuda", "help", message("[NOME]"), message("esta lista, ou a ajuda de um comando ou função"), show_help),
    Command(
        "contexto",
        "context",
        message("[ARQUIVO | campos.X = V]"),
        message("mostra, carrega ou muda o que as fórmulas veem"),
        session_files.context,
    ),
    Command("variaveis", "variables", "", message("as variáveis da sessão"), session_runs.variables),
    Command("limpar", "clear", "", message("esquece as variáveis"), clear),
    Command("abrir", "open", message("ARQUIVO"), message("abre uma fórmula"), session_files.open_formula),
    Command(
        "salvar",
        "save",
        message("ARQUIVO"),
        message("grava a última fórmula, ou o contexto se o nome termina em .toml"),
        session_files.save,
    ),
    Command("texto", "text", "", message("mostra a fórmula aberta com números de linha"), session_files.show_text),
    Command(
        "executar",
        "run",
        message("[CÓDIGO]"),
        message("executa a fórmula aberta, ou uma da área de trabalho"),
        session_runs.run_loaded,
    ),
    Command(
        "comparar",
        "compare",
        "A.formula B.formula",
        message("executa duas fórmulas no mesmo contexto e mostra o que difere"),
        session_runs.compare,
    ),
    Command(
        "atendimento",
        "ticket",
        "[C;L;N]",
        message("abre um atendimento: campos e pessoas passam a ser os dele"),
        session_tickets.open_ticket,
    ),
    Command(
        "lista",
        "list",
        message("[PALAVRAS]"),
        message("atendimentos com assunto, etapa e com quem estão"),
        session_folder.ticket_list,
    ),
    Command("planejar", "plan", message("AÇÃO [PARA]"), message("mostra o que um movimento faria"), session_tickets.plan),
    Command("mover", "move", message("AÇÃO [PARA]"), message("mostra, pergunta e grava um movimento"), session_tickets.move),
    Command(
        "caso",
        "case",
        message("ARQUIVO [--mascarar]"),
        message("guarda o último plano, com o que supôs, como teste"),
        session_supposing.save_case,
    ),
    Command(
        "impacto",
        "impact",
        message("[CÓDIGO]"),
        message("o que a última fórmula muda para os atendimentos abertos"),
        session_impact.impact,
    ),
    Command(
        "testar",
        "test",
        message("[CÓDIGO | PALAVRAS]"),
        message("executa os casos da área de trabalho, ou os de uma fórmula"),
        session_folder.run_cases,
    ),
    Command(
        "recarregar",
        "reload",
        "",
        message("lê de novo os arquivos da área de trabalho e diz o que mudou"),
        session_folder.read_folder,
    ),
    Command(
        "depurar",
        "debug",
        message("[CÓDIGO | FÓRMULA]"),
        message("percorre a última execução para a frente e para trás"),
        debugging.start,
    ),
    Command("porque", "why", "", message("explica o último resultado: valor de fórmula ou movimento"), session_questions.why),
    Command(
        "porquenao", "whynot", message("VALOR"), message("diz o que faltou para o resultado ser outro"), session_questions.why_not
    ),
    Command(
        "sonda",
        "probe",
        message("[[CÓDIGO] LINHA EXPR]"),
        message("mostra uma expressão numa linha a cada execução ou plano; sem nada, lista; 'LINHA' tira"),
        session_questions.probe,
    ),
    Command(
        "cobertura", "coverage", "", message("linhas e ramos que as execuções da sessão alcançaram"), session_questions.coverage
    ),
    Command("sair", "quit", "", message("termina a sessão (também Ctrl-D)"), leave),
)

BY_NAME: Mapping[str, Command] = {name: row for row in COMMANDS for name in (row.name, row.english)}
