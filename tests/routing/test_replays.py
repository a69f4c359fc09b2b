"""Recorded decisions under other rules from a Parquet file and on a cluster; differences of two versions of a formula found."""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import attrs
import pytest
from kit.paths import ROOT
from kit.workspaces import make_workspace

from repl.commands import run
from repl.example import copy_example
from routing.desk.desk import open_desk
from routing.desk.presence import Said
from routing.domain.decision import Request
from routing.domain.model import EMPTY_TICKET, ticket_of
from routing.failures import WrongQuestion
from routing.releases.again import recorded
from routing.releases.archive import archived, write_archive
from routing.releases.asking import NotRecorded, ask_again
from routing.releases.choosing import rules_named
from routing.releases.replay import Question, Tally, replay, replay_beside, replay_on_cluster
from routing.store import decision_log
from routing.store.pruning import prune
from routing.testing.proposing.differing import difference
from routing.testing.run import Unprepared

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 24, 10, 0)
OTHER_RULES = "AVANCARETAPA('Cotação'); '5'"
EXAMPLES = ("compras", "requisicao", "suporte")
TOKEN = re.compile(r"'[^'\n]+'|\b\d+\b|<>|>=|<=|[<>=+*-]|\b(?:E|OU)\b")
OTHER = {
    "<>": "=", ">=": ">", "<=": "<", "<": "<=", ">": ">=", "=": "<>", "+": "-", "-": "+", "*": "+", "E": "OU", "OU": "E",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example of purchases after some moves, some of them refused, one after somebody said to be away."""
    place = tmp_path / "compras"
    copy_example(place)
    with open_desk(place) as desk:
        for actor in ("1;2", "1;3", "1;1", "1;7", "1;3", "1;2"):
            for key in desk.tickets():
                desk.move(key, Request(action="advance", actor=actor), NOW)
            desk.say_presence(Said(attendant="1;3", status="ausente"), NOW)
    return place


def replayed(folder: Path, rules: str, file: Path | None = None, jobs: int = 1) -> dict[str, object]:
    """What a replay tells."""
    tally = Tally()
    with open_desk(folder) as desk:
        question, chosen = Question(file=None if file is None else str(file)), rules_named(rules, desk.site, desk.store)
        if jobs > 1:
            replay_beside(desk.store, chosen, question, tally, jobs)
        else:
            replay(desk.store, chosen, question, tally)
    return tally.as_json()


def test_a_file_keeps_what_the_store_keeps(folder: Path) -> None:
    """Every part that a decision is made again from, histories and presence included."""
    file = folder / "decisoes.parquet"
    with open_desk(folder) as desk:
        kept = list(recorded(desk.store))
        assert write_archive(desk.store, file) == len(kept) > 6
    read = list(archived(file))
    assert any(one.said for one in kept)
    assert any(one.plan.before is not None and one.plan.before.steps for one in kept)
    for was, now in zip(kept, read, strict=True):
        assert (was.number, was.rules, was.people, was.said) == (now.number, now.rules, now.people, now.said)
        assert was.plan == now.plan
        assert (was.facts is None) == (now.facts is None)
        assert was.facts is None or (now.facts is not None and was.facts.text() == now.facts.text())
    kind = next(one.plan.before.type for one in kept if one.plan.before is not None)
    assert [one.number for one in archived(file, kind=kind)] == [
        one.number for one in kept if one.plan.before is not None and one.plan.before.type == kind
    ]
    assert [one.number for one in archived(file, 3, 5)] == [3, 4, 5]


def test_a_file_is_replayed_like_the_store_also_when_the_store_has_dropped_them(folder: Path) -> None:
    file = folder / "decisoes.parquet"
    with open_desk(folder) as desk:
        write_archive(desk.store, file)
    (folder / "formulas" / "repasse_compras.formula").write_text(OTHER_RULES, encoding="utf-8")
    told = replayed(folder, "folder")
    assert told["changed"]
    assert told["same"]
    assert replayed(folder, "folder", file) == told
    assert replayed(folder, "folder", file, jobs=2) == told
    with open_desk(folder) as desk:
        prune(desk.store, datetime(2027, 11, 24), datetime(2027, 11, 25))
    assert replayed(folder, "folder")["decisions"] == 0
    assert replayed(folder, "folder", file) == told


def test_a_cluster_finds_the_same(folder: Path) -> None:
    """Workers in processes of their own, reached by the address of a scheduler."""
    distributed = pytest.importorskip("distributed")
    (folder / "formulas" / "repasse_compras.formula").write_text(OTHER_RULES, encoding="utf-8")
    told, tally, heard = replayed(folder, "folder"), Tally(), list[tuple[int, int]]()
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=40
        ) as cluster,
        open_desk(folder) as desk,
    ):
        address = cluster.scheduler_address
        replay_on_cluster(
            desk.store,
            rules_named("folder", desk.site, desk.store),
            Question(),
            tally,
            address,
            lambda done, total: heard.append((done, total)),
        )
    assert tally.as_json() == told
    assert heard[-1][0] == heard[-1][1] == told["decisions"]


def test_a_cluster_that_is_not_there_is_said(folder: Path) -> None:
    with open_desk(folder) as desk, pytest.raises(WrongQuestion, match=r"127\.0\.0\.1:9"):
        replay_on_cluster(desk.store, rules_named("folder", desk.site, desk.store), Question(), Tally(), "tcp://127.0.0.1:9")


def test_the_commands(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(folder / "decisoes.parquet")
    assert run(["decisions", str(folder), "--to", file]) == 0
    assert re.match(r"\d+ decisões em ", capsys.readouterr().out)
    assert run(["replay", str(folder), "--rules", "folder", "--from", file, "--fail-on-change"]) == 0
    assert run(["decisions", str(folder), "--to", file, "--gate", "G8"]) == 2
    assert "--gate" in capsys.readouterr().err
    for name, told in (("falta.parquet", "não há o arquivo"), ("repasse.toml", "não dá para ler")):
        assert run(["replay", str(folder), "--rules", "folder", "--from", str(folder / name)]) == 2
        assert told in capsys.readouterr().err
    assert run(["decisions", str(folder), "--to", str(folder / "nenhuma" / "pasta.parquet")]) == 2
    assert "não dá para gravar" in capsys.readouterr().err


# ---------------------------------------------------------------- differences


def changes() -> Iterator[tuple[str, str, str]]:
    """One-token changes of the examples' formulas: workspace, formula, its changed text."""
    made = []
    for name in EXAMPLES:
        for path in sorted((ROOT / "repl" / "examples" / name / "formulas").glob("*.formula")):
            text = path.read_text(encoding="utf-8")
            code = re.sub(r"/\*.*?\*/|//[^\n]*", lambda found: " " * len(found[0]), text, flags=re.DOTALL)
            for found in TOKEN.finditer(code):
                token = found[0]
                other = OTHER.get(token) or (str(int(token) + 1) if token.isdigit() else f"{token[:-1]}x'")
                made.append((name, path.stem, text[: found.start()] + other + text[found.end() :]))
    Random(7).shuffle(made)
    yield from made


def test_a_sentence_whose_database_is_gone_is_a_missing_fact(tmp_path: Path) -> None:
    """What was asked then is known; what another formula asks now is nowhere, and no fault."""
    settings = '[fontes]\npadrao = "sqlite:///dados.sqlite"\n'
    folder = make_workspace(tmp_path / "pasta", formula="SE EXECSQL('QUEM') ENTAO '1;3' SENAO '1;4' FIMSE", settings=settings)
    (folder / "sentencas").mkdir(exist_ok=True)
    for name in ("QUEM", "OUTRA"):
        (folder / "sentencas" / f"{name}.sql").write_text("SELECT A FROM QUEM", encoding="utf-8")
    with sqlite3.connect(folder / "dados.sqlite") as data:
        data.execute("CREATE TABLE QUEM (A INTEGER)")
        data.execute("INSERT INTO QUEM VALUES (1)")
    with open_desk(folder) as desk:
        assert desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW).status == "moved"
    (folder / "dados.sqlite").unlink()
    with open_desk(folder) as desk:
        same = Tally()
        replay(desk.store, rules_named("published", desk.site, desk.store), Question(), same)
        assert (same.decisions, same.same) == (1, 1)
    (folder / "formulas" / "vez.formula").write_text("SE EXECSQL('OUTRA') ENTAO '1;3' SENAO '1;4' FIMSE", encoding="utf-8")
    with open_desk(folder) as desk:
        tally = Tally()
        replay(desk.store, rules_named("folder", desk.site, desk.store), Question(), tally)
        assert (tally.counts, [row["fact"] for row in tally.missing]) == (
            {"changed": 0, "faults": 0, "missing": 1}, ["sentenca OUTRA"],
        )  # fmt: skip


