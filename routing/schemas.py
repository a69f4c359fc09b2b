"""The files of a workspace as one JSON Schema document, for editors: a schema for each kind of file under ``$defs``.

Nothing is told twice: the readers of the files are run on tables that only note which keys are asked for, of what kind, and
which of them must be there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from formula.builtins.people import CHIEFS_FROM
from formula.source import Source
from routing.domain.annexes import WRITERS
from routing.http.settings import KEYS as SERVICE_KEYS
from routing.proving.property import EVENTS
from routing.setting_hooks import EVENTS as TOLD
from routing.setting_tables import Keys, count, flag, real, seconds, text, texts
from routing.settings import RULE_KEYS, SMTP_KEYS
from routing.testing.cast import CHOSEN_BY, SAYS
from routing.testing.expectations import EXPECTED
from routing.testing.keys import BASE_KEYS, CASE_KEYS, FILE_KEYS, MOVE_KEYS, STEP_KEYS, TABLE_KEYS
from routing.testing.snapshots import PARTS
from routing.workspace.annexes import KINDS as ANNEX_KINDS
from routing.workspace.annexes import read_annex
from routing.workspace.contexts import KEYS as CONTEXT_KEYS
from routing.workspace.folder import LIMIT_KEYS, POLICY_KEYS
from routing.workspace.reading import HANDOFF_KINDS, READERS, Registry, read_approval, read_step, read_ticket, type_of
from routing.workspace.toml_places import Document
from routing.workspace.toml_tables import Table
from routing.workspace.working_time import read_calendar

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PAIR: Schema = {"type": "string", "pattern": r"^\s*\d{1,9}\s*;\s*\d{1,9}\s*$", "description": "coligada;código"}
TICKET_KEY: Schema = {"type": "string", "pattern": r"^\s*\d+\s*;\s*\d+\s*;\s*\d+\s*$", "description": "coligada;localidade;código"}
MOMENT: Schema = {"format": "date-time", "description": "data, com ou sem hora"}
SCALAR: Schema = {"not": {"type": ["array", "object", "null"]}}
ANY_SCALARS: Schema = {"type": "object", "additionalProperties": SCALAR}
TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
KINDS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}


@attrs.define(eq=False)
class Noted(Table):
    """A table that is read only to learn what its reader asks for."""

    properties: dict[str, Any] = attrs.field(factory=dict)
    required: list[str] = attrs.field(factory=list)

    def note(self, key: str, schema: Schema, required: bool = False) -> None:
        """Keep a key, once."""
        self.properties.setdefault(key, schema)
        if required and key not in self.required:
            self.required.append(key)

    def value(self, key: str, required: bool) -> Any:
        """A key read as it is."""
        self.note(key, {}, required)

    def integer(self, key: str, default: int | None = None, *, required: bool = False, least: int = 0) -> Any:
        """A whole number."""
        self.note(key, {"type": "integer", "minimum": least}, required)
        return default

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text."""
        self.note(key, {"type": "string"}, required)
        return default

    def code(self, key: str) -> str:
        """A text or a number."""
        self.note(key, {"type": ["string", "integer"]}, True)
        return ""

    def truth(self, key: str, default: bool) -> bool:
        """``true`` or ``false``."""
        self.note(key, {"type": "boolean"})
        return default

    def word(self, key: str, allowed: Sequence[str], default: str | None = None) -> Any:
        """One of a closed list; letter case does not matter to the reader, the schema names the usual spelling."""
        self.note(key, {"type": "string", "anyOf": [{"enum": list(allowed)}, {"pattern": any_case(allowed)}]})
        return default

    def key_pair(self, key: str, *, required: bool = False) -> str | None:
        """``coligada;código``."""
        self.note(key, PAIR, required)
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        self.note(key, TEXTS)
        return ()

    def pairs(self, key: str) -> tuple[str, ...]:
        """A list of ``coligada;código``."""
        self.note(key, {"type": "array", "items": PAIR})
        return ()

    def moment(self, key: str, *, required: bool = False) -> Any:
        """A date, with or without a time."""
        self.note(key, MOMENT, required)

    def mapping(self, key: str) -> Mapping[str, Any]:
        """A table whose keys are the site's own."""
        self.note(key, {"type": "object"})
        return {}

    def inner(self, key: str) -> Table | None:
        """A table that its reader goes through key by key."""
        inside = Noted(self.document, self.at(key), {})
        inner = {"type": "object", "additionalProperties": False, "properties": inside.properties, "required": inside.required}
        self.note(key, inner)
        return inside

    def finish(self) -> None:
        """Nothing is unknown: nothing stands in it."""

    def schema(self, extra: Mapping[str, Schema] | None = None) -> Schema:
        """What was asked for."""
        return closed({**self.properties, **(extra or {})}, self.required)


def any_case(words: Sequence[str]) -> str:
    """A pattern for one of some words in any letter case."""
    each = ("".join(f"[{char.lower()}{char.upper()}]" if char.isalpha() else char for char in word) for word in words)
    return f"^({'|'.join(each)})$"


