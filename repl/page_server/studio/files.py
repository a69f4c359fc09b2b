"""The files of one workspace folder as the studio lets them be read and saved: by a short list of places, links never followed,
nothing that another program wrote overwritten."""

from __future__ import annotations

import os
import re
import stat
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs

from repl.messages import message
from repl.page_server.studio.faults import StudioFault
from repl.showing.console import why

TOP = ("repasse.toml", "diretorio.toml")
PLACES = {
    "formulas": (".formula",),
    "tipos": (".toml",),
    "atendimentos": (".toml",),
    "sentencas": (".sql",),
    "casos": (".toml", ".csv"),
    "propriedades": (".toml",),
    "modelos": (".assunto", ".txt", ".html"),
}
"""Folders of a workspace, and the endings of what is edited in them."""
MOST_FILES, MOST_BYTES, LONGEST_NAME = 5_000, 2_000_000, 120
RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?")
"""Names that Windows gives to devices."""
FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
KEPT_TEXTS, KEPT_BYTES = 200, 20_000_000
BOM = b"\xef\xbb\xbf"


@attrs.frozen
class Content:
    """A file as it was read. ``text`` has plain line feeds; None when the bytes are no UTF-8. ``raw`` are the bytes."""

    path: str
    raw: bytes
    text: str | None
    writable: bool

    @property
    def revision(self) -> str:
        """The same bytes always give the same one."""
        return revision_of(self.raw)

    def as_json(self) -> dict[str, Any]:
        """What the page gets: a file that cannot be edited as it is comes as Windows-1252, to be read."""
        shown = self.text if self.text is not None else plain(self.raw.decode("cp1252", errors="replace"))
        return {
            "path": self.path, "text": shown, "revision": self.revision, "utf8": self.text is not None,
            "writable": self.writable and self.text is not None,
        }  # fmt: skip


def revision_of(raw: bytes) -> str:
    """The revision of some bytes."""
    return sha256(raw).hexdigest()[:16]