def test_what_told_nothing_of_its_ticket_is_decided_again_about_it(folder: Path) -> None:
    """Refused to somebody who is nobody, or who may not see it, and a new ticket under a key that is taken: no answer tells of the
    ticket that was there, and the record has it all the same."""
    secret = ("change", {"set": (("NIVELACESSO", "7"),)})
    asked = (
        secret, ("advance", {"actor": "1;99"}), ("note", {"actor": "Ninguém", "text": "x"}), ("advance", {"actor": "1;6"}),
        ("open", {"actor": "1;3", "draft": ticket_of(EMPTY_TICKET, {"coligada": 1, "locality": 1, "code": 43, "type": 10})}),
    )  # fmt: skip
    with open_desk(folder) as desk:
        for action, more in asked:
            plan = desk.move("1;1;43", Request(action=action, **({"actor": "1;1"} | more)), NOW)
            if plan.status != "moved":
                assert plan.before is None or action == "change"
                number = decision_log.keep_refusal(desk.store, plan)
                assert number is not None
                assert ask_again(desk.store, desk.site, number).equal
        write_archive(desk.store, folder / "decisoes.parquet")
    for file in (None, folder / "decisoes.parquet"):
        told = replayed(folder, "published", file)
        assert told["counts"] == {"changed": 0, "faults": 0, "missing": 0}
        assert told["same"] == told["decisions"]


