"""Releases for people: the list, publishing, going back."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formula.messages import Message
from repl.messages import message
from repl.showing.console import FAULTY, FINE, Console, Refusal, clock

if TYPE_CHECKING:
    from routing.domain.site import Site


def whoever() -> str:
    """The user of the machine, as far as it is known."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def folder_of(workspace: str) -> Path:
    """The folder of a workspace; a database alone has none to publish."""
    if "://" in workspace:
        raise Refusal(message("diga a pasta da área de trabalho, não o banco de dados"))
    if not Path(workspace).is_dir():
        raise Refusal(message("a pasta '{pasta}' não existe", pasta=workspace), message("crie uma com: repasse init PASTA"))
    return Path(workspace)


def publish_now(
    console: Console, *, workspace: str, note: str, by: str, shadow: bool, percent: int | None, accept: bool, form: str
) -> int:
    """Check, then publish; WorkspaceError with every fault is told as ``check`` tells it."""
    from routing.checking import check_workspace
    from routing.desk.desk import store_of
    from routing.releases.publishing import PulledAway, publish
    from routing.settings import read_settings
    from routing.workspace.folder import read_workspace

    if shadow and percent:
        raise Refusal(message("use --shadow ou --share, não os dois"))
    folder = folder_of(workspace)
    site, _ = read_workspace(folder)
    store = store_of(read_settings(site.settings).database, folder)
    try:
        made = publish(
            store,
            folder,
            clock(site.zone),
            check_workspace,
            by=by or whoever(),
            note=note,
            accept=accept,
            shadow=shadow,
            percent=percent or 0,
            broken=broken_properties,
        )
    except PulledAway as pulled:
        if form == "json":
            console.say_json({"status": "refused", "pulled": [one.text(console.language) for one in pulled.pulled]})
        console.say(pulled.message, error=True)
        for line in pulled.pulled:
            console.say(message("  {linha}", linha=line), error=True)
        console.say(message("  {linha}", linha=pulled.hint), error=True)
        return FAULTY
    finally:
        store.close()
    if form == "json":
        active = made.active
        console.say_json({"status": "published" if made.new else "unchanged", "rules": active.rules, "people": active.people,
                          "shadow": active.shadow, "share": active.share, "percent": active.percent})  # fmt: skip
        return FINE
    active = made.active
    if shadow and active.shadow is not None:
        console.say(message("ao lado de {vale} corre {revisao}", vale=active.rules, revisao=active.shadow))
        console.say(message("repasse work a deixa decidir o que se decidir de agora em diante; repasse rules mostra em que difere"))
    elif percent and active.share is not None:
        console.say(message("{revisao} vale para {porcento} % dos atendimentos, {vale} para os outros",
                            revisao=active.share, porcento=active.percent, vale=active.rules))  # fmt: skip
    else:
        said = message("publicada: {revisao}", revisao=active.rules)
        console.say(said if made.new else message("nada mudou: vale {revisao}", revisao=active.rules))
    for line in made.pulled:
        console.say(message("  {linha}", linha=line), error=True)
    return FINE


def broken_properties(site: Site) -> list[Message]:
    """A sentence for each property that the rules to be published break, as far as a few seconds show."""
    from routing.proving.checking import failing_properties, way_told

    return [
        message("a propriedade '{nome}' não vale: {porque}", nome=one.name, porque=way_told(one))
        for one in failing_properties(site, within=PROOF_SECONDS)
    ]


PROOF_SECONDS = 10.0
"""What publishing spends on all properties."""


def roll_back_now(console: Console, workspace: str, revision: str | None, form: str) -> None:
    """A former release again."""
    from routing.releases.publishing import roll_back
    from routing.store import releases

    with place_of(workspace) as desk:
        before = releases.look(desk.store)
        active = roll_back(desk.store, clock(desk.site.zone), revision)
    if form == "json":
        console.say_json({"rules": active.rules, "before": None if before is None else before.rules})
        return
    console.say(message("vale de novo a publicação {revisao}; valia {antes}",
                        revisao=active.rules, antes=before.rules if before else "–"))  # fmt: skip
    if "://" not in workspace:
        console.say(
            message('a pasta continua como está: com publicar = "automatico", a próxima mudança nela volta a valer'), error=True
        )


def place_of(workspace: str) -> Any:
    """The desk of a workspace, also of one whose folder has faults, if something was published."""
    from routing.desk.desk import open_desk

    if "://" not in workspace:
        folder_of(workspace)
    return open_desk(workspace, serving=True)
