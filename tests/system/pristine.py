"""A fresh Debian, as root and as somebody else: the two commands, then the tutorial. Asked for by itself, as root, where debootstrap is:

    PYTHONPATH=tests python tests/system/pristine.py [--keep FOLDER] [SUITE ...]

Each suite is made once in FOLDER and copied for each user; what is committed goes in. Without arguments: bookworm and trixie. The
certificates that pip is to trust here go along, when PIP_CERT names them."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit.paths import ROOT

PATHS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
WALK = """
import os, sys, tempfile
from pathlib import Path
from kit.pages import play
folder = Path(tempfile.mkdtemp())
for language, name in {"pt": "tutorial.md", "en": "tutorial.en.md"}.items():
    (place := folder / language).mkdir()
    print(language, play((Path("docs") / name).read_text("utf-8"), place, language), "commands")
"""


def call(*words: str, **options: object) -> None:
    subprocess.run(words, check=True, **options)  # type: ignore[call-overload]


def base_of(suite: str, folder: Path) -> Path:
    """The system as debootstrap leaves it: the fewest packages, from where it takes them by itself."""
    place = folder / suite
    if not (place / "etc" / "debian_version").exists():
        call("debootstrap", "--variant=minbase", suite, str(place), stdout=subprocess.DEVNULL)
    return place


@contextmanager
def fresh(base: Path, user: str) -> Iterator[Path]:
    """A copy with its devices, gone at the end, and the project in the user's home."""
    with tempfile.TemporaryDirectory(prefix="repasse-", dir=base.parent) as name:
        place = Path(name)
        call("cp", "-a", f"{base}/.", str(place))
        shutil.copy("/etc/resolv.conf", place / "etc" / "resolv.conf")
        for one in Path("/etc/apt/apt.conf.d").glob("99*"):
            shutil.copy(one, place / "etc" / "apt" / "apt.conf.d")
        if certificates := os.environ.get("PIP_CERT"):
            shutil.copy(certificates, place / "opt" / "certificates.pem")
        place.chmod(0o755)
        if user != "root":
            call("chroot", str(place), "useradd", "--create-home", user)
        home = place / home_of(user).lstrip("/") / "repasse ação"
        home.mkdir()
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
        call("tar", "-x", "-C", str(home), input=archive)
        call("chroot", str(place), "chown", "-R", f"{user}:", home_of(user))
        call("mount", "-t", "proc", "proc", str(place / "proc"))
        try:
            call("mount", "--rbind", "--make-rslave", "/dev", str(place / "dev"))
            try:
                yield place
            finally:
                call("umount", "--lazy", str(place / "dev"))
        finally:
            call("umount", "--lazy", str(place / "proc"))


def home_of(user: str) -> str:
    return "/root" if user == "root" else f"/home/{user}"


def inside(place: Path, user: str, script: str, folder: str = "$HOME/repasse ação") -> subprocess.CompletedProcess[str]:
    """A line of shell, usually in the project's folder, with nothing of this machine's environment."""
    certificates = {"PIP_CERT": "/opt/certificates.pem"} if (place / "opt" / "certificates.pem").exists() else {}
    who = [] if user == "root" else ["setpriv", "--reuid", user, "--regid", user, "--init-groups"]
    return subprocess.run(
        ["chroot", str(place), *who, "/bin/bash", "-c", f'cd "{folder}" && {script}'],
        env={"PATH": PATHS, "HOME": home_of(user), **certificates}, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
    )  # fmt: skip


def good(done: subprocess.CompletedProcess[str], code: int = 0) -> str:
    if done.returncode != code:
        raise SystemExit(f"{done.args}\nended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def walk(base: Path, user: str) -> None:
    """What a newcomer does."""
    with fresh(base, user) as place:
        if user != "root":
            said = inside(place, user, "./go demo")
            good(said, 3)
            line = next(line.strip() for line in said.stderr.splitlines() if line.startswith("    apt-get update"))
            good(inside(place, "root", line, "/"))
        began, used = time.monotonic(), processor()
        good(inside(place, user, "./go demo"))
        took, worked = time.monotonic() - began, processor() - used
        version = good(inside(place, user, ".venv/bin/python -V")).strip()
        commands = good(inside(place, user, f"PYTHONPATH=tests .venv/bin/python -c '{WALK}'")).replace("\n", ", ")
        print(f"{base.name} {user}: {version}; demo {took:.0f} s ({worked:.0f} s of processor); tutorial {commands}", flush=True)


def processor() -> float:
    """Seconds of processor of what ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("suites", nargs="*", default=["bookworm", "trixie"])
    reader.add_argument("--keep", type=Path, help="where made systems stay")
    given = reader.parse_args()
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise SystemExit("this needs root and debootstrap")
    with tempfile.TemporaryDirectory(prefix="repasse-") as name:
        for suite in given.suites:
            for user in ("root", "ana"):
                walk(base_of(suite, given.keep or Path(name)), user)


if __name__ == "__main__":
    sys.exit(main())
