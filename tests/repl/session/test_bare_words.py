"""What people type without a colon."""

from __future__ import annotations

from datetime import datetime

import pytest

from repl.session.feeding import feed
from repl.session.session import Session


@pytest.fixture
def session() -> Session:
    return Session(lambda: datetime(2026, 11, 24, 10))


@pytest.mark.parametrize("word", ["ajuda", "AJUDA", "help", "?", " ? "])
def test_help_is_understood(session: Session, word: str):
    assert feed(session, word) == feed(session, ":ajuda")


@pytest.mark.parametrize("word", ["sair", "Sair", "quit", "exit"])
def test_leaving_is_understood(session: Session, word: str):
    assert feed(session, word).leave


def test_a_variable_of_that_name_is_a_variable(session: Session):
    feed(session, "DECL AJUDA; SETVAR(AJUDA, 3);")
    assert feed(session, "AJUDA").outcome.value == 3


def test_inside_of_a_formula_it_is_text_of_the_formula(session: Session):
    feed(session, "SE VERDADE ENTAO")
    assert not feed(session, "sair").leave
