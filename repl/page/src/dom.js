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

// What is drawn anew under somebody's hands keeps the focus where it was, when what had it is there again.
export function replace(host, ...children) {
  const held = host.contains(document.activeElement) ? document.activeElement : null;
  host.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== false));
  if (!held?.id || held === host || document.activeElement === held) return;
  const again = host.querySelector(`#${CSS.escape(held.id)}`);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (again.matches("input[type=text], input[type=search], textarea") && again.value === held.value) again.setSelectionRange(held.selectionStart, held.selectionEnd);
}

// The same, for parts whose answer comes while somebody types: what is half written in the fields of these names stays.
export function redraw(host, names, ...children) {
  const typed = names.map((name) => host.querySelector(`#${name}`)).filter((one) => one && (one.value !== one.defaultValue || one.checked !== one.defaultChecked));
  const made = children.flat(Infinity).filter((child) => child != null && child !== false);
  for (const one of typed) {
    const again = made.map((child) => child.querySelector?.(`#${one.id}`)).find(Boolean);
    if (!again) continue;
    again.value = one.value;
    again.checked = one.checked;
  }
  replace(host, made);
}

export function later(milliseconds, work) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds, ...given);
  };
}
