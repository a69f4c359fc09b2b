"""A fuzz target: whatever bytes stand in a formula's file, each pass keeps its promises.

    pip install atheris
    python tests/fuzz/formulas.py                    # two minutes
    python tests/fuzz/formulas.py -max_total_time=3600 -max_len=4096
    python tests/fuzz/formulas.py FILE…              # inputs that failed, again

Further words go to libFuzzer. Bytes are read as a file is, or, after a zero byte, each as one word of the language: so the
fuzzer gets past the parser. It starts from the formulas of the tests. An input that breaks a promise is written to
``crash-…`` in the present folder. Without atheris, ``pytest tests/fuzz`` asks the same of a few hundred random inputs.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

SECONDS = 120
NOW = datetime(2026, 11, 24, 10, 0)

PUNCTUATION = (";", ",", "(", ")", "+", "-", "*", "/", "=", "<>", "<", "<=", ">", ">=", "\n", " ", "//x\n", "/*y*/", ".", ":", '"')
VALUES = (
    "1", "0", "2", "7", "12.5", "99999999999999999999", "1e5", "'a'", "''", '"b"', "'12,5'", "'24/11/2026'", "'1;3'", "'PRIORIDADE'",
    "'X'", "A", "B", "I", "VALOR", "DATA", "PRIORIDADE", "ABERTURA", "OUTRA", "RC", "é", "VERDADE", "FALSO",
)  # fmt: skip


def language() -> list[str]:
    """Words of the language, the commonest first and more than once."""
    from formula.builtins import TABLE
    from formula.reading.lexer import KEYWORDS

    frequent = [*KEYWORDS, *VALUES, *PUNCTUATION]
    return [*frequent, *TABLE, *frequent][:256]


def text_of(data: bytes, words: list[str]) -> str:
    """A formula's text: bytes as a file holds them, or after a zero byte as numbers of words."""
    from formula.decoding import decode

    if data[:1] == b"\0":
        return " ".join(words[byte % len(words)] for byte in data[1:])
    return decode(data)[0]


class Drawer:
    """A shelf of compiled code in memory."""

    stamp = "fuzz"

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.entries.get(key)

    def put(self, key: str, entry: bytes) -> None:
        self.entries[key] = entry


def context() -> Any:
    """What the formulas may see: a text in a field of numbers too, so that both ways of running are taken."""
    import formula

    return formula.Context(
        fields={
            "PRIORIDADE": "Alta",
            "VALOR": "12,5",
            "DATA": datetime(2026, 2, 28),
            "CODIGO": 42,
            "ABERTURA": datetime(2026, 11, 1, 8),
        },
        parameters={"X": "10"},
        now=NOW,
        user="mestre",
        functions={"RC": 2000, "NVD(*)": 0},
        formulas={"OUTRA": "VALOR * 2", "ANEL": "ANEL"},
        sql={"S": [{"N": 1}, {"N": 2}]},
    )


def examine(text: str) -> None:
    """Hold every pass to its promises about one text. AssertionError, or any other exception, is a defect."""
    import formula
    from formula.printing.render import render
    from formula.source import Source

    seen = context()
    schema = formula.Schema(
        fields={"VALOR": "numero", "DATA": "data"},
        parameters={"X": "texto"},
        functions={"RC": "numero", "NVD": "numero"},
        formulas=["OUTRA", "ANEL"],
    )
    found = formula.check(text, schema)
    places = [(one.span.start, one.span.end) for one in found]
    assert all(0 <= start <= end <= len(text) for start, end in places), places
    assert [start for start, _ in places] == sorted(start for start, _ in places), places
    json.dumps([one.as_json(language) for one in found for language in ("pt", "en")])
    render(Source(text), found)
    if any(one.severity == "error" for one in found):
        assert refused(text, schema) == [one.code for one in found], "errors of the check, and yet it compiles"
        return
    laid_out(text)
    codes = refused(text, schema)
    if codes is None:
        runs_alike(text, schema, formula.compile(text, schema), seen)
    else:
        assert codes[-1] == "formula-complexa", codes


def refused(text: str, schema: Any) -> list[str] | None:
    """The codes with which a text is refused, or None."""
    import formula

    try:
        formula.compile(text, schema)
    except formula.FormulaError as error:
        return [one.code for one in error.diagnostics]
    return None


def laid_out(text: str) -> None:
    """Canonical text is the same formula, and its own canonical text."""
    from formula.parser import parse
    from formula.printing.printer import format_text

    once = format_text(text).text
    assert once is not None
    assert format_text(once).text == once
    assert parse(once).tree == parse(text).tree


def runs_alike(text: str, schema: Any, rule: Any, seen: Any) -> None:
    """Run, recorded run, and the run of kept code give one outcome, within the limits."""
    import formula
    from formula.cache import Cache

    limits = formula.Limits(steps=3_000, text=30_000, digits=60)
    outcome = rule.run(seen, limits)
    assert outcome.steps <= limits.steps + 1
    document = json.dumps(outcome.as_json())
    record = rule.record(seen, limits)
    assert json.dumps(record.outcome.as_json()) == document
    if len(record):
        record.state(len(record) - 1)
    shelf = Drawer()
    formula.compile(text, schema, cache=Cache(shelf)).run(seen, limits)
    kept = formula.compile(text, schema, cache=Cache(shelf))
    assert kept.unread, "code that cannot be kept"
    assert json.dumps(kept.run(seen, limits).as_json()) == document


def seeds() -> list[str]:
    """The formulas of the tests."""
    import tomllib

    valid = (ROOT / "tests/formula/valid_formulas.txt").read_text(encoding="utf-8").split("\n=== ")
    corpus = [
        case["text"]
        for path in sorted((ROOT / "tests/corpus").glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]
    return [one.partition("\n")[2] for one in valid] + corpus


def as_words(text: str, words: list[str]) -> bytes:
    """A text as numbers of words, as far as it consists of them."""
    numbers = {word.strip(): number for number, word in enumerate(words)}
    spaced = text
    for sign in (";", ",", "(", ")"):
        spaced = spaced.replace(sign, f" {sign} ")
    return b"\0" + bytes(numbers[part.upper()] for part in spaced.split() if part.upper() in numbers)


def main() -> int:
    """Fuzz until the time is over or a promise is broken."""
    try:
        import atheris
    except ImportError:
        print("o fuzzer precisa do atheris: pip install atheris", file=sys.stderr)
        return 2
    sys.path.insert(0, str(ROOT))
    with atheris.instrument_imports(include=["formula"]):
        import formula.checking.checker
        import formula.editing.assist
        import formula.parser
        import formula.printing.printer
        import formula.runtime.recorded  # noqa: F401 - loaded here to be instrumented
    words = language()
    with tempfile.TemporaryDirectory() as place:
        for number, text in enumerate(seeds()):
            (Path(place) / f"t{number}").write_bytes(text.encode())
            (Path(place) / f"w{number}").write_bytes(as_words(text, words))
        given = sys.argv[1:]
        again = [word for word in given if not word.startswith("-")]
        options = [f"-max_total_time={SECONDS}", "-max_len=2048", "-timeout=20", "-rss_limit_mb=1024", *given]
        atheris.Setup([sys.argv[0], *options, *([] if again else [place])], lambda data: examine(text_of(data, words)))
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
