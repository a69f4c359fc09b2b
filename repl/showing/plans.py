"""Plans and moves from the command line, and how a plan or a ticket is shown to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from formula.effects import Advance, HandoffMail
from formula.messages import Message
from formula.names import name_key
from formula.values import display
from repl.messages import message
from repl.showing.answers import FAULT, HINT, PLAIN, TITLE, VALUE
from repl.showing.console import FINE, Console, Refusal, clock
from repl.showing.doings import effect_line, mail_line
from routing.domain.decision import WARNING, ExplanationLine, Hypothesis, Plan, Request, WhyNot
from routing.domain.flow import sets_values
from routing.domain.mails import MailDraft, MailFile, mail_file
from routing.domain.model import ACTIONS, CLOCK_ACTIONS, Holder, Ticket
from routing.reports.approvals import approval_lines

if TYPE_CHECKING:
    from routing.desk.desk import Desk
    from routing.domain.site import Site
    from routing.failures import StoreGone

ACTION_NAMES = {
    "open": message("abrir"),
    "advance": message("avançar"),
    "handoff": message("repassar"),
    "return": message("devolver"),
    "schedule": message("agendar"),
    "scheduled-answered": message("agendado respondido"),
    "conclude": message("concluir"),
    "concluded-answered": message("concluído respondido"),
    "concluded-confirmed": message("concluído confirmado"),
    "wait": message("aguardar"),
    "resume": message("retomar"),
    "cancel": message("cancelar"),
    "claim": message("apropriar-se"),
    "change": message("mudar"),
    "note": message("anotar"),
    "mail": message("enviar e-mail"),
    "annex": message("anexar"),
    "relate": message("relacionar"),
    "unrelate": message("desrelacionar"),
    "approve": message("aprovar"),
    "reject": message("rejeitar"),
}
"""What people ask for."""

DONE_NAMES = ACTION_NAMES | {
    "wake": message("despertar"),
    "remind": message("lembrar"),
    "expire": message("vencer a etapa"),
    "deadline": message("vencer o prazo"),
}
"""What is decided: also what the clock does."""

STATUS_NAMES = {
    "planned": message("permitido"),
    "moved": message("feito"),
    "refused": message("recusado"),
    "fault": message("falha na fórmula"),
    "stopped": message("a fórmula parou em ANALISAR"),
}


RULES_NAMES = {
    "folder": message("regras da pasta"),
    "pasta": message("regras da pasta"),
    "published": message("regras publicadas"),
    "publicada": message("regras publicadas"),
    "publicadas": message("regras publicadas"),
}
"""What people call the rules that a hypothesis names by a word."""


def desk_of(workspace: str) -> Any:
    """The desk of a workspace folder or database URL; a path that is neither is refused."""
    import routing

    workspace_or_url(workspace)
    return routing.open_desk(workspace)


def workspace_or_url(workspace: str) -> None:
    """Refuse what is neither a folder nor an address of a database."""
    if "://" not in workspace and not Path(workspace).is_dir():
        raise Refusal(
            message("a pasta '{pasta}' não existe", pasta=workspace),
            message("crie uma com: repasse init PASTA"),
        )


def known_action(action: str) -> str:
    """An action of the contract by its word in either language, or a Refusal that lists them."""
    from routing.domain.names import VERBS, action_named, nearest_action

    found = action_named(action)
    if found not in (*ACTIONS, *CLOCK_ACTIONS):
        near = nearest_action(action)
        hint = message("as ações são: {acoes}", acoes=", ".join(f"{VERBS[one][0]} ({one})" for one in ACTIONS))
        raise Refusal(
            message("a ação '{acao}' não existe", acao=action),
            message("você quis dizer '{nome}'? {dica}", nome=near, dica=hint) if near else hint,
        )
    return found


def request_of(given: dict[str, Any], ticket: Ticket | None, site: Site) -> Request:
    """The request that the options describe. Without an actor, whoever holds the ticket asks; that this person is gone or inactive
    the gates say, as at every door."""
    action = known_action(str(given["action"]))
    holder = ticket.holder if ticket is not None else None
    person = site.people.attendants.get(holder.key) if holder is not None and holder.kind == "attendant" else None
    actor = given.get("actor") or (person.key if person is not None and person.active else "")
    return Request(
        action=action,
        to=given.get("to"),
        actor=actor,
        key=given.get("key"),
        reason=given.get("reason"),
        justification=given.get("justification") or "",
        version=given.get("seen"),
        wake_up=moment(given.get("wake_up"), "--wake-up"),
        deadline=moment(given.get("deadline"), "--deadline"),
        set=assigned(given.get("assigned") or (), given.get("cleared") or ()),
        copy_from=source_of(given, action),
        text=given.get("text") or "",
        kind=given.get("kind") or "log",
        publishable=bool(given.get("publishable")),
        entry=given.get("entry"),
        cc=given.get("cc") or "",
        parts=tuple(given.get("parts") or ()),
        files=tuple(read_file(path) for path in given.get("attached") or ()),
    )


def source_of(given: dict[str, Any], action: str) -> str:
    """The ticket that something is copied from: all of it by an opening, its parameters by a change."""
    whole, parameters = given.get("copied") or "", given.get("copy_from") or ""
    if whole and action != "open":
        raise Refusal(message("--from só vale ao abrir"), message("parâmetros se copiam com: mudar --copy-parameters-from"))
    if parameters and action == "open":
        raise Refusal(message("--copy-parameters-from só vale com mudar"), message("para abrir um atendimento de outro: --from"))
    return whole or parameters


MOST_BYTES = 100 * 1024 * 1024
"""A larger file is not even read; what a mail may carry is the site's to say."""


