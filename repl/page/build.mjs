// Writes ../static from the sources here. Same sources and lock file, same bytes.
import { build } from "esbuild";
import { copyFile, mkdir } from "node:fs/promises";

const out = new URL("../static/", import.meta.url);
await mkdir(out, { recursive: true });
await build({
  entryPoints: [new URL("src/main.js", import.meta.url).pathname],
  outfile: new URL("page.js", out).pathname,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
});
for (const name of ["index.html", "page.css", "icon.svg"])
  await copyFile(new URL(`src/${name}`, import.meta.url), new URL(name, out));
