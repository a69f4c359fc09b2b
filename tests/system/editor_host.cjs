// Stands for the editor around the packed extension: gives it a `vscode`, activates it on one open formula and prints, as
// lines of JSON, what it is told. Parts of the editor that this formula does not need are names without behaviour.
const Module = require("node:module");
const [, , bundle, text, ...command] = process.argv;

const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");
const disposable = { dispose() {} };

// Anything: can be called, made, extended and looked into.
function nothing() {
  const inner = new Map();
  return new Proxy(class {}, {
    get(target, name) {
      if (name in target || typeof name === "symbol") return target[name];
      if (name === "then") return undefined;
      if (!inner.has(name)) inner.set(name, nothing());
      return inner.get(name);
    },
    apply: () => disposable,
  });
}

class Uri {
  constructor(text) { this.text = text; this.scheme = text.split(":")[0]; this.path = this.fsPath = text.slice(text.indexOf(":") + 1).replace(/^\/\/(?=\/)/, ""); }
  toString() { return this.text; }
  static parse(text) { return new Uri(text); }
  static file(path) { return new Uri(`file://${path}`); }
}
class Position { constructor(line, character) { Object.assign(this, { line, character }); } }
class Range {
  constructor(line, character, endLine, endCharacter) {
    this.start = new Position(line, character);
    this.end = new Position(endLine, endCharacter);
  }
}
class Disposable {
  constructor(end) { this.dispose = () => end?.(); }
  static from(...all) { return new Disposable(() => all.forEach((one) => one.dispose())); }
}
class Diagnostic { constructor(range, message, severity) { Object.assign(this, { range, message, severity }); } }
class EventEmitter {
  listeners = [];
  event = (listener) => { this.listeners.push(listener); return disposable; };
  fire(what) { for (const listener of this.listeners) listener(what); }
  dispose() {}
}

class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: never };
  cancel() {}
  dispose() {}
}

const never = () => disposable;
const document = {
  uri: new Uri("untitled:caso.formula"), languageId: "repasse", version: 1, isClosed: false, lineCount: text.split("\n").length,
  getText: () => text,
};
const settings = (section) => ({
  get: (name, otherwise) => (section === "repasse" && name === "command" ? command : otherwise),
  inspect: () => undefined, has: () => false,
});
const own = {
  version: "1.90.0",
  Uri, Position, Range, Disposable, Diagnostic, EventEmitter, CancellationTokenSource,
  env: { language: "pt-br", appName: "host" },
  workspace: {
    getConfiguration: settings, textDocuments: [document], notebookDocuments: [], workspaceFolders: undefined,
    createFileSystemWatcher: () => ({ onDidCreate: never, onDidChange: never, onDidDelete: never, dispose() {} }),
    registerTextDocumentContentProvider: never, asRelativePath: String,
  },
  languages: {
    match: (selector, one) => (selector.some?.((part) => part.language === one.languageId) ? 10 : 0),
    createDiagnosticCollection: () => ({
      set: (uri, found) => say({ faults: found.map((one) => [one.code?.value ?? one.code, one.range.start.line, one.range.start.character, one.message]) }),
      delete() {}, clear() {}, dispose() {},
    }),
  },
  window: {
    createOutputChannel: () => ({ append() {}, appendLine() {}, show() {}, dispose() {} }),
    showErrorMessage: (message) => { say({ error: message }); return Promise.resolve(); },
    visibleTextEditors: [], tabGroups: { all: [], onDidChangeTabs: never, onDidChangeTabGroups: never },
  },
  commands: { registerCommand: (name) => { say({ command: name }); return disposable; } },
};
// The test explorer, of which only what an extension calls is here: items, profiles, and runs that say what came.
class Items extends Map {
  add(item) { this.set(item.id, item); }
  forEach(act) { for (const item of this.values()) act(item); }
}
const profiles = [];
own.tests = {
  createTestController: () => ({
    items: new Items(), dispose() {},
    createTestItem: (id, label, uri) => ({ id, label, uri, children: new Items() }),
    createRunProfile: (name, kind, handler) => { const made = { name, handler }; profiles.push(made); return made; },
    createTestRun: () => Object.fromEntries([
      ...["passed", "failed", "skipped", "errored"].map((state) => [state, (item, told) => say({
        ran: item.label, state, told: [told].flat().filter((one) => one?.message).map((one) => [one.message, one.location?.range.line]),
      })]),
      ["started", () => {}], ["addCoverage", (one) => say({ covered: one.uri.path, hit: one.count.covered, of: one.count.total })],
      ["end", () => say({ ended: true })],
    ]),
  }),
};
own.TestMessage = class { constructor(message) { this.message = message; } };
own.Location = class { constructor(uri, range) { Object.assign(this, { uri, range }); } };
own.TestRunProfileKind = { Run: 1, Coverage: 3 };
own.TestCoverageCount = class { constructor(covered, total) { Object.assign(this, { covered, total }); } };
own.FileCoverage = class { constructor(uri, count) { Object.assign(this, { uri, count }); } };
own.StatementCoverage = class { constructor(executed, location) { Object.assign(this, { executed, location }); } };
own.DebugAdapterExecutable = class { constructor(program, words) { Object.assign(this, { program, words }); } };
const debuggers = [];
own.debug = {
  registerDebugConfigurationProvider: never,
  registerDebugAdapterDescriptorFactory: (type, factory) => { debuggers.push([type, factory]); return disposable; },
};
own.workspace.findFiles = async () => (process.env.CASES ? [Uri.file(process.env.CASES)] : []);

const around = nothing();
const filled = (mine, other) => new Proxy(mine, {
  get: (_, name) => (name in mine
    ? (Object.getPrototypeOf(mine[name] ?? 0) === Object.prototype ? filled(mine[name], other[name]) : mine[name])
    : /^on[A-Z]/.test(String(name)) ? never : other[name]),
});

const load = Module._load;
Module._load = (name, ...more) => (name === "vscode" ? filled(own, around) : load(name, ...more));

const extension = require(bundle);
async function activated() {
  say({ active: true });
  if (!process.env.CASES) return;
  const [type, factory] = debuggers[0];
  say({ debugger: type, ...factory.createDebugAdapterDescriptor() });
  for (const { name, handler } of profiles) { say({ profile: name }); await handler({}); }
}
const controllers = [];
const made = own.tests.createTestController;
own.tests.createTestController = (...words) => { const one = made(...words); controllers.push(one); return one; };

extension.activate({ subscriptions: [] }).then(async () => { for (const one of controllers) await one.resolveHandler(); await activated(); }, (fault) => { say({ failed: String(fault.stack) }); process.exit(1); });
process.stdin.on("end", () => extension.deactivate().then(() => { say({ stopped: true }); process.exit(0); }));
process.stdin.resume();
