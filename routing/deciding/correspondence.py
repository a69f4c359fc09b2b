"""Mail by hand: about a ticket (S:66-71), or the opening mail again (S:90-102). The action ``mail``.

Anybody who may see a ticket may write about it. A person is named as everywhere, by key or name; a client as ``cliente`` (the
ticket's own) or ``tipo;código``; whatever has an ``@`` is an address. Nobody is written to who may not see the ticket (S:139).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial

import attrs

from formula.messages import Message
from routing.deciding.changing import side_by_side
from routing.deciding.drafts import note_opening, one_line, opening_draft
from routing.deciding.gates import gate_files
from routing.deciding.mail_facts import spoken, ticket_facts
from routing.deciding.move import Move, Refused, refuse
from routing.domain.access import visible
from routing.domain.addresses import one_address, opening_address, read_addresses
from routing.domain.clients import asks_contact, client_key
from routing.domain.decision import Reason, Request
from routing.domain.flow import STATUS_NAMES, step_name
from routing.domain.mails import MAIL_CONTENTS, LaterFacts, MailDraft, MailFile
from routing.domain.model import CLIENT_KINDS, DiscussionEntry, Holder, attendant_holder, group_holder
from routing.domain.names import named, plain
from routing.domain.people import holder_addresses
from routing.messages import later, message
from routing.workspace.toml_tables import pair

USUAL_PARTS = ("request", "solution")
"""What goes along when nobody says."""
PART_WORDS: Mapping[str, str] = {
    "solicitacao": "request", "discussao": "discussion", "solucao": "solution", "resumo": "summary",
    **{part: part for part in MAIL_CONTENTS},
}  # fmt: skip
NO_PARTS = frozenset({"none", "nada"})
KINDS: Mapping[str, str] = {"log": "ticket", "": "ticket", "ticket": "ticket", "atendimento": "ticket"} | dict.fromkeys(
    ("opening", "abertura"), "opening"
)
"""What a mail by hand is; ``log`` is what a request says that says nothing."""
MOST_ENTRIES = 20
"""So many of the latest entries of the discussion stand in a mail."""


@attrs.frozen
class Letter:
    """What an attendant wants to send, for :meth:`routing.desk.desk.Desk.write`; ``to`` and ``cc`` as in a request."""

    actor: str
    to: str
    cc: str = ""
    text: str = ""
    parts: Collection[str] = USUAL_PARTS

    def request(self, files: tuple[MailFile, ...] = ()) -> Request:
        """The move that sends it."""
        parts = tuple(self.parts) or ("none",)
        return Request(action="mail", actor=self.actor, to=self.to, cc=self.cc, text=self.text, parts=parts, files=files)


def write_mail(move: Move, request: Request, formula: str | None) -> None:
    """Send a mail by hand, and enter in the discussion that it was given to the post."""
    kind = KINDS.get(plain(request.kind))
    if kind is None:
        refuse(
            "G6",
            "tipo-de-email-desconhecido",
            message("'{tipo}' não é um tipo de e-mail", tipo=request.kind),
            message("os tipos são: {lista}", lista="ticket, opening"),
        )
    gate_files(move, request.files)
    if kind == "opening":
        write_opening(move, request)
    else:
        write_about(move, request)


def write_opening(move: Move, request: Request) -> None:
    """The opening mail once more (S:90-102): its address is the client's, its words are its own."""
    if request.to or request.cc or request.files:
        refuse(
            "G6",
            "abertura-sem-destinatario",
            message("o e-mail de abertura vai ao cliente do atendimento, sem cópia e sem anexo"),
            message("para outros destinatários, envie um e-mail sobre o atendimento"),
        )
    if asks_contact(move.site, move.ticket):
        refuse(
            "G6",
            "cliente-sem-contato",
            message("o atendimento não tem contato do cliente"),
            message("escolha antes o contato; abertura_pede_contato = true, em [atendimento] de repasse.toml, o exige"),
        )
    made = opening_draft(move)
    if isinstance(made, Reason):
        raise Refused("G11", attrs.evolve(made, hint=message("cadastre o endereço do contato ou do próprio cliente")))
    note_opening(move, made)
    move.say(later("escreve ao cliente: {endereco}", endereco=made.to))


