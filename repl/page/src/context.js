// The context: one TOML text, shown as it is or as a form. The text is the truth; the form writes it anew.
import { TomlDate, parse, stringify } from "smol-toml";
import { el, replace } from "./dom.js";
import { say } from "./texts.js";

const TABLES = ["campos", "parametros", "funcoes"];
const SIMPLE = ["agora", "usuario", "coligada"];
const two = (number) => String(number).padStart(2, "0");

// Tables as JSON can carry them: exact integers, and dates as the service itself writes values.
export function tablesOf(text) {
  return plain(parse(text, { integersAsBigInt: "asNeeded" }), []);
}

function plain(value, path) {
  if (value instanceof TomlDate) return path[0] === "agora" ? value.toISOString().replace("Z", "") : path[0] === "diretorio" ? asFormulaDate(value) : asValue(value);
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map((one) => plain(one, [...path, ""]));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one, [...path, name])]));
  return value;
}

function asValue(value) {
  return { kind: "data", value: value.toISOString().replace("Z", "").slice(0, 19) };
}

function asFormulaDate(value) {
  const [day, time] = value.toISOString().replace("Z", "").split("T");
  const [year, month, date] = day.split("-");
  return `${two(date)}/${two(month)}/${year}` + (time && !value.isDate?.() ? ` ${time.slice(0, 8)}` : "");
}

export const tomlOf = (tables) => stringify(tables);

// What a person writes into the form: true and false, whole numbers, else text. Other numbers stay texts, to be exact.
function valueOf(text) {
  if (text === "true" || text === "false") return text === "true";
  return /^-?(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

export class ContextForm {
  constructor(host, changed) { this.host = host; this.changed = changed; this.tables = {}; }

  show(text) {
    try {
      this.tables = parse(text, { integersAsBigInt: "asNeeded" });
    } catch (fault) {
      replace(this.host, el("p", { class: "bad" }, say("tomlWrong", String(fault.message).split("\n")[0])));
      return;
    }
    this.draw();
  }

  write() { this.changed(stringify(this.tables)); }

  draw(focus) {
    const others = Object.keys(this.tables).filter((name) => ![...TABLES, ...SIMPLE, "lenient"].includes(name));
    replace(
      this.host,
      el("div", { class: "simple" }, this.moment(), this.simple("usuario", say("user")), this.simple("coligada", say("company"))),
      TABLES.map((name, at) => this.table(name, say(["fields", "parameters", "functions"][at]))),
      el("p", { class: "quiet" }, others.length ? say("inForm", others.length, others.join(", ")) : say("more")),
    );
    if (focus) this.host.querySelector(focus)?.focus();
  }

  moment() {
    const now = this.tables.agora;
    const shown = now instanceof TomlDate ? now.toISOString().replace("Z", "").slice(0, 19) : typeof now === "string" ? now : "";
    return el("label", {}, el("span", {}, say("now")), el("input", {
      type: "datetime-local", step: "1", value: shown,
      onchange: (event) => {
        if (event.target.value) this.tables.agora = new TomlDate(event.target.value.length === 16 ? `${event.target.value}:00` : event.target.value);
        else delete this.tables.agora;
        this.write();
      },
    }));
  }

  simple(name, label) {
    return el("label", {}, el("span", {}, label), el("input", {
      type: name === "coligada" ? "number" : "text", min: "1", value: String(this.tables[name] ?? ""),
      onchange: (event) => {
        if (event.target.value === "") delete this.tables[name];
        else this.tables[name] = name === "coligada" ? Math.trunc(Number(event.target.value)) : event.target.value;
        this.write();
      },
    }));
  }

  table(name, label) {
    const rows = Object.entries(this.tables[name] ?? {}).filter(([, value]) => typeof value !== "object" || value instanceof TomlDate);
    return el("fieldset", {}, el("legend", {}, label),
      rows.map(([key, value], at) => el("div", { class: "row" },
        el("input", { type: "text", value: key, "aria-label": `${label}: ${say("name")} ${at + 1}`, spellcheck: "false", onchange: (event) => this.rename(name, key, event.target.value) }),
        el("input", { type: "text", value: value instanceof TomlDate ? asFormulaDate(value) : String(value), "aria-label": `${label}: ${key}`, onchange: (event) => { this.tables[name][key] = valueOf(event.target.value); this.write(); } }),
        el("button", { type: "button", class: "icon", "aria-label": say("remove", key), onclick: () => { delete this.tables[name][key]; this.write(); this.draw(); } }, "×"))),
      el("button", { type: "button", class: "link", "data-table": name, onclick: () => this.add(name) }, `+ ${say("add")}`));
  }

  rename(name, old, key) {
    const wanted = key.trim();
    if (!wanted || wanted === "__proto__") { this.draw(); return; }
    this.tables[name] = Object.fromEntries(Object.entries(this.tables[name]).map(([one, value]) => [one === old ? wanted : one, value]));
    this.write();
    this.draw();
  }

  add(name) {
    const table = (this.tables[name] ??= {});
    let number = 1;
    while (`NOME${number}` in table) number += 1;
    table[`NOME${number}`] = "";
    this.write();
    this.draw();
    const rows = this.host.querySelectorAll("fieldset")[TABLES.indexOf(name)].querySelectorAll(".row");
    rows[rows.length - 1]?.querySelector("input")?.select();
  }
}
