"""The session on a real terminal: a pty driven by pexpect, and prompt_toolkit's own pipe input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path

import pexpect
import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.output.plain_text import PlainTextOutput

from formula import Limits
from repl.session.feeding import feed, feed_whole
from repl.session.session import Session
from repl.terminal.terminal import converse, respond
from repl.terminal.waiting import Bench

PROMPT = r"repasse> "
ALT_ENTER = "\x1b\r"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[pexpect.spawn]:
    child = start(tmp_path)
    yield child
    child.close(force=True)


def start(home: Path, *words: str, term: str = "xterm", size: tuple[int, int] = (40, 120), quiet: bool = True) -> pexpect.spawn:
    environment = {
        **os.environ,
        "TERM": term,
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "PROMPT_TOOLKIT_NO_CPR": "1",
    }
    environment.pop("XDG_STATE_HOME", None)
    child = pexpect.spawn(
        sys.executable, ["-m", "repl.commands", "repl", *words], env=environment, dimensions=size, timeout=10, encoding="utf-8"
    )
    child.expect(PROMPT)
    if quiet:
        settle(child)
    return child


def settle(child: pexpect.spawn) -> str:
    """Read until the screen has been quiet for a moment: the prompt is drawn anew at every key."""
    seen = []
    while True:
        try:
            seen.append(child.read_nonblocking(4096, timeout=0.2))
        except pexpect.TIMEOUT:
            return "".join(seen)


def enter(child: pexpect.spawn, text: str, *expected: str) -> None:
    """Type a line, wait for each answer in turn, then for quiet."""
    child.send(text)
    settle(child)
    child.send("\r")
    for pattern in expected:
        child.expect(pattern)
    settle(child)


def test_a_value_comes_back_and_ctrl_d_leaves(terminal: pexpect.spawn) -> None:
    enter(terminal, "20 * 101", "2020")
    terminal.sendeof()
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0


def test_enter_goes_on_while_the_text_cannot_be_whole(terminal: pexpect.spawn) -> None:
    enter(terminal, "SE 1 = 1 ENTAO", r"\.\.\.")
    enter(terminal, "CONCAT('grande', ' e claro')")
    enter(terminal, "FIMSE", "grande e claro")


def test_a_fault_is_shown_with_its_caret(terminal: pexpect.spawn) -> None:
    enter(terminal, "10 / 0", "divisão de 10 por zero", r"\^\^\^\^\^\^")


def test_tab_completes(terminal: pexpect.spawn) -> None:
    terminal.send("CAMPOATEN\t")
    terminal.expect(r"DIMENTO\(")


def test_ctrl_c_drops_what_was_typed(terminal: pexpect.spawn) -> None:
    enter(terminal, "DECL A; SETVAR(A, 7)", "A = 7")
    terminal.send("10 / 0")
    settle(terminal)
    terminal.sendintr()
    settle(terminal)
    enter(terminal, "A + 100", "107")


def test_history_lasts_over_sessions(tmp_path: Path) -> None:
    first = start(tmp_path)
    enter(first, "11 * 11", "121")
    first.sendeof()
    first.expect(pexpect.EOF)
    second = start(tmp_path)
    second.send("\x1b[A")
    settle(second)
    enter(second, "", "121")
    second.close(force=True)
    assert (tmp_path / ".local" / "state" / "repasse" / "history").is_file()


@pytest.mark.parametrize("broken", [b"\xff\xfe\x00\x1b[2J\x1e\x1e", b"\0" * 10_000])
def test_a_broken_history_does_no_harm(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / ".local" / "state" / "repasse" / "history"
    path.parent.mkdir(parents=True)
    path.write_bytes(broken)
    child = start(tmp_path)
    enter(child, "\x1b[A\x15" + "60 * 71", "4260")
    child.close(force=True)


def test_a_folder_in_place_of_the_history_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / ".local" / "state" / "repasse" / "history").mkdir(parents=True)
    child = start(tmp_path)
    enter(child, "60 * 71", "4260")
    child.close(force=True)


def test_a_resize_does_no_harm(terminal: pexpect.spawn) -> None:
    enter(terminal, "SE 1 = 1 ENTAO")
    terminal.setwinsize(10, 30)
    enter(terminal, "5")
    enter(terminal, "FIMSE")
    terminal.setwinsize(50, 160)
    enter(terminal, "2000 + 22", "2022")


def answers(child: pexpect.spawn, *lines: str) -> str:
    """What is seen while some lines are typed."""
    seen = ""
    for line in lines:
        child.send(line + "\r")
        seen += settle(child)
    return seen


def test_a_dumb_terminal_gets_plain_text(tmp_path: Path) -> None:
    """No escape sequence at all, not even on the whole screen, which is a page of lines there."""
    child = start(tmp_path, term="dumb", quiet=False)
    seen = child.before + child.after + settle(child)
    seen += answers(child, "2000 + 22", "DECL A; SETVAR(A, 1); A", ":depurar", "tela", "sair", "10 / 0")
    child.sendeof()
    child.expect(pexpect.EOF)
    assert "\x1b" not in seen + child.before
    assert [part for part in ("2022", "passo 0 de 2", "►    1", "divisão de 10 por zero") if part not in seen] == []


def test_on_a_plain_terminal_a_blank_line_runs_what_is_not_whole(tmp_path: Path) -> None:
    child = start(tmp_path, "--plain")
    seen = answers(child, "SE 1 = 1 ENTAO", "5", "", "2000 + 22")
    child.sendeof()
    child.expect(pexpect.EOF)
    assert [part for part in ("FIMSE", "[falta-fimse]", "2022") if part not in seen] == []


def test_plain_text_on_a_terminal_that_could_do_more(tmp_path: Path) -> None:
    child = start(tmp_path, "--plain")
    seen = answers(child, "DECL A; SETVAR(A, 7)", "SE A = 7 ENTAO", "'sete'", "FIMSE")
    child.send("DECL I; SETVAR(I, 1); ENQUANTO I > 0 FACA")
    child.sendintr()
    child.send("A + 2000\r")
    seen += settle(child)
    child.sendeof()
    child.expect(pexpect.EOF)
    assert "\x1b" not in seen
    assert [part for part in ("A = 7", "....... ", "sete", "2007") if part not in seen] == []


def test_an_output_without_a_screen_gets_bare_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the terminal library uses where there is no console, such as a Windows program whose output is a pipe."""
    monkeypatch.setenv("REPASSE_HISTORY", str(tmp_path / "history"))
    session, screen = Session(lambda: datetime(2026, 11, 24, 10, 0)), StringIO()
    with create_pipe_input() as keyboard:
        keyboard.send_text("20 * 101\r:sair\r")
        converse(Bench("pt", lambda: session), keyboard, PlainTextOutput(screen))
    assert "2020" in screen.getvalue()
    assert "\x1b" not in screen.getvalue()


