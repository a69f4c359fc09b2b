// The ticket: what is asked of it, what is supposed of it, and the answer, first sentence first.
import { el, later, replace } from "../dom.js";
import { ask } from "./api.js";
import { say } from "./texts.js";

const list = (id, values) => el("datalist", { id }, values.map((one) => el("option", { value: one.value }, one.name)));

export class TicketPanel {
  // `texts()` are the unsaved texts, `options()` the people, steps and actions; `keepCase` keeps a situation.
  constructor(host, { texts, options, chosen, planned, keepCase, place }) {
    Object.assign(this, { host, texts, options, chosen, planned, keepCase, place });
    this.key = null;
    this.again = later(200, () => this.plan());
    this.none();
  }

  none() { replace(this.host, el("p", { class: "quiet" }, say("chooseTicket"))); }

  async open(key) {
    this.key = key;
    this.set = {};
    this.request = { action: "advance", to: "", actor: "", justification: "", now: "", expected: "" };
    this.result = null;
    this.touched = false;
    this.draw();
    this.chosen(key);
    await this.reload();
  }

  async reload() {
    if (!this.key) return;
    const key = this.key;
    try {
      const found = await ask("ticket", { texts: this.texts(), ticket: key });
      if (key !== this.key) return;
      this.fields = found.fields;
      this.ticket = found.ticket;
      this.approval = found.approval;
      if (!this.touched && found.approval?.people.length) this.fill("approve", found.approval.people[0].key);
      if (!this.touched && !found.ticket.status) this.action.value = this.request.action = "open";
      this.drawForm();
    } catch (fault) { this.showFault(fault); }
    await this.plan();
  }

  // ---- the form

  draw() {
    const field = (name, label, more) => el("label", {}, el("span", {}, say(label)), el("input", {
      type: "text", id: `ask-${name}`, value: this.request[name], autocomplete: "off", ...more,
      oninput: (event) => { this.request[name] = event.target.value; this.changed(); },
    }));
    this.form = el("div", { class: "suppose" });
    this.answer = el("div", { class: "answer", id: "answer" });
    this.head = el("div");
    const { actions, people, steps } = this.options();
    this.action = el("select", { id: "ask-action", onchange: () => { this.touched = true; this.request.action = this.action.value; this.changed(); } },
      actions.map((one) => el("option", { value: one.action, selected: one.action === this.request.action }, one.name)));
    replace(this.host,
      this.head,
      el("div", { class: "asking" },
        el("label", {}, el("span", {}, say("action")), this.action),
        field("to", "to", { list: "places", placeholder: say("toHint") }),
        field("actor", "actor", { list: "people", placeholder: say("actorHint") }),
        field("justification", "justification")),
      this.what = el("details", { class: "what-if" }, el("summary", {}, say("whatIf")), this.form),
      list("people", people.filter((one) => one.kind === "attendant").map((one) => ({ value: one.key, name: one.name }))),
      list("places", [...steps.map((one) => ({ value: one.name, name: String(one.code) })), ...people.map((one) => ({ value: one.key, name: one.name }))]),
      list("anything", [...steps.map((one) => ({ value: one.name, name: say("step") })), ...people.map((one) => ({ value: one.name, name: one.key }))]),
      this.answer);
  }

  drawForm() {
    const { ticket } = this;
    replace(this.head, el("h3", { class: "ticket-name" }, ticket.key, ticket.subject ? ` · ${ticket.subject}` : ""), this.voices());
    const filter = el("input", { type: "search", "aria-label": say("fieldFilter"), placeholder: say("fieldFilter"), oninput: () => {
      const words = filter.value.toLowerCase();
      for (const row of rows) row.hidden = !row.dataset.name.includes(words);
    } });
    const rows = this.fields.map((one) => this.row(one));
    this.rows = new Map(this.fields.map((one, at) => [one.name, rows[at]]));
    const now = el("label", { class: "field-row", "data-name": "agora now" }, el("span", {}, say("now")), el("input", {
      type: "datetime-local", step: "1", value: this.request.now, id: "field-AGORA", onchange: (event) => { this.request.now = event.target.value; this.changed(); },
    }));
    rows.push(now);
    replace(this.form, el("div", { class: "bar plain" }, filter, el("button", { type: "button", id: "undo-supposed", onclick: () => this.undo() }, say("reset"))), el("div", { class: "rows" }, now, rows.filter((row) => row !== now)));
    this.mark();
  }

