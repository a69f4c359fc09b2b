"""What a case may expect (contract, "casos"): a closed table of keys, each with its shape and how it is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

import attrs

from formula.diagnostics import in_language
from formula.effects import Effect
from formula.messages import Message
from formula.values import as_json, display, kind_name, number_text, parse_date, parse_number
from routing.domain.flow import STATUS_NAMES
from routing.messages import message, plural
from routing.testing.observed import Observed

Compare = Callable[[Any, Observed], "Mismatch | None"]


@attrs.frozen
class Mismatch:
    """What was expected and what came instead, as people read it; ``line`` that of the expectation."""

    key: str
    expected: str
    obtained: str
    line: int = 0
    hint: str | None = None


@attrs.frozen
class Row:
    """A key of ``espera``: the shape of its value, the same in words, and the comparison."""

    shape: str
    wanted: Message
    compare: Compare


def fits(value: object, shape: str) -> bool:
    """Whether a TOML value has a shape: names joined by ``|``."""
    return any(FITS[one](value) for one in shape.split("|"))


def is_count(value: object) -> bool:
    """``{ contem = "…", vezes = 1 }``."""
    if not isinstance(value, Mapping) or set(value) != {"contem", "vezes"}:
        return False
    times = value["vezes"]
    return isinstance(value["contem"], str) and isinstance(times, int) and not isinstance(times, bool) and times >= 0


def cannot_fail(key: str, value: Any) -> bool:
    """Whether an expectation accepts anything: an empty text where a part is looked for, a table without keys in a list."""
    if key == "valor" or isinstance(value, bool | int):
        return False
    inside = value if isinstance(value, list) else [value]
    texts = [one["contem"] if is_count(one) else one for one in inside]
    empty: list[Any] = [one for one in texts if (isinstance(one, str) and one.strip() in {"", "…"})]
    if isinstance(value, list):
        empty += [one for one in texts if isinstance(one, Mapping) and not one]
        contained = [inner for one in texts if isinstance(one, Mapping) for name, inner in one.items() if name.endswith(CONTAINS)]
        empty += [one for one in contained if not isinstance(one, str) or not one.strip()]
    return bool(empty)


CONTAINS = "_contem"
"""The ending of a key of mails and effects whose text stands somewhere in the value."""

FITS: Mapping[str, Callable[[Any], bool]] = {
    "scalar": lambda value: isinstance(value, str | bool | int | Decimal | date) or (isinstance(value, float) and isfinite(value)),
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "truth": lambda value: isinstance(value, bool),
    "texts": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "values": lambda value: isinstance(value, Mapping) and all(FITS["scalar"](one) for one in value.values()),
    "tables": lambda value: isinstance(value, list) and all(isinstance(one, Mapping) for one in value),
    "counts": lambda value: (
        is_count(value) or (isinstance(value, list) and all(isinstance(one, str) or is_count(one) for one in value))
    ),
}


def same(expected: Any, value: Any) -> bool:
    """Whether a TOML value stands for a formula's value. Numbers and dates may be written as text; ``""`` is Vazio too."""
    if isinstance(expected, bool) or isinstance(value, bool):
        words: dict[str, bool] = {"VERDADE": True, "FALSO": False}
        meant: object = words.get(expected.upper()) if isinstance(expected, str) else expected
        return bool(meant is value)
    if value is None:
        return bool(expected == "")
    if isinstance(expected, str):
        return same_as_text(expected, value)
    if isinstance(expected, date):
        return isinstance(value, date) and moment(expected) == moment(value)
    if isinstance(value, str | date):
        return False
    return bool(exact(expected) == value)


def same_as_text(expected: str, value: Any) -> bool:
    """An expectation written as text, against a text, a number or a date."""
    if isinstance(value, str):
        return expected == value
    if isinstance(value, date):
        found = parse_date(expected)
        return (found is not None and found == moment(value)) or expected in {as_json(value)["value"], display(value)}
    return bool(expected.strip()) and parse_number(expected) == value


def exact(number: Any) -> Any:
    """A TOML number as a formula has it: a float by its shortest text."""
    return Decimal(repr(number)) if isinstance(number, float) else number