def read_file(path: Path) -> MailFile:
    """A file of this machine that goes with a mail."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refusal(message("o arquivo '{nome}' é grande demais para um e-mail", nome=path.name))
        return mail_file(path.name, path.read_bytes())
    except OSError as fault:
        raise Refusal(message("o arquivo '{nome}' não pode ser lido: {motivo}", nome=path, motivo=fault.strerror)) from None


def assigned(pairs: Iterable[str], emptied: Iterable[str]) -> tuple[tuple[str, str | None], ...]:
    """``PRIORIDADE=Alta`` and names to clear as what a change sets. A field named twice is refused."""
    made: dict[str, str | None] = {}
    for text in pairs:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise Refusal(
                message("'{texto}' não diz campo e valor", texto=text), message("escreva CAMPO=VALOR, como PRIORIDADE=Alta")
            )
        put_once(made, name, value.strip())
    for name in emptied:
        put_once(made, name, None)
    return tuple(made.items())


def put_once(made: dict[str, str | None], name: str, value: str | None) -> None:
    """A field, once."""
    key = name_key(name)
    if key in made:
        raise Refusal(message("o campo '{campo}' aparece duas vezes", campo=key))
    made[key] = value


def moment(text: str | None, option: str) -> datetime | date | None:
    """An ISO date or date and time."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            message("{opcao}: '{texto}' não é uma data", opcao=option, texto=text),
            message("escreva 2026-11-24 ou 2026-11-24T10:00"),
        ) from None


def full_key(desk: Any, text: str) -> str:
    """The key of a ticket; its code alone is enough where only one has it."""
    if not (text.isascii() and text.isdigit()):
        return text
    found = [key for key in desk.tickets() if key.rpartition(";")[2] == str(int(text))]
    if len(found) > 1:
        raise Refusal(message("há mais de um atendimento {codigo}: {chaves}", codigo=text, chaves=", ".join(found)))
    return found[0] if found else text


