"""``repasse mcp``: an assistant's client starts it and calls every tool, over the real protocol."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from kit.paths import ROOT
from mcp import ClientSession, StdioServerParameters, stdio_client

pytestmark = pytest.mark.slow


async def test_an_assistant_can_check_run_explain_plan_and_test(tmp_path: Path) -> None:
    workspace = Path(shutil.copytree(ROOT / "examples" / "compras", tmp_path / "compras"))
    started = StdioServerParameters(
        command=sys.executable, args=["-m", "repl.commands", "mcp", "--workspace", str(workspace), "--lang", "en"],
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    async with stdio_client(started) as (reading, writing), ClientSession(reading, writing) as session:
        await session.initialize()
        assert {tool.name for tool in (await session.list_tools()).tools} == {
            "check",
            "run",
            "explain",
            "plan",
            "test",
            "functions",
        }

        async def call(name: str, /, **given: Any) -> dict[str, Any]:
            answered = await session.call_tool(name, given)
            made: dict[str, Any] = json.loads(answered.content[0].text)  # type: ignore[union-attr]
            return made

        faulty = await call("check", text="SE 1 = 1 ENTAO 2")
        assert (faulty["exit"], faulty["result"]["files"][0]["diagnostics"][0]["code"]) == (1, "falta-fimse")
        assert (await call("check"))["exit"] == 0
        ran = await call("run", text="FILIAL", ticket="1;1;45")
        assert (ran["exit"], ran["result"]["value"]["value"]) == (0, "NE")
        told = await call("explain", text="SE FILIAL = 'NE' ENTAO '2;3' SENAO '5' FIMSE", ticket="1;1;45")
        assert "VERDADE" in json.dumps(told["result"]["explanation"], ensure_ascii=False)
        planned = await call("plan", ticket="1;1;43", suppose={"FILIAL": "NE"})
        assert (planned["exit"], planned["result"]["after"]["step"]) == (0, 5)
        tested = await call("test", words="aprovador")
        assert tested["exit"] == 0, tested
        assert (await call("functions", name="ABS"))["exit"] == 0
        assert await call("check", file="../x.formula") == {"exit": 2, "said": "../x.formula: outside of the workspace"}
