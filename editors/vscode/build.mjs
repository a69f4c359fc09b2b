// Writes bundle/extension.js: the extension with the client of the language server inside.
import { build } from "esbuild";

await build({
  entryPoints: ["src/extension.js"],
  outfile: "bundle/extension.js",
  bundle: true,
  minify: true,
  platform: "node",
  target: "node18",
  external: ["vscode"],
  legalComments: "eof",
});
