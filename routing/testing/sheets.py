"""Tables of cases from CSV and from spreadsheets: headings, and rows with the number they have in the file."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from formula.decoding import decode
from formula.messages import Message
from routing.domain.ticket_fields import BY_KEY, CODE, DAY, MOMENT, NUMBER
from routing.messages import how_to_add, message, plural
from routing.testing.beside import content_of, named_file
from routing.testing.case import Unusable
from routing.testing.expectations import EXPECTED
from routing.workspace.sheet_text import TRUTHS, separator_of

UNPACKED = 128_000_000
"""Bytes of a spreadsheet when its parts are unpacked."""
EMPTY_TEXT = '""'
"""How a cell says an empty text; a cell without anything says nothing."""
WHOLE = re.compile(r"[+-]?\d{1,9}", re.ASCII)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+", re.ASCII)
ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
BRAZILIAN = re.compile(r"(\d\d)/(\d\d)/(\d{4})(?: (\d\d:\d\d(?::\d\d)?))?", re.ASCII)
MOMENTS = frozenset({"agora", "despertamento", "prazo"})
COUNTED = frozenset({"motivo", "versao", "tipo", "coligada", "requisicao"})


@attrs.frozen
class SheetRow:
    """A row: its number in the file and its cells, as texts or as a spreadsheet has them; None for an empty one."""

    number: int
    cells: tuple[Any, ...]
    fault: Unusable | None = None


@attrs.frozen
class Sheet:
    """A table of a file."""

    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(written: str, near: Path) -> Sheet:
    """The table that a file of cases names: ``casos.csv``, ``casos.xlsx``, ``casos.xlsx#Aba``. Raises Unusable."""
    name, _, tab = written.partition("#")
    path = named_file(name, near)
    kind = path.suffix.lower()
    if kind in {".csv", ".txt", ".tsv"}:
        rows = list(csv_rows(content_of(path, name), name))
    elif kind == ".xlsx":
        rows = list(workbook_rows(content_of(path, name), name, tab))
    else:
        raise Unusable(
            message("'{arquivo}' não é uma tabela de casos", arquivo=name), message("salve a planilha como .xlsx ou como .csv")
        )
    while rows and not any(given(cell) for cell in rows[0].cells) and rows[0].fault is None:
        rows.pop(0)
    if not rows:
        raise Unusable(message("'{arquivo}' está vazio", arquivo=name), message("a primeira linha tem os nomes das colunas"))
    if rows[0].fault is not None:
        raise rows[0].fault
    return whole(rows, name)


def whole(rows: Sequence[SheetRow], name: str) -> Sheet:
    """Headings and rows of the same length; rows without anything are left out. Raises Unusable."""
    headings = [str(cell).strip() if given(cell) else "" for cell in rows[0].cells]
    while headings and not headings[-1]:
        headings.pop()
    twice = next((one for at, one in enumerate(headings) if one and one in headings[:at]), None)
    if twice is not None:
        raise Unusable(message("'{arquivo}' tem duas colunas '{coluna}'", arquivo=name, coluna=twice))
    if "" in headings:
        raise Unusable(
            message("em '{arquivo}', a coluna {numero} não tem nome", arquivo=name, numero=headings.index("") + 1),
            message("a primeira linha tem os nomes das colunas"),
        )
    made = [fitted(row, headings, name) for row in rows[1:] if row.fault is not None or any(given(cell) for cell in row.cells)]
    if not made:
        raise Unusable(message("'{arquivo}' só tem a linha dos nomes das colunas", arquivo=name))
    return Sheet(tuple(headings), tuple(made))


def fitted(row: SheetRow, headings: Sequence[str], name: str) -> SheetRow:
    """A row with as many cells as there are columns."""
    size = len(headings)
    if row.fault is not None or (len(row.cells) >= size and not any(given(cell) for cell in row.cells[size:])):
        return attrs.evolve(row, cells=row.cells[:size])
    fault = Unusable(
        message(
            "{arquivo}, linha {linha}: {tem}",
            arquivo=name,
            linha=row.number,
            tem=cells_and_columns(len(row.cells), size),
        ),
        message("as colunas são: {lista}", lista=", ".join(headings)),
    )
    return attrs.evolve(row, fault=fault)


def cells_and_columns(cells: int, columns: int) -> Message:
    """How many values a row has for how many columns."""
    return message(
        "{valores} para {colunas}",
        valores=plural(cells, "{quantos} valor", "{quantos} valores", quantos=cells),
        colunas=plural(columns, "{quantas} coluna", "{quantas} colunas", quantas=columns),
    )


