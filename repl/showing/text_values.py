"""What a text of a formula may say at its place, by the site: who may receive, the steps, the values of a field; and what such
a text means. For every face where formulas are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from formula.destinations import parse_destination
from formula.editing.assist import VALUE, Completion, Proposal
from formula.editing.text_roles import DESTINATION, STEP, VALUE_OF, TextRole
from formula.messages import Message
from formula.names import name_key
from formula.schema import Schema
from formula.values import display
from repl.messages import message
from routing.domain.flow import STATUS_NAMES
from routing.domain.model import Attendant, Group, Step, Ticket, TicketType, attendant_holder, group_holder
from routing.domain.names import plain
from routing.domain.people import People, resolve, shown_day
from routing.domain.site import Site, parameter_kinds, types_using
from routing.domain.ticket_fields import BY_FORMULA_NAME, PERSON

MOST_PROPOSED = 200
"""Proposals at once; who has more types a letter of the name."""

MOST_LOOKED_AT = 500
"""Sample tickets that are looked at for the values of a field."""

PEOPLE_FIELDS = frozenset({row.formula for row in BY_FORMULA_NAME.values() if row.kind == PERSON} | {"ATENDENTE"})


def types_of(site: Site, code: str) -> list[TicketType]:
    """The types whose tickets a formula runs for; all of them when nothing says which."""
    return types_using(site, code) or list(site.types.values())


def with_parameters(schema: Schema, site: Site, code: str) -> Schema:
    """The names a formula may use, with the parameters of its types, for proposals alone."""
    parameters: dict[str, str | int] = {}
    for kind in types_of(site, code):
        parameters |= parameter_kinds(kind)
    return Schema(
        schema.fields, parameters, schema.functions, schema.formulas, schema.sentences, schema.contexts, schema.table,
        schema.handoff_by_formula, schema.strict, schema.domains,
    )  # fmt: skip


def with_site(found: Completion, site: Site, code: str, now: datetime) -> Completion:
    """The proposals for a text, with those that the site knows; others stay as they are."""
    if found.text is None or found.text.role not in ROLES:
        return found
    typed = plain(found.text.typed)
    fitting = (one for one in ROLES[found.text.role](site, found.text, code, now) if typed in plain(one.label))
    return Completion(found.span, tuple(islice(fitting, MOST_PROPOSED)), found.text)


def destinations(site: Site, _role: TextRole, _code: str, now: datetime) -> Iterator[Proposal]:
    """Who may receive: active people, then groups. A group's code counts in the coligada of the ticket."""
    yield from people(site, now)
    for group in site.people.groups.values():
        detail = message("grupo da coligada {coligada}", coligada=group.coligada)
        yield Proposal(f"{group.code} {group.name}", str(group.code), VALUE, detail, members(site.people, group))


def people(site: Site, now: datetime) -> Iterator[Proposal]:
    """Active people by key and name."""
    for person in site.people.attendants.values():
        if person.active:
            yield Proposal(f"{person.key} {person.name}", person.key, VALUE, presence(site.people, person, now))


def presence(directory: People, person: Attendant, now: datetime) -> Message:
    """Whether somebody receives what is handed over now."""
    if not person.active:
        return message("cadastro inativo: não recebe")
    absence = person.absence
    if absence is None or not absence.covers(now.date()):
        return message("atendente, presente")
    if absence.substitute is None:
        return message("ausente até {ate}, sem substituto", ate=shown_day(absence.end))
    return message("ausente até {ate}; o substituto é {quem}", ate=shown_day(absence.end), quem=directory.name(absence.substitute))


def members(directory: People, group: Group) -> str:
    """The names of a group, in its order."""
    named = [directory.name(key) for key in group.members]
    if not named:
        return message("grupo sem ninguém")
    return message("no grupo: {nomes}", nomes=", ".join(named))


def steps(site: Site, _role: TextRole, code: str, _now: datetime) -> Iterator[Proposal]:
    """The steps by name; those of one name in several types once."""
    seen: set[str] = set()
    for kind in types_of(site, code):
        for step in kind.steps:
            if step.name not in seen:
                seen.add(step.name)
                yield Proposal(step.name, step.name, VALUE, step_title(kind, step))


def step_title(kind: TicketType, step: Step) -> Message:
    """A step with its type."""
    return message("etapa {codigo} de {tipo}", codigo=step.code, tipo=f"{kind.name} ({kind.code})")


def values(site: Site, role: TextRole, _code: str, now: datetime) -> Iterator[Proposal]:
    """The values of a field or parameter: its closed list, or those that the sample tickets have."""
    name = role.name
    row = BY_FORMULA_NAME.get(name)
    if name in PEOPLE_FIELDS:
        yield from people(site, now)
    elif name == "GRUPO":
        yield from (
            Proposal(f"{key} {group.name}", key, VALUE, message("grupo"), members(site.people, group))
            for key, group in site.people.groups.items()
        )
    elif name == "STATUS":
        yield from (Proposal(f"{letter} {said}", letter, VALUE, said) for letter, said in STATUS_NAMES.items() if letter)
    elif row is not None and row.allowed:
        yield from (Proposal(one, one, VALUE, row.label) for one in row.allowed)
    elif name in site.lists:
        yield from (Proposal(one, one, VALUE, message("da lista do campo")) for one in site.lists[name])
    else:
        used = set(site.classifications) if name == "CLASSIFICACAO" else set()
        used |= {text for ticket in islice(site.tickets.values(), MOST_LOOKED_AT) if (text := value_of(ticket, name))}
        yield from (Proposal(one, one, VALUE, message("usado nos atendimentos de exemplo")) for one in sorted(used))


