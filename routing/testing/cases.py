"""Reading ``*.casos.toml`` (contract, "casos"): every fault with its line and the nearest valid key; the rest stays usable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import attrs

from formula.context import Context
from formula.decoding import decode
from formula.diagnostics import Diagnostic, place
from formula.messages import Message
from formula.source import Span
from routing.domain.model import ACTIONS, CLOCK_ACTIONS
from routing.domain.zone import wall_time
from routing.messages import message
from routing.testing.beside import Unusable, included, merge
from routing.testing.case import Case, CaseFile, Expectation, Step
from routing.testing.expectations import CONTAINS, DENIED, EXPECTED, RECORD_KEYS, cannot_fail, fits
from routing.testing.passing import Wait, spans_of
from routing.testing.rows import Row, element_offsets, paths_in
from routing.testing.sheets import cell_value, read_sheet
from routing.workspace.contexts import KEYS as CONTEXT_KEYS
from routing.workspace.contexts import GivenContext, taken
from routing.workspace.toml_places import Document, names, read
from routing.workspace.toml_places import Path as KeyPath
from routing.workspace.toml_tables import shown
from routing.workspace.working_time import zone_of

CODE = "caso-invalido"
MOVE_KEYS = ("acao", "ator", "para", "motivo", "justificativa", "versao", "despertamento", "prazo", "agora", "depois")
SUBJECT_KEYS = ("formula", "texto", "tipo")
FILE_KEYS = (*SUBJECT_KEYS, *MOVE_KEYS, "atendimento", "contexto", "caso", "inclui")
CASE_KEYS = (
    *SUBJECT_KEYS,
    *MOVE_KEYS,
    "nome",
    "atendimento",
    "contexto",
    "espera",
    "tabela",
    "movimentos",
    "pula",
    "foco",
    "retrato",
    "inclui",
)
STEP_KEYS = (*MOVE_KEYS, "espera", "nome")
TABLE_KEYS = ("colunas", "linhas")
CONTEXT_PATHS = tuple(key for key in CONTEXT_KEYS if key != "lenient")


def read_cases(path: Path | str) -> CaseFile:
    """The cases of a file. Never raises for what the file holds; OSError when it cannot be read."""
    text, noticed = decode(Path(path).read_bytes())
    return cases_of(text, Path(path), noticed)


def cases_of(text: str, path: Path, noticed: Iterable[Diagnostic] = ()) -> CaseFile:
    """The cases of a text."""
    document = read(text, str(path), zone_of(path.absolute()))
    reader = Reader(document, path)
    cases = tuple(reader.cases()) if not document.faults else ()
    own = [*noticed, *document.faults[: reader.file_faults if cases or reader.read else None]]
    return CaseFile(path, document.source, cases, tuple(own), document.data)


@attrs.define(eq=False)
class Reader:
    """A file being read. Faults of the file come first in the document's list; those of a case are taken off for it."""

    document: Document
    path: Path
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
        for key, span in list(self.document.places.items()):
            # a.b.c = 1 makes the tables a and a.b, which stand where it does
            for size in range(1, len(key)):
                self.document.places.setdefault(key[:size], span)
        for key, span in self.document.places.items():
            self.below_case.setdefault(key[:2] if key[:1] == ("caso",) else (), {})[key] = span
        self.unknown(self.data, FILE_KEYS, (), message("um arquivo de casos"))
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
        here = self.document.span((*path, "inclui"))
        self.unknown(under, [key for key in FILE_KEYS if key != "caso"], (*path, "inclui"), message("um arquivo incluído"))
        taken_over = {key: value for key, value in under.items() if key in FILE_KEYS and key != "caso"}
        below = self.below_case.setdefault(path[:2], {})
        for key in paths_in(taken_over):
            if (*path, *key) not in self.document.places:
                self.document.places[(*path, *key)] = below[(*path, *key)] = here
        return merge(taken_over, {key: value for key, value in table.items() if key != "inclui"})

    # -- one case -----------------------------------------------------------------------------------

    def case(self, path: KeyPath, table: Mapping[str, Any]) -> Iterator[Case]:
        """A case, or one for each row of its table."""
        start = len(self.document.faults)
        table = self.with_included(table, path)
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
        common = self.document.faults[start:]
        for row in rows:
            begin = len(self.document.faults)
            made = self.one(path, table, name, line, row)
            bad = row.faults if row is not None else ()
            # a row that does not fit its table says only that
            own = () if bad else (*self.document.faults[begin:], *made.faults)
            yield attrs.evolve(made, faults=(*common, *bad, *own))
        if not rows:
            yield attrs.evolve(self.one(path, table, name, line, None), faults=tuple(common))

    def one(self, path: KeyPath, table: Mapping[str, Any], name: str, line: int, row: Row | None) -> Case:
        """A case with the values of a row put in."""
        changed = table
        if row is not None:
            changed, line, name = row.applied(table), row.line, f"{name} [{row.name}]"
        given, document, faults = self.context(path, table, changed)
        moves = tuple(self.moves(changed, path))
        formula, text, kind = self.subject(changed, path, bool(moves))
        own = self.context_tables(path, changed)
        return Case(
            path=self.path, name=name, line=line, formula=formula, text=text, type=kind, given=given, document=document,
            moves=moves, expected=() if moves else self.expected(changed, (*path, "espera"), line, moved=False),
            snapshot=self.truth(changed, "retrato", path), skip=self.reason(changed, path),
            focus=self.truth(changed, "foco", path), faults=tuple(faults),
            tables=merge(self.base, own),
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
            self.wrong((*path, "tipo"), "tipo", message("um número inteiro"), kind)
            kind = None
        if not moved and not formula and not text and "formula" not in given:
            self.fault(
                path,
                message("o caso não diz o que testa"),
                message('escreva no começo do arquivo formula = "CODIGO", ou tipo = N e acao = "advance"'),
            )
        return ("", "", kind) if moved else (formula, text, kind)

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
        action = self.text(table, "acao", path)
        after = self.waiting(table, path)
        if action not in (*ACTIONS, *CLOCK_ACTIONS) and (action or "depois" not in table):
            near = get_close_matches(action, ACTIONS, 1) if action else []
            self.fault((*path, "acao"), message("a ação '{acao}' não existe", acao=action), guessed(near, ACTIONS))
        to = table.get("para")
        if to is not None and (isinstance(to, bool) or not isinstance(to, int | str)):
            self.wrong((*path, "para"), "para", message("uma etapa ou um destino"), to)
            to = None
        return Step(
            action=action, to=to, actor=self.text(table, "ator", path), reason=self.whole(table, "motivo", path),
            justification=self.text(table, "justificativa", path), version=self.whole(table, "versao", path),
            wake_up=self.moment(table, "despertamento", path), deadline=self.moment(table, "prazo", path),
            now=whole_moment(self.moment(table, "agora", path)), after=after, line=line,
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
        if not given and moved and table.get("espera") is not None and table.get("retrato") is not True and self.written(path):
            self.fault(
                path, message("'espera' não pode falhar: está vazia"), message('escreva espera.etapa = "…", ou tire a chave')
            )
        made: list[Expectation] = []
        for key, value in given.items():
            row = EXPECTED.get(key)
            if key == DENIED:
                made += self.denied(value, (*path, key), line)
            if row is None:
                continue
            if not fits(value, row.shape):
                self.wrong((*path, key), key, row.wanted, value)
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
            known = self.document.places.get((*path, key))
            made.append(Expectation(key, value, self.document.source.position(known.start).line if known else line))
        if not given and not self.truth_quiet(table, "retrato") and "movimentos" not in table and not moved:
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

    def written(self, path: KeyPath) -> bool:
        """Whether a table with this key is written there, empty or not."""
        held: Any = self.data
        for key in path:
            try:
                held = held[key]
            except (KeyError, IndexError, TypeError):
                return False
        return True

    def truth_quiet(self, table: Mapping[str, Any], key: str) -> bool:
        """Whether a key is true."""
        return table.get(key) is True

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
                    message(
                        "a linha {numero} da tabela tem {tem} valor(es) para {colunas} coluna(s)",
                        numero=number + 1,
                        tem=size,
                        colunas=len(columns),
                    ),
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
        """The key that a column sets: of the context, of what is expected, or of the move."""
        parts = tuple(names(written)) or ("",)
        head = parts[0]
        if head in {"contexto", "espera", "atendimento"} and len(parts) > 1:
            if head == "espera" and parts[1] not in EXPECTED:
                self.bad_column(written, where, tuple(f"espera.{key}" for key in EXPECTED))
                return ()
            return parts
        if head in EXPECTED and (len(parts) == 1 or head not in CONTEXT_PATHS):
            return ("espera", *parts)
        if head in CONTEXT_PATHS:
            return ("contexto", *parts)
        if head not in {*MOVE_KEYS, "pula", "formula", "tipo"}:
            self.bad_column(written, where, (*(f"{key}.…" for key in CONTEXT_PATHS), *EXPECTED, *MOVE_KEYS))
            return ()
        return parts

    def bad_column(self, written: str, where: KeyPath, known: Sequence[str]) -> None:
        """A column that names nothing."""
        head, point, rest = written.partition(".")
        near = get_close_matches(head if point else written, [key.removesuffix(".…") for key in known], 1)
        near = [f"{near[0]}.{rest}"] if near and point and "." not in near[0] else near
        self.document.report(
            CODE, (*where, "colunas"), message("a coluna '{coluna}' não existe", coluna=written), guessed(near, known), written
        )

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
        self, path: KeyPath, table: Mapping[str, Any], changed: Mapping[str, Any]
    ) -> tuple[GivenContext, Document, list[Diagnostic]]:
        """The case's context: the file's with its own tables over it. A directory that the case leaves alone is read once."""
        own = self.context_tables(path, changed)
        ticket = self.ticket(table, changed)
        if not own and ticket is None:
            return self.shared, Document(self.document.source, {}, self.own_place(path), zone=self.document.zone), []
        merged = merge(self.base, own)
        kept = "diretorio" in merged and "diretorio" not in own
        places = {**self.shared_places, **self.context_places(path)}
        document = Document(
            self.document.source,
            {key: value for key, value in merged.items() if not (kept and key == "diretorio")},
            places,
            zone=self.document.zone,
        )
        given = taken(document)
        if kept:
            given = attrs.evolve(given, context=attrs.evolve(given.context, directory=self.shared.context.directory))
        own_places = {**self.below(()), **self.below(path), **self.own_place(path)}
        ticket_document = Document(
            self.document.source, {} if ticket is None else {"atendimento": ticket}, own_places, zone=self.document.zone
        )
        fresh = [one for one in document.faults if (one.span.start, str(one.message)) not in self.known_faults()]
        return given, ticket_document, [attrs.evolve(one, severity="error") for one in fresh]

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
        for whole in ((*path, "contexto", "atendimento"), (*path, "atendimento")):
            made |= {
                ("atendimento", *key[len(whole) :]): span
                for key, span in self.places_of(path).items()
                if key[: len(whole)] == whole
            }
        # in a move, fields and parameters of the context are those of the ticket
        context = self.context_places(path)
        return made | {("atendimento", *key): span for key, span in context.items() if key[:1] in {("campos",), ("parametros",)}}

    def ticket(self, table: Mapping[str, Any], changed: Mapping[str, Any]) -> Any:
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

    # -- single values and faults -------------------------------------------------------------------

    def text(self, table: Mapping[str, Any], key: str, path: KeyPath) -> str:
        """A text."""
        value = table.get(key, "")
        if isinstance(value, str):
            return value
        if key == "ator" and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        self.wrong((*path, key), key, message("um texto"), value)
        return ""

    def truth(self, table: Mapping[str, Any], key: str, path: KeyPath) -> bool:
        """``true`` or ``false``."""
        value = table.get(key, False)
        if isinstance(value, bool):
            return value
        self.wrong((*path, key), key, message("true ou false"), value)
        return False

    def whole(self, table: Mapping[str, Any], key: str, path: KeyPath) -> int | None:
        """A whole number."""
        value = table.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.wrong((*path, key), key, message("um número inteiro"), value)
        return None

    def moment(self, table: Mapping[str, Any], key: str, path: KeyPath) -> datetime | date | None:
        """A date or date-time."""
        value = table.get(key)
        if value is None or isinstance(value, date):
            return None if value is None else wall_time(value, self.document.zone)
        self.wrong((*path, key), key, message("uma data, como 2026-11-24T10:00:00"), value)
        return None

    def unknown(self, table: Mapping[str, Any], known: Sequence[str], path: KeyPath, whole: Message) -> None:
        """Keys that do not exist, each with the nearest that does."""
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, 1, 0.5)
                self.document.report(
                    CODE,
                    (*path, key),
                    message("a chave '{chave}' não existe em {lugar}", chave=key, lugar=whole),
                    guessed(near, known),
                    key,
                )

    def wrong(self, path: KeyPath, key: str, wanted: Message, value: object) -> None:
        """A value of another kind."""
        said = message("'{chave}' precisa de {preciso}, mas tem {valor}", chave=key, preciso=wanted, valor=shown(value))
        self.document.report(CODE, path, said, None, key)

    def fault(self, path: KeyPath, said: Message, hint: Message) -> None:
        """Something else that is wrong."""
        self.document.report(CODE, path, said, hint)

    def fault_at(self, line: int, said: Message, hint: Message | None) -> Diagnostic:
        """The same of a line, for the caller to keep."""
        source = self.document.source
        start = source.line_starts[line - 1]
        span = Span(start, start + len(source.line_text(line)))
        return place(source, span, CODE, "error", said, hint)

    def line(self, path: KeyPath) -> int:
        """The line of a key."""
        return self.document.source.position(self.document.span(path).start).line

    def element_lines(self, path: KeyPath, count: int, within: str = "") -> list[int]:
        """The line of each element of an array, whether written as ``[[…]]`` or in one value."""
        direct = [self.document.places.get((*path, number)) for number in range(count)]
        source = self.document.source
        if all(span is not None for span in direct):
            return [source.position(span.start).line for span in direct if span is not None]
        start = self.document.span(path).start
        if within and (*path,) not in self.document.places:
            start = max(source.text.find(within, start), start)
        found = element_offsets(source.text, start)
        lines = [source.position(at).line for at in found]
        return [lines[number] if number < len(lines) else source.position(start).line for number in range(count)]


def guessed(near: Sequence[str], known: Iterable[str]) -> Message:
    """The nearest valid key, or all of them."""
    if near:
        return message("você quis dizer '{perto}'?", perto=near[0])
    return message("as chaves são: {chaves}", chaves=", ".join(known))


def whole_moment(value: datetime | date | None) -> datetime | None:
    """A date as its midnight."""
    return value if value is None or isinstance(value, datetime) else datetime(value.year, value.month, value.day)