def moment(value: date) -> datetime:
    """A date as its midnight; a zone is dropped."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)


def told(value: Any) -> str:
    """A value with its kind, for a failure."""
    if value is None:
        return message("Vazio")
    if isinstance(value, bool | float):
        return display(value) if isinstance(value, bool) else number_text(exact(value))
    shown = f"'{value}'" if isinstance(value, str) else display(value)
    return message("{valor} ({tipo})", valor=shown, tipo=kind_name(value))


def listed(items: Sequence[object]) -> str:
    """Several things for a failure."""
    return "; ".join(str(one) for one in items) if items else message("nada")


# -- comparisons: None when as expected ------------------------------------------------------------


def value_as(expected: Any, seen: Observed) -> Mismatch | None:
    """``valor``."""
    ended_well = seen.status in GOOD_ENDS
    if ended_well and same(expected, seen.value):
        return None
    hint = None
    if ended_well and seen.value is None:
        hint = message("a fórmula terminou sem valor; se é o que se quer, escreva vazio = true")
    elif ended_well and not isinstance(seen.value, bool) and str(expected) == display(seen.value):
        hint = message("o valor é o mesmo, mas de outro tipo")
    return Mismatch("valor", told(expected), ended(seen, told(seen.value)), hint=hint)


def empty_as(expected: bool, seen: Observed) -> Mismatch | None:
    """``vazio``."""
    if (seen.status in GOOD_ENDS and seen.value is None) is expected:
        return None
    return Mismatch("vazio", message("Vazio") if expected else message("um valor"), ended(seen, told(seen.value)))


def ended(seen: Observed, otherwise: str) -> str:
    """What came: a fault or a refusal says more than its lack of a value."""
    if seen.status in GOOD_ENDS:
        return otherwise
    return message("{fim}: {mensagem}", fim=ENDS.get(seen.status, seen.status), mensagem=seen.message or seen.fault or "")


GOOD_ENDS = frozenset({"ok", "planned"})
ENDS = {
    "fault": message("falha"),
    "stopped": message("parada por ANALISAR"),
    "refused": message("recusa"),
}


def holder_as(which: str) -> Compare:
    """``destino`` (what the rule names) and ``recebedor`` (who has the ticket in the end)."""

    def compare(expected: Any, seen: Observed) -> Mismatch | None:
        wanted = seen.holder_of(expected)
        found = getattr(seen, which)()
        if wanted is not None and found == wanted:
            return None
        key = {"destination": "destino", "receiver": "recebedor"}[which]
        hint = None if wanted is not None else message("um destino é 'coligada;código' de um atendente ou o código de um grupo")
        obtained = seen.holder_text(found) if found is not None else ended(seen, seen.no_destination())
        return Mismatch(key, seen.holder_text(wanted) if wanted else repr(expected), obtained, hint=hint)

    return compare


def step_as(expected: Any, seen: Observed) -> Mismatch | None:
    """``etapa``: by code or name."""
    found = seen.step()
    names = {str(found).lower(), seen.step_name(found).lower()} if found is not None else set()
    if str(expected).strip().lower() in names:
        return None
    return Mismatch("etapa", str(expected), ended(seen, seen.step_label(found)))


OUTCOME_WORDS = {
    "ok": "ok", "stopped": "stopped", "fault": "fault", "planned": "planned", "moved": "planned", "refused": "refused",
    "parada": "stopped", "falha": "fault", "planejado": "planned", "movido": "planned", "recusado": "refused",
}  # fmt: skip


def status_as(expected: str, seen: Observed) -> Mismatch | None:
    """``status``: a letter or the name of a ticket's status, or how the run or move ended."""
    word = OUTCOME_WORDS.get(expected.strip().lower())
    if word is not None:
        return None if seen.status == word else Mismatch("status", expected, ended(seen, seen.status))
    letter = seen.letter()
    if expected.strip().lower() in {(letter or "").lower(), STATUS_NAMES.get(letter or "", "").lower()} and letter:
        return None
    shown = message("{letra} ({nome})", letra=letter, nome=STATUS_NAMES[letter]) if letter else message("sem status")
    return Mismatch("status", expected, ended(seen, shown))


