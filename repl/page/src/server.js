// The connection to the language server, and what it adds to the editor beyond completion and hover: faults with their
// fixes, the meaning of names as colours, inferred kinds as notes.
import { RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { forEachDiagnostic, setDiagnostics } from "@codemirror/lint";
import { LSPClient, LSPPlugin, languageServerExtensions } from "@codemirror/lsp-client";

export const ADDRESS = "repasse://pagina/formula";
const MEANINGS = ["keyword", "variable", "function", "property", "string", "number", "comment", "operator", "type", "macro"];

// ---- notes and colours

const setMarks = StateEffect.define();

class Note extends WidgetType {
  constructor(text) { super(); this.text = text; }
  eq(other) { return other.text === this.text; }
  toDOM() {
    const made = document.createElement("span");
    made.className = "note";
    made.textContent = this.text;
    made.setAttribute("aria-hidden", "true");
    return made;
  }
}

const marks = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return effect.value;
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorations(plugin, tokens, notes) {
  const found = [];
  const doc = plugin.view.state.doc;
  let line = 0, character = 0;
  for (let at = 0; at + 4 < tokens.length; at += 5) {
    if (tokens[at]) { line += tokens[at]; character = 0; }
    character += tokens[at + 1];
    const meaning = MEANINGS[tokens[at + 3]];
    if (line >= doc.lines || !["variable", "function", "property", "type", "macro"].includes(meaning)) continue;
    const from = doc.line(line + 1).from + character;
    found.push([from, from + tokens[at + 2], Decoration.mark({ class: `is-${meaning}` })]);
  }
  for (const note of notes) {
    const at = plugin.fromPosition(note.position, doc);
    found.push([at, at, Decoration.widget({ widget: new Note(note.label), side: 1 })]);
  }
  const builder = new RangeSetBuilder();
  found.sort((a, b) => a[0] - b[0] || a[2].startSide - b[2].startSide);
  for (const [from, to, mark] of found) if (to <= doc.length) builder.add(from, to, mark);
  return builder.finish();
}

// ---- faults

const severity = (number) => (number === 1 ? "error" : number === 2 ? "warning" : "info");

function applyEdits(view, plugin, edits) {
  const changes = edits.map((edit) => ({
    from: plugin.fromPosition(edit.range.start), to: plugin.fromPosition(edit.range.end), insert: edit.newText,
  }));
  view.dispatch({ changes, userEvent: "input.fix" });
  view.focus();
}

async function refresh(client, params, told, more) {
  const file = client.workspace.getFile(params.uri);
  const view = file?.getView();
  const plugin = view && LSPPlugin.get(view);
  if (!plugin) return;
  const doc = plugin.syncedDoc;
  const whole = { start: { line: 0, character: 0 }, end: plugin.toPosition(doc.length, doc) };
  const ask = (method, given) => client.request(method, { textDocument: { uri: params.uri }, ...given }).catch(() => null);
  const [actions, tokens, notes] = await Promise.all([
    params.diagnostics.length ? ask("textDocument/codeAction", { range: whole, context: { diagnostics: [] } }) : [],
    ask("textDocument/semanticTokens/full", {}),
    ask("textDocument/inlayHint", { range: whole }),
  ]);
  if (view.state.doc !== doc && !view.state.doc.eq(doc)) return; // typed on meanwhile: the next answer is on its way
  const fixes = new Map();
  for (const action of actions ?? []) {
    const about = action.diagnostics[0];
    fixes.set(JSON.stringify([about.range, about.code]), action);
  }
  const found = params.diagnostics.map((one) => {
    const fix = fixes.get(JSON.stringify([one.range, one.code]));
    return {
      from: plugin.fromPosition(one.range.start, doc), to: plugin.fromPosition(one.range.end, doc),
      severity: severity(one.severity), message: one.message, source: one.code,
      actions: fix ? [{ name: fix.title, apply: (target) => applyEdits(target, plugin, fix.edit.changes[params.uri]) }] : [],
    };
  });
  const transaction = setDiagnostics(view.state, [...found, ...(more?.(params.uri, found) ?? [])]);
  view.dispatch(transaction, { effects: setMarks.of(decorations(plugin, tokens?.data ?? [], notes ?? [])) });
  told(found, params.uri);
}

export function fixHere(view) {
  const at = view.state.selection.main.head;
  let best = null;
  forEachDiagnostic(view.state, (one, from, to) => {
    const line = view.state.doc.lineAt(at);
    if (one.actions?.length && from <= line.to && to >= line.from && (!best || Math.abs(from - at) < best.far))
      best = { far: Math.abs(from - at), from, to, action: one.actions[0] };
  });
  best?.action.apply(view, best.from, best.to);
  return Boolean(best);
}

// ---- help texts

const SHAPE = new Set(["P", "PRE", "CODE", "UL", "OL", "LI", "EM", "STRONG", "SPAN", "BR", "BODY"]);

// Help comes as Markdown; of its HTML only shape is kept: no links, no pictures, no attributes but the colours of code.
function onlyShape(html) {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const one of [...body.querySelectorAll("*")]) {
    if (!SHAPE.has(one.tagName)) one.replaceWith(one.textContent);
    else for (const name of one.getAttributeNames()) if (name !== "class") one.removeAttribute(name);
  }
  return body.innerHTML;
}

