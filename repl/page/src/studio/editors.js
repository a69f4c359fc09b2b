// One editor for each open file: its text, what is wrong in it, what a run gave its lines, what the cases reach.
import { autocompletion } from "@codemirror/autocomplete";
import { historyField } from "@codemirror/commands";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { formatDocument } from "@codemirror/lsp-client";
import { EditorState, Prec, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, WidgetType, gutter, keymap } from "@codemirror/view";
import { common, shownLine } from "../editor.js";
import { formulaLanguage, tomlLanguage } from "../highlight.js";
import { fixHere } from "../server.js";
import { say } from "./texts.js";

export const isFormula = (path) => path.endsWith(".formula");

// ---- values of a run at the ends of lines

const setGhosts = StateEffect.define();

class Ghost extends WidgetType {
  constructor(text) { super(); this.text = text; }
  eq(other) { return other.text === this.text; }
  toDOM() {
    const made = document.createElement("span");
    made.className = "ghost";
    made.textContent = this.text;
    made.setAttribute("aria-hidden", "true");
    return made;
  }
}

const ghosts = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setGhosts)) return effect.value;
    return transaction.docChanged ? Decoration.none : value;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export function showGhosts(view, notes, skipped = new Set()) {
  const builder = new RangeSetBuilder();
  for (let number = 1; number <= view.state.doc.lines; number += 1) {
    const line = view.state.doc.line(number);
    if (skipped.has(number)) builder.add(line.from, line.from, Decoration.line({ class: "not-run" }));
    if (notes.has(number)) builder.add(line.to, line.to, Decoration.widget({ widget: new Ghost(notes.get(number)), side: 2 }));
  }
  view.dispatch({ effects: setGhosts.of(builder.finish()) });
}

// ---- what the cases reach

const setCoverage = StateEffect.define();

class Reached extends GutterMarker {
  constructor(kind) { super(); this.kind = kind; }
  eq(other) { return other.kind === this.kind; }
  toDOM() {
    const made = document.createElement("span");
    made.className = `reach ${this.kind}`;
    made.textContent = { reached: "●", half: "◐", missed: "○" }[this.kind];
    return made;
  }
}
const MARKS = { reached: new Reached("reached"), half: new Reached("half"), missed: new Reached("missed") };

const coverage = StateField.define({
  create: () => new Map(),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setCoverage)) return effect.value;
    return transaction.docChanged && value.size ? new Map() : value;
  },
});

const coverageGutter = gutter({
  class: "cm-reach",
  lineMarker: (view, block) => MARKS[view.state.field(coverage).get(view.state.doc.lineAt(block.from).number)] ?? null,
  lineMarkerChange: (update) => update.startState.field(coverage) !== update.state.field(coverage),
});

export function showCoverage(view, found) {
  const kinds = new Map();
  for (const kind of ["reached", "half", "missed"]) for (const line of found?.[kind] ?? []) kinds.set(line, kind);
  view.dispatch({ effects: setCoverage.of(kinds) });
}

// ---- faults that the folder's check found

function offset(doc, place) {
  if (place.line > doc.lines) return doc.length;
  const line = doc.line(Math.max(1, place.line));
  return line.from + [...line.text].slice(0, place.column - 1).join("").length;
}

const severity = { error: "error", warning: "warning", lint: "info" };

export function marksOf(state, faults) {
  return faults.map((one) => {
    const from = one.start ? offset(state.doc, one.start) : 0;
    const to = one.end ? offset(state.doc, one.end) : from;
    return { from: Math.min(from, state.doc.length), to: Math.min(Math.max(from, to), state.doc.length), severity: severity[one.severity], source: one.code, message: one.hint ? `${one.message}\n${one.hint}` : one.message };
  });
}

export function showFaults(view, faults) { view.dispatch(setDiagnostics(view.state, marksOf(view.state, faults))); }

// ---- the editor

export function makeEditor({ path, uri, text, kept, server, writable, changed, save }) {
  const formula = isFormula(path);
  const extensions = [
    Prec.highest(keymap.of([
      { key: "Mod-s", run: () => { save(); return true; }, preventDefault: true },
      { key: "Mod-.", run: fixHere },
      { key: "Shift-Alt-f", run: (view) => (formula && server ? formatDocument(view) : false), preventDefault: true },
    ])),
    formula ? formulaLanguage : path.endsWith(".toml") ? tomlLanguage : [],
    lintGutter(), coverage, coverageGutter, ghosts, shownLine, common(),
    formula && server ? [autocompletion({ icons: true }), server.plugin(uri)] : [],
    writable ? [] : EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ "aria-label": say("editorOf", path), "aria-describedby": "editor-keys", spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
  ];
  let state = null;
  if (kept?.state) {
    try { state = EditorState.fromJSON(kept.state, { extensions }, { history: historyField }); } catch { /* kept by another version: the text alone */ }
  }
  state ??= EditorState.create({ doc: kept?.text ?? text, extensions });
  return new EditorView({ state });
}

export const keptState = (view) => view.state.toJSON({ history: historyField });

export function replaceText(view, text) {
  if (view.state.doc.toString() !== text) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

export function goTo(view, line) {
  const there = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
  view.dispatch({ selection: { anchor: there.from }, effects: EditorView.scrollIntoView(there.from, { y: "center" }) });
  view.focus();
}
