"""EXECSQL, RESULTSQL, PROXREGSQL over registered sentences (F4, F5): the context's stand-in rows, then the site's."""

from collections.abc import Mapping
from typing import Any

from formula.builtins.lookup import find, missing, suggestion, toml_key
from formula.builtins.table import function
from formula.context import Run
from formula.diagnostics import Fault
from formula.host import MISSING
from formula.messages import message
from formula.names import name_key
from formula.types import Anything, Logical, SentenceCode, Text
from formula.values import Value, admit, display, shorten

OWN_PREFIX = "FRM_"


class Cursor:
    """The rows a sentence gave and the one being read. Names of columns match in any letter case."""

    __slots__ = ("at", "rows")

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        """``rows`` with upper-case names."""
        self.rows = rows
        self.at = 0


@function(
    cost=5,
    origin="published",
    pure=False,
    examples=["EXECSQL('DEPENDENTES') -> VERDADE", "EXECSQL('SEMLINHAS') -> FALSO"],
)
def execsql(run: Run, codsql: SentenceCode) -> Logical:
    """Executa uma sentença SQL registrada e guarda suas linhas; VERDADE se veio ao menos uma."""
    code = name_key(codsql)
    binds: dict[str, Any] = {}
    cursor = Cursor(fetch(run, code, binds))
    run.cursors[code] = cursor
    note_rows(run, code, len(cursor.rows), binds)
    return bool(cursor.rows)


@function(origin="published", pure=False, examples=["RESULTSQL('DEPENDENTES', 'NOME') -> Bia"])
def resultsql(run: Run, codsql: SentenceCode, campo: Text) -> Anything:
    """Um campo da linha corrente da sentença: a primeira, até que PROXREGSQL avance.

    NULL e falta de linha são Vazio.
    """
    cursor = run.cursors.get(codsql) or opened(run, codsql, "RESULTSQL")
    if cursor.at >= len(cursor.rows):
        run.note(message("a sentença {codigo} não tem linha para ler: o campo vem vazio", codigo=name_key(codsql)))
        return None
    row = cursor.rows[cursor.at]
    found = row.get(campo)
    if found is not None:
        return admit(found, campo)
    name = name_key(campo)
    if name not in row:
        raise Fault(
            "sql-campo-desconhecido",
            message("a sentença '{codigo}' não tem o campo '{campo}'", codigo=codsql, campo=campo),
            suggestion(campo, row) or message("os campos são: {campos}", campos=", ".join(row)),
        )
    if row[name] is None:
        run.note(message("a coluna {campo} da sentença {codigo} veio vazia (NULL)", campo=name, codigo=name_key(codsql)))
    return admit(row[name], campo)


@function(origin="published", pure=False, examples=["PROXREGSQL('DEPENDENTES') -> VERDADE"])
def proxregsql(run: Run, codsql: SentenceCode) -> Logical:
    """Passa à linha seguinte da sentença; FALSO depois da última."""
    cursor = run.cursors.get(codsql) or opened(run, codsql, "PROXREGSQL")
    cursor.at = min(cursor.at + 1, len(cursor.rows))
    return cursor.at < len(cursor.rows)


def opened(run: Run, code: str, name: str) -> Cursor:
    """The cursor of a sentence that EXECSQL ran in this run."""
    cursor: Cursor | None = run.cursors.get(name_key(code))
    if cursor is None:
        raise Fault(
            "sql-sem-execsql",
            message("{funcao} veio antes de EXECSQL('{codigo}')", funcao=name, codigo=code),
            message("execute a sentença primeiro: SE EXECSQL('{codigo}') ENTAO …", codigo=code),
        )
    return cursor


def note_rows(run: Run, code: str, count: int, binds: Mapping[str, Any]) -> None:
    """How many rows a sentence gave for which values, where it is not just one."""
    given = ", ".join(f":{name} = {shown(value)}" for name, value in binds.items())
    if count == 0:
        said = message("a sentença {codigo} não trouxe linha", codigo=code)
    elif count > 1:
        said = message("a sentença {codigo} trouxe {quantas} linhas; vale a primeira, até PROXREGSQL", codigo=code, quantas=count)
    else:
        return
    run.note(message("{frase} para {valores}", frase=said, valores=given) if given else said)


def shown(value: Any) -> str:
    """A value of a bind for people."""
    return "NULL" if value is None else f"'{shorten(value, 40)}'" if isinstance(value, str) else display(value)


def fetch(run: Run, code: str, binds: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a sentence, counted against the run's budget as they come; ``binds`` receives the values it asked for."""

    def bound(name: str) -> Any:
        binds[name] = value = bind_value(run, name)
        return value

    given = find(run.context.sql, code)
    if given is not MISSING:
        source = given
    elif run.context.sentences is not None:
        source = run.context.sentences.rows(code, bound, run.limits)
    else:
        raise missing(
            "sentenca-sem-linhas",
            message("falta no contexto: as linhas da sentença '{codigo}'", codigo=code),
            f"sql.{toml_key(code)}",
            "linhas = [{ CAMPO = 1 }]",
        )
    rows: list[dict[str, Any]] = []
    names: list[str] = []
    upper: list[str] = []
    for row in source:
        charge(run, row, code)
        if list(row) != names:
            names = list(row)
            upper = [name_key(name) for name in names]
        rows.append(dict(zip(upper, row.values(), strict=True)))
    return rows


def charge(run: Run, row: Mapping[str, Any], code: str) -> None:
    """Take a row, its cells and the text in them from the run's budget."""
    run.rows_left -= 1
    run.cells_left -= len(row)
    for value in row.values():
        if isinstance(value, str):
            run.sql_text_left -= len(value)
    if run.rows_left < 0 or run.cells_left < 0 or run.sql_text_left < 0:
        limits = run.limits
        name, most = (
            ("rows", limits.rows) if run.rows_left < 0 else ("cells", limits.cells) if run.cells_left < 0 else ("text", limits.text)
        )
        raise Fault(
            "limite-sql",
            message(
                "a sentença '{codigo}' passou do limite {limite} = {valor} da execução",
                codigo=code,
                limite=name,
                valor=most,
            ),
            message("traga menos linhas ou colunas na sentença, ou aumente o limite"),
        )


def bind_value(run: Run, name: str) -> Value:
    """F5: ``:FRM_<code>`` is the value of the zero-argument function or formula of that code.

    Any other name is a ticket field or a parameter.
    """
    key = name_key(name)
    if key.startswith(OWN_PREFIX):
        return admit(run.formula(key.removeprefix(OWN_PREFIX)), name)
    for mapping in (run.context.fields, run.context.parameters):
        value = find(mapping, name)
        if value is not MISSING:
            return admit(value, name)
    raise missing(
        "campo-sem-valor",
        message("a sentença usa :{nome}, que não é campo nem parâmetro do contexto", nome=name),
        "campos",
        f'{toml_key(name)} = "…"',
    )
