// Elements from data. Text goes in as text: nothing here reads HTML.
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return made;
}

export function replace(host, ...children) {
  host.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== false));
}

// What is drawn anew under somebody's hands keeps the focus where it was, and what is half written in the fields of these names.
export function redraw(host, names, ...children) {
  const held = host.contains(document.activeElement) ? document.activeElement : null;
  const typed = names.map((name) => host.querySelector(`#${name}`)).filter((one) => one && (one.value !== one.defaultValue || one.checked !== one.defaultChecked));
  replace(host, ...children);
  for (const one of typed) {
    const again = host.querySelector(`#${one.id}`);
    if (again) Object.assign(again, { value: one.value, checked: one.checked });
  }
  const again = held?.id && held !== host ? host.querySelector(`#${CSS.escape(held.id)}`) : null;
  if (!again) return;
  again.focus({ preventScroll: true });
  if (again.matches("input[type=text], input[type=search], textarea") && again.value === held.value) again.setSelectionRange(held.selectionStart, held.selectionEnd);
}

export function later(milliseconds, work) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds, ...given);
  };
}