def write_about(move: Move, request: Request) -> None:
    """A mail about the ticket (S:66-71)."""
    parts = parts_of(request.parts)
    to = recipients(move, str(request.to or ""))
    cc = [one for one in recipients(move, request.cc) if one.lower() not in {other.lower() for other in to}]
    if not to:
        refuse(
            "G6",
            "sem-destinatario",
            message("o e-mail não tem destinatário"),
            message("diga um endereço, um atendente como '1;3', ou 'cliente'"),
        )
    ticket, site, sender = move.ticket, move.site, move.site.people.name(move.actor.key)
    subject = message("Atendimento {chave}: {assunto}", chave=ticket.key, assunto=one_line(ticket.subject))
    move.mails.append(
        MailDraft(
            kind="ticket",
            from_address=site.sender or move.actor.email,
            to=", ".join(to),
            cc=", ".join(cc),
            subject=spoken(site, subject),
            body=body_of(move, request.text, parts),
            facts=LaterFacts(
                lambda: (
                    *ticket_facts(site, ticket),
                    ("enviado_por", sender),
                    ("texto", request.text),
                    ("anexos", ", ".join(file.name for file in request.files)),
                )
            ),
            files=request.files,
        )
    )
    everybody = ", ".join([*to, *cc])
    said = message("E-mail sobre o atendimento, para {para}", para=everybody)
    if request.files:
        said = message("{dito}, com {anexos}", dito=said, anexos=", ".join(file.name for file in request.files))
    move.enter_discussion(said)
    move.say(later("escreve sobre o atendimento a {para}", para=everybody))


def parts_of(given: Collection[str]) -> frozenset[str]:
    """What goes along, in either language; nothing named means the usual."""
    words = [plain(one) for one in given if one.strip()]
    unknown = [one for one in words if one not in PART_WORDS and one not in NO_PARTS]
    if unknown:
        refuse(
            "G6",
            "parte-desconhecida",
            message("o atendimento não tem a parte '{parte}'", parte=unknown[0]),
            message("as partes são: {lista}; 'nada' leva só o texto", lista=", ".join(MAIL_CONTENTS)),
        )
    return frozenset(PART_WORDS[one] for one in words if one in PART_WORDS) if words else frozenset(USUAL_PARTS)


# ---------------------------------------------------------------- whom


def recipients(move: Move, text: str) -> list[str]:
    """The addresses of a text, each once, in order. Refused with all the parts that lead to no address."""
    made: dict[str, str] = {}
    denied: list[tuple[str, Reason]] = []
    for part in text.split(","):
        found = addressed(move, part) if part.strip() else []
        if isinstance(found, list):
            for one in found:
                made.setdefault(one.lower(), one)
        else:
            denied.append(found)
    if denied:
        gate, first = denied[0]
        said = side_by_side([reason.message for _, reason in denied])
        raise Refused(gate, attrs.evolve(first, message=said))
    unseeing(move, made)
    return list(made.values())


def addressed(move: Move, part: str) -> list[str] | tuple[str, Reason]:
    """Whom a part means; a gate and a reason when nobody can be written to by it."""
    if "@" in part:
        read = read_addresses(part)
        return ("G10", bad_address(read.bad[0])) if read.bad else list(read.good)
    word, people = part.strip(), move.site.people
    kind, _, code = word.partition(";")
    if plain(word) in {"cliente", "client"}:
        return client_address(move, client_key(move.ticket))
    if code and plain(kind) in CLIENT_KINDS:
        return client_address(move, f"{plain(kind)};{code.strip()}")
    key = pair(word)
    if key is None:
        found = named(people, word, groups=True)
        if isinstance(found, Reason):
            return "G10", attrs.evolve(found, hint=found.hint or ADDRESS_HINT)
        if found.startswith("grupo "):
            return of_holder(move, group_holder(found.removeprefix("grupo ")))
        key = found
    person = people.attendants.get(key)
    if person is None:
        said = message("o atendente '{chave}' não existe", chave=key)
        return "G11", Reason("atendente-desconhecido", said, ADDRESS_HINT)
    if not person.active:
        return "G11", Reason("atendente-inativo", message("{quem} está inativo", quem=people.name(key)), ADDRESS_HINT)
    return of_holder(move, attendant_holder(key))


