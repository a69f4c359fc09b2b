"""What ``repasse check`` says of files of cases."""

from __future__ import annotations

from pathlib import Path

from formula.diagnostics import Diagnostic, place
from formula.source import Source, Span
from routing.domain.site import Site
from routing.errors import FileFaults
from routing.messages import message
from routing.testing.bench import Bench, Benches, ticket_of
from routing.testing.case import SUFFIX
from routing.testing.cases import read_cases
from routing.testing.run import unknown_formula, unusable
from routing.workspace.toml_places import read


def check_cases(path: Path | str, bench: Bench | None = None, *, whole: bool = True) -> list[Diagnostic]:
    """Every fault of a file of cases, in order of place: keys, kinds, names, tables, formulas and tickets that do not exist.

    ``bench`` is the workspace already read, if any; when it is not ``whole``, nothing is said of what a case names in it.
    Formulas themselves are not checked here. OSError when the file
    cannot be read.
    """
    bench = bench if bench is not None else Benches().of(Path(path))
    site = bench.site
    file = read_cases(path, lambda: site.people if whole else None)
    found = list(file.every_fault)
    if any(case.focus for case in file.cases):
        found += focused(file.source)
    for case in file.cases:
        if case.faults or not whole:
            continue
        if not case.moves and bench.formula(case) is None:
            found.append(unknown_formula(case, bench))
            continue
        found += ticket_of(bench, case)[1]
        if case.moves:
            found += unusable(case)
    seen = {(one.code, one.span.start, str(one.message)): one for one in reversed(found)}
    return sorted(seen.values(), key=lambda one: (one.span.start, one.code))


def focused(source: Source) -> list[Diagnostic]:
    """``foco`` left in a file: the other cases are not run, and nothing fails."""
    document = read(source.text, source.name)
    document.faults.clear()
    for number, case in enumerate(document.data.get("caso", ())):
        if case.get("foco") is True:
            said = message("o caso '{nome}' tem foco: os outros não são executados", nome=case.get("nome", number + 1))
            document.report("caso-com-foco", ("caso", number, "foco"), said, message("tire foco = true"))
    return document.faults


def check_site_cases(site: Site, folder: Path, *, whole: bool = True) -> list[FileFaults]:
    """The faults of every file of cases of a workspace already read; ``whole`` when it lacks nothing that its author wrote."""
    bench = Bench(folder, site)
    files = sorted((folder / "casos").glob(f"**/*{SUFFIX}"))
    return [(path, readable_cases(path, bench, whole)) for path in files if path.is_file()]


def readable_cases(path: Path, bench: Bench, whole: bool) -> list[Diagnostic]:
    """As :func:`check_cases`; a file that cannot be read is one fault."""
    try:
        return check_cases(path, bench, whole=whole)
    except OSError as error:
        said = message("o arquivo não pode ser lido: {motivo}", motivo=error.strerror or "")
        return [place(Source("", str(path)), Span(0, 0), "arquivo-ilegivel", "error", said)]
