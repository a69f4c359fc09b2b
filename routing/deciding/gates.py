"""The gates of a move that need no formula: G1–G8 and G13 (taa.md). The first that fails ends the move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from formula.messages import Message
from routing.deciding.move import RIGHT_HINT, Move, Unseen, Visit, refuse
from routing.deciding.ticket_fields import filled
from routing.domain.access import ACT, REOPEN, holds, is_chief_of_holder, may_hand_off, visible
from routing.domain.addresses import read_addresses
from routing.domain.decision import Reason
from routing.domain.flow import CLOCK, NEED_NAMES, STATUS_NAMES, TERMINAL, THE_NEEDS, TRANSITIONS, Transition, step_list, step_name
from routing.domain.mails import MailDraft, MailFile
from routing.domain.model import ACTIONS, CLOCK_KEY, Attendant, Holder, Step
from routing.domain.names import named
from routing.domain.people import stands_in
from routing.domain.site import known_names
from routing.domain.ticket_names import unknown_names, vanished_values
from routing.messages import later, message, plural
from routing.workspace.toml_tables import pair

HOUR = timedelta(hours=1)


def gate_seen(move: Move, row: Transition) -> None:
    """S:139, before everything else: to whom may not see the ticket it does not exist, and who is nobody is told nothing of it.
    Who opens one sees it. What the clock does is asked for by nobody else."""
    asked = move.request.actor
    if asked and not (row.action in CLOCK and pair(asked) == CLOCK_KEY):
        person: Attendant | None = named_person(move, spelled_key(move, asked))
    else:
        person = move.site.people.attendants.get(actor_key(move))
    if person is not None and not visible(move.ticket, person) and not opens_it(move, row, person):
        raise Unseen
    if row.action in CLOCK and person is not None:
        refuse(
            "G4",
            "acao-do-relogio",
            message("'{acao}' é do relógio, e não de {quem}", acao=row.name, quem=move.site.people.name(person.key)),
            message("repasse work o faz quando vence; repasse due mostra quando"),
        )


def opens_it(move: Move, row: Transition, person: Attendant) -> bool:
    """Whether somebody opens a ticket of his own: one that comes with the request, or one that waits and names nobody else. Asking
    to open one that is open already lets nobody see it."""
    own = move.drafted or move.ticket.opener in {"", person.key}
    return row.action == "open" and not move.ticket.status and own


def gate_ticket(move: Move, row: Transition) -> None:
    """G1: the action is known, the type exists, the status lets the action begin."""
    ticket = move.ticket
    if ticket.type not in move.site.types:
        refuse(
            "G1",
            "tipo-desconhecido",
            message("o tipo {tipo} do atendimento {chave} não existe no ambiente", tipo=ticket.type, chave=ticket.key),
        )
    if ticket.status in TERMINAL and ticket.status not in row.sources:
        gate_terminal(move, row)
    elif ticket.status not in row.sources:
        name = STATUS_NAMES[ticket.status]
        if row.action == "open":
            refuse(
                "G1",
                "ja-aberto",
                message("o atendimento {chave} já foi aberto: está em '{status}'", chave=ticket.key, status=name),
            )
        allowed = [other.name for other in TRANSITIONS.values() if ticket.status in other.sources]
        refuse(
            "G1",
            "status-nao-permite",
            message("a ação '{acao}' não parte do status '{status}'", acao=row.name, status=name),
            message("neste status é possível: {lista}", lista=", ".join(str(one) for one in allowed)),
        )
    move.passed("G1", later("o atendimento existe e está em '{status}'", status=STATUS_NAMES[ticket.status]))


def gate_terminal(move: Move, row: Transition) -> None:
    """A terminal ticket moves only by its own right, which is noted."""
    ticket = move.ticket
    person = move.site.people.attendants.get(actor_key(move))
    if row.action == "resume" and person is not None and person.active and REOPEN in person.rights:
        move.say(later("{quem} tem o direito de reabrir", quem=move.site.people.name(person.key)), "G1")
        return
    refuse(
        "G1",
        "atendimento-encerrado",
        message(
            "o atendimento {chave} está em '{status}' e não se move mais", chave=ticket.key, status=STATUS_NAMES[ticket.status]
        ),
        message("reabrir é a ação 'resume' de quem tem o direito '{direito}'", direito=REOPEN),
    )


def gate_version(move: Move) -> None:
    """G2: nobody changed the ticket since the actor saw it."""
    seen, ticket = move.request.version, move.ticket
    if seen is not None and seen != ticket.version:
        who = move.site.people.name(ticket.changed_by) if ticket.changed_by else message("alguém")
        when = message(" em {quando}", quando=shown_time(ticket.changed_at)) if ticket.changed_at else ""
        refuse(
            "G2",
            "versao-mudou",
            message(
                "o atendimento mudou: a versão vista foi a {vista}, a atual é a {atual}, gravada por {quem}{quando}",
                vista=seen,
                atual=ticket.version,
                quem=who,
                quando=when,
            ),
            message("leia o atendimento de novo e repita a ação"),
        )
    move.passed("G2", later("a versão é a {versao}", versao=ticket.version))


def gate_names(move: Move) -> None:
    """G1: what a new ticket names, the site has. All that it has not is told at once."""
    unknown = unknown_names(move.ticket, known_names(move.site))
    if unknown:
        said: Message = unknown[0].message
        for one in unknown[1:]:
            said = message("{um}; {outro}", um=said, outro=one.message)
        refuse("G1", unknown[0].code, said, unknown[0].hint)


def left_behind(move: Move) -> None:
    """What a ticket under way carries and the site no longer knows: formulas read nothing of it. Told, never refused.

    Values are not told: they may be masked for who asks.
    """
    ticket, site = move.start, move.site
    kind = site.types.get(ticket.type)
    if kind is None:
        return
    declared = site.declared_fields
    if ticket.parameters.keys() <= kind.parameters.keys() and (declared is None or ticket.fields.keys() <= declared):
        return
    for one in vanished_values(ticket, known_names(site)):
        said = message("{motivo}; o valor que o atendimento traz nele não é visto por nenhuma fórmula", motivo=one.message)
        move.warn(Reason(one.code, said, one.hint), "G1")


def gate_voicemail(move: Move, row: Transition) -> None:
    """G3: messages in the voicemail have been heard (S:146)."""
    if not row.voicemail:
        return
    count = move.ticket.voicemail
    if count:
        refuse(
            "G3",
            "caixa-postal-cheia",
            plural(
                count,
                "há {quantas} mensagem na caixa postal; para {acao} é preciso ouvi-la antes",
                "há {quantas} mensagens na caixa postal; para {acao} é preciso ouvi-las antes",
                quantas=count,
                acao=row.name,
            ),
            message("ouça as mensagens e zere o campo: ação 'mudar' com CAIXAPOSTAL=0"),
        )
    move.passed("G3", later("a caixa postal está vazia"))


def gate_actor(move: Move, row: Transition) -> None:
    """G4: the actor is known, active, and holds the ticket, is the holder's chief, or has the right."""
    person = known_actor(move)
    move.person = person
    if row.holder:
        gate_holder(move, row)


