// The open files: what of them is not saved, kept in this browser until it is.
import { ask, send } from "./api.js";
import { keptState, makeEditor, replaceText } from "./editors.js";
import { later } from "../dom.js";

const store = {
  get(name) { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } },
  set(name, value) {
    try { localStorage.setItem(name, JSON.stringify(value)); return true; } catch { return false; }
  },
  drop(name) { try { localStorage.removeItem(name); } catch { /* nothing was kept */ } },
};

export class Documents {
  // `read(path)` gives a file; `folder` names the place in what is kept; `changed(doc)` is told of each edit.
  constructor({ folder, uri, server, changed, save, tell, read }) {
    Object.assign(this, { folder, uri, server, changed, save, tell, read });
    this.open = new Map();
  }

  key(path) { return `repasse.studio:${this.folder}:${path}`; }

  // Paths whose unsaved texts this browser keeps.
  kept() {
    const start = this.key("");
    const found = [];
    try {
      for (let at = 0; at < localStorage.length; at += 1) {
        const name = localStorage.key(at);
        if (name.startsWith(start) && store.get(name)?.dirty) found.push(name.slice(start.length));
      }
    } catch { /* a browser that keeps nothing */ }
    return found;
  }

  async take(path) {
    const known = this.open.get(path);
    if (known) return known;
    let file;
    const kept = store.get(this.key(path));
    try {
      file = await this.read(path);
    } catch (fault) {
      if (fault.status !== 404 || !kept?.dirty) throw fault;
      file = { path, text: "", revision: null, utf8: true, writable: true };
    }
    if (this.open.has(path)) return this.open.get(path); // asked for twice at once
    return this.add(file, kept?.dirty || kept?.base === file.revision ? kept : null);
  }

  create(path, text) { return this.add({ path, text: "", revision: null, utf8: true, writable: true }, { text, dirty: true, base: null, baseText: "" }); }

  add(file, kept) {
    const doc = { ...file, base: kept ? kept.base : file.revision, baseText: kept ? kept.baseText : file.text, faults: [], found: [], outside: null };
    doc.remember = later(250, () => this.keep(doc));
    doc.view = makeEditor({
      path: file.path, uri: `${this.uri}/${file.path.split("/").map(encodeURIComponent).join("/")}`, text: file.text, kept, server: this.server,
      writable: file.writable, save: () => this.save(doc), changed: () => { doc.remember(); this.changed(doc); },
    });
    doc.element = doc.view.dom;
    this.open.set(file.path, doc);
    if (kept?.dirty && kept.base !== file.revision) doc.outside = file;
    return doc;
  }

  text(doc) { return doc.view.state.doc.toString(); }

  dirty(doc) { return doc.base === null ? true : this.text(doc) !== doc.baseText; }

  keep(doc) {
    if (!doc.writable) return;
    const made = { base: doc.base, baseText: doc.baseText, text: this.text(doc), dirty: this.dirty(doc) };
    if (!store.set(this.key(doc.path), { ...made, state: keptState(doc.view) })) store.set(this.key(doc.path), made);
  }

  keepAll() { for (const doc of this.open.values()) this.keep(doc); }

  texts() {
    const made = {};
    for (const doc of this.open.values()) if (doc.writable && this.dirty(doc)) made[doc.path] = this.text(doc);
    return made;
  }

  // Write a file; a conflict is thrown as the fault that says so.
  async write(doc) {
    const text = this.text(doc);
    const made = await send("PUT", "/api/file", { path: doc.path, text, base: doc.base });
    this.settled(doc, made);
    return made;
  }

  settled(doc, made) {
    Object.assign(doc, { base: made.revision, baseText: made.text, outside: null, writable: made.writable });
    this.keep(doc);
    this.server.saved(`${this.uri}/${doc.path}`);
  }

  // The folder's text in place of ours.
  async reread(doc) {
    const file = await this.read(doc.path);
    Object.assign(doc, { base: file.revision, baseText: file.text, outside: null, writable: file.writable, utf8: file.utf8 });
    replaceText(doc.view, file.text);
    this.keep(doc);
  }

  close(doc) {
    doc.view.destroy();
    this.open.delete(doc.path);
    store.drop(this.key(doc.path));
  }

  check() { return ask("check", { texts: this.texts() }); }
}
