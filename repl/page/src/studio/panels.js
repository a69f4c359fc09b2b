// The other answers: a formula's run through time, cases, impact, the three texts of a conflict.
import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { showLine } from "../editor.js";
import { el, later, replace } from "../dom.js";
import { ask, askLong } from "./api.js";
import { showGhosts } from "./editors.js";
import { computed } from "./ticket.js";
import { say } from "./texts.js";

export const shown = (value) => (value == null ? "—" : value.kind === "vazio" ? "Vazio" : value.display);
export const faultView = (fault) => [el("p", { class: "message" }, fault.message, fault.document?.hint && el("span", { class: "hint" }, fault.document.hint)), fault.document?.detail && el("pre", { tabindex: "0" }, fault.document.detail)];

// ---- a run: its values stand at the ends of the editor's lines

export class RunPanel {
  // `current()` gives the open formula: {code, view}, or null.
  // `resting()` says that another travel has the editor's lines, `takes()` ends that one.
  constructor(host, { texts, current, ticket, nameOf, resting, takes }) {
    Object.assign(this, { host, texts, current, ticket, nameOf, resting, takes });
    this.again = later(150, () => this.run());
    replace(host, el("p", { class: "quiet" }, say("runHint")));
  }

  changed() { this.host.classList.add("stale"); this.again(); }

  async run() {
    const now = this.current();
    if (!now) return;
    const mine = (this.asked = (this.asked ?? 0) + 1);
    const began = performance.now();
    try {
      const made = await ask("run", { texts: this.texts(), code: now.code, ...this.ticket() });
      if (mine !== this.asked || this.current()?.view !== now.view) return;
      this.host.classList.remove("stale");
      this.show(made, now.view);
      performance.measure("repasse-run", { start: began });
    } catch (fault) {
      if (mine !== this.asked) return;
      this.host.classList.remove("stale");
      replace(this.host, faultView(fault));
      if (!this.resting()) showGhosts(now.view, new Map());
    }
  }

  show(made, view) {
    this.view = view;
    this.trace = made.trace;
    this.skipped = new Set(made.skipped);
    const good = made.status === "ok";
    this.slider = el("input", { type: "range", min: "0", max: String(this.trace.length), value: String(this.trace.length), "aria-label": say("slider"), oninput: () => this.go(Number(this.slider.value), true) });
    this.label = el("p", { class: "step-label", role: "status" });
    this.table = el("div", { class: "state" });
    const turn = (by) => () => this.go(Number(this.slider.value) + by, true);
    replace(this.host,
      el("p", { class: "stale-note" }, say("stale")),
      el("p", { class: "quiet" }, made.ticket ? say("runOf", made.code, made.ticket) : say("runAlone", made.code)),
      el("p", { class: `badge ${good ? "ok" : "fault"}` }, good ? say("value") : say(made.status)),
      el("p", { class: "value" }, el("output", { id: "run-value" }, good ? [shown(made.value), this.nameOf(made.value) && el("small", {}, ` ${this.nameOf(made.value)}`)] : made.message ?? made.diagnostics[0]?.message ?? "")),
      made.diagnostics.length > 0 && el("p", { class: "hint" }, made.diagnostics[0].hint),
      this.trace.length > 0 && el("div", { class: "travel" },
        el("button", { type: "button", class: "icon", "aria-label": say("back"), onclick: turn(-1) }, "◀"), this.slider,
        el("button", { type: "button", class: "icon", "aria-label": say("forward"), onclick: turn(1) }, "▶")),
      this.label, this.table, made.truncated && el("p", { class: "quiet" }, say("truncated")),
      made.explanation.length > 0 && el("details", { open: true }, el("summary", {}, say("why")), el("ol", { class: "chain" }, made.explanation.map((one) => el("li", {}, one.text, one.where && el("span", { class: "where" }, one.where))))),
      computed(made.state));
    this.go(this.trace.length, false);
  }

