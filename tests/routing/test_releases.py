"""Rules as releases: content-addressed, kept with texts, named by decisions, made again, replayed, rolled back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from kit.servers import postgres_database
from kit.workspaces import make_workspace

from repl.commands import run as command
from repl.example import copy_example
from routing.checking import check_workspace
from routing.desk.desk import open_desk
from routing.domain.decision import Request
from routing.errors import FileFaults, WorkspaceError
from routing.failures import UnknownRules
from routing.releases.asking import NotRecorded, UnknownDecision, ask_again
from routing.releases.choosing import rules_named
from routing.releases.following import bucket
from routing.releases.loading import load
from routing.releases.publishing import PulledAway, publish, roll_back
from routing.releases.release import taken
from routing.releases.replay import Question, Tally, replay, replay_beside
from routing.store import releases
from routing.testing.proposing.differing import difference

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 24, 10, 0)
ADVANCE = Request(action="advance", actor="1;2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_example(tmp_path / "compras")
    return tmp_path / "compras"


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, folder: Path) -> Iterator[Path]:
    """The example on both databases."""
    if request.param == "sqlite":
        yield folder
        return
    with postgres_database() as url:
        settings = folder / "repasse.toml"
        settings.write_text(f'banco = "{url}"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
        yield folder


def rewrite(folder: Path, code: str, text: str) -> None:
    (folder / "formulas" / f"{code}.formula").write_text(text, encoding="utf-8")


def revision(folder: Path) -> str:
    with open_desk(folder) as desk:
        return desk.revision


def test_a_revision_is_its_content(folder: Path, tmp_path: Path) -> None:
    first = revision(folder)
    copy_example(tmp_path / "copia")
    assert revision(tmp_path / "copia") == first
    rewrite(folder, "repasse_filial", "'2;3'")
    assert revision(folder) != first
    with open_desk(folder) as desk:
        before = taken(folder, desk.site)
    directory = folder / "diretorio.toml"
    directory.write_text(directory.read_text(encoding="utf-8") + "\n# nada\n", encoding="utf-8")
    with open_desk(folder) as desk:
        after = taken(folder, desk.site)
    assert (before.revision, before.people.revision != after.people.revision) == (after.revision, True)


def test_passwords_and_addresses_of_databases_are_no_rules(folder: Path) -> None:
    first = revision(folder)
    settings = folder / "repasse.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[fontes]\npadrao = "sqlite:///outro.sqlite"\n', encoding="utf-8")
    assert revision(folder) == first


def test_a_move_publishes_and_names_its_rules(anywhere: Path) -> None:
    with open_desk(anywhere) as desk:
        plan = desk.plan("1;1;43", ADVANCE, NOW)
        assert (plan.rules, plan.decision) == (desk.revision, None)
        assert releases.look(desk.store) is None
        moved = desk.move("1;1;43", ADVANCE, NOW)
        assert moved.as_json()["rules"] == desk.revision
        assert moved.as_json()["decision"] == 1
        active = releases.look(desk.store)
        assert active is not None
        assert active.rules == desk.revision
        texts = releases.files_of(desk.store, active.rules, releases.RULES)
        assert texts is not None
        assert texts["formulas/repasse_gestor.formula"] == (anywhere / "formulas" / "repasse_gestor.formula").read_bytes()


def test_an_answer_given_again_has_its_decision_and_rules(folder: Path) -> None:
    with open_desk(folder) as desk:
        asked = Request(action="advance", actor="1;2", key="pedido-1")
        first, again = desk.move("1;1;43", asked, NOW), desk.move("1;1;43", asked, NOW)
        assert (again.decision, again.rules, again.status) == (first.decision, first.rules, "moved")


def test_a_published_release_decides_like_its_folder(folder: Path) -> None:
    with open_desk(folder) as desk:
        for key in desk.tickets():
            desk.move(key, ADVANCE, NOW)
        found = rules_named("published", desk.site, desk.store)
        for key in desk.tickets():
            own, other = desk.plan(key, ADVANCE, NOW), desk.under(found).plan(key, ADVANCE, NOW)
            assert own.as_json() == other.as_json()


def test_every_decision_made_again_is_equal(anywhere: Path) -> None:
    with open_desk(anywhere) as desk:
        numbers = [moved.decision for key in desk.tickets() if (moved := desk.move(key, ADVANCE, NOW)).status == "moved"]
        assert len(numbers) > 2
    rewrite(anywhere, "repasse_gestor", "'1;5'")
    with open_desk(anywhere) as desk:
        for number in numbers:
            assert number is not None
            found = ask_again(desk.store, desk.site, number)
            assert found.equal
            assert found.as_json()["then"]["decision"] == number


def test_round_robin_and_sentences_are_asked_of_what_was_recorded(tmp_path: Path) -> None:
    formula = "SE EXECSQL('QUEM') ENTAO ATENDENTEDOGRUPO(5, 'RODIZIO') SENAO '1;3' FIMSE"
    folder = make_workspace(tmp_path / "pasta", formula=formula, settings='[fontes]\npadrao = "sqlite:///dados.sqlite"\n')
    import sqlite3

    with sqlite3.connect(folder / "dados.sqlite") as data:
        data.execute("CREATE TABLE QUEM (A INTEGER)")
        data.execute("INSERT INTO QUEM VALUES (1)")
    (folder / "sentencas").mkdir(exist_ok=True)
    (folder / "sentencas" / "QUEM.sql").write_text("SELECT A FROM QUEM", encoding="utf-8")
    with open_desk(folder) as desk:
        first, second = (desk.move(key, ADVANCE, NOW) for key in ("1;1;1", "1;1;2"))
        assert first.after is not None
        assert second.after is not None
        assert first.after.holder != second.after.holder
        (folder / "dados.sqlite").unlink()
        for plan in (first, second):
            assert plan.decision is not None
            again = ask_again(desk.store, desk.site, plan.decision)
            assert again.equal, again.as_json()


def test_decisions_that_cannot_be_made_again_say_so(folder: Path) -> None:
    with open_desk(folder) as desk:
        desk.move("1;1;43", ADVANCE, NOW)
        with pytest.raises(UnknownDecision):
            ask_again(desk.store, desk.site, 99)
        with desk.store.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE decision SET rules = NULL, facts = NULL")
        with pytest.raises(NotRecorded, match="de antes das publicações"):
            ask_again(desk.store, desk.site, 1)


def test_replay_tells_what_changes_and_why(folder: Path) -> None:
    with open_desk(folder) as desk:
        for key in desk.tickets():
            desk.move(key, ADVANCE, NOW)
        tally = Tally()
        question = Question()
        replay(desk.store, rules_named("published", desk.site, desk.store), question, tally)
        assert (tally.decisions, tally.same) == (tally.decisions, tally.decisions)
        assert tally.decisions > 2
    rewrite(folder, "repasse_compras", "AVANCARETAPA('Cotação'); '5'")
    with open_desk(folder) as desk:
        tally = Tally()
        replay(desk.store, rules_named("folder", desk.site, desk.store), question, tally)
        shown = tally.as_json()
        assert shown["changed"]
        row = next(one for one in shown["changed"] if one["ticket"] == "1;1;43")
        assert (row["was"]["step"], row["would"]["step"]) == (2, 4)
        assert row["because"]
        assert shown["holders"]["grupo 1;5"]["would"] > shown["holders"].get("grupo 1;5", {}).get("was", 0)
        assert desk.ticket("1;1;43").step == 2


def test_replay_in_processes_finds_the_same(folder: Path) -> None:
    with open_desk(folder) as desk:
        for key in desk.tickets():
            desk.move(key, ADVANCE, NOW)
        one, two = Tally(), Tally()
        question = Question()
        replay(desk.store, rules_named("published", desk.site, desk.store), question, one)
        replay_beside(desk.store, rules_named("published", desk.site, desk.store), question, two, 2)
        assert one.as_json() == two.as_json()


def test_a_sentence_nobody_asked_then_is_a_missing_fact(folder: Path) -> None:
    with open_desk(folder) as desk:
        desk.move("1;1;43", ADVANCE, NOW)
    rewrite(folder, "repasse_compras", "AVANCARETAPA(2); ATENDENTEDOGRUPO(5, 'MENORCARGA')")
    rewrite(folder, "repasse_gestor", "ATENDENTEDOGRUPO(5, 'MENORCARGA')")
    with open_desk(folder) as desk:
        tally = Tally()
        replay(desk.store, rules_named("folder", desk.site, desk.store), Question(), tally)
        assert [row["fact"].split()[0] for row in tally.missing] == ["carga"]


def test_check_is_the_door(folder: Path) -> None:
    with open_desk(folder) as desk:
        good = publish(desk.store, folder, NOW, check_workspace, note="primeira")
        rewrite(folder, "repasse_gestor", "SE ENTAO")
        with pytest.raises(WorkspaceError):
            publish(desk.store, folder, NOW, check_workspace)
        assert releases.look(desk.store) == good.active


def test_a_faulty_folder_leaves_the_last_good_release(folder: Path) -> None:
    with open_desk(folder) as desk:
        good = desk.move("1;1;43", ADVANCE, NOW).rules
    rewrite(folder, "repasse_compras", "SE ENTAO")
    with open_desk(folder) as desk:
        moved = desk.move("1;1;42", ADVANCE, NOW)
        assert (moved.status, moved.rules) == ("moved", good)
    (folder / "diretorio.toml").write_text("[[[", encoding="utf-8")
    with pytest.raises(WorkspaceError):
        open_desk(folder)
    with open_desk(folder, serving=True) as desk:
        assert desk.plan("1;1;44", ADVANCE, NOW).rules == good


def test_what_a_release_pulls_away_is_listed_and_accepted(folder: Path) -> None:
    with open_desk(folder) as desk:
        publish(desk.store, folder, NOW, check_workspace)
        desk.move("1;1;43", ADVANCE, NOW)
        for file in [
            *(folder / "atendimentos").glob("*.toml"),
            *(folder / "casos").glob("*.toml"),
            *(folder / "propriedades").glob("*.toml"),
        ]:
            file.unlink()
        kind = folder / "tipos" / "compras.toml"
        text = (
            kind.read_text(encoding="utf-8").replace('CENTRO = "String", ', "").replace('obrigatorios = ["PARAMETRO.CENTRO"]\n', "")
        )
        kind.write_text(text, encoding="utf-8")
        with pytest.raises(PulledAway) as refused:
            publish(desk.store, folder, NOW, check_workspace)
        assert any("CENTRO" in line for line in refused.value.pulled)
        assert publish(desk.store, folder, NOW, check_workspace, accept=True).pulled


def test_roll_back_and_forth(folder: Path) -> None:
    with open_desk(folder) as desk:
        with pytest.raises(UnknownRules):
            roll_back(desk.store, NOW)
        first = publish(desk.store, folder, NOW, check_workspace).active.rules
        rewrite(folder, "repasse_filial", "'2;3'")
        second = publish(desk.store, folder, NOW, check_workspace).active.rules
        assert roll_back(desk.store, NOW).rules == first
        assert {one.revision: one.state for one in releases.listed(desk.store)} == {first: "published", second: "former"}
    with open_desk(folder) as desk:
        assert desk.move("1;1;43", ADVANCE, NOW).rules == first, "the folder it was rolled back from does not come back by itself"
        assert roll_back(desk.store, NOW, second[:6]).rules == second
        with pytest.raises(UnknownRules):
            roll_back(desk.store, NOW, "zzzzzz")


def test_going_back_takes_a_share_back_first(folder: Path) -> None:
    with open_desk(folder, serving=True) as desk:
        first = publish(desk.store, folder, NOW, no_faults).active.rules
        rewrite(folder, "repasse_filial", "'2;3'")
        second = publish(desk.store, folder, NOW, no_faults, percent=50).active.share
        mine = [key for key in desk.tickets() if desk.plan(key, ADVANCE, NOW).rules == second]
        assert mine
        for key in mine[:2]:
            assert {desk.plan(key, ADVANCE, NOW).rules for _ in range(3)} == {second}, "a ticket stays on its side"
        active = roll_back(desk.store, NOW)
        assert (active.rules, active.share, active.held) == (first, None, second)
        assert {desk.plan(key, ADVANCE, NOW).rules for key in desk.tickets()} == {first}, "at once"
    with open_desk(folder) as desk:
        assert desk.move("1;1;43", ADVANCE, NOW).rules == first, "the folder that has it does not come back by itself"


def test_going_back_without_another_release_ends_a_shadow(folder: Path) -> None:
    with open_desk(folder, serving=True) as desk:
        first = publish(desk.store, folder, NOW, no_faults).active.rules
        rewrite(folder, "repasse_filial", "'2;3'")
        second = publish(desk.store, folder, NOW, no_faults, shadow=True).active.shadow
        active = roll_back(desk.store, NOW)
        assert (active.rules, active.shadow, active.held) == (first, None, second)
        publish(desk.store, folder, NOW, no_faults)
        rewrite(folder, "repasse_filial", "'2;4'")
        publish(desk.store, folder, NOW, no_faults, shadow=True)
        assert roll_back(desk.store, NOW).rules == first, "what decides goes back; what runs beside ends with it"
        rewrite(folder, "repasse_filial", "'2;5'")
        publish(desk.store, folder, NOW, no_faults, percent=30)
        assert roll_back(desk.store, NOW, first[:6]).share is None


def test_what_only_ran_beside_is_nothing_to_go_back_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a shadow nor a share has decided for all, and nobody has accepted what it would do."""
    with open_desk(folder, serving=True) as desk:
        first = publish(desk.store, folder, NOW, no_faults).active.rules
        for number, more in ((2, {"shadow": True}), (3, {"percent": 40})):
            rewrite(folder, "repasse_filial", f"'2;{number}'")
            active = publish(desk.store, folder, NOW, no_faults, **more).active
            assert active.rules == first
            assert command(["rollback", str(folder)]) == 0
            told = capsys.readouterr().out
            assert f"{active.shadow or active.share} não corre mais ao lado; continua valendo {first}" in told
            assert releases.look(desk.store).rules == first
            assert command(["rollback", str(folder)]) == 2, "there is nothing else to go back to"
            assert "não há outra publicação" in capsys.readouterr().err
        rewrite(folder, "repasse_filial", "'2;4'")
        second = publish(desk.store, folder, NOW, no_faults).active.rules
        assert [roll_back(desk.store, NOW).rules for _ in range(3)] == [first, second, first]