  // Who has spoken, who is missing, and what each of those could say.
  voices() {
    const { approval } = this;
    if (!approval) return null;
    const can = (action, key) => el("button", { type: "button", id: `${action}-${key}`, onclick: () => this.speak(action, key) }, say(action));
    return el("section", { class: "approval", id: "approval", "aria-label": say("approval") },
      el("h4", {}, say("approval")),
      el("ul", { class: "chain" }, approval.lines.map((one) => el("li", {}, one))),
      approval.people.map(({ key, name }) => el("div", { class: "bar plain" }, el("span", {}, say("asPerson", name, key)), can("approve", key), can("reject", key))));
  }

  fill(action, actor) {
    this.action.value = this.request.action = action;
    this.host.querySelector("#ask-actor").value = this.request.actor = actor;
  }

  speak(action, key) {
    this.touched = true;
    this.fill(action, key);
    if (action === "reject") this.host.querySelector("#ask-justification").focus();
    this.changed();
  }

  row({ name, value, options }) {
    const shown = name in this.set ? this.set[name] : value;
    const id = `field-${name}`;
    const input = options.length
      ? el("select", { id }, options.map((one) => el("option", { value: one.value, selected: one.value === shown }, one.name)))
      : el("input", { type: "text", id, value: shown, spellcheck: "false" });
    if (options.length && !options.some((one) => one.value === shown)) input.prepend(el("option", { value: shown, selected: true }, shown || say("empty")));
    const take = () => {
      if (input.value === value) delete this.set[name];
      else this.set[name] = input.value;
      this.mark();
      this.changed();
    };
    input.addEventListener(options.length ? "change" : "input", take);
    return el("label", { class: "field-row", "data-name": name.toLowerCase() }, el("span", {}, name), input, el("small", {}));
  }

  mark() {
    for (const one of this.fields) {
      const row = this.rows.get(one.name), on = one.name in this.set;
      row.classList.toggle("changed", on);
      row.querySelector("small").textContent = on ? say("was", one.value || say("empty")) : "";
    }
  }

  undo() { this.set = {}; this.request.now = ""; this.drawForm(); this.changed(); }

  suppose(values) {
    for (const [name, value] of Object.entries(values)) this.set[name] = value == null ? "" : String(value);
    this.what.open = true;
    this.drawForm();
    this.changed();
  }

  given() {
    const { action, to, actor, justification, now, expected } = this.request;
    return { texts: this.texts(), ticket: this.key, action, to, actor, justification, now, expected, set: this.set };
  }

  // ---- the answer

  changed() { this.stale(); this.again(); }

  stale() { if (this.key) this.answer.classList.add("stale"); }

  async plan() {
    if (!this.key) return;
    const mine = (this.asked = (this.asked ?? 0) + 1);
    try {
      const made = await ask("plan", this.given());
      if (mine !== this.asked) return;
      this.result = made;
      this.show(made);
    } catch (fault) { if (mine === this.asked) this.showFault(fault); }
  }

  showFault(fault) {
    this.answer.classList.remove("stale");
    const files = fault.document?.files ?? [];
    replace(this.answer, el("p", { class: "badge fault", role: "status" }, say("refused")), el("p", { class: "message" }, fault.message, fault.document?.hint && el("span", { class: "hint" }, fault.document.hint)),
      files.length > 0 && el("ul", { class: "places" }, files.map((one) => el("li", {}, el("button", { type: "button", class: "link", onclick: () => this.place(one.path, 1) }, `${one.path} (${one.count})`)))));
    this.planned(null);
  }