def test_an_output_that_is_a_pipe_gets_lines_without_prompts(tmp_path: Path) -> None:
    script = f"{sys.executable} -m repl.commands repl | cat"
    child = pexpect.spawn(
        "sh", ["-c", script], env={**os.environ, "TERM": "xterm", "HOME": str(tmp_path)}, timeout=20, encoding="utf-8"
    )
    child.sendline("20 * 101")
    child.expect("2020")
    child.sendeof()
    child.expect(pexpect.EOF)
    assert PROMPT not in child.before
    child.close(force=True)


def test_time_travel_on_the_terminal(terminal: pexpect.spawn) -> None:
    enter(terminal, "DECL A; SETVAR(A, 1); SETVAR(A, A + 1); A", "A = 2")
    enter(terminal, ":depurar", "passo 0 de 3")
    enter(terminal, "passo 2", r"A = 2  \(era 1\)")
    enter(terminal, "volta", "passo 1 de 3")
    terminal.sendeof()
    settle(terminal)
    enter(terminal, "A + 2000", "2002")


LOADED = """
import sys
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
import repl.commands, repl.command.doors
from repl.terminal.waiting import Bench
from repl.terminal.terminal import prompt_for, prompt_text
with create_pipe_input() as keyboard:
    bench = Bench("pt", lambda: None)
    bench.prepare = lambda: print(*sorted(name for name in sys.modules if name.split(".")[0] in ("formula", "routing", "lark", "rich")))
    keyboard.send_text("\\x04")
    try:
        prompt_for(bench, keyboard, DummyOutput()).prompt(lambda: prompt_text(bench.opened))
    except EOFError:
        pass
"""


def test_the_first_prompt_shows_before_the_engine_is_loaded() -> None:
    """What there is when the prompt has been drawn; ``benchmarks/session.py`` has the time."""
    done = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, encoding="utf-8")
    assert done.stdout.split() == [
        "formula", "formula.diagnostics", "formula.messages", "formula.source", "formula.visible", "routing",
        "routing.clock", "routing.errors", "routing.failures", "routing.messages",
    ]  # fmt: skip


def typed(text: str) -> Session:
    """A session that was typed to, keys as a terminal sends them."""
    session = Session(lambda: datetime(2026, 11, 24, 10, 0))
    with create_pipe_input() as keyboard:
        keyboard.send_text(text)
        converse(Bench("pt", lambda: session), keyboard, DummyOutput())
    return session


def test_keys_reach_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPASSE_HISTORY", str(tmp_path / "history"))
    session = typed("DECL A;\rSETVAR(A,\r 4)\rSE A > 3 ENTAO\rSETVAR(A, 9)\rFIMSE\r:sair\r")
    assert session.memory.values == {"A": 9}


def test_an_empty_line_runs_what_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPASSE_HISTORY", str(tmp_path / "history"))
    session = typed("DECL A; SETVAR(A, 2)\rSE A = 2 ENTAO\r\r:sair\r")
    assert session.memory.values == {"A": 2}


