"""What happens at every key: colours, proposals and the signature, also in a long formula."""

from __future__ import annotations

import statistics
from datetime import datetime
from pathlib import Path

import pytest
from kit.counting import calls_made
from kit.workspaces import make_workspace

from formula.editing.typed_words import wants_more, words
from repl.session.feeding import feed
from repl.session.proposing import proposals
from repl.session.session import Session
from repl.showing.highlighting import Typed, painter
from routing.desk.desk import open_desk

LONG = "\n".join(
    f"SE VALOR{n} > {n} E PRIORIDADE = 'Alta' ENTAO /* nível {n} */ SETVAR(A, CONCAT('x', {n})) FIMSE;" for n in range(1_000)
)


@pytest.fixture
def session() -> Session:
    return Session(lambda: datetime(2026, 11, 24, 10, 0))


def labels(session: Session, text: str) -> list[str]:
    at = text.index("|")
    return [one.label for one in proposals(session, text.replace("|", ""), at, Typed()).proposals]


def test_a_key_at_the_end_of_a_thousand_lines_costs_at_most_twice_that_of_a_hundred() -> None:
    """The words and colours of a screenful, in function calls; ``benchmarks/session.py`` has the time."""
    long, short = (Counted(text) for text in (LONG, LONG[: LONG.index("SE VALOR100 ")]))
    for key in "SETVAR(A, CONCAT('a', CAMPOATENDIMENTO(":
        long.key(key)
        short.key(key)
    assert statistics.median(long.calls) < 2 * statistics.median(short.calls)


class Counted:
    """A text with the cursor at its end, and the calls that each key took."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.typed, self.calls = text, len(text), Typed(), list[int]()
        self.typed.of(text)

    def key(self, char: str) -> None:
        self.text = self.text[: self.at] + char + self.text[self.at :]
        self.at += 1
        self.calls.append(calls_made(self.shown))

    def shown(self) -> None:
        paint = painter(self.text, self.typed)
        line = self.text.count("\n", 0, self.at)
        for number in range(max(0, line - 20), line + 20):
            paint(number)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("DECL TOTAL; SETVAR(TO|", "TOTAL"),
        ("CAMPOATENDIMENTO('PRIO|", "PRIORIDADE"),
        ("CONCA|", "CONCAT"),
        (":aju|", ":ajuda"),
        (":planejar av|", "avançar"),
        ("SE PRIORIDADE EN|", "ENTAO"),
        (":ajuda CONC|", "CONCAT"),
    ],
)
def test_the_first_proposal_fits(session: Session, text: str, first: str) -> None:
    assert labels(session, text)[0] == first


def test_nothing_is_proposed_in_a_comment(session: Session) -> None:
    assert labels(session, "/* CONC|") == []


def test_session_variables_are_proposed(session: Session) -> None:
    feed(session, "DECL SALDO; SETVAR(SALDO, 1)")
    assert labels(session, "SAL|") == ["SALDO"]


def test_an_edit_gives_the_same_words_as_reading_anew() -> None:
    typed = Typed()
    for text in ("SE A", "SE A = 1", "SE A() = 1", "SE 'A = 1", "/* SE 'A = 1", "/* SE */ 'A' = 1", ""):
        assert typed.of(text) == Typed().of(text)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("1 + 1", False), ("1 +", True), ("SE 1 = 1 ENTAO", True), ("SE 1 = 1 ENTAO 2 FIMSE", False), ("CONCAT('a',", True),
        ("/* a", True), ("/* a */", False), ("REPITA SETVAR(A, 1)", True), ("REPITA SETVAR(A, 1) ATE", True),
        ("REPITA SETVAR(A, 1) ATE A = 1", False), ("ENQUANTO A FACA B FIMENQUANTO", False), ("'SE", False), ("DECL", True),
        ("SE PRIORIDADE = 'Alta ENTAO '1;3' SENAO '5' FIMSE", False), ("SE PRIORIDADE = 'Alta ENTAO", True),
        ("SE A = 'x ENTAO\n'1;3'\nFIMSE", False), ("SE A = 'x ENTAO\n'1;3'", True), ("SE A = Alta' ENTAO 1 FIMSE", False),
        ("1 FIMSE", False), (")", False), ("", False), ("SE (1 FIMSE", False),
    ],
)  # fmt: skip
def test_more_is_wanted_while_something_is_open(text: str, more: bool) -> None:
    assert wants_more(text) is more


@pytest.mark.parametrize("text", ["9" * 100_000 + "a", "1." * 50_000 + "a", "'" * 100_001, "/*" + "*" * 100_000, "/* " * 50_000])
def test_one_long_word_is_read_once(text: str) -> None:
    read = words(text)
    assert sum(word.end - word.start for word in read) <= len(text)
    assert len(read) <= 100_002


def test_a_field_without_a_ticket_is_told_how_to_open_one(session: Session, tmp_path: Path) -> None:
    with open_desk(make_workspace(tmp_path / "pasta", 2)) as session.desk:
        session.site = session.desk.site
        assert ":atendimento 1;1;1" in feed(session, "PRIORIDADE").text("pt")
        assert ":atendimento" not in feed(session, "10 / 0").text("pt")
        assert feed(session, ":atendimento 1;1;1").faulty is False
        assert feed(session, "PRIORIDADE").text("pt") == "Normal"
