"""Kill everything, again and again, under load; then ask the tables whether anything was lost, doubled or torn.

    python benchmarks/torture.py [--database sqlite|postgresql] [--seconds 600] [--kills 150] [--movers 4] [--clients 4] [--workers 2]
                                 [--tickets 40] [--outages N] [--seed N] [--json]

Movers open the desk themselves and move tickets; clients ask a real ``repasse serve``; workers run ``repasse work`` against an SMTP
server of this process. All of them, the service too, are killed with SIGKILL at moments of chance and started again; a mover or
client whose move was not answered asks again with the same key. ``--outages`` stops PostgreSQL at once so often, for some seconds
each. At the end a worker sends what is left, and the rules below are read from the tables. Ctrl-C ends early, with the same check.
Exit code 1 when a rule was broken.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import httpx  # noqa: E402
from kit.servers import MailServer, OwnServer, free_port, own_postgres, smtp_server  # noqa: E402
from kit.service import new_key  # noqa: E402
from kit.workspaces import make_workspace  # noqa: E402
from sqlalchemy import create_engine, text  # noqa: E402

from routing.desk.desk import open_desk  # noqa: E402
from routing.desk.patience import open_patiently  # noqa: E402
from routing.desk.worker import work  # noqa: E402
from routing.domain.decision import Request  # noqa: E402
from routing.errors import RoutingError  # noqa: E402

START = datetime(2026, 11, 24, 10, 0)
ACTOR = "1;2"
SETTINGS = """\
banco = "{database}"
[smtp]
servidor = "127.0.0.1"
porta = {port}
seguranca = "nenhuma"
remetente = "atendimento@exemplo.com.br"
prazo = 3
primeira_espera = 0.2
maior_espera = 1
tentativas = 100000
por_minuto = 0
por_endereco_hora = 0
[limites]
movimentos_por_hora = 10000000
emails_por_hora = 10000000
"""


# ---------------------------------------------------------------- those who move


def asked(number: int, turn: int, tickets: int, seed: int) -> tuple[str, str]:
    """The ticket and the action of one move: the same for whoever asks again."""
    chance = random.Random(f"{seed}-{number}-{turn}")
    return f"1;1;{chance.randrange(tickets) + 1}", "note" if chance.random() < 0.25 else "advance"


def mover(folder: str, number: int, turn: int, tickets: int, seed: int) -> None:
    """Move until killed; a line for each move that was answered. A failure of the store is asked again."""
    with open_patiently(folder, lambda gone: print(f"again {turn} {type(gone).__name__}", flush=True)) as desk:
        while True:
            key, action = asked(number, turn, tickets, seed)
            request = Request(action=action, actor=ACTOR, key=f"m{number}-{turn}", text="visto" if action == "note" else "")
            try:
                answer = desk.move(key, request, START + timedelta(seconds=turn))
            except (RoutingError, OSError) as error:
                print(f"again {turn} {type(error).__name__}", flush=True)
                time.sleep(0.1)
                continue
            print(f"done {turn} {answer.status} {answer.gate}", flush=True)
            turn += 1


@attrs.define
class Answers:
    """What was answered: a move that was told as done must be there at the end, exactly once."""

    told: dict[str, str] = attrs.field(factory=dict)
    again: Counter[str] = attrs.field(factory=Counter)
    lock: threading.Lock = attrs.field(factory=threading.Lock)

    def tell(self, key: str, status: str) -> None:
        with self.lock:
            self.told[key] = status


@attrs.define
class Client:
    """Asks the service over HTTP, each move until it is answered."""

    number: int
    torture: Torture
    turn: int = 0

    def run(self) -> None:
        with httpx.Client(headers={"Authorization": f"Bearer {self.torture.key}"}, timeout=20) as web:
            while not self.torture.over.is_set():
                key, action = asked(1000 + self.number, self.turn, self.torture.options.tickets, self.torture.options.seed)
                body = {"ticket": key, "action": action, "actor": ACTOR, **({"text": "visto"} if action == "note" else {})}
                name = f"c{self.number}-{self.turn}"
                try:
                    answer = web.post(f"{self.torture.url}/v1/moves", json=body, headers={"Idempotency-Key": name})
                except httpx.HTTPError as error:
                    self.torture.answers.again[type(error).__name__] += 1
                    time.sleep(0.05)
                    continue
                if answer.status_code >= 500 or answer.status_code == 429:
                    self.torture.answers.again[str(answer.status_code)] += 1
                    time.sleep(0.05)
                    continue
                self.torture.answers.tell(name, str(answer.json().get("status", answer.status_code)))
                self.turn += 1


# ---------------------------------------------------------------- those who die


@attrs.define(eq=False)
class Victim:
    """A process that is killed and started again."""

    kind: str
    number: int
    torture: Torture
    process: subprocess.Popen[str] | None = None
    turn: int = 0
    reader: threading.Thread | None = None

    def start(self) -> None:
        torture, options = self.torture, self.torture.options
        if self.kind == "mover":
            inner = [str(Path(__file__)), "--as-mover", str(torture.folder), str(self.number), str(self.turn), str(options.tickets)]
            command = [sys.executable, *inner, str(options.seed)]
        elif self.kind == "service":
            command = [
                sys.executable,
                "-m",
                "repl.commands",
                "serve",
                "--port",
                str(torture.port),
                "--workspace",
                str(torture.folder),
            ]
        else:
            command = [sys.executable, "-m", "repl.commands", "work", "--workspace", str(torture.folder)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=torture.log, text=True, start_new_session=True
        )
        self.reader = threading.Thread(target=self.read, args=(self.process,), daemon=True)
        self.reader.start()

    def read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            match line.split():
                case ["done", turn, status, *_]:
                    self.torture.answers.tell(f"m{self.number}-{turn}", status)
                    self.turn = int(turn) + 1
                case ["again", _, name]:
                    self.torture.answers.again[name] += 1
                case _:
                    pass

    def kill(self) -> None:
        """SIGKILL to the process and to what it started, the service's children too."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.reader is not None:
            self.reader.join(5)