def gate_holder(move: Move, row: Transition) -> None:
    """G4: who acts has the ticket, is a chief of who has it, or may act for others."""
    site, ticket, person = move.site, move.ticket, move.actor
    name = site.people.name(person.key)
    if holds(ticket, person.key):
        move.passed("G4", later("{quem} está com o atendimento", quem=name))
    elif is_chief_of_holder(site.people, ticket, person.key):
        assert ticket.holder is not None
        move.passed("G4", later("{quem} é chefe de {detentor}", quem=name, detentor=site.people.holder_name(ticket.holder)))
    elif ticket.holder is not None and ticket.holder.kind == "attendant" and standing_in(move, ticket.holder.key, person.key):
        said = later("{quem} substitui {detentor}, que está ausente", quem=name, detentor=site.people.name(ticket.holder.key))
        move.passed("G4", said)
    elif ACT in person.rights or (row.action == "resume" and ticket.status in TERMINAL):
        move.passed("G4", later("{quem} tem o direito de atuar em atendimentos de outros", quem=name))
    else:
        holder = site.people.holder_name(ticket.holder) if ticket.holder else message("ninguém")
        hint = message("peça a quem está com ele, ao chefe dessa pessoa, ou tenha o direito '{direito}'", direito=ACT)
        if ticket.holder is not None and ticket.holder.kind == "group":
            hint = message("o atendimento está na fila: quem é do grupo se apropria dele primeiro (ação 'claim')")
        refuse(
            "G4",
            "nao-detem",
            message(
                "{quem} não está com o atendimento, que está com {detentor}, nem é chefe dessa pessoa", quem=name, detentor=holder
            ),
            hint,
        )


