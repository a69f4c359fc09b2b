"""The life of a mail row after it was queued: claimed with a lease, sent by somebody, settled.

States: ``queued`` (may go now), ``sending`` (a worker has it until ``lease_until``), ``waiting`` (may go at
``next_at``), ``sent``, ``failed`` (the reason is in ``fault``), ``cancelled`` (an operator's word). A claim is
committed before anything is sent, so a worker that dies leaves a lease that runs out, never a lost mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

import attrs
from sqlalchemy import Connection, and_, delete, func, insert, or_, select, text, true, update
from sqlalchemy.sql.elements import ColumnElement

from routing.domain.addresses import read_addresses
from routing.domain.zone import wall_time
from routing.mail.outbox import Attachment
from routing.settings import Rules
from routing.store import events, tables
from routing.store.engine import reading, writing
from routing.store.postgres.queue import deferring
from routing.store.unit import Store

MAIL = tables.mail.c
CLAIM_LOCK = 725_001_319
"""PostgreSQL advisory lock: claims take turns, so that the sending limits hold exactly."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@attrs.frozen
class Mail:
    """A mail row as a worker needs it. ``remaining`` are the addresses left after a partial success."""

    id: int
    kind: str
    state: str
    message_id: str
    from_address: str
    to: str
    cc: str
    subject: str
    body: str
    html: str | None
    attachments: int
    attempts: int
    remaining: str | None
    fault: str | None
    next_at: datetime | None
    lease_until: datetime | None
    at: datetime

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses it still has to reach, each once."""
        return read_addresses(self.remaining or f"{self.to},{self.cc}").good


@attrs.frozen
class Claim:
    """The answer to a claim: the mail, or until when it has to wait (``later``); neither when it is settled."""

    mail: Mail | None = None
    later: datetime | None = None


def ready(now: datetime) -> ColumnElement[bool]:
    """Rows that a worker may take: waiting ones whose time has come, and those whose lease has run out.

    The first condition is that of the index of open mails, word for word, so that the settled ones cost nothing.
    """
    return and_(
        text("state IN ('queued', 'waiting', 'sending')"),
        or_(
            and_(MAIL.state.in_(["queued", "waiting"]), or_(MAIL.next_at.is_(None), MAIL.next_at <= now)),
            and_(MAIL.state == "sending", MAIL.lease_until <= now),
        ),
    )


def due(store: Store, now: datetime, most: int) -> list[str]:
    """Message-IDs of mails that may go now, oldest first; none while the switch is off."""
    with reading(store.engine) as connection:
        if not mail_is_on(connection):
            return []
        return list(connection.scalars(select(MAIL.message_id).where(ready(now)).order_by(MAIL.id).limit(most)))


def read(connection: Connection, name: str) -> Mail | None:
    """A mail by its Message-ID."""
    columns = [MAIL[field.name] for field in attrs.fields(Mail)]
    found = connection.execute(select(*columns).where(MAIL.message_id == name)).one_or_none()
    return None if found is None else Mail(*found)


def claim(store: Store, name: str, worker: str, now: datetime, rules: Rules) -> Claim:
    """Take a mail for sending, committed before this returns; or learn when to come back."""
    with writing(store.engine) as connection:
        if not store.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(CLAIM_LOCK)))
        mail = read(connection, name)
        if mail is None or mail.state in {"sent", "failed", "cancelled"}:
            return Claim()
        if not mail_is_on(connection):
            return Claim(later=now + rules.first_wait)
        held = mail.lease_until if mail.state == "sending" else mail.next_at
        if held is not None and held > now:
            return Claim(later=held)
        later = limited_until(connection, mail, now, rules)
        if later is None:
            change(connection, name, state="sending", attempts=mail.attempts + 1, worker=worker, lease_until=now + rules.lease)
            connection.execute(insert(tables.delivery), [{"address": one, "at": now} for one in mail.recipients])
        else:
            change(connection, name, state="waiting", next_at=later, lease_until=None)
        connection.commit()
        return Claim(attrs.evolve(mail, attempts=mail.attempts + 1)) if later is None else Claim(later=later)


def limited_until(connection: Connection, mail: Mail, now: datetime, rules: Rules) -> datetime | None:
    """When the limits let a mail go; None when they do now. Old deliveries are forgotten on the way."""
    sent = tables.delivery.c
    connection.execute(delete(tables.delivery).where(sent.at < now - HOUR))
    windows: list[tuple[int, timedelta, ColumnElement[bool]]] = [(rules.per_minute, MINUTE, true())]
    windows += [(rules.per_address_hour, HOUR, sent.address == address) for address in mail.recipients]
    waits = []
    for most, span, which in windows:
        if most:
            recent = select(sent.at).where(which, sent.at > now - span).order_by(sent.at.desc()).limit(most)
            times = list(connection.scalars(recent))
            if len(times) >= most:
                waits.append(times[-1] + span)
    return max(waits, default=None)


def change(connection: Connection, name: str, **values: object) -> int:
    """Set columns of a mail; how many rows that were."""
    return connection.execute(update(tables.mail).where(MAIL.message_id == name).values(**values)).rowcount


ENDS = {"sent": events.MAIL_SENT, "failed": events.MAIL_FAILED}
"""What an end is told as to those who follow the store."""


def settle(store: Store, mail: Mail, worker: str, at: datetime, **values: object) -> bool:
    """Write what became of a sending, and tell it when it is the end, at the site's time. False when another worker has taken the
    mail over since."""
    held = update(tables.mail).where(MAIL.message_id == mail.message_id, MAIL.worker == worker)
    with writing(store.engine) as connection:
        done = connection.execute(held.where(MAIL.state == "sending").values(lease_until=None, **values)).rowcount
        end = ENDS.get(str(values["state"]))
        if done and end is not None:
            ticket = connection.execute(select(MAIL.ticket_id).where(MAIL.message_id == mail.message_id)).scalar()
            told = {"mail": mail.message_id, "kind": mail.kind, "attempts": mail.attempts}
            events.add(connection, end, at, ticket, told)
        connection.commit()
    return done == 1


def sent(store: Store, mail: Mail, worker: str, now: datetime, refused: str | None = None, *, zone: tzinfo | None = None) -> None:
    """The server took it; ``refused`` tells of single recipients it did not take for good."""
    at = wall_time(now, zone)
    settle(store, mail, worker, at, state="sent", sent_at=now, next_at=None, remaining=None, fault=refused)


def again(
    store: Store, mail: Mail, worker: str, now: datetime, rules: Rules, why: str, left: Sequence[str] = (), *,
    zone: tzinfo | None = None,
) -> datetime | None:  # fmt: skip
    """It failed for now: when it is tried again, None when that was the last. ``left`` narrows whom to reach."""
    remaining, at = ", ".join(left) or mail.remaining, wall_time(now, zone)
    if mail.attempts >= rules.attempts:
        settle(store, mail, worker, at, state="failed", next_at=None, remaining=remaining, fault=why)
        return None
    until = now + rules.wait(mail.attempts)
    settle(store, mail, worker, at, state="waiting", next_at=until, remaining=remaining, fault=why)
    return until


def failed(store: Store, mail: Mail, worker: str, now: datetime, why: str, *, zone: tzinfo | None = None) -> None:
    """It failed for good."""
    settle(store, mail, worker, wall_time(now, zone), state="failed", next_at=None, fault=why)


def cancel(store: Store, name: str) -> bool:
    """An operator's word: a mail that nobody has in hand will not be sent. False when it is too late."""
    waiting = MAIL.state.in_(["queued", "waiting", "failed"])
    with writing(store.engine) as connection:
        found = update(tables.mail).where(MAIL.message_id == name, waiting).values(state="cancelled", next_at=None)
        done = connection.execute(found).rowcount
        connection.commit()
    return done == 1


