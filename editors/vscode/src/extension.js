// Starts `repasse lsp` for formulas and restarts it when asked, or when its command changes.
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

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

exports.activate = async (context) => {
  const restart = async () => { await stop(); await start(); };
  context.subscriptions.push(
    vscode.commands.registerCommand("repasse.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => { if (change.affectsConfiguration("repasse.command")) restart(); }),
  );
  await start();
};

exports.deactivate = stop;
