// The studio: the files of a folder on the left, their texts in the middle, what the rules answer on the right.
import { setDiagnostics } from "@codemirror/lint";
import { formatDocument } from "@codemirror/lsp-client";
import { el, later, replace } from "../dom.js";
import { LanguageServer } from "../server.js";
import { setLanguage as setEditorLanguage } from "../texts.js";
import { Fault, ask, askLong, get, hasKey, send, served, useKey } from "./api.js";
import { Documents } from "./documents.js";
import { goTo, isFormula, marksOf, replaceText, showCoverage, showFaults } from "./editors.js";
import { CasesPanel, ImpactPanel, RunPanel, conflictDialog, faultView } from "./panels.js";
import { askKey } from "./key.js";
import { PropertiesPanel } from "./properties.js";
import { TicketPanel } from "./ticket.js";
import { language, say, setLanguage } from "./texts.js";

const LOOK = 2500; // milliseconds between two looks at the folder
const RULES = /^(?:formulas|tipos|sentencas|modelos)\/|^(?:diretorio|repasse)\.toml$/;
const NAME = /^[\p{L}\p{N}_-]{1,60}$/u;
const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* this browser keeps nothing */ } };

const parts = {};
let folder, server, documents, panel, run, cases, impact, properties, active = null, shownTab = "ticket", coverage = null;
let texts = new Map(), faults = {}, seen = { tickets: [], people: [], types: [], actions: [] }, marks = new Map(), lost = false, words = "";

// ---- the frame

const button = (id, key, act, more = {}) => el("button", { type: "button", id, onclick: act, ...more }, say(key));
const dark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function draw() {
  document.documentElement.lang = language() === "pt" ? "pt-BR" : "en";
  document.title = `${folder.name} · repasse ${say("title")}`;
  for (const name of ["tree", "tabs", "holder", "tools", "ticket", "run", "cases", "properties", "impact"]) parts[name] = el("div");
  parts.banner = el("p", { class: "banner", role: "alert" });
  parts.said = el("p", { class: "said", role: "status", "aria-live": "polite" });
  parts.problems = el("p", { class: "problems quiet", role: "status" });
  parts.dot = el("span", { class: "dot", role: "img", "aria-label": say("checking") });
  parts.holder.className = "code";
  parts.tabs.className = "open-files";
  parts.main = el("main", { "data-view": "files" },
    el("nav", { class: "files", "aria-label": say("files") }, parts.tree),
    el("section", { class: "text", "aria-label": say("text") }, parts.tabs, parts.tools, parts.holder, el("p", { class: "quiet keys", id: "editor-keys" }, say(served ? "keysServed" : "keys"))),
    el("section", { class: "answers", "aria-label": say("answer") }, answerTabs()));
  replace(document.getElementById("page"),
    el("a", { class: "skip", href: "#editor", onclick: (event) => { event.preventDefault(); active?.view.focus(); } }, say("skip")),
    el("header", {},
      el("h1", {}, el("img", { src: "/static/icon.svg", alt: "", width: 26, height: 26 }), `repasse ${say("title")}`),
      el("p", { class: "tagline", title: folder.folder }, folder.name),
      served ? el("span", { class: "badge", id: "only-shows" }, say("onlyShows")) : parts.dot, parts.problems,
      el("div", { class: "tools" },
        !served && button("publish", "publish", () => publish(false)),
        el("details", { class: "menu" }, el("summary", {}, say("menu")), el("div", {},
          !served && el("label", { class: "check" }, parts.lookFirst = el("input", { type: "checkbox", id: "look-first", checked: kept("repasse.studio.look") !== "no", onchange: () => keep("repasse.studio.look", parts.lookFirst.checked ? "yes" : "no") }), say("lookFirst")),
          !served && button("another", "anotherBrowser", another),
          served && button("leave", "leave", () => { useKey(null); location.reload(); }),
          button("theme", dark() ? "light" : "dark", turnTheme),
          button("language", "language", turnLanguage, { lang: language() === "pt" ? "en" : "pt", "aria-label": say("languageLabel") }))))),
    parts.banner,
    el("div", { class: "views", role: "group", "aria-label": say("views") }, ["files", "text", "answer"].map((view) => el("button", { type: "button", id: `view-${view}`, "aria-pressed": "false", onclick: () => show(view) }, say(view)))),
    parts.main, parts.said);
  show("files");
}

