// The ticket: what is asked of it, what is supposed of it, and the answer, first sentence first.
import { el, later, redraw, replace } from "../dom.js";
import { ask, served } from "./api.js";
import { say } from "./texts.js";
import { Travel } from "./travel.js";

const list = (id, values) => el("datalist", { id }, values.map((one) => el("option", { value: one.value }, one.name)));

// The parts of a request, in the order of the form; an action shows those that it takes.
const PARTS = ["to", "reason", "justification", "wake_up", "deadline", "kind", "text", "cc", "copy_from", "publishable"];
const INPUTS = { reason: { type: "number", min: "0" }, wake_up: { type: "datetime-local" }, deadline: { type: "datetime-local" }, copy_from: { list: "tickets" } };
const UNASKED = { action: "advance", actor: "", now: "", expected: "", publishable: false, ...Object.fromEntries(PARTS.slice(0, -1).map((name) => [name, ""])) };
const SETS = new Set(["change", "annex"]); // what these set is done, and nothing of it is supposed

export class TicketPanel {
  // `texts()` are the unsaved texts, `options()` the people, steps, tickets and actions; `keepCase` keeps a situation, `moved` is told of one that was made, `answered` what an answer was computed from.
  // `follow` shows a file while its editor travels, `left` is told that it does no more.
  constructor(host, { texts, options, chosen, moved, keepCase, place, answered, follow, left }) {
    Object.assign(this, { host, texts, options, chosen, moved, keepCase, place, answered });
    this.travel = new Travel({ given: () => this.given(), follow, left });
    this.key = null;
    this.again = later(200, () => this.plan());
    this.none();
  }

  none() { replace(this.host, el("p", { class: "quiet" }, say("chooseTicket"))); }

