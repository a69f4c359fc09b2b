"""Spans of requests reach an OpenTelemetry collector, when the workspace asks for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from kit.service import ADVANCE, running_service


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes], threading.Event]]:
    """An HTTP server that takes what an exporter sends."""
    bodies: list[bytes] = []
    came = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/traces":
                bodies.append(body)
                came.set()
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", bodies, came
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_plan_is_a_span_with_its_decision(
    collector: tuple[str, list[bytes], threading.Event], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    address, bodies, came = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
    with running_service(tmp_path / "servico", "[servico]\nrastreamento = true\n") as service:
        with service.client() as client:
            assert client.post("/v1/plans", json=ADVANCE).status_code == 200
        assert came.wait(20)
    request = ExportTraceServiceRequest.FromString(bodies[0])
    spans = [span for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]
    (plan,) = [span for span in spans if span.name == "POST /v1/plans"]
    attributes = {pair.key: pair.value.string_value for pair in plan.attributes}
    assert attributes["repasse.status"] == "planned"
    assert attributes["repasse.ticket"] == "1;1;1"