  show(made) {
    const good = made.status === "planned";
    const first = made.headline?.text ?? made.reason?.message ?? "";
    const { shown } = made;
    const wide = this.answer.querySelector(".picture")?.dataset.zoom;
    this.answer.classList.remove("stale");
    replace(this.answer,
      el("p", { class: "stale-note" }, say("stale")),
      shown.hypothesis && el("p", { class: "hypothesis" }, shown.hypothesis),
      el("div", { role: "status", "aria-live": "polite" },
        el("p", { class: `badge ${good ? "ok" : "fault"}` }, say(made.status)),
        el("p", { class: "headline", id: "headline" }, first),
        shown.overlooked.map((one) => el("p", { class: "message" }, one)),
        made.reason?.hint && el("p", { class: "hint" }, made.reason.hint)),
      made.warnings.map((one) => el("p", { class: "warn" }, el("strong", {}, `${say("warning")}: `), one.message, one.hint && el("span", { class: "hint" }, one.hint))),
      good && shown.approval.length > 0 && el("div", { class: "decided", id: "approval-after" }, el("h4", {}, say("approvalAfter")), el("ul", { class: "chain" }, shown.approval.map((one) => el("li", {}, one)))),
      this.decisions(made),
      this.whyNot(made.why_not),
      this.folded("changes", shown.changes, true), this.folded("effects", shown.effects, true),
      made.mails.length > 0 && el("details", {}, el("summary", {}, `${say("mails")} (${made.mails.length})`), made.mails.map((one, at) => mail(one, shown.mails[at]))),
      made.flow && flow(made.flow, wide, (step) => this.ask(step)),
      shown.folded.length > 0 && el("details", {}, el("summary", {}, say("details", shown.folded.length)), el("ol", { class: "chain" }, shown.folded.map((one) => el("li", {}, one)))),
      el("form", { class: "keep", onsubmit: (event) => { event.preventDefault(); this.keepCase({ ...this.given(), mask: event.target.elements.mask.checked }, event.target.elements.name.value); } },
        el("label", {}, el("span", {}, say("caseName")), el("input", { type: "text", name: "name", id: "case-name", autocomplete: "off" })),
        el("label", {}, el("input", { type: "checkbox", name: "mask", id: "case-mask" }), el("span", {}, say("maskCase"))),
        el("button", { id: "keep-case" }, say("makeCase"))),
      computed(made.state));
    this.planned(made);
  }

  decisions(made) {
    const said = made.shown.decisions;
    return said.length > 0 && el("div", { class: "decided" }, el("h4", {}, say("decisions")), el("ol", { class: "chain" }, said.map((one) => {
      const place = /^(\S+), (?:linha|line) (\d+)$/.exec(one.where ?? "");
      return el("li", {}, one.text, one.where && (place
        ? el("button", { type: "button", class: "link where", onclick: () => this.place(`formulas/${place[1]}.formula`, Number(place[2])) }, one.where)
        : el("span", { class: "where" }, one.where)));
    })));
  }

  whyNot(found) {
    const input = el("input", { type: "text", id: "why-not", list: "anything", placeholder: say("whyNotHint"), "aria-label": say("whyNot"), value: this.request.expected, autocomplete: "off" });
    const set = found?.change?.set;
    return el("form", { class: "why-not", onsubmit: (event) => { event.preventDefault(); this.request.expected = input.value; this.plan(); } },
      el("label", { for: "why-not" }, say("whyNot")), el("div", { class: "bar plain" }, input, el("button", {}, say("ask"))),
      found && el("p", { class: "message", id: "why-not-answer" }, el("strong", {}, `${found.asked}: `), found.answer, found.where && el("span", { class: "where" }, ` ${found.where}`)),
      found?.because?.length > 0 && el("ul", { class: "chain" }, found.because.map((one) => el("li", {}, one.text))),
      set && el("button", { type: "button", class: "try", onclick: () => this.suppose(set) }, say("tryChange", Object.entries(set).map(([name, value]) => `${name} = ${value ?? say("empty")}`).join("; "))));
  }

