"""What the pages say of the service's addresses is what the OpenAPI document says, which is made from the routes."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest
from kit.paths import ROOT
from kit.workspaces import make_workspace

from routing.http.app import build_app

PAGES = ["docs/http.md", "docs/http.en.md"]
NAMES = {"chave": "key", "número": "number"}
ALL = ["read", "run", "move"]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    app = build_app(str(make_workspace(tmp_path_factory.mktemp("servico") / "pasta", 1)))
    service = app.state.service
    made = app.openapi()
    service.desk.close()
    return made


def table(page: str, head: str) -> list[list[str]]:
    """The cells of the rows below a head."""
    rows = re.split(rf"^\| {head} \|.*\n\|.*\n", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in rows.partition("\n\n")[0].splitlines()]


def requests(cell: str) -> list[tuple[str, str]]:
    """Method and path of each address in a cell; a method holds until the next."""
    found, method = [], ""
    for said, path in re.findall(r"`(?:(GET|POST) )?(/[^`]*)`", cell):
        method = said or method
        found.append((method, re.sub(r"{(.*?)}", lambda name: "{" + NAMES.get(name[1], name[1]) + "}", path)))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_each_address_stands_beside_the_scopes_that_open_it(document: dict[str, Any], page: str) -> None:
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for scope, opened in table(page, "(?:escopo|scope)"):
        for one in requests(opened):
            said[one] |= {scope.strip("`")} if scope.startswith("`") else set(ALL)
    asked = {
        (method.upper(), path): set(operation["security"][0]["HTTPBearer"])
        for path, operations in document["paths"].items()
        if path.startswith("/v1/")
        for method, operation in operations.items()
    }
    assert said == asked


@pytest.mark.parametrize("page", PAGES)
def test_each_row_of_the_addresses_is_one_of_the_document_with_its_body(document: dict[str, Any], page: str) -> None:
    rows = table(page, "(?:pedido|request)")
    assert len(rows) > 10
    for request, body, _ in rows:
        for method, path in requests(request):
            operation = document["paths"][path][method.lower()]
            names = re.fullmatch(r"`{([\w, ]+)}`", body)
            if names is not None:
                shape = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                assert set(names[1].split(", ")) == set(document["components"]["schemas"][shape]["properties"]), path


def test_every_answer_says_its_shape(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert "200" in operation["responses"], path
            assert operation["summary"], path
