"""The desk: what a ticket service calls. Reads, decides and applies a move in one transaction.

>>> desk = open_desk("minha-pasta")                      # doctest: +SKIP
>>> desk.move("1;1;42", Request(action="advance", actor="1;2", key="pedido-981"), now=agora)   # doctest: +SKIP
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import attrs

from formula.context import Sentences
from formula.names import as_seen
from routing.clock import now_in
from routing.deciding import planner
from routing.deciding.correspondence import Letter
from routing.deciding.previews import preview
from routing.deciding.supposing import supposed
from routing.desk.apply import apply
from routing.desk.clients import client_list
from routing.desk.contacts import ContactAsked, contact_list, save_contact
from routing.desk.first_look import FirstLook
from routing.desk.following import event_list
from routing.desk.presence import Presences, Said, absence_list, now_site, say_presence
from routing.desk.settling import Unsettled, settle
from routing.desk.solving import solving
from routing.desk.under_way import edited_sample, whole_ticket
from routing.desk.viewing import hidden_tickets, known_viewer, with_view
from routing.domain.access import visible
from routing.domain.annexes import hidden_annexes, latest, without_annexes
from routing.domain.approvers import standing_of
from routing.domain.decision import Hypothesis, Plan, Reason, Request
from routing.domain.due import due_json, in_step_since
from routing.domain.mails import MailDraft, mail_file
from routing.domain.model import HISTORIES, Ticket
from routing.domain.relations import related, without_tickets
from routing.domain.site import Site
from routing.domain.zone import wall_time
from routing.errors import WorkspaceError
from routing.failures import Conflict, MailFault, StoreClash, UnknownPerson, UnknownTicket
from routing.mail.letters import NO_TEMPLATES, Templates, dress, dress_one, load_templates
from routing.mail.outbox import Attachment, message_id, of_ticket
from routing.messages import message
from routing.releases.facts import Facts, RecordedSentences, RecordedWorkload
from routing.releases.following import Follower, OtherRules
from routing.releases.loading import Rules, load, sentences_of
from routing.releases.release import Release, taken
from routing.settings import Settings, read_settings
from routing.store import decision_log, decisions, files, recent, releases, tickets
from routing.store.engine import database_url, open_engine
from routing.store.releases import Active
from routing.store.schema import ensure_schema
from routing.store.unit import Store, Unit
from routing.store.workload import AnswersKept, StoreWorkload
from routing.workspace.folder import load_workspace, read_workspace

ATTEMPTS = 3
"""How often a move is decided again when another one came between (an equal key, a ticket opened twice)."""


@attrs.define(eq=False)
class Desk:
    """A site and its store. May be shared between threads."""

    site: Site
    store: Store
    settings: Settings
    templates: Templates
    sentences: Sentences | None
    name: str
    folder: TemporaryDirectory[str] | None = None
    revision: str = ""
    people_revision: str = ""
    follows: Follower | None = None
    release: Release | None = attrs.field(default=None, repr=False)
    presences: Presences = attrs.field(factory=Presences, repr=False)

    def move(self, key: str, request: Request, now: datetime) -> Plan:
        """Decide and apply. The plan's status is ``moved``, or why not; a refused move changes no row.

        With an idempotency key, the same request gives the stored answer; another one with that key is a Conflict.
        Raises StoreError when the database fails: then nothing was kept.
        """
        wall, request, key = wall_time(now, self.site.zone), request.at(self.site.zone), as_seen(key)
        self.settle(wall, moving=True)
        attempt = 0
        desk = self
        while True:
            try:
                seen = desk.first_look(key, request, wall) if desk.takes_long and not attempt else None
                with self.store.writing() as unit:
                    plan = desk.move_within(unit, key, request, wall, seen)
                return self.numbered(plan)
            except OtherRules as other:
                desk = attrs.evolve(self.under(self.rules_now(other)), follows=self.follows)
            except StoreClash:
                attempt += 1
                if attempt == ATTEMPTS:
                    raise

    def settle(self, now: datetime, *, moving: bool) -> None:
        """Find out once which rules decide (:mod:`routing.desk.settling`); ``release`` is what the folder's would make."""
        if self.follows is None and self.release is not None:
            self.follows = settle(self.store, self.site, self.release, now, moving=moving)

    def peopled(self, unit: Unit, said: int) -> Desk:
        """The desk with its people as they are by what they said of their presence, up to a number."""
        return attrs.evolve(self, site=self.presences.site(self.site, unit, said), folder=None) if said else self

    def say_presence(self, asked: Said, now: datetime) -> dict[str, Any]:
        """Say that somebody is away, or what somebody's own status is (S:207): obeyed from the next decision on. The line of
        :meth:`absences` about the person. Raises UnknownPerson, WrongPresence, NotAllowed."""
        return say_presence(self, asked, wall_time(now, self.site.zone))

    def clients(self, **given: Any) -> dict[str, Any]:
        """The look-up of clients (S:23-25): by kind, name, document, code, limit. Raises WrongFilter."""
        return client_list(self.now_site(), given)

    def now_site(self) -> Site:
        """The site with its people and their contacts as they are by all that was said."""
        with self.store.reading() as unit:
            return now_site(self, unit)

    def contacts(self, owner: str) -> dict[str, Any]:
        """The contacts of ``cliente;C001`` or ``representante;R1``, those of the directory first. Raises WrongContact."""
        return contact_list(self, owner)

    def save_contact(self, asked: ContactAsked, now: datetime) -> dict[str, Any]:
        """Record, change or delete a contact (S:26-46); the list of its owner. Raises WrongContact, NotAllowed, UnknownPerson."""
        return save_contact(self, asked, wall_time(now, self.site.zone))

    def absences(self, now: datetime, person: str = "", *, history: bool = False) -> dict[str, Any]:
        """Who is away, busy or inactive now, or how one person is; with ``history`` also what was said, newest first."""
        return absence_list(self, wall_time(now, self.site.zone), person, history=history)

    def stay(self, active: Active | None, key: str) -> None:
        """Raises OtherRules when by now another release decides about a ticket."""
        if self.follows is not None:
            self.follows.look(active, key, (self.revision, self.people_revision))

    def present(self, key: str) -> Desk:
        """The desk by the rules that decide about a ticket now."""
        try:
            with self.store.reading() as unit:
                self.stay(releases.active(unit), key)
        except OtherRules as other:
            return attrs.evolve(self.under(self.rules_now(other)), follows=self.follows)
        return self

    def rules_now(self, other: OtherRules) -> Rules:
        """The rules that decide now."""
        assert self.follows is not None
        return self.follows.rules(self.store, other)

    def numbered(self, plan: Plan) -> Plan:
        """A move that was made, with the number of its decision."""
        if plan.status != "moved" or plan.decision is not None:
            return plan
        return attrs.evolve(plan, decision=decision_log.number_of(self.store, plan))

    @property
    def takes_long(self) -> bool:
        """SQLite lets one writer in at a time: a decision that may ask another database, or run code that is not ours, is not
        made while others wait for their turn."""
        return self.store.is_sqlite and (self.sentences is not None or self.site.has_plugins())

    def first_look(self, key: str, request: Request, now: datetime) -> FirstLook:
        """Decide in a view of the store, keeping nobody from writing; see :mod:`routing.desk.first_look`."""
        with self.store.reading() as view:
            stored, _, answered, present = look_up(view, key, request, now)
            here = self.peopled(view, present.said)
            workload = AnswersKept(StoreWorkload(view, here.site.people, present.said))
            plan = answered or here.decide(key, stored, request, now, workload)
        return FirstLook(stored, plan, workload)

    def move_within(self, unit: Unit, key: str, request: Request, now: datetime, seen: FirstLook | None = None) -> Plan:
        """In one transaction: read, decide unless what was decided before still holds, write. Raises OtherRules when others decide
        now."""
        stored, asked, answered, present = look_up(unit, key, request, now, lock=True)
        self.stay(present.active, key)
        if answered is not None:
            return answered
        here = self.peopled(unit, present.said)
        workload = StoreWorkload(unit, here.site.people, present.said, deciding=True)
        plan = seen.plan if seen is not None and seen.holds(stored, workload) else here.decide(key, stored, request, now, workload)
        if not plan.applies:
            return plan
        try:
            moved = apply(unit, stored.id if stored else None, plan, self.name, asked)
        except UnknownTicket as missing:
            return refused(plan, missing)
        unit.commit()
        return moved

    def plan(
        self, key: str, request: Request, now: datetime, hypothesis: Hypothesis | None = None, *, expected: str | None = None
    ) -> Plan:
        """What :meth:`move` would decide now, or would if a hypothesis held; changes nothing. ``expected`` is a person, group,
        step, status or address: the plan then says why it does not lead there. Raises WrongSupposition."""
        wall, key = wall_time(now, self.site.zone), as_seen(key)
        if hypothesis is not None and hypothesis.now is not None:
            wall = wall_time(hypothesis.now, self.site.zone)
            hypothesis = attrs.evolve(hypothesis, now=wall)
        own = hypothesis is not None and hypothesis.rules is not None
        try:
            return self.plan_now(key, request, wall, hypothesis, expected, own=own)
        except Unsettled:
            self.settle(wall, moving=False)
            if self.follows is None:
                return self.plan_now(key, request, wall, hypothesis, expected, own=True)
            return self.plan(key, request, wall, hypothesis, expected=expected)
        except OtherRules as other:
            return self.under(self.rules_now(other)).plan_now(key, request, wall, hypothesis, expected, own=True)

    def plan_now(
        self, key: str, request: Request, wall: datetime, hypothesis: Hypothesis | None, expected: str | None, *, own: bool
    ) -> Plan:
        """The plan under this desk's rules: whatever decides, when they are asked for as its ``own``. Raises OtherRules when others
        decide now, Unsettled when nobody has found out yet which do."""
        with self.store.reading() as unit:
            stored, _, present = read(unit, key, wall)
            if not own:
                if self.follows is None and self.release is not None and present.active is not None:
                    raise Unsettled
                self.stay(present.active, key)
            if hypothesis:
                stored, request, hypothesis = self.suppose(stored, request, hypothesis)
            here = self.peopled(unit, present.said)
            workload = StoreWorkload(unit, here.site.people, present.said)
            plan = here.decide(key, stored, request, wall, workload)
            if stored is not None and plan.before is not None:
                plan = self.minding_samples(plan, stored.ticket, unit)
            if hypothesis:
                plan = attrs.evolve(plan, hypothesis=hypothesis)
            if expected is None:
                return plan
            from routing.explaining.whynot import with_answer

            return with_answer(here.site, plan, expected, self.sentences, workload)

    def minding_samples(self, plan: Plan, ticket: Ticket, unit: Unit) -> Plan:
        """The plan with a warning when the ticket's sample was edited after it went into the store."""
        edited = edited_sample(self.site, ticket, lambda: whole_ticket(unit, ticket.key))
        return plan if edited is None else attrs.evolve(plan, warnings=(*plan.warnings, edited[0]))

    def under(self, rules: Rules) -> Desk:
        """The same store under other rules, whichever are active."""
        return attrs.evolve(
            self, site=rules.site, templates=rules.templates, sentences=rules.sentences, folder=None, revision=rules.revision,
            people_revision=rules.people, release=None, follows=None,
        )  # fmt: skip

    def suppose(
        self, stored: tickets.Stored | None, request: Request, hypothesis: Hypothesis
    ) -> tuple[tickets.Stored | None, Request, Hypothesis]:
        """The ticket, stored or to be opened, as a hypothesis has it."""
        if stored is not None:
            ticket, said = supposed(self.site, stored.ticket, hypothesis)
            return attrs.evolve(stored, ticket=ticket), request, said
        if request.draft is not None:
            draft, said = supposed(self.site, request.draft, hypothesis)
            return None, attrs.evolve(request, draft=draft), said
        return None, request, hypothesis

    def plan_draft(self, key: str, request: Request, now: datetime) -> Plan:
        """What opening a draft would do, whatever the store has under its key: nothing of stored tickets is read."""
        wall, key = wall_time(now, self.site.zone), as_seen(key)
        plan = planner.plan(self.site, None, request, wall, sentences=self.sentences, key=key)
        return dress(plan, self.templates) if plan.mails else plan

    def decide(
        self,
        key: str,
        stored: tickets.Stored | None,
        request: Request,
        now: datetime,
        workload: StoreWorkload | AnswersKept,
    ) -> Plan:
        """The plan, with the mails in the site's own words, and what it was decided by."""
        request = solving(self.store, request)
        facts = Facts(newest=stored.newest if stored else (), presence=workload.presence)
        decided = planner.plan(
            self.site,
            stored.ticket if stored else None,
            request,
            now,
            sentences=None if self.sentences is None else RecordedSentences(self.sentences, facts),
            workload=RecordedWorkload(workload, facts),
            key=key,
        )
        plan = dress(decided, self.templates) if decided.mails else decided
        if plan.before is None and stored is not None:
            facts.about = stored.ticket
        return plan.with_parts(rules=self.revision, people=self.people_revision, facts=facts.text())

    def ticket(self, key: str) -> Ticket:
        """A ticket with its whole histories. UnknownTicket when there is none."""
        with self.store.reading() as unit:
            return known(tickets.find_whole(unit, key), key).ticket

    def tickets(self) -> list[str]:
        """The keys of all tickets, in order."""
        with self.store.reading() as unit:
            return tickets.all_keys(unit)

    def show(self, key: str, viewer: str | None = None) -> dict[str, Any]:
        """The contract's ``show``: the ticket, its histories, discussion and mails, oldest first.

        With a ``viewer``, an attendant's key or name, a ticket that this person may not see (S:139) is as one that does not exist:
        UnknownTicket. An unknown viewer is an UnknownPerson. ``views`` tell who looked at it in a queue (S:170), and keeps who
        looks now.
        """
        key = as_seen(key)
        person = None if viewer is None else known_viewer(self.site, viewer)
        with self.store.reading() as unit:
            stored = known(tickets.find_whole(unit, key), key)
            if person is not None and not visible(stored.ticket, person):
                known(None, key)
            shown: dict[str, Any] = {"ticket": stored.ticket.as_json()}
            for name in HISTORIES:
                if name not in {"voices", "annexes", "relations"}:
                    shown[name] = [row.as_json() for row in getattr(stored.ticket, name)]
            shown["annexes"] = [row.as_json() for row in latest(stored.ticket.annexes)]
            shown["relations"] = [row.as_json() for row in related(stored.ticket.relations)]
            hidden = hidden_tickets(unit, stored.ticket, person)
            if (found := standing_of(now_site(self, unit), stored.ticket)) is not None:
                shown |= found.as_json()
            shown |= due_json(self.site, stored.ticket) | {"mails": of_ticket(unit, stored.id)}
            views = tickets.queue_views(unit, stored.id)
        shown["views"] = with_view(self.store, stored, person, views, now_in(self.site.zone))
        shown = without_tickets(shown, hidden)
        return shown if person is None else without_annexes(shown, hidden_annexes(self.site.annexes, person))

    def kind_seen(self, key: str, viewer: str) -> int | None:
        """The type of a ticket; None when there is none, or when the viewer (an attendant's key or name) does not see it."""
        try:
            person = known_viewer(self.site, viewer)
            with self.store.reading() as unit:
                found = known(tickets.find(unit, as_seen(key)), key).ticket
        except (UnknownPerson, UnknownTicket):
            return None
        return found.type if visible(found, person) else None

    def sample_note(self, key: str) -> Reason | None:
        """What to mind when the ticket's sample file was edited after the ticket went into the store; None when it was not."""
        with self.store.reading() as unit:
            stored = known(tickets.find_whole(unit, key), key).ticket
        edited = edited_sample(self.site, stored, lambda: stored)
        return None if edited is None else edited[0]

    def write(self, key: str, letter: Letter, now: datetime, files: Sequence[Attachment] = ()) -> str:
        """Send a mail about a ticket (S:66-71), as the action ``mail`` does; its Message-ID. Raises MailFault, UnknownTicket."""
        attached = tuple(mail_file(one.name, one.content, one.content_type) for one in files)
        return self.written(key, self.move(key, letter.request(attached), now))

    def write_opening(self, key: str, actor: str, now: datetime) -> str:
        """Send the opening mail to the client (S:90-102); its Message-ID. Raises MailFault, UnknownTicket."""
        return self.written(key, self.move(key, Request(action="mail", kind="opening", actor=actor), now))

    def preview(self, key: str, kind: str, now: datetime, *, to: str = "", actor: str = "") -> tuple[MailDraft, list[Reason]]:
        """A mail of a kind as the ticket would send it now, in the site's words, and what of the templates failed; nothing is sent.
        Raises MailFault, UnknownTicket."""
        desk, wall = self.present(key), wall_time(now, self.site.zone)
        with self.store.reading() as unit:
            found, _, present = read(unit, key, wall)
            stored, here = known(found, key), desk.peopled(unit, present.said)
            workload = StoreWorkload(unit, here.site.people, present.said)
            made = preview(here.site, stored.ticket, kind, wall, workload, to=to, actor=actor)
        return dress_one(made, desk.templates)

    def written(self, key: str, plan: Plan) -> str:
        """The Message-ID of the mail that a plan sent."""
        if plan.status != "moved" or plan.after is None:
            assert plan.reason is not None
            fault = UnknownTicket if plan.reason.code == "atendimento-desconhecido" else MailFault
            raise fault(plan.reason.message, plan.reason.hint)
        return message_id(self.name, plan.ticket, plan.after.version, 1, plan.mails[0].from_address)

    def decisions(self, key: str) -> list[int]:
        """The numbers of the moves applied to a ticket, oldest first."""
        with self.store.reading() as unit:
            return decisions.of_ticket(unit, known(tickets.find(unit, key), key).id)

    def events(self, after: int = 0, limit: int = 100, viewer: str | None = None) -> dict[str, Any]:
        """What happened behind a place, oldest first: ``{"events": […], "next": place}``. Whoever asks again with ``next`` misses
        nothing and gets nothing twice. Raises WrongFilter, UnknownPerson."""
        return event_list(self.store, self.site, {"after": after, "limit": limit, "viewer": viewer})

    def decision(self, number: int, viewer: str | None = None) -> Plan | None:
        """An applied move as it was decided then. With a ``viewer``, one about a ticket hidden from this person (S:139) is None."""
        person = None if viewer is None else known_viewer(self.site, viewer)
        with self.store.reading() as unit:
            found = decisions.by_number(unit, number)
            if found is None:
                return None
            plan = found.plan()
            if person is not None:
                about = tickets.find(unit, plan.ticket)
                if about is None or not visible(about.ticket, person):
                    return None
        return plan

    def add(self, *added: Ticket) -> list[str]:
        """Bring tickets in; those whose key the store has already are left as they are. The keys that were new."""
        for _ in range(ATTEMPTS - 1):
            with suppress(StoreClash):  # another process brings the same ones in
                return self.add_once(added)
        return self.add_once(added)

    def add_once(self, added: Sequence[Ticket]) -> list[str]:
        """One transaction. StoreClash when another one brought in one of them at the same time."""
        with self.store.writing() as unit:
            new = [one for one in added if tickets.find(unit, one.key) is None]
            for ticket in new:
                tickets.add(unit, ticket)
            unit.commit()
        return [ticket.key for ticket in new]

    def close(self) -> None:
        """Close the connections."""
        self.store.close()
        if self.folder is not None:
            self.folder.cleanup()

    def __enter__(self) -> Self:
        """For ``with``."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


def open_desk(url_or_path: str | os.PathLike[str], *, serving: bool = False) -> Desk:
    """The desk of a workspace folder, or of a database URL.

    A folder's sample tickets are brought into its database when first seen. A URL takes the workspace that was
    imported into the store, if one was; tickets can be kept without one. ``serving`` desks decide by the release that is active in
    the store from the first move on, and open on it even when the folder is faulty. Raises WorkspaceError, SettingsFault,
    StoreError.
    """
    text = os.fspath(url_or_path)
    desk = desk_of_url(text) if "://" in text else desk_of_folder(Path(text), serving=serving)
    if serving and desk.follows is None and desk.release is not None:
        desk.follows = Follower(desk.site)
    return desk


def desk_of_folder(folder: Path, *, serving: bool = False) -> Desk:
    """A desk over a workspace folder."""
    try:
        site = load_workspace(folder)
    except WorkspaceError:
        found = desk_of_last_good(folder) if serving else None
        if found is None:
            raise
        return found
    settings = read_settings(site.settings)
    desk = make_desk(site, store_of(settings.database, folder), settings, load_templates(folder, settings))
    return with_samples(with_release(desk, folder))


def desk_of_last_good(folder: Path) -> Desk | None:
    """A desk by the active release of a folder that has faults; None when there is none, or the settings cannot be read."""
    place, _ = read_workspace(folder)
    if not place.folder:
        return None
    settings = read_settings(place.settings)
    store = store_of(settings.database, folder)
    active = releases.look(store)
    if active is None:
        store.close()
        return None
    rules = load(store, active.rules, active.people, place)
    desk = make_desk(place, store, settings, rules.templates).under(rules)
    return attrs.evolve(desk, follows=Follower(place))


def with_release(desk: Desk, folder: Path) -> Desk:
    """The desk with what the folder's rules would be as a release."""
    release = taken(folder, desk.site)
    return attrs.evolve(desk, release=release, revision=release.revision, people_revision=release.people.revision)


