"""The pytest plugin: every case of a ``*.casos.toml`` is an item with its file and line.

It is loaded wherever the package is installed, so this module imports nothing of ours until pytest meets such a file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.testing.bench import Benches
    from routing.testing.coverage.measure import Measures
    from routing.testing.run import Result
    from routing.testing.snapshots import Snapshots
    from routing.testing.suite import Entry

ENDING = ".casos.toml"
PROPERTY_SECONDS = 10.0
SENT = "repasse_cobertura"
"""Under which name a process of pytest-xdist sends what it measured."""
BENCHES: pytest.StashKey[Benches] = pytest.StashKey()
MEASURES: pytest.StashKey[Measures] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of rule tests; they matter only where there are any."""
    group = parser.getgroup("repasse", "casos de regras (*.casos.toml)")
    group.addoption("--casos-update", action="store_true", help="grava os retratos novos ou diferentes")
    group.addoption("--casos-coverage", action="store_true", help="mede a cobertura das fórmulas e mostra a tabela no fim")
    group.addoption(
        "--casos-repetir",
        type=int,
        default=0,
        metavar="N",
        help="roda cada caso N vezes mais; o que não faz sempre o mesmo reprova",
    )
    group.addoption("--casos-dados", metavar="ARQUIVO", help="grava a cobertura das fórmulas num arquivo de dados do coverage.py")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file of cases, or of properties."""
    if file_path.suffix == ".toml" and file_path.parent.name == "propriedades":
        return PropertiesFile.from_parent(parent, path=file_path)
    if not file_path.name.endswith(ENDING):
        return None
    return CasesFile.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """``foco``: where a case has it, the others are skipped, and say so."""
    cases = [item for item in items if isinstance(item, CaseItem)]
    if not any(item.entry.case is not None and item.entry.case.focus for item in cases):
        return
    for item in cases:
        if item.entry.case is not None and not item.entry.case.focus:
            item.add_marker(pytest.mark.skip(reason="outro caso tem foco"))


def measured(config: pytest.Config) -> bool:
    """Whether coverage is asked for."""
    return bool(config.getoption("--casos-coverage") or config.getoption("--casos-dados"))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The table of coverage, when asked for."""
    measures = config.stash.get(MEASURES, None)
    if measures is None:
        return
    from routing.testing.coverage.table import table_lines

    terminalreporter.section("cobertura das fórmulas")
    for line in table_lines(measures):
        terminalreporter.write_line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A process of pytest-xdist has ended: what it measured joins the rest."""
    data = getattr(node, "workeroutput", {}).get(SENT)
    if data is None:
        return
    from routing.testing.bench import Benches
    from routing.testing.coverage.measure import Measures

    config = node.config
    config.stash.setdefault(MEASURES, Measures()).add_data(data, config.stash.setdefault(BENCHES, Benches()).at)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Bring in the formulas that no case ran, unless cases were chosen by name, and write the data, when asked for."""
    config = session.config
    if not measured(config):
        return
    from routing.testing.bench import Benches
    from routing.testing.coverage.measure import Measures

    measures = config.stash.setdefault(MEASURES, Measures())
    if hasattr(config, "workeroutput"):
        config.workeroutput[SENT] = measures.as_data()
        return
    if not config.getoption("keyword"):
        measures.add_untouched(config.stash.setdefault(BENCHES, Benches()).found.values())
    target = config.getoption("--casos-dados")
    if target and any(one.path for one in measures.formulas.values()):
        from routing.testing.coverage.files import write_data

        write_data(measures, Path(target))


class CasesFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[CaseItem]:
        """Its faults and its cases."""
        from routing.testing.bench import Benches
        from routing.testing.snapshots import Snapshots
        from routing.testing.suite import entries_in

        config = self.config
        benches = config.stash.setdefault(BENCHES, Benches())
        kept = Snapshots.of(self.path, bool(config.getoption("--casos-update")))
        for entry in entries_in(self.path, benches):
            yield CaseItem.from_parent(self, name=entry.name, entry=entry, snapshots=kept)


