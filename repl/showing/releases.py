"""Releases for people: the list, publishing, going back."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from formula.messages import Message
from repl.messages import message, plural
from repl.showing.console import FAULTY, FINE, Console, Refusal, clock

if TYPE_CHECKING:
    from routing.domain.site import Site
    from routing.errors import FileFaults


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
    from repl.showing.proofs import asking_progress
    from routing.desk.desk import store_of
    from routing.proving.checking import PUBLISH_SECONDS
    from routing.releases.publishing import PulledAway, publish
    from routing.settings import read_settings
    from routing.workspace.folder import read_workspace

    if shadow and percent:
        raise Refusal(message("use --shadow ou --share, não os dois"))
    folder = folder_of(workspace)
    site, _ = read_workspace(folder)
    store = store_of(read_settings(site.settings).database, folder)
    broken = BrokenProperties(asking_progress(console))
    try:
        made = publish(
            store,
            folder,
            clock(site.zone),
            rules_alone,
            by=by or whoever(),
            note=note,
            accept=accept,
            shadow=shadow,
            percent=percent or 0,
            broken=broken,
        )
    except PulledAway as pulled:
        if form == "json":
            console.say_json({"status": "refused", "pulled": [one.text(console.language) for one in pulled.pulled]})
        console.say(pulled.message, error=True)
        for line in pulled.pulled:
            console.say(message("  {linha}", linha=line), error=True)
        say_open(console, broken.open, workspace, PUBLISH_SECONDS)
        console.say(message("  {linha}", linha=pulled.hint), error=True)
        return FAULTY
    finally:
        store.close()
    say_open(console, broken.open, workspace, PUBLISH_SECONDS)
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


def rules_alone(folder: Path) -> list[FileFaults]:
    """What ``check`` says of rules to be published; their properties are asked apart, and once."""
    from routing.checking import check_workspace
    from routing.proving.checking import Judged

    return check_workspace(folder, Judged(judge=False))


@attrs.define(eq=False)
class BrokenProperties:
    """A sentence for each property that the rules to be published break, as far as the time for all of them shows; ``open`` says
    which were not decided in it."""

    told: Callable[[int, int, str], None] | None = None
    open: tuple[str, ...] = ()

    def __call__(self, site: Site) -> list[Message]:
        """Ask all of them."""
        from routing.proving.checking import judged_properties, way_told

        judged = judged_properties(site, told=self.told)
        self.open = tuple(one.name for one in judged.open)
        return [
            message("a propriedade '{nome}' não vale: {porque}", nome=one.name, porque=way_told(one)) for _, one in judged.failing
        ]


def say_open(console: Console, names: Sequence[str], workspace: str, seconds: float) -> None:
    """Which properties the time did not decide."""
    if names:
        shown = ", ".join(names[:SOME]) + (", …" if len(names) > SOME else "")
        said = plural(
            len(names),
            "{quantas} propriedade não foi decidida em {segundos} s ({nomes}): repasse prove {pasta} dá mais tempo a cada uma",
            "{quantas} propriedades não foram decididas em {segundos} s ({nomes}): repasse prove {pasta} dá mais tempo a cada uma",
            quantas=len(names),
            segundos=f"{seconds:.0f}",
            nomes=shown,
            pasta=workspace,
        )
        console.say(said, error=True)


SOME = 3
"""How many names are listed."""


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
    if before is not None and before.rules == active.rules and (ended := before.share or before.shadow):
        console.say(message("{outra} não corre mais ao lado; continua valendo {revisao}", outra=ended, revisao=active.rules))
    else:
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
