import { formatDocument } from "@codemirror/lsp-client";
import { ContextForm, tablesOf, tomlOf } from "./context.js";
import { el, later, replace } from "./dom.js";
import { formulaEditor, setText, showLine, tomlEditor } from "./editor.js";
import { LESSONS } from "./examples.js";
import { Timeline, effectsView, explanationView, faultsView, flowView, mailsView, outcomeView } from "./results.js";
import { LanguageServer } from "./server.js";
import { fromFragment, toFragment } from "./share.js";
import { language, say, setLanguage } from "./texts.js";

const MOST_STEPS = 20_000; // turns and calls: nobody steps through more, and recording them would keep others waiting

const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* a browser that keeps nothing still runs formulas */ } };

const state = { formula: LESSONS[0].formula, context: LESSONS[0].context, ticket: null };
let example = null, formula, toml, server, form, timeline, asked = 0, effects = [], move = null, underway = new AbortController();
const parts = {};

// ---- tabs, by the keyboard as by the pointer

function tabs(name, label, pages, chosen) {
  const show = (wanted) => {
    for (const page of pages) {
      const on = page.id === wanted;
      page.tab.setAttribute("aria-selected", String(on));
      page.tab.tabIndex = on ? 0 : -1;
      page.panel.hidden = !on;
    }
    chosen?.(wanted);
  };
  const list = el("div", { role: "tablist", "aria-label": label, onkeydown: (event) => {
    const at = pages.findIndex((page) => page.tab === document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: pages.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const page = pages[(next + pages.length) % pages.length];
    show(page.id);
    page.tab.focus();
  } });
  for (const page of pages) {
    page.tab = el("button", { type: "button", role: "tab", id: `${name}-${page.id}-tab`, "aria-controls": `${name}-${page.id}`, onclick: () => show(page.id) }, page.title);
    page.panel = el("div", { role: "tabpanel", id: `${name}-${page.id}`, "aria-labelledby": `${name}-${page.id}-tab`, tabindex: "0" }, page.content);
    list.append(page.tab);
  }
  show(pages[0].id);
  return { list, panels: pages.map((page) => page.panel), show, title: (id, text) => { pages.find((page) => page.id === id).tab.textContent = text; } };
}

// ---- the page

function draw() {
  document.documentElement.lang = language() === "pt" ? "pt-BR" : "en";
  document.title = `repasse · ${say("title")}`;
  formula?.destroy();
  toml?.destroy();
  parts.editor = el("div", { class: "code", id: "formula" });
  parts.toml = el("div", { class: "code", id: "toml" });
  parts.form = el("form", { class: "form", onsubmit: (event) => event.preventDefault() });
  for (const name of ["outcome", "timeline", "why", "effects", "mails", "flow"]) parts[name] = el("div");
  parts.problems = el("p", { class: "problems quiet", role: "status" });
  parts.connection = el("span", { class: "dot", role: "img" });
  parts.said = el("p", { class: "said", role: "status", "aria-live": "polite" });
  parts.examples = el("select", { "aria-label": say("examples"), onchange: chosen });
  parts.results = tabs("result", say("result"), [
    { id: "value", title: say("outcome"), content: parts.outcome }, { id: "steps", title: say("steps"), content: parts.timeline },
    { id: "why", title: say("why"), content: parts.why }, { id: "effects", title: say("effects"), content: parts.effects },
    { id: "mails", title: say("mails"), content: parts.mails }, { id: "flow", title: say("flow"), content: parts.flow },
  ]);
  const around = tabs("context", say("context"), [
    { id: "form", title: say("form"), content: parts.form }, { id: "toml", title: say("toml"), content: parts.toml },
  ], (wanted) => { if (wanted === "form" && form) form.show(state.context); if (wanted === "toml" && toml) toml.requestMeasure(); });
  replace(document.getElementById("page"),
    el("a", { class: "skip", href: "#formula", onclick: (event) => { event.preventDefault(); formula.focus(); } }, say("skip")),
    el("header", {},
      el("h1", {}, el("img", { src: "/static/icon.svg", alt: "", width: 28, height: 28 }), "repasse"),
      el("p", { class: "tagline" }, say("title")),
      el("div", { class: "tools" },
        parts.examples,
        el("button", { type: "button", id: "share", onclick: share }, say("share")),
        el("button", { type: "button", id: "theme", onclick: turnTheme }, say(dark() ? "light" : "dark")),
        el("button", { type: "button", id: "language", lang: language() === "pt" ? "en" : "pt", "aria-label": say("languageLabel"), onclick: turnLanguage }, say("language")))),
    el("main", {},
      el("section", { class: "formula", "aria-labelledby": "h-formula" },
        el("div", { class: "bar" }, el("h2", { id: "h-formula" }, say("editor")), parts.connection, parts.problems,
          el("button", { type: "button", id: "format", onclick: () => formatDocument(formula) }, say("format")),
          el("button", { type: "button", id: "run", class: "main", title: say("runHint"), onclick: run }, `▶ ${say("run")}`)),
        parts.editor,
        el("p", { class: "quiet keys", id: "editor-keys" }, say("keys"))),
      el("section", { class: "context", "aria-labelledby": "h-context" },
        el("div", { class: "bar" }, el("h2", { id: "h-context" }, say("context")), around.list), around.panels),
      el("section", { class: "result", "aria-labelledby": "h-result" },
        el("div", { class: "bar" }, el("h2", { id: "h-result" }, say("result")), parts.results.list), parts.results.panels)),
    parts.said);
  server = new LanguageServer({ language: language(), faults: tellProblems, state: (on) => {
    parts.connection.classList.toggle("on", on);
    parts.connection.setAttribute("aria-label", say(on ? "connected" : "disconnected"));
    parts.connection.title = say(on ? "connected" : "disconnected");
  } });
  formula = formulaEditor({ parent: parts.editor, text: state.formula, server, run, changed: (text) => { state.formula = text; remember(); } });
  toml = tomlEditor({ parent: parts.toml, text: state.context, run, changed: (text) => { state.context = text; contextChanged(); } });
  form = new ContextForm(parts.form, (text) => { state.context = text; setText(toml, text); contextChanged(); });
  form.show(state.context);
  timeline = new Timeline(parts.timeline, (line) => showLine(formula, line));
  contextChanged();
  nothingYet();
  server.connect();
  drawExamples();
}

function nothingYet() {
  effects = [];
  move = null;
  for (const name of ["outcome", "timeline", "why", "effects"]) replace(parts[name], el("p", { class: "quiet" }, say("notRun")));
  replace(parts.mails, mailsView([], ticket()));
  replace(parts.flow, flowView(ticket(), language()));
}

// The chosen example ticket; its plan is that of the editor's formula once it has run.
function ticket() {
  const found = example?.tickets.find((one) => one.key === state.ticket) ?? null;
  return found && move ? { ...found, plan: move, edited: true } : found;
}

function tellProblems(found) {
  const errors = found.filter((one) => one.severity === "error").length;
  const warnings = found.filter((one) => one.severity === "warning").length;
  parts.problems.textContent = found.length ? say("problems", errors, warnings) : say("noProblems");
  parts.problems.classList.toggle("bad", errors > 0);
}

// ---- context and address

const contextChanged = later(150, () => {
  try { server.setContext(tablesOf(state.context)); } catch { /* being typed; the run tells what is wrong */ }
  remember();
});

// Writes what stands on the page into its address, unless a link was opened while it was being packed. One after the other:
// whoever waits for it finds there what stood on the page when he asked, or later.
let own = location.hash;
let packing = Promise.resolve();
function addressed() {
  const write = async () => {
    const before = own;
    const fragment = await toFragment({ formula: state.formula, context: state.context, ticket: state.ticket });
    if (location.hash !== before) return;
    history.replaceState(null, "", fragment);
    own = location.hash;
  };
  packing = packing.then(write, write);
  return packing;
}

const remember = later(400, addressed);

async function share() {
  await addressed();
  try {
    await navigator.clipboard.writeText(location.href);
    tell(say("shared"));
  } catch {
    tell(say("shareFailed"));
  }
}

function tell(text) {
  parts.said.textContent = text;
  setTimeout(() => { if (parts.said.textContent === text) parts.said.textContent = ""; }, 5000);
}

// ---- running

async function post(path, body) {
  const answer = await fetch(`/sandbox/${path}`, {
    signal: underway.signal, method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "Accept-Language": language() },
  });
  return { ok: answer.ok, document: await answer.json() };
}

