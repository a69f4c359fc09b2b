"""The catalogues of translations: which sentences the code has, and whether each has its English.

``./go generate`` brings the ``.po`` files up to date with the code (new sentences without translation, gone
ones left out), compiles the ``.mo`` files and says what is missing. A test runs the same without writing.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from kit.paths import ROOT

PACKAGES = ("formula", "routing", "repl")
LANGUAGE = "en"
NEVER = datetime(2026, 11, 24, tzinfo=UTC)
"""The date written into the files, so that the same sentences give the same file."""


class NotConstant(Exception):
    """A sentence that is not written out where it is made cannot be found."""


def sentences(domain: str) -> dict[str, None]:
    """Every template of a domain, in order of file and place."""
    found: dict[str, None] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for owner, template in sentences_in(path):
                if owner == domain:
                    found[template] = None
    if domain == "formula":
        found |= dict.fromkeys(helps())
    return found


def helps() -> list[str]:
    """The help of every function, which is its docstring."""
    from formula.builtins import TABLE

    return [row.help.template for row in TABLE.values() if row.help.domain == "formula"]


@cache
def sentences_in(path: Path) -> tuple[tuple[str, str], ...]:
    """As :func:`sentences_of`, read once for all domains."""
    return tuple(sentences_of(path))


def sentences_of(path: Path) -> Iterator[tuple[str, str]]:
    """Domain and template of each sentence that a file makes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    makers = dict.fromkeys(("message", "later"), path.relative_to(ROOT).parts[0])
    calls = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                if name.name in {"message", "plural"}:
                    makers[name.asname or name.name] = node.module.split(".")[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            calls.append(node)
    for node in calls:
        assert isinstance(node.func, ast.Name)
        if node.func.id in makers and node.args:
            for argument in node.args[1:3] if node.func.id == "plural" else node.args[:1]:
                for template in constants(argument, path):
                    yield makers[node.func.id], template
        elif node.func.id == "row" and path.parent.name == "formula" and path.name.startswith("codes"):
            for argument in node.args[3:5]:
                for template in constants(argument, path):
                    yield "formula", template


def constants(node: ast.expr, path: Path) -> Iterator[str]:
    """The texts an expression may be: written out, or a choice of such."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body, path)
        yield from constants(node.orelse, path)
    elif (path.name, ast.unparse(node)) not in PASSED_ON:
        raise NotConstant(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")


PASSED_ON = {("row.py", "title"), ("row.py", "explanation")}
"""Parameters whose sentences are found at the calls."""


def po_path(domain: str) -> Path:
    """The file of translations that people edit."""
    return ROOT / domain / "locale" / LANGUAGE / "LC_MESSAGES" / f"{domain}.po"


def written(domain: str) -> Catalog:
    """The catalogue as it stands in the file."""
    path = po_path(domain)
    if not path.exists():
        return Catalog(LANGUAGE, domain)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain=domain)


def up_to_date(domain: str) -> Catalog:
    """The sentences of the code with the translations of the file."""
    old = written(domain)
    new = Catalog(
        LANGUAGE,
        domain,
        project="repasse",
        version="0.1.0",
        charset="utf-8",
        creation_date=NEVER,
        revision_date=NEVER,
        last_translator="repasse",
        language_team="English",
        header_comment="# English sentences of this package. The Portuguese ones stand in the code.",
    )
    for template in sorted(sentences(domain)):
        known = old.get(template)
        new.add(template, known.string if known is not None and known.string else "")
    return new


def missing(catalogue: Catalog) -> list[str]:
    """Sentences without a translation."""
    return [str(entry.id) for entry in catalogue if entry.id and not entry.string]


def broken(catalogue: Catalog) -> list[str]:
    """Translations whose placeholders are not those of the sentence."""
    return [
        str(entry.id)
        for entry in catalogue
        if entry.id and entry.string and placeholders(str(entry.id)) != placeholders(str(entry.string))
    ]


def placeholders(template: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def po_bytes(catalogue: Catalog) -> bytes:
    """The text file."""
    made = io.BytesIO()
    write_po(made, catalogue, width=120, no_location=True, omit_header=False)
    return made.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The compiled file."""
    made = io.BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def main() -> int:
    """Update every catalogue; 1 when translations are missing or broken."""
    bad = 0
    for domain in PACKAGES:
        catalogue = up_to_date(domain)
        path = po_path(domain)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalogue))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
        for label, templates in (("missing", missing(catalogue)), ("broken", broken(catalogue))):
            bad += len(templates)
            for template in templates:
                print(f"{domain}: {label}: {template}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
