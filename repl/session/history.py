"""What was typed in earlier sessions, kept in a file that may be missing, broken or read-only without harm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

KEPT = 2_000
"""Inputs kept over sessions."""

SEPARATOR = "\x1e"
"""Between inputs, which may have several lines."""


def history_path(environment: Mapping[str, str]) -> Path | None:
    """Where the history belongs; None when there is no home for it."""
    named = environment.get("REPASSE_HISTORY")
    if named is not None:
        return Path(named) if named else None
    state = environment.get("XDG_STATE_HOME")
    home = environment.get("HOME") or environment.get("USERPROFILE")
    if state and Path(state).is_absolute():
        return Path(state) / "repasse" / "history"
    return Path(home) / ".local" / "state" / "repasse" / "history" if home else None


def read_history(path: Path | None) -> list[str]:
    """Earlier inputs, oldest first; nothing when they cannot be read."""
    if path is None:
        return []
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return []
    return [piece for piece in readable(text.split(SEPARATOR)) if piece][-KEPT:]


def readable(pieces: list[str]) -> Iterator[str]:
    """Inputs without the control characters that a damaged file may hold."""
    for piece in pieces:
        yield "".join(char for char in piece if char in "\n\t" or char.isprintable()).strip("\n")


def append_history(path: Path | None, text: str) -> None:
    """Add one input; a file that cannot be written is left alone, since nobody's work depends on it."""
    if path is None or not text.strip():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write((text.replace(SEPARATOR, "") + SEPARATOR).encode("utf-8", errors="replace"))
        path.chmod(0o600)
        if path.stat().st_size > 4_000_000:
            path.write_bytes("".join(piece + SEPARATOR for piece in read_history(path)).encode())
    except OSError:
        return
