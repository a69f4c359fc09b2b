"""Mail templates end at bounds of their own; then the mail goes with the built-in words."""

from __future__ import annotations

import time

import pytest

from routing.domain.mails import MailDraft
from routing.mail.letters import compile_templates, dress_one

ENDLESS = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "{{ '%1000000000d' % 1 }}",
    "{{ 'x' * 3000000000 }}", "{{ 'x'.center(1000000000) }}", "{{ '{:1000000000d}'.format(1) }}", "{{ '%*d' % (999999999, 1) }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{{ 'x'|center(99999999) }}", "{% set a = 'x'*400000 %}{{ a|replace('x', a) }}",
    "{{ '%1000000000d'|format(1) }}", "{% set n = namespace(a='x') %}{% for i in range(60) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
    "{% set n = namespace(a='x') %}{% for i in range(60) %}{% set n.a = n.a + n.a %}{% endfor %}", "{{ ([1]*100000)|join('x'*10000) }}",
    "{{ 'a'|indent(999999999, true) }}", "{% filter center(999999999) %}x{% endfilter %}", "{{ '\u20ac'.zfill(999999999) }}",
    "{% for a in range(9999) %}{{ 'x' * 4000 }}{% endfor %}", "{{ 10 ** 100000 }}",
)  # fmt: skip
MAIL = MailDraft(kind="handoff", from_address="a@exemplo.com.br", to="b@exemplo.com.br", cc="", subject="Assunto", body="Corpo")


@pytest.mark.parametrize("text", ENDLESS)
@pytest.mark.parametrize("part", ["txt", "html", "assunto"])
def test_a_template_without_end_leaves_the_built_in_words(text: str, part: str) -> None:
    begun = time.process_time()
    mail, warnings = dress_one(MAIL, compile_templates({f"handoff.{part}": text}))
    assert time.process_time() - begun < 2.0
    assert mail == MAIL
    assert [warning.code for warning in warnings] == ["modelo-com-falha"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{% for x in 'abc' %}{{ loop.index }}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}", "1a, 2b, 3c"),
        ("{{ assunto|upper ~ ' – ' ~ corpo|replace('o', '0') }}", "ASSUNTO – C0rp0"),
        ("{{ ['a', 'b']|join(';') }} {{ '%05d'|format(7) }} {{ 'x'|center(5) }}", "a;b 00007   x  "),
    ],
)
def test_ordinary_templates_work(text: str, shown: str) -> None:
    mail, warnings = dress_one(MAIL, compile_templates({"handoff.txt": text}))
    assert (mail.body, warnings) == (shown, [])


def test_joined_texts_are_escaped_in_html() -> None:
    mail, _ = dress_one(MAIL, compile_templates({"handoff.html": "{{ '<b>' ~ assunto }}"}))
    assert mail.html == "&lt;b&gt;Assunto"
