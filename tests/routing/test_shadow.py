"""A release in shadow decides beside the active one: counted, listed, nothing done, and nothing passed over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from time import monotonic

import pytest
from kit.servers import postgres_database
from sqlalchemy import insert, select, text

from repl.commands import run
from repl.example import copy_example
from routing.desk.desk import Desk, open_desk
from routing.desk.worker import Shadowing, resting
from routing.domain.decision import Request
from routing.errors import FileFaults
from routing.failures import UnknownRules
from routing.http.state import shadow_lines
from routing.releases import shadow
from routing.releases.publishing import publish, roll_back
from routing.store import releases, tables
from routing.store.engine import reading, writing

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 24, 10, 0)
ADVANCE = Request(action="advance", actor="1;2")
TO_ANA = "'1;3'"


def no_faults(_folder: Path) -> list[FileFaults]:
    """A door that lets all pass: what it finds is no matter here, and it takes long."""
    return []


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The example on both databases, whose rules decide, and whose managers' formula gives all to Ana in shadow."""
    folder = tmp_path / "compras"
    copy_example(folder)
    if request.param == "sqlite":
        yield from opened(folder)
        return
    with postgres_database() as url:
        settings = folder / "repasse.toml"
        settings.write_text(f'banco = "{url}"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
        yield from opened(folder)


def opened(folder: Path) -> Iterator[Desk]:
    with open_desk(folder, serving=True) as desk:
        publish(desk.store, folder, NOW, no_faults)
        in_shadow(desk, TO_ANA)
        yield desk


def in_shadow(desk: Desk, text: str) -> str:
    """Publish the folder with another formula of the manager's step in shadow; the revision."""
    folder = Path(desk.site.folder)
    (folder / "formulas" / "repasse_gestor.formula").write_text(text, encoding="utf-8")
    found = publish(desk.store, folder, NOW, no_faults, shadow=True).active.shadow
    assert found is not None
    return found


def looked(desk: Desk) -> shadow.Seen:
    """What the shadow came to when a worker has nothing left to do."""
    Shadowing(desk, None).all()
    found = shadow.seen_of(desk.store)
    assert found is not None
    return found


def counts(seen: shadow.Seen) -> tuple[int, int, int, int, int]:
    return seen.decisions, seen.same, seen.changed, seen.faults, seen.missing


def test_it_decides_beside_and_nothing_is_done(desk: Desk) -> None:
    big, other = desk.move("1;1;43", ADVANCE, NOW), desk.move("1;1;45", ADVANCE, NOW)
    assert (big.status, other.status) == ("moved", "moved")
    held = {key: desk.ticket(key).holder for key in desk.tickets()}
    mails = len(rows_of(desk, "mail"))
    seen = looked(desk)
    assert counts(seen) == (2, 1, 1, 0, 0)
    assert seen.differ == (big.decision,)
    assert {key: desk.ticket(key).holder for key in desk.tickets()} == held
    assert len(rows_of(desk, "mail")) == mails
    assert len(rows_of(desk, "decision")) == 2
    rules = Shadowing(desk, None).rules(seen.rules, releases.look(desk.store).people)
    (row,) = shadow.listed(desk.store, rules, seen).changed
    assert (row["was"]["holder"], row["would"]["holder"]) == ({"attendant": "1;1"}, {"attendant": "1;3"})
    assert row["because"]


def rows_of(desk: Desk, name: str) -> list[object]:
    with reading(desk.store.engine) as connection:
        return list(connection.execute(select(tables.metadata.tables[name])))


def test_a_worker_that_goes_on_keeps_what_it_saw(desk: Desk) -> None:
    desk.move("1;1;43", ADVANCE, NOW)
    with ThreadPoolExecutor(1) as quiet:
        asyncio.run(Shadowing(desk, None).beside(quiet, lambda: False))
    seen = shadow.seen_of(desk.store)
    assert seen is not None
    assert counts(seen) == (1, 0, 1, 0, 0)


def test_what_nobody_looked_at_waits_and_is_counted_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadow, "TOGETHER", 2)
    keys = [key for key in desk.tickets() if desk.move(key, ADVANCE, NOW).status == "moved"]
    assert len(keys) > 3
    start = shadow.seen_of(desk.store)
    assert start is not None
    everything = shadow.behind(desk.store, start)
    assert everything >= len(keys)
    first, second = Shadowing(desk, None), Shadowing(desk, None)
    kept = releases.keep_shadow

    def meanwhile(store, before, after):
        monkeypatch.setattr(releases, "keep_shadow", kept)
        assert shadow.follow(desk.store, second.rules) == 2
        return kept(store, before, after)

    monkeypatch.setattr(releases, "keep_shadow", meanwhile)
    assert shadow.follow(desk.store, first.rules) == 0, "the other one's round counts"
    assert shadow.seen_of(desk.store).decisions == 2
    seen = looked(desk)
    assert (seen.decisions, shadow.behind(desk.store, seen)) == (everything, 0)
    assert seen.same + seen.changed == everything
    assert looked(desk) == seen