  async open(key) {
    if (key !== this.key) this.travel.end();
    this.key = key;
    this.set = {};
    this.request = { ...UNASKED };
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
      Object.assign(this, { relations: found.relations, histories: found.histories });
      this.changeable = found.changeable;
      this.annexes = found.annexes;
      if (!this.touched && found.approval?.people.length) this.fill("approve", found.approval.people[0].key);
      if (!this.touched && !found.ticket.status) this.action.value = this.request.action = "open";
      this.fit();
    } catch (fault) { this.showFault(fault); }
    await this.plan();
  }

  // ---- the form

  draw() {
    this.form = el("div", { class: "suppose" });
    this.answer = el("div", { class: "answer", id: "answer" });
    this.head = el("div");
    this.asking = el("div", { class: "asking" });
    const { actions, people, steps, tickets, viewer } = this.options();
    this.action = el("select", { id: "ask-action", onchange: () => { this.touched = true; this.act(this.action.value); } },
      actions.map((one) => el("option", { value: one.action, selected: one.action === this.request.action }, one.name)));
    this.kind = el("select", { id: "ask-kind", onchange: () => { this.request.kind = this.kind.value; if (this.request.action === "annex") this.set = {}; this.fit(); this.changed(); } });
    const tick = el("input", { type: "checkbox", id: "ask-publishable", onchange: () => { this.request.publishable = tick.checked; this.changed(); } });
    this.parts = Object.fromEntries(PARTS.map((name) => [name, el("label", { class: name === "text" ? "whole" : name === "publishable" ? "whole check" : null },
      name === "publishable" ? tick : el("span", {}, say(name)),
      name === "publishable" ? el("span", {}, say(name)) : name === "kind" ? this.kind : this.field(name))]));
    replace(this.asking,
      el("label", {}, el("span", {}, say("action")), this.action), el("label", {}, el("span", {}, say("actor")), this.field("actor", { list: "people", placeholder: viewer ? viewer.name : say("actorHint"), disabled: Boolean(viewer) })),
      PARTS.map((name) => this.parts[name]));
    replace(this.host,
      this.head,
      this.asking,
      this.what = el("details", { class: "what-if" }, this.whatName = el("summary", {}, say("whatIf")), this.form),
      list("people", people.filter((one) => one.kind === "attendant").map((one) => ({ value: one.key, name: one.name }))),
      list("places", [...steps.map((one) => ({ value: one.name, name: String(one.code) })), ...people.map((one) => ({ value: one.key, name: one.name }))]),
      list("tickets", tickets.filter((one) => one.key !== this.key).map((one) => ({ value: one.key, name: one.subject ?? "" }))),
      list("anything", [...steps.map((one) => ({ value: one.name, name: say("step") })), ...people.map((one) => ({ value: one.name, name: one.key }))]),
      this.answer);
    this.fit();
  }

  field(name, more = {}) {
    const made = el(name === "text" ? "textarea" : "input", {
      type: name === "text" ? null : "text", id: `ask-${name}`, autocomplete: "off", rows: name === "text" ? "3" : null, ...INPUTS[name], ...more,
      oninput: (event) => { this.request[name] = event.target.value; this.changed(); },
    });
    made.value = this.request[name];
    return made;
  }

  // Only what goes into the discussion may be published.
  takes(name, parts) { return parts.includes(name) && (name !== "publishable" || ["log", "possible-solution"].includes(this.request.kind)); }
  known() { return this.options().actions.find((one) => one.action === this.request.action) ?? { parts: [], kinds: [] }; }
  get sets() { return SETS.has(this.request.action); }

  // Another action: its own parts of the form. What was supposed for one that sets nothing is not silently done by one that sets.
  act(action) {
    const before = this.request.action;
    this.request.action = action;
    if (before !== action && (SETS.has(before) || this.sets)) this.set = {};
    this.fit();
    if (this.sets || SETS.has(before)) this.what.open = this.sets;
    this.changed();
  }

  fit() {
    const { action } = this.request, { parts, kinds } = this.known();
    const other = action === "relate" || action === "unrelate", to = this.parts.to.lastChild;
    to.setAttribute("list", other ? "tickets" : action === "mail" ? "people" : "places");
    to.setAttribute("placeholder", say(other ? "otherTicket" : action === "mail" ? "mailHint" : "toHint"));
    const choices = action === "annex" ? (this.annexes ?? []).map((one) => ({ value: one.name, name: one.title })) : kinds;
    replace(this.kind, choices.map((one) => el("option", { value: one.value, selected: one.value === this.request.kind }, one.name)));
    this.request.kind = this.kind.value;
    for (const name of PARTS) this.parts[name].hidden = !this.takes(name, parts);
    this.whatName.textContent = say(this.sets ? "setFields" : "whatIf");
    if (this.fields) this.drawForm();
  }

  // The fields that the form shows: to be changed, of the chosen annex, or to be supposed.
  shownFields() {
    if (this.request.action === "annex") return (this.annexes.find((one) => one.name === this.request.kind)?.fields ?? []).map((name) => ({ name, value: "", options: [] }));
    return this.sets ? this.fields.filter((one) => this.changeable.includes(one.name)) : this.fields;
  }

  drawForm() {
    const { ticket } = this;
    replace(this.head, el("h3", { class: "ticket-name" }, ticket.key, ticket.subject ? ` · ${ticket.subject}` : ""), this.voices(), this.related(), this.past());
    const filter = el("input", { type: "search", "aria-label": say("fieldFilter"), placeholder: say("fieldFilter"), oninput: () => {
      const words = filter.value.toLowerCase();
      for (const row of rows) row.hidden = !row.dataset.name.includes(words);
    } });
    const fields = this.shownFields(), rows = fields.map((one) => this.row(one));
    this.rows = new Map(fields.map((one, at) => [one.name, [rows[at], one.value]]));
    const now = el("label", { class: "field-row", "data-name": "agora now" }, el("span", {}, say("now")), el("input", {
      type: "datetime-local", step: "1", value: this.request.now, id: "field-AGORA", onchange: (event) => { this.request.now = event.target.value; this.changed(); },
    }));
    if (!this.sets) rows.unshift(now);
    replace(this.form, el("div", { class: "bar plain" }, filter, el("button", { type: "button", id: "undo-supposed", onclick: () => this.undo() }, say(this.sets ? "resetFields" : "reset"))), el("div", { class: "rows" }, rows));
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

  // What other tickets are to this one, and this one to them; each opens the other side.
  related() {
    return this.relations.length > 0 && el("section", { class: "approval", id: "relations", "aria-label": say("relations") }, el("h4", {}, say("relations")),
      el("ul", { class: "chain" }, this.relations.map((one) => el("li", {}, el("button", { type: "button", class: "link", onclick: () => this.open(one.ticket) }, `${one.ticket}${one.subject ? ` · ${one.subject}` : ""}`), el("span", { class: "where" }, say("relation", one.is, one.this))))));
  }

  past() {
    return this.histories.length > 0 && el("details", { id: "past" }, el("summary", {}, say("past")), this.histories.map((one) => [el("h4", {}, one.title), el("ul", { class: "chain" }, one.lines.map((line) => el("li", {}, line)))]));
  }

  fill(action, actor) {
    this.action.value = action;
    this.act(action);
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
    for (const [name, [row, value]] of this.rows) {
      const on = name in this.set;
      row.classList.toggle("changed", on);
      row.querySelector("small").textContent = on ? say("was", value || say("empty")) : "";
    }
  }

  undo() { this.set = {}; this.request.now = ""; this.drawForm(); this.changed(); }

  suppose(values) {
    if (this.sets) this.fill("advance", this.request.actor);
    for (const [name, value] of Object.entries(values)) this.set[name] = value == null ? "" : String(value);
    this.what.open = true;
    this.drawForm();
    this.changed();
  }

  given() {
    const { action, actor, now, expected, reason } = this.request, { parts } = this.known();
    const said = Object.fromEntries(PARTS.filter((name) => this.takes(name, parts)).map((name) => [name, this.request[name]]));
    if ("reason" in said) said.reason = reason === "" ? null : Number(reason);
    return { texts: this.texts(), ticket: this.key, action, actor, now: this.sets ? "" : now, expected, set: this.set, ...said };
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
      this.answered?.(made.state);
      await this.travel.again();
    } catch (fault) { if (mine === this.asked) this.showFault(fault); }
  }

  showFault(fault) {
    this.answer.classList.remove("stale");
    const files = fault.document?.files ?? [];
    replace(this.answer, el("p", { class: "badge fault", role: "status" }, say("refused")), el("p", { class: "message" }, fault.message, fault.document?.hint && el("span", { class: "hint" }, fault.document.hint)),
      files.length > 0 && el("ul", { class: "places" }, files.map((one) => el("li", {}, el("button", { type: "button", class: "link", onclick: () => this.place(one.path, 1) }, `${one.path} (${one.count})`)))));
  }

  show(made) {
    const good = made.status === "planned";
    const { shown } = made;
    const wide = this.answer.querySelector(".picture")?.dataset.zoom;
    this.answer.classList.remove("stale");
    redraw(this.answer, ["why-not", "case-name", "case-mask"],
      el("p", { class: "stale-note" }, say("stale")),
      shown.hypothesis && el("p", { class: "hypothesis" }, shown.hypothesis),
      this.lead(made, good, "headline"),
      good && !served && el("p", { class: "bar plain" }, el("button", { type: "button", id: "do-move", class: this.writes ? "main" : null, onclick: () => this.confirm() }, say("doMove"))),
      good && shown.approval.length > 0 && el("div", { class: "decided", id: "approval-after" }, el("h4", {}, say("approvalAfter")), el("ul", { class: "chain" }, shown.approval.map((one) => el("li", {}, one)))),
      this.decisions(made),
      !served && this.travel.element,
      this.whyNot(made.why_not),
      this.folded("changes", shown.changes, true), this.folded("effects", shown.effects, true),
      made.mails.length > 0 && el("details", {}, el("summary", {}, `${say("mails")} (${made.mails.length})`), made.mails.map((one, at) => mail(one, shown.mails[at]))),
      made.flow && flow(made.flow, wide, (step) => this.ask(step)),
      shown.folded.length > 0 && el("details", {}, el("summary", {}, say("details", shown.folded.length)), el("ol", { class: "chain" }, shown.folded.map((one) => el("li", {}, one)))),
      !served && el("form", { class: "keep", onsubmit: (event) => { event.preventDefault(); this.keepCase({ ...this.given(), mask: event.target.elements.mask.checked }, event.target.elements.name.value); } },
        el("label", {}, el("span", {}, say("caseName")), el("input", { type: "text", name: "name", id: "case-name", autocomplete: "off" })),
        el("label", {}, el("input", { type: "checkbox", name: "mask", id: "case-mask" }), el("span", {}, say("maskCase"))),
        el("button", { id: "keep-case" }, say("makeCase"))),
      computed(made.state));
  }

  // The first sentence, and what is to be minded.
  lead(made, good, id) {
    return [el("div", { role: "status", "aria-live": "polite" },
      el("p", { class: `badge ${good ? "ok" : "fault"}` }, say(made.status)),
      el("p", { class: "headline", id }, made.headline?.text ?? made.reason?.message ?? ""),
      made.shown.overlooked.map((one) => el("p", { class: "message" }, one)),
      made.reason?.hint && el("p", { class: "hint" }, made.reason.hint)),
    made.warnings.map((one) => el("p", { class: "warn" }, el("strong", {}, `${say("warning")}: `), one.message, one.hint && el("span", { class: "hint" }, one.hint)))];
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
      el("label", { for: "why-not" }, say("whyNot")), el("div", { class: "bar plain" }, input, el("button", { id: "ask-why" }, say("ask"))),
      found && el("p", { class: "message", id: "why-not-answer" }, el("strong", {}, `${found.asked}: `), found.answer, found.where && el("span", { class: "where" }, ` ${found.where}`)),
      found?.because?.length > 0 && el("ul", { class: "chain" }, found.because.map((one) => el("li", {}, one.text))),
      set && el("button", { type: "button", class: "try", onclick: () => this.suppose(set) }, say("tryChange", Object.entries(set).map(([name, value]) => `${name} = ${value ?? say("empty")}`).join("; "))));
  }

  // Changes and notes are written for their own sake; other moves are mostly looked at.
  get writes() { return this.sets || this.request.action === "note"; }

  // What would be written, by the rules that decide now, for somebody to say yes to; then the move itself, once.
  async confirm() {
    const given = this.given(), key = this.key;
    const body = el("div", { class: "answer" }), does = el("button", { type: "button", class: "main", id: "do-it", disabled: true }, say("doIt"));
    const end = () => { dialog.close(); dialog.remove(); };
    const dialog = el("dialog", { class: "doing", "aria-labelledby": "doing-title", oncancel: () => dialog.remove() }, el("h2", { id: "doing-title" }, say("doTitle", key)),
      body, el("div", { class: "bar plain" }, does, el("button", { type: "button", id: "do-not", onclick: end }, say("cancel"))));
    document.body.append(dialog);
    dialog.showModal();
    const told = (made) => replace(body, this.lead(made, made.status === "planned"), this.folded("changes", made.shown.changes, true), this.folded("effects", made.shown.effects, true), this.folded("mails", made.shown.mails, true));
    const refused = (fault) => replace(body, el("div", { role: "status" }, el("p", { class: "badge fault" }, say("refused")), el("p", { class: "message" }, fault.message, fault.document?.hint && el("span", { class: "hint" }, fault.document.hint))));
    try {
      const made = await ask("confirm", given);
      told(made);
      if (made.status !== "planned") return;
      const once = { ...given, version: made.before?.version ?? 0, key: crypto.randomUUID() };
      does.disabled = false;
      does.focus();
      does.onclick = async () => {
        does.disabled = true;
        try {
          const done = await ask("move", once);
          if (done.status !== "moved") { told(done); return; }
          end();
          this.moved(done);
          if (key === this.key) await this.open(key);
        } catch (fault) { refused(fault); does.disabled = fault.status !== 0; } // an answer that was lost is asked for again, under the same key
      };
    } catch (fault) { refused(fault); }
  }

  // A click on a step or an edge of the flow asks why the ticket does not go there.
  async ask(step) {
    this.request.expected = step;
    const asked = this.answer.querySelector("#why-not");
    if (asked) asked.value = step;
    await this.plan();
    this.answer.querySelector("#why-not")?.focus();
    this.answer.querySelector("#why-not-answer")?.scrollIntoView({ block: "center" });
  }

  folded(title, lines, open) {
    return lines.length > 0 && el("details", { open }, el("summary", {}, say(title)), el("ul", { class: "chain" }, lines.map((one) => el("li", {}, one))));
  }
}

export function computed(state) {
  return el("p", { class: "computed quiet" }, state.served ? say("computedServed", state.revision) : state.edited.length ? say("computedEdited", state.revision, state.edited.join(", ")) : say("computed", state.revision));
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