def retry(store: Store, name: str) -> bool:
    """An operator's word: a failed or cancelled mail may go again, from its first attempt."""
    ended = MAIL.state.in_(["failed", "cancelled"])
    fresh = update(tables.mail).where(MAIL.message_id == name, ended)
    with writing(store.engine) as connection:
        done = connection.execute(fresh.values(state="queued", next_at=None, attempts=0)).rowcount
        if done and not store.is_sqlite:
            call, values = deferring([name])
            connection.exec_driver_sql(f"SELECT {call}", tuple(values))
        connection.commit()
    return done == 1


def is_on(store: Store) -> bool:
    """Whether sending is on."""
    with reading(store.engine) as connection:
        return mail_is_on(connection)


def listed(store: Store, states: Sequence[str] = (), most: int = 100) -> list[Mail]:
    """Mails, oldest first; only those in some states when any is named."""
    columns = [MAIL[field.name] for field in attrs.fields(Mail)]
    wanted = select(*columns).where(MAIL.state.in_(states) if states else true())
    with reading(store.engine) as connection:
        return [Mail(*row) for row in connection.execute(wanted.order_by(MAIL.id).limit(most))]


def mail_is_on(connection: Connection) -> bool:
    """The kill switch: off means that no worker takes a mail; moves go on queueing them."""
    switch = tables.switch.c
    return connection.scalar(select(switch.value).where(switch.name == "mail")) != "off"


def turn_mail(store: Store, on: bool) -> None:
    """Turn the kill switch for every worker of this database."""
    with writing(store.engine) as connection:
        connection.execute(delete(tables.switch).where(tables.switch.c.name == "mail"))
        connection.execute(insert(tables.switch).values(name="mail", value="on" if on else "off"))
        connection.commit()


def attachments_of(store: Store, mail: Mail) -> list[Attachment]:
    """The files that go with a mail."""
    if not mail.attachments:
        return []
    columns = tables.attachment.c
    with reading(store.engine) as connection:
        rows = connection.execute(
            select(columns.name, columns.content_type, columns.content).where(columns.mail_id == mail.id).order_by(columns.id)
        )
        return [Attachment(*row) for row in rows]


def counts(store: Store) -> dict[str, int]:
    """How many mails are in each state."""
    with reading(store.engine) as connection:
        found = connection.execute(select(MAIL.state, func.count()).group_by(MAIL.state))
        return dict.fromkeys(tables.MAIL_STATES, 0) | {state: count for state, count in found}  # noqa: C416 - a Result is no pairs