def message_as(expected: str, seen: Observed) -> Mismatch | None:
    """``mensagem``: ANALISAR's whole text; part of a fault's or a refusal's."""
    found = None if seen.message is None else in_language(seen.message, "pt")
    if found is not None and (found == expected or (seen.status != "stopped" and expected in found)):
        return None
    return Mismatch("mensagem", f"'{expected}'", message("nenhuma") if found is None else f"'{found}'")


def fault_as(expected: str, seen: Observed) -> Mismatch | None:
    """``falha``: the code of the fault or refusal."""
    if seen.fault == expected:
        return None
    return Mismatch(
        "falha", expected, seen.fault or ended(seen, message("nenhuma falha; o valor foi {valor}", valor=told(seen.value)))
    )


def gate_as(expected: str, seen: Observed) -> Mismatch | None:
    """``portao``: the gate that refused the move."""
    if seen.gate == expected.strip().upper():
        return None
    return Mismatch("portao", expected, seen.gate or message("nenhum: o movimento passou"))


def rows_as(key: str, attribute: str, words: Mapping[str, str], main: str) -> Compare:
    """A list of records, in order: how many, the main word of each, or some words of each."""

    def compare(expected: Any, seen: Observed) -> Mismatch | None:
        found: list[dict[str, Any]] = getattr(seen, attribute)()
        obtained = listed([one_line(row) for row in found])
        if isinstance(expected, int):
            return None if len(found) == expected else Mismatch(key, str(expected), f"{len(found)}: {obtained}")
        wanted = [{main: one} if isinstance(one, str) else one for one in expected]
        if len(wanted) == len(found) and all(matches(one, row, words) for one, row in zip(wanted, found, strict=True)):
            return None
        backward = {name: word for word, name in reversed(list(words.items()))}
        bodies = any(name.startswith(("corpo", "body")) for one in wanted for name in one)
        shown = listed([one_line({backward.get(name, name): value for name, value in row.items()}, bodies) for row in found])
        return Mismatch(key, listed([one_line(row, bodies) for row in wanted]), shown)

    return compare


def matches(wanted: Mapping[str, Any], row: Mapping[str, Any], words: Mapping[str, str]) -> bool:
    """Whether a record has what is wanted of it; keys in Portuguese or as in JSON. An empty table inside means that there is
    nothing."""
    for key, value in wanted.items():
        plain_key = key.removesuffix(CONTAINS)
        name = words.get(plain_key, plain_key)
        if name not in row:
            return False
        found = row[name]
        if key.endswith(CONTAINS):
            if not isinstance(found, str) or str(value) not in in_language(found, "pt"):
                return False
            continue
        if isinstance(value, Mapping) and isinstance(found, Mapping):
            if (found and not value) or not all(inner in found and same_plain(value[inner], found[inner]) for inner in value):
                return False
        elif not same_plain(value, found):
            return False
    return True


def same_plain(expected: Any, found: Any) -> bool:
    """A TOML value against a JSON one; a text may be the beginning of a longer one when it ends in ``…``. The empty text is
    nothing."""
    if found is None:
        return bool(expected == "")
    if isinstance(expected, str) and isinstance(found, str):
        return expected == found or (expected.endswith("…") and found.startswith(expected[:-1]))
    if isinstance(expected, date):
        return isinstance(found, str) and found[:19] in {expected.isoformat()[:19], moment(expected).isoformat()}
    return bool(expected == found) or str(expected) == str(found)


def one_line(row: Mapping[str, Any], bodies: bool = False) -> str:
    """A record in one line, without its empty parts; a mail's body only when it matters."""
    shown = {
        key: value for key, value in row.items() if value not in ("", None, {}, []) and (bodies or key not in {"body", "corpo"})
    }
    return ", ".join(f"{key}={in_language(value, 'pt') if isinstance(value, str) else value}" for key, value in shown.items())