# ---------------------------------------------------------------- the whole


@attrs.define(eq=False)
class Torture:
    """A run: its places, what was answered, who dies."""

    options: argparse.Namespace
    folder: Path
    database: str
    port: int
    log: Any
    key: str
    server: OwnServer | None
    answers: Answers = attrs.field(factory=Answers)
    over: threading.Event = attrs.field(factory=threading.Event)
    kills: Counter[str] = attrs.field(factory=Counter)
    died_alone: Counter[str] = attrs.field(factory=Counter)
    outages: list[float] = attrs.field(factory=list)
    """Seconds from the database's return to the first answer."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self) -> None:
        options = self.options
        victims = [Victim("mover", number, self) for number in range(options.movers)]
        victims += [Victim("worker", number, self) for number in range(options.workers)]
        victims += [Victim("service", 0, self)] if options.clients else []
        threads = [threading.Thread(target=Client(number, self).run, daemon=True) for number in range(options.clients)]
        chance = random.Random(options.seed)
        for one in (*victims, *threads):
            one.start()
        end, wait = time.monotonic() + options.seconds, options.seconds / max(1, options.kills)
        stops = [end - options.seconds * (at + 1) / (options.outages + 1) for at in range(options.outages)]
        shown = time.monotonic()
        try:
            while time.monotonic() < end:
                time.sleep(chance.uniform(0.2, 1.8) * wait)
                for one in victims:
                    if one.process is not None and one.process.poll() is not None:
                        self.died_alone[one.kind] += 1
                        one.start()
                if stops and time.monotonic() > stops[-1]:
                    stops.pop()
                    self.outage()
                one = chance.choices(victims, [1 if victim.kind == "service" else 2 for victim in victims])[0]
                one.kill()
                self.kills[one.kind] += 1
                one.start()
                if time.monotonic() - shown > 10:
                    shown = time.monotonic()
                    left = max(0, round(end - shown))
                    print(f"  {left} s: {sum(self.kills.values())} kills, {len(self.answers.told)} answers", file=sys.stderr)
        except KeyboardInterrupt:
            print("  Ctrl-C: the check follows", file=sys.stderr)
        self.over.set()
        for thread in threads:
            thread.join(30)
        for one in victims:
            one.kill()

    def outage(self) -> None:
        """PostgreSQL stops at once, whatever it is doing, and comes back."""
        assert self.server is not None
        self.server.stop()
        time.sleep(self.options.outage_seconds)
        self.server.start()
        back, before = time.monotonic(), len(self.answers.told)
        while len(self.answers.told) == before and time.monotonic() - back < 60:
            time.sleep(0.02)
        self.outages.append(round(time.monotonic() - back, 2))


# ---------------------------------------------------------------- what must hold


def broken_rules(torture: Torture, post: MailServer) -> Iterator[str]:
    """Every sentence is a rule that the tables or the mail server contradict."""
    engine = create_engine(torture.database.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:

        def rows(statement: str) -> list[Any]:
            return list(connection.execute(text(statement)).all())

        kept = {
            key: (status, version)
            for key, status, version in rows("SELECT key, status, version FROM decision WHERE key IS NOT NULL")
        }
        for key, count in rows("SELECT key, count(*) FROM decision WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1"):
            yield f"the key {key} decided {count} times"
        for key, status in torture.answers.told.items():
            if status in {"moved", "noted", "changed"} and key not in kept:
                yield f"{key} was answered with '{status}' and is not there"
        moved = {(ticket, version): action for ticket, version, action in
                 rows("SELECT ticket_id, version, action FROM decision WHERE status = 'moved'")}  # fmt: skip
        versions = dict(rows("SELECT id, version FROM ticket"))
        steps = dict(rows("SELECT id, step FROM ticket"))
        by_ticket: dict[int, list[int]] = defaultdict(list)
        for ticket, version in moved:
            by_ticket[ticket].append(version)
        for ticket, version in versions.items():
            if sorted(by_ticket[ticket]) != list(range(2, version + 1)):
                yield f"ticket {ticket} has version {version} and {len(by_ticket[ticket])} moves"
            went = [(a, b) for a, b in rows(f"SELECT from_step, to_step FROM step_change WHERE ticket_id = {ticket} ORDER BY id")]
            if went != [(1 + at % 2, 2 - at % 2) for at in range(len(went))] or steps[ticket] != 1 + len(went) % 2:
                yield f"the steps of ticket {ticket} do not follow one another"
            advances = sum(moved[ticket, one] == "advance" for one in by_ticket[ticket])
            if len(went) != advances:
                yield f"ticket {ticket} advanced {advances} times and has {len(went)} steps"
        told = rows("SELECT place, type, ticket_id, version FROM event WHERE ticket_id IS NOT NULL ORDER BY place, id")
        seen: dict[int, int] = defaultdict(lambda: 1)
        for _, kind, ticket, version in told:
            if kind.startswith("ticket."):
                if version != seen[ticket] + 1:
                    yield f"the feed tells of version {version} of ticket {ticket} after {seen[ticket]}"
                seen[ticket] = version
        for ticket, version in versions.items():
            if seen[ticket] != version:
                yield f"the feed of ticket {ticket} ends at {seen[ticket]} of {version}"
        mails = {name: (state, to) for name, state, to in rows('SELECT message_id, state, "to" FROM mail')}
        arrived = Counter(post.ids())
        for name, (state, _) in mails.items():
            if state != "sent" or not arrived[name]:
                yield f"the mail {name} is '{state}' and arrived {arrived[name]} times"
        for name in arrived.keys() - mails.keys():
            yield f"the mail {name} arrived and nobody queued it"
    engine.dispose()


def send_the_rest(torture: Torture) -> None:
    """A worker that nobody kills."""
    with open_desk(torture.folder) as desk:
        until = time.monotonic() + 300
        while time.monotonic() < until:
            work(desk, drain=True)
            with desk.store.reading() as unit:
                left = unit.driver.execute("SELECT count(*) FROM mail WHERE state <> 'sent'").fetchone()[0]
            if not left:
                return
            time.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=600)
    for name, default in (
        ("kills", 150),
        ("movers", 4),
        ("clients", 4),
        ("workers", 2),
        ("tickets", 40),
        ("outages", 0),
        ("seed", 1),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--outage-seconds", type=float, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.outages and options.database == "sqlite":
        parser.error("only PostgreSQL can be stopped")
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="repasse-tortura-")))
        post = stack.enter_context(smtp_server())
        folder = place / "pasta"
        server = None if options.database == "sqlite" else stack.enter_context(own_postgres())
        database = f"sqlite:///{folder}/banco.sqlite" if server is None else server.url
        make_workspace(folder, options.tickets, SETTINGS.format(database=database, port=post.port))
        with open_desk(folder):
            pass
        log = stack.enter_context((place / "erros.log").open("w"))
        torture = Torture(options, folder, database, free_port(), log, new_key(folder, "read", "move"), server)
        began = time.monotonic()
        torture.run()
        lasted = time.monotonic() - began
        send_the_rest(torture)
        broken = list(broken_rules(torture, post))
        arrived = Counter(post.ids())
        said = (place / "erros.log").read_text(encoding="utf-8", errors="replace")
        traces = said.count("Traceback")
        found = {
            "database": options.database, "seconds": round(lasted), "kills": dict(torture.kills), "answers": len(torture.answers.told),
            "by_status": dict(Counter(torture.answers.told.values())), "asked_again": dict(torture.answers.again),
            "died_alone": dict(torture.died_alone), "outages": torture.outages, "mails": len(arrived),
            "mails_twice": sum(count - 1 for count in arrived.values()), "tracebacks": traces, "broken": broken[:50],
        }  # fmt: skip
    if traces or found["died_alone"]:
        (Path(tempfile.gettempdir()) / "repasse-tortura.log").write_text(said, encoding="utf-8")
        print(said[-4000:], file=sys.stderr)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        for name, value in found.items():
            print(f"{name:12} {value}")
    return 1 if broken or traces else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--as-mover"]:
        mover(sys.argv[2], *map(int, sys.argv[3:7]))
    else:
        sys.exit(main())
