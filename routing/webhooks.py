"""Telling addresses what happened: signed as Standard Webhooks, at least once, one after the other in the order of the feed.

How far an address was told is a row of the store; a worker takes it for a while. What the address does not take is told again,
later and later; meanwhile nothing behind it is told there: nothing is lost, and nothing of a ticket comes before what it follows.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

import attrs

from routing.domain.zone import with_offsets
from routing.failures import SettingsFault
from routing.messages import how_to_add, message
from routing.setting_hooks import Hook
from routing.store import events
from routing.store.followers import keep, put_off, take
from routing.store.unit import Store

AT_ONCE = 100
"""Events read at once for an address."""
TIMEOUT = 10.0
"""Seconds that an address may take for one event."""
ANSWER = 64 * 1024
"""Bytes of an answer that are read at most."""
Ended = Callable[[], bool]


@attrs.frozen
class Told:
    """How many events an address took, and why it took no more."""

    count: int = 0
    fault: str = ""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """An address that sends elsewhere has not taken the event: only the address of the settings is told."""

    def redirect_request(self, *_: Any) -> None:
        """Never."""
        return


OPENER = urllib.request.build_opener(NoRedirect)


def tell_all(store: Store, hooks: tuple[Hook, ...], zone: tzinfo | None, ended: Ended = lambda: False) -> dict[str, Told]:
    """Tell each address that is due what it has not got, by its url. Raises StoreError."""
    if not hooks:
        return {}
    signer()
    events.give_places(store)
    return {hook.url: tell(store, hook, zone, ended) for hook in hooks if not ended()}


def tell(store: Store, hook: Hook, zone: tzinfo | None, ended: Ended) -> Told:
    """Tell one address, unless another worker has it or its time has not come."""
    place = take(store, hook.name, hook.since)
    if place is None:
        return Told()
    done = 0
    while not ended():
        found = events.placed_after(store, place, AT_ONCE)
        if not found:
            break
        for event in found:
            if not hook.events or event.type in hook.events:
                if ended():
                    break
                fault = post(hook, event, zone)
                if fault:
                    put_off(store, hook.name, place, fault)
                    return Told(done, fault)
                done += 1
                keep(store, hook.name, event.id, leave=False)
            place = event.id
    keep(store, hook.name, place, leave=True)
    return Told(done)


def post(hook: Hook, event: events.Event, zone: tzinfo | None) -> str:
    """Send one event; why the address did not take it, empty when it did (any 2xx)."""
    body = json.dumps(with_offsets(event.as_json(), zone), ensure_ascii=False, separators=(",", ":"))
    now, name = datetime.now(UTC), str(event.id)
    headers = {
        "content-type": "application/json", "user-agent": "repasse", "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signer()(hook.secret).sign(name, now, body),
    }  # fmt: skip
    request = urllib.request.Request(hook.url, body.encode(), headers, method="POST")  # noqa: S310 - http and https only
    try:
        with OPENER.open(request, timeout=TIMEOUT) as answer:
            answer.read(ANSWER)
    except urllib.error.HTTPError as error:
        error.close()
        return f"HTTP {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__
    return ""


def signer() -> Any:
    """The library that signs. SettingsFault when it is not installed."""
    try:
        from standardwebhooks.webhooks import Webhook
    except ImportError as missing:
        raise SettingsFault(
            message("falta o módulo '{nome}' para os [[webhook]]", nome=missing.name), how_to_add("webhooks")
        ) from missing
    return Webhook
