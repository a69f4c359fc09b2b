"""A fuzz target beside ``formulas.py``: whatever bytes stand in a body, a TOML file or a sentence, they are answered, never raised.

    pip install atheris
    python tests/fuzz/doors.py                    # two minutes
    python tests/fuzz/doors.py -max_total_time=86400 -max_len=4096

The first byte chooses the door. Without atheris, ``pytest tests/fuzz`` asks the same of some random inputs.
"""

from __future__ import annotations

import sys

from kit.paths import ROOT

SECONDS = 120
DIALECTS = ("sqlite", "postgres", "tsql", "oracle")


def examine(data: bytes) -> None:
    """Hold one door to its promise. Any exception but a refusal is a defect."""
    if data:
        DOORS[data[0] % len(DOORS)](data[1:])


def body(data: bytes) -> None:
    """A body is read, or refused with a problem."""
    from routing.http.problems import Refused
    from routing.http.workers.jobs import read_json, refuse_halves

    status = 200
    try:
        refuse_halves(read_json(data), "")
    except Refused as refused:
        status = refused.problem.status
    assert status in {200, 400, 422}


def toml(data: bytes) -> None:
    """A file gives data or faults, each at a place of its text."""
    from routing.workspace.toml_places import read

    text = data.decode("utf-8", "replace")
    document = read(text, "x.toml")
    assert not (document.faults and document.data)
    assert all(0 <= fault.span.start <= fault.span.end <= len(text) for fault in document.faults)


def sentence(data: bytes) -> None:
    """A sentence is prepared or refused; what is prepared is one query."""
    from formula.diagnostics import Fault
    from routing.workspace.sqlguard import prepare

    text = data.decode("utf-8", "replace")
    for dialect in DIALECTS:
        code = "sql-recusada"
        try:
            prepare(text, dialect)
        except Fault as fault:
            code = fault.code
        assert code == "sql-recusada"


DOORS = (body, toml, sentence)


def main() -> int:
    """Fuzz until the time is over or a promise is broken."""
    try:
        import atheris
    except ImportError:
        print("o fuzzer precisa do atheris: pip install atheris", file=sys.stderr)
        return 2
    sys.path.insert(0, str(ROOT))
    with atheris.instrument_imports(include=["routing"]):
        import routing.http.workers.jobs
        import routing.workspace.sqlguard
        import routing.workspace.toml_places  # noqa: F401 - loaded here to be instrumented
    options = [f"-max_total_time={SECONDS}", "-max_len=2048", "-timeout=20", "-rss_limit_mb=1024", *sys.argv[1:]]
    atheris.Setup([sys.argv[0], *options], examine)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