def no_faults(_folder: Path) -> list[FileFaults]:
    """A door that lets all pass."""
    return []


def test_desks_change_together_at_once(anywhere: Path) -> None:
    with open_desk(anywhere, serving=True) as one, open_desk(anywhere, serving=True) as other:
        first = publish(one.store, anywhere, NOW, check_workspace).active.rules
        assert {desk.plan("1;1;43", ADVANCE, NOW).rules for desk in (one, other)} == {first}
        rewrite(anywhere, "repasse_compras", "AVANCARETAPA('Cotação'); '5'")
        assert {desk.plan("1;1;43", ADVANCE, NOW).rules for desk in (one, other)} == {first}
        second = publish(one.store, anywhere, NOW, check_workspace).active.rules
        for desk in (one, other):
            plan = desk.plan("1;1;43", ADVANCE, NOW)
            assert plan.after is not None
            assert (plan.rules, plan.after.step) == (second, 4)
        assert other.move("1;1;43", ADVANCE, NOW).rules == second


def test_a_share_keeps_its_tickets(folder: Path) -> None:
    with open_desk(folder, serving=True) as desk:
        first = publish(desk.store, folder, NOW, check_workspace).active.rules
        rewrite(folder, "repasse_filial", "'2;3'")
        second = publish(desk.store, folder, NOW, check_workspace, percent=50).active.share
        for key in desk.tickets():
            assert desk.plan(key, ADVANCE, NOW).rules == (second if bucket(key) < 50 else first)


