"""What goes between the service and its processes.

A frame is its length in four bytes (big end first) and its content: a line of JSON, its head; a line for the log, which only
answers about decisions have; then a body, as it came or as it will be sent. Most heads are like one before, so their JSON is made
and read once. A frame that sets a process up is a head alone, and so is the answer that it is ready.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import IO, Any

from routing.http.workers.jobs import Answer

LENGTH = 4
KEPT = 256
"""Heads of each kind that are kept."""
ENCODE = json.JSONEncoder(separators=(",", ":")).encode
DECODE = json.JSONDecoder().decode


def read_frame(source: IO[bytes]) -> bytes | None:
    """The content of the next frame, or None at the end of the input."""
    size = source.read(LENGTH)
    if len(size) < LENGTH:
        return None
    return source.read(int.from_bytes(size, "big"))


def frame_of(head: bytes, note: bytes = b"", body: bytes = b"") -> bytes:
    """A frame of its parts."""
    content = b"%b\n%b\n%b" % (head, note, body)
    return len(content).to_bytes(LENGTH, "big") + content


def parts_of(content: bytes) -> tuple[Mapping[str, Any], str, bytes]:
    """Head, note and body of a frame's content. The head may be shared: it is only looked at."""
    head, note, body = content.split(b"\n", 2)
    return read_head(head), str(note, "ascii"), body


@lru_cache(maxsize=KEPT)
def read_head(line: bytes) -> Mapping[str, Any]:
    """The values of a head."""
    found: Mapping[str, Any] = DECODE(str(line, "ascii"))
    return found


def only_head(head: Mapping[str, Any]) -> bytes:
    """A frame without note and body."""
    return frame_of(ENCODE(head).encode())


def question(job: str, language: str, options: Mapping[str, Any], body: bytes) -> bytes:
    """A frame that asks for a job."""
    return frame_of(question_head(job, language, tuple(options.items())), b"", body)


@lru_cache(maxsize=KEPT)
def question_head(job: str, language: str, options: tuple[tuple[str, Any], ...]) -> bytes:
    """The head of :func:`question`."""
    return ENCODE({"job": job, "language": language, "options": dict(options)}).encode()


def answer_frame(answer: Answer) -> bytes:
    """A frame that gives an answer."""
    head = answer_head(answer.status, answer.media_type, tuple(answer.headers.items()), answer.counted, answer.defect)
    return frame_of(head, answer.note.encode("ascii"), answer.body)


@lru_cache(maxsize=KEPT)
def answer_head(
    status: int, media_type: str, headers: tuple[tuple[str, str], ...], counted: tuple[str, str] | None, defect: str
) -> bytes:
    """The head of :func:`answer_frame`."""
    head = {"status": status, "media_type": media_type, "headers": dict(headers), "counted": counted, "defect": defect}
    return ENCODE(head).encode()


def answer_of(content: bytes) -> Answer:
    """The answer of a frame's content."""
    head, note, body = parts_of(content)
    counted = head["counted"]
    return Answer(
        head["status"], body, head["media_type"], head["headers"], note, None if counted is None else tuple(counted), head["defect"]
    )