  go(wanted, mark) {
    const step = Math.max(0, Math.min(this.trace.length, wanted));
    this.slider.value = String(step);
    const state = new Map(), notes = new Map();
    for (const one of this.trace.slice(0, step)) {
      for (const [name, value] of Object.entries(one.changes)) state.set(name, value);
      const changes = Object.entries(one.changes).map(([name, value]) => `${name} = ${shown(value)}`);
      if (changes.length) notes.set(one.line, changes.join("; "));
      else if (one.value && one.value.kind !== "vazio") notes.set(one.line, shown(one.value));
    }
    const now = step ? this.trace[step - 1] : null;
    this.slider.setAttribute("aria-valuetext", now ? `${say("stepOf", step, this.trace.length)}: ${now.text}` : say("start"));
    replace(this.label, now ? [el("strong", {}, say("stepOf", step, this.trace.length)), ` · ${say("line", now.line)} · `, el("code", {}, now.text), " → ", el("span", { class: "gives" }, shown(now.value))] : this.trace.length ? say("start") : "");
    replace(this.table, state.size > 0 && el("table", {}, el("caption", {}, say("variables")), el("tbody", {}, [...state].map(([name, value]) => el("tr", { class: now && name in now.changes ? "changed" : "" }, el("th", { scope: "row" }, name), el("td", {}, shown(value)))))));
    if (mark) this.takes();
    else if (this.resting()) return;
    showGhosts(this.view, notes, this.skipped);
    showLine(this.view, mark && now ? now.line : null);
  }
}

// ---- cases

export class CasesPanel {
  constructor(host, { texts, place, done }) {
    Object.assign(this, { host, texts, place, done });
    this.result = el("div");
    this.button = el("button", { type: "button", class: "main", id: "run-cases", onclick: () => this.run() }, say("runCases"));
    replace(host, el("p", { class: "quiet" }, say("casesHint")), this.button, this.result);
  }

  stale() { this.result.classList.add("stale"); }

  async run() {
    this.button.disabled = true;
    const bar = el("progress", { "aria-label": say("runCases") }), text = el("p", { class: "quiet", role: "status" }, say("begun"));
    replace(this.result, bar, text);
    try {
      const made = await askLong("cases", { texts: this.texts() }, (at, all) => { bar.max = all; bar.value = at; text.textContent = say("running", at, all); });
      this.show(made);
      this.done(made);
    } catch (fault) { replace(this.result, faultView(fault)); }
    this.result.classList.remove("stale");
    this.button.disabled = false;
  }

  show(made) {
    const row = (one) => el("li", { class: one.status }, el("button", { type: "button", class: "link", onclick: () => this.place(one.path, one.line) }, one.name), el("span", { class: "where" }, say("inFile", one.path, one.line)), one.detail && el("pre", { tabindex: "0", "aria-label": one.name }, one.detail));
    const bad = made.cases.filter((one) => one.status === "failed"), rest = made.cases.filter((one) => one.status !== "failed");
    replace(this.result,
      el("p", { class: "stale-note" }, say("staleAsk")),
      el("p", { class: `badge ${bad.length ? "fault" : "ok"}`, id: "cases-summary", role: "status" }, made.cases.length ? say("casesDone", made.passed, made.failed, made.skipped) : say("noCases")),
      bad.length > 0 && el("ul", { class: "case-list" }, bad.map(row)),
      rest.length > 0 && el("details", {}, el("summary", {}, say("allPassed", rest.length)), el("ul", { class: "case-list" }, rest.map(row))),
      el("h4", {}, say("coverage")),
      el("ul", { class: "chain" }, Object.entries(made.coverage).map(([path, one]) => {
        const all = one.reached.length + one.half.length + one.missed.length;
        return el("li", {}, el("button", { type: "button", class: "link", onclick: () => this.place(path, one.missed[0] ?? one.half[0] ?? 1) }, say("covered", path, all - one.missed.length, all)));
      })),
      computed(made.state));
  }
}

// ---- impact

export class ImpactPanel {
  constructor(host, { texts, openTicket }) {
    Object.assign(this, { host, texts, openTicket });
    this.result = el("div");
    this.button = el("button", { type: "button", class: "main", id: "see-impact", onclick: () => this.look() }, say("seeImpact"));
    replace(host, el("p", { class: "quiet" }, say("impactHint")), this.button, this.result);
  }

  stale() { this.result.classList.add("stale"); }