function answerTabs() {
  const names = served ? ["ticket"] : ["ticket", "run", "cases", "properties", "impact"];
  const titles = { ticket: "ticket", run: "formula", cases: "cases", properties: "properties", impact: "impact" };
  const choose = (wanted) => {
    shownTab = wanted;
    for (const name of names) {
      const on = name === wanted;
      parts[`${name}Tab`].setAttribute("aria-selected", String(on));
      parts[`${name}Tab`].tabIndex = on ? 0 : -1;
      parts[`${name}Panel`].hidden = !on;
    }
  };
  const list = el("div", { role: "tablist", "aria-label": say("answer"), onkeydown: (event) => {
    const at = names.indexOf(shownTab);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(names[(next + names.length) % names.length]);
    parts[`${shownTab}Tab`].focus();
  } });
  for (const name of names) {
    parts[`${name}Tab`] = el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => choose(name) }, say(titles[name]));
    parts[`${name}Panel`] = el("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, tabindex: "0" }, parts[name]);
    list.append(parts[`${name}Tab`]);
  }
  parts.choose = choose;
  choose("ticket");
  return [el("div", { class: "bar" }, list), names.map((name) => parts[`${name}Panel`])];
}

// At narrow widths one part of the page is shown at a time.
function show(view) {
  parts.main.dataset.view = view;
  for (const one of ["files", "text", "answer"]) document.getElementById(`view-${one}`).setAttribute("aria-pressed", String(one === view));
}

function tell(text) {
  parts.said.textContent = text;
  setTimeout(() => { if (parts.said.textContent === text) parts.said.textContent = ""; }, 6000);
}

// ---- the tree

const GROUPS = ["formulas", "tipos", "casos", "propriedades", "sentencas", "modelos", "atendimentos"];

function drawTree() {
  const closed = new Set([...parts.tree.querySelectorAll("details:not([open])")].map((one) => one.dataset.group));
  const first = !parts.tree.firstChild;
  const focused = document.activeElement?.id;
  const paths = new Set([...folder.files.map((one) => one.path), ...documents.open.keys()]);
  const group = (name, title, content, open) => el("details", { "data-group": name, open: first ? open : !closed.has(name) }, el("summary", {}, title), content);
  const fileGroup = (name) => {
    const found = [...paths].filter((path) => path.startsWith(`${name}/`)).sort();
    if (!found.length && name !== "formulas") return null;
    return group(name, `${say(name)} (${found.length})`, [el("ul", {}, found.map(fileRow)), name === "formulas" && !served && newFormula()], ["formulas", "tipos", "casos"].includes(name));
  };
  replace(parts.tree,
    group("tickets", `${say("tickets")} (${seen.tickets.length})`, ticketList(), true),
    GROUPS.slice(0, 3).map(fileGroup),
    !served && group("settings", say("settings"), el("ul", {}, ["repasse.toml", "diretorio.toml"].filter((path) => paths.has(path)).map(fileRow)), true),
    GROUPS.slice(3).map(fileGroup),
    group("people", `${say("people")} (${seen.people.length})`, el("ul", {}, seen.people.map((one) => el("li", {}, el("button", { type: "button", class: "entry", onclick: () => openPerson(one) }, one.name, el("small", {}, one.key))))), false));
  if (focused) document.getElementById(focused)?.focus();
}

function fileRow(path) {
  const doc = documents.open.get(path);
  const found = faults[path] ?? [];
  const errors = found.filter((one) => one.severity === "error").length, warnings = found.filter((one) => one.severity === "warning").length;
  const name = path.includes("/") ? path.slice(path.indexOf("/") + 1).replace(/\.(?:formula|casos\.toml|toml|sql)$/, "") : path;
  return el("li", {}, el("button", { type: "button", class: "entry", id: `file-${path}`, "aria-current": active?.path === path ? "true" : null, onclick: () => openFile(path) },
    name,
    doc && documents.dirty(doc) && el("span", { class: "dirty", role: "img", "aria-label": say("dirty"), title: say("dirty") }, "●"),
    errors > 0 && el("small", { class: "count error" }, say("errors", errors)), !errors && warnings > 0 && el("small", { class: "count" }, say("warnings", warnings))));
}

