"""Messages of the Debug Adapter Protocol on a stream: headers, an empty line, JSON. What is no message is told as such."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from repl.messages import message

LONGEST_HEADER, MOST_HEADERS, LONGEST_BODY = 4_096, 32, 16_000_000
"""Bytes of a header line, header lines of a message, bytes of a message."""

CHUNK = 65_536
LENGTH = b"content-length"


class Unreadable(Exception):
    """What came is no message. ``sentence`` says why; reading goes on behind it, unless ``last``."""

    def __init__(self, sentence: str, *, last: bool = False) -> None:
        """Keep what is to be said."""
        super().__init__(sentence)
        self.sentence = sentence
        self.last = last


def read_message(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message; None at the end of the stream. Raises Unreadable."""
    length = body_length(stream)
    if length is None:
        return None
    if length > LONGEST_BODY:
        whole = skip(stream, length)
        raise Unreadable(message("a mensagem passa de {limite} bytes", limite=LONGEST_BODY), last=not whole)
    body = stream.read(length)
    if len(body) < length:
        return None
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable(message("a mensagem não é JSON")) from None
    if not isinstance(told, dict):
        raise Unreadable(message("a mensagem não é um objeto JSON"))
    return told


def body_length(stream: BinaryIO) -> int | None:
    """What the headers say; None at the end of the stream. Raises Unreadable for headers without a length."""
    length: int | None = None
    count = 0
    while line := header_line(stream):
        name, sign, value = line.partition(b":")
        if not line.strip():
            if count == 0:
                continue  # empty lines between messages
            if length is None:
                raise Unreadable(message("falta o cabeçalho Content-Length"))
            return length
        count += 1
        if count > MOST_HEADERS:
            raise Unreadable(message("a mensagem tem cabeçalhos demais"))
        if name.strip().lower() == LENGTH and sign:
            number = value.strip()
            if not number.isdigit() or len(number) > 15:
                raise Unreadable(message("o cabeçalho Content-Length não é um número"))
            length = int(number)
    return None


def header_line(stream: BinaryIO) -> bytes:
    """One line; of one that is too long nothing is kept. Raises Unreadable for it."""
    line = stream.readline(LONGEST_HEADER)
    if len(line) < LONGEST_HEADER or line.endswith(b"\n"):
        return line
    while (rest := stream.readline(CHUNK)) and not rest.endswith(b"\n"):
        pass
    raise Unreadable(message("o cabeçalho passa de {limite} bytes", limite=LONGEST_HEADER))


def skip(stream: BinaryIO, length: int) -> bool:
    """Read a body without keeping it; whether it was there."""
    while length > 0:
        read = stream.read(min(CHUNK, length))
        if not read:
            return False
        length -= len(read)
    return True


def write_message(stream: BinaryIO, told: Mapping[str, Any]) -> None:
    """Send a message."""
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace")
    stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    stream.flush()