def given(cell: Any) -> bool:
    """Whether a cell holds anything."""
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def csv_rows(raw: bytes, name: str) -> Iterator[SheetRow]:
    """The rows of a CSV; what separates its cells is what stands most often in its first line. Raises Unusable."""
    text, _ = decode(raw)
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(first), strict=True)
    line = 1
    try:
        for cells in reader:
            yield SheetRow(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as fault:
        raise Unusable(
            message("'{arquivo}' não é CSV válido na linha {linha}: {motivo}", arquivo=name, linha=line, motivo=str(fault)),
            message("confira as aspas desta linha"),
        ) from fault


def workbook_rows(raw: bytes, name: str, tab: str) -> Iterator[SheetRow]:
    """The rows of a sheet, the first unless one is named. Raises Unusable."""
    try:
        import openpyxl
    except ImportError as missing:
        raise Unusable(message("planilhas precisam do openpyxl"), how_to_add("sheets")) from missing
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED:
                raise Unusable(
                    message("a planilha '{arquivo}' é grande demais", arquivo=name), message("divida o arquivo em vários")
                )
        book: Any = openpyxl.load_workbook(io.BytesIO(raw))
    except Unusable:
        raise
    except Exception as fault:  # whatever a broken file makes of the library
        raise Unusable(
            message("'{arquivo}' não pode ser lido como planilha", arquivo=name),
            message("abra-o no Excel e salve de novo como .xlsx"),
        ) from fault
    if tab and tab not in book.sheetnames:
        raise Unusable(
            message("'{arquivo}' não tem a aba '{aba}'", arquivo=name, aba=tab),
            message("as abas são: {lista}", lista=", ".join(book.sheetnames)),
        )
    sheet = book[tab] if tab else book.worksheets[0]
    merged = sorted(str(one) for one in sheet.merged_cells.ranges)
    if merged:
        raise Unusable(
            message("'{arquivo}' tem células mescladas: {celulas}", arquivo=name, celulas=", ".join(merged[:5])),
            message("desfaça a mesclagem: cada linha precisa de todos os seus valores"),
        )
    for cells in sheet.iter_rows():
        yield SheetRow(cells[0].row, tuple(plain(cell.value) for cell in cells), broken_cell(cells, name))


def broken_cell(cells: Iterable[Any], name: str) -> Unusable | None:
    """The first cell of a row that holds a formula or an error of the spreadsheet."""
    for cell in cells:
        if cell.data_type == "f":
            return Unusable(
                message("{arquivo}: a célula {celula} tem uma fórmula da planilha", arquivo=name, celula=cell.coordinate),
                message("copie a célula e cole só o valor"),
            )
        if cell.data_type == "e":
            return Unusable(message("{arquivo}: a célula {celula} tem um erro: {erro}", arquivo=name, celula=cell.coordinate,
                                    erro=cell.value))  # fmt: skip
    return None


def plain(value: Any) -> Any:
    """A spreadsheet's value as TOML would give it: whole numbers whole, others exact, times of a day as text."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else Decimal(repr(value))
    if value is None or isinstance(value, str | int | date):
        return value
    return str(value)


def cell_value(path: Sequence[str], cell: Any) -> Any:
    """A cell as the value of a key; None leaves the key out. An empty field or parameter is an empty text."""
    held = path[1] if path[0] == "contexto" and len(path) > 1 else path[0]
    if not given(cell):
        field = path[0] in {"contexto", "atendimento"} and len(path) > 2 and path[1] in {"campos", "parametros"}
        return "" if field else None
    if isinstance(cell, str) and cell.strip() == EMPTY_TEXT:
        return ""
    if path[0] == "espera":
        return expected_value(path, cell)
    if path[0] == "atendimento" and len(path) == 2:
        row = BY_KEY.get(path[1])
        kind = row.kind if row is not None else ""
        return moment(cell) if kind in {MOMENT, DAY} else whole_number(cell) if kind in {NUMBER, CODE} else str(cell)
    if held in MOMENTS:
        return moment(cell)
    if held in COUNTED:
        return whole_number(cell)
    if path[0] != "contexto" and path[0] != "atendimento":
        return cell if path[0] == "para" and isinstance(cell, int) else str(cell)
    if held == "usuario":
        return str(cell)
    if held == "lenient":
        return truth(cell)
    return scalar(cell)


def scalar(cell: Any) -> Any:
    """A field's value: dates as dates, ``1.500,50`` as the number that only it can be, other texts as they are."""
    if not isinstance(cell, str):
        return cell
    if ISO.fullmatch(cell.strip()):
        return moment(cell)
    return cell.strip().replace(".", "").replace(",", ".") if THOUSANDS.fullmatch(cell.strip()) else cell


def expected_value(path: Sequence[str], cell: Any) -> Any:
    """What a cell expects, in the shape that the key takes: several texts are separated by ``;`` in one cell."""
    row = EXPECTED.get(path[1])
    shapes = row.shape.split("|") if row is not None and len(path) == 2 else ["scalar"]
    if "scalar" in shapes:
        return scalar(cell) if len(path) > 2 or not isinstance(cell, str) else number_of(cell)
    if shapes == ["truth"]:
        return truth(cell)
    number = whole_number(cell)
    if "texts" in shapes and isinstance(number, int):
        return number
    if "text" not in shapes and "texts" in shapes:
        return [one.strip() for one in str(cell).split(";") if one.strip()]
    return str(cell)


def number_of(cell: str) -> str:
    """A value as expected: ``1.500,50`` as its number."""
    return cell.strip().replace(".", "").replace(",", ".") if THOUSANDS.fullmatch(cell.strip()) else cell


def truth(cell: Any) -> Any:
    """A logical value, or the cell as it is."""
    return TRUTHS.get(str(cell).strip().lower(), cell) if not isinstance(cell, bool) else cell


def whole_number(cell: Any) -> Any:
    """A whole number, or the cell as it is."""
    return int(cell) if isinstance(cell, str) and WHOLE.fullmatch(cell.strip()) else cell


def moment(cell: Any) -> Any:
    """A date, or the cell as it is."""
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    found = BRAZILIAN.fullmatch(text)
    if found:
        text = f"{found[3]}-{found[2]}-{found[1]}" + (f"T{found[4]}" if found[4] else "")
    try:
        return (date if len(text) == 10 else datetime).fromisoformat(text)
    except ValueError:
        return cell
