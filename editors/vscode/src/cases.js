// Rule tests in the test explorer: found in *.casos.toml, run by `repasse test`, with coverage of formulas from LCOV.
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const vscode = require("vscode");

const PATTERN = "**/*.casos.toml";

// The cases of a text with their lines, from 0. A name may stand in either kind of quotes.
function casesIn(text) {
  const found = [];
  let inside = false;
  text.split(/\r?\n/).forEach((line, number) => {
    if (/^\s*\[/.test(line)) inside = /^\s*\[\[\s*caso\s*\]\]/.test(line);
    const name = inside && /^\s*nome\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/.exec(line);
    if (name) { found.push({ name: name[1] !== undefined ? JSON.parse(`"${name[1]}"`) : name[2], line: number }); inside = false; }
  });
  return found;
}

// Line → hits of each formula, from an LCOV file.
function linesCovered(text, base) {
  const files = new Map();
  let lines;
  for (const row of text.split(/\r?\n/)) {
    if (row.startsWith("SF:")) files.set(path.resolve(base, row.slice(3)), (lines = []));
    const hit = /^DA:(\d+),(\d+)/.exec(row);
    if (hit && lines) lines.push([Number(hit[1]) - 1, Number(hit[2])]);
  }
  return files;
}

function runCommand(command, words, folder) {
  return new Promise((done) => {
    const [program, ...before] = command;
    execFile(program, [...before, ...words], { cwd: folder, maxBuffer: 64 << 20 }, (fault, out, errors) => done({ fault, out, errors }));
  });
}

// The program without the words that start the language server.
const programOf = () => vscode.workspace.getConfiguration("repasse").get("command").slice(0, -1);

exports.casesIn = casesIn;
exports.linesCovered = linesCovered;
exports.programOf = programOf;

exports.register = (context) => {
  const controller = vscode.tests.createTestController("repasse", "repasse");
  const watcher = vscode.workspace.createFileSystemWatcher(PATTERN);
  const details = new WeakMap();
  context.subscriptions.push(controller, watcher);

  const read = async (uri) => {
    let text;
    try { text = fs.readFileSync(uri.fsPath, "utf8"); } catch { controller.items.delete(uri.toString()); return; }
    const file = controller.createTestItem(uri.toString(), path.basename(uri.fsPath), uri);
    for (const { name, line } of casesIn(text)) {
      const item = controller.createTestItem(`${uri}#${name}`, name, uri);
      item.range = new vscode.Range(line, 0, line, 0);
      file.children.add(item);
    }
    controller.items.add(file);
  };
  const readAll = async () => { for (const uri of await vscode.workspace.findFiles(PATTERN)) await read(uri); };
  controller.resolveHandler = async (item) => { if (!item) await readAll(); };
  controller.refreshHandler = readAll;
  watcher.onDidChange(read);
  watcher.onDidCreate(read);
  watcher.onDidDelete((uri) => controller.items.delete(uri.toString()));

  const run = async (request, covered) => {
    const wanted = new Map();
    const add = (item) => {
      if (request.exclude?.includes(item)) return;
      const key = item.uri.fsPath;
      if (!wanted.has(key)) wanted.set(key, []);
      if (item.children.size) item.children.forEach((child) => add(child)); else wanted.get(key).push(item);
    };
    if (request.include) request.include.forEach(add); else controller.items.forEach((item) => add(item));
    const ran = controller.createTestRun(request);
    const lcov = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "repasse-")), "cobertura.lcov");
    for (const [file, items] of wanted) {
      items.forEach((item) => ran.started(item));
      const folder = path.dirname(file);
      const { out, errors } = await runCommand(programOf(), ["test", "--ci", "--format", "json", ...(covered ? ["--lcov", lcov] : []), file], folder);
      let cases = [];
      try { ({ cases } = JSON.parse(out)); } catch { /* told below, as what the command said */ }
      for (const item of items) {
        // a table's rows are cases of their own: `nome [linha 1]`
        const mine = cases.filter((one) => one.name === item.label || one.name.startsWith(item.label + " ["));
        const wrong = mine.filter((one) => one.status === "failed");
        const took = mine.reduce((sum, one) => sum + one.seconds * 1000, 0);
        if (!mine.length) ran.errored(item, new vscode.TestMessage(errors || out || "repasse test"));
        else if (wrong.length) ran.failed(item, wrong.map((one) => told(one, item)), took);
        else if (mine.every((one) => one.status === "skipped")) ran.skipped(item);
        else ran.passed(item, took);
      }
      if (covered && fs.existsSync(lcov)) {
        for (const [name, lines] of linesCovered(fs.readFileSync(lcov, "utf8"), folder)) {
          const hit = lines.filter(([, count]) => count).length;
          const one = new vscode.FileCoverage(vscode.Uri.file(name), new vscode.TestCoverageCount(hit, lines.length));
          details.set(one, lines.map(([line, count]) => new vscode.StatementCoverage(count, new vscode.Position(line, 0))));
          ran.addCoverage(one);
        }
      }
    }
    fs.rmSync(path.dirname(lcov), { recursive: true, force: true });
    ran.end();
  };
  const told = (one, item) => {
    const message = new vscode.TestMessage(one.detail ?? one.name);
    message.location = new vscode.Location(item.uri, new vscode.Position(one.line - 1, 0));
    return message;
  };
  controller.createRunProfile("Executar", vscode.TestRunProfileKind.Run, (request) => run(request, false), true);
  const profile = controller.createRunProfile("Cobertura", vscode.TestRunProfileKind.Coverage, (request) => run(request, true), true);
  profile.loadDetailedCoverage = async (_, one) => details.get(one) ?? [];
};