def with_samples(desk: Desk) -> Desk:
    """The desk, its site's sample tickets brought in when the store has not seen them."""
    with desk.store.reading() as unit:
        new = [one for key, one in desk.site.tickets.items() if tickets.find(unit, key) is None]
    if new:
        desk.add(*(in_step_since(desk.site, one, now_in(desk.site.zone)) for one in new))
    return desk


def desk_of_url(url: str) -> Desk:
    """A desk over a database."""
    store = store_of(url, None)
    with store.reading() as unit:
        present = files.any_file(unit)
    if not present:
        return make_desk(Site(), store, read_settings({}), NO_TEMPLATES)
    folder = TemporaryDirectory(prefix="repasse-")
    files.export_files(store, Path(folder.name))
    site = load_workspace(folder.name)
    settings = read_settings(site.settings)
    desk = make_desk(site, store, settings, load_templates(Path(folder.name), settings), folder)
    return with_samples(with_release(desk, Path(folder.name)))


def store_of(url: str, folder: Path | None) -> Store:
    """An opened store with the present schema."""
    engine = open_engine(database_url(url, folder))
    ensure_schema(engine)
    return Store(engine)


def make_desk(
    site: Site, store: Store, settings: Settings, templates: Templates, folder: TemporaryDirectory[str] | None = None
) -> Desk:
    """Put the parts together."""
    with store.reading() as unit:
        name = files.store_name(unit)
    return Desk(site, store, settings, templates, sentences_of(site), name, folder)


