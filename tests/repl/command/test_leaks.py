"""No word of one language in the other, no internal name and no Python spelling: in every sentence, label, help and option."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import click
import pytest
from babel.messages.pofile import read_po
from kit.paths import ROOT

from formula.messages import LANGUAGES
from repl.command.helping import localized
from repl.commands import COMMANDS, program
from repl.showing.console import Console

ENGLISH_WORDS = """the of and with without is are was were be been by from into this that these those which what when where who why how not nor
    all any each every only more than then there their your its has have had will would should must may can cannot could does done
    file files folder line lines step steps ticket tickets holder handoff advance group field fields value values error errors
    warning rule rules case cases date number integer text string list table page key keys mail queued sending waiting sent failed
    cancelled moved refused planned stopped fault unknown missing expected invalid illegal character unable open close read write
    empty found before after until since today now yes or if else while"""
PORTUGUESE_WORDS = """de da das dos em na nas nos um uma uns umas que não para pelo pela com sem mais menos este esta isto esse essa isso
    aquele ele ela eles elas seu sua seus suas é são foi ser está estão tem têm há ou se quando onde quem como porque já só também
    cada todo todos toda todas nenhum nenhuma fórmula fórmulas etapa etapas atendimento atendimentos arquivo arquivos pasta linha
    linhas campo campos grupo grupos valor valores erro erros aviso avisos regra regras caso casos número chave pessoa
    pessoas destino motivo justificativa prazo agendar repassar avançar falta faltam escreva"""
ENGLISH, PORTUGUESE = frozenset(ENGLISH_WORDS.split()), frozenset(PORTUGUESE_WORDS.split())
LITERAL = re.compile(
    r"""\S*\|\S* | \b\w+_\w+\b | --scope\ \w+ | `[^`]*` | "[^"]*" | '[^']*' | «[^»]*» | \{\w*(?:![rs])?(?::[^}]*)?\} | https?://\S+ | \[[^\]\n]*\] | (?<!\w)--?[\w-]+(?:=\S+)? |
    :[\w-]+ | \w+\([^)]*\) | \w+\.\w[\w.]* | \w+\ ?=\ ?\S+ | \w+/\S* | \b[A-ZÀ-Ý][A-ZÀ-Ý_\d]+\b | \brepasse(?:\ \w+){0,2}""",
    re.VERBOSE,
)
"""Parts of a sentence that are the same in every language: what is quoted, placeholders, options, keys, names in capitals."""

INTERNAL = re.compile(
    r"\b(?:None|True|False|NoneType|Traceback|KeyError|ValueError|TypeError|handoff_copy|handoff_mail|change_fields|add_\w+|\w+_\w+ para)\b|\{'|\['"
)
COMMAND = re.compile(r"^ +[a-z-]+ {2,}", re.MULTILINE)
"""A command's name in a list of them."""
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def bare(text: str) -> list[str]:
    """The words of a sentence that belong to a language."""
    return [word.lower() for word in WORD.findall(LITERAL.sub(" ", COMMAND.sub(" ", text))) if len(word) > 1]


def catalogue(domain: str) -> Iterator[tuple[str, str]]:
    """Sentences of a package, Portuguese and English."""
    for one in read_po(BytesIO((ROOT / domain / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po").read_bytes())):
        if one.id:
            yield str(one.id), str(one.string)


def helps(language: str) -> Iterator[tuple[str, str]]:
    """The help of every command, and of those below it."""
    console = Console(language)
    top = localized(program, console)
    above = click.Context(top, info_name="repasse", obj=console)
    waiting: list[tuple[click.Context, click.Command]] = [(above, top)]
    assert isinstance(top, click.Group)
    for name in COMMANDS:
        command = top.get_command(above, name)
        assert command is not None
        waiting.append((click.Context(command, info_name=name, parent=above), command))
    while waiting:
        context, command = waiting.pop()
        if isinstance(command, click.Group) and command is not top:
            waiting += [(click.Context(one, info_name=name, parent=context), one) for name, one in command.commands.items()]
        yield context.command_path, command.get_help(context)


def leaks(text: str, foreign: frozenset[str]) -> set[str]:
    """Words of another language, and what only programs say."""
    return (set(bare(text)) & foreign) | set(INTERNAL.findall(re.sub(r"\S*\|\S*", " ", text)))


@pytest.mark.parametrize("domain", ["formula", "routing", "repl"])
def test_no_sentence_leaks(domain: str) -> None:
    found = [(said, sorted(wrong)) for said, _ in catalogue(domain) if (wrong := leaks(said, ENGLISH))]
    found += [(said, sorted(wrong)) for _, said in catalogue(domain) if (wrong := leaks(said, PORTUGUESE))]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_help_leaks(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from repl.commands import speak

    monkeypatch.setenv("LANGUAGE", language)
    speak(language)
    try:
        foreign = ENGLISH if language == "pt" else PORTUGUESE
        found = [(name, sorted(wrong)) for name, text in helps(language) if (wrong := leaks(text, foreign))]
    finally:
        speak("pt")
    assert found == []


DRIFTED: dict[str, re.Pattern[str]] = {
    "pt": re.compile(
        r"\b(?:em círculo|círculos?|an(?:el|éis)|port(?:ão|ões)|pode acontecer|seria feito|não conheço|recebedor|receptor)\b"
        r"|\b(?:falta preencher|exige): |não se encadeiam|volta ao começo|contexto não (?:traz|diz|tem)"
        r"|\w\((?:s|ns|es|ões|m|iem)\)|\b(?:recebe|recebeu) 1 \w+s\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\bin a (?:ring|circle)\b|goes round|\bmay happen\b|\bwould be made\b|\bwith nobody\b|\bturns and calls\b|goes on with ENTAO"
        r"|\bdo not chain\b|\bdemands: |\w\((?:s|es|ies)\)",
        re.IGNORECASE,
    ),
}
"""Words that were given up for the glossary's (door-08), plurals in brackets, and lists after a bare verb."""


def sentences_of_pages() -> Iterator[tuple[str, str, str]]:
    """What the pages in the browser say, in both languages."""
    pair = re.compile(r'\w+: \["((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\]')
    for path in sorted((ROOT / "repl" / "page" / "src").rglob("texts.js")):
        for said, translated in pair.findall(path.read_text(encoding="utf-8")):
            yield path.name, said, translated


def drifted() -> Iterator[tuple[str, str]]:
    """Sentences with a word that was given up, and the word."""
    every = [(domain, said, translated) for domain in ("formula", "routing", "repl") for said, translated in catalogue(domain)]
    every += sentences_of_pages()
    for where, said, translated in every:
        for language, text in (("pt", said), ("en", translated)):
            found = DRIFTED[language].search(text)
            if found:
                yield f"{where}: {text}", found.group()


def test_one_word_for_one_thing() -> None:
    assert list(drifted()) == []


@pytest.mark.parametrize("text", ["o portão G8 recusa", "as fórmulas avançam em anel: a", "2 erro(s)", "'concluir' exige: motivo"])
def test_a_word_given_up_is_found(text: str) -> None:
    assert DRIFTED["pt"].search(text)


def test_written_pages_use_the_same_words() -> None:
    """The hand-written Portuguese pages, outside of code."""
    pages = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.pt-BR.md"]
    assert len(pages) > 30
    found = [
        (page.name, number, hit.group())
        for page in pages
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1)
        for hit in [WRITTEN.search(LITERAL.sub(" ", line))]
        if hit is not None
    ]
    assert found == []


WRITTEN = re.compile(r"\b(?:em círculo|em anel|anéis|port(?:ão|ões)|pode acontecer)\b|\w\((?:s|ns|es|ões)\)", re.IGNORECASE)
