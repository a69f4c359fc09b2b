"""A TOML file is judged by size and depth before it is read: nothing in it costs more than its length."""

from __future__ import annotations

import time

import pytest

from routing.workspace.toml_places import read

HEAVY = {
    "dotted key": ".".join("a" * 60_000) + " = 1",
    "dotted blanks": " . ".join("a" * 60_000) + " = 1",
    "quoted key": ".".join(['"a"'] * 60_000) + " = 1",
    "nested tables": "\n".join("[" + ".".join("a" * depth) + "]" for depth in range(1, 1_200)),
    "nested lists": "a = " + "[" * 100_000 + "]" * 100_000,
    "inline tables": "a = " + "{a = " * 50_000 + "1" + "}" * 50_000,
    "escapes": 'a = "' + "\\n" * 1_000_000 + '"',
    "huge": "# " + "x" * 17_000_000,
    "open quotes": '"""' * 100_001,
    "open apostrophes": "'''" * 100_001,
    "one long word": "a" * 1_000_000,
    "points": "a = " + "1." * 300_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_text_is_refused_soon(name: str) -> None:
    begun = time.process_time()
    document = read(HEAVY[name], "x.toml")
    assert time.process_time() - begun < 1.5
    (fault,) = document.faults
    assert fault.code == "toml-invalido"
    assert len(fault.message) < 500


@pytest.mark.parametrize(
    "text",
    [
        'a = "' + "." * 500 + '[[[[{{{{"\n' + "b = '" + "[" * 500 + "'\n# " + "{" * 500,
        "a = '''\n" + "[x.y] " * 500 + "\n'''",
        'a = """\nx "quoted" ' + "[" * 500 + '\n"""',
        "[a.b.c.d.e]\nf.g = {h = [1, [2, {i = 3}]]}",
        'a = "C:\\\\pasta\\\\x"',
    ],
)
def test_brackets_and_points_inside_texts_are_no_depth(text: str) -> None:
    assert not read(text, "x.toml").faults


def test_many_plain_tables_are_read() -> None:
    text = "\n".join(f'[[atendimento]]\ncodigo = {n}\nassunto = "a.b.c"\nparametros = {{ VALOR = "1.5" }}' for n in range(2_000))
    document = read(text, "x.toml")
    assert len(document.data["atendimento"]) == 2_000