async function run() {
  const mine = (asked += 1);
  underway.abort();
  underway = new AbortController();
  let context;
  try {
    context = tablesOf(state.context);
  } catch (fault) {
    replace(parts.outcome, el("p", { class: "badge fault" }, say("fault")), el("p", { class: "message" }, say("tomlWrong", String(fault.message).split("\n")[0])));
    parts.results.show("value");
    return;
  }
  replace(parts.outcome, el("p", { class: "quiet", role: "status" }, say("running")));
  try {
    const body = { text: state.formula, context };
    const ran = await post("run", body);
    if (mine !== asked) return;
    if (!ran.ok) { refused(ran.document); return; }
    showRun(ran.document);
    if (state.ticket) showMove(mine, await server.plan(state.ticket, state.formula));
    if (mine !== asked) return;
    if (ran.document.steps > MOST_STEPS) {
      for (const name of ["timeline", "why"]) replace(parts[name], el("p", { class: "quiet" }, say("tooLong", ran.document.steps, MOST_STEPS)));
      return;
    }
    const [traced, explained] = await Promise.all([post("run", { ...body, trace: true }), post("explain", body)]);
    if (mine === asked) showRecord(traced, explained);
  } catch (fault) {
    if (mine !== asked) return;
    replace(parts.outcome, el("p", { class: "badge fault" }, say("fault")), el("p", { class: "message" }, say("unreachable", fault.message)));
  }
}

