"""The language as data: cases under ``tests/corpus/*.toml``, and how to run and compare them through any door.

A case has a name, the rule ids it belongs to, a text, perhaps a context (the tables of a context file) and what is
expected. A door is a function from text and context tables to the contract's JSON: the list of diagnostics, and the
outcome or None when the text has errors. The engine's own door is :func:`engine_door`; the HTTP endpoint and a session
have theirs in their own tests, and all must observe the same.

``pytest tests/formula/test_corpus.py --update`` writes what the engine does into the files, for review as a diff.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import attrs
from kit.paths import TESTS

CORPUS = TESTS / "corpus"

RULES = (
    *(f"L{number}" for number in range(1, 12)),
    *(f"P{number}" for number in range(1, 10)),
    *(f"V{number}" for number in range(1, 9)),
    *(f"C{number}" for number in range(1, 8)),
    *(f"O{number}" for number in range(1, 7)),
    *(f"T{number}" for number in range(1, 13)),
    *(f"F{number}" for number in range(1, 7)),
    "S8",
)
"""Every rule id of the language; S8 stands for the section on faults."""

Door = Callable[[str, Mapping[str, Any]], tuple[list[dict[str, Any]], dict[str, Any] | None]]


@attrs.frozen
class Case:
    """One case. ``expected`` has the keys of :func:`observed`.

    ``database`` makes a SQLite database and ``sentences`` are registered ones over it: such a case runs only through
    doors that have a database, see :func:`portable`.
    """

    file: str
    name: str
    rules: tuple[str, ...]
    text: str
    context: Mapping[str, Any]
    expected: Mapping[str, Any]
    database: str = ""
    sentences: Mapping[str, str] = attrs.field(factory=dict)


def cases() -> list[Case]:
    """All cases of the corpus, in order of file and place."""
    return [case for path in sorted(CORPUS.glob("*.toml")) for case in cases_of(path)]


def cases_of(path: Path) -> list[Case]:
    """The cases of one file."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return [
        Case(
            path.name,
            table["name"],
            tuple(table["rules"]),
            table["text"],
            table.get("context", {}),
            table.get("expect", {}),
            table.get("database", ""),
            table.get("sentences", {}),
        )
        for table in tables
    ]


def portable(case: Case) -> bool:
    """Whether text and context tables are all that the case needs."""
    return not case.database


def observed(diagnostics: Iterable[Mapping[str, Any]], outcome: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a case compares: codes of the check in order; then status, kind and value, and what else the run gave."""
    seen: dict[str, Any] = {"codes": [fault["code"] for fault in diagnostics]}
    if outcome is None:
        return seen
    seen["status"] = outcome["status"]
    if outcome["status"] == "fault":
        seen["fault"] = outcome["diagnostics"][-1]["code"]
        return seen
    if outcome["status"] == "stopped":
        seen["message"] = outcome["message"]
        return seen
    seen["kind"] = outcome["value"]["kind"]
    if outcome["value"]["value"] is not None:
        seen["value"] = outcome["value"]["value"]
    if outcome["value"]["display"] not in {"", seen.get("value")}:
        seen["display"] = outcome["value"]["display"]
    if outcome["effects"]:
        seen["effects"] = outcome["effects"]
    return seen


def engine_door(text: str, tables: Mapping[str, Any], sentences: Any = None) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Check and run by the package itself."""
    import formula
    from routing.workspace.contexts import context_of

    given = context_of(tables)
    context = given.context if sentences is None else attrs.evolve(given.context, sentences=sentences)
    schema = formula.Schema.of(context)
    found = formula.check(text, schema, lenient=given.lenient)
    diagnostics = [fault.as_json() for fault in found]
    if any(fault.severity == "error" for fault in found):
        return diagnostics, None
    rule = formula.compile(text, schema, lenient=given.lenient)
    return diagnostics, rule.run(context).as_json()


def seen_by_engine(case: Case) -> dict[str, Any]:
    """What the package does with a case, its database included."""
    if portable(case):
        return observed(*engine_door(case.text, case.context))
    from routing.domain.site import SentenceText
    from routing.workspace.sentences import DatabaseSentences

    with tempfile.TemporaryDirectory() as folder:
        with closing(sqlite3.connect(Path(folder) / "dados.sqlite")) as database:
            database.executescript(case.database)
        texts = {code: SentenceText(code, text) for code, text in case.sentences.items()}
        sentences = DatabaseSentences(texts, {"padrao": "sqlite:///dados.sqlite"}, folder)
        with closing(sentences):
            return observed(*engine_door(case.text, case.context, sentences))


def update(path: Path) -> None:
    """Write what the engine does into a file. Its leading comment lines stay."""
    text = path.read_text(encoding="utf-8")
    head = "".join(line + "\n" for line in text.splitlines() if line.startswith("#"))
    written = [written_case(attrs.evolve(case, expected=seen_by_engine(case))) for case in cases_of(path)]
    path.write_text("\n".join([head, *written]), encoding="utf-8")


def written_case(case: Case) -> str:
    """A case as TOML."""
    lines = [
        "[[case]]",
        f"name = {toml(case.name)}",
        f"rules = {toml(list(case.rules))}",
        f"text = {long_text(case.text)}",
    ]
    if case.context:
        lines.append(f"context = {toml(case.context)}")
    if case.database:
        lines += [f"database = {toml(case.database)}", f"sentences = {toml(case.sentences)}"]
    lines.append(f"expect = {toml(case.expected)}")
    return "\n".join(lines) + "\n"


def long_text(text: str) -> str:
    """A text of several lines stands as it is; others on one line."""
    plain = all(char.isprintable() or char == "\n" for char in text)
    return f"'''\n{text}'''" if "\n" in text and plain and "'''" not in text else toml(text)


def toml(value: object) -> str:
    """A value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        quoted = json.dumps(value, ensure_ascii=False)
        return "".join(char if char.isprintable() else f"\\u{ord(char):04X}" for char in quoted)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        parts = [f"{key if is_bare(key) else toml(key)} = {toml(inner)}" for key, inner in value.items() if inner is not None]
        return "{ " + ", ".join(parts) + " }" if parts else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(inner) for inner in value) + "]"
    return str(value)


def is_bare(key: str) -> bool:
    """Whether a key needs no quotes."""
    return key.isascii() and key.replace("_", "").replace("-", "").isalnum()