// Fields that are typed into stay the same elements when the tree is drawn anew.
function ticketList() {
  const list = el("ul", {}, seen.tickets.length ? seen.tickets.map((one) => el("li", {}, el("button", {
    type: "button", class: "entry ticket", id: `ticket-${one.key}`, "aria-current": panel?.key === one.key ? "true" : null, onclick: () => openTicket(one.key),
  }, el("strong", {}, one.key), el("span", {}, one.subject), el("small", {}, [one.step_name, one.holder_name].filter(Boolean).join(" · "))))) : el("li", { class: "quiet" }, seen.fault ? seen.fault.message : say("noTickets")));
  parts.filter ??= el("input", { type: "search", id: "ticket-filter", placeholder: say("ticketFilter"), "aria-label": say("ticketFilter"), oninput: () => { words = parts.filter.value; findTickets(); } });
  return [parts.filter, list];
}

const findTickets = later(300, () => look());

function newFormula() {
  return (parts.newFormula ??= newFormulaForm());
}

function newFormulaForm() {
  const name = el("input", { type: "text", id: "new-formula", placeholder: say("newName"), "aria-label": say("newName"), autocomplete: "off", spellcheck: "false" });
  return el("form", { class: "bar plain new", onsubmit: (event) => {
    event.preventDefault();
    const path = `formulas/${name.value.trim()}.formula`;
    if (!NAME.test(name.value.trim()) || folder.files.some((one) => one.path.toLowerCase() === path.toLowerCase())) { name.setAttribute("aria-invalid", "true"); name.focus(); return; }
    name.value = "";
    name.removeAttribute("aria-invalid");
    activate(documents.create(path, "'5';\n"));
    active.view.focus();
    changed(active);
  } }, name, el("button", { title: say("newFormula") }, say("create")));
}

// ---- files

async function openFile(path, line) {
  try {
    const known = documents.open.has(path);
    const doc = await documents.take(path);
    if (!known && documents.dirty(doc)) tell(say("restored", path));
    activate(doc);
    if (line) goTo(doc.view, line);
    else doc.view.focus();
    if (!known && documents.dirty(doc)) changed(doc);
    if (doc.outside) drawTools();
  } catch (fault) { failed(fault); }
}

function activate(doc, quiet = false) {
  active = doc;
  replace(parts.holder, doc.element);
  doc.view.requestMeasure();
  if (!quiet) show("text");
  drawTabs();
  drawTools();
  drawTree();
  applyFaults(doc);
  showCoverage(doc.view, coverage?.[doc.path]);
  properties?.opened();
  if (isFormula(doc.path)) run?.changed();
  keep("repasse.studio.open", JSON.stringify([...documents.open.keys()]));
}

// The editor of a file that an answer leads to, without taking the focus or, where one part is shown at a time, the answer's place.
async function follow(path) {
  try {
    const doc = await documents.take(path);
    if (doc !== active) activate(doc, true);
    return doc.view;
  } catch (fault) { failed(fault); return null; }
}

function drawTabs() {
  replace(parts.tabs, [...documents.open.values()].map((doc) => el("span", { class: doc === active ? "tab on" : "tab" },
    el("button", { type: "button", class: "name", "aria-current": doc === active ? "true" : null, onclick: () => { activate(doc); doc.view.focus(); } }, doc.path, documents.dirty(doc) && el("span", { class: "dirty", role: "img", "aria-label": say("dirty") }, " ●")),
    el("button", { type: "button", class: "icon", "aria-label": `${say("close")} ${doc.path}`, disabled: documents.dirty(doc) && doc.base !== null, onclick: () => closeFile(doc) }, "×"))));
}