def fields_as(key: str, attribute: str) -> Compare:
    """``campos`` and ``parametros``: what they hold after the move, or what the formula set."""

    def compare(expected: Mapping[str, Any], seen: Observed) -> Mismatch | None:
        if not expected:
            made = seen.changes(attribute == "parameters")
            told_changes = listed([f"{name} = '{value}'" for name, value in made.items()])
            return Mismatch(key, message("nenhuma mudança"), told_changes) if made else None
        found = {name.upper(): value for name, value in getattr(seen, attribute)().items()}
        wrong = [
            name for name, value in expected.items() if name.upper() not in found or not same_field(value, found[name.upper()])
        ]
        if not wrong:
            return None
        shown = [
            f"{name} = {told(found[name.upper()])}" if name.upper() in found else message("{nome}: sem mudança", nome=name)
            for name in wrong
        ]
        return Mismatch(key, listed([f"{name} = {told(expected[name])}" for name in wrong]), listed(shown))

    return compare


def same_field(expected: Any, found: Any) -> bool:
    """A field's value; what a formula set is a text as it was written."""
    if isinstance(found, str) and not isinstance(expected, str):
        return display(exact(expected)) == found or str(expected) == found
    return same(expected, found)


def texts_as(key: str, attribute: str) -> Compare:
    """Each text stands in one of the lines; no text, or a number, says how many lines there are; ``contem`` and ``vezes`` in how
    many of them a text stands."""

    def compare(expected: Any, seen: Observed) -> Mismatch | None:
        found: list[str] = [in_language(line, "pt") for line in getattr(seen, attribute)()]
        obtained = "\n".join(found) if found else message("nada")
        if expected == [] or isinstance(expected, int):
            number = expected or 0
            return None if len(found) == number else Mismatch(key, str(number) if number else message("nada"), obtained)
        wanted = expected if isinstance(expected, list) else [expected]
        for one in wanted:
            if isinstance(one, Mapping):
                times, text = sum(one["contem"] in line for line in found), one["contem"]
                if times != one["vezes"]:
                    said = plural(one["vezes"], "'{texto}' {vezes} vez", "'{texto}' {vezes} vezes", texto=text, vezes=one["vezes"])
                    shown = plural(times, "{vezes} vez:\n{linhas}", "{vezes} vezes:\n{linhas}", vezes=times, linhas=obtained)
                    return Mismatch(key, said, shown)
        wanted = [one for one in wanted if isinstance(one, str)]
        missing = [text for text in wanted if not any(text in line for line in found)]
        if not missing:
            return None
        return Mismatch(key, listed([f"'{text}'" for text in missing]), obtained)

    return compare


MAIL_WORDS = {
    "para": "to",
    "de": "from",
    "copia": "cc",
    "cópia": "cc",
    "assunto": "subject",
    "corpo": "body",
    "tipo": "kind",
    "destino": "destination",
}
EFFECT_WORDS = {"tipo": "type", "texto": "text", "etapa": "step", "destino": "destination", "motivo": "reason",
                "justificativa": "justification", "campos": "fields", "parametros": "parameters", "atendimento": "ticket",
                "para": "to", "de": "from", "copia": "cc", "despertamento": "wake_up", "prazo": "deadline"}  # fmt: skip
JSON_NAMES = frozenset(field.name for kind in Effect.__subclasses__() for field in attrs.fields(kind)) | {
    "type",
    "from",
    "status",
    "reason",
}
RECORD_KEYS: Mapping[str, tuple[str, ...]] = {
    "emails": tuple(dict.fromkeys((*MAIL_WORDS, *MAIL_WORDS.values(), "type"))),
    "efeitos": tuple(dict.fromkeys((*EFFECT_WORDS, *EFFECT_WORDS.values(), *sorted(JSON_NAMES), "justification"))),
}
"""What tables of mails and effects may name, beside the same with ``_contem`` at the end."""
A_LIST = message("um número, uma lista de textos ou uma lista de tabelas")
A_TEXT = message("um texto")
TEXTS = message('um texto, uma lista de textos, um número ou {{ contem = "…", vezes = 1 }}')
A_TABLE = message("uma tabela de nomes e valores")

