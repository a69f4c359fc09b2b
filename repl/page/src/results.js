// What came of a run: value, steps with time travel, explanation, effects, mails.
import { el, replace } from "./dom.js";
import { say } from "./texts.js";

const shown = (value) => (value.kind === "vazio" ? "Vazio" : value.display);

export function outcomeView(outcome) {
  const status = say(outcome.status);
  return [
    el("p", { class: `badge ${outcome.status}` }, status),
    outcome.status === "ok" && el("p", { class: "value" }, el("span", { class: "kind" }, outcome.value.kind), " ", el("output", { id: "value" }, shown(outcome.value))),
    outcome.message && el("p", { class: "message" }, outcome.message),
    faultsView(outcome.diagnostics),
    el("p", { class: "quiet" }, say("work", outcome.steps)),
  ];
}

export function faultsView(diagnostics) {
  if (!diagnostics?.length) return null;
  return el("ul", { class: "faults" }, diagnostics.map((one) => el("li", { class: one.severity },
    one.start && el("span", { class: "where" }, `${say("line", one.start.line)}: `), one.message, one.hint && el("span", { class: "hint" }, one.hint))));
}

export class Timeline {
  constructor(host, at) { this.host = host; this.at = at; this.trace = []; }

  show(trace, truncated) {
    this.trace = trace;
    this.names = [...new Set(trace.flatMap((step) => Object.keys(step.changes)))];
    if (!trace.length) { replace(this.host, el("p", { class: "quiet" }, say("noSteps"))); return; }
    this.slider = el("input", { type: "range", min: "0", max: String(trace.length), value: String(trace.length), step: "1", "aria-label": say("slider"), oninput: () => this.go(Number(this.slider.value)) });
    this.label = el("p", { class: "step-label", role: "status" });
    this.table = el("div", { class: "state" });
    this.list = el("ol", { class: "trace", tabindex: "0", "aria-label": say("steps") });
    const near = trace.slice(0, 500);
    this.items = near.map((step, index) => el("li", {}, el("button", { type: "button", onclick: () => this.go(index + 1) },
      el("span", { class: "where" }, String(step.line)), el("code", {}, step.text), el("span", { class: "gives" }, shown(step.value)))));
    replace(this.list, this.items);
    replace(this.host,
      el("div", { class: "travel" },
        el("button", { type: "button", class: "icon", "aria-label": say("back"), onclick: () => this.go(Number(this.slider.value) - 1) }, "◀"),
        this.slider,
        el("button", { type: "button", class: "icon", "aria-label": say("forward"), onclick: () => this.go(Number(this.slider.value) + 1) }, "▶")),
      this.label, this.table, truncated && el("p", { class: "quiet" }, say("truncated")), this.list);
    this.draw(trace.length);
  }

  go(wanted) {
    const step = Math.max(0, Math.min(this.trace.length, wanted));
    this.slider.value = String(step);
    this.draw(step);
    this.at(step ? this.trace[step - 1].line : null);
  }

  // Variables after a step are what the steps up to it changed.
  draw(step) {
    const state = new Map();
    for (const one of this.trace.slice(0, step)) for (const [name, value] of Object.entries(one.changes)) state.set(name, value);
    const now = step ? this.trace[step - 1] : null;
    this.slider.setAttribute("aria-valuetext", now ? `${say("step", step, this.trace.length)}: ${now.text}` : say("start"));
    replace(this.label, now
      ? [el("strong", {}, say("step", step, this.trace.length)), ` · ${say("line", now.line)} · `, el("code", {}, now.text), " → ", el("span", { class: "gives" }, shown(now.value))]
      : say("start"));
    replace(this.table, this.names.length
      ? el("table", {}, el("caption", {}, say("variables")), el("tbody", {}, this.names.map((name) => el("tr", { class: now && name in now.changes ? "changed" : "" },
          el("th", { scope: "row" }, name), el("td", {}, state.has(name) ? shown(state.get(name)) : "Vazio")))))
      : el("p", { class: "quiet" }, say("noVariables")));
    this.items.forEach((item, index) => item.classList.toggle("now", index === step - 1));
    this.items[step - 1]?.scrollIntoView({ block: "nearest" });
  }
}

export function explanationView(lines) {
  return el("ol", { class: "chain" }, lines.map((line) => el("li", {}, line.text, line.where && el("span", { class: "where" }, line.where))));
}

export function effectsView(effects, outcome) {
  if (!effects.length) return el("p", { class: "quiet" }, outcome && outcome.status !== "ok" ? say("discarded") : say("noEffects"));
  return el("ol", { class: "effects" }, effects.map((effect) => {
    const { type, ...rest } = effect;
    return el("li", {}, el("strong", {}, say(`effect_${type}`)), el("dl", {}, Object.entries(rest).flatMap(([name, value]) =>
      value == null || value === "" ? [] : [el("dt", {}, name), el("dd", {}, typeof value === "object" ? Object.entries(value).map(([k, v]) => `${k} = ${v}`).join("; ") : String(value))])));
  }));
}

const mail = ({ from, to, cc, subject, body }) => el("article", { class: "mail" },
  el("dl", {}, [["from", from], ["to", to], ["cc", cc], ["subject", subject]].flatMap(([name, value]) => (value ? [el("dt", {}, say(name)), el("dd", {}, value)] : []))),
  body && el("pre", { tabindex: "0", "aria-label": say("mails") }, body));

export function mailsView(effects, ticket) {
  // a planned move has the formula's own mails among its mails
  const asked = ticket?.edited ? [] : effects.filter((effect) => effect.type === "handoff_mail");
  const moved = ticket?.plan.mails ?? [];
  if (!asked.length && !moved.length) return el("p", { class: "quiet" }, say("noMails"));
  return [
    asked.length > 0 && el("h3", {}, say("ofFormula")),
    asked.map((effect) => mail({ ...effect, subject: say("handoffTo", effect.destination) })),
    moved.length > 0 && el("h3", {}, say("ofMove", ticket.key)),
    moved.map(mail),
  ];
}

export function flowView(ticket, language) {
  if (!ticket) return el("p", { class: "quiet" }, say("noFlow"));
  const plan = ticket.plan;
  const at = ticket.step ?? "—";
  return [
    el("figure", {}, el("div", { class: "picture", tabindex: "0" }, el("img", {
      src: `/sandbox/example/${encodeURIComponent(ticket.key)}/flow.svg?lang=${language}`, alt: say("flowOf", ticket.type, ticket.key, at) })),
      el("figcaption", {}, say("flowOf", ticket.type, ticket.key, at))),
    el("h3", {}, say(ticket.edited ? "editedMove" : "nextMove", plan.action)),
    el("p", { class: `badge ${plan.status === "planned" ? "ok" : "fault"}` }, say(plan.status), plan.gate ? ` (${plan.gate})` : ""),
    plan.reason && el("p", { class: "message" }, plan.reason.message, plan.reason.hint && el("span", { class: "hint" }, plan.reason.hint)),
    el("ol", { class: "chain" }, plan.explanation.map((line) => el("li", {}, line.text, line.where && el("span", { class: "where" }, line.where)))),
  ];
}
