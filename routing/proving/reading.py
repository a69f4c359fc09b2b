"""Reading ``propriedades/*.toml``: every fault with its line; what is sound stays usable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import attrs

from formula.decoding import decode
from formula.diagnostics import Diagnostic, FormulaError, place
from formula.messages import Message
from formula.source import Source, Span
from routing.deciding.ticket_fields import NUMBER_FIELDS, TEXT_FIELDS
from routing.domain.access import ACT, HAND_OFF, LINK_CLIENT, REOPEN
from routing.domain.addresses import one_address
from routing.domain.flow import CLOCK, TRANSITIONS, find_step
from routing.domain.model import STATUSES, TicketType
from routing.domain.names import action_hint
from routing.domain.people import People
from routing.domain.site import Site
from routing.errors import FileFaults
from routing.messages import message
from routing.proving.property import EVENTS, Event, Property, Until
from routing.workspace.toml_places import Document, read
from routing.workspace.toml_tables import Table, pair, tables, unknown_keys

FOLDER = "propriedades"
CODE = "propriedade-invalida"
VERBS: Mapping[str, str] = {
    "abrir": "open",
    "avancar": "advance",
    "repassar": "handoff",
    "devolver": "return",
    "agendar": "schedule",
    "agendado-respondido": "scheduled-answered",
    "concluir": "conclude",
    "concluido-respondido": "concluded-answered",
    "concluido-confirmado": "concluded-confirmed",
    "aguardar": "wait",
    "retomar": "resume",
    "cancelar": "cancel",
    "apropriar": "claim",
    "aprovar": "approve",
    "rejeitar": "reject",
    "mudar": "change",
    "anotar": "note",
    "vencer": "expire",
    "despertar": "wake",
    "lembrar": "remind",
    "prazo": "deadline",
}
"""Verbs of moves without accents."""


@attrs.frozen(eq=False)
class PropertyFile:
    """The properties of a file, and its faults."""

    path: Path
    properties: tuple[Property, ...]
    faults: tuple[Diagnostic, ...]


def read_properties(site: Site, folder: Path) -> list[PropertyFile]:
    """Every file of properties of a workspace. Never raises for what the files hold."""
    names: dict[str, None] = {}
    return [read_file(site, folder, path, names) for path in sorted((folder / FOLDER).glob("**/*.toml")) if path.is_file()]


def property_faults(files: list[PropertyFile]) -> list[FileFaults]:
    """The faults, by file."""
    return [(one.path, list(one.faults)) for one in files if one.faults]


def read_file(site: Site, folder: Path, path: Path, names: dict[str, None]) -> PropertyFile:
    """One file."""
    try:
        text, noticed = decode(path.read_bytes())
    except OSError as error:
        said = message("o arquivo não pode ser lido: {motivo}", motivo=error.strerror or "")
        return PropertyFile(path, (), (place(Source("", str(path)), Span(0, 0), "arquivo-ilegivel", "error", said),))
    document = read(text, path.relative_to(folder).as_posix())
    if document.faults:
        return PropertyFile(path, (), (*noticed, *document.faults))
    made: list[Property] = []
    unknown_keys(document, (), document.data, ("propriedade",))
    for table in tables(document, "propriedade"):
        made += Reader(site, table, path, names).read()
    return PropertyFile(path, tuple(made), (*noticed, *document.faults))


@attrs.define(eq=False)
class Reader:
    """One ``[[propriedade]]``."""

    site: Site
    table: Table
    path: Path
    names: dict[str, None]

    @property
    def document(self) -> Document:
        """The file."""
        return self.table.document

    def wrong(self, key: str, said: Message, hint: Message | None = None) -> None:
        """A fault at a key; ``sempre.passa`` is a key of a table."""
        self.document.report(CODE, (*self.table.path, *key.split(".")), said, hint)

    def read(self) -> Iterator[Property]:
        """The property, once for each thing it expects; nothing when it is faulty."""
        before = len([one for one in self.document.faults if one.severity == "error"])
        table = self.table
        name = table.text("nome", required=True).strip()
        kind = self.type()
        when = table.text("quando")
        table.known |= {"sempre", "nunca", "ate", "acoes", "menos"}
        wanted = [(key, table.data[key]) for key in ("sempre", "nunca") if key in table.data]
        table.finish()
        if name and name.lower() in self.names:
            self.wrong(
                "nome", message("já existe uma propriedade chamada '{nome}'", nome=name), message("dê outro nome a uma delas")
            )
        self.names.setdefault(name.lower())
        if not wanted:
            self.document.report(
                CODE,
                table.path,
                message("a propriedade não diz o que espera"),
                message('escreva sempre = {{ passa = "…" }} ou nunca = {{ … }}'),
            )
        if kind is None:
            return
        self.condition(kind, when)
        until = self.until(kind)
        actions, without = self.actions("acoes"), self.actions("menos")
        events = [(key == "sempre", one) for key, value in wanted for one in self.events(kind, key, value)]
        for always, one in events:
            if always and any((one.kind, one.wanted) == (other.kind, other.wanted) for sort, other in events if not sort):
                self.wrong(
                    "nunca",
                    message("a propriedade se contradiz: espera '{chave}' sempre e nunca", chave=one.kind),
                    message("deixe só uma das duas"),
                )
        if len([one for one in self.document.faults if one.severity == "error"]) > before or not name:
            return
        where = self.document.source.position(self.document.span(self.table.path).start)
        for always, one in events:
            shown = name if len(events) == 1 else f"{name} ({one.kind})"
            yield Property(
                name=shown, type=kind.code, event=one, always=always, when=when, until=until, actions=actions, without=without,
                path=self.path, line=where.line, column=where.column,
            )  # fmt: skip

    def type(self) -> TicketType | None:
        """``tipo``: a code or a name; may be left out where there is one type only."""
        value = self.table.value("tipo", False)
        types = self.site.types
        listed = ", ".join(f"{code} {kind.name}" for code, kind in types.items())
        if value is None:
            if len(types) == 1:
                return next(iter(types.values()))
            self.document.report(
                CODE,
                self.table.path,
                message("a propriedade não diz de que tipo fala"),
                message("escreva tipo = …; os tipos são: {lista}", lista=listed),
            )
            return None
        found = types.get(value) if isinstance(value, int) else None
        if found is None and isinstance(value, str):
            found = next(
                (one for one in types.values() if one.name.lower() == value.strip().lower() or str(one.code) == value.strip()), None
            )
        if found is None:
            self.wrong(
                "tipo", message("o tipo {tipo} não existe no ambiente", tipo=value), message("os tipos são: {lista}", lista=listed)
            )
        return found

    def condition(self, kind: TicketType, text: str) -> None:
        """``quando``: a condition of the formula language, without errors."""
        from routing.proving.proving import condition_rule

        if not text.strip():
            return
        try:
            rule = condition_rule(self.site, kind, text)
        except FormulaError as error:
            first = next(one for one in error.diagnostics if one.severity == "error")
            self.wrong("quando", message("a condição tem um erro: {erro}", erro=first.message), first.hint)  # type: ignore[arg-type]
            return
        statements = rule.tree.statements
        from formula.reading.tree import Evaluate
        from formula.types import EMPTY, LOGICAL, NUMBER

        single = len(statements) == 1 and isinstance(statements[0], Evaluate)
        kinds = rule.checked.kinds.get(id(statements[0].expression), LOGICAL) if single else 0  # type: ignore[union-attr]
        if not single or not kinds & (LOGICAL | NUMBER | EMPTY):
            self.wrong(
                "quando", message("'quando' precisa ser uma condição"), message("por exemplo VALOR > 20000 E PRIORIDADE = 'Alta'")
            )

    def until(self, kind: TicketType) -> Until | None:
        """``ate``: a status letter or a step."""
        value = self.table.data.get("ate")
        if value is None:
            return None
        text = str(value).strip()
        if isinstance(value, str) and text.upper() in STATUSES and find_step(self.site, kind.code, text) is None:
            return Until(status=text.upper(), written=text.upper())
        step = self.step(kind, "ate", value)
        return None if step is None else Until(step=step, written=self.step_name(kind, step))

    def step_name(self, kind: TicketType, code: int) -> str:
        """A step's name."""
        return next(step.name for step in kind.steps if step.code == code)

    def step(self, kind: TicketType, key: str, value: Any) -> int | None:
        """A step by code or name."""
        found = find_step(self.site, kind.code, value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        if found is None:
            self.wrong(
                key,
                message("o tipo '{tipo}' não tem a etapa '{etapa}'", tipo=kind.name, etapa=value),
                message("as etapas são: {lista}", lista=", ".join(f"{step.code} '{step.name}'" for step in kind.steps)),
            )
            return None
        return found.code

    def actions(self, key: str) -> tuple[str, ...]:
        """``acoes``: the moves that ways may have; ``menos``: those that they do not."""
        made: list[str] = []
        for word in self.table.texts(key):
            plain = word.strip().lower().replace("ç", "c").replace("í", "i")
            action = VERBS.get(plain, plain)
            if action not in (*TRANSITIONS, *CLOCK):
                self.wrong(
                    key,
                    message("a ação '{acao}' não existe", acao=word),
                    action_hint(word),
                )
            made.append(action)
        return tuple(made)

    def events(self, kind: TicketType, key: str, value: Any) -> list[Event]:
        """What ``sempre`` or ``nunca`` says."""
        if isinstance(value, str):
            value = {value: True}
        if not isinstance(value, Mapping) or not value:
            self.wrong(key, message("'{chave}' precisa de uma tabela", chave=key), message('por exemplo {{ passa = "Diretoria" }}'))
            return []
        made: list[Event] = []
        for word, wanted in value.items():
            if word not in EVENTS:
                near = get_close_matches(word, list(EVENTS), 1)
                self.wrong(
                    f"{key}.{word}",
                    message("'{palavra}' não é o que se pode esperar de um atendimento", palavra=word),
                    message("você quis dizer '{perto}'?", perto=near[0])
                    if near
                    else message("pode ser: {lista}", lista=", ".join(EVENTS)),
                )
                continue
            found = self.event(kind, f"{key}.{word}", word, wanted)
            if found is not None:
                made.append(found)
        return made

    def event(self, kind: TicketType, key: str, word: str, wanted: Any) -> Event | None:
        """One thing that may happen."""
        written = str(wanted).strip()
        if word in {"falha", "sem_destino"}:
            if wanted is True:
                return Event(word)
            code = written.upper()
            if code in self.site.formulas:
                return Event(word, code, written)
            self.wrong(
                key,
                message("a fórmula '{codigo}' não existe no ambiente", codigo=written),
                message("escreva {palavra} = true, ou o código de uma fórmula", palavra=word),
            )
            return None
        if not written:
            self.wrong(key, message("'{palavra}' precisa dizer o quê", palavra=word))
            return None
        if word == "passa":
            step = self.step(kind, key, wanted)
            return None if step is None else Event(word, str(step), self.step_name(kind, step))
        if word == "termina":
            if written.upper() not in STATUSES:
                self.wrong(
                    key,
                    message("'{texto}' não é um status", texto=written),
                    message("os status são: {lista}", lista=" ".join(STATUSES)),
                )
                return None
            return Event(word, written.upper(), written.upper())
        if word == "recebe":
            who = receiver(self.site.people, self.site.coligada, written)
            if who is None:
                near = nearest_name(self.site.people, written)
                self.wrong(
                    key,
                    message("ninguém no diretório é '{texto}'", texto=written),
                    message("você quis dizer '{perto}'?", perto=near)
                    if near
                    else message("escreva um nome, um usuário, '1;3', um grupo, 'abertura', 'ausente' ou 'direito:repassar'"),
                )
            elif who.startswith("direito:"):
                return self.right(key, who, written)
            return None if who is None else Event(word, who, written)
        if word == "muda":
            return self.field(kind, key, written)
        if word == "email" and one_address(written) is None:
            self.wrong(key, message("'{texto}' não é um endereço de e-mail", texto=written))
            return None
        return Event(word, written, written)

    def right(self, key: str, who: str, written: str) -> Event | None:
        """Somebody with a right: one that there is, or that somebody has."""
        wanted = who.partition(":")[2]
        known = {
            ACT,
            HAND_OFF,
            REOPEN,
            LINK_CLIENT,
            *(one for person in self.site.people.attendants.values() for one in person.rights),
        }
        if wanted in known or wanted.startswith(f"{HAND_OFF}:"):
            return Event("recebe", who, written)
        near = get_close_matches(wanted, sorted(known), 1)
        self.wrong(
            key,
            message("o direito '{direito}' não existe", direito=wanted),
            message("você quis dizer '{perto}'?", perto=near[0])
            if near
            else message("pode ser: {lista}", lista=", ".join(sorted(known))),
        )
        return None

    def field(self, kind: TicketType, key: str, written: str) -> Event | None:
        """A field or parameter."""
        name = written.upper()
        bare = name.removeprefix("PARAMETRO.")
        if bare in {one.upper() for one in kind.parameters}:
            return Event("muda", f"parametro:{bare}", written)
        if name in TEXT_FIELDS or name in NUMBER_FIELDS or name in self.site.extra_fields:
            return Event("muda", f"campo:{name}", written)
        self.wrong(
            key,
            message("o tipo '{tipo}' não tem o campo nem o parâmetro '{nome}'", tipo=kind.name, nome=written),
            message("os parâmetros são: {lista}", lista=", ".join(kind.parameters) or "–"),
        )
        return None


def nearest_name(people: People, written: str) -> str | None:
    """The name of a person or group that is written most like a text."""
    listed = [*(one.name for one in people.attendants.values()), *(one.name for one in people.groups.values())]
    names = {name.lower(): name for name in listed}
    near = get_close_matches(written.strip().lower(), list(names), 1, 0.7)
    return names[near[0]] if near else None


def receiver(people: People, coligada: int, written: str) -> str | None:
    """Who is meant by a text: ``pessoa:1;3``, ``grupo:1;5``, ``abertura``, ``ausente``, ``direito:repassar``; None for nobody."""
    text = written.strip()
    low = text.lower()
    if low in {"abertura", "quem abriu", "ausente"}:
        return "ausente" if low == "ausente" else "abertura"
    if low.startswith("direito:"):
        return f"direito:{text.partition(':')[2].strip().lower()}"
    group = text.partition(":")[2].strip() if low.startswith("grupo:") else None
    key = pair(group or text)
    if group is None and key in people.attendants:
        return f"pessoa:{key}"
    if group is None:
        named = [one.key for one in people.attendants.values() if low in {one.name.lower(), one.user.lower() or None}]
        if len(named) == 1:
            return f"pessoa:{named[0]}"
        if named:
            return None
    wanted = (group or text).lower()
    for one in people.groups.values():
        if wanted in {one.name.lower(), str(one.code) if one.coligada == coligada else None, one.key}:
            return f"grupo:{one.key}"
    return None
