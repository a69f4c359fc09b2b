"""Reading ``*.casos.toml`` (contract, "casos"): every fault with its line and the nearest valid key; the rest stays usable."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from formula.collector import no_collection
from formula.context import Context
from formula.decoding import decode
from formula.diagnostics import Diagnostic
from formula.source import Span
from routing.domain.model import ACTIONS, CLOCK_ACTIONS, Attendant
from routing.domain.names import action_hint, action_named
from routing.domain.people import People, SiteDirectory
from routing.key_words import every_key, meant
from routing.messages import message
from routing.testing.bench import open_bench, workspace_of
from routing.testing.beside import based, included, laid, merge
from routing.testing.case import Case, CaseFile, Expectation, Step, Unusable
from routing.testing.cast import everyone_of, needs_somebody, put_in, recast
from routing.testing.expectations import CONTAINS, DENIED, EXAMPLES, EXPECTED, RECORD_KEYS, cannot_fail, fits
from routing.testing.keys import BASE_KEYS, CASE_KEYS, FILE_KEYS, MOVE_KEYS, STEP_KEYS, SUBJECT_KEYS, TABLE_KEYS, column_path
from routing.testing.passing import Wait, spans_of
from routing.testing.rows import CODE, Row, Values, assigned, has_key, paths_in, whole_moment
from routing.testing.sheets import cell_value, cells_and_columns, read_sheet
from routing.testing.snapshots import PARTS
from routing.workspace.contexts import GivenContext, taken
from routing.workspace.toml_places import Document, read
from routing.workspace.toml_places import Path as KeyPath
from routing.workspace.toml_tables import text_hint, whole_hint
from routing.workspace.working_time import zone_of


def read_cases(path: Path | str, people: Callable[[], People | None] | None = None) -> CaseFile:
    """The cases of a file. ``people`` gives those of its workspace, where it is read already. Never raises for what the file holds;
    OSError when it cannot be read."""
    text, noticed = decode(Path(path).read_bytes())
    return cases_of(text, Path(path), noticed, people)


def cases_of(
    text: str, path: Path, noticed: Iterable[Diagnostic] = (), people: Callable[[], People | None] | None = None
) -> CaseFile:
    """The cases of a text."""
    with no_collection(len(text)):
        document = read(text, str(path), zone_of(path.absolute()))
        reader = Reader(document, path, people or (lambda: open_bench(workspace_of(path)).site.people))
        cases = tuple(reader.cases()) if not document.faults else ()
    own = [*noticed, *document.faults[: reader.file_faults if cases or reader.read else None]]
    return CaseFile(path, document.source, cases, tuple(own), document.data)


@attrs.define(eq=False)
class Reader(Values):
    """A file being read. Faults of the file come first in the document's list; those of a case are taken off for it."""

    path: Path
    everyone: Callable[[], People | None]
    """The people of its workspace, asked for where a case is about many; None where the workspace lacks some of its files."""
    file_faults: int = 0
    read: bool = False
    names: dict[str, int] = attrs.field(factory=dict)
    base: dict[str, Any] = attrs.field(factory=dict)
    shared: GivenContext = attrs.field(factory=lambda: GivenContext(Context()))
    below_case: dict[KeyPath, dict[KeyPath, Span]] = attrs.field(factory=dict)
    """The places of the keys of each case, and under () those of the file itself: looked up, not filtered, for each case."""
    shared_places: dict[KeyPath, Span] = attrs.field(factory=dict)
    told: set[tuple[int, str]] = attrs.field(factory=set)
    """The faults that the document has, by place and sentence; as many as ``counted``."""
    counted: int = 0

    @property
    def data(self) -> Mapping[str, Any]:
        """The whole file."""
        return self.document.data

    def cases(self) -> Iterator[Case]:
        """Every case, rows of tables one by one."""
        self.read = True
        self.document.data = self.with_included(self.data, ())
        places = self.document.places
        for key, span in list(places.items()):
            # a.b.c = 1 makes the tables a and a.b, which stand where it does
            for size in range(len(key) - 1, 0, -1):
                if key[:size] in places:
                    break
                places[key[:size]] = span
        for key, span in places.items():
            self.below_case.setdefault(key[:2] if key[:1] == ("caso",) else (), {})[key] = span
        self.unknown(self.data, FILE_KEYS, (), message("um arquivo de casos"))
        bases = self.data.get("bases", {})
        if not isinstance(bases, Mapping) or not all(isinstance(one, Mapping) for one in bases.values()):
            self.wrong(("bases",), "bases", message('tabelas com nome, cada uma escrita [bases."nome"]'), bases)
            bases = {}
        for name, one in bases.items():
            self.unknown(one, BASE_KEYS, ("bases", name), message("uma base"))
        table = self.data.get("contexto", {})
        if not isinstance(table, Mapping):
            self.wrong(("contexto",), "contexto", message("uma tabela"), table)
        listed = self.data.get("caso", [])
        if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
            said = message("'caso' precisa de uma lista de tabelas, cada uma escrita [[caso]]")
            self.fault(("caso",), said, message("escreva [[caso]], com dois colchetes"))
            listed = []
        elif not listed:
            self.fault((), message("o arquivo não tem casos"), message('escreva [[caso]] com nome = "…" e espera.valor = …'))
        self.base, self.shared_places = self.context_tables((), self.data), self.context_places(())
        shared = Document(self.document.source, self.base, self.shared_places, zone=self.document.zone)
        self.shared = taken(shared)
        self.document.faults += [attrs.evolve(one, severity="error") for one in shared.faults]
        self.file_faults = len(self.document.faults)
        for number, one in enumerate(listed):
            yield from self.case(("caso", number), one)

    def with_included(self, table: Mapping[str, Any], path: KeyPath) -> Mapping[str, Any]:
        """A file or a case over the files that its ``inclui`` names. Their keys stand where it does."""
        if "inclui" not in table:
            return table
        try:
            under = included(table["inclui"], self.path)
        except Unusable as fault:
            self.document.report(CODE, (*path, "inclui"), fault.sentence, fault.hint)
            return {key: value for key, value in table.items() if key != "inclui"}
        self.unknown(under, [key for key in FILE_KEYS if key != "caso"], (*path, "inclui"), message("um arquivo incluído"))
        taken_over = {key: value for key, value in under.items() if key in FILE_KEYS and key != "caso"}
        self.stand(taken_over, path, self.document.span((*path, "inclui")))
        return laid(taken_over, {key: value for key, value in table.items() if key != "inclui"})

    def with_bases(self, table: Mapping[str, Any], path: KeyPath) -> Mapping[str, Any]:
        """A case over the bases that its ``usa`` names. Their keys stand where the case asks for them."""
        if "usa" not in table:
            return table
        under: dict[str, Any] = {}
        try:
            under = based(table["usa"], self.data.get("bases", {}))
        except Unusable as fault:
            self.document.report(CODE, (*path, "usa"), fault.sentence, fault.hint)
        self.stand(under, path, self.document.span((*path, "usa")))
        return laid(under, {key: value for key, value in table.items() if key != "usa"})

    def stand(self, tables: Mapping[str, Any], path: KeyPath, here: Span) -> None:
        """Keys that came to a file or a case from elsewhere have a place in it."""
        below = self.below_case.setdefault(path[:2], {})
        for key in paths_in(tables):
            if (*path, *key) not in self.document.places:
                self.document.places[(*path, *key)] = below[(*path, *key)] = here

    # -- one case -----------------------------------------------------------------------------------

    def case(self, path: KeyPath, table: Mapping[str, Any]) -> Iterator[Case]:
        """A case, or one for each row of its table."""
        start = len(self.document.faults)
        table = self.with_bases(self.with_included(table, path), path)
        self.unknown(table, CASE_KEYS, path, message("um caso"))
        name = self.text(table, "nome", path)
        line = self.line(path)
        if not name:
            if "nome" not in table:
                self.fault(path, message("o caso não tem nome"), message('escreva nome = "o que se espera"'))
            name = f"caso da linha {line}"
        elif name in self.names:
            self.fault(
                (*path, "nome"),
                message("o nome '{nome}' já foi usado na linha {linha}", nome=name, linha=self.names[name]),
                message("cada caso precisa de um nome só seu"),
            )
        self.names.setdefault(name, line)
        rows = list(self.rows(table, path)) if "tabela" in table else [None]
        everyone = self.persons(path, table, rows)
        common = self.document.faults[start:]
        for row in rows if everyone else ():
            for person in everyone:
                begin = len(self.document.faults)
                made = self.one(path, table, name, line, row, person)
                bad = row.faults if row is not None else ()
                # a row that does not fit its table says only that
                own = () if bad else (*self.document.faults[begin:], *made.faults)
                faults = (*common, *bad, *own)
                yield made if faults == made.faults else attrs.evolve(made, faults=faults)
        if not rows or not everyone:
            yield attrs.evolve(self.one(path, table, name, line, None), faults=tuple(common))

    def persons(self, path: KeyPath, table: Mapping[str, Any], rows: Iterable[Row | None]) -> list[Attendant | None]:
        """Those for each of whom ``para_cada`` makes a case, nobody where it cannot be used; None alone for a case without."""
        if "para_cada" not in table:
            return [None]
        own = self.context_tables(path, table)
        given, _, _ = self.context(path, table, own, merge(self.base, own) if own else self.base)
        directory, begin = given.context.directory, len(self.document.faults)
        changes = merge(self.people(self.data, ()), self.people(table, path))
        try:
            rest = [[value for _, value in row.values] for row in rows if row is not None]
            needs_somebody([{key: value for key, value in table.items() if key != "para_cada"}, rest])
            people = directory.people if isinstance(directory, SiteDirectory) else self.everyone()
            return [None] if people is None else list(everyone_of(recast(people, changes)[0], table["para_cada"]))
        except Unusable as fault:
            del self.document.faults[begin:]
            self.document.report(CODE, (*path, "para_cada"), fault.sentence, fault.hint)
            return []

    def one(
        self, path: KeyPath, table: Mapping[str, Any], name: str, line: int, row: Row | None, person: Attendant | None = None
    ) -> Case:
        """A case with the values of a row put in, and somebody in the places that ask for one."""
        changed = table
        if row is not None:
            changed, line, name = self.with_bases(row.applied(table), path), row.line, f"{name} [{row.name}]"
        if person is not None:
            changed, name = put_in(changed, person), f"{name} [{person.name}, {person.key}]"
        own = self.context_tables(path, changed)
        tables = merge(self.base, own) if own else self.base
        given, document, faults = self.context(path, changed, own, tables)
        if "pessoas" in changed or "pessoas" in self.data:
            given = attrs.evolve(given, people=merge(self.people(self.data, ()), self.people(changed, path)))
        moves = tuple(self.moves(changed, path))
        formula, text, kind = self.subject(changed, path, bool(moves))
        return Case(
            path=self.path, name=name, line=line, formula=formula, text=text, type=kind, given=given, document=document,
            moves=moves, expected=() if moves else self.expected(changed, (*path, "espera"), line, moved=False),
            snapshot=self.snapshot(changed, path), skip=self.reason(changed, path),
            focus=self.truth(changed, "foco", path), faults=tuple(faults),
            tables=tables,
            own_tables=own,
        )  # fmt: skip

    def subject(self, table: Mapping[str, Any], path: KeyPath, moved: bool) -> tuple[str, str, int | None]:
        """What a case is about: a formula's code, a formula's text, and a ticket type's code."""
        given = {key: table[key] for key in SUBJECT_KEYS if key in table}
        if "formula" not in given and "texto" not in given:
            given = {**{key: self.data[key] for key in SUBJECT_KEYS if key in self.data}, **given}
        formula, text = (self.text(given, key, path) for key in ("formula", "texto"))
        kind = given.get("tipo")
        if kind is not None and (isinstance(kind, bool) or not isinstance(kind, int)):
            self.wrong((*path, "tipo"), "tipo", message("um número inteiro"), kind, whole_hint("tipo", kind, 1))
            kind = None
        if not moved and not formula and not text and "formula" not in given:
            self.fault(
                path,
                message("o caso não diz o que testa"),
                message('escreva no começo do arquivo formula = "CODIGO", ou tipo = N e acao = "advance"'),
            )
        return ("", "", kind) if moved else (formula, text, kind)

    def snapshot(self, table: Mapping[str, Any], path: KeyPath) -> tuple[str, ...]:
        """``retrato``: the parts of what the case does that are kept, all of them with ``true``."""
        value = table.get("retrato", False)
        if not isinstance(value, list):
            return PARTS if self.truth(table, "retrato", path) else ()
        wrong = [one for one in value if one not in PARTS]
        if wrong or not value:
            wanted = message("true, ou uma lista destas partes: {lista}", lista=", ".join(PARTS))
            self.wrong((*path, "retrato"), "retrato", wanted, value)
        return tuple(one for one in value if one in PARTS)

    def people(self, table: Mapping[str, Any], path: KeyPath) -> Mapping[str, Any]:
        """``pessoas``: by key or name, what of the directory's people is another here."""
        given = table.get("pessoas", {})
        if isinstance(given, Mapping) and all(isinstance(one, Mapping) for one in given.values()):
            return given
        self.wrong((*path, "pessoas"), "pessoas", message('tabelas, como pessoas."1;3" = {{ ativo = false }}'), given)
        return {}

    def reason(self, table: Mapping[str, Any], path: KeyPath) -> str:
        """``pula``: why the case is left out."""
        value = table.get("pula", "")
        if value is True:
            return "pula = true"
        return self.text(table, "pula", path) if value is not False else ""

    # -- moves --------------------------------------------------------------------------------------

    def moves(self, table: Mapping[str, Any], path: KeyPath) -> Iterator[Step]:
        """The moves of a case: ``movimentos``, or the one that ``acao`` names."""
        common = {key: self.data[key] for key in MOVE_KEYS if key in self.data}
        own = {key: table[key] for key in MOVE_KEYS if key in table}
        if "movimentos" not in table:
            if ({"acao", "depois"} & set(common) and not {"formula", "texto"} & set(table)) or {"acao", "depois"} & set(own):
                yield self.step({**common, **own, "espera": table.get("espera", {})}, path, self.line(path))
            return
        listed = table["movimentos"]
        if not isinstance(listed, list) or not listed or not all(isinstance(one, Mapping) for one in listed):
            self.wrong((*path, "movimentos"), "movimentos", message('uma lista de movimentos, cada um {{ acao = "…" }}'), listed)
            return
        places = self.element_lines((*path, "movimentos"), len(listed))
        for number, one in enumerate(listed):
            where = (*path, "movimentos", number)
            self.unknown(one, STEP_KEYS, where, message("um movimento"))
            yield self.step({**common, **own, **one}, where, places[number])

    def step(self, table: Mapping[str, Any], path: KeyPath, line: int) -> Step:
        """One move."""
        action = action_named(self.text(table, "acao", path))
        after = self.waiting(table, path)
        if action not in (*ACTIONS, *CLOCK_ACTIONS) and (action or "depois" not in table):
            self.fault((*path, "acao"), message("a ação '{acao}' não existe", acao=action), action_hint(action))
        to = table.get("para")
        if to is not None and (isinstance(to, bool) or not isinstance(to, int | str)):
            self.wrong((*path, "para"), "para", message("uma etapa ou um destino"), to, text_hint("para", to))
            to = None
        return Step(
            action=action, to=to, actor=self.text(table, "ator", path), reason=self.whole(table, "motivo", path),
            justification=self.text(table, "justificativa", path), version=self.whole(table, "versao", path),
            wake_up=self.moment(table, "despertamento", path), deadline=self.moment(table, "prazo", path),
            now=whole_moment(self.moment(table, "agora", path)), after=after, line=line,
            set=assigned(table, lambda key, *said: self.wrong((*path, key), *said)),
            copy_from=self.text(table, "copia_de", path), text=self.text(table, "anota", path),
            kind=self.text(table, "especie", path) or "log", publishable=self.truth(table, "publicavel", path),
            entry=self.whole(table, "registro", path),
            expected=self.expected(table, (*path, "espera"), line, moved=True),
        )  # fmt: skip

    def waiting(self, table: Mapping[str, Any], path: KeyPath) -> tuple[Wait, ...]:
        """``depois``: the time that passes before the move."""
        value = table.get("depois")
        found = spans_of(value) if isinstance(value, str) else None
        if value is not None and found is None:
            self.wrong(
                (*path, "depois"), "depois", message('um tempo, como "3 dias úteis", "4 horas úteis", "2 horas" ou "1 dia"'), value
            )
        return found or ()

    # -- expectations -------------------------------------------------------------------------------

    def expected(self, table: Mapping[str, Any], path: KeyPath, line: int, *, moved: bool) -> tuple[Expectation, ...]:
        """``espera``: each key known and of its kind."""
        given = table.get("espera", {})
        if not isinstance(given, Mapping):
            self.wrong(path, "espera", message("uma tabela, como espera.valor = …"), given)
            return ()
        self.unknown(given, (*EXPECTED, DENIED), path, message("espera"))
        if not given and moved and table.get("espera") is not None and not table.get("retrato") and has_key(self.data, path):
            self.fault(
                path, message("'espera' não pode falhar: está vazia"), message('escreva espera.etapa = "…", ou tire a chave')
            )
        made: list[Expectation] = []
        starts = self.document.source.line_starts
        for key, value in given.items():
            row = EXPECTED.get(key)
            known = self.document.places.get((*path, key))
            where = bisect_right(starts, known.start) if known else line
            if key == DENIED:
                made += self.denied(value, (*path, key), where)
            if row is None:
                continue
            if not fits(value, row.shape):
                hint = message("escreva espera.{chave} = {valor}", chave=key, valor=EXAMPLES[row.shape.partition("|")[0]])
                self.wrong((*path, key), key, row.wanted, value, hint)
                continue
            if key in RECORD_KEYS and isinstance(value, list):
                known_keys = (*RECORD_KEYS[key], *(f"{name}{CONTAINS}" for name in RECORD_KEYS[key]))
                for one in value:
                    if isinstance(one, Mapping):
                        self.unknown(one, known_keys, (*path, key), message("uma tabela de {chave}", chave=key))
            if cannot_fail(key, value):
                self.fault(
                    (*path, key),
                    message("'{chave}' não pode falhar: aceita qualquer coisa", chave=key),
                    message("escreva o que se espera, ou tire a chave; [] e 0 dizem que nada aconteceu"),
                )
                continue
            made.append(Expectation(key, value, where))
        if not given and not table.get("retrato") and "movimentos" not in table and not moved:
            self.fault(path[:-1], message("o caso não espera nada"), message('escreva espera.valor = "…" ou retrato = true'))
        return tuple(made)

    def denied(self, value: object, path: KeyPath, line: int) -> Iterator[Expectation]:
        """``nao``: the same keys, none of which may hold."""
        if not isinstance(value, Mapping) or not value:
            self.wrong(path, DENIED, message("uma tabela com as chaves de espera"), value)
            return
        inner = self.expected({"espera": value}, path, line, moved=True)
        for one in inner:
            yield Expectation(DENIED, {one.key: one.value}, one.line)

    # -- tables -------------------------------------------------------------------------------------

    def rows(self, table: Mapping[str, Any], path: KeyPath) -> Iterator[Row]:
        """``tabela = { colunas, linhas }``: one case a row; a row of another length is a fault of its own."""
        where = (*path, "tabela")
        given = table["tabela"]
        if isinstance(given, str):
            yield from self.sheet_rows(given, where)
            return
        if not isinstance(given, Mapping):
            self.wrong(where, "tabela", message('{{ colunas = […], linhas = [[…]] }} ou um arquivo, como "casos.csv"'), given)
            return
        self.unknown(given, TABLE_KEYS, where, message("uma tabela"))
        columns, rows = given.get("colunas"), given.get("linhas")
        if not isinstance(columns, list) or not columns or not all(isinstance(one, str) for one in columns):
            self.wrong((*where, "colunas"), "colunas", message("uma lista de textos"), columns)
            return
        if not isinstance(rows, list) or not rows:
            self.wrong((*where, "linhas"), "linhas", message("uma lista de linhas, cada uma uma lista de valores"), rows)
            return
        paths = [() if one == "nome" else self.column(one, where) for one in columns]
        lines = self.element_lines((*where, "linhas"), len(rows), "linhas")
        for number, row in enumerate(rows):
            if not isinstance(row, list) or len(row) != len(columns):
                size = len(row) if isinstance(row, list) else 1
                fault = self.fault_at(
                    lines[number],
                    message("a linha {numero} da tabela tem {tem}", numero=number + 1, tem=cells_and_columns(size, len(columns))),
                    message("as colunas são: {lista}", lista=", ".join(columns)),
                )
                yield Row(str(number + 1), lines[number], (), (fault,))
                continue
            title = row[columns.index("nome")] if "nome" in columns else "; ".join(str(value) for value in row[:3])
            name = f"{number + 1}: {title}"
            yield Row(name, lines[number], tuple((where, value) for where, value in zip(paths, row, strict=True) if where))

    def sheet_rows(self, written: str, where: KeyPath) -> Iterator[Row]:
        """``tabela = "casos.csv"``: the rows of a file, named by their number in it."""
        try:
            sheet = read_sheet(written, self.path)
        except Unusable as fault:
            self.document.report(CODE, where, fault.sentence, fault.hint)
            return
        begin = len(self.document.faults)
        paths = [() if one == "nome" else self.column(one, where) for one in sheet.headings]
        if len(self.document.faults) > begin:
            return
        line, file = self.line(where), written.replace("\\", "/").rpartition("/")[2]
        named = sheet.headings.index("nome") if "nome" in sheet.headings else None
        for row in sheet.rows:
            if row.fault is not None:
                wrong = self.fault_at(line, row.fault.sentence, row.fault.hint)
                yield Row(f"{file}:{row.number}", line, (), (wrong,))
                continue
            title = row.cells[named] if named is not None else "; ".join(str(cell or "") for cell in row.cells[:3])
            pairs = [(path, cell_value(path, cell)) for path, cell in zip(paths, row.cells, strict=True) if path]
            yield Row(f"{file}:{row.number}: {title}", line, tuple((path, value) for path, value in pairs if value is not None))

    def column(self, written: str, where: KeyPath) -> tuple[str, ...]:
        """The key that a column sets; one that names nothing is a fault."""
        found = column_path(written)
        if found.known:
            head, point, rest = written.partition(".")
            near = meant(head if point else written, [key.removesuffix(".…") for key in found.known])
            near = [f"{near[0]}.{rest}"] if near and point and "." not in near[0] else near
            said = message("a coluna '{coluna}' não existe", coluna=written)
            hint = message("você quis dizer '{chave}'?", chave=near[0]) if near else every_key(found.known)
            self.document.report(CODE, (*where, "colunas"), said, hint, written)
        return found.path

    # -- context ------------------------------------------------------------------------------------

    def context_tables(self, path: KeyPath, table: Mapping[str, Any]) -> dict[str, Any]:
        """The context's tables with the ticket beside them."""
        inner = table.get("contexto", {})
        return {key: value for key, value in inner.items() if key != "atendimento"} if isinstance(inner, Mapping) else {}

    def context_places(self, path: KeyPath) -> dict[KeyPath, Span]:
        """Where the keys below a ``contexto`` stand, as a document of its own."""
        whole = (*path, "contexto")
        return {key[len(whole) :]: span for key, span in self.places_of(path).items() if key[: len(whole)] == whole}

    def places_of(self, path: KeyPath) -> Mapping[KeyPath, Span]:
        """The places of a case's keys, or of the keys that belong to the whole file."""
        return self.below_case.get(path[:2], {})

    def context(
        self, path: KeyPath, changed: Mapping[str, Any], own: Mapping[str, Any], merged: Mapping[str, Any]
    ) -> tuple[GivenContext, Document, list[Diagnostic]]:
        """The case's context: the file's with its own tables over it. A directory that the case leaves alone is read once.
        Where the keys stand is looked for when something is wrong with them."""
        source, zone = self.document.source, self.document.zone
        ticket = self.ticket(changed)
        about = Document(
            source,
            {} if ticket is None else {"atendimento": ticket},
            zone=zone,
            finder=lambda: {**self.below(()), **self.below(path), **self.own_place(path)},
        )
        if not own:
            return self.shared, about, []
        kept = "diretorio" in merged and "diretorio" not in own
        document = Document(
            source,
            {key: value for key, value in merged.items() if key != "diretorio"} if kept else merged,
            zone=zone,
            finder=lambda: {**self.shared_places, **self.context_places(path)},
        )
        given = taken(document)
        if kept:
            given = attrs.evolve(given, context=attrs.evolve(given.context, directory=self.shared.context.directory))
        if not document.faults:
            return given, about, []
        known = self.known_faults()
        fresh = [one for one in document.faults if (one.span.start, str(one.message)) not in known]
        return given, about, [attrs.evolve(one, severity="error") for one in fresh]

    def own_place(self, path: KeyPath) -> dict[KeyPath, Span]:
        """Where a case stands, and the keys that say what it is about: its own or the file's."""
        made: dict[KeyPath, Span] = {(): self.document.span(path)}
        for key, known in (("formula", ("formula",)), ("texto", ("texto",)), ("tipo", ("atendimento", "tipo"))):
            found = self.document.places.get((*path, key)) or self.document.places.get((key,))
            if found is not None:
                made[known] = found
        return made

    def known_faults(self) -> set[tuple[int, str]]:
        """The faults found so far, by place and sentence."""
        self.told |= {(one.span.start, str(one.message)) for one in self.document.faults[self.counted :]}
        self.counted = len(self.document.faults)
        return self.told

    def below(self, path: KeyPath) -> dict[KeyPath, Span]:
        """Places of the keys of ``atendimento``, as a document of its own; the case's own place for what it lacks."""
        made: dict[KeyPath, Span] = {(): self.document.places.get(path, Span(0, 0))}
        made |= {key[len(path) :]: span for key, span in self.places_of(path).items() if key[len(path) :][:1] == ("pessoas",)}
        for whole in ((*path, "contexto", "atendimento"), (*path, "atendimento")):
            made |= {
                ("atendimento", *key[len(whole) :]): span
                for key, span in self.places_of(path).items()
                if key[: len(whole)] == whole
            }
        # in a move, fields and parameters of the context are those of the ticket
        context = self.context_places(path)
        return made | {("atendimento", *key): span for key, span in context.items() if key[:1] in {("campos",), ("parametros",)}}

    def ticket(self, changed: Mapping[str, Any]) -> Any:
        """``atendimento``: a sample ticket's key, or a table over the file's."""
        found: Any = None
        for whole in (self.data, changed):
            inner = whole.get("contexto", {})
            for holder in (inner if isinstance(inner, Mapping) else {}, whole):
                value = holder.get("atendimento")
                if value is None:
                    continue
                if isinstance(value, Mapping) and isinstance(found, str):
                    found = {"modelo": found}
                found = merge(found, value) if isinstance(found, Mapping) and isinstance(value, Mapping) else value
        return found
