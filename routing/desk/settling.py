"""Which rules a desk on a folder decides by: the folder's, which a move makes a release first, or the active release.

With ``publicar = "automatico"`` (the default) a folder's rules become a release with the first move by them, if they have no fault
and take nothing from under tickets; otherwise the last good release decides. With ``publicar = "manual"`` only ``repasse publish``
changes it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from routing.domain.decision import Reason
from routing.domain.site import Site
from routing.errors import FileFaults
from routing.failures import SettingsFault
from routing.messages import message, plural
from routing.releases.following import Follower
from routing.releases.publishing import publish_release, pulled_away
from routing.releases.release import Release
from routing.store import releases
from routing.store.releases import Active
from routing.store.unit import Store
from routing.workspace.folder import read_workspace
from routing.workspace.sentences import check_sentences
from routing.workspace.sitecheck import check_site

AUTOMATIC, MANUAL = "automatico", "manual"


class Unsettled(Exception):
    """There is an active release, and a desk on a folder has not found out yet whether it is the folder's."""


def policy_of(settings: Any) -> str:
    """``publicar`` of repasse.toml. Raises SettingsFault."""
    found = settings.get("publicar", AUTOMATIC)
    if found not in (AUTOMATIC, MANUAL):
        raise SettingsFault(
            message("o valor {valor} não serve para 'publicar' em repasse.toml", valor=repr(found)),
            message('escreva publicar = "automatico" ou publicar = "manual"'),
            ("publicar",),
        )
    return str(found)


def settle(store: Store, site: Site, release: Release, now: datetime, *, moving: bool) -> Follower | None:
    """What a desk follows from now on; None while its folder's own rules decide and no move needs them kept yet."""
    active = releases.look(store)
    if active is not None:
        same = (active.rules, active.people) == (release.revision, release.people.revision)
        if same or release.revision in (active.shadow, active.share):
            return Follower(site)
        held = why_held_back(store, site, active, release)
        if held is not None:
            return Follower(site, held)
    if not moving:
        return None
    publish_release(store, release, now)
    return Follower(site)


def why_held_back(store: Store, site: Site, active: Active, release: Release) -> Reason | None:
    """Why the folder's rules must not take the place of a release: by the setting, for a fault, for tickets under way, after a
    rollback. Whoever looks at the folder believes that it decides, so commands and sessions say that it does not."""
    if release.revision == active.held:
        why, hint = message("depois de um rollback"), message("repasse publish a põe em vigor de novo")
    elif policy_of(site.settings) == MANUAL:
        why, hint = message('publicar = "manual"'), message("repasse publish a põe em vigor")
    elif errors := errors_of(site):
        count = sum(len(faults) for _, faults in errors)
        why = plural(count, "a pasta tem {quantos} erro", "a pasta tem {quantos} erros", quantos=count)
        hint = message("repasse check mostra todos")
    elif pulled := pulled_away(store, site):
        why, hint = (
            pulled[0],
            message("repasse check mostra o que falta; repasse publish --accept põe a pasta em vigor mesmo assim"),
        )
    else:
        return None
    said = message("quem decide é a publicação {revisao}, e não a pasta: {motivo}", revisao=active.rules, motivo=why)
    return Reason("publicacao-decide", said, hint)


def errors_of(site: Site) -> list[FileFaults]:
    """What keeps a folder's rules from becoming a release; its rule tests apart."""
    folder = Path(site.folder)
    again, found = read_workspace(folder)
    every = [*found, *check_site(again, folder), *check_sentences(again)]
    errors = [(path, [one for one in faults if one.severity == "error"]) for path, faults in every]
    return [(path, faults) for path, faults in errors if faults]
