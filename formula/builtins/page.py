"""The generated page of functions (docs/functions.md): everything in it comes from the rows."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from formula.builtins import dates, debugging, formulas, mail, memory, numbers, people, sql, texts, tickets, words, working_time
from formula.builtins.table import Function
from formula.messages import Message, message
from formula.other_modules import BY_MODULE

GROUPS: tuple[tuple[Message, ModuleType], ...] = (
    (message("Números"), numbers),
    (message("Textos"), texts),
    (message("Datas"), dates),
    (message("Dias e horas úteis"), working_time),
    (message("Por extenso e formatados"), words),
    (message("Memórias"), memory),
    (message("SQL"), sql),
    (message("Outras fórmulas"), formulas),
    (message("O atendimento"), tickets),
    (message("Pessoas e hierarquia"), people),
    (message("E-mail"), mail),
    (message("Depuração"), debugging),
)

ORIGINS = {
    "seed": message("ajuda do produto"),
    "vendor": message("página pública do fabricante"),
    "published": message("fórmulas publicadas"),
    "extension": message("extensão nossa, não existe no RM"),
}

INTRODUCTION = (
    message("Página gerada a partir da tabela de funções; cada exemplo é executado como teste."),
    message(
        "Os exemplos mostram o valor como as pessoas o leem (vírgula decimal, dd/mm/aaaa); o de uma função chamada "
        "pelo seu efeito mostra o pedido que ela faz. Um parâmetro com ? pode faltar, e … aceita quantos se quiser. "
        "Onde se espera um tipo, vale o que a linguagem converte: textos que se leem como número ou data, números "
        "como texto."
    ),
    message(
        "Uma função sem parâmetros se escreve com ou sem parênteses. Funções do contexto taa existem em fórmulas de "
        "atendimento; as do contexto global, em todas."
    ),
)

NOTES: dict[ModuleType, tuple[Message, ...]] = {
    sql: (
        message(
            "Uma sentença é um arquivo sentencas/CODIGO.sql do ambiente; a primeira linha -- fonte: NOME escolhe um "
            "banco de [fontes] em repasse.toml, e sem ela vale padrao. As linhas de [sql.CODIGO] do contexto tomam o "
            "lugar do banco."
        ),
        message(
            "Valores entram pelo nome, nunca como texto da sentença: :FRM_CODIGO é o valor da fórmula ou da função "
            "sem parâmetros desse código; qualquer outro :NOME é um campo ou parâmetro do atendimento. Vazio e "
            "DATANULA são NULL."
        ),
        message(
            "Só se executa uma única consulta SELECT. Escrita, SELECT INTO, bloqueios e funções que alcançam o "
            "servidor são recusados antes de chegar ao banco; a consulta roda numa transação só de leitura, com "
            "tempo e número de linhas limitados. Ainda assim, a verdadeira guarda é a conta: dê à do banco apenas "
            "SELECT sobre o que as fórmulas leem."
        ),
        message(
            "Em SQLite, um número decimal chega com até 15 algarismos e um texto como 2026-11-24 chega como data, "
            "porque aquele banco não tem esses tipos."
        ),
    ),
    people: (
        message(
            "Subir um nível é passar ao superior, também quando ele está em outra coligada. Funções que dão um lugar "
            "(seção, nó) dão um texto vazio acima da raiz, para que um laço possa terminar; funções que dão uma "
            "pessoa falham ali, e a falha diz até onde se chegou."
        ),
        message(
            "Um lugar vago — sem chefe, ou sem ocupante ativo — é um nível como os outros para quem conta níveis, e "
            "é saltado por quem procura uma pessoa. De vários ocupantes vale o primeiro ativo, na ordem do "
            "diretório. Uma referência circular na árvore é uma falha que a mostra."
        ),
    ),
    tickets: (
        message(
            "Nada acontece enquanto a fórmula roda: cada pedido é aplicado depois, na ordem, pelas mesmas regras de "
            "quem usa a tela, e nenhum deles se a fórmula falha ou para em ANALISAR."
        ),
    ),
}


def page(language: str = "pt") -> str:
    """The page as Markdown."""
    return "\n".join(lines(language)).rstrip("\n") + "\n"


def lines(language: str) -> Iterator[str]:
    """The page line by line."""
    yield f"# {message('Funções').text(language)}"
    yield ""
    for paragraph in INTRODUCTION:
        yield paragraph.text(language)
        yield ""
    for title, module in GROUPS:
        yield f"## {title.text(language)}"
        yield ""
        for note in NOTES.get(module, ()):
            yield note.text(language)
            yield ""
        for row in vars(module).values():
            if isinstance(row, Function):
                yield from entry(row, language)
    yield from other_modules(language)
    yield from own_functions(language)


def entry(row: Function, language: str) -> Iterator[str]:
    """One function."""
    yield f"### {row.name}"
    yield ""
    yield f"`{row.signature}`"
    yield ""
    yield row.help.text(language)
    yield ""
    told = [
        message("Contextos: {contextos}", contextos=", ".join(sorted(row.contexts))),
        message("origem: {origem}", origem=ORIGINS[row.origin]),
    ]
    if row.aliases:
        told.append(message("outros nomes: {nomes}", nomes=", ".join(row.aliases)))
    yield "; ".join(one.text(language) for one in told) + "."
    yield ""
    yield "```text"
    for example in row.examples:
        yield f"{example.call} → {example.shown}".rstrip()
    yield "```"
    yield ""


def other_modules(language: str) -> Iterator[str]:
    """Functions known by name only."""
    yield f"## {message('Funções de outros módulos').text(language)}"
    yield ""
    yield message(
        "Estas são de outros módulos do RM e aqui não rodam. O contexto pode responder por elas em [funcoes]: o nome "
        "só, a chamada com argumentos exatos, ou (*) para quaisquer argumentos."
    ).text(language)
    yield ""
    for module, names in BY_MODULE:
        yield f"- {module.text(language)}: {', '.join(sorted(names.split()))}."
    yield ""


def own_functions(language: str) -> Iterator[str]:
    """How a site adds names."""
    yield f"## {message('Funções do seu ambiente').text(language)}"
    yield ""
    yield message(
        "A lista pública de funções do RM não mostra todas as do atendimento, e um nome pode ser outro no seu RM. Em "
        'repasse.toml, a tabela [apelidos] dá mais um nome a uma função: NOVONOME = "FUNCAO". Funções inteiras vêm de '
        "distribuições Python que se anunciam no grupo de entradas repasse.plugins com um routing.plugins.Plugin."
    ).text(language)
    yield ""