function showRun(outcome) {
  effects = outcome.effects;
  replace(parts.outcome, outcomeView(outcome));
  for (const name of ["timeline", "why"]) replace(parts[name], el("p", { class: "quiet" }, say("running")));
  replace(parts.effects, effectsView(outcome.effects, outcome));
  replace(parts.mails, mailsView(outcome.effects, ticket()));
  parts.results.title("effects", outcome.effects.length ? `${say("effects")} (${outcome.effects.length})` : say("effects"));
}

function showMove(mine, plan) {
  if (mine !== asked || !plan) return;
  move = plan;
  replace(parts.flow, flowView(ticket(), language()));
  replace(parts.mails, mailsView(effects, ticket()));
}

// Steps and reasons of the run; a record too long to send is refused, and the value stands all the same.
function showRecord(traced, explained) {
  if (traced.ok) timeline.show(traced.document.trace ?? [], traced.document.trace_truncated);
  else replace(parts.timeline, problemView(traced.document));
  replace(parts.why, explained.ok ? explanationView(explained.document.explanation) : problemView(explained.document));
}

const problemView = (problem) => el("p", { class: "message" }, problem.detail ?? say("faulty"), problem.hint && el("span", { class: "hint" }, problem.hint));

function refused(problem) {
  nothingYet();
  replace(parts.outcome, el("p", { class: "badge fault" }, say("fault")), problemView(problem), faultsView(problem.diagnostics));
  parts.results.show("value");
}

// ---- examples

async function drawExamples() {
  const lessons = el("optgroup", { label: say("learn") }, LESSONS.map((one, at) => el("option", { value: `lesson:${at}` }, one.title[language() === "pt" ? 0 : 1])));
  replace(parts.examples, el("option", { value: "" }, say("chooseExample")), lessons);
  try {
    const answer = await fetch(`/sandbox/example?lang=${language()}`);
    example = await answer.json();
  } catch {
    return; // the lessons need nothing from the service
  }
  parts.examples.append(el("optgroup", { label: say("tickets") }, example.tickets.map((one) =>
    el("option", { value: `ticket:${one.key}` }, `${one.key} · ${one.subject || one.type}`))));
  replace(parts.flow, flowView(ticket(), language()));
  replace(parts.mails, mailsView(effects, ticket()));
}

function chosen() {
  const [kind, value] = [parts.examples.value.slice(0, 6), parts.examples.value.slice(7)];
  if (kind === "lesson") {
    Object.assign(state, { formula: LESSONS[value].formula, context: LESSONS[value].context, ticket: null });
  } else if (kind === "ticket") {
    const one = example.tickets.find((candidate) => candidate.key === value);
    const code = one.formula ?? example.formulas[0].code;
    const formulas = Object.fromEntries(example.formulas.filter((each) => each.code !== code).map((each) => [each.code, each.text]));
    Object.assign(state, {
      formula: example.formulas.find((each) => each.code.toUpperCase() === code.toUpperCase())?.text ?? "",
      context: tomlOf({ ...one.context, formulas, diretorio: example.directory }),
      ticket: value,
    });
  } else return;
  setText(formula, state.formula);
  setText(toml, state.context);
  form.show(state.context);
  nothingYet();
  run();
}

// ---- theme and language

const dark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function turnTheme() {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  keep("repasse.theme", document.documentElement.dataset.theme);
  document.getElementById("theme").textContent = say(dark() ? "light" : "dark");
}

function turnLanguage() {
  setLanguage(language() === "pt" ? "en" : "pt");
  keep("repasse.language", language());
  location.reload();
}

async function start() {
  const theme = kept("repasse.theme");
  if (theme) document.documentElement.dataset.theme = theme;
  setLanguage(kept("repasse.language") ?? document.documentElement.lang);
  const shared = await fromFragment(location.hash);
  if (shared) Object.assign(state, { formula: shared.formula, context: shared.context, ticket: typeof shared.ticket === "string" ? shared.ticket : null });
  draw();
  let opened = 0;
  addEventListener("hashchange", async (event) => {
    const mine = ++opened;
    own = new URL(event.newURL).hash;
    const other = await fromFragment(new URL(event.newURL).hash);
    if (!other || mine !== opened) return; // no link of ours, or another was opened meanwhile
    Object.assign(state, { formula: other.formula, context: other.context, ticket: typeof other.ticket === "string" ? other.ticket : null });
    setText(formula, state.formula);
    setText(toml, state.context);
    form.show(state.context);
    nothingYet();
  });
  performance.mark("repasse-usable");
}

start();
