"""The worked example of the plugin interface, against the real Roundup tracker: its detector routes real issues."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kit.paths import ROOT

import routing

EXAMPLE = ROOT / "examples" / "roundup"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tracker with the example's detector and three users."""
    folder = tmp_path_factory.mktemp("roundup")
    home = folder / "tracker"
    admin(
        home,
        "install",
        "classic",
        "sqlite",
        "tracker_web=http://localhost/tracker/,mail_domain=exemplo.com.br,mail_debug=mails.txt",
    )
    shutil.copytree(EXAMPLE / "ambiente", folder / "ambiente")
    shutil.copy(EXAMPLE / "detectors" / "repasse.py", home / "detectors")
    settings = (EXAMPLE / "detectors" / "config.ini").read_text().replace("/var/lib/repasse/ambiente", str(folder / "ambiente"))
    with (home / "detectors" / "config.ini").open("a") as file:
        file.write("\n" + settings)
    admin(home, "initialise", "segredo")
    for name in ("ana", "bruno", "celia", "visita"):
        admin(home, "create", "user", f"username={name}", f"address={name}@exemplo.com.br", "roles=User")
    return folder


@pytest.fixture
def tracker(template: Path, tmp_path: Path) -> Path:
    """A copy of the tracker and the workspace for one test."""
    folder = tmp_path / "copia"
    shutil.copytree(template, folder)
    config = folder / "tracker" / "detectors" / "config.ini"
    config.write_text(config.read_text().replace(str(template), str(folder)))
    return folder


def admin(home: Path, *words: str) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("roundup-admin")), "-i", str(home), *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=home.parent,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def opened_as(folder: Path, user: str) -> Iterator[Any]:
    """The tracker's database as a user sees it."""
    from roundup import instance

    database = instance.open(str(folder / "tracker")).open(user)
    try:
        yield database
    finally:
        database.close()


def new_issue(database: Any, priority: str = "bug") -> str:
    issue = database.issue.create(title="A impressora parou", priority=database.priority.lookup(priority))
    database.commit()
    return str(issue)


def assigned(database: Any, issue: str) -> str:
    return str(database.user.get(database.issue.get(issue, "assignedto"), "username"))


def status(database: Any, issue: str) -> str:
    return str(database.status.get(database.issue.get(issue, "status"), "name"))


def set_status(database: Any, issue: str, name: str) -> None:
    database.issue.set(issue, status=database.status.lookup(name))
    database.commit()


def show(folder: Path, issue: str) -> dict[str, Any]:
    with routing.open_desk(folder / "ambiente") as desk:
        return desk.show(f"1;1;{issue}")


@pytest.mark.parametrize(("priority", "receiver"), [("critical", "ana"), ("bug", "bruno")])
def test_a_new_issue_goes_to_whom_the_formula_names(tracker: Path, priority: str, receiver: str) -> None:
    with opened_as(tracker, "celia") as database:
        issue = new_issue(database, priority)
        assert (assigned(database, issue), status(database, issue)) == (receiver, "unread")
    shown = show(tracker, issue)
    assert (shown["ticket"]["subject"], shown["ticket"]["opener"]) == ("A impressora parou", "1;3")


def test_a_change_of_status_is_a_move_with_its_histories(tracker: Path) -> None:
    with opened_as(tracker, "bruno") as database:
        issue = new_issue(database)
        set_status(database, issue, "in-progress")
        set_status(database, issue, "testing")
        assert (assigned(database, issue), status(database, issue)) == ("celia", "testing")
    shown = show(tracker, issue)
    assert [(row["from"], row["to"], row["by"]) for row in shown["steps"][-2:]] == [(1, 2, "1;2"), (2, 3, "1;2")]
    assert shown["ticket"]["holder"] == {"attendant": "1;3"}
    assert "celia@exemplo.com.br" in [mail["to"] for mail in shown["mails"]]


def test_the_issue_comes_back_to_who_opened_it(tracker: Path) -> None:
    with opened_as(tracker, "bruno") as database:
        issue = new_issue(database)
        set_status(database, issue, "in-progress")
        set_status(database, issue, "testing")
    with opened_as(tracker, "celia") as database:
        set_status(database, issue, "resolved")
        assert (assigned(database, issue), status(database, issue)) == ("bruno", "resolved")


def test_what_the_flow_does_not_allow_is_refused_in_words_and_changes_nothing(tracker: Path) -> None:
    from roundup.exceptions import Reject

    with opened_as(tracker, "bruno") as database:
        issue = new_issue(database)
        with pytest.raises(Reject, match="fluxo"):
            set_status(database, issue, "resolved")
        database.rollback()
        assert (assigned(database, issue), status(database, issue)) == ("bruno", "unread")
    assert show(tracker, issue)["ticket"]["step"] == 1


def test_whoever_does_not_hold_the_issue_cannot_move_it(tracker: Path) -> None:
    from roundup.exceptions import Reject

    with opened_as(tracker, "bruno") as database:
        issue = new_issue(database)
    with opened_as(tracker, "celia") as database, pytest.raises(Reject):
        set_status(database, issue, "in-progress")
    assert show(tracker, issue)["ticket"]["version"] == 1


def test_a_stranger_to_the_directory_opens_nothing(tracker: Path) -> None:
    from roundup.exceptions import Reject

    with opened_as(tracker, "visita") as database, pytest.raises(Reject, match="usuario"):
        new_issue(database)


def test_other_changes_are_none_of_repasses_business(tracker: Path) -> None:
    with opened_as(tracker, "bruno") as database:
        issue = new_issue(database)
    with opened_as(tracker, "celia") as database:
        database.issue.set(issue, title="A impressora parou de novo")
        database.commit()
        assert assigned(database, issue) == "bruno"
    assert show(tracker, issue)["ticket"]["version"] == 1