EXPECTED: Mapping[str, Row] = {
    "valor": Row("scalar", message("um número, texto, data ou lógico"), value_as),
    "vazio": Row("truth", message("true ou false"), empty_as),
    "destino": Row("text|integer", message('um destino, como "1;3" ou "5"'), holder_as("destination")),
    "recebedor": Row("text|integer", message('um destino, como "1;3" ou "5"'), holder_as("receiver")),
    "etapa": Row("text|integer", message("o código ou o nome de uma etapa"), step_as),
    "status": Row("text", message('um status, como "A", ou um fim, como "stopped" ou "refused"'), status_as),
    "mensagem": Row("text", A_TEXT, message_as),
    "falha": Row("text", message('o código de uma falha, como "divisao-por-zero"'), fault_as),
    "portao": Row("text", message('uma verificação, como "G8"'), gate_as),
    "emails": Row("integer|texts|tables", A_LIST, rows_as("emails", "mails", MAIL_WORDS, "to")),
    "efeitos": Row("integer|texts|tables", A_LIST, rows_as("efeitos", "effects", EFFECT_WORDS, "type")),
    "campos": Row("values", A_TABLE, fields_as("campos", "fields")),
    "parametros": Row("values", A_TABLE, fields_as("parametros", "parameters")),
    "explicacao": Row("text|texts|integer|counts", TEXTS, texts_as("explicacao", "explanation")),
    "discussao": Row("text|texts|integer|counts", TEXTS, texts_as("discussao", "entries")),
    "avisos": Row("text|texts|integer|counts", TEXTS, texts_as("avisos", "warnings")),
}
"""The keys of ``espera``."""

EXAMPLES: Mapping[str, str] = {
    "scalar": '"1;3"', "truth": "true", "text": '"…"', "integer": "1", "values": '{ NOME = "valor" }',
}  # fmt: skip
"""How a value of a shape is written."""

ENDINGS = frozenset({"falha", "mensagem", "portao", "status"})
"""Expectations that speak of an end other than success."""


def compare_all(expected: Sequence[tuple[str, Any, int]], seen: Observed) -> Iterator[Mismatch]:
    """Every expectation that was not met; an end in fault, stop or refusal that nobody expected is one too."""
    if seen.status not in GOOD_ENDS and not ENDINGS & {key for key, _, _ in expected}:
        wanted = message("que a fórmula chegue ao fim") if seen.plan is None else message("que o movimento aconteça")
        yield Mismatch("status", wanted, ended(seen, ""), expected[0][2] if expected else 0, seen.hint)
        return
    for key, value, line in expected:
        found = held(key, value, seen) if key == DENIED else EXPECTED[key].compare(value, seen)
        if found is not None:
            yield attrs.evolve(found, line=line)


DENIED = "nao"
"""The key of ``espera`` with what must not hold."""


def held(key: str, denied: Mapping[str, Any], seen: Observed) -> Mismatch | None:
    """The first of the things that must not be and is. Of several texts, addresses, tables or fields none may be there."""
    for name, value in denied.items():
        row = EXPECTED[name]
        if name in {"destino", "recebedor"} and seen.holder_of(value) is None:
            return row.compare(value, seen)
        if any(row.compare(one, seen) is None for one in alternatives(name, value, seen)):
            return Mismatch(f"{key}.{name}", message("não {valor}", valor=value), message("aconteceu"))
    return None


def alternatives(name: str, value: Any, seen: Observed) -> Iterator[Any]:
    """Each thing that a denied expectation names, as an expectation of its own."""
    if isinstance(value, Mapping) and name in {"campos", "parametros"} and value:
        yield from ({one: wanted} for one, wanted in value.items())
    elif isinstance(value, list) and value and name in {"emails", "efeitos"}:
        # one of several rows: all rows but the one asked for accept anything
        count = len(seen.mails() if name == "emails" else seen.effects())
        main = "to" if name == "emails" else "type"
        for one in value:
            wanted = one if isinstance(one, Mapping) else {main: one}
            yield from ([wanted if at == place else {} for at in range(count)] for place in range(count))
    elif isinstance(value, list) and value:
        yield from value
    else:
        yield value
