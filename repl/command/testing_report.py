"""``repasse test --report``: one HTML page that a manager reads. It holds no script and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from formula.diagnostics import in_language
from repl.command.testing_wish import Ended
from repl.messages import message
from routing.testing.reading_view import reading
from routing.testing.report import shown_path
from routing.testing.run import FAILED, PASSED, SKIPPED

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; word-break: break-all; }
article { border: 1px solid #8886; border-left: .4rem solid #2a7d3f; border-radius: .3rem; padding: .5rem 1rem; margin: .75rem 0; }
article.failed { border-left-color: #b3261e; } article.skipped { border-left-color: #8a6d00; }
h3 { font-size: 1rem; margin: 0; } dl { display: grid; grid-template-columns: 5rem 1fr; gap: 0 1rem; margin: .5rem 0; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; } pre { overflow-x: auto; background: #8881; padding: .5rem; }
small { opacity: .75; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
MARKS = {PASSED: message("passou"), FAILED: message("falhou"), SKIPPED: message("pulado")}


def page(ended: Sequence[tuple[Ended, str]], summary: str, language: str) -> str:
    """The page; each entry comes with what its failure says."""
    title = in_language(message("Testes de regras"), language)
    parts = [
        "<!doctype html>",
        f'<html lang="{"pt-BR" if language == "pt" else language}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>",
        f"<h1>{escape(title)}</h1><p>{escape(in_language(summary, language))}</p>",
    ]
    file = None
    for one, detail in ended:
        if one.entry.file.path != file:
            file = one.entry.file.path
            parts.append(f"<h2>{escape(shown_path(file))}</h2>")
        parts += article(one, detail, language)
    return "\n".join([*parts, "</main></body></html>", ""])


def article(one: Ended, detail: str, language: str) -> Iterator[str]:
    """One case."""
    mark = in_language(MARKS[one.status], language)
    yield f'<article class="{one.status}"><h3>{escape(one.entry.name)} <small>({escape(mark)})</small></h3>'
    case = one.entry.case
    if case is not None and not case.faults:
        read = reading(case)
        yield "<dl>"
        yield from terms(message("Dado"), read.given, language)
        for when, then in read.moves:
            yield from terms(message("Quando"), [when], language)
            yield from terms(message("Então"), then, language)
        yield "</dl>"
    if one.result is not None and one.result.reason:
        yield f"<p>{escape(in_language(one.result.reason, language))}</p>"
    if detail:
        yield f"<pre>{escape(detail)}</pre>"
    yield "</article>"


def terms(word: str, lines: Sequence[str], language: str) -> Iterator[str]:
    """A word with its sentences; nothing where there are none."""
    for number, line in enumerate(lines):
        title = in_language(word if number == 0 else message("e"), language)
        yield f"<dt>{escape(title)}</dt><dd>{escape(in_language(line, language))}</dd>"
