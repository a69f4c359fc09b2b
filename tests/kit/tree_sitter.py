"""A tree-sitter grammar read without tree-sitter: its JavaScript is evaluated by Node, and the rules become a Lark grammar. Lark's
LALR tables refuse what is ambiguous, and tree-sitter's are made of at least as many states."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
from lark import Lark, Token, Tree
from playwright._impl._driver import compute_driver_executable

SHIM = """
const symbol = (name) => ({ type: "SYMBOL", name });
const rule = (one) => typeof one === "string" ? { type: "STRING", value: one } : one instanceof RegExp ? { type: "PATTERN", value: one.source } : one;
globalThis.seq = (...members) => ({ type: "SEQ", members: members.map(rule) });
globalThis.choice = (...members) => ({ type: "CHOICE", members: members.map(rule) });
globalThis.repeat = (content) => ({ type: "REPEAT", content: rule(content) });
globalThis.optional = (content) => ({ type: "OPTIONAL", content: rule(content) });
globalThis.field = (name, content) => ({ type: "FIELD", name, content: rule(content) });
globalThis.alias = (content, value) => ({ type: "ALIAS", content: rule(content), named: typeof value !== "string", value: value.name ?? value });
globalThis.grammar = (given) => {
  const names = new Proxy({}, { get: (_, name) => symbol(name) });
  const rules = Object.fromEntries(Object.entries(given.rules).map(([name, make]) => [name, rule(make(names))]));
  return { name: given.name, word: given.word(names).name, extras: given.extras(names).map(rule), rules };
};
console.log(JSON.stringify(require(process.argv[1])));
"""
LETTERS = {r"[\p{L}_][\p{L}\p{N}_]*": r"[^\W\d]\w*"}
"""JavaScript's classes of characters as Python writes them."""


def grammar_of(folder: Path) -> dict[str, Any]:
    """``grammar.js`` as data."""
    node, _ = compute_driver_executable()
    done = subprocess.run(
        [node, "-e", SHIM, str(folder.resolve() / "grammar.js")], capture_output=True, text=True, check=True, timeout=60
    )
    made: dict[str, Any] = json.loads(done.stdout)
    return made


@attrs.define
class Translation:
    """Lark's text in the making."""

    rules: dict[str, Any]
    aliases: dict[str, str] = attrs.field(factory=dict)
    keywords: dict[str, str] = attrs.field(factory=dict)
    patterns: dict[str, str] = attrs.field(factory=dict)

    def body(self, node: dict[str, Any]) -> str:
        """The right side of a rule."""
        kind = node["type"]
        if kind == "SYMBOL":
            return str(node["name"])
        if kind == "STRING":
            return json.dumps(node["value"])
        if kind == "PATTERN":
            return self.patterns.setdefault(node["value"], f"PATTERN_{len(self.patterns)}")
        if kind == "ALIAS":
            return self.alias(node)
        if kind == "FIELD":
            return self.body(node["content"])
        if kind in {"SEQ", "CHOICE"}:
            return "(" + (" " if kind == "SEQ" else " | ").join(self.body(one) for one in node["members"]) + ")"
        return f"({self.body(node['content'])}){'*' if kind == 'REPEAT' else '?'}"

    def alias(self, node: dict[str, Any]) -> str:
        """A keyword, or a hidden rule under a name."""
        if not node["named"]:
            self.keywords[node["value"]] = node["content"]["value"]
            return f"KEY_{node['value']}"
        name = f"{node['value']}__{len(self.aliases)}"
        self.aliases[name] = self.body(node["content"])
        return name

    def text(self, extras: list[dict[str, Any]]) -> str:
        """The whole grammar."""
        ignored = [one["name"] for one in extras if one["type"] == "SYMBOL"]
        lines = [f"{name}: {self.body(node)}" for name, node in self.rules.items() if name not in ignored]
        lines += [f"{name}: {body}" for name, body in self.aliases.items()]
        lines += [f"KEY_{name}.3: /{pattern}(?!\\w)/" for name, pattern in self.keywords.items()]
        lines += [f"{name}: /{LETTERS.get(pattern, pattern)}/" for pattern, name in self.patterns.items()]
        patterns = [one["value"] for one in extras if one["type"] == "PATTERN"]
        for number, pattern in enumerate([*(self.rules[name]["value"] for name in ignored), *patterns]):
            lines += [f"IGNORED_{number}.4: /{pattern}/", f"%ignore IGNORED_{number}"]
        return "\n".join(lines)


def parser_of(folder: Path) -> Lark:
    """The grammar as Lark reads it. Raises GrammarError for one with conflicts."""
    found = grammar_of(folder)
    text = Translation(found["rules"]).text(found["extras"])
    return Lark(text, parser="lalr", lexer="basic", start=next(iter(found["rules"])), strict=False)


def shape(tree: Tree[Token]) -> str:
    """A tree as tree-sitter writes it, without fields: named nodes alone."""
    inner = [shape(one) for one in tree.children if isinstance(one, Tree)]
    return "(" + " ".join([str(tree.data).partition("__")[0], *inner]) + ")"


def corpus(path: Path) -> Iterator[tuple[str, str, str]]:
    """The tests of a file of tree-sitter's: name, text, and the tree without fields and comments; ``:error`` wants none."""
    for name, text, tree in re.findall(
        r"^===\n(.*?)\n===\n(.*?)\n---\n(.*?)(?=\n===\n|\Z)", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    ):
        if name.endswith("\n:error"):
            yield name.removesuffix("\n:error"), text, ":error"
            continue
        plain = re.sub(r"\w+: ", "", tree).replace("(comment)", "")
        yield name, text, re.sub(r"\s+\)", ")", " ".join(plain.split()))