function closeFile(doc) {
  documents.close(doc);
  active = active === doc ? [...documents.open.values()].at(-1) ?? null : active;
  if (active) activate(active);
  else { replace(parts.holder, el("p", { class: "quiet" }, say("openFile"))); drawTabs(); drawTools(); drawTree(); properties?.opened(); }
  changed(null);
}

function drawTools() {
  const doc = active;
  if (!doc) { replace(parts.tools); replace(parts.holder, el("p", { class: "quiet pad" }, say("openFile"))); return; }
  const dirty = documents.dirty(doc);
  const found = faults[doc.path] ?? [];
  const errors = found.filter((one) => one.severity === "error").length;
  replace(parts.tools, el("div", { class: "bar" },
    el("p", { class: errors ? "problems bad" : "problems quiet", id: "file-problems" }, errors ? say("errors", errors) : say("noErrors")),
    !doc.writable && el("span", { class: "badge" }, say("readOnly")),
    isFormula(doc.path) && !served && button("format", "format", () => formatDocument(doc.view)),
    dirty && doc.base !== null && button("discard", "discard", () => { replaceText(doc.view, doc.baseText); }),
    !served && button("save", "save", () => save(doc), { class: "main", disabled: !doc.writable || !dirty, title: "Ctrl+S" })),
  !doc.utf8 && el("p", { class: "warn" }, say("notUtf8")),
  doc.outside && el("p", { class: "warn", role: "alert" }, say("changedOutside"), " ", button("compare", "compare", () => compare(doc))));
}

async function compare(doc) {
  let theirs = null, revision = null;
  try {
    const file = await get(`/api/file?path=${encodeURIComponent(doc.path)}`);
    theirs = file.text;
    revision = file.revision;
  } catch (fault) { if (fault.status !== 404) { failed(fault); return; } }
  resolve(doc, { base: doc.baseText, theirs, mine: documents.text(doc), revision });
}

function resolve(doc, three) {
  conflictDialog(doc.path, three, {
    keepMine: (text) => { Object.assign(doc, { base: three.revision, baseText: three.theirs ?? "", outside: null }); replaceText(doc.view, text); write(doc, "saved"); },
    keepTheirs: async () => { await documents.reread(doc); refreshed(doc); },
  });
}

// Saving: what decides is first compared with what is saved, over the open tickets.
async function save(doc) {
  if (!doc.writable || !documents.dirty(doc)) return;
  if (parts.lookFirst.checked && RULES.test(doc.path) && doc.base !== null && !doc.outside) {
    try {
      const made = await impact.look({ path: doc.path, act: () => write(doc, "saved") });
      if (made.changed.length) {
        parts.choose("impact");
        show("answer");
        document.getElementById("save-anyway").focus();
        return;
      }
      await write(doc, "savedNone");
      return;
    } catch (fault) {
      if (!(fault instanceof Fault) || fault.status === 0) { failed(fault); return; }
      await write(doc, fault.code === "sem-comparacao" ? "saved" : "savedFaulty"); // nothing to compare with: work in progress may be saved
      return;
    }
  }
  await write(doc, "saved");
}

async function write(doc, said) {
  try {
    await documents.write(doc);
    tell(say(said, doc.path));
    refreshed(doc);
    await watch();
    changed(doc);
  } catch (fault) {
    if (fault.status === 409 && "mine" in (fault.document ?? {})) resolve(doc, fault.document);
    else failed(fault);
  }
}

function refreshed(doc) {
  drawTabs();
  if (doc === active) drawTools();
  drawTree();
}

function failed(fault) {
  if (!(fault instanceof Fault)) throw fault;
  if (fault.status === 0 || fault.status === 401) { away(fault.status); return; }
  tell([fault.message, fault.document?.hint].filter(Boolean).join(" "));
}

// ---- what every edit sets going

function changed(doc) {
  cases?.stale();
  impact?.stale();
  properties?.stale();
  panel?.stale();
  if (doc) { drawTabsSoon(); }
  check();
  answerSoon();
  if (active && isFormula(active.path)) run?.changed();
}

const drawTabsSoon = later(120, () => { drawTabs(); drawTools(); drawTree(); });
const answerSoon = later(350, () => panel.plan());

