// One line of travel through all formulas of a move: the editor follows, with the line, the values and the branches of each.
import { showLine } from "../editor.js";
import { el, later, replace } from "../dom.js";
import { ask } from "./api.js";
import { showGhosts } from "./editors.js";
import { faultView, shown } from "./panels.js";
import { say } from "./texts.js";

export class Travel {
  // `given()` is what is asked of the ticket, `follow(path)` shows a file without taking the focus and gives its editor, `left()` is told that the editor is free.
  constructor({ given, follow, left }) {
    Object.assign(this, { given, follow, left });
    this.on = false;
    this.body = el("div");
    this.element = el("details", { class: "travelling", id: "travel", ontoggle: () => this.toggled() }, el("summary", { id: "travel-name" }, say("travel")), this.body);
    this.further = later(120, () => this.load());
  }

  toggled() {
    if (this.element.open === this.on) return;
    this.on = this.element.open;
    if (this.on) { this.at = null; this.made = null; this.load(); } else this.clear();
  }

  // Another ticket, or the run of one formula: the editor is theirs.
  end() {
    this.element.open = this.on = false;
    this.clear();
  }

  clear() {
    if (this.view) { showGhosts(this.view, new Map()); showLine(this.view, null); }
    this.view = null;
    this.path = null;
    this.made = null;
    replace(this.body);
    this.left();
  }

  // The answer was computed anew: so are the places, and one stays where one was.
  async again() {
    if (!this.on) return;
    this.element.classList.add("stale");
    await this.load();
  }

  async load() {
    const mine = (this.asked = (this.asked ?? 0) + 1);
    try {
      const made = await ask("travel", { ...this.given(), at: this.at });
      if (mine !== this.asked || !this.on) return;
      this.element.classList.remove("stale");
      this.made = made;
      if (!made.size) { replace(this.body, el("p", { class: "quiet", id: "travel-none" }, say("travelNone"))); return; }
      this.draw();
      await this.go(made.at);
    } catch (fault) {
      if (mine !== this.asked) return;
      this.element.classList.remove("stale");
      replace(this.body, faultView(fault));
    }
  }

  draw() {
    const { made } = this;
    const icon = (id, name, sign, to) => el("button", { type: "button", class: "icon", id, "aria-label": say(name), title: say(name), onclick: () => this.go(to()) }, sign);
    this.slider = el("input", { type: "range", id: "travel-slider", min: "0", max: String(made.size - 1), "aria-label": say("travelSlider"), oninput: () => this.go(Number(this.slider.value)) });
    this.label = el("p", { class: "step-label", id: "travel-label", role: "status" });
    this.seen = el("div", { class: "state" });
    replace(this.body,
      el("p", { class: "stale-note" }, say("stale")),
      el("div", { class: "travel" },
        icon("travel-former", "formerFormula", "«", () => this.edge(-1)), icon("travel-back", "back", "◀", () => this.at - 1), this.slider,
        icon("travel-on", "forward", "▶", () => this.at + 1), icon("travel-next", "nextFormula", "»", () => this.edge(1))),
      this.label, this.seen);
  }

  // Where the formula of the move before this one begins (or this one, from inside), or the one after it.
  edge(by) {
    const firsts = this.made.runs.map((one) => one.first);
    return by < 0 ? firsts.findLast((one) => one < this.at) ?? 0 : firsts.find((one) => one > this.at) ?? this.made.size - 1;
  }

  async go(wanted) {
    const { made } = this;
    this.at = Math.max(0, Math.min(made.size - 1, wanted));
    this.slider.value = String(this.at);
    const place = made.places[this.at - made.first];
    if (!place) { this.further(); return; }
    const frame = made.frames[place.frame], run = made.runs[place.run];
    const told = this.heard(place, frame);
    this.slider.setAttribute("aria-valuetext", `${say("travelOf", this.at, made.size - 1)}: ${frame.code}, ${say("line", place.line)}: ${told}`);
    const { state, notes } = this.state(place);
    replace(this.label, el("strong", {}, say("travelOf", this.at, made.size - 1)), ` · ${say("formulaOf", place.run + 1, made.runs.length)}: `, el("code", {}, frame.code), ` · ${say("line", place.line)} · `,
      place.text ? el("code", {}, place.text) : "", place.comes ? ` ${say("comesNext")}` : place.failed ? el("strong", { class: "bad" }, ` ${say("brokeHere")}`) : el("span", { class: "gives" }, this.gives(place)));
    replace(this.seen,
      frame.callers.length > 0 && el("p", { class: "quiet" }, frame.callers.map((one) => say("calledBy", one.code, one.line)).join(" · ")),
      table(say("variables"), [...state].map(([name, value]) => ({ name, value, changed: name in place.changes }))),
      table(say("fieldsHere"), run.fields.map((one) => ({ ...one, changed: one.was !== null }))),
      place.effects > 0 && el("div", {}, el("h4", {}, say("effectsSoFar")), el("ul", { class: "chain", id: "travel-effects" }, made.effects.slice(0, place.effects).map((one) => el("li", {}, one)))));
    await this.show(place, frame, notes);
  }

  heard(place, frame) { return place.text ? `${place.text}${place.comes ? ` ${say("comesNext")}` : place.failed ? ` ${say("brokeHere")}` : this.gives(place)}` : frame.code; }

  // What a step asked for, else its value; many steps give none.
  gives(place) {
    const before = this.made.places[this.at - 1 - this.made.first]?.effects ?? place.effects;
    const asked = this.made.effects.slice(before, place.effects);
    return asked.length ? ` → ${asked.join("; ")}` : place.value.kind === "vazio" ? "" : ` → ${shown(place.value)}`;
  }

  // The variables of the formula one is in, and what stands at the ends of its lines.
  state(here) {
    const state = new Map(Object.entries(this.made.frames[here.frame].variables)), notes = new Map();
    let before = this.made.places[0].effects;
    for (const one of this.made.places) {
      if (one.frame === here.frame) {
        for (const [name, value] of Object.entries(one.changes)) state.set(name, value);
        const changes = Object.entries(one.changes).map(([name, value]) => `${name} = ${shown(value)}`);
        if (changes.length) notes.set(one.line, changes.join("; "));
        else if (!one.comes && one.value.kind !== "vazio") notes.set(one.line, shown(one.value));
        const asked = this.made.effects.slice(before, one.effects);
        if (asked.length && !one.comes) notes.set(one.line, asked.join("; "));
      }
      before = one.effects;
      if (one === here) break;
    }
    return { state, notes };
  }

  async show(place, frame, notes) {
    if (!frame.path) return;
    const view = await this.follow(frame.path);
    if (!view || !this.on || this.made?.places[this.at - this.made.first] !== place) return; // gone on meanwhile
    if (this.view && this.view !== view) { showGhosts(this.view, new Map()); showLine(this.view, null); }
    this.view = view;
    this.path = frame.path;
    showGhosts(view, notes, new Set(frame.skipped));
    showLine(view, place.line);
  }
}

function table(title, rows) {
  return rows.length > 0 && el("table", {}, el("caption", {}, title), el("tbody", {}, rows.map((one) => el("tr", { class: one.changed ? "changed" : "" }, el("th", { scope: "row" }, one.name), el("td", {}, shown(one.value), one.was && el("small", {}, ` ${say("was", shown(one.was))}`))))));
}