def test_manual_publication(folder: Path) -> None:
    settings = folder / "repasse.toml"
    settings.write_text('publicar = "manual"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
    with open_desk(folder) as desk:
        first = desk.move("1;1;43", ADVANCE, NOW).rules
    rewrite(folder, "repasse_filial", "'2;3'")
    with open_desk(folder) as desk:
        assert desk.revision != first
        assert desk.move("1;1;42", ADVANCE, NOW).rules == first


def test_a_difference_is_found_and_shown(folder: Path) -> None:
    with open_desk(folder) as desk:
        old = rules_named("folder", desk.site, desk.store)
    rewrite(
        folder,
        "repasse_filial",
        (folder / "formulas" / "repasse_filial.formula").read_text(encoding="utf-8").replace("5000", "5001"),
    )
    with open_desk(folder) as desk:
        new = rules_named("folder", desk.site, desk.store)
    found, _ = difference(old.site, new.site, "repasse_filial", 2_000)
    assert found is not None
    assert (found.was.value, found.would.value) == ("2;3", "5")
    assert difference(old.site, old.site, "repasse_filial", 200)[0] is None


def run(*arguments: str) -> tuple[int, Any, str]:
    done = subprocess.run(
        [sys.executable, "-m", "repl.commands", *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_the_commands(folder: Path) -> None:
    place = str(folder)
    assert run("move", place, "1;1;43", "advance")[0] == 0
    assert run("decision", place, "1", "--again", "--format", "json")[0] == 0
    rewrite(folder, "repasse_compras", "AVANCARETAPA('Cotação'); '5'")
    code, out, _ = run("replay", place, "--rules", "folder", "--format", "json", "--fail-on-change")
    assert (code, json.loads(out)["counts"]["changed"]) == (1, 1)
    code, out, _ = run("diff", place, "published", "folder", "--format", "json")
    assert json.loads(out)["formulas"][0]["difference"]["would"]["effects"][0]["step"] == "Cotação"
    assert run("publish", place, "--note", "cotação")[0] == 0
    assert run("rollback", place)[0] == 0
    code, out, _ = run("rules", place, "--format", "json")
    assert [one["state"] for one in json.loads(out)["rules"]] == ["former", "published"]
    rewrite(folder, "repasse_compras", "SE ENTAO")
    code, _, error = run("publish", place)
    assert (code, "repasse_compras" in error) == (1, True)
    assert run("decision", place, "77")[0] == 1
    assert run("replay", place, "--rules", "nenhuma")[0] == 2


def test_a_release_knows_which_mails_it_words_wherever_this_place_keeps_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_workspace(tmp_path / "pasta", 1)
    (folder / "modelos").mkdir()
    (folder / "modelos/handoff_copy.assunto").write_text("Para o arquivo", encoding="utf-8")
    with open_desk(folder) as desk:
        desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
        revision = desk.revision
        monkeypatch.setenv("REPASSE_MODELOS", "outra")
        assert load(desk.store, revision, desk.people_revision, desk.site).site.own_words == {"handoff_copy"}
