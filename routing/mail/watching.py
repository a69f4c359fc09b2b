"""What an operator watches of mails, workers and addresses that are told: ages and places, for ``/metrics``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from routing.mail.sending import Office
from routing.mail.states import counts
from routing.store import tables
from routing.store.engine import reading, writing
from routing.store.unit import Store

PREFIX = "worker:"
FORGOTTEN = timedelta(hours=24)
"""After so long a worker that was not seen again is no longer listed."""


def seen(office: Office) -> None:
    """The worker is alive: its row says when that was."""
    switch, name, now = tables.switch.c, PREFIX + office.worker, datetime.now(UTC)
    with writing(office.store.engine) as connection:
        if not connection.execute(update(tables.switch).where(switch.name == name).values(value=now.isoformat())).rowcount:
            old = (now - FORGOTTEN).isoformat()
            connection.execute(delete(tables.switch).where(switch.name.startswith(PREFIX), switch.value < old))
            connection.execute(insert(tables.switch).values(name=name, value=now.isoformat()))
        connection.commit()


def gone(office: Office) -> None:
    """The worker ends in order: nobody is to miss it."""
    with writing(office.store.engine) as connection:
        connection.execute(delete(tables.switch).where(tables.switch.c.name == PREFIX + office.worker))
        connection.commit()


def gauges(store: Store, zone_now: datetime) -> list[tuple[str, dict[str, str], float]]:
    """Name, labels and value of each gauge. ``zone_now`` is the site's wall clock, which mails are queued by."""
    now = datetime.now(UTC)
    mail, switch, hook, event = tables.mail.c, tables.switch.c, tables.webhook.c, tables.event.c
    made: list[tuple[str, dict[str, str], float]] = [
        ("repasse_mails", {"state": state}, many) for state, many in counts(store).items()
    ]
    with reading(store.engine) as connection:
        oldest = connection.execute(select(func.min(mail.at)).where(mail.state.in_(("queued", "waiting", "sending")))).scalar()
        workers = connection.execute(select(switch.name, switch.value).where(switch.name.startswith(PREFIX))).all()
        last = connection.execute(select(func.max(event.place))).scalar() or 0
        unread = connection.execute(select(func.count()).where(event.place.is_(None))).scalar() or 0  # numbered when first read
        hooks = connection.execute(select(hook.name, hook.place)).all()
    age = 0.0 if oldest is None else max(0.0, (zone_now - oldest).total_seconds())
    made.append(("repasse_mail_oldest_seconds", {}, age))
    made.append(("repasse_workers", {}, len(workers)))
    made += [
        ("repasse_worker_seen_seconds", {"worker": name.removeprefix(PREFIX)}, (now - datetime.fromisoformat(at)).total_seconds())
        for name, at in workers
    ]
    return made + [("repasse_webhook_behind", {"webhook": name[:12]}, max(0, last - place) + unread) for name, place in hooks]
