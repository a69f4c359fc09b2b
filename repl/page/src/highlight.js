// Colours that need no server: keywords, texts, numbers, comments. The language server adds what names mean.
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const KEYWORDS = /^(?:decl|setvar|se|ent[aã]o|sen[aã]o|fimse|repita|at[eé]|enquanto|fa[cç]a|fimenq|fimenquanto|e|ou|n[aã]o)$/i;
const ATOMS = /^(?:verdade|falso)$/i;
const OPENING = /^(?:ent[aã]o|repita|fa[cç]a)$/i;

export const formulaLanguage = StreamLanguage.define({
  name: "repasse",
  startState: () => ({ comment: false }),
  token(stream, state) {
    if (state.comment || stream.match("/*")) {
      state.comment = !stream.match(/^.*?\*\//);
      if (state.comment) stream.skipToEnd();
      return "comment";
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^'(?:[^']|'')*'?/) || stream.match(/^"(?:[^"]|"")*"?/)) return "string";
    if (stream.match(/^\d+(?:\.\d+)?/)) return "number";
    const word = stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u);
    if (word) return KEYWORDS.test(word[0]) ? "keyword" : ATOMS.test(word[0]) ? "atom" : "name";
    if (stream.match(/^(?:<>|<=|>=|[-+*/=<>])/)) return "operator";
    stream.next();
    return "punctuation";
  },
  languageData: {
    commentTokens: { block: { open: "/*", close: "*/" } },
    closeBrackets: { brackets: ["(", "'", '"'] },
    indentOnInput: /^\s*(?:FIMSE|SENAO|FIMENQ|ATE)$/i,
  },
  indent(_, after, context) {
    const line = context.lineAt(context.pos, -1);
    const before = line.number > 1 || line.text ? context.state.doc.lineAt(Math.max(0, context.pos - 1)).text : "";
    const last = before.trim().split(/\s+/).pop() ?? "";
    const base = context.lineIndent(Math.max(0, context.pos - 1));
    if (/^(?:fimse|sen[aã]o|fimenq|at[eé])\b/i.test(after)) return Math.max(0, base - 2);
    return OPENING.test(last) || /^sen[aã]o$/i.test(last) ? base + 2 : base;
  },
});

export const tomlLanguage = StreamLanguage.define({
  name: "toml",
  token(stream) {
    if (stream.sol() && stream.match(/^\s*\[.*?\]+/)) return "heading";
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'[^']*'?/)) return "string";
    if (stream.match(/^(?:true|false)\b/)) return "atom";
    if (stream.match(/^\d[\dT:.\-+Z_]*/)) return "number";
    if (stream.match(/^[\w-]+/)) return "name";
    stream.next();
    return "punctuation";
  },
});

export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.keyword, class: "tok-keyword" },
    { tag: tags.atom, class: "tok-atom" },
    { tag: tags.string, class: "tok-string" },
    { tag: tags.number, class: "tok-number" },
    { tag: tags.comment, class: "tok-comment" },
    { tag: tags.operator, class: "tok-operator" },
    { tag: tags.heading, class: "tok-heading" },
  ]),
);