def with_full_keys(desk: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Options with the whole keys of the ticket that an opening copies, and of one that is related."""
    names = ["copied", *(["to"] if known_action(given["action"]) in {"relate", "unrelate"} else [])]
    return given | {name: full_key(desk, given[name]) for name in names if given.get(name)}


def known_ticket(desk: Any, key: str) -> Ticket | None:
    """A ticket of the desk, or None; the plan itself refuses an unknown one, by G1."""
    from routing.failures import UnknownTicket

    try:
        found: Ticket = desk.ticket(key)
    except UnknownTicket:
        return None
    return found


def plan_once(console: Console, *, workspace: str, ticket: str, expected: str | None = None, **given: Any) -> tuple[Plan, Any]:
    """Decide without writing; gives the site too, for its names."""
    wanted = hypothesis_of(given)
    if not sets_values(known_action(given["action"]), given.get("copied")):
        given |= {"assigned": (), "cleared": ()}
    with desk_of(workspace) as desk:
        ticket, given = full_key(desk, ticket), with_full_keys(desk, given)
        request = request_of(given, known_ticket(desk, ticket), desk.site)
        asked = desk if wanted.rules is None else desk.under(rules_of(desk, wanted.rules))
        plan: Plan = asked.plan(ticket, request, clock(desk.site.zone), wanted or None, expected=expected)
        return minding_release(plan, asked), asked.site


def hypothesis_of(given: dict[str, Any]) -> Hypothesis:
    """What the options suppose; of a ``change``, ``--set`` and ``--clear`` say what it does."""
    values: dict[str, Any] = {}
    change = sets_values(known_action(given["action"]), given.get("copied"))
    for text in () if change else given.get("assigned") or ():
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise Refusal(
                message("'{texto}' não diz campo e valor", texto=text), message("escreva --set CAMPO=VALOR, como --set FILIAL=NE")
            )
        once(values, name, value.strip())
    for name in () if change else given.get("cleared") or ():
        once(values, name, None)
    now = moment(given.get("supposed_now"), "--now")
    if now is not None and not isinstance(now, datetime):
        now = datetime.combine(now, time())
    return Hypothesis(set=values, now=now, rules=given.get("rules"))


def once(values: dict[str, Any], name: str, value: Any) -> None:
    """Suppose a field, once."""
    key = name_key(name)
    if key in values:
        raise Refusal(message("o campo '{campo}' aparece duas vezes na hipótese", campo=key))
    values[key] = value


def rules_of(desk: Any, name: str) -> Any:
    """The rules of a name, for the desk of a workspace."""
    from routing.releases.choosing import rules_named

    return rules_named(name, desk.site, desk.store)


def move_once(console: Console, *, workspace: str, ticket: str, **given: Any) -> tuple[Plan, Any]:
    """Decide and write; gives the site too, for its names."""
    known_action(given["action"])
    with desk_of(workspace) as desk:
        ticket, given = full_key(desk, ticket), with_full_keys(desk, given)
        plan: Plan = desk.move(ticket, request_of(given, known_ticket(desk, ticket), desk.site), clock(desk.site.zone))
        return minding_release(plan, desk), desk.site


def minding_release(plan: Plan, desk: Desk) -> Plan:
    """The plan with a warning when a release decided it and not the folder that whoever asks has before the eyes."""
    held = None if desk.follows is None else desk.follows.held
    return plan if held is None else attrs.evolve(plan, warnings=(held, *plan.warnings))


def say_plan(console: Console, plan: Plan, form: str, site: Any = None, *, full: bool = False) -> None:
    """A plan as the contract's JSON, or for a person: the answer and what decided, or the ``full`` chain."""
    if form == "json":
        console.say_json(plan.as_json(console.language))
        return
    for line, style in styled(plan_lines(plan, site, full=full)):
        console.say_styled(line, style)


def plan_lines(plan: Plan, site: Any = None, *, why: bool = True, full: bool = False) -> Iterator[str]:
    """The ticket and the action in one line, with what is only supposed. Then the answer: where the move leads and because of what,
    or what refuses it; what to mind, what decided (unless told otherwise), what is done and what goes out. The ``full`` plan has
    every link of the chain."""
    head = message(
        "Atendimento {chave}, {acao}: {estado}",
        chave=plan.ticket,
        acao=DONE_NAMES.get(plan.action, plan.action),
        estado=STATUS_NAMES.get(plan.status, plan.status),
    )
    yield supposing(plan, head)
    yield from answer_lines(plan)
    yield from change_lines(plan.before, plan.after, site, steps=full)
    for change in plan.changes:
        yield message("  {nome}: {antes} → {depois}", nome=change.field, antes=change.old or "–", depois=change.new or "–")
    if plan.approval is not None and plan.before is not None:
        yield from approval_lines(plan.approval.as_json(), site, plan.before.coligada)
    if why and full:
        yield from numbered(message("Por quê"), (explained(line.text, line.where) for line in plan.explanation))
    elif why:
        yield from decision_lines(plan)
    yield from titled(message("Efeitos"), done_lines(plan, site, full=full))
    yield from titled(message("E-mails"), (sent_line(mail, full=full) for mail in plan.mails))
    if why and not full and (folded := len(plan.explanation) - len(plan.told())):
        yield message("(mais {quantos} verificações e fatos: --completo, ou :porque tudo na sessão)", quantos=folded)


def supposing(plan: Plan, head: Message) -> Message:
    """The first line of what is said of a plan, before it what the plan only supposes."""
    if plan.hypothesis is None:
        return head
    return message("{hipotese} · {frase}", hipotese=hypothesis_line(plan.hypothesis), frase=head)


def styled(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Lines of a plan with their styles: titles, the answer, what refuses, what to mind, what to do."""
    answered = False
    for line in lines:
        template = line.template if isinstance(line, Message) else ""
        if not line.startswith(" "):
            yield line, TITLE
        elif template.startswith("{portao}"):
            yield line, FAULT
            answered = True
        elif template.startswith("  Aviso") or line.startswith("      "):
            yield line, HINT
        elif not answered and template == "  {linha}":
            yield line, VALUE
            answered = True
        else:
            yield line, PLAIN


def answer_lines(plan: Plan) -> Iterator[str]:
    """The answer of a plan, with what it depends on; and what to mind."""
    if plan.reason is not None:
        gate = message("  {portao}: ", portao=plan.gate) if plan.gate else "  "
        yield message("{portao}{motivo}", portao=gate, motivo=plan.reason.message)
        for line in overlooked(plan):
            yield message("  {linha}", linha=explained(line.short or line.text, line.where))
        if plan.reason.hint:
            yield message("      {dica}", dica=plan.reason.hint)
    headline = plan.headline()
    if headline is not None:
        yield message("  {linha}", linha=explained(headline.text, headline.where))
    if plan.why_not is not None:
        yield from (message("  {linha}", linha=line) for line in why_not_lines(plan.why_not))
    for warning in plan.warnings:
        yield message("  Aviso: {aviso}", aviso=warning.message)
        if warning.hint:
            yield message("      {dica}", dica=warning.hint)


def overlooked(plan: Plan) -> list[ExplanationLine]:
    """The one thing that is most easily overlooked in a move that is refused."""
    found = [line for line in plan.explanation.heaviest() if line.weight >= EASILY_OVERLOOKED]
    return found[:1]


EASILY_OVERLOOKED = 300
"""From this weight on a link tells of something that the eye passes over."""


def why_not_lines(answer: WhyNot) -> Iterator[str]:
    """Why a move does not lead where somebody expected, and what that rests on."""
    yield explained(message("{pergunta}: {resposta}", pergunta=answer.asked, resposta=answer.answer), answer.where)
    for link in answer.because:
        yield message("    {linha}", linha=explained(link.text, link.where))


MOST_DECISIONS = 8
"""So many decisions stand in a plan that is not full: the heaviest, in order."""


def decision_lines(plan: Plan) -> Iterator[str]:
    """What decided, without what the answer and the warnings have said already."""
    yield from titled(message("Decisões"), (explained(one.short or one.text, one.where) for one in left_to_say(plan)))


def left_to_say(plan: Plan) -> list[ExplanationLine]:
    """The heaviest decisions that neither the answer nor a warning has told, in order."""
    said = {str(warning.message) for warning in plan.warnings}
    if plan.ends is not None:
        said |= {str(line.short or line.text) for line in plan.explanation.heaviest()}
    if plan.reason is not None:
        said.add(str(plan.explanation[-1].text) if len(plan.explanation) else "")
        said |= {str(line.short or line.text) for line in overlooked(plan)}
    left = [line for line in plan.told() if line.kind != WARNING and str(line.text) not in said and str(line.short) not in said]
    kept = sorted(range(len(left)), key=lambda at: -left[at].weight)[:MOST_DECISIONS]
    return [left[at] for at in sorted(kept)]


def done_lines(plan: Plan, site: Any, *, full: bool) -> Iterator[str]:
    """What formulas had done; an advance that the answer tells of and a mail that stands among the mails only in the full plan."""
    for effect in plan.effects:
        if full or not isinstance(effect, Advance | HandoffMail) or plan.status not in {"planned", "moved"}:
            yield effect_line(effect, site, plan.before)


def sent_line(mail: MailDraft, *, full: bool) -> str:
    """A mail; in the full plan with its subject."""
    said = mail_line(mail)
    return message("{email}: {assunto}", email=said, assunto=mail.subject) if full else said


def hypothesis_line(supposed: Hypothesis) -> Message:
    """``Hipótese: FILIAL = 'NE' (era 'MG')``: everything that is not as it is."""
    parts = [
        message("{campo} = {valor} (era {antes})", campo=name, valor=quoted(value), antes=quoted(supposed.was.get(name)))
        for name, value in supposed.set.items()
    ]
    if supposed.now is not None:
        parts.append(message("agora = {quando}", quando=moment_text(supposed.now)))
    if supposed.rules is not None:
        parts.append(RULES_NAMES.get(supposed.rules.lower()) or message("regras de {regras}", regras=supposed.rules))
    parts += [message("outro texto da fórmula {codigo}", codigo=code) for code in supposed.texts]
    parts += [message("{nome} com outro valor", nome=name) for name in supposed.stand_ins]
    said = parts[0]
    for one in parts[1:]:
        said = message("{antes}; {depois}", antes=said, depois=one)
    return message("Hipótese: {partes}", partes=said)


def quoted(value: Any) -> str:
    """A value as people read it; texts in quotes so that blanks show, Vazio by name."""
    if value is None or value == "":
        return message("Vazio")
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else display(value)


def titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A title and its lines, or nothing."""
    for at, line in enumerate(lines):
        if at == 0:
            yield title
        yield message("  {linha}", linha=line)


def numbered(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A title and its numbered lines, or nothing."""
    yield from titled(title, (message("{numero:2}. {linha}", numero=at, linha=line) for at, line in enumerate(lines, 1)))


def explained(text: str, where: str | None) -> str:
    """A link of the chain with its place."""
    return text if not where else message("{texto}  [{onde}]", texto=text, onde=where)


def change_lines(before: Ticket | None, after: Ticket | None, site: Any, *, steps: bool) -> Iterator[str]:
    """What differs between two states of a ticket: status, closing time, and, with ``steps``, step and holder too."""
    if after is None or before == after:
        return
    moved = [
        (message("etapa"), step_name(before, site), step_name(after, site)),
        (message("com"), holder_name(before, site), holder_name(after, site)),
    ]
    shown = [
        *(moved if steps else ()),
        (message("status"), before.status if before else "", after.status),
        (message("fechado em"), moment_text(before.closed_at if before else None), moment_text(after.closed_at)),
    ]
    for name, old, new in shown:
        if str(old) != str(new):
            yield message("  {nome}: {antes} → {depois}", nome=name, antes=old or "–", depois=new or "–")


def moment_text(when: datetime | None) -> str:
    """A time for people."""
    return "" if when is None else when.strftime("%d/%m/%Y %H:%M")


def step_name(ticket: Ticket | None, site: Any) -> str:
    """``2 Gestor``, or the bare code."""
    if ticket is None or ticket.step is None:
        return ""
    step = site.step(ticket.type, ticket.step) if site is not None else None
    return f"{ticket.step} {step.name}" if step is not None else str(ticket.step)


def holder_name(ticket: Ticket | None, site: Any) -> str:
    """A person or group by name where the site knows it."""
    if ticket is None or ticket.holder is None:
        return ""
    return holder_text(ticket.holder, site)


def holder_text(holder: Holder, site: Any) -> str:
    """As above, of a holder."""
    if site is not None:
        name: str = site.people.holder_name(holder)
        return name
    return holder.key if holder.kind == "attendant" else message("grupo {nome}", nome=holder.key)


def say_ticket(console: Console, shown: dict[str, Any], form: str, site: Any = None) -> None:
    """A ticket with its histories as the contract's JSON, or for a person."""
    from routing.reports.ticket_lines import TicketPage

    if form == "json":
        console.say_json(shown)
        return
    if form == "html":
        from routing.reports.page import printed_page

        console.say(printed_page(shown, site, console.language, clock(site.zone)))
        return
    for line in TicketPage(shown, site).lines():
        console.say(line)


def type_named(site: Any, text: str) -> int | None:
    """The code of a type by its code or its name; None for none."""
    from routing.domain.names import plain

    if text.isascii() and text.isdigit():
        return int(text) if int(text) in site.types else None
    found = [code for code, kind in site.types.items() if plain(kind.name) == plain(text)]
    return found[0] if len(found) == 1 else None


def draw_flow(console: Console, workspace: str, ticket_type: str, ticket: str | None, form: str) -> str:
    """The drawing of a type's flow."""
    import routing
    from routing.workspace import drawing

    site = routing.load_workspace(workspace)
    code = type_named(site, ticket_type)
    if code is None:
        known = ", ".join(f"{code} ({one.name})" for code, one in site.types.items())
        raise Refusal(message("o tipo {tipo} não existe", tipo=ticket_type), message("tipos: {tipos}", tipos=known))
    kind, step = site.types[code], None
    if ticket is not None:
        found = known_ticket(desk_of(workspace), ticket)
        step = found.step if found is not None else None
    drawn: str = drawing.draw(kind, form, step, console.language, site.people)
    return drawn


def work_until_told(console: Console, workspace: str, *, once: bool) -> int:
    """Do what is due, send queued mail; a line for each thing done or refused."""
    from routing.desk import worker
    from routing.desk.patience import PATIENCE, open_patiently

    def tell(plan: Plan) -> None:
        said = plan.headline()
        reason = plan.reason.message if plan.reason is not None else message("feito")
        action = DONE_NAMES.get(plan.action, plan.action)
        console.say(
            message("{chave}: {acao}: {fim}", chave=plan.ticket, acao=action, fim=said.text if said is not None else reason),
            error=said is None,
        )

    def waits(gone: StoreGone) -> None:
        console.say(message("{motivo}; espero por ele até {segundos} s", motivo=gone, segundos=round(PATIENCE)), error=True)

    workspace_or_url(workspace)
    with open_patiently(workspace, waits) as desk:
        worker.work(desk, once, lambda line: console.say(line, error=True), tell)
    return FINE
