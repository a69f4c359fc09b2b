import { autocompletion, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { formatDocument } from "@codemirror/lsp-client";
import { colours, formulaLanguage, tomlLanguage } from "./highlight.js";
import { fixHere } from "./server.js";
import { phrases, say } from "./texts.js";

const nonce = () => document.querySelector("script[nonce]")?.nonce ?? "";

export const common = () => [
  EditorView.cspNonce.of(nonce()),
  EditorState.phrases.of(phrases()),
  lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
  highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(),
  indentUnit.of("  "), EditorState.tabSize.of(2), EditorView.lineWrapping, colours,
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap, indentWithTab]),
];

// The line that the time-travel slider stands on.
const setLine = StateEffect.define();
export const shownLine = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setLine))
        return effect.value == null || effect.value > transaction.state.doc.lines
          ? Decoration.none
          : Decoration.set(Decoration.line({ class: "at-step" }).range(transaction.state.doc.line(effect.value).from));
    return transaction.docChanged ? Decoration.none : value;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export function showLine(view, line) {
  const effects = [setLine.of(line)];
  if (line != null && line <= view.state.doc.lines)
    effects.push(EditorView.scrollIntoView(view.state.doc.line(line).from, { y: "nearest" }));
  view.dispatch({ effects });
}

export function formulaEditor({ parent, text, server, changed, run }) {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([
          { key: "Mod-Enter", run: () => { run(); return true; } },
          { key: "Mod-.", run: fixHere },
          { key: "Shift-Alt-f", run: formatDocument, preventDefault: true },
        ])),
        formulaLanguage, lintGutter(), autocompletion({ icons: true }), shownLine, common(), server.plugin(),
        EditorView.contentAttributes.of({ "aria-label": say("editor"), "aria-describedby": "editor-keys", spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
      ],
    }),
  });
}

export function tomlEditor({ parent, text, changed, run }) {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }])),
        tomlLanguage, common(),
        EditorView.contentAttributes.of({ "aria-label": `${say("context")} TOML`, tabindex: "0" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
      ],
    }),
  });
}

export function setText(view, text) {
  if (view.state.doc.toString() !== text)
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
}