def closed(properties: Mapping[str, Any], required: Sequence[str] = ()) -> Schema:
    """A table that has these keys and no others."""
    made: Schema = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    return {**made, "required": list(required)} if required else made


def listed(items: Schema) -> Schema:
    """An array of tables."""
    return {"type": "array", "items": items}


def noted(read: Callable[[Noted], object]) -> Noted:
    """A table after a reader went through it."""
    table = Noted(Document(Source("", "esquema"), {}), ("tabela", 0), {})
    read(table)
    return table


def directory() -> Schema:
    """``diretorio.toml``."""

    def of(reader: Callable[[Table, Registry], None]) -> Schema:
        return listed(noted(lambda table: reader(table, Registry())).schema())

    return closed({key: of(reader) for key, reader in READERS.items()})


def ticket_type() -> Schema:
    """A file of ``tipos/``."""
    step = noted(lambda table: read_approval(table, read_step(table, HANDOFF_KINDS), {})).schema()
    edge = closed({"de": {"type": "integer", "minimum": 1}, "para": {"type": "integer", "minimum": 1}}, ("de", "para"))
    return noted(lambda table: type_of(table, (), (), HANDOFF_KINDS)).schema({"etapa": listed(step), "fluxo": listed(edge)})


def ticket() -> Noted:
    """An ``[[atendimento]]``."""
    table = noted(lambda one: read_ticket(one, {}))
    table.properties |= {"parametros": ANY_SCALARS, "campos": ANY_SCALARS}
    return table


READ: Mapping[Any, Schema] = {
    text: {"type": "string"},
    count: {"type": "integer", "minimum": 0},
    flag: {"type": "boolean"},
    texts: TEXTS,
    real: {"type": "number", "minimum": 0},
    seconds: {"type": "number", "minimum": 0},
}


def settings_table(*tables: Keys) -> Schema:
    """A table of repasse.toml that is read key by key."""
    return closed({key: READ.get(reader, {}) for keys in tables for key, (_, reader) in keys.items()})


def settings() -> Schema:
    """``repasse.toml``."""
    number: Schema = {"type": "integer", "minimum": 1}
    return closed(
        {
            "coligada": number,
            "idioma": {"enum": ["pt", "en"]},
            "fuso": {"type": "string", "examples": ["America/Sao_Paulo"]},
            "chefia_a_partir": {"enum": list(CHIEFS_FROM)},
            "publicar": {"enum": ["automatico", "manual"]},
            "banco": {"type": "string"},
            "modelos": {"type": "string"},
            "campos": KINDS,
            "apelidos": KINDS,
            "fontes": KINDS,
            "diretorio": closed({key: {"type": "string", "description": "código de uma sentença"} for key in READERS}),
            "classificacoes": {"type": "object", "additionalProperties": {"type": "integer"}},
            "representantes": {"type": "object", "additionalProperties": representative()},
            "listas": {"type": "object", "additionalProperties": TEXTS},
            "calendario": calendar(),
            "limites": closed(dict.fromkeys((*LIMIT_KEYS, *POLICY_KEYS), number)),
            "smtp": settings_table(SMTP_KEYS, RULE_KEYS),
            "servico": settings_table(SERVICE_KEYS),
            "sql": closed({"segundos": {"type": "number", "exclusiveMinimum": 0}, "funcoes": TEXTS}),
            "atendimento": closed({"fornecedores": {"type": "boolean"}, "abertura_pede_contato": {"type": "boolean"}}),
            "webhook": listed(hook()),
            "anexo": listed(annex()),
        }
    )


def representative() -> Schema:
    """An entry of ``[representantes]``."""
    contact: Schema = {"anyOf": [{"type": "string"}, closed({"nome": {"type": "string"}, "email": {"type": "string"}})]}
    table = closed({"nome": {"type": "string"}, "contatos": {"type": "object", "additionalProperties": contact}})
    return {"anyOf": [TEXTS, table]}


def hook() -> Schema:
    """``[[webhook]]``."""
    known: Mapping[str, Schema] = {
        "url": {"type": "string", "pattern": "^https?://"},
        "segredo": {"type": "string"},
        "segredo_arquivo": {"type": "string"},
        "eventos": listed({"enum": list(TOLD)}),
        "desde": {"type": "integer", "minimum": 0},
    }
    return closed(known, ("url",))


def annex() -> Schema:
    """``[[anexo]]``."""
    kinds: Schema = {"type": "object", "minProperties": 1, "additionalProperties": {"enum": list(ANNEX_KINDS)}}
    known: Mapping[str, Schema] = {
        "campos": kinds,
        "valores": {"type": "object", "additionalProperties": {"type": "array", "items": SCALAR, "minItems": 1}},
        "tipos": {"type": "array", "items": {"type": "integer"}},
        "quem": {"type": "array", "items": {"anyOf": [{"enum": list(WRITERS)}, {"pattern": "^direito:."}]}},
    }
    table = noted(read_annex)
    return closed({**table.properties, **known}, [*table.required, "campos"])


