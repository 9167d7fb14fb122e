/**
 * Bundles the player into the one ES module that ships.
 *
 *   node build.mjs            write dist/player.js
 *   node build.mjs --check    fail when dist/player.js is not what the sources give
 *   node build.mjs --tests    bundle the tests and the page for looking into test/build/
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = new URL(".", import.meta.url);
const path = (name) => fileURLToPath(new URL(name, here));
const output = path("dist/player.js");

/** `import text from "./x.css"` gives the style sheet as a minified string. */
const cssText = {
  name: "css-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const { code } = await esbuild.transform(await readFile(file, "utf8"), {
        loader: "css",
        minify: true,
        target: ["chrome111", "firefox113", "safari16.4"],
      });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const common = {
  absWorkingDir: path("."),
  bundle: true,
  format: "esm",
  charset: "utf8",
  target: "es2022",
  plugins: [cssText],
  logLevel: "warning",
};

const player = {
  ...common,
  entryPoints: ["src/index.ts"],
  format: "iife",
  globalName: "player",
  charset: "ascii", // a page keeps its text in half the room
  minify: true,
  legalComments: "none",
  write: false,
};

/**
 * The module that ships. anywidget imports it anew for each player, and a page never gives a module back: so the code
 * in it runs once a page, and later players find what the first one made, under the name of its content.
 */
async function bundle() {
  const { outputFiles } = await esbuild.build(player);
  const code = outputFiles[0].text.trim();
  const name = createHash("sha256").update(code).digest("hex").slice(0, 16);
  return `export default globalThis[Symbol.for("minigrad.player ${name}")]??=(()=>{${code}return player.default})();\n`;
}

if (process.argv.includes("--check")) {
  const committed = await readFile(output, "utf8").catch(() => "");
  if ((await bundle()) !== committed) {
    process.stderr.write("dist/player.js is not what src/ gives: run npm run build and commit it.\n");
    process.exit(1);
  }
} else if (process.argv.includes("--tests")) {
  await rm(path("test/build"), { recursive: true, force: true });
  const tests = (await readdir(path("test"))).filter((name) => name.endsWith(".test.ts"));
  await esbuild.build({
    ...common,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: path("test/build"),
    platform: "node",
    packages: "external",
    sourcemap: "inline",
  });
  await esbuild.build({ ...common, entryPoints: ["test/page.ts"], outdir: path("test/build") });
} else {
  await writeFile(output, await bundle());
}
