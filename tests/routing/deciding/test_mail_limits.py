"""How much mail one move may send, to how many, and from whom (G13, [smtp] remetentes)."""

from __future__ import annotations

import attrs
import pytest
from kit import sites

import routing
from routing.domain.site import Policy, Site

ADVANCE = routing.Request(action="advance", actor="1;2")
LOOP = "DECL A; REPITA ENVIAEMAILREPASSE('{sender}', CONCAT(CONCAT('a', A), '@exemplo.com.br'), '', '1;3'); SETVAR(A, A + 1) ATE A >= {turns}; '1;3'"


def made(text: str, **changes: object) -> routing.Plan:
    site: Site = attrs.evolve(sites.formula_site(text), **changes)
    return routing.plan(site, sites.ticket(), ADVANCE, sites.NOW)


@pytest.mark.parametrize(
    ("policy", "words"),
    [(Policy(mails_per_move=50), ("61", "50", "e-mails")), (Policy(recipients_per_move=40), ("61", "40", "destinatários"))],
)
def test_mails_and_recipients_of_a_move_are_bounded_by_numbers(policy: Policy, words: tuple[str, ...]) -> None:
    plan = made(LOOP.format(sender="compras@exemplo.com.br", turns=60), policy=policy)
    assert (plan.status, plan.gate) == ("refused", "G13")
    assert plan.reason is not None
    assert all(word in plan.reason.message for word in words)


def test_a_thousand_and_five_hundred_mails_are_refused_by_default() -> None:
    plan = made(LOOP.format(sender="compras@exemplo.com.br", turns=1_500))
    assert (plan.status, plan.gate) == ("refused", "G13")


@pytest.mark.parametrize(
    ("senders", "sender", "mails"),
    [
        ((), "qualquer@exemplo.net", 3),
        (("compras@exemplo.com.br",), "Compras@exemplo.com.br", 3),
        (("@exemplo.com.br",), "outra@exemplo.com.br", 3),
        (("compras@exemplo.com.br",), "diretor@exemplo.com.br", 1),
        (("@exemplo.com.br",), "diretor@outro.exemplo.com.br", 1),
    ],
)
def test_only_named_senders_may_write(senders: tuple[str, ...], sender: str, mails: int) -> None:
    plan = made(LOOP.format(sender=sender, turns=2), senders=frozenset(senders))
    assert (plan.status, len(plan.mails)) == ("planned", mails)
    assert [one.code for one in plan.warnings if one.code == "remetente-recusado"] == ["remetente-recusado"] * (3 - mails)
