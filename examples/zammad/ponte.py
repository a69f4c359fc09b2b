"""A bridge between Zammad and repasse, over HTTP alone: Zammad's webhooks in, repasse's decisions out.

    ZAMMAD_URL=https://chamados.exemplo.com.br ZAMMAD_TOKEN=… ZAMMAD_SEGREDO=… \
    REPASSE_URL=http://127.0.0.1:8808 REPASSE_CHAVE=… REPASSE_AMBIENTE=ambiente REPASSE_WEBHOOK_SEGREDO=whsec_… python ponte.py 8810

Zammad: a webhook to /zammad with the secret as its HMAC token, and a trigger that fires it when a ticket is created or its
group changes.
repasse: a [[webhook]] to /repasse, so that moves made elsewhere reach Zammad as well. A person is one person by e-mail address.
Every request may come twice: the delivery's number is the key of the move.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import tomllib
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PRIORITIES = {"1 low": "Baixa", "2 normal": "Normal", "3 high": "Alta"}
SECONDS, OLDEST = 30, 300


def call(method, url, authorization, body=None, **headers):
    """One JSON request: status and document. An error that the other side words is an answer too."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(
        url, data, {"Authorization": authorization, "Content-Type": "application/json", **headers}, method=method
    )
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


class Bridge:
    """Both sides, and who is who."""

    def __init__(self, environment=os.environ):
        self.zammad_url, self.zammad_token = environment["ZAMMAD_URL"].rstrip("/"), environment["ZAMMAD_TOKEN"]
        self.zammad_secret = environment["ZAMMAD_SEGREDO"].encode()
        self.repasse_url, self.key = environment["REPASSE_URL"].rstrip("/"), environment["REPASSE_CHAVE"]
        self.repasse_secret = base64.b64decode(environment["REPASSE_WEBHOOK_SEGREDO"].removeprefix("whsec_"))
        people = tomllib.loads((Path(environment["REPASSE_AMBIENTE"]) / "diretorio.toml").read_text("utf-8"))
        self.addresses = {f"{one['coligada']};{one['codigo']}": one["email"] for one in people["atendente"] if one.get("email")}
        self.keys = {address: key for key, address in self.addresses.items()}
        self.groups = {f"{one['coligada']};{one['codigo']}": one["nome"] for one in people.get("grupo", ())}

    def repasse(self, method, path, body=None, **headers):
        return call(method, self.repasse_url + path, f"Bearer {self.key}", body, **headers)

    def from_zammad(self, payload, delivery):
        """Open the ticket here if it is new, move it on, and tell Zammad who has it now, or why nobody."""
        ticket = payload["ticket"]
        key = f"1;1;{ticket['id']}"
        status, _ = self.repasse("GET", f"/v1/tickets/{key}")
        if status == 404:
            draft = {
                "tipo": 1, "assunto": ticket["title"], "prioridade": PRIORITIES.get(ticket["priority"]["name"], "Normal"),
                "aberto_por": self.keys.get(ticket["created_by"]["email"], "1;1"), "campos": {"GRUPO": ticket["group"]["name"]},
            }  # fmt: skip
            status, opened = self.move({"ticket": key, "action": "open", "draft": draft}, f"{delivery}-open")
            if status != 200 or opened["status"] not in {"moved", "planned"}:
                return self.note(ticket["id"], opened)
        status, moved = self.move({"ticket": key, "action": "advance"}, f"{delivery}-advance")
        return self.assign(ticket["id"], moved) if status == 200 and moved["status"] == "moved" else self.note(ticket["id"], moved)

    def move(self, body, word):
        return self.repasse("POST", "/v1/moves", body, **{"Idempotency-Key": word})

    def assign(self, number, moved):
        """The holder of the moved ticket becomes the owner in Zammad, with the explanation as an internal note."""
        why = "\n".join(line["text"] for line in moved.get("explanation", ()))
        return self.tell(number, moved["after"]["holder"], why)

    def tell(self, number, holder, why):
        """Zammad's ticket gets its owner or its group."""
        person = holder.get("attendant")
        change = {"owner": self.addresses[person]} if person else {"group": self.groups[holder["group"]], "owner_id": 1}
        return self.put(number, {**change, "article": note("Repasse", why)})

    def note(self, number, refused):
        """Why nothing moved, for those who see the ticket."""
        reason = refused.get("reason") or {"message": refused.get("detail", "?"), "hint": refused.get("hint")}
        return self.put(number, {"article": note("Repasse recusado", f"{reason['message']}\n{reason.get('hint') or ''}".strip())})

    def put(self, number, change):
        status, said = call("PUT", f"{self.zammad_url}/api/v1/tickets/{number}", f"Token token={self.zammad_token}", change)
        return status < 400, said

    def from_repasse(self, event):
        """A move that was made elsewhere reaches Zammad; other events need nothing."""
        if event["type"] != "ticket.moved" or not event["ticket"].startswith("1;1;"):
            return True, {}
        status, shown = self.repasse("GET", f"/v1/tickets/{event['ticket']}")
        if status != 200:
            return False, shown
        return self.tell(int(event["ticket"].split(";")[2]), shown["ticket"]["holder"], event["data"].get("action", ""))


def note(subject, body):
    return {"subject": subject, "body": body or "–", "type": "note", "internal": True, "content_type": "text/plain"}


def signed_by_zammad(bridge, headers, body):
    """``X-Hub-Signature: sha1=…`` over the body."""
    made = "sha1=" + hmac.new(bridge.zammad_secret, body, hashlib.sha1).hexdigest()
    return hmac.compare_digest(made, headers.get("X-Hub-Signature", ""))


def signed_by_repasse(bridge, headers, body):
    """Standard Webhooks: an HMAC of number, time and body."""
    number, when = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
    if not when.isdecimal() or abs(time.time() - int(when)) > OLDEST:
        return False
    made = base64.b64encode(hmac.digest(bridge.repasse_secret, f"{number}.{when}.".encode() + body, "sha256")).decode()
    return any(hmac.compare_digest(f"v1,{made}", one) for one in headers.get("webhook-signature", "").split())


class Door(BaseHTTPRequestHandler):
    """Two addresses. An answer other than 2xx makes the sender come again."""

    bridge: Bridge

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        known = {"/zammad": signed_by_zammad, "/repasse": signed_by_repasse}.get(self.path)
        if known is None or not known(self.bridge, self.headers, body):
            return self.send(404 if known is None else 401)
        try:
            if self.path == "/zammad":
                done, said = self.bridge.from_zammad(json.loads(body), self.headers.get("X-Zammad-Delivery", ""))
            else:
                done, said = self.bridge.from_repasse(json.loads(body))
        except (OSError, ValueError, KeyError) as error:
            done, said = False, repr(error)
        if not done:
            print(said, file=sys.stderr)
        return self.send(204 if done else 502)

    def send(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def serve(port):
    """A server on the loopback; ``serve_forever`` is the caller's."""
    Door.bridge = Bridge()
    return ThreadingHTTPServer(("127.0.0.1", port), Door)


if __name__ == "__main__":
    serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8810).serve_forever()