def read(
    unit: Unit, key: str, now: datetime, request_key: str | None = None, lock: bool = False
) -> tuple[tickets.Stored | None, decisions.Answered | None, releases.Present]:
    """A ticket with what a decision looks at of its histories, what the request's key was answered with, and what decides now.

    A text that is no ticket key names no ticket.
    """
    with unit.batch():
        try:
            ticket, histories = tickets.ask(unit, key, lock), recent.ask(unit, key)
        except UnknownTicket:
            ticket, histories = None, None
        earlier = decisions.ask(unit, request_key) if request_key else None
        present = releases.ask_present(unit)
    stored = recent.with_recent(unit, key, ticket, histories, now) if ticket and histories else None
    return stored, decisions.answered(earlier), releases.present(present)


def look_up(
    unit: Unit, key: str, request: Request, now: datetime, lock: bool = False
) -> tuple[tickets.Stored | None, str, Plan | None, releases.Present]:
    """A ticket, the hash of what is asked of it, the answer if this very request had one already, and what decides now. Raises
    Conflict."""
    stored, earlier, present = read(unit, key, now, request.key, lock)
    asked = decisions.request_hash(key, request) if request.key else ""
    return stored, asked, None if earlier is None else answer_again(earlier, asked, request.key or ""), present


def known(stored: tickets.Stored | None, key: str) -> tickets.Stored:
    """The ticket, or UnknownTicket."""
    if stored is None:
        raise UnknownTicket(message("o atendimento {chave} não existe", chave=key))
    return stored


def answer_again(earlier: decisions.Answered, asked: str, key: str) -> Plan:
    """The stored answer of an idempotency key. Conflict when the request is another one."""
    if earlier.request_hash != asked:
        raise Conflict(
            message("a chave '{chave}' já foi usada em outro pedido", chave=key),
            message("use uma chave nova para cada pedido, e a mesma só para repetir o mesmo pedido"),
        )
    return earlier.plan()


def refused(plan: Plan, missing: UnknownTicket) -> Plan:
    """A plan that cannot be applied because a formula wrote to a ticket that does not exist."""
    reason = Reason(missing.code, missing.message, missing.hint)
    return attrs.evolve(
        plan, status="refused", gate="G9", reason=reason, after=plan.before, mails=(), entries=(), other_entries=(),
        steps=(), handoffs=(), statuses=(),
    )  # fmt: skip
