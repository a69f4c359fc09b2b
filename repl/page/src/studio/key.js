// Under `repasse serve` somebody says a key before anything is shown.
import { el, replace } from "../dom.js";
import { useKey } from "./api.js";
import { say } from "./texts.js";

export function askKey(fault, enter) {
  const field = el("input", { type: "password", id: "key", autocomplete: "off", spellcheck: "false", required: true });
  replace(document.getElementById("page"), el("main", { class: "alone" }, el("h1", {}, `repasse ${say("title")}`),
    el("form", { class: "keep", onsubmit: (event) => { event.preventDefault(); useKey(field.value.trim()); enter(); } },
      el("label", {}, el("span", {}, say("keyTitle")), field), el("button", { class: "main", id: "enter" }, say("enter"))),
    el("p", { role: "alert", class: "message" }, fault && [fault.message, fault.document?.hint].filter(Boolean).join(" ")),
    el("p", { class: "quiet" }, say("keyHint"))));
  field.focus();
}
