"""How long lists and searches take in a store of many tickets, on both databases.

    python benchmarks/lists.py [--tickets 200000] [--rounds 40] [--database sqlite|postgresql]

Tickets are inserted with subjects, requests and discussions of common, medium and rare words, as texts of people have them: the nth
word of a vocabulary is n times rarer than the first. Each question is asked again and again, with other values each time, as a page
of 50 rows and the page after it. Prints median, 95 % and the worst in milliseconds; exit code 1
when a question takes more than 50 ms at 95 %.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from kit.servers import postgres_database  # noqa: E402
from kit.workspaces import make_workspace  # noqa: E402
from sqlalchemy import insert, text  # noqa: E402

from routing.desk.desk import Desk, open_desk  # noqa: E402
from routing.desk.listing import ticket_list  # noqa: E402
from routing.domain.model import Ticket, attendant_holder, group_holder  # noqa: E402
from routing.store import tables, tickets  # noqa: E402
from routing.store.engine import writing  # noqa: E402

START = datetime(2026, 1, 1)
MOST = 50.0
TOGETHER = 5_000
NOUNS = ("impressora", "nota", "folha", "torno", "prensa", "cliente", "pedido", "frete", "estoque", "boleto", "senha", "rede")
VERBS = ("parou", "atrasou", "sumiu", "falhou", "chegou", "mudou", "travou", "venceu")
PEOPLE = ("1;2", "1;3", "1;4")
VOCABULARY = [f"termo{number}" for number in range(1, 3_001)]
RARER = list(accumulate(1 / number for number in range(1, 3_001)))
LENGTH = 25
"""Words behind the first ones of a request or an entry."""


def filled(desk: Desk, many: int, chance: random.Random) -> None:
    """Put the tickets in, each with an entry of the discussion for every second one."""
    for first in range(1, many + 1, TOGETHER):
        rows = [one(first + at, chance) for at in range(min(TOGETHER, many - first + 1))]
        with desk.store.writing() as unit:
            tickets.add_many(unit, rows)
            unit.commit()
    with writing(desk.store.engine) as connection:
        for first in range(1, many + 1, TOGETHER):
            connection.execute(insert(tables.discussion), [
                {"ticket_id": number, "kind": "Log", "text": f"{chance.choice(NOUNS)} {chance.choice(VERBS)} item{number % 5000} {more(chance)}",
                 "author": "1;2", "at": START, "publishable": False}
                for number in range(first, min(first + TOGETHER, many + 1), 2)
            ])  # fmt: skip
        connection.commit()
    with desk.store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def more(chance: random.Random) -> str:
    """Words as people use them."""
    return " ".join(chance.choices(VOCABULARY, cum_weights=RARER, k=LENGTH))


def one(code: int, chance: random.Random) -> Ticket:
    """One ticket."""
    return Ticket(
        coligada=1, locality=1, code=code, type=10, step=chance.choice((1, 2)), status=chance.choice("AAAGETROFFFFFFC"),
        priority=chance.choice(("Baixa", "Normal", "Normal", "Alta", "Urgente")),
        subject=f"{chance.choice(NOUNS)} {chance.choice(VERBS)} setor{code % 997}",
        request=f"A {chance.choice(NOUNS)} do pedido{code} {chance.choice(VERBS)} {more(chance)}",
        client_kind="cliente", client_code=f"C{code % 3000}", opener=chance.choice(PEOPLE), movement=f"2.1;{code}",
        holder=group_holder("1;5") if code % 20 == 0 else attendant_holder(chance.choice(PEOPLE)), access_level=code % 12,
        opened_at=START, changed_at=START + timedelta(seconds=code),
    )  # fmt: skip


def questions(many: int) -> Mapping[str, Callable[[random.Random], dict[str, Any]]]:
    """What is asked, each time with other values."""
    return {
        "tudo": lambda _: {},
        "por status": lambda chance: {"status": chance.choice("AGETROFC")},
        "por tipo e etapa": lambda chance: {"type": "10", "step": str(chance.choice((1, 2)))},
        "por pessoa": lambda chance: {"holder": chance.choice(PEOPLE)},
        "por pessoa e status": lambda chance: {"holder": chance.choice(PEOPLE), "status": "C"},
        "fila": lambda _: {"queue": "1;5"},
        "por cliente": lambda chance: {"client": f"C{chance.randrange(3000)}"},
        "por quem abriu": lambda chance: {"opener": chance.choice(PEOPLE)},
        "por movimento": lambda chance: {"movement": f"2.1;{chance.randrange(many)}"},
        "o que alguém vê": lambda _: {"viewer": "1;3", "status": "A"},
        "palavra rara": lambda chance: {"text": f"pedido{chance.randrange(1, many)}"},
        "palavra média": lambda chance: {"text": f"setor{chance.randrange(997)}"},
        "palavra de um em cem": lambda chance: {"text": f"termo{chance.randrange(150, 400)}"},
        "palavra em todos": lambda _: {"text": "do"},
        "palavra comum": lambda chance: {"text": chance.choice(NOUNS)},
        "expressão": lambda chance: {"text": f"{chance.choice(NOUNS)} {chance.choice(VERBS)}"},
        "qualquer palavra": lambda chance: {"text": f"{chance.choice(NOUNS)} {chance.choice(VERBS)}", "any_word": True},
        "expressão que não há": lambda chance: {"text": f"{chance.choice(VERBS)} {chance.choice(NOUNS)} {chance.choice(VERBS)}"},
        "duas palavras médias": lambda chance: {"text": f"termo{chance.randrange(50, 150)} termo{chance.randrange(50, 150)}"},
        "comum, só na discussão": lambda chance: {"text": chance.choice(NOUNS), "in": "discussion"},
        "comum, de um cliente": lambda chance: {"text": chance.choice(NOUNS), "client": f"C{chance.randrange(3000)}"},
        "comum, de poucos": lambda chance: {"text": chance.choice(NOUNS), "holder": chance.choice(PEOPLE), "status": "C", "step": "1"},
        "comum, que alguém vê": lambda chance: {"text": chance.choice(NOUNS), "viewer": "1;3"},
        "só na discussão": lambda chance: {"text": f"item{chance.randrange(5000)}", "in": "discussion"},
        "mesmo assunto": lambda chance: {"same_subject": f"1;1;{chance.randrange(1, many)}"},
        "palavra, status e pessoa": lambda chance: {
            "text": chance.choice(NOUNS), "status": "A", "holder": chance.choice(PEOPLE), "in": "subject",
        },
    }  # fmt: skip


def measured(desk: Desk, make: Callable[[random.Random], dict[str, Any]], rounds: int, chance: random.Random) -> list[float]:
    """Milliseconds of each page, in order."""
    spent = []
    for _ in range(rounds):
        given = make(chance)
        for _page in range(2):
            begun = time.perf_counter()
            found = ticket_list(desk, given)
            spent.append((time.perf_counter() - begun) * 1e3)
            if found["next"] is None:
                break
            given = given | {"after": found["next"]}
    return sorted(spent)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    chosen, slow = parser.parse_args(), 0
    for database in chosen.database or ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder:
            local = f"sqlite:///{folder}/b.sqlite"
            with postgres_database() if database == "postgresql" else nullcontext(local) as url:
                place = make_workspace(Path(folder) / "pasta", 0, f'banco = "{url}"\n')
                with open_desk(place) as desk:
                    filled(desk, chosen.tickets, random.Random(1))
                    print(f"{database}, {chosen.tickets} atendimentos (ms: mediana, 95 %, pior)")
                    for name, make in questions(chosen.tickets).items():
                        spent = measured(desk, make, chosen.rounds, random.Random(2))
                        p95 = spent[int(len(spent) * 0.95) - 1] if len(spent) > 1 else spent[0]
                        slow += p95 > MOST
                        print(
                            f"  {name:<26} {spent[len(spent) // 2]:7.1f} {p95:7.1f} {spent[-1]:7.1f}{'  !' if p95 > MOST else ''}"
                        )
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