let checking = false, again = false;
const check = later(250, async () => {
  if (served) return; // what there is to say of the rules came with them
  if (checking) { again = true; return; }
  checking = true;
  try {
    const made = await documents.check();
    faults = made.files;
    const count = (severity) => Object.values(faults).flat().filter((one) => one.severity === severity).length;
    parts.problems.textContent = count("error") || count("warning") ? [count("error") && say("errors", count("error")), count("warning") && say("warnings", count("warning"))].filter(Boolean).join(", ") : say("noErrors");
    parts.problems.classList.toggle("bad", count("error") > 0);
    for (const doc of documents.open.values()) applyFaults(doc);
    drawTree();
    drawTools();
  } catch (fault) {
    parts.problems.textContent = say("checkStopped");
    parts.problems.classList.add("bad");
    if (fault.status === 0 || fault.status === 401) away(fault.status);
  }
  checking = false;
  if (again) { again = false; check(); }
});

// Faults of a formula come from the language server as one types; the folder's check adds what only it knows.
function applyFaults(doc) {
  const found = faults[doc.path] ?? [];
  if (served || !isFormula(doc.path)) showFaults(doc.view, found);
  else if (doc.fresh?.text === documents.text(doc)) doc.fresh.apply();
}

function fromServer(found, uri) {
  const doc = docOf(uri);
  if (doc) doc.fresh = { text: documents.text(doc), apply: () => doc.view.dispatch(setDiagnostics(doc.view.state, [...found, ...extra(uri, found)])) };
}

const docOf = (uri) => documents && [...documents.open.values()].find((one) => uri === `${folder.uri}/${one.path.split("/").map(encodeURIComponent).join("/")}`);

function extra(uri, found) {
  const doc = docOf(uri);
  if (!doc) return [];
  const codes = new Set(found.map((one) => one.source));
  return marksOf(doc.view.state, (faults[doc.path] ?? []).filter((one) => !codes.has(one.code)));
}

// ---- tickets

async function openTicket(key) {
  parts.choose("ticket");
  show("answer");
  await panel.open(key);
  if (active && isFormula(active.path)) run?.changed();
}

function openPerson(one) {
  if (served) return;
  openFile("diretorio.toml").then(() => {
  const at = documents.text(active).split("\n").findIndex((line) => line.includes(`"${one.name}"`));
  if (at >= 0) goTo(active.view, at + 1);
}); }

// The code of the formula in the editor.
const openFormula = () => (active && isFormula(active.path) ? active.path.slice(active.path.lastIndexOf("/") + 1).replace(/\.formula$/, "") : null);

async function look() {
  try {
    seen = await ask("look", { texts: documents.texts(), words });
    drawTree();
  } catch (fault) { if (fault.status === 0 || fault.status === 401) away(fault.status); }
}

// What the panel offers: people, steps of all types, actions.
function options() {
  const steps = new Map(seen.types.flatMap((one) => one.steps).map((one) => [one.name, one]));
  return { actions: seen.actions, people: seen.people, tickets: seen.tickets, viewer: seen.viewer, steps: [...steps.values()] };
}

async function keepCase(given, name) {
  try {
    const made = await askLong("case", { ...given, name });
    const known = documents.open.get(made.path) ?? (folder.files.some((one) => one.path === made.path) ? await documents.take(made.path) : null);
    const doc = known ?? documents.create(made.path, made.text);
    replaceText(doc.view, made.text);
    await documents.write(doc);
    activate(doc);
    goTo(doc.view, made.text.split("\n").length - 3);
    tell([say("caseMade", made.name, made.path), made.told].filter(Boolean).join(" "));
    await watch();
    changed(doc);
  } catch (fault) {
    if (fault instanceof Fault && fault.status !== 0) tell([fault.message, fault.document?.hint].filter(Boolean).join(" "));
    else failed(fault);
  }
}