// ---- the connection

export class LanguageServer {
  // `faults` is told what was found, `more` gives faults that only others know of.
  constructor({ language, faults, state, more }) {
    this.language = language;
    this.faults = faults;
    this.more = more;
    this.state = state;
    this.context = null;
    this.wait = 500;
    this.client = this.makeClient();
  }

  makeClient() {
    return new LSPClient({
      timeout: 10_000,
      sanitizeHTML: onlyShape,
      initializationOptions: { language: this.language },
      extensions: languageServerExtensions().filter((one) => !one.notificationHandlers).concat([{
        clientCapabilities: { textDocument: { publishDiagnostics: { versionSupport: true } } },
        notificationHandlers: {
          "textDocument/publishDiagnostics": (client, params) => {
            const file = client.workspace.getFile(params.uri);
            if (file && (params.version == null || params.version === file.version)) refresh(client, params, this.faults, this.more);
            return true;
          },
        },
        editorExtension: [marks, EditorView.updateListener.of((update) => {
          if (!update.docChanged || !this.client.connected) return;
          clearTimeout(this.pending);
          this.pending = setTimeout(() => this.client.connected && this.client.sync(), 60);
        })],
      }]),
    });
  }

  plugin(address = ADDRESS) { return this.client.plugin(address, "repasse"); }

  saved(address) {
    if (this.client.connected && this.client.serverCapabilities) this.client.notification("textDocument/didSave", { textDocument: { uri: address } });
  }

  connect() {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/lsp`);
    const handlers = new Set();
    socket.onmessage = (event) => handlers.forEach((handle) => handle(event.data));
    socket.onopen = () => {
      this.wait = 500;
      this.client.connect({
        send: (text) => { if (socket.readyState === WebSocket.OPEN) socket.send(text); },
        subscribe: (handle) => handlers.add(handle),
        unsubscribe: (handle) => handlers.delete(handle),
      });
      this.client.initializing.then(() => { this.state(true); this.giveContext(); }, () => socket.close());
    };
    socket.onclose = () => {
      this.client.disconnect();
      this.state(false);
      setTimeout(() => this.connect(), this.wait);
      this.wait = Math.min(this.wait * 2, 15_000);
    };
  }

  setContext(tables) { this.context = JSON.stringify(tables); this.giveContext(); }

  // The next move of an example ticket if its formula were this text; null while the server is away.
  async plan(ticket, text) {
    if (!this.client.connected || !this.client.serverCapabilities) return null;
    return this.client.request("repasse/plan", { ticket, text }).catch(() => null);
  }

  giveContext() {
    if (this.client.connected && this.client.serverCapabilities && this.context)
      this.client.notification("repasse/context", { uri: ADDRESS, context: this.context });
  }
}
