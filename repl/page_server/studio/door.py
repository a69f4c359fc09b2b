"""Who may speak to the studio: whoever opened the printed address, once, from a browser on this machine."""

from __future__ import annotations

import hmac
import secrets
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from repl.messages import message
from repl.page_server.studio.faults import StudioFault
from routing.http.door import LOOPBACK

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

REFUSED = 1008
SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
REFUSAL_POLICY = b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>repasse studio</title>
<style>body{{font:17px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 20px}}</style></head>
<body><main><h1>{title}</h1><p>{hint}</p></main></body></html>
"""


class Door:
    """An application behind a token that is good once; opening it gives the browser a cookie.

    ``language`` is that of refusals. Every address asks for the cookie: the page's files too.
    """

    def __init__(self, app: ASGIApp, language: str) -> None:
        """A fresh token and a fresh secret for cookies: those of an earlier run are worth nothing."""
        self.app = app
        self.language = language
        self.tokens: set[str] = set()
        self.secret = secrets.token_urlsafe(32)
        self.name = "repasse_studio"

    def new_token(self) -> str:
        """One more address that can be opened once."""
        made = secrets.token_urlsafe(24)
        self.tokens.add(made)
        return made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            self.look(scope, headers)
            given = parse_qs(scope["query_string"].decode("latin-1")).get("token") if scope["path"] == "/" else None
            if given is not None and scope["type"] == "http" and scope["method"] == "GET":
                self.spend(given[0], headers)
                await self.welcome(send, port_of(headers))
                return
            self.known(headers)
        except StudioFault as fault:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": REFUSED})
            else:
                await refuse(send, fault, headers, self.language)
            return
        await self.app(scope, receive, with_headers(send))

    def look(self, scope: Scope, headers: dict[str, str]) -> None:
        """Raises StudioFault for a name that is not this machine's, and for a request that another site's page made."""
        host = headers.get("host", "")
        if (urlsplit(f"//{host}").hostname or "") not in LOOPBACK:
            raise StudioFault(
                403,
                "endereco-estranho",
                message("o estúdio não atende sob o nome '{nome}'", nome=host[:100]),
                message("abra o endereço que o terminal mostra, que começa com http://127.0.0.1"),
            )
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        own = origin is None or origin == f"http://{host}"
        if scope["type"] == "websocket":
            own = own and origin is not None
        if not own or site not in {None, "same-origin", "none"}:
            raise StudioFault(
                403,
                "origem-estranha",
                message("este pedido veio de outra página, e o estúdio só atende a sua"),
                message("copie o endereço do terminal para a barra de endereço do navegador"),
            )

    def spend(self, token: str, headers: dict[str, str]) -> None:
        """Take a token away. One that a browser fetches ahead of being asked stays good."""
        if "prefetch" in headers.get("sec-purpose", headers.get("purpose", "")):
            raise StudioFault(503, "antes-da-hora", message("o endereço será aberto quando for pedido"))
        found = next((one for one in self.tokens if hmac.compare_digest(one.encode(), token.encode())), None)
        if found is None:
            raise StudioFault(
                403,
                "senha-usada",
                message("este endereço já foi usado, ou é de outra execução do estúdio"),
                message("cada endereço abre uma vez. No navegador em que já abriu, use só a primeira parte, até a última barra; "
                        "senão, encerre o estúdio (Ctrl-C), execute repasse studio de novo e abra o endereço novo"),
            )  # fmt: skip
        self.tokens.discard(found)

    def known(self, headers: dict[str, str]) -> None:
        """Raises StudioFault unless the cookie is ours."""
        given = cookie_of(headers.get("cookie", ""), self.cookie_name(port_of(headers)))
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            raise StudioFault(
                401,
                "entrada-fechada",
                message("este navegador não abriu o estúdio, ou o estúdio foi iniciado de novo"),
                message("abra o endereço que o terminal mostra; o que estava sendo escrito aqui continua guardado"),
            )

    def cookie_name(self, port: str) -> str:
        """Cookies do not tell ports apart, so the name does."""
        return f"{self.name}_{port}"

    async def welcome(self, send: Send, port: str) -> None:
        """To the page, without the token in the address."""
        cookie = f"{self.cookie_name(port)}={self.secret}; Path=/; HttpOnly; SameSite=Strict"
        headers = [(b"location", b"/"), (b"set-cookie", cookie.encode()), (b"content-length", b"0"), *SECURITY]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def port_of(headers: dict[str, str]) -> str:
    """The port of the address that was asked; letters and digits alone."""
    return "".join(char for char in headers.get("host", "").rpartition(":")[2] if char.isdigit()) or "80"


def cookie_of(header: str, name: str) -> str:
    """A cookie's value, or nothing."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found is not None else ""


async def refuse(send: Send, fault: StudioFault, headers: dict[str, str], language: str) -> None:
    """A refusal as a page for people, or as JSON for the page's own requests."""
    said = fault.as_json(language)
    if "text/html" in headers.get("accept", ""):
        page = PAGE.format(lang=language, title=escape(said["message"]), hint=escape(said["hint"] or ""))
        body, kind = page.encode(), b"text/html; charset=utf-8"
    else:
        import json

        body, kind = json.dumps({"status": fault.status, **said}, ensure_ascii=False).encode(), b"application/problem+json"
    answer = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *SECURITY]
    answer.append((b"content-security-policy", REFUSAL_POLICY))
    await send({"type": "http.response.start", "status": fault.status, "headers": answer})
    await send({"type": "http.response.body", "body": body})


def with_headers(send: Send) -> Send:
    """Answers carry what keeps other sites away; those that say how long they are good for keep their word."""

    async def sent(event: dict[str, object]) -> None:
        if event["type"] == "http.response.start":
            given = list(event.get("headers", ()))  # type: ignore[call-overload]
            names = {name for name, _ in given}
            event = {**event, "headers": [*given, *(one for one in SECURITY if one[0] not in names)]}
        await send(event)

    return sent  # type: ignore[return-value]