ADDRESS_HINT = message("escreva endereços como 'ana@exemplo.com.br', atendentes como '1;3', ou 'cliente', separados por vírgula")


def bad_address(text: str) -> Reason:
    """A text with an ``@`` that is no address."""
    return Reason("endereco-invalido", message("'{texto}' não é um endereço de e-mail", texto=one_line(text)), ADDRESS_HINT)


def of_holder(move: Move, holder: Holder) -> list[str] | tuple[str, Reason]:
    """Where a person or group reads mail."""
    found = holder_addresses(move.site.people, holder)
    if found:
        return found
    who = move.site.people.holder_name(holder)
    return "G11", Reason(
        "sem-endereco",
        message("{quem} não tem endereço de e-mail no diretório", quem=who),
        message("cadastre o endereço, ou escreva-o no lugar do nome"),
    )


def client_address(move: Move, key: str) -> list[str] | tuple[str, Reason]:
    """The address that the opening mail to a client takes (S:91-97); only of the ticket's own client the contact's."""
    ticket, client = move.ticket, move.site.people.clients.get(key)
    code = key.partition(";")[2]
    if not code:
        return "G11", Reason("sem-cliente", message("o atendimento não tem cliente"), ADDRESS_HINT)
    if client is None:
        said = message("o diretório não tem o cliente '{codigo}' do tipo {tipo}", codigo=code, tipo=key.partition(";")[0])
        return "G11", Reason("cliente-desconhecido", said, ADDRESS_HINT)
    address = opening_address(client, ticket.client_contact if key == client_key(ticket) else "")
    if address is None:
        said = message("o cliente {nome} não tem endereço de e-mail válido", nome=client.name or client.code)
        return "G11", Reason("cliente-sem-endereco", said, message("cadastre o endereço do contato ou do próprio cliente"))
    return [address]


def unseeing(move: Move, made: Collection[str]) -> None:
    """S:139: attendants who may not see the ticket are not written to about it, however they are named."""
    wanted = set(made) if move.ticket.access_level else set()
    for person in move.site.people.attendants.values():
        address = one_address(person.email) if person.email else None
        if address is not None and address.lower() in wanted and not visible(move.ticket, person):
            refuse(
                "G11",
                "destinatario-sem-nivel",
                message("{quem} não pode ver o atendimento {chave}", quem=person.name, chave=move.ticket.key),
                message("o nível de acesso do atendimento é maior que o dessa pessoa"),
            )


# ---------------------------------------------------------------- words


def body_of(move: Move, text: str, parts: Collection[str]) -> str:
    """The attendant's own words, then the parts that were chosen."""
    own = [text.strip()] if text.strip() else []
    return "\n\n".join([*own, *(spoken(move.site, one) for one in blocks(move, parts))]) + "\n"


def blocks(move: Move, parts: Collection[str]) -> Iterator[Message]:
    """The chosen parts, the summary first."""
    ticket, site = move.ticket, move.site
    if "summary" in parts:
        yield message(
            "Atendimento {chave}: {assunto}\nStatus: {status}\nEtapa: {etapa}\nPrioridade: {prioridade}",
            chave=ticket.key,
            assunto=ticket.subject,
            status=STATUS_NAMES.get(ticket.status, ticket.status),
            etapa=step_name(site, ticket.type, ticket.step),
            prioridade=ticket.priority,
        )
    if "request" in parts:
        yield message("Solicitação:\n{texto}", texto=ticket.request or "–")
    if "discussion" in parts:
        said = [f"{one.at:%d/%m/%Y %H:%M} {site.people.name(one.author)}: {one.text}" for one in latest_entries(move)]
        yield message("Discussão:\n{texto}", texto="\n".join(said) or "–")
    if "solution" in parts:
        yield message("Solução:\n{texto}", texto=ticket.solution or "–")


def latest_entries(move: Move) -> list[DiscussionEntry]:
    """The latest entries of the discussion, oldest first. A decision has only few of them at hand: the others are asked for."""
    entry = partial(move.workload.entry, move.ticket.key)
    most = 1
    while entry(most) is not None:
        most *= 2
    least = most // 2
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if entry(middle) is not None else (least, middle)
    found = (entry(number) for number in range(max(1, least - MOST_ENTRIES + 1), least + 1))
    return [one for one in found if one is not None]