def test_a_block_is_indented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPASSE_HISTORY", str(tmp_path / "history"))
    session = typed("SE 1 = 1 ENTAO\r'x'\rFIMSE\r:sair\r")
    assert session.last is not None
    assert session.last.text == "SE 1 = 1 ENTAO\n  'x'\n  FIMSE"


def test_time_travel_on_the_whole_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys on the whole screen move the debugger; ``q`` comes back to the prompt with the place kept."""
    monkeypatch.setenv("TERM", "xterm")
    session = Session(lambda: datetime(2026, 11, 24, 10, 0))
    feed_whole(session, "DECL A; SETVAR(A, 1); SETVAR(A, 2); SETVAR(A, 3); A")
    feed(session, ":depurar")
    with create_pipe_input() as keyboard:
        keyboard.send_text("\x1b[C\x1b[C\x1b[C\x1b[D:vigie A * 10\rq")
        respond(session, "tela", DummyOutput(), keyboard)
    assert session.debugger is not None
    assert (session.debugger.position, session.debugger.state()) == (2, {"A": 2})
    assert [outcome.value for _, outcome in session.debugger.answers()] == [20]


def test_the_whole_screen_on_a_pty(terminal: pexpect.spawn) -> None:
    enter(terminal, "DECL A; SETVAR(A, 1); SETVAR(A, A + 2020); A", "A = 2021")
    enter(terminal, ":depurar", "passo 0 de 3")
    enter(terminal, "tela", "passo 0 de 3")
    terminal.send("\x1b[C\x1b[C")
    terminal.expect("2021")
    terminal.setwinsize(12, 50)
    terminal.send("\x1b[D")
    settle(terminal)
    terminal.send("q")
    settle(terminal)
    enter(terminal, "mostre", "passo 1 de 3")


def test_ctrl_c_stops_a_run_and_keeps_the_session() -> None:
    """The signal itself, sent to this process in the middle of an endless loop."""
    session = Session(lambda: datetime(2026, 11, 24, 10, 0), limits=Limits(steps=10**9))
    respond(session, "DECL A; SETVAR(A, 5)", DummyOutput())
    alarm = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    alarm.start()
    goes_on = respond(session, "DECL I; SETVAR(A, 0); SETVAR(I, 1); ENQUANTO I > 0 FACA SETVAR(I, I + 1) FIMENQ", DummyOutput())
    alarm.join()
    assert (goes_on, session.memory.values) == (True, {"A": 5})
    assert feed_whole(session, "A + 1").text() == "6"


def test_the_mouse_goes_to_lines_and_sets_breakpoints(terminal: pexpect.spawn) -> None:
    """Mouse events as a terminal sends them (SGR, from 1): a click on a line, on a line's number, the wheel."""
    enter(terminal, ALT_ENTER.join(["DECL A;", "SETVAR(A, 1);", "SETVAR(A, A + 1);", "SETVAR(A, A + 1);", "A + 2020"]), "2023")
    enter(terminal, ":depurar", "passo 0 de 4")
    enter(terminal, "tela", "passo 0 de 4")
    click(terminal, column=12, line=5)
    assert "A = 2  (era 1)" in settle(terminal)
    click(terminal, column=5, line=4)
    settle(terminal)
    terminal.send("\x1b[<65;12;5M")
    settle(terminal)
    terminal.send("\x1b[<64;12;5M\x1b[<64;12;5M")
    settle(terminal)
    terminal.send("q")
    settle(terminal)
    enter(terminal, "mostre", "passo 1 de 4")
    enter(terminal, "pare", "paradas nas linhas 3")


def click(terminal: pexpect.spawn, column: int, line: int) -> None:
    terminal.send(f"\x1b[<0;{column};{line}M\x1b[<0;{column};{line}m")


def test_ctrl_c_on_a_pty_stops_a_long_run(tmp_path: Path) -> None:
    child = start(tmp_path, "--limit", "steps=1000000000")
    enter(child, "DECL A; SETVAR(A, 7)", "A = 7")
    child.send("DECL I; SETVAR(I, 1); ENQUANTO I > 0 FACA SETVAR(I, I + 1) FIMENQ\r")
    settle(child)
    child.sendintr()
    child.expect("Interrompido; a sessão continua.")
    settle(child)
    enter(child, "A + 2000", "2007")
    child.close(force=True)


def test_the_menu_shows_signatures(terminal: pexpect.spawn) -> None:
    terminal.send("SUBST")
    terminal.expect_exact("SUBSTITUI(texto: texto, de: texto, para: texto)")


def test_history_is_searched_backwards(terminal: pexpect.spawn) -> None:
    enter(terminal, "20 * 101", "2020")
    enter(terminal, "7 * 11", "77")
    terminal.send("\x12* 101")
    settle(terminal)
    terminal.send("\r")
    settle(terminal)
    enter(terminal, "", "2020")


def test_wide_characters_keep_their_columns(terminal: pexpect.spawn) -> None:
    enter(terminal, "CONCAT('日本語 ação', 1 / 0)", r"\| {23}\^\^\^\^\^")