def test_a_record_from_before_it_kept_such_a_ticket_lacks_it(folder: Path) -> None:
    with open_desk(folder) as desk:
        plan = desk.move("1;1;43", Request(action="advance", actor="1;99"), NOW)
        number = decision_log.keep_refusal(desk.store, attrs.evolve(plan, facts='{"n":[0,0,0,0]}'))
        assert number is not None
        with pytest.raises(NotRecorded, match="1;1;43"):
            ask_again(desk.store, desk.site, number)
    assert [one["fact"] for one in replayed(folder, "published")["missing"]] == ["atendimento 1;1;43"]


@pytest.mark.parametrize("broken", ["database", "bind"])
def test_a_sentence_that_failed_then_fails_again_the_same(tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "compras"
    copy_example(folder)
    (folder / "sentencas").mkdir(exist_ok=True)
    (folder / "sentencas" / "QUEM.sql").write_text("SELECT A FROM QUEM WHERE B = :FRM_ACHA", encoding="utf-8")
    (folder / "formulas" / "ACHA.formula").write_text("1 / (2 - 2)" if broken == "bind" else "1", encoding="utf-8")
    with (folder / "repasse.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[fontes]\npadrao = "sqlite:///quem.sqlite"\n')
    (folder / "formulas" / "repasse_compras.formula").write_text(
        "AVANCARETAPA(2); EXECSQL('QUEM'); RESULTSQL('QUEM', 'A')", encoding="utf-8"
    )
    if broken == "bind":
        with sqlite3.connect(folder / "quem.sqlite") as other:
            other.execute("CREATE TABLE QUEM (A TEXT, B INTEGER)")
    with open_desk(folder) as desk:
        moved = desk.move("1;1;48", Request(action="advance", actor="1;6"), NOW)
        plan = desk.move("1;1;42", Request(action="advance", actor="1;2"), NOW)
        assert (moved.status, plan.status, plan.reason and plan.reason.code) == (
            "moved", "fault", "divisao-por-zero" if broken == "bind" else "sql-falhou",
        )  # fmt: skip
        number = decision_log.keep_refusal(desk.store, plan)
        assert number is not None
        assert ask_again(desk.store, desk.site, number).equal
    told = replayed(folder, "published")
    assert (told["same"], told["counts"]) == (told["decisions"], {"changed": 0, "faults": 0, "missing": 0})


def test_one_token_that_differs_is_found(tmp_path: Path) -> None:
    """Of sixty changes of a token that the check lets through, at least fifty-seven, each within five seconds of processor."""
    for name in EXAMPLES:
        shutil.copytree(ROOT / "repl" / "examples" / name, tmp_path / name)
    tried, found, slowest = 0, 0, 0.0
    for name, code, text in changes():
        path = tmp_path / name / "formulas" / f"{code}.formula"
        former = path.read_text(encoding="utf-8")
        with open_desk(tmp_path / name) as desk:
            old = rules_named("folder", desk.site, desk.store)
        path.write_text(text, encoding="utf-8")
        with open_desk(tmp_path / name) as desk:
            new = rules_named("folder", desk.site, desk.store)
        path.write_text(former, encoding="utf-8")
        begun = time.process_time()
        try:
            case, _ = difference(old.site, new.site, code, 2_000)
        except Unprepared:
            continue  # the check refuses it
        slowest = max(slowest, time.process_time() - begun)
        tried, found = tried + 1, found + (case is not None)
        if tried == 60:
            break
    assert (tried, found >= 57, slowest < 5) == (60, True, True), (tried, found, slowest)