class CaseItem(pytest.Item):
    """A case, or a fault of the file."""

    def __init__(self, *, entry: Entry, snapshots: Snapshots, **rest: Any) -> None:
        """Keep what to run."""
        super().__init__(**rest)
        self.entry = entry
        self.snapshots = snapshots
        # other plugins (pytest-lsp) take an item without arguments for a fault of theirs
        self.funcargs: dict[str, Any] = {}

    def runtest(self) -> None:
        """Run the case; pytest's own outcomes tell the end."""
        from routing.testing.run import FAILED, SKIPPED, run_case

        entry = self.entry
        if entry.case is None:
            raise CaseFailed(self.fault_text())
        watch, plans = self.watches()
        result = run_case(entry.case, entry.bench, snapshots=self.snapshots, watch=watch, plans=plans)
        self.snapshots.save()
        if result.status == SKIPPED:
            pytest.skip(result.reason)
        self.repeated(result)
        if result.status == FAILED:
            raise CaseFailed(self.failure_text(result))

    def repeated(self, result: Result) -> None:
        """Run the case more times, when asked for: one that does not always do the same fails, passed or not."""
        from formula.diagnostics import in_language
        from routing.testing.many import behaviour, varying
        from routing.testing.run import run_case

        assert self.entry.case is not None
        did = behaviour(result)
        for _ in range(self.config.getoption("--casos-repetir")):
            again = behaviour(run_case(self.entry.case, self.entry.bench, snapshots=self.snapshots))
            if again != did:
                raise CaseFailed("\n".join(in_language(line, "pt") for line in varying(did, again)))

    def watches(self) -> tuple[Any, Any]:
        """What coverage looks at, when asked for."""
        config = self.config
        if not measured(config):
            return None, None
        from routing.testing.coverage.measure import Measures

        return config.stash.setdefault(MEASURES, Measures()).watches(self.entry.bench, self.entry.case)

    def fault_text(self) -> str:
        """A fault of the file."""
        from formula.printing.render import render

        assert self.entry.source is not None
        return render(self.entry.source, self.entry.faults)

    def failure_text(self, result: Result) -> str:
        """A failed case."""
        from routing.testing.report import failure_text

        return failure_text(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Expected, obtained, why; a defect of ours keeps its traceback."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line and name."""
        return self.path, self.entry.line - 1, self.entry.name


class CaseFailed(AssertionError):
    """A case did not hold; the text says all."""


class PropertiesFile(pytest.File):
    """A file of properties."""

    def collect(self) -> Iterator[PropertyItem]:
        """Each property, and each fault of the file."""
        from routing.testing.bench import Benches

        bench = self.config.stash.setdefault(BENCHES, Benches()).of(self.path)
        if bench.folder is None:
            return
        import routing.proving.reading as properties

        found = properties.read_file(bench.site, bench.folder, self.path.absolute(), {})
        faults = [one for one in found.faults if one.severity == "error"]
        for fault in faults:
            name = f"arquivo (linha {fault.start.line})"
            yield PropertyItem.from_parent(
                self, name=name, bench=bench, asked=None, fault=f"{fault.message}\n{fault.hint or ''}".strip()
            )
        for one in found.properties:
            yield PropertyItem.from_parent(self, name=one.name, bench=bench, asked=one, fault="")


class PropertyBroken(Exception):
    """A property that its rules do not keep."""


class PropertyItem(pytest.Item):
    """One property."""

    def __init__(self, *, bench: Any, asked: Any, fault: str, **more: Any) -> None:
        """``asked`` None: a fault of the file, as ``fault`` says."""
        super().__init__(**more)
        self.bench = bench
        self.asked = asked
        self.fault = fault
        self.funcargs: dict[str, Any] = {}  # as for a case

    def runtest(self) -> None:
        """Answer it; only a counter-example is a failure."""
        if self.asked is None:
            raise PropertyBroken(self.fault)
        from routing.proving.proving import answer_property
        from routing.proving.solver import Solver

        with Solver() as solver:
            answer = answer_property(self.bench.site, self.asked, solver, within=PROPERTY_SECONDS)
        if answer.answer == "fails":
            raise PropertyBroken(f"{answer.because}\n{answer.case or ''}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The sentence and the case, without a traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, PropertyBroken) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, (self.asked.line - 1 if self.asked is not None else 0), self.name