  // A click on a step or an edge of the flow asks why the ticket does not go there.
  async ask(step) {
    this.request.expected = step;
    await this.plan();
    this.answer.querySelector("#why-not")?.focus();
    this.answer.querySelector("#why-not-answer")?.scrollIntoView({ block: "center" });
  }

  folded(title, lines, open) {
    return lines.length > 0 && el("details", { open }, el("summary", {}, say(title)), el("ul", { class: "chain" }, lines.map((one) => el("li", {}, one))));
  }
}

export function computed(state) {
  return el("p", { class: "computed quiet" }, state.edited.length ? say("computedEdited", state.revision, state.edited.join(", ")) : say("computed", state.revision));
}

const mail = (one, title) => el("article", { class: "mail" }, el("h4", {}, title),
  el("dl", {}, [["from", one.from], ["mailTo", one.to], ["cc", one.cc], ["subject", one.subject]].flatMap(([name, value]) => (value ? [el("dt", {}, say(name)), el("dd", {}, value)] : []))),
  one.body && el("pre", { tabindex: "0", "aria-label": one.subject || title }, one.body));

// The drawing is made by the engine, its names escaped there; only shapes and texts are taken over.
const SHAPES = new Set(["svg", "title", "desc", "defs", "marker", "path", "rect", "text"]);

function flow(source, zoomed, ask) {
  const drawn = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
  if ([...drawn.querySelectorAll("*")].some((one) => !SHAPES.has(one.localName))) return null;
  const picture = el("div", { class: "picture", tabindex: "0", role: "group", "aria-label": say("flow") }, document.importNode(drawn, true));
  const width = Number(drawn.getAttribute("width"));
  const zoom = (by) => {
    const now = Math.max(0.35, Math.min(2, Number(picture.dataset.zoom ?? 0.85) * by));
    picture.dataset.zoom = String(now);
    picture.firstChild.setAttribute("width", String(width * now));
    picture.firstChild.removeAttribute("height");
  };
  picture.dataset.zoom = zoomed ?? "0.85";
  picture.firstChild.setAttribute("role", "group"); // a picture alone hides what can be asked in it
  const boxes = [...picture.querySelectorAll("[data-box]")], names = new Map(boxes.map((one) => [one.dataset.box, one]));
  for (const one of boxes.filter((one) => !one.matches(".aim"))) {
    const first = [...picture.querySelectorAll("text")].find((text) => one.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING);
    const name = first?.textContent ?? one.dataset.box;
    one.setAttribute("tabindex", "0");
    one.setAttribute("role", "button");
    one.setAttribute("aria-label", `${say("whyNot")} ${name}`);
    one.addEventListener("click", () => ask(one.dataset.box));
    one.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); ask(one.dataset.box); } });
  }
  for (const one of picture.querySelectorAll("[data-end]")) {
    if (names.get(one.dataset.end)?.matches(".aim")) continue;
    one.classList.add("asked");
    one.addEventListener("click", () => ask(one.dataset.end));
  }
  zoom(1);
  requestAnimationFrame(() => {
    const there = picture.querySelector(".aim") ?? picture.querySelector("[fill='#fde68a']");
    if (!there) return;
    const [box, frame] = [there.getBoundingClientRect(), picture.getBoundingClientRect()];
    picture.scrollLeft += box.left + box.width / 2 - frame.left - frame.width / 2; // only the picture moves, not the page
    picture.scrollTop += box.top + box.height / 2 - frame.top - frame.height / 2;
  });
  return el("details", { open: true }, el("summary", {}, say("flow")),
    el("div", { class: "bar plain" }, el("button", { type: "button", class: "icon", "aria-label": say("zoomOut"), onclick: () => zoom(0.8) }, "−"), el("button", { type: "button", class: "icon", "aria-label": say("zoomIn"), onclick: () => zoom(1.25) }, "+")), picture);
}