  // The rows found; `then` is offered under the table (what is to be done in spite of them).
  async look(then) {
    this.button.disabled = true;
    const bar = el("progress", { "aria-label": say("seeImpact") }), text = el("p", { class: "quiet", role: "status" }, say("begun"));
    replace(this.result, bar, text);
    try {
      const made = await askLong("impact", { texts: this.texts() }, (at, all) => { bar.max = all; bar.value = at; text.textContent = say("running", at, all); });
      this.show(made, then);
      return made;
    } catch (fault) {
      replace(this.result, faultView(fault));
      throw fault;
    } finally {
      this.result.classList.remove("stale");
      this.button.disabled = false;
    }
  }

  show(made, then) {
    const head = (...keys) => el("thead", {}, el("tr", {}, keys.map((key) => el("th", { scope: "col" }, say(key)))));
    replace(this.result,
      el("p", { class: "stale-note" }, say("staleAsk")),
      then && made.changed.length > 0 && el("p", {}, say("beforeSaving", then.path)),
      el("p", { class: `badge ${made.changed.length ? "stopped" : "ok"}`, id: "impact-summary", role: "status" }, made.changed.length ? say("impactSome", made.changed.length, made.tickets) : say("impactNone", made.tickets)),
      made.tickets < made.all && el("p", { class: "warn" }, say("impactPart", made.tickets, made.all)),
      then && made.changed.length > 0 && el("p", {}, el("button", { type: "button", class: "main", id: "save-anyway", onclick: then.act }, say("saveAnyway"))),
      made.holders.length > 0 && el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("who") }, el("table", { class: "grid", id: "holders" }, head("who", "wasColumn", "wouldColumn"), el("tbody", {}, made.holders.map((one) => el("tr", {}, el("th", { scope: "row" }, one.name), el("td", {}, String(one.was)), el("td", {}, `${one.would} (${say(one.would > one.was ? "more" : "less")})`)))))),
      made.changed.length > 0 && el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("impact") }, el("table", { class: "grid", id: "impact-table" }, head("ticket", "wasColumn", "wouldColumn"), el("tbody", {}, made.changed.map((one) => el("tr", {},
        el("th", { scope: "row" }, el("button", { type: "button", class: "link", onclick: () => this.openTicket(one.ticket) }, one.ticket), el("span", { class: "where" }, one.subject)), el("td", {}, one.was), el("td", {}, one.would, el("span", { class: "where" }, one.because))))))),
      computed(made.state));
  }
}

// ---- a conflict

export function conflictDialog(path, { base, theirs, mine }, { keepMine, keepTheirs }) {
  const host = el("div", { class: "merge" });
  const nonce = EditorView.cspNonce.of(document.querySelector("script[nonce]")?.nonce ?? "");
  const side = (label, more = []) => [EditorView.lineWrapping, nonce, EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }), ...more];
  const merge = new MergeView({
    parent: host,
    a: { doc: theirs ?? "", extensions: side(say("theirs"), [EditorState.readOnly.of(true)]) },
    b: { doc: mine, extensions: side(say("mine")) },
    revertControls: "a-to-b",
  });
  const end = (act) => () => { const text = merge.b.state.doc.toString(); dialog.close(); merge.destroy(); dialog.remove(); act?.(text); };
  const dialog = el("dialog", { class: "conflict", "aria-labelledby": "conflict-title", oncancel: end() },
    el("h2", { id: "conflict-title" }, say(theirs == null ? "conflictGone" : "conflict", path)),
    el("div", { class: "sides" }, el("strong", {}, say("theirs")), el("strong", {}, say("mine"))), host,
    el("details", {}, el("summary", {}, say("base")), el("pre", { tabindex: "0" }, base ?? say("baseUnknown"))),
    el("div", { class: "bar plain" },
      el("button", { type: "button", class: "main", id: "keep-mine", onclick: end(keepMine) }, say("keepMine")),
      theirs != null && el("button", { type: "button", id: "keep-theirs", onclick: end(() => keepTheirs(theirs)) }, say("keepTheirs")),
      el("button", { type: "button", onclick: end() }, say("later"))));
  document.body.append(dialog);
  dialog.showModal();
}