// The ticket and the way on which a property fails, in a file of cases of their own: it passes while the rules do what was found.
async function keepWay(one) {
  try {
    const doc = documents.open.get(one.case_path) ?? documents.create(one.case_path, one.case);
    await documents.write(doc);
    activate(doc);
    tell(say("caseMade", one.name, one.case_path));
    await watch();
    changed(doc);
    return true;
  } catch (fault) { failed(fault); return false; }
}

async function publish(accept) {
  const unsaved = Object.keys(documents.texts());
  if (unsaved.length) { tell(say("saveFirst", unsaved.join(", "))); return; }
  const pressed = document.getElementById("publish");
  pressed.disabled = true;
  parts.said.textContent = say("publishing");
  try {
    const made = await askLong("publish", { accept });
    tell(say(made.new ? "published" : "unchanged", made.rules));
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.status === 0) failed(fault);
    else {
      parts.said.textContent = "";
      const dialog = el("dialog", { "aria-labelledby": "refused-title" }, el("h2", { id: "refused-title" }, say("publish")), faultView(fault),
        fault.document.pulled && el("ul", {}, fault.document.pulled.map((one) => el("li", {}, one))),
        el("div", { class: "bar plain" },
          fault.document.pulled && el("button", { type: "button", class: "main", onclick: () => { dialog.close(); dialog.remove(); publish(true); } }, say("publishAnyway")),
          el("button", { type: "button", onclick: () => { dialog.close(); dialog.remove(); } }, say("close"))));
      document.body.append(dialog);
      dialog.showModal();
    }
  }
  pressed.disabled = false;
}

async function another() {
  try { tell(say("oneUse", (await send("POST", "/api/token", {})).address)); } catch (fault) { failed(fault); }
}

// ---- the folder and the server, looked at again and again

function away(status) {
  lost = true;
  parts.dot.classList.remove("on");
  parts.banner.textContent = say(status === 401 ? "closed" : "lost");
}

async function watch() {
  let now;
  try { now = await get("/api/folder"); } catch (fault) {
    if (fault.status === 0 || fault.status === 401) away(fault.status);
    else { lost = true; parts.banner.textContent = [fault.message, fault.document?.hint].filter(Boolean).join(" "); }
    return;
  }
  if (lost) { lost = false; parts.banner.textContent = ""; check(); look(); panel.reload(); }
  const next = new Map(now.files.map((one) => [one.path, one.mark]));
  const moved = [...next].filter(([path, mark]) => marks.get(path) !== mark).map(([path]) => path);
  const gone = [...marks.keys()].filter((path) => !next.has(path));
  const first = !marks.size;
  marks = next;
  folder = now;
  if (first || !(moved.length || gone.length)) return;
  for (const path of [...moved, ...gone]) await outside(path);
  drawTree();
  check();
  look();
  panel.stale();
  answerSoon();
}

// A file that was written by somebody: perhaps by us.
async function outside(path) {
  const doc = documents.open.get(path);
  if (!doc) return;
  try {
    const file = await get(`/api/file?path=${encodeURIComponent(path)}`);
    if (file.revision === doc.base) return;
    if (documents.dirty(doc)) { doc.outside = file; drawTools(); return; }
    await documents.reread(doc);
    tell(say("reread", path));
  } catch (fault) {
    if (fault.status === 404) { doc.outside = { revision: null }; drawTools(); }
  }
}

function turnTheme() {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  keep("repasse.theme", document.documentElement.dataset.theme);
  document.getElementById("theme").textContent = say(dark() ? "light" : "dark");
}

function turnLanguage() {
  documents.keepAll();
  keep("repasse.language", language() === "pt" ? "en" : "pt");
  location.reload();
}

// ---- the beginning

// Under a key: the rules in force, and nothing that writes.
async function rulesServed() {
  const made = await ask("rules", {});
  faults = made.faults;
  texts = new Map(made.files.map((one) => [one.path, one.text]));
  return { name: location.host, folder: `served:${location.host}`, uri: "served:", revision: made.revision, files: made.files.map(({ path }) => ({ path, mark: made.revision })) };
}