def standing_in(move: Move, holder: str, key: str) -> bool:
    """Whether somebody may act as the substitute of an absent holder."""
    return stands_in(move.site.people, key, holder, move.now.date())


def actor_key(move: Move) -> str:
    """Who acts: the one named, else who has the ticket, else (at opening) who opens it; empty when there is nobody."""
    ticket = move.ticket
    if move.request.action in CLOCK:
        return CLOCK_KEY
    if move.request.actor:
        return spelled_key(move, move.request.actor)
    if move.request.action == "open":
        return ticket.opener
    return ticket.holder.key if ticket.holder is not None and ticket.holder.kind == "attendant" else ""


def spelled_key(move: Move, text: str) -> str:
    """A person's key in its one spelling; a text that is none, as it is."""
    return text if text in move.site.people.attendants else pair(text) or text


def known_actor(move: Move) -> Attendant:
    """The attendant who acts. Nobody named means the person who has the ticket (or opens it)."""
    site, key = move.site, actor_key(move)
    if not key:
        refuse(
            "G4",
            "sem-ator",
            message("o pedido não diz quem age, e o atendimento não está nas mãos de ninguém"),
            message("informe o atendente que age, como '1;2'"),
        )
    if not move.request.actor:
        move.say(later("o pedido não diz quem age: vale {quem}", quem=site.people.name(key)), "G4")
    person = site.people.attendants.get(key)
    if not move.request.actor and (person is None or not person.active):
        whom = site.people.name(key)
        said = message("{quem} saiu do diretório", quem=whom) if person is None else message("{quem} está inativo", quem=whom)
        refuse(
            "G4",
            "detentor-sem-acesso",
            message("o atendimento está com quem não pode agir: {motivo}", motivo=said),
            message("diga quem age, como '1;2'; um chefe ou quem tem o direito 'repassar' pode levá-lo a outra pessoa"),
        )
    return named_person(move, key)


def named_person(move: Move, key: str) -> Attendant:
    """G4: an attendant of the directory who is active."""
    people = move.site.people
    person = people.attendants.get(key)
    if person is None:
        found = named(people, key) if pair(key) is None else None
        if isinstance(found, Reason) and found.code == "nome-ambiguo":
            refuse("G4", found.code, found.message, found.hint)
        refuse(
            "G4",
            "atendente-desconhecido",
            message("quem age, {chave}, não existe no diretório", chave=key),
            found.hint if isinstance(found, Reason) else message("informe um atendente como 'coligada;código'"),
        )
    if not person.active:
        refuse("G4", "atendente-inativo", message("{quem} está inativo e não pode agir", quem=people.name(key)))
    return person


def gate_right(move: Move, receiver: Holder, formula: str | None) -> None:
    """G5: the right to hand off to that receiver; a formula also has what the type grants."""
    name = move.site.people.holder_name(receiver)
    if may_hand_off(move.rights, receiver):
        move.passed(
            "G5",
            later("{quem} pode repassar para {destino}", quem=move.site.people.name(move.actor.key), destino=name),
        )
        return
    if formula is not None and may_hand_off(move.kind.grants, receiver):
        move.passed(
            "G5",
            later("o tipo '{tipo}' concede às fórmulas o repasse para {destino}", tipo=move.kind.name, destino=name),
        )
        return
    refuse(
        "G5",
        "sem-direito-de-repasse",
        message("{quem} não tem o direito de repassar para {destino}", quem=move.site.people.name(move.actor.key), destino=name),
        RIGHT_HINT,
    )


def gate_needs(move: Move, row: Transition, given: Callable[[str], object]) -> None:
    """G6: justification, reason and dates where the action requires them, all missing ones at once."""
    absent = [THE_NEEDS[name] for name in row.needs if not filled(given(name))]
    if absent:
        refuse(
            "G6",
            "falta-justificativa" if row.needs == ("justification",) else "faltam-dados",
            message("para {acao} é preciso informar {lista}", acao=row.name, lista=joined(absent)),
            message("informe e repita a ação"),
        )
    wake_up, deadline = given("wake_up"), given("deadline")
    if "wake_up" in row.needs and moment(deadline) < moment(wake_up):
        refuse("G6", "prazo-antes-do-despertamento", message("o prazo vem antes da data de despertamento"))
    if row.needs:
        move.passed("G6", later("informado: {lista}", lista=joined([NEED_NAMES[name] for name in row.needs])))