def value_of(ticket: Ticket, name: str) -> str:
    """What a ticket has in a field or parameter, as a text; nothing for what is empty or long."""
    row = BY_FORMULA_NAME.get(name)
    if name.startswith("PARAMETRO."):
        found = ticket.parameters.get(name.removeprefix("PARAMETRO."))
    else:
        found = ticket.fields.get(name) if row is None else getattr(ticket, row.attribute)
    text = found if isinstance(found, str) else "" if found is None else display(found)
    return text if len(text) <= 60 and "\n" not in text else ""


def nodes(site: Site, _role: TextRole, _code: str, _now: datetime) -> Iterator[Proposal]:
    """The nodes of the hierarchy with who is there."""
    for key, node in site.people.nodes.items():
        named = ", ".join(site.people.name(one) for one in node.occupants)
        yield Proposal(f"{key} {named}".strip(), key, VALUE, message("nó da hierarquia"))


ROLES = {DESTINATION: destinations, STEP: steps, VALUE_OF: values, "hierarquia": nodes}


def meaning(site: Site, role: TextRole, text: str, code: str, now: datetime) -> tuple[str, list[str]] | None:
    """What a whole text means at its place: a title and sentences. None when the site cannot tell."""
    if role.role == DESTINATION or (role.role == VALUE_OF and role.name in {*PEOPLE_FIELDS, "GRUPO"}):
        return receiver(site, text, now)
    if role.role == STEP:
        return step(site, text, code)
    if role.role == "sentenca" and name_key(text) in site.sentences:
        sentence = site.sentences[name_key(text)]
        return sentence.code, [
            message("sentença SQL da fonte '{fonte}'", fonte=sentence.source),
            *sentence.text.strip().splitlines()[:8],
        ]
    if role.role == "parametro" or role.name.startswith("PARAMETRO."):
        return parameter(site, text if role.role == "parametro" else role.name.removeprefix("PARAMETRO."), code)
    if role.role == "formula" and name_key(text) in site.formulas:
        return formula(site, name_key(text))
    if role.role == VALUE_OF and role.name == "STATUS" and text in STATUS_NAMES:
        return text, [STATUS_NAMES[text]]
    return None


def receiver(site: Site, text: str, now: datetime) -> tuple[str, list[str]] | None:
    """Who gets a ticket that is handed to a destination now, and who is behind a group."""
    found = parse_destination(text, site.coligada)
    if found is None:
        return None
    wanted = attendant_holder(found.attendant) if found.attendant is not None else group_holder(found.group or "")
    outcome = resolve(site.people, wanted, now.date())
    said: list[str] = [line.text for line in outcome.lines]
    said += [one.message for one in (*outcome.warnings, outcome.reason) if one is not None]
    group = site.people.groups.get(found.group or "")
    if group is not None:
        said += [
            f"{person.name} ({key}): {presence(site.people, person, now)}"
            for key in group.members
            if (person := site.people.attendants.get(key)) is not None
        ]
    person = site.people.attendants.get(found.attendant or "")
    if person is not None and person.email:
        said.append(person.email)
    return site.people.holder_name(wanted), said


def step(site: Site, text: str, code: str) -> tuple[str, list[str]] | None:
    """The steps of a name or code, each with who gets what comes there and where it goes on to."""
    wanted = plain(text)
    found = [(kind, one) for kind in types_of(site, code) for one in kind.steps if wanted in {plain(one.name), str(one.code)}]
    if not found:
        return None
    said: list[str] = []
    for kind, one in found:
        said.append(step_title(kind, one))
        way = step_receiver(site, kind, one)
        said += [way] if way else []
        on = ", ".join(f"{other.code} {other.name}" for to in site.ways(kind.code, one.code) if (other := site.step(kind.code, to)))
        said.append(message("depois vem: {etapas}", etapas=on) if on else message("nenhuma etapa vem depois"))
    return found[0][1].name, said


def step_receiver(site: Site, kind: TicketType, one: Step) -> Message | None:
    """Who gets what comes to a step."""
    way = one.handoff or kind.handoff
    if way == "formula":
        return message("quem recebe é dito pela fórmula {formula}", formula=one.formula or kind.formula or "")
    destination = one.receiver or kind.receiver
    if way in {"atendente", "grupo"} and destination:
        found = parse_destination(destination, site.coligada)
        if found is not None:
            holder = attendant_holder(found.attendant) if found.attendant is not None else group_holder(found.group or "")
            return message("quem recebe é {quem}", quem=site.people.holder_name(holder))
    return None


def parameter(site: Site, name: str, code: str) -> tuple[str, list[str]] | None:
    """A parameter with its kind in each type."""
    key = name_key(name)
    said: list[str] = [
        message("parâmetro de {tipo}: {escrito}", tipo=f"{kind.name} ({kind.code})", escrito=kind.parameters[key])
        for kind in types_of(site, code)
        if key in kind.parameters
    ]
    return (key, said) if said else None


def formula(site: Site, code: str) -> tuple[str, list[str]]:
    """A formula with the types that use it and the comment it begins with."""
    found = site.formulas[code]
    said: list[str] = [message("usada por {tipo}", tipo=f"{kind.name} ({kind.code})") for kind in types_using(site, code)]
    return found.code, [*said, *first_comment(found.text)]


def first_comment(text: str) -> Iterable[str]:
    """The lines of the comment that a text begins with."""
    begun = text.lstrip()
    if not begun.startswith("/*"):
        return ()
    inner = begun[2:].partition("*/")[0]
    return [" ".join(line.split()) for line in inner.strip().splitlines()[:6]]
