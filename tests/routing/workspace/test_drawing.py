"""Drawings of flows and statuses: complete, well-formed, and safe with any name."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import attrs
import pytest
from kit import sites

from routing.domain.model import Approval, Edge, Step
from routing.workspace.drawing import draw, draw_statuses
from routing.workspace.svg import Arrow, Box, Picture, arrange, backward, layers, svg

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawing):
    return {one.text for one in ET.fromstring(drawing).iter(f"{SVG}text")}


def paths(drawing):
    return [one for one in ET.fromstring(drawing).iter(f"{SVG}path") if one.get("marker-end")]


def test_every_step_and_edge_is_drawn():
    kind = sites.ticket_type()
    drawing = draw(kind)
    assert {f"{step.code} {step.name}" for step in kind.steps} <= texts(drawing)
    assert len(paths(drawing)) == len(kind.edges)


def test_handoffs_are_told():
    assert {"fórmula gestor", "para o atendente 1;9", "para a fila do grupo 5", "para quem abriu"} <= texts(
        draw(sites.ticket_type())
    )


def test_english():
    assert "formula gestor" in texts(draw(sites.ticket_type(), language="en"))


def test_the_step_of_a_ticket_is_marked():
    assert draw(sites.ticket_type(), step=3) != draw(sites.ticket_type())
    assert draw(sites.ticket_type(), "text", 3).splitlines()[3].startswith("  ▶ 3")


@pytest.mark.parametrize("name", ['<b>&"', "a\x00b", "A" * 200, "]]>", "ação"])
def test_any_name_gives_well_formed_svg(name):
    steps = (attrs.evolve(sites.STEPS[0], name=name), *sites.STEPS[1:])
    ET.fromstring(draw(sites.ticket_type(steps, name=name)))


def test_dot_quotes_names():
    steps = (attrs.evolve(sites.STEPS[0], name='Um "dois"'), *sites.STEPS[1:])
    assert '\\"dois\\"' in draw(sites.ticket_type(steps), "dot")


def test_boxes_do_not_overlap():
    kind = sites.ticket_type(edges=(*sites.EDGES, Edge(5, 1), Edge(1, 5), Edge(3, 3)))
    ET.fromstring(draw(kind))
    boxes = tuple(Box(str(number), (str(number),), start=number == 0) for number in range(30))
    arrows = tuple(Arrow(str(one), str(two)) for one in range(30) for two in (one * 7 % 30, one * 11 % 30))
    corners = list(arrange(Picture("t", "", boxes, arrows)).corners.values())
    assert all(abs(x1 - x2) >= 190 or abs(y1 - y2) >= 58 for at, (x1, y1) in enumerate(corners) for x2, y2 in corners[at + 1 :])


def test_a_ring_is_drawn_with_one_arrow_back():
    boxes = tuple(Box(name, (name,), start=name == "a") for name in "abc")
    picture = Picture("t", "", boxes, (Arrow("a", "b"), Arrow("b", "c"), Arrow("c", "a")))
    assert backward(picture) == {2}
    assert layers(picture) == [["a"], ["b"], ["c"]]


def test_nothing_and_a_thousand_steps():
    ET.fromstring(svg(Picture("vazio", "", (), ())))
    steps = tuple(Step(code=number, name=f"E{number}", entry=number == 1) for number in range(1, 1001))
    kind = sites.ticket_type(steps, tuple(Edge(number, number + 1) for number in range(1, 1000)))
    assert len(paths(draw(kind))) == 999


def test_the_status_drawing_has_every_way():
    assert len(paths(draw_statuses())) == 3 + 1 + 4 + 1 + 1 + 3 + 5 + 5
    assert {"A", "G", "E", "R", "O", "F", "T", "C", "Aguardando terceiros"} <= texts(draw_statuses())


def asked(language, people=None):
    """A step with everything that a step may ask for, drawn as text."""
    steps = list(sites.STEPS)
    approval = Approval(by=("1;3", "5"), rule="todos", veto=True, on_reject=1)
    more = {"self_approval": False, "duration": 24, "reminder": 4, "when_due": ("cobra", "sobe")}
    steps[1] = attrs.evolve(steps[1], approval=approval, **more)
    steps[2] = attrs.evolve(steps[2], approval=Approval(by=("1;3", "1;4"), rule="1"))
    return sites.ticket_type(tuple(steps)), draw(sites.ticket_type(tuple(steps)), "text", None, language, people)


def test_approvals_and_times_are_told_in_both_languages():
    kind, text = asked("pt", sites.site().people)
    assert (
        "2 Gestor (fórmula gestor; aprovam todos: Ana, grupo Suporte; uma rejeição basta; quem abriu ou pediu não decide; 24 h úteis; "
        "lembrete 4 h antes do fim; ao vencer: cobra, sobe) → 3 Diretoria, 4 Fila (rejeitado → 1 Abertura)"
    ) in text
    assert "aprovam 1 de 2: Ana, Davi; rejeitado: cancelado" in text
    english = asked("en")[1]
    assert "all approve: 1;3, group 5; one rejection is enough; who opened or asked for it does not decide; 24 working h" in english
    assert "1 of 2 approve: 1;3, 1;4; rejected: cancelled" in english
    drawing = draw(kind)
    assert len(paths(drawing)) == len(kind.edges) + 1
    assert {"aprovam todos: 1;3, grupo 5", "uma rejeição basta", "rejeitado"} <= texts(drawing)


def test_a_long_list_goes_on_in_the_next_line_and_boxes_grow():
    approval = Approval(by=tuple(f"1;{code}" for code in range(10, 60)))
    kind = sites.ticket_type((attrs.evolve(sites.STEPS[0], approval=approval), *sites.STEPS[1:]))
    drawing = draw(kind)
    assert all(len(one) <= 28 for one in texts(drawing))
    assert "1;59" in " ".join(texts(drawing))
    boxes = [one for one in ET.fromstring(drawing).iter(f"{SVG}rect") if one.get("rx") == "8"]
    (high,) = {float(one.get("height")) for one in boxes}
    assert high > 58 + 16 * 10
