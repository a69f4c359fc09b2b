"""TOML tables to records: directory, types, tickets. References are checked in :mod:`routing.workspace.references`."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from formula.names import name_key
from formula.types import EMPTY as EMPTY_KIND
from formula.types import KIND_NAMES
from formula.values import other_number
from routing.domain.clients import plain_document
from routing.domain.model import (
    CLIENT_KINDS,
    DISTRIBUTIONS,
    EMPTY,
    NO_END,
    PARAMETER_KINDS,
    PRESENCES,
    STATUSES,
    Absence,
    Approval,
    Attendant,
    Client,
    Edge,
    Group,
    Holder,
    Node,
    Section,
    Step,
    Ticket,
    TicketType,
    attendant_holder,
    group_holder,
)
from routing.domain.people import People, people_of
from routing.domain.site import SampleFault, parameter_kinds
from routing.domain.ticket_fields import DAY, LINE, MOMENT, ROWS, TEXT, of_kind
from routing.messages import message
from routing.workspace.toml_places import Document, Path
from routing.workspace.toml_tables import READINGS_HINT, Table, kind_hint, pair, scalar_of, tables, two_readings, unknown_keys

HANDOFF_KINDS = ("atendente", "grupo", "formula", "abertura", "anterior", "manter", "rodizio", "menorcarga")
"""Kinds that every site has; :data:`routing.deciding.handoffs.KINDS` decides them, plugins add more."""


@attrs.frozen
class Origin:
    """The table a record was read from."""

    document: Document
    path: Path

    def report(self, code: str, key: str, said: Any, hint: Any = None, literal: str | None = None) -> None:
        """Add a fault at a key of the table."""
        self.document.report(code, (*self.path, key), said, hint, literal)


@attrs.define(eq=False)
class Registry:
    """Records read so far with the tables they came from, so that a second one of a key is noticed."""

    records: dict[tuple[str, str], Any] = attrs.field(factory=dict)
    origins: dict[tuple[str, str], Origin] = attrs.field(factory=dict)
    faulty: dict[str, SampleFault] = attrs.field(factory=dict)
    """Sample tickets with an error, by key, and the first one."""

    def judge(self, key: str, document: Document, seen: int) -> None:
        """Remember a sample ticket that got an error since its document had ``seen`` faults."""
        first = next((one for one in document.faults[seen:] if one.severity == "error"), None)
        if first is not None:
            self.faulty.setdefault(key, SampleFault(first.message, document.source.name, first.start.line))

    def add(self, sort: str, key: str, record: Any, table: Table) -> None:
        """Keep a record; a second of the same key is a fault at the second."""
        name = (sort, key)
        if name in self.records:
            first = self.origins[name]
            line = first.document.source.position(first.document.span(first.path).start).line
            table.document.report(
                "codigo-repetido",
                (*table.path, "codigo"),
                message(
                    "{o_que} {chave} aparece duas vezes (a primeira em {arquivo}, linha {linha})",
                    o_que=SORTS[sort],
                    chave=key,
                    arquivo=first.document.source.name,
                    linha=line,
                ),
                message("dê outro código a um dos dois"),
            )
            return
        self.records[name] = record
        self.origins[name] = Origin(table.document, table.path)

    def of(self, sort: str) -> list[Any]:
        """All records of a sort, in order."""
        return [record for (kind, _), record in self.records.items() if kind == sort]


SORTS = {
    "attendant": message("o atendente"),
    "group": message("o grupo"),
    "node": message("o nó de hierarquia"),
    "section": message("a seção"),
    "client": message("o cliente"),
    "coligada": message("a coligada"),
    "requisition": message("a requisição"),
    "type": message("o tipo de atendimento"),
    "ticket": message("o atendimento"),
}


def directory_keys() -> tuple[str, ...]:
    """The arrays of tables of a directory file."""
    return ("coligada", "atendente", "grupo", "hierarquia", "secao", "cliente", "requisicao")


def read_directory(document: Document, registry: Registry, data: Mapping[str, Any] | None = None, path: Path = ()) -> None:
    """Read the directory tables of a document, or those below ``path`` (the context file's ``[diretorio]``)."""
    whole = document.data if data is None else data
    unknown_keys(document, path, whole, directory_keys())
    for key, reader in READERS.items():
        for table in tables(document, key, path, whole):
            reader(table, registry)
            table.finish()


def directory_people(registry: Registry) -> People:
    """The people of a registry, indexed."""
    return people_of(
        attendants=registry.of("attendant"),
        groups=registry.of("group"),
        nodes=registry.of("node"),
        sections=registry.of("section"),
        clients=registry.of("client"),
        coligadas=dict(registry.of("coligada")),
        requisitions=dict(registry.of("requisition")),
    )


def read_coligada(table: Table, registry: Registry) -> None:
    """``[[coligada]]``."""
    code = table.integer("codigo", required=True, least=1)
    name = table.text("nome")
    if code is not None:
        registry.add("coligada", str(code), (code, name), table)


def read_attendant(table: Table, registry: Registry) -> None:
    """``[[atendente]]``; who is ``ausente`` without days is so from ever on."""
    status = table.word("situacao", PRESENCES, "disponivel")
    coligada, code = table.integer("coligada", required=True, least=1), table.integer("codigo", required=True, least=1)
    made = Attendant(
        coligada=coligada or 0,
        code=code or 0,
        name=table.text("nome", required=True),
        email=table.text("email"),
        user=table.text("usuario"),
        active=table.truth("ativo", True),
        absence=read_absence(table) or (Absence(date.min, NO_END) if status == "ausente" else None),
        chief=table.key_pair("chefe"),
        level=table.integer("nivel", 0),
        rights=frozenset(right.strip().lower() for right in table.texts("direitos")),
        section=section_key(table, coligada),
        status=status,
    )
    if coligada and code:
        registry.add("attendant", made.key, made, table)


def section_key(table: Table, coligada: int | None) -> str | None:
    """``secao`` of an attendant: ``01.02`` of the own coligada, or ``1;01.02``."""
    written = table.text("secao")
    if not written:
        return None
    return written if ";" in written else f"{coligada};{written}"


def read_absence(table: Table) -> Absence | None:
    """``ausente = { de, ate, substituto }``."""
    inner = table.inner("ausente")
    if inner is None:
        return None
    start, end = inner.day("de", required=True), inner.day("ate", required=True)
    substitute = inner.key_pair("substituto")
    inner.finish()
    if start is None or end is None:
        return None
    if end < start:
        inner.document.report(
            "valor-invalido",
            inner.path,
            message("a ausência termina ({ate}) antes de começar ({de})", de=start, ate=end),
        )
    return Absence(start, end, substitute)


def read_group(table: Table, registry: Registry) -> None:
    """``[[grupo]]``."""
    coligada, code = table.integer("coligada", required=True, least=1), table.integer("codigo", required=True, least=1)
    made = Group(
        coligada=coligada or 0,
        code=code or 0,
        name=table.text("nome", required=True),
        members=table.pairs("membros"),
        email=table.text("email"),
        distribution=table.word("distribuicao", DISTRIBUTIONS, "fila"),
        attendant=table.key_pair("atendente"),
    )
    if coligada and code:
        registry.add("group", made.key, made, table)


def read_node(table: Table, registry: Registry) -> None:
    """``[[hierarquia]]``; the name is for people only."""
    coligada, code = table.integer("coligada", required=True, least=1), table.integer("codigo", required=True, least=1)
    table.text("nome")
    made = Node(coligada=coligada or 0, code=code or 0, parent=table.key_pair("superior"), occupants=table.pairs("ocupantes"))
    if coligada and code:
        registry.add("node", made.key, made, table)


def read_section(table: Table, registry: Registry) -> None:
    """``[[secao]]``."""
    coligada, code = table.integer("coligada", required=True, least=1), table.code("codigo")
    table.text("nome")
    made = Section(
        coligada=coligada or 0,
        code=code,
        parent=table.text("pai") or None,
        chief=table.key_pair("chefe"),
        role=table.text("funcao"),
    )
    if coligada and code:
        registry.add("section", made.key, made, table)


def read_client(table: Table, registry: Registry) -> None:
    """``[[cliente]]``; ``contatos`` maps a contact's code to its address (S:91-97), or to ``{ nome, email }``."""
    kind, code = table.word("tipo", CLIENT_KINDS, "cliente"), table.code("codigo")
    contacts, names = read_contacts(table)
    made = Client(
        kind=kind,
        code=code,
        name=table.text("nome"),
        email=table.text("email"),
        person_email=table.text("email_pessoa"),
        contact_emails=contacts,
        contact_names=names,
        document=plain_document(table.text("documento")),
        active=table.truth("ativo", True),
    )
    if code:
        registry.add("client", made.key, made, table)


def read_contacts(table: Table) -> tuple[dict[str, str], dict[str, str]]:
    """Addresses and names of a client's contacts, by code."""
    emails: dict[str, str] = {}
    names: dict[str, str] = {}
    for code, value in table.mapping("contatos").items():
        known = value if isinstance(value, Mapping) else {"email": value}
        wrong = [name for name in known if name not in {"nome", "email"} or not isinstance(known[name], str)]
        if wrong:
            said = message("o contato '{codigo}' se escreve como um endereço, ou com nome e email", codigo=code)
            table.document.report("valor-invalido", (*table.path, "contatos", code), said)
            continue
        emails[code] = known.get("email", "")
        names |= {code: known["nome"]} if known.get("nome") else {}
    return emails, names


def read_requisition(table: Table, registry: Registry) -> None:
    """``[[requisicao]]``: the section where a staff request began."""
    coligada, code = table.integer("coligada", required=True, least=1), table.integer("codigo", required=True, least=1)
    section = table.text("secao", required=True)
    if coligada and code:
        registry.add("requisition", f"{coligada};{code}", (f"{coligada};{code}", section), table)


READERS = {
    "coligada": read_coligada,
    "atendente": read_attendant,
    "grupo": read_group,
    "hierarquia": read_node,
    "secao": read_section,
    "cliente": read_client,
    "requisicao": read_requisition,
}


def read_type(document: Document, registry: Registry, kinds: tuple[str, ...] = HANDOFF_KINDS) -> None:
    """One file of ``tipos/``: a ticket type with its steps and flow."""
    table = Table(document, (), document.data, {"etapa", "fluxo"})
    steps = read_steps(document, kinds)
    made = type_of(table, steps, read_edges(document, steps), kinds)
    table.finish()
    if made.code:
        registry.add("type", str(made.code), made, table)


def type_of(table: Table, steps: tuple[Step, ...], edges: tuple[Edge, ...], kinds: tuple[str, ...] = HANDOFF_KINDS) -> TicketType:
    """The keys of a type's own table."""
    return TicketType(
        code=table.integer("codigo", 0, required=True, least=1),
        name=table.text("nome", required=True),
        handoff=handoff_kind(table, kinds) or "manter",
        receiver=table.text("destino") or None,
        formula=table.text("formula") or None,
        steps=steps,
        edges=edges,
        parameters=read_parameters(table),
        grants=frozenset(grant.strip().lower() for grant in table.texts("concessoes")),
        opening_mail=table.truth("email_abertura", False),
        group=table.key_pair("grupo"),
    )


def handoff_kind(table: Table, kinds: tuple[str, ...]) -> str | None:
    """``repasse``; without it, a formula or a fixed receiver tells the kind."""
    found: str | None = table.word("repasse", kinds)
    if found is None and "repasse" not in table.data:
        if table.data.get("formula"):
            return "formula"
        written = table.data.get("destino")
        if isinstance(written, str) and written:
            return "atendente" if ";" in written else "grupo"
    return found


def read_steps(document: Document, kinds: tuple[str, ...]) -> tuple[Step, ...]:
    """All ``[[etapa]]``; a rejection may lead to any of them, by code or name."""
    found = list(tables(document, "etapa"))
    steps = [read_step(table, kinds) for table in found]
    codes = {name: step.code for step in steps for name in (str(step.code), name_key(step.name))}
    return tuple(read_approval(table, step, codes) for table, step in zip(found, steps, strict=True))


def read_approval(table: Table, step: Step, codes: Mapping[str, int]) -> Step:
    """``aprovacao = { por, regra, veto, ao_rejeitar }``: the step with it."""
    inner = table.inner("aprovacao")
    if inner is None:
        if "aprovacao" in table.data and table.data["aprovacao"] == {}:
            table.wrong("aprovacao", message("a chave 'por', com quem aprova"), {})
        return step
    by = tuple(dict.fromkeys(pair(text) or text.strip() for text in inner.texts("por")))
    rule = read_rule(inner, len(by))
    veto, written = inner.truth("veto", False), inner.value("ao_rejeitar", False)
    on_reject = None if written is None or written == "C" else codes.get(name_key(str(written)))
    if on_reject is None and written not in (None, "C"):
        hint = message("as etapas são: {lista}", lista=", ".join(f"'{name}'" for name in codes if not name.isdecimal()))
        inner.wrong("ao_rejeitar", message('uma etapa do tipo, ou "C"'), written, hint)
    if not by and inner.data.get("por") in (None, []):
        inner.document.report(
            "chave-ausente",
            inner.path,
            message("a aprovação da etapa '{etapa}' não diz quem aprova", etapa=step.name),
            message('escreva por = ["1;3", "5"], com atendentes e grupos'),
        )
    inner.finish()
    return attrs.evolve(step, approval=Approval(by=by, rule=rule, veto=veto, on_reject=on_reject)) if by else step


def read_rule(table: Table, most: int) -> str:
    """``regra``: todos, qualquer, or how many; at most as many as there are. Where nobody is named, that is the fault told."""
    written = table.value("regra", False)
    text = "todos" if written is None else str(written).strip().lower()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < LONG_NUMBER else None
    if text in ("todos", "qualquer") or (number is not None and 1 <= number <= max(most, 1)):
        return text if number is None else str(number)
    if not most and number:
        return "todos"
    hint = message('escreva regra = "todos", ou tire a chave, que vale o mesmo')
    table.wrong("regra", message('"todos", "qualquer" ou um número de 1 a {quantos}', quantos=most), written, hint)
    return "todos"


LONG_NUMBER = 4
"""No list of people is as long as a number of so many digits."""


def read_step(table: Table, kinds: tuple[str, ...]) -> Step:
    """``[[etapa]]``; its approval is read when all steps are known."""
    made = Step(
        code=table.integer("codigo", 0, required=True, least=1),
        name=table.text("nome", required=True),
        entry=table.truth("entrada", False),
        possible_entry=table.truth("entrada_possivel", False),
        handoff=handoff_kind(table, kinds),
        receiver=table.text("destino") or None,
        formula=table.text("formula") or None,
        required=upper(table.texts("obrigatorios")),
        required_on_exit=upper(table.texts("obrigatorios_ao_sair")),
        invisible=frozenset(upper(table.texts("invisiveis"))),
        read_only=frozenset(upper(table.texts("somente_leitura"))),
        on_entry=table.texts("ao_entrar"),
        on_exit=table.texts("ao_sair"),
        on_conclude=table.word("ao_concluir", ("R", "O", "F")),
        status_on_entry=table.word("status_ao_entrar", STATUSES),
        duration=table.integer("duracao", least=1),
        reminder=table.integer("lembrete", least=1),
        when_due=table.texts("ao_vencer"),
        order=table.integer("ordem", table.path[-1] if isinstance(table.path[-1], int) else 0),
        self_approval=None if table.value("aprovacao_propria", False) is None else table.truth("aprovacao_propria", True),
    )
    table.known |= {"aprovacao", "aprovacao_propria"}
    table.finish()
    return made


def upper(names: tuple[str, ...]) -> tuple[str, ...]:
    """Field names without blanks, in upper case (L1)."""
    return tuple(name_key(name) for name in names)


def read_edges(document: Document, steps: tuple[Step, ...]) -> tuple[Edge, ...]:
    """``[[fluxo]]``; an end that is no step of the type, or an edge written twice, is a fault."""
    known = {step.code for step in steps}
    made: list[Edge] = []
    for table in tables(document, "fluxo"):
        ends = {key: table.integer(key, required=True, least=1) for key in ("de", "para")}
        table.finish()
        for key, code in ends.items():
            if code is not None and code not in known:
                document.report(
                    "etapa-desconhecida",
                    table.at(key),
                    message("o fluxo usa a etapa {codigo}, que o tipo não tem", codigo=code),
                    message("as etapas são: {lista}", lista=", ".join(f"{step.code} {step.name}" for step in steps)),
                )
        edge = Edge(ends["de"] or 0, ends["para"] or 0)
        if edge in made:
            document.report("codigo-repetido", table.path, message("este fluxo já foi escrito acima"))
        elif edge.from_step in known and edge.to_step in known:
            made.append(edge)
    return tuple(made)


def plain_word(text: str) -> str:
    """Lower case without accents: ``Lógico`` is ``logico``."""
    split = unicodedata.normalize("NFD", text.strip().lower())
    return "".join(char for char in split if not unicodedata.combining(char))


def read_parameters(table: Table) -> dict[str, str]:
    """``parametros = { VALOR = "Real" }``; names in upper case, kinds as in :data:`PARAMETER_KINDS`."""
    made: dict[str, str] = {}
    for name, written in table.mapping("parametros").items():
        kind = plain_word(written) if isinstance(written, str) else ""
        told_twice(table, "parametros", name, made)
        if kind not in PARAMETER_KINDS:
            table.document.report(
                "valor-invalido",
                (*table.at("parametros"), name),
                message(
                    "o parâmetro '{nome}' precisa de um destes tipos: {lista}",
                    nome=name,
                    lista="Inteiro, String, Real, Data, Texto, Lógico",
                ),
                message('escreva {nome} = "Real", ou outro dos tipos', nome=name),
            )
        else:
            made[name_key(name)] = kind
    return made


def read_tickets(
    document: Document,
    registry: Registry,
    types: Mapping[int, TicketType],
    extra: Mapping[str, int] = EMPTY,
) -> None:
    """One file of ``atendimentos/``."""
    unknown_keys(document, (), document.data, ("atendimento",))
    for table in tables(document, "atendimento"):
        seen = len(document.faults)
        ticket = read_ticket(table, types, extra)
        table.finish()
        if ticket.coligada and ticket.locality and ticket.code:
            registry.add("ticket", ticket.key, ticket, table)
            registry.judge(ticket.key, document, seen)


def read_ticket(table: Table, types: Mapping[int, TicketType], extra: Mapping[str, int] = EMPTY) -> Ticket:
    """One ``[[atendimento]]``, or the ``atendimento`` table of a case. ``extra`` are the declared kinds of extra fields."""
    kind = types.get(table.integer("tipo", 0, required=True, least=1))
    texts: dict[str, Any] = {name: table.text(key) for key, name in TEXT_KEYS.items() if key not in CLOSED_KEYS}
    for key, (name, allowed) in CLOSED_KEYS.items():
        texts[name] = table.word(key, allowed, NATURAL.get(name, ""))
    moments: dict[str, Any] = {name: table.moment(key) for key, name in MOMENT_KEYS.items()}
    opener = table.key_pair("aberto_por") or ""
    status = table.word("status", STATUSES, "")
    return Ticket(
        coligada=table.integer("coligada", 0, required=True, least=1),
        locality=table.integer("localidade", 0, required=True, least=1),
        code=table.integer("codigo", 0, required=True, least=1),
        type=table.data.get("tipo", 0) if isinstance(table.data.get("tipo"), int) else 0,
        version=table.integer("versao", 1 if status else 0),
        step=table.integer("etapa", required=bool(status), least=1),
        status=status,
        opener=opener,
        holder=read_holder(table, opener if status else ""),
        contact_owner=table.key_pair("responsavel_contato") or "",
        schedule_count=table.integer("agendamentos", 0),
        access_level=table.integer("nivel", 0),
        voicemail=table.integer("caixa_postal", 0),
        requisition=table.integer("requisicao"),
        parameters=read_values(table, "parametros", parameter_kinds(kind) if kind else {}),
        fields=read_values(table, "campos", field_kinds(extra)),
        **texts,
        **moments,
    )


TEXT_KEYS = {row.key: row.attribute for row in ROWS if row.key and row.kind in {LINE, TEXT} and row.attribute != "status"}
CLOSED_KEYS = {
    row.key: (row.attribute, row.allowed) for row in ROWS if row.key and row.allowed and row.attribute != "contact_origin"
}
"""Fields whose closed list the reader minds; an unknown origin of a contact is told with the other names nobody has."""
NATURAL = {"priority": "Normal"}
"""What a ticket of a file has when the file does not say."""
MOMENT_KEYS = {row.key: row.attribute for row in of_kind(MOMENT, DAY) if row.key}


def read_holder(table: Table, opener: str) -> Holder | None:
    """``atendente`` or ``grupo``; an opened ticket without either is with its opener."""
    person, group = table.key_pair("atendente"), table.key_pair("grupo")
    if person and group:
        table.document.report(
            "valor-invalido",
            table.at("grupo"),
            message("um atendimento está com um atendente ou na fila de um grupo, não com os dois"),
        )
    if group and not person:
        return group_holder(group)
    person = person or opener
    return attendant_holder(person) if person else None


def read_values(table: Table, key: str, kinds: Mapping[str, str]) -> dict[str, Any]:
    """Parameters or extra fields, by the kinds that their type or site declares, any scalar without; names in upper case."""
    made: dict[str, Any] = {}
    for name, value in table.mapping(key).items():
        plain = name_key(name)
        told_twice(table, key, name, made)
        written = kinds.get(plain)
        wanted = written or natural(value)
        fits, scalar = scalar_of(value, wanted, table.document.zone)
        if not fits:
            said = message("'{nome}' é do tipo {tipo}, mas o valor é {valor}", nome=name, tipo=wanted, valor=repr(value))
            twice = two_readings(value) if wanted == "numero" else None
            hint = READINGS_HINT if twice else other_number(value) if isinstance(value, str) and wanted == "numero" else None
            hint = hint or kind_hint(name, wanted)
            table.document.report("valor-invalido", (*table.at(key), name), twice or said, hint, literal=name)
        made[plain] = scalar
    return made


def told_twice(table: Table, key: str, name: str, made: Mapping[str, Any]) -> None:
    """Report a name that is there already, perhaps in other letter case: which of two values counts nobody could say."""
    if name_key(name) in made:
        said = message("'{nome}' aparece duas vezes em '{chave}'", nome=name, chave=key)
        table.document.report("codigo-repetido", (*table.at(key), name), said, message("deixe um só; maiúsculas não o distinguem"))


def field_kinds(extra: Mapping[str, int]) -> dict[str, str]:
    """The kinds of extra fields that are of one kind, by name."""
    return {name: KIND_NAMES[kinds & ~EMPTY_KIND] for name, kinds in extra.items() if kinds & ~EMPTY_KIND in KIND_NAMES}


def natural(value: object) -> str:
    """The kind a TOML value has by itself."""
    if isinstance(value, bool):
        return "logico"
    if isinstance(value, int | float):
        return "numero"
    return "texto" if isinstance(value, str) else "data"
