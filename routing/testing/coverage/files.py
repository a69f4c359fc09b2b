"""Coverage of formulas through coverage.py: its data file, its HTML, LCOV and Cobertura reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from routing.testing.coverage.measure import FormulaMeasure, Measures

if TYPE_CHECKING:
    from coverage import Coverage

PLUGIN = "routing.testing.coverage.reporter"
"""The coverage.py plugin that knows formulas; a site's own coverage settings name it in ``plugins``."""
TRACER = f"{PLUGIN}.Formulas"
"""How coverage.py calls the plugin in its data files."""


def arc(test: int, answer: bool) -> int:
    """The destination that stands for an answer of the n-th test of a formula.

    coverage.py counts distinct destinations, and two answers may lead to one line. Negative numbers are its exits, so they
    never look like lines.
    """
    return -(2 * test + (1 if answer else 2))


def arcs_of(one: FormulaMeasure) -> set[tuple[int, int]]:
    """Every branch of a formula as coverage.py has them: the line of the test and a destination for each answer."""
    return {(choice.line, arc(number, answer)) for number, choice in enumerate(one.tests) for answer in (True, False)}


def taken_arcs(one: FormulaMeasure) -> set[tuple[int, int]]:
    """The branches taken, and for each line reached that it was reached."""
    made = {
        (choice.line, arc(number, answer))
        for number, choice in enumerate(one.tests)
        for answer in one.branches.get(choice.span, ())
    }
    return made | {(-1, line) for line in one.reached}


def write_data(measures: Measures, target: Path) -> None:
    """A data file of coverage.py with the formulas that have a file. Replaces an older one."""
    from coverage import CoverageData

    data = CoverageData(basename=str(target))
    data.erase()
    measured = [one for one in measures.formulas.values() if one.path]
    data.add_arcs({one.path: taken_arcs(one) for one in measured})
    data.touch_files([one.path for one in measured], TRACER)
    data.add_file_tracers({one.path: TRACER for one in measured})
    data.write()


def read_data(source: Path) -> Coverage:
    """A Coverage over a data file of :func:`write_data`, with the reporter of formulas."""
    from coverage import Coverage

    made = Coverage(data_file=str(source), branch=True, config_file=False)
    made.set_option("run:plugins", [PLUGIN])
    made.load()
    return made


def reports(measures: Measures, *, html: str | None, lcov: str | None, cobertura: str | None, data: Path) -> list[str]:
    """Write the data file and the reports that were asked for; their places."""
    write_data(measures, data)
    cover = read_data(data)
    made: list[str] = []
    if html:
        cover.html_report(directory=html, title="repasse")
        made.append(str(Path(html) / "index.html"))
    if lcov:
        cover.lcov_report(outfile=lcov)
        made.append(lcov)
    if cobertura:
        cover.xml_report(outfile=cobertura)
        made.append(cobertura)
    return made


def dump(measures: Measures) -> str:
    """The figures as JSON."""
    from routing.testing.coverage.table import as_json

    return json.dumps(as_json(measures), ensure_ascii=False, indent=2)
