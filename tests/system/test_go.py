"""``go``: its usage, what it says when it may not install, and that the locks are whole and name no registry."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from kit.paths import ROOT

LOCKS = ("build", "runtime", "sbom", "server", "tests")


def go(folder: Path, *words: str, path: str | None = None, user: int | None = None) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ) if path is None else {**os.environ, "PATH": path}
    return subprocess.run(
        ["/bin/bash", str(folder / "go"), *words],
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=120,
        user=user,
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The script and the locks in a folder of their own, without an environment."""
    shutil.copy(ROOT / "go", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def test_help_names_every_command() -> None:
    done = go(ROOT, "--help")
    assert (done.returncode, done.stdout.count("./go ")) == (0, 8)


@pytest.mark.parametrize("words", [(), ("voar",)])
def test_anything_else_is_a_wrong_call(words: tuple[str, ...]) -> None:
    assert go(ROOT, *words).returncode == 2


def tools(folder: Path, **scripts: str) -> str:
    """A folder with the few commands that ``go`` itself uses, and stand-ins for the machine's own."""
    place = folder / "bin"
    place.mkdir()
    for name in ("dirname", "sed", "cat", "env", "sha256sum", "cut", "rm"):
        found = shutil.which(name)
        assert found is not None
        (place / name).symlink_to(found)
    for name, script in scripts.items():
        path = place / name.replace("_", "-")
        path.write_text("#!/bin/bash\n" + script, encoding="utf-8")
        path.chmod(0o755)
    return str(place)


def test_without_root_or_sudo_it_prints_the_line_and_ends_with_three(bare: Path) -> None:
    done = go(bare, "test", path=tools(bare, id="echo 1000"))
    assert done.returncode == 3
    assert re.search(
        r"^    apt-get update && apt-get install -y --no-install-recommends python3 python3-venv .*chromium$",
        done.stderr,
        re.MULTILINE,
    )


def test_a_failing_apt_ends_with_three_too(bare: Path) -> None:
    done = go(bare, "demo", path=tools(bare, id="echo 0", apt_get="exit 100"))
    assert (done.returncode, "python3 python3-venv" in done.stderr) == (3, True)


def test_packages_are_asked_for_only_where_missing(bare: Path) -> None:
    """With a usable Python only the browser is missing."""
    asked = bare / "asked"
    path = tools(bare, id="echo 0", apt_get=f'echo "$@" >> {asked}; exit 1', python3="exit 0")
    go(bare, "test", path=path)
    assert asked.read_text(encoding="utf-8").splitlines() == ["update -q"]


@pytest.fixture
def odd_folder() -> Iterator[Path]:
    """The script in a folder that everybody may look into, with blanks and accents in its path."""
    with TemporaryDirectory(prefix="repasse ação ") as name:
        folder = Path(name)
        for file in ("go", "pyproject.toml"):
            shutil.copy(ROOT / file, folder)
        shutil.copytree(ROOT / "requirements", folder / "requirements")
        folder.chmod(0o755)
        yield folder


def test_a_folder_that_cannot_be_written_is_told(odd_folder: Path) -> None:
    path = tools(odd_folder, id="echo ana", python3="exit 0")
    odd_folder.chmod(0o555)
    done = go(odd_folder, "demo", path=path, user=65534 if os.getuid() == 0 else None)
    odd_folder.chmod(0o755)
    assert done.returncode == 3
    assert "Esta pasta não pode ser escrita por ana" in done.stderr
    assert "Traceback" not in done.stderr


def test_packages_that_cannot_be_fetched_are_told(odd_folder: Path) -> None:
    """Without a network pip fails; what to do comes last."""
    path = tools(odd_folder, id="echo 0", python3="exit 0")
    python = odd_folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/bash\ncase "$*" in *"pip install"*) echo "Connection refused" >&2; exit 1 ;; esac\n', "utf-8")
    python.chmod(0o755)
    done = go(odd_folder, "demo", path=path)
    assert done.returncode == 3
    assert "falta a rede" in done.stderr.splitlines()[-2]
    assert "the network is missing" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_a_hash_for_every_package_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.search(r"https?://|--index-url|--find-links", text) is None


def test_the_tests_lock_has_the_same_versions_as_the_runtime_lock() -> None:
    found = {name: dict(pinned(name)) for name in LOCKS}
    for smaller in ("runtime", "server"):
        assert {name: found["tests"].get(name) for name in found[smaller]} == found[smaller]
    assert found["runtime"].items() <= found["server"].items()
    assert found["build"].items() <= found["runtime"].items()


def pinned(name: str) -> list[tuple[str, str]]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return re.findall(r"^([\w.-]+)==([^ \\;]+)", text, re.MULTILINE)


def test_ci_runs_the_same_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec ./go test" in script.read_text(encoding="utf-8")
