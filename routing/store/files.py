"""The files of a workspace inside a store, byte for byte but for secrets; and the store's own name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select

from routing.failures import StoreError
from routing.messages import message
from routing.setting_secrets import secret_files, without_secrets
from routing.store import tables
from routing.store.engine import reading
from routing.store.unit import Store, Unit

SETTINGS = "repasse.toml"
SQLITE_HEADER = b"SQLite format 3\x00"
SQLITE_COMPANIONS = ("-wal", "-shm", "-journal")


def store_name(unit: Unit) -> str:
    """The short name a database got when it was made; it is part of every Message-ID."""
    switch = tables.switch.c
    ((name,),) = unit.rows("store-name", lambda: select(switch.value).where(switch.name == "store"), {})
    return str(name)


def any_file(unit: Unit) -> bool:
    """Whether a workspace was imported."""
    return bool(unit.rows("file-count", lambda: select(func.count()).select_from(tables.site_file), {})[0][0])


def put_files(connection: Connection, folder: Path, leave_out: Collection[str] = ()) -> list[str]:
    """Put every file of a workspace into the store, in place of those of an earlier import; their names."""
    found = {name: raw for name, raw in contents(folder) if name not in leave_out}
    rows = [{"path": name, "content": raw, "hash": sha256(raw).hexdigest()} for name, raw in found.items()]
    connection.execute(delete(tables.site_file))
    if rows:
        connection.execute(insert(tables.site_file), rows)
    return list(found)


def export_files(store: Store, folder: Path) -> list[str]:
    """Write the files of the imported workspace below a folder; their names. StoreError for one that was altered."""
    columns = tables.site_file.c
    with reading(store.engine) as connection:
        rows = connection.execute(select(columns.path, columns.content, columns.hash).order_by(columns.path)).all()
    for name, raw, digest in rows:
        if sha256(raw).hexdigest() != digest:
            raise StoreError(message("o arquivo '{nome}' guardado no banco está alterado", nome=name))
        path = inside(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(without_secrets(raw)[0] if name == SETTINGS else raw)
    return [name for name, _, _ in rows]


def copy_files(source: Path, folder: Path) -> None:
    """Copy the files that make a workspace. StoreError when one folder lies in the other."""
    if folder.resolve().is_relative_to(source.resolve()):
        raise StoreError(message("a pasta '{pasta}' fica dentro da área de trabalho", pasta=folder))
    for name, raw in contents(source):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(raw)


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a workspace by name, without its secrets: those in repasse.toml, and the files that it names for them."""
    settings = folder / SETTINGS
    raw = settings.read_bytes() if settings.is_file() else b""
    secret = {place.resolve() for name in secret_files(raw) for place in (Path(name), folder / name)}
    for path in workspace_files(folder):
        if path.resolve() not in secret:
            yield path.relative_to(folder).as_posix(), without_secrets(raw)[0] if path == settings else path.read_bytes()


def inside(folder: Path, name: str) -> Path:
    """A file's place below the folder. StoreError for a name that leads elsewhere."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise StoreError(message("o nome de arquivo '{nome}' sai da pasta", nome=name))
    return path


def workspace_files(folder: Path) -> Iterator[Path]:
    """The files that make a workspace: neither hidden ones nor databases."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not hidden and not path.name.endswith(SQLITE_COMPANIONS) and not is_database(path):
            yield path


def is_database(path: Path) -> bool:
    """Whether a file is a SQLite database."""
    with path.open("rb") as file:
        return file.read(len(SQLITE_HEADER)) == SQLITE_HEADER