def test_faults_and_missing_facts_are_counted_apart(desk: Desk) -> None:
    in_shadow(desk, "1 / 0")
    desk.move("1;1;43", ADVANCE, NOW)
    assert counts(looked(desk)) == (1, 0, 0, 1, 0)
    in_shadow(desk, "ATENDENTEDOGRUPO(5, 'MENORCARGA')")
    desk.move("1;1;42", ADVANCE, NOW)
    assert counts(looked(desk)) == (1, 0, 0, 0, 1), "another begins anew; nobody asked then who had less to do"


def test_a_number_that_comes_late_is_not_passed_over(desk: Desk) -> None:
    if desk.store.is_sqlite:
        pytest.skip("one writer at a time: numbers come in order")
    with writing(desk.store.engine) as connection:
        taken = connection.execute(text("SELECT nextval(pg_get_serial_sequence('decision', 'id'))")).scalar()
        connection.commit()
    moved = desk.move("1;1;43", ADVANCE, NOW)
    assert moved.decision == taken + 1
    assert looked(desk).decisions == 1
    with writing(desk.store.engine) as connection:
        row = dict(connection.execute(select(tables.decision).where(tables.decision.c.id == moved.decision)).mappings().one())
        connection.execute(insert(tables.decision).values(**{**row, "id": taken, "key": None, "version": 0}))
        connection.commit()
    seen = looked(desk)
    assert (seen.decisions, seen.changed, seen.late) == (2, 2, ())


def test_going_back_ends_it_and_its_counts_stay(desk: Desk) -> None:
    desk.move("1;1;43", ADVANCE, NOW)
    seen = looked(desk)
    folder = Path(desk.site.folder)
    active = releases.look(desk.store)
    assert active is not None
    publish(desk.store, folder, NOW, no_faults)
    assert roll_back(desk.store, NOW).rules == active.rules
    desk.move("1;1;45", ADVANCE, NOW)
    assert looked(desk) == seen
    assert f'repasse_shadow_decisions{{rules="{seen.rules}",result="changed"}} 1\n' in shadow_lines(desk.store)


def test_a_release_whose_texts_are_gone_is_reported_once(desk: Desk) -> None:
    with writing(desk.store.engine) as connection:
        gone = releases.look(desk.store).shadow
        connection.execute(tables.release.delete().where(tables.release.c.revision == gone))
        connection.commit()
    desk.move("1;1;43", ADVANCE, NOW)
    said: list[str] = []
    hands = Shadowing(desk, said.append)
    with pytest.raises(UnknownRules):
        hands.all()
    with ThreadPoolExecutor(1) as quiet:
        asyncio.run(hands.beside(quiet, lambda: False))
        asyncio.run(hands.beside(quiet, lambda: False))
    assert len(said) == 1
    assert gone in said[0]


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "compras"
    copy_example(folder)
    place = str(folder)

    def ran(*words: str) -> str:
        capsys.readouterr()
        assert run([*words]) == 0, words
        return capsys.readouterr().out

    ran("publish", place)
    (folder / "formulas" / "repasse_gestor.formula").write_text(TO_ANA, encoding="utf-8")
    assert "repasse work" in ran("publish", place, "--shadow")
    assert "nada foi decidido ainda" in ran("rules", place)
    ran("move", place, "1;1;43", "avançar")
    assert "1 ainda não foi olhada: repasse work" in ran("rules", place)
    ran("work", place, "--once")
    told = ran("rules", place)
    assert "mudam 1" in told
    assert "Ana Lima (1;3)" in told
    made = json.loads(ran("rules", place, "--format", "json"))["shadow"]
    assert (made["behind"], made["counts"]["changed"], [row["ticket"] for row in made["changed"]]) == (0, 1, ["1;1;43"])


def test_it_rests_as_long_as_it_worked() -> None:
    """So that others have half of a processor, and the interpreter's lock, while it decides."""
    asked, rested = [], resting(lambda: bool(asked))
    for work in (0.02, 0.05):
        end = monotonic() + work
        while monotonic() < end:
            pass
        begin = monotonic()
        assert not rested()
        assert monotonic() - begin >= work
    asked.append(True)
    assert rested()