def plain(text: str) -> str:
    """A text with line feeds alone, as an editor has it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parts_of(path: str) -> tuple[str, ...]:
    """The names of a path inside a workspace. Raises StudioFault for one that leads elsewhere or that no machine should have."""
    parts = tuple(path.split("/"))
    for part in parts:
        bad = not part or part.startswith(".") or part[-1] in ". " or part[0] == " " or len(part) > LONGEST_NAME
        if bad or FORBIDDEN.search(part) or RESERVED.fullmatch(part) or not part.isprintable():
            raise StudioFault(
                403,
                "nome-recusado",
                message("'{caminho}' não é um nome de arquivo da área de trabalho", caminho=shown(path)),
                message("use letras, números, hífen e sublinhado, sem '..' nem barras invertidas"),
            )
    inside = len(parts) == 1 and path in TOP
    endings = PLACES.get(parts[0], ()) if len(parts) > 1 else ()
    if not inside and not path.endswith(tuple(endings) or ("\0",)):
        raise StudioFault(
            403,
            "lugar-recusado",
            message("o estúdio não edita '{caminho}'", caminho=shown(path)),
            message(
                "ele edita repasse.toml, diretorio.toml e arquivos de {pastas}", pastas=", ".join(f"{name}/" for name in PLACES)
            ),
        )
    return parts


def shown(path: str) -> str:
    """A path that somebody asked for, short and printable."""
    return "".join(char if char.isprintable() else "�" for char in path[:80])


class StudioFolder:
    """The folder. Saves come one at a time, whichever client asks."""

    def __init__(self, root: Path) -> None:
        """``root`` is the workspace as it was named; what it is a link to is the folder itself."""
        self.root = root.resolve()
        self.saving = threading.Lock()
        self.seen: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def place(self, path: str) -> Path:
        """The file of a path. Raises StudioFault when a link stands on the way."""
        here = self.root
        self.there()
        for part in parts_of(path):
            here = here / part
            with suppress(FileNotFoundError, NotADirectoryError):
                if stat.S_ISLNK(here.lstat().st_mode):
                    raise StudioFault(
                        403,
                        "ligacao-recusada",
                        message("'{caminho}' é uma ligação para outro lugar, e o estúdio não a segue", caminho=path),
                        message("edite o arquivo no lugar em que ele está"),
                    )
        return here

    def there(self) -> None:
        """Raises StudioFault when the folder has gone."""
        if not self.root.is_dir():
            raise StudioFault(
                503,
                "pasta-sumiu",
                message("a pasta '{pasta}' não está mais lá", pasta=str(self.root)),
                message("os textos continuam nesta página: traga a pasta de volta e grave de novo"),
            )

    def files(self) -> list[str]:
        """The paths of all files that can be edited, in order; links are left out."""
        self.there()
        found = [name for name in TOP if is_file(self.root / name)]
        for name in PLACES:
            found += sorted(self.below(self.root / name))
        return found[:MOST_FILES]

    def below(self, folder: Path) -> Iterator[str]:
        """The paths below one folder of a workspace."""
        if folder.is_symlink():
            return
        for place, inner, names in os.walk(folder):
            inner[:] = sorted(name for name in inner if not (Path(place) / name).is_symlink())
            for name in names:
                path = (Path(place) / name).relative_to(self.root).as_posix()
                with suppress(StudioFault):
                    parts_of(path)
                    if is_file(Path(place) / name):
                        yield path

    def read(self, path: str) -> Content:
        """A file. Raises StudioFault."""
        file = self.place(path)
        with told(path):
            if not is_file(file):
                raise StudioFault(404, "arquivo-ausente", message("'{caminho}' não existe mais", caminho=path))
            if file.stat().st_size > MOST_BYTES:
                raise StudioFault(413, "arquivo-grande", message("'{caminho}' é grande demais para o estúdio", caminho=path))
            raw = file.read_bytes()
        found = content_of(path, raw, os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))
        self.remember(path, raw)
        return found

    def remember(self, path: str, raw: bytes) -> None:
        """Keep what a client has been given, to show it again when it turns out to be the base of a conflict."""
        self.seen[path, revision_of(raw)] = raw
        self.seen.move_to_end((path, revision_of(raw)))
        while len(self.seen) > KEPT_TEXTS or (len(self.seen) > 1 and sum(map(len, self.seen.values())) > KEPT_BYTES):
            self.seen.popitem(last=False)

    def save(self, path: str, text: str, base: str | None) -> Content:
        """Write a file whose content was ``base`` when the editing began; None makes a new one.

        Raises StudioFault: 409 with the three texts when the file is another one by now, and then nothing is written.
        """
        file = self.place(path)
        if "\0" in text or len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
            raise StudioFault(413, "texto-recusado", message("o texto de '{caminho}' não pode ser gravado assim", caminho=path))
        with self.saving, told(path):
            old = file.read_bytes() if is_file(file) else None
            if old is None and os.path.lexists(file):
                raise StudioFault(409, "conflito", message("'{caminho}' já existe e não é um arquivo", caminho=path))
            if (None if old is None else revision_of(old)) != base and (old is None or plain_of(old) != text):
                raise self.conflict(path, text, base, old)
            if old is not None and utf8(old) is None:
                raise StudioFault(
                    409,
                    "codificacao",
                    message("'{caminho}' não está em UTF-8, e o estúdio não o grava", caminho=path),
                    message("grave-o em UTF-8 com outro editor e abra-o de novo"),
                )
            raw = with_ends(text, old)
            if raw != old:
                write(file, raw, new=old is None)
        self.remember(path, raw)
        return content_of(path, raw, writable=True)

    def conflict(self, path: str, text: str, base: str | None, old: bytes | None) -> StudioFault:
        """The three texts: what the editing began with (if it is still known), what is there, what was to be saved."""
        began = self.seen.get((path, base)) if base is not None else b""
        return StudioFault(
            409,
            "conflito",
            message("'{caminho}' mudou na pasta depois de aberto aqui: nada foi gravado", caminho=path)
            if old is not None
            else message("'{caminho}' foi apagado da pasta depois de aberto aqui: nada foi gravado", caminho=path),
            message("compare os textos e escolha qual fica"),
            {
                "base": None if began is None else plain_of(began),
                "theirs": None if old is None else plain_of(old),
                "mine": text,
                "revision": None if old is None else revision_of(old),
            },
        )


def is_file(path: Path) -> bool:
    """Whether a plain file stands there, and no link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def utf8(raw: bytes) -> str | None:
    """The text of some bytes, without its mark at the beginning; None when they are no UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def plain_of(raw: bytes) -> str:
    """The text of some bytes as an editor shows it."""
    found = utf8(raw)
    return plain(found if found is not None else raw.decode("cp1252", errors="replace"))


def content_of(path: str, raw: bytes, writable: bool) -> Content:
    """What was read."""
    text = utf8(raw)
    return Content(path, raw, None if text is None else plain(text), writable)


def with_ends(text: str, old: bytes | None) -> bytes:
    """The bytes of a text: lines that were there keep their ends, new ones get those of most others; a byte order mark stays."""
    if old is None or b"\r" not in old:
        return (BOM if old is not None and old.startswith(BOM) else b"") + text.encode()
    before = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", utf8(old) or "")
    ends = [line[len(line.rstrip("\r\n")) :] for line in before]
    most = max(("\r\n", "\n", "\r"), key=ends.count)
    lines = text.split("\n")
    made = [most] * (len(lines) - 1) + [""]
    bare = [line.rstrip("\r\n") for line in before]
    for tag, i1, i2, j1, _ in SequenceMatcher(None, bare, lines, autojunk=False).get_opcodes() if len(set(ends)) > 1 else ():
        if tag == "equal":
            for offset in range(i2 - i1):
                made[j1 + offset] = ends[i1 + offset] or made[j1 + offset] if j1 + offset < len(lines) - 1 else ""
    joined = "".join(line + end for line, end in zip(lines, made, strict=True))
    return (BOM if old.startswith(BOM) else b"") + joined.encode()


def write(file: Path, raw: bytes, *, new: bool) -> None:
    """Put bytes in a file's place by way of a file beside it: whoever reads sees the old or the new, whole."""
    file.parent.mkdir(exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}.novo")
    try:
        with beside.open("xb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        if new:
            os.link(beside, file)  # fails when somebody was quicker
        else:
            beside.chmod(stat.S_IMODE(file.stat().st_mode))
            beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def told(path: str) -> Iterator[None]:
    """Faults of the system as sentences."""
    try:
        yield
    except OSError as fault:
        raise StudioFault(
            507 if fault.errno in {28, 122} else 403,
            "disco",
            message("'{caminho}': {motivo}", caminho=path, motivo=why(fault)),
            message("o texto continua nesta página; grave de novo quando a pasta puder ser escrita"),
        ) from fault