// An answer by other rules than those on the page: these are read again.
async function newRules({ revision }) {
  if (revision === folder.revision) return;
  try {
    folder = await rulesServed();
    for (const doc of documents.open.values()) { await documents.reread(doc); applyFaults(doc); }
    drawTree();
    look();
  } catch (fault) { failed(fault); }
}

async function startServed() {
  setLanguage(kept("repasse.language") ?? document.documentElement.lang);
  setEditorLanguage(language());
  document.documentElement.lang = language() === "pt" ? "pt-BR" : "en";
  if (!hasKey()) { askKey(null, start); return; }
  try {
    folder = await rulesServed();
    seen = await ask("look", { words });
  } catch (fault) {
    if (fault.status === 401 || fault.status === 403) useKey(null);
    askKey(fault, start);
    return;
  }
  draw();
  documents = new Documents({ folder: folder.folder, uri: folder.uri, server: null, changed: () => {}, save: () => {}, tell, read: async (path) => ({ path, text: texts.get(path) ?? "", revision: folder.revision, utf8: true, writable: false }) });
  panel = new TicketPanel(parts.ticket, { texts: () => ({}), options, place: openFile, chosen: () => drawTree(), answered: newRules, follow, left: () => {} });
  if (seen.viewer) parts.problems.textContent = say("looksAs", seen.viewer.name);
  drawTree();
  drawTools();
  show("files");
}

async function start() {
  if (served) { await startServed(); return; }
  setLanguage(kept("repasse.language") ?? document.documentElement.lang);
  setEditorLanguage(language());
  try { folder = await get("/api/folder"); } catch (fault) {
    replace(document.getElementById("page"), el("main", { class: "alone" }, el("h1", {}, "repasse"), el("p", { role: "alert" }, fault.message), el("p", {}, fault.document?.hint ?? say("lost"))));
    setTimeout(() => location.reload(), LOOK);
    return;
  }
  draw();
  server = new LanguageServer({ language: language(), faults: fromServer, more: extra, state: (on) => {
    parts.dot.classList.toggle("on", on);
    parts.dot.setAttribute("aria-label", on ? say("noErrors") : say("checkStopped"));
  } });
  documents = new Documents({ folder: folder.folder, uri: folder.uri, server, changed, save, tell, read: (path) => get(`/api/file?path=${encodeURIComponent(path)}`) });
  const unsaved = () => documents.texts();
  const place = (path, line) => openFile(path, line);
  panel = new TicketPanel(parts.ticket, { texts: unsaved, options, place, keepCase, follow, left: () => { if (active && isFormula(active.path)) run?.changed(); }, chosen: () => drawTree(), moved: (made) => { tell(say("movedTo", made.ticket, made.decision)); look(); } });
  run = new RunPanel(parts.run, {
    texts: unsaved, nameOf: (value) => (value?.kind === "texto" ? seen.people.find((one) => one.key === value.value)?.name : null), ticket: () => (panel.key ? { ticket: panel.key, set: panel.set } : {}),
    resting: () => panel.travel.on, takes: () => { if (panel.travel.on) panel.travel.end(); },
    current: () => (openFormula() ? { code: openFormula(), view: active.view } : null),
  });
  cases = new CasesPanel(parts.cases, { texts: unsaved, place, done: (made) => { coverage = made.coverage; for (const doc of documents.open.values()) showCoverage(doc.view, coverage[doc.path]); } });
  impact = new ImpactPanel(parts.impact, { texts: unsaved, openTicket });
  properties = new PropertiesPanel(parts.properties, { texts: unsaved, place, keepWay, current: openFormula });
  marks = new Map(folder.files.map((one) => [one.path, one.mark]));
  drawTree();
  drawTools();
  performance.mark("repasse-usable");
  server.connect();
  look();
  check();
  for (const path of documents.kept()) {
    try {
      const doc = await documents.take(path);
      activate(doc);
      tell(say("restored", path));
      changed(doc);
    } catch (fault) { failed(fault); }
  }
  if (!active) show("files");
  setInterval(watch, LOOK);
  addEventListener("pagehide", () => documents.keepAll());
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    if (active) save(active);
  });
}

const theme = kept("repasse.theme");
if (theme) document.documentElement.dataset.theme = theme;
start();
