// Writes ../static from the sources here. Same sources and lock file, same bytes.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";

const out = new URL("../static/", import.meta.url);
await mkdir(out, { recursive: true });
const made = await build({
  metafile: true,
  entryPoints: ["main", "studio/studio"].map((name) => ({
    in: new URL(`src/${name}.js`, import.meta.url).pathname, out: name === "main" ? "page" : "studio",
  })),
  outdir: out.pathname,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
});
for (const name of ["index.html", "page.css", "icon.svg", "studio.html", "studio.css"])
  await copyFile(new URL(`src/${name}`, import.meta.url), new URL(name, out));

// The licences of what is inside the bundle.
const packages = new Set(
  Object.keys(made.metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean),
);
const notices = [];
for (const name of [...packages].sort()) {
  const folder = new URL(`node_modules/${name}/`, import.meta.url);
  const { version, license } = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  const text = await readFile(new URL(file, folder), "utf8");
  notices.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
await writeFile(new URL("licences.txt", out), notices.join("\n----\n\n"));
