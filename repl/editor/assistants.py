"""Tools for assistants by the Model Context Protocol: check, run, explain, plan and test, on one workspace.

A tool is the command of the same name with ``--format json``, in a process of its own that is ended at its deadline: nothing of
a workspace is moved, kept or mailed, no formula slows the server down, and files outside of the workspace are not read.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import attrs
from mcp.server.mcpserver import MCPServer

SECONDS = 60.0
LONGEST = 200_000
"""Characters of an answer; what is longer is cut and said to be."""

ABOUT = """\
repasse: the formula language of TOTVS RM and the routing of tickets by it. Formulas are Portuguese (SE … ENTAO … SENAO … FIMSE).
Ticket keys are 'company;locality;code', people 'company;code'. Every answer has "exit" (0 fine, 1 the input has faults, 2 the
request cannot be done) and "result" or "said". Nothing here changes a ticket."""


@attrs.frozen
class Tools:
    """The tools on one workspace, in one language."""

    workspace: Path
    language: str = "pt"

    async def check(self, text: str = "", file: str = "") -> dict[str, Any]:
        """Every fault of a formula (text), of a file of the workspace, or of the whole workspace: place, code, hint, fix."""
        if text:
            return await self.command("check", "-", given=text)
        path = (self.workspace / file).resolve()
        if not path.is_relative_to(self.workspace.resolve()):
            return {"exit": 2, "said": f"{file}: outside of the workspace"}
        return await self.command("check", str(path))

    async def run(self, text: str, ticket: str = "") -> dict[str, Any]:
        """Run a formula in the workspace, for a ticket if one is named: value, effects it asks for, faults, steps."""
        return await self.command("run", "-e", text, *self.around(ticket))

    async def explain(self, text: str, ticket: str = "") -> dict[str, Any]:
        """Run a formula and tell how it came to its value, line by line."""
        return await self.command("explain", "-e", text, *self.around(ticket))

    async def plan(
        self,
        ticket: str,
        action: str = "advance",
        to: str = "",
        actor: str = "",
        suppose: dict[str, str] | None = None,
        why_not: str = "",
    ) -> dict[str, Any]:
        """What a move would do and why, without doing it. ``suppose``: other values of fields; ``why_not``: why not there."""
        words = ["plan", str(self.workspace), ticket, action]
        for option, value in (("--to", to), ("--actor", actor), ("--why-not", why_not)):
            words += [option, value] if value else []
        for name, value in (suppose or {}).items():
            words += ["--set", f"{name}={value}"]
        return await self.command(*words)

    async def test(self, words: str = "") -> dict[str, Any]:
        """Run the rule tests of the workspace, or those whose names have the words."""
        return await self.command("test", str(self.workspace), *(["-k", words] if words else []))

    async def functions(self, name: str = "") -> dict[str, Any]:
        """What formulas may call, or one function explained with examples."""
        return await self.command("functions", *([name] if name else []))

    def around(self, ticket: str) -> list[str]:
        """The options that name the workspace and a ticket."""
        return ["--workspace", str(self.workspace), *(["--ticket", ticket] if ticket else [])]

    async def command(self, *words: str, given: str = "") -> dict[str, Any]:
        """One command in a process of its own."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "repl.commands", *words, "--format", "json", "--lang", self.language,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1"},
        )  # fmt: skip
        try:
            said, failed = await asyncio.wait_for(process.communicate(given.encode()), SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
            return {"exit": 2, "said": f"ended after {SECONDS:.0f} s"}
        return answer(process.returncode or 0, said.decode("utf-8", "replace"), failed.decode("utf-8", "replace"))


def answer(code: int, said: str, failed: str) -> dict[str, Any]:
    """What a command wrote, as a document; words where it wrote none."""
    if len(said) > LONGEST:
        return {"exit": code, "said": said[:LONGEST], "cut": len(said) - LONGEST}
    try:
        return {"exit": code, "result": json.loads(said)}
    except ValueError:
        return {"exit": code, "said": (said + failed).strip()}


def serve(workspace: Path, language: str) -> None:
    """Serve on stdin and stdout until they close."""
    server(workspace, language).run("stdio")


def server(workspace: Path, language: str) -> MCPServer[Any]:
    """The server with its tools."""
    made: MCPServer[Any] = MCPServer("repasse", instructions=ABOUT, log_level="ERROR")
    tools = Tools(workspace, language)
    for tool in (tools.check, tools.run, tools.explain, tools.plan, tools.test, tools.functions):
        made.add_tool(tool)
    return made
