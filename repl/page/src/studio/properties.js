// What holds for all tickets, beside the text: each answer with what it rests on; a failing one with its ticket and its way.
import { el, replace } from "../dom.js";
import { askLong } from "./api.js";
import { faultView } from "./panels.js";
import { computed } from "./ticket.js";
import { say } from "./texts.js";

const LOOKS = { proved: "passed", fails: "failed" };

export class PropertiesPanel {
  // `current()` gives the open formula's code or null; `keepWay(answer)` writes its case and tells whether it could.
  constructor(host, { texts, place, keepWay, current }) {
    Object.assign(this, { host, texts, place, keepWay, current });
    this.result = el("div");
    this.only = el("input", { type: "checkbox", id: "about-open", checked: true });
    this.about = el("label", { class: "check" }, this.only, say("aboutOpen"));
    this.button = el("button", { type: "button", class: "main", id: "ask-properties", onclick: () => this.run() }, say("askProperties"));
    replace(host, el("p", { class: "quiet" }, say("propertiesHint")), this.about, this.button, this.result);
    this.opened();
  }

  stale() { this.result.classList.add("stale"); }

  opened() { this.about.hidden = !this.current(); }

  async run() {
    this.button.disabled = true;
    this.result.classList.remove("stale");
    const bar = el("progress", { "aria-label": say("askProperties") }), text = el("p", { class: "quiet", role: "status" }, say("begun"));
    const list = el("ul", { class: "case-list" });
    replace(this.result, bar, text, list);
    const formula = this.only.checked ? this.current() : null;
    try {
      const made = await askLong("properties", { texts: this.texts(), formula }, (at, all, said) => {
        bar.max = all;
        bar.value = at;
        text.textContent = say("asking", at, all);
        list.append(this.row(said.answer));
      });
      this.show(made);
    } catch (fault) { replace(this.result, faultView(fault)); }
    this.button.disabled = false;
  }

  show(made) {
    const bad = made.answers.filter((one) => one.answer === "fails"), rest = made.answers.filter((one) => one.answer !== "fails");
    const proved = rest.filter((one) => one.answer === "proved").length;
    replace(this.result,
      el("p", { class: "stale-note" }, say("staleAsk")),
      made.formula && el("p", { class: "quiet" }, say("ofFormula", made.formula)),
      el("p", { class: `badge ${bad.length ? "fault" : "ok"}`, id: "properties-summary", role: "status" }, made.answers.length ? say("answersDone", proved, bad.length, rest.length - proved) : say("noProperties")),
      !made.proves && el("p", { class: "warn" }, say("searchOnly")),
      made.faulty.length > 0 && el("p", { class: "warn" }, say("faultyProperties", made.faulty.join(", "))),
      bad.length > 0 && el("ul", { class: "case-list" }, bad.map((one) => this.row(one))),
      rest.length > 0 && el("details", { open: !bad.length }, el("summary", {}, say("holding", rest.length)), el("ul", { class: "case-list" }, rest.map((one) => this.row(one)))),
      computed(made.state));
  }

  row(one) {
    const keep = el("button", { type: "button", class: "try keep-way", onclick: async () => { keep.disabled = true; keep.disabled = await this.keepWay(one); } }, say("keepWay"));
    return el("li", { class: LOOKS[one.answer] ?? "skipped", "data-kind": one.kind, "data-answer": one.answer },
      el("strong", {}, one.word), ": ",
      one.path ? el("button", { type: "button", class: "link", onclick: () => this.place(one.path, one.line) }, one.name) : one.name,
      one.because && el("span", { class: "where" }, one.because),
      one.ticket && el("p", { class: "ticket-told" }, `${say("counterexample")}: ${one.ticket}`),
      one.moves.length > 0 && el("div", {}, el("h4", {}, say("way")), el("ol", { class: "chain" }, one.moves.map((move) => el("li", {}, move)))),
      one.decisions.length > 0 && el("div", { class: "decided" }, el("h4", {}, say("decisions")), el("ol", { class: "chain" }, one.decisions.map((line) => el("li", {}, line.text, line.where && this.where(line.where))))),
      one.case && keep,
      one.assumptions.length > 0 && el("details", {}, el("summary", {}, say("supposing", one.assumptions.length)), el("ul", { class: "chain" }, one.assumptions.map((line) => el("li", {}, line)))));
  }

  where(text) {
    const place = /^(\S+), (?:linha|line) (\d+)$/.exec(text);
    return place ? el("button", { type: "button", class: "link where", onclick: () => this.place(`formulas/${place[1]}.formula`, Number(place[2])) }, text) : el("span", { class: "where" }, text);
  }
}