def moment(value: object) -> datetime:
    """A date at its midnight, so that dates and date-times compare."""
    if isinstance(value, datetime):
        return value
    assert isinstance(value, date)
    return datetime.combine(value, time.min)


def gate_edge(move: Move, target: Step) -> None:
    """G7: the flow leads from the present step to the target."""
    ticket = move.ticket
    ways = move.site.ways(ticket.type, ticket.step)
    here = step_name(move.site, ticket.type, ticket.step)
    if target.code not in ways:
        said = message(
            "o fluxo não vai da etapa {de} para a etapa {para}",
            de=here,
            para=step_name(move.site, ticket.type, target.code),
        )
        hint = (
            message("de {de} se vai para: {lista}", de=here, lista=step_list(move.site, ticket.type, ways))
            if ways
            else message("a etapa {de} é a última: conclua o atendimento", de=here)
        )
        refuse("G7", "fluxo-inexistente", said, hint)
    move.passed(
        "G7",
        later(
            "o fluxo vai da etapa {de} para a etapa {para}",
            de=here,
            para=step_name(move.site, ticket.type, target.code),
        ),
    )


def gate_chain(move: Move, target: Step, formula: str) -> None:
    """G13 within one plan: no step is entered twice, and there are not too many actions."""
    if any(visit.step == target.code for visit in move.visited):
        chain = [*move.visited, Visit(target.code, formula, None)]
        refuse(
            "G13",
            "etapas-em-anel",
            message(
                "as fórmulas avançam numa referência circular: {cadeia}",
                cadeia=" → ".join(visit_name(move, visit) for visit in chain),
            ),
            message("uma fórmula destas etapas precisa parar de pedir o avanço"),
        )


def visit_name(move: Move, visit: Visit) -> str:
    """A link of a chain for people: step, formula, holder."""
    parts = [step_name(move.site, move.ticket.type, visit.step)]
    if visit.formula:
        parts.append(visit.formula)
    if visit.holder is not None:
        parts.append(move.site.people.holder_name(visit.holder))
    return f"{parts[0]} ({', '.join(parts[1:])})" if len(parts) > 1 else parts[0]


def gate_count(move: Move) -> None:
    """G13: formulas may not ask for endless actions within one plan."""
    move.actions += 1
    most = move.site.policy.moves_per_plan
    if move.actions > most:
        chain = " → ".join(visit_name(move, visit) for visit in move.visited)
        refuse(
            "G13",
            "movimentos-demais",
            message("as fórmulas pediram mais de {limite} ações num só movimento: {cadeia}", limite=most, cadeia=chain),
        )


def gate_storm(move: Move) -> None:
    """G13 over time: moves of this ticket in the last hour, from its histories; the chain of the latest is shown."""
    start, most = move.start, move.site.policy.moves_per_ticket_hour
    if max(len(start.handoffs), len(start.steps), len(start.statuses)) < most:
        return
    since = move.now - HOUR
    recent = [record for record in start.handoffs if record.at > since]
    steps = [record for record in start.steps if record.at > since]
    statuses = [record for record in start.statuses if record.at > since]
    count = max(len(recent), len(steps), len(statuses))
    if count >= most:
        latest = " → ".join(str(move.site.people.holder_name(record.to_holder)) for record in recent[-4:])
        refuse(
            "G13",
            "tempestade",
            message(
                "o atendimento já se moveu {quantas} vezes na última hora (limite {limite}): {cadeia}",
                quantas=count,
                limite=most,
                cadeia=latest,
            ),
            message("confira se duas regras repassam uma para a outra; o limite é movimentos_por_hora em [limites]"),
        )


MAILS, ADDRESSES = message("e-mails"), message("destinatários")


