// Starts `repasse lsp` for formulas and restarts it when asked, or when its command changes; debugs by `repasse dap`, runs
// `repasse check` and `repasse test` as tasks, and shows rule tests in the test explorer.
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");
const cases = require("./cases");

let client;

async function start() {
  const [command, ...args] = vscode.workspace.getConfiguration("repasse").get("command");
  client = new LanguageClient(
    "repasse",
    "repasse",
    { command, args },
    {
      documentSelector: [{ language: "repasse" }],
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/{*.formula,*.sql,*.toml}") },
      initializationOptions: { language: vscode.env.language.startsWith("pt") ? "pt" : "en" },
    },
  );
  try {
    await client.start();
  } catch (fault) {
    vscode.window.showErrorMessage(`repasse: '${command}' — ${fault.message}`);
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running?.needsStop()) await running.stop();
}

// The formula of the editor, when nothing else is said.
const debugging = {
  resolveDebugConfiguration: (_folder, given) =>
    given.type ? given : { type: "repasse", request: "launch", name: "Fórmula", program: "${file}", stopOnEntry: true },
  createDebugAdapterDescriptor: () => {
    const [program, ...before] = cases.programOf();
    return new vscode.DebugAdapterExecutable(program, [...before, "dap"]);
  },
};

const TASKS = { check: ["check", "."], test: ["test", "."], prove: ["prove", "."] };

function task(name, definition, folder) {
  const [program, ...before] = cases.programOf();
  const execution = new vscode.ProcessExecution(program, [...before, ...TASKS[name]], { cwd: folder.uri.fsPath });
  const made = new vscode.Task(definition, folder, name, "repasse", execution, "$repasse");
  made.group = name === "test" ? vscode.TaskGroup.Test : vscode.TaskGroup.Build;
  return made;
}

const tasks = {
  provideTasks: () =>
    (vscode.workspace.workspaceFolders ?? []).flatMap((folder) =>
      Object.keys(TASKS).map((name) => task(name, { type: "repasse", task: name }, folder))),
  resolveTask: (given) => (given.definition.task in TASKS && given.scope?.uri
    ? task(given.definition.task, given.definition, given.scope) : undefined),
};

exports.activate = async (context) => {
  const restart = async () => { await stop(); await start(); };
  context.subscriptions.push(
    vscode.commands.registerCommand("repasse.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => { if (change.affectsConfiguration("repasse.command")) restart(); }),
    vscode.debug.registerDebugConfigurationProvider("repasse", debugging),
    vscode.debug.registerDebugAdapterDescriptorFactory("repasse", debugging),
    vscode.tasks.registerTaskProvider("repasse", tasks),
  );
  cases.register(context);
  await start();
};

exports.deactivate = stop;