def calendar() -> Schema:
    """``[calendario]``."""
    table = Noted(Document(Source(""), {}), (), {})
    read_calendar(table)
    days: Schema = {"type": "array", "items": {"anyOf": [{"type": "string"}, {"format": "date"}]}}
    return closed({**table.properties, "folgas": days})


def context() -> Schema:
    """A context file."""
    rows = closed({"linhas": listed({"type": "object"})}, ("linhas",))
    known: Mapping[str, Schema] = {
        "coligada": {"type": "integer"},
        "usuario": {"type": "string"},
        "agora": MOMENT,
        "lenient": {"type": "boolean"},
        "requisicao": {"type": "integer"},
        "campos": ANY_SCALARS,
        "parametros": ANY_SCALARS,
        "funcoes": ANY_SCALARS,
        "memorias": ANY_SCALARS,
        "formulas": KINDS,
        "sql": {"type": "object", "additionalProperties": rows},
        "diretorio": {"$ref": "#/$defs/diretorio"},
        "calendario": calendar(),
    }
    return closed({key: known.get(key, {}) for key in CONTEXT_KEYS})


SHAPES: Mapping[str, Schema] = {
    "scalar": SCALAR,
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "truth": {"type": "boolean"},
    "texts": TEXTS,
    "values": ANY_SCALARS,
    "tables": listed({"type": "object"}),
    "table": {"type": "object"},
}


def expectations() -> Schema:
    """``espera``."""
    made = {key: {"anyOf": [SHAPES.get(shape, {}) for shape in row.shape.split("|")]} for key, row in EXPECTED.items()}
    return closed({**made, "nao": {"type": "object"}})


def somebody(properties: Mapping[str, Schema]) -> Mapping[str, Schema]:
    """Keys of a ticket in a case, where the place of a person of ``para_cada`` may stand for a key."""
    return {key: {"anyOf": [one, {"enum": ["{pessoa}", "{chefe}"]}]} if one == PAIR else one for key, one in properties.items()}


def cases() -> Schema:
    """A file of ``casos/``."""
    inside = ticket()
    tables: Mapping[str, Schema] = {
        "contexto": {"$ref": "#/$defs/contexto"},
        "atendimento": {"anyOf": [TICKET_KEY, closed({"modelo": TICKET_KEY, **somebody(inside.properties)})]},
        "espera": expectations(),
        "tabela": {"anyOf": [{"type": "string"}, closed({key: {"type": "array"} for key in TABLE_KEYS}, TABLE_KEYS)]},
        "tipo": {"type": ["integer", "string"]},
        "foco": {"type": "boolean"},
        "muda": {"type": "object"},
        "limpa": TEXTS,
        "publicavel": {"type": "boolean"},
        "inclui": {"anyOf": [SHAPES["text"], TEXTS]},
        "usa": {"anyOf": [SHAPES["text"], TEXTS]},
        "pessoas": {"type": "object", "additionalProperties": closed({key: {} for key in SAYS})},
        "para_cada": closed({key: {"anyOf": [SCALAR, TEXTS]} for key in CHOSEN_BY}),
        "retrato": {"anyOf": [SHAPES["truth"], listed({"enum": list(PARTS)})]},
    }
    step = closed({key: tables.get(key, SCALAR) for key in STEP_KEYS})
    tables = {**tables, "movimentos": listed(step)}
    words = dict.fromkeys(MOVE_KEYS, SCALAR)
    case = closed({key: tables.get(key, words.get(key, {})) for key in CASE_KEYS})
    bases = {"type": "object", "additionalProperties": closed({key: tables.get(key, words.get(key, {})) for key in BASE_KEYS})}
    return closed({**{key: tables.get(key, words.get(key, {})) for key in FILE_KEYS}, "bases": bases, "caso": listed(case)})


def properties() -> Schema:
    """A file of ``propriedades/``."""
    event = closed({key: {} for key in EVENTS})
    keys: Mapping[str, Schema] = {
        "nome": {"type": "string"},
        "tipo": {"type": ["integer", "string"]},
        "quando": {"type": "string"},
        "sempre": event,
        "nunca": event,
        "ate": {"type": ["string", "integer"]},
        "acoes": TEXTS,
        "menos": TEXTS,
    }
    return closed({"propriedade": listed(closed(keys, ("nome",)))})


def workspace_schemas() -> Schema:
    """The whole document (JSON Schema 2020-12): ``$defs`` has a schema for each kind of file; unknown keys do not validate."""
    return {
        "$schema": DIALECT,
        "title": "repasse",
        "$defs": {
            "repasse": settings(),
            "diretorio": directory(),
            "tipos": ticket_type(),
            "atendimentos": closed({"atendimento": listed(ticket().schema())}),
            "casos": cases(),
            "propriedades": properties(),
            "contexto": context(),
        },
    }