def gate_mails(move: Move) -> None:
    """G13: mails and addresses of this plan, then mails per address in the last hour, those of this plan included."""
    policy = move.site.policy
    refuse_many(MAILS, len(move.mails), policy.mails_per_move, "emails_por_movimento")
    counts = mails_by_address(move.mails)
    refuse_many(ADDRESSES, len(counts), policy.recipients_per_move, "destinatarios_por_movimento")
    most = policy.mails_per_address_hour
    found = crowded(counts, move.workload.mails(tuple(counts), move.now - HOUR), most)
    if found is not None:
        address, total = found
        refuse(
            "G13",
            "emails-demais",
            message(
                "o endereço {endereco} receberia {quantos} e-mails em uma hora (limite {limite})",
                endereco=address,
                quantos=total,
                limite=most,
            ),
        )


def gate_files(move: Move, files: Sequence[MailFile]) -> None:
    """G13: how many files a mail has, how large each is, and all together."""
    policy = move.site.policy
    too_large = [file for file in files if file.size > policy.file_bytes]
    whole = sum(file.size for file in files)
    if too_large:
        said = message(
            "o anexo '{nome}' tem {tamanho} (limite {limite})",
            nome=too_large[0].name, tamanho=shown_size(too_large[0].size), limite=shown_size(policy.file_bytes),
        )  # fmt: skip
        refuse("G13", "anexo-grande", said, message("o limite é {chave} em [limites]", chave="bytes_por_anexo"))
    if whole > policy.mail_bytes:
        said = message(
            "os anexos têm juntos {tamanho} (limite {limite})", tamanho=shown_size(whole), limite=shown_size(policy.mail_bytes)
        )
        refuse("G13", "anexo-grande", said, message("o limite é {chave} em [limites]", chave="bytes_por_email"))
    if len(files) > policy.files_per_mail:
        said = message("o e-mail teria {quantos} anexos (limite {limite})", quantos=len(files), limite=policy.files_per_mail)
        refuse("G13", "anexos-demais", said, message("o limite é {chave} em [limites]", chave="anexos_por_email"))
    twice = next((file.name for at, file in enumerate(files) if file.name in {one.name for one in files[:at]}), None)
    if twice is not None:
        refuse(
            "G6", "anexo-repetido", message("há dois anexos com o nome '{nome}'", nome=twice), message("dê outro nome a um deles")
        )


def shown_size(size: int) -> str:
    """A number of bytes for people."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KiB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MiB".replace(".", ",")


def refuse_many(what: Message, count: int, most: int, key: str) -> None:
    """Refuse a move that sends more than the most."""
    if count > most:
        refuse(
            "G13",
            "emails-demais",
            message("este movimento teria {quantos} {coisas} (limite {limite})", quantos=count, coisas=what, limite=most),
            message("confira se uma fórmula envia e-mails num laço; o limite é {chave} em [limites]", chave=key),
        )


def mails_by_address(mails: Iterable[MailDraft]) -> dict[str, int]:
    """How many mails go to each address, as it is first written; the case of letters makes no other address."""
    written: dict[str, str] = {}
    counts: dict[str, int] = {}
    for mail in mails:
        for address in dict.fromkeys((*read_addresses(mail.to).good, *read_addresses(mail.cc).good)):
            name = written.setdefault(address.lower(), address)
            counts[name] = counts.get(name, 0) + 1
    return counts


def crowded(counts: Mapping[str, int], earlier: Iterable[int], most: int) -> tuple[str, int] | None:
    """The first address that would get more mails than the most, and how many; ``earlier`` ones in the order of ``counts``."""
    for (address, count), before in zip(counts.items(), earlier, strict=True):
        if count + before > most:
            return address, count + before
    return None


def joined(names: list[Message]) -> Message:
    """``a, b e c``."""
    made = names[0]
    for number, name in enumerate(names[1:], start=2):
        last = number == len(names)
        made = message("{um} e {outro}", um=made, outro=name) if last else message("{um}, {outro}", um=made, outro=name)
    return made


def shown_time(when: datetime) -> str:
    """``dd/mm/aaaa hh:mm``."""
    return f"{when.day:02}/{when.month:02}/{when.year:04} {when.hour:02}:{when.minute:02}"


def known_action(action: str) -> Transition | None:
    """The row of an action; None for an unknown word."""
    return TRANSITIONS.get(action) if action in ACTIONS else CLOCK.get(action)
