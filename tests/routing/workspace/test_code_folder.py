"""The folder of compiled formulas: whole entries only, of this user only, never without bound, never in the way."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kit.paths import ROOT

import formula
from formula.cache import Cache
from routing.failures import SettingsFault
from routing.workspace import code_folder as codeshelf
from routing.workspace.code_folder import Folder, open_folder, user_cache, user_folder
from routing.workspace.folder import load_workspace

EXAMPLE = ROOT / "repl" / "examples" / "compras"
TEXT = "CONCAT('a', PRIORIDADE)"


@pytest.fixture(autouse=True)
def _no_memory_of_folders() -> None:
    """Folders are opened once a process; each test has its own."""
    open_folder.cache_clear()
    codeshelf.cache_of.cache_clear()


def opened(path: Path) -> Folder:
    folder = open_folder(str(path))
    assert folder is not None
    return folder


def compiled(folder: Folder) -> formula.Rule:
    """As a new process."""
    return formula.compile(TEXT, cache=Cache(folder))


def from_shelf(rule: formula.Rule) -> bool:
    return rule.unread


def test_folder_and_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = opened(tmp_path / "a" / "codigo")
    compiled(folder)
    files = list((tmp_path / "a" / "codigo").iterdir())
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600]
    assert stat.S_IMODE((tmp_path / "a" / "codigo").stat().st_mode) == 0o700
    assert from_shelf(compiled(folder))


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777])
def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    place = tmp_path / "codigo"
    place.mkdir()
    place.chmod(mode)
    assert open_folder(str(place)) is None


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "codigo").symlink_to(tmp_path / "real")
    assert open_folder(str(tmp_path / "codigo")) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "codigo").mkdir(mode=0o700)
    os.chown(tmp_path / "codigo", 65534, 65534)
    assert open_folder(str(tmp_path / "codigo")) is None


def test_a_file_that_others_can_write_to_is_ignored_and_replaced(tmp_path: Path) -> None:
    folder = opened(tmp_path / "codigo")
    compiled(folder)
    (file,) = (tmp_path / "codigo").iterdir()
    file.chmod(0o666)
    assert not from_shelf(compiled(folder))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert from_shelf(compiled(folder))


def test_a_link_in_the_place_of_a_file_is_ignored_and_replaced(tmp_path: Path) -> None:
    folder = opened(tmp_path / "codigo")
    compiled(folder)
    (file,) = (tmp_path / "codigo").iterdir()
    file.rename(tmp_path / "outro")
    file.symlink_to(tmp_path / "outro")
    assert not from_shelf(compiled(folder))
    assert not file.is_symlink()


def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(tmp_path: Path) -> None:
    folder = opened(tmp_path / "codigo")
    compiled(folder)
    (file,) = (tmp_path / "codigo").iterdir()
    file.unlink()
    os.mkfifo(file, 0o600)
    assert not from_shelf(compiled(folder))
    assert file.is_file()


def test_a_damaged_file_is_ignored_and_replaced(tmp_path: Path) -> None:
    folder = opened(tmp_path / "codigo")
    compiled(folder)
    (file,) = (tmp_path / "codigo").iterdir()
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert not from_shelf(compiled(folder))
    assert from_shelf(compiled(folder))


def test_another_version_of_the_package_has_other_keys(tmp_path: Path) -> None:
    folder = opened(tmp_path / "codigo")
    compiled(folder)
    folder.stamp += "x"
    assert not from_shelf(compiled(folder))


def test_every_file_that_makes_code_is_in_the_stamp() -> None:
    names = {name for name, _, _ in codeshelf.stamps(str(ROOT / "formula"))}
    assert {"engine.py", "grammar.lark", "grammar.bin", "runtime/compile.py", "builtins/texts.py"} <= names
    expected = {
        path.relative_to(ROOT / "formula").as_posix()
        for path in (ROOT / "formula").rglob("*.py")
        if "__pycache__" not in path.parts
    }
    assert expected <= names


def test_a_disk_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    folder = opened(tmp_path / "codigo")
    (tmp_path / "codigo").rmdir()
    assert compiled(folder).run(formula.Context(fields={"PRIORIDADE": "b"})).value == "ab"


def test_a_file_in_the_place_of_the_folder_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "codigo").write_text("", encoding="utf-8")
    assert open_folder(str(tmp_path / "codigo")) is None


def test_the_oldest_entries_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codeshelf, "MOST_ENTRIES", 40)
    folder = opened(tmp_path / "codigo")
    for number in range(50):
        folder.put(f"{number:040d}", b"x" * 10)
        os.utime(tmp_path / "codigo" / f"{number:040d}", (number, number))
    folder.tidy()
    assert sorted(int(file.name) for file in (tmp_path / "codigo").iterdir()) == list(range(20, 50))


def test_the_folder_has_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codeshelf, "MOST_BYTES", 4_000)
    monkeypatch.setattr(codeshelf, "BETWEEN", 10)
    folder = opened(tmp_path / "codigo")
    for number in range(101):
        folder.put(f"{number:040d}", b"x" * 100)
    assert sum(file.stat().st_size for file in (tmp_path / "codigo").iterdir()) <= 4_000


def test_an_entry_has_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = opened(tmp_path / "codigo")
    folder.put("k", b"x" * 100)
    monkeypatch.setattr(codeshelf, "LARGEST", 99)
    assert folder.get("k") is None
    folder.put("l", b"x" * 100)
    assert not (tmp_path / "codigo" / "l").exists()


def test_threads_and_processes_may_write_the_same_entry(tmp_path: Path) -> None:
    folder = opened(tmp_path / "codigo")
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: compiled(folder).run(formula.Context(fields={"PRIORIDADE": "b"})).value, range(200)))
    assert set(found) == {"ab"}
    assert len(list((tmp_path / "codigo").iterdir())) == 1


# -- where it lies ----------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other places")
def test_the_users_own_folder() -> None:
    assert user_folder({"XDG_CACHE_HOME": "/var/c"}) == "/var/c/repasse/codigo"
    assert user_folder({"XDG_CACHE_HOME": "relativa"}) == str(Path.home() / ".cache/repasse/codigo")
    assert user_folder({}) == str(Path.home() / ".cache/repasse/codigo")


@pytest.mark.parametrize("word", ["0", "off", "NAO", "não"])
def test_it_can_be_turned_off(word: str) -> None:
    assert user_cache({"REPASSE_CACHE": word}).shelf is None


def test_a_folder_of_the_users_choice(tmp_path: Path) -> None:
    shelf = user_cache({"REPASSE_CACHE": str(tmp_path / "aqui")}).shelf
    assert isinstance(shelf, Folder)
    assert shelf.path == str(tmp_path / "aqui")


def test_a_chosen_folder_that_does_not_serve_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(SettingsFault) as told:
        user_cache({"REPASSE_CACHE": str(tmp_path)})
    assert "REPASSE_CACHE=0" in told.value.text()
    assert "nobody else" in told.value.text("en")


def test_the_users_own_folder_that_does_not_serve_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "repasse").write_text("", encoding="utf-8")
    assert user_cache({"XDG_CACHE_HOME": str(tmp_path)}).shelf is None


# -- the commands -----------------------------------------------------------------------------------


def repasse(place: Path | str, *words: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with its cache in a place."""
    environment = {**os.environ, "REPASSE_CACHE": str(place)}
    probe = "import sys; from repl.commands import run; code = run(sys.argv[1:]); print('lark' in sys.modules, file=sys.stderr); sys.exit(code)"
    return subprocess.run(
        [sys.executable, "-c", probe, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_a_second_run_of_a_command_needs_no_parser(tmp_path: Path) -> None:
    runs = [repasse(tmp_path / "codigo", "run", "-e", "CONCAT('a', 1 + 1)") for _ in range(2)]
    assert [(run.returncode, run.stdout, run.stderr) for run in runs] == [(0, "a2\n", "True\n"), (0, "a2\n", "False\n")]


def test_remarks_are_said_every_time(tmp_path: Path) -> None:
    runs = [repasse(tmp_path / "codigo", "run", "-e", "DECL X; SETVAR(X, 1); 2") for _ in range(2)]
    assert runs[0].stderr == runs[1].stderr
    assert "variavel-sem-uso" in runs[1].stderr


def test_without_a_cache_nothing_is_written(tmp_path: Path) -> None:
    environment = {**os.environ, "REPASSE_CACHE": "0", "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-m", "repl.commands", "run", "-e", "1"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_serve_ends_the_command_with_2(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    run = repasse(tmp_path, "run", "-e", "1")
    assert run.returncode == 2
    assert "REPASSE_CACHE" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_formulas_of_a_workspace_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPASSE_CACHE", str(tmp_path / "codigo"))
    for expected in (False, True):
        open_folder.cache_clear()
        codeshelf.cache_of.cache_clear()
        site = load_workspace(EXAMPLE)
        ticket = next(iter(site.tickets.values()))
        code = next(iter(site.formulas))
        assert from_shelf(site.rule(code, ticket)) is expected


def test_rule_tests_give_the_same_with_and_without(tmp_path: Path) -> None:
    runs = [repasse(place, "test", str(EXAMPLE), "--format", "json") for place in ("0", tmp_path / "c", tmp_path / "c")]
    assert {run.returncode for run in runs} == {0}
    without_times = [[line for line in run.stdout.splitlines() if "seconds" not in line] for run in runs]
    assert without_times[0] == without_times[1] == without_times[2]
    assert len(list((tmp_path / "c").iterdir())) > 0
