"""How long an author waits for the language server in a formula of 1,000 lines, over standard streams.

Each turn types one character at the end of a line: it changes the text, asks for completion at once, and waits for the
diagnostics of the new text. Prints the median and the 95th percentile of both waits, in milliseconds.
"""

from __future__ import annotations

import asyncio
import sys
import time

from long_formula import long_formula
from lsprotocol import types
from pytest_lsp import client_capabilities, make_test_lsp_client

TURNS = 60
ADDRESS = "untitled:measured"


def shares(waits: list[float]) -> str:
    ordered = sorted(waits)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return f"p50 {middle * 1000:6.1f} ms   p95 {late * 1000:6.1f} ms"


async def measure() -> None:
    client = make_test_lsp_client()
    await client.start_io(sys.executable, "-m", "repl.commands", "lsp")
    await client.initialize_session(types.InitializeParams(capabilities=client_capabilities("visual-studio-code")))
    lines = [*long_formula(), ""]
    document = types.TextDocumentItem(ADDRESS, "repasse", 1, "\n".join(lines))
    client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    completions, checks = [], []
    for turn in range(TURNS):
        lines[-1] = "ARREDONDA"[: turn % 8 + 1]
        told = client.protocol.wait_for_notification_async(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        start = time.perf_counter()
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(turn + 2, ADDRESS),
                [types.TextDocumentContentChangeWholeDocument("\n".join(lines))],
            )
        )
        await client.text_document_completion_async(
            types.CompletionParams(types.TextDocumentIdentifier(ADDRESS), types.Position(len(lines) - 1, len(lines[-1])))
        )
        completions.append(time.perf_counter() - start)
        await told
        checks.append(time.perf_counter() - start)
    print(f"lines {len(lines)}, characters {len(document.text)}, turns {TURNS}")
    print("completion  " + shares(completions))
    print("diagnostics " + shares(checks))
    await client.shutdown_session()
    await client.stop()


if __name__ == "__main__":
    asyncio.run(measure())
