"""The folder where compiled formulas outlive a process: the shelf of :mod:`formula.cache` on a disk.

One file an entry, named by its key. A file is written beside and renamed, so a reader sees a whole entry or none. The
folder must belong to the user who runs the program and be writable by nobody else, since code is run from it: the same
trust that Python gives its own ``__pycache__``. For that reason it is chosen by the user's environment alone and never by
a workspace, which may come from a stranger.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import count

from formula.cache import Cache
from routing.failures import SettingsFault
from routing.messages import message

VARIABLE = "REPASSE_CACHE"
"""A folder, or one of :data:`OFF`."""

OFF = frozenset({"0", "off", "nao", "não"})
ENDINGS = (".py", ".lark", ".bin")
"""Files of the language's package that decide which code a text becomes."""

MOST_ENTRIES, MOST_BYTES = 4_000, 64 << 20
LARGEST = 8 << 20
"""Bytes of one entry; a larger one is neither kept nor read."""

BETWEEN = 200
"""How many entries a process writes between two looks at the size of the folder."""

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class Folder:
    """Entries in a folder that :func:`open_folder` found fit. Threads and processes may share it.

    What the disk refuses is an entry less: a full or read-only disk makes a program slower, never wrong.
    """

    def __init__(self, path: str, stamp: str) -> None:
        """``stamp`` tells the version of the package that makes the code."""
        self.path = path
        self.stamp = stamp
        self.written = count()

    def get(self, key: str) -> bytes | None:
        """An entry as it lies there, or None."""
        try:
            file = os.open(os.path.join(self.path, key), READ)
        except OSError:
            return None
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or not ours(found) or found.st_size > LARGEST:
                return None
            return os.read(file, found.st_size)
        except OSError:
            return None
        finally:
            os.close(file)

    def put(self, key: str, entry: bytes) -> None:
        """Keep an entry; now and then throw the oldest away."""
        if len(entry) > LARGEST:
            return
        number = next(self.written)
        beside = os.path.join(self.path, f"{key}.{os.getpid()}-{number}")
        try:
            write_new(beside, entry)
            os.replace(beside, os.path.join(self.path, key))
            if number % BETWEEN == 0:
                self.tidy()
        except OSError:
            remove(beside)

    def tidy(self) -> None:
        """Down to three quarters of what may lie here, the oldest first, when there is more than that."""
        with os.scandir(self.path) as entries:
            found = sorted((one.stat(follow_symlinks=False).st_mtime_ns, one.stat().st_size, one.path) for one in whole(entries))
        size = sum(bytes_ for _, bytes_, _ in found)
        left = len(found)
        if left <= MOST_ENTRIES and size <= MOST_BYTES:
            return
        for _, bytes_, path in found:
            if left <= MOST_ENTRIES * 3 // 4 and size <= MOST_BYTES * 3 // 4:
                return
            remove(path)
            left, size = left - 1, size - bytes_


def whole(entries: Iterator[os.DirEntry[str]]) -> Iterator[os.DirEntry[str]]:
    """The ordinary files of a folder."""
    return (one for one in entries if one.is_file(follow_symlinks=False))


def write_new(path: str, content: bytes) -> None:
    """A new file that only its owner may read. Raises OSError, also when it is there already."""
    file = os.open(path, WRITE, 0o600)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


def remove(path: str) -> None:
    """Without complaint when it is gone."""
    try:
        os.unlink(path)
    except OSError:
        return


def ours(found: os.stat_result) -> bool:
    """Owned by the user who runs this, and writable by nobody else. Where there are no owners, folders of the user's
    profile are closed to others by the system."""
    return sys.platform == "win32" or (found.st_uid == os.geteuid() and not found.st_mode & OTHERS_WRITE)


@lru_cache(maxsize=4)
def open_folder(path: str) -> Folder | None:
    """The folder, made when it is not there; None when it cannot be had or is not ours alone."""
    if not os.path.isabs(path):
        return None
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        if not os.path.isdir(path):
            os.mkdir(path, 0o700)
        found = os.lstat(path)
        if not stat.S_ISDIR(found.st_mode) or not ours(found):
            return None
        return Folder(path, package_stamp())
    except OSError:
        return None


def package_stamp() -> str:
    """The sizes and times of the files that decide which code a text becomes: how Python itself tells whether compiled
    code is current. Raises OSError when the package is no folder."""
    import formula

    found = repr(sorted(stamps(os.path.dirname(formula.__file__ or ""))))
    return blake2b(found.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def stamps(folder: str, below: str = "") -> Iterator[tuple[str, int, int]]:
    """Name, size and time of each such file at any depth."""
    with os.scandir(folder) as entries:
        for one in entries:
            if one.is_dir(follow_symlinks=False) and one.name not in {"__pycache__", "locale"}:
                yield from stamps(one.path, f"{below}{one.name}/")
            elif one.name.endswith(ENDINGS):
                found = one.stat()
                yield f"{below}{one.name}", found.st_size, found.st_mtime_ns


def user_folder(environment: Mapping[str, str]) -> str:
    """Where programs of this user keep what they can make again."""
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = environment.get("XDG_CACHE_HOME", "")
        base = base if os.path.isabs(base) else os.path.expanduser("~/.cache")
    return os.path.join(base, "repasse", "codigo")


def user_cache(environment: Mapping[str, str] | None = None) -> Cache:
    """The cache of the user who runs this. SettingsFault when the environment names a folder that does not serve."""
    outside = os.environ if environment is None else environment
    said = outside.get(VARIABLE, "")
    if said.lower() in OFF:
        return cache_of(None)
    path = os.path.abspath(said) if said else user_folder(outside)
    folder = open_folder(path)
    if folder is None and said:
        raise SettingsFault(
            message("a pasta '{pasta}' de {variavel} não serve para guardar código", pasta=said, variavel=VARIABLE),
            message(
                "use uma pasta só sua, em que mais ninguém possa escrever, ou {variavel}=0 para não guardar nada", variavel=VARIABLE
            ),
        )
    return cache_of(folder)


@lru_cache(maxsize=4)
def cache_of(folder: Folder | None) -> Cache:
    """One cache a folder and process, so that what is in memory is found by all who ask."""
    return Cache(folder)
