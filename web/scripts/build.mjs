// usage: node scripts/build.mjs [OUT]   (default: dist)
//
// Types from openapi.yaml, the type check, the pages, and the description itself as JSON. The tree of OUT is the
// tree of addresses: X/index.html is served as /X.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const web = fileURLToPath(new URL("..", import.meta.url));
const out = resolve(process.argv[2] ?? join(web, "dist"));
const bin = (name) => join(web, "node_modules/.bin", name);
const run = (name, ...args) => execFileSync(bin(name), args, { cwd: web, stdio: ["ignore", "ignore", "inherit"] });

execFileSync(process.execPath, [join(web, "scripts/types.mjs")], { stdio: "inherit" });
try {
  execFileSync(bin("tsc"), ["--noEmit"], { cwd: web, stdio: ["ignore", "pipe", "inherit"] });
} catch (error) {
  console.error(String(error.stdout));
  process.exit(1);
}
run("vite", "build", "--outDir", out, "--emptyOutDir", "--logLevel", "warn");

mkdirSync(join(out, "api"), { recursive: true });
const description = parse(readFileSync(join(web, "../openapi.yaml"), "utf8"));
writeFileSync(join(out, "api/openapi.json"), JSON.stringify(description));

// What is bundled, and under which terms.
const bundled = ["react", "react-dom", "scheduler", "swagger-ui-dist", "jsfeat"];
const terms = bundled.flatMap((name) => {
  const folder = join(web, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = ["LICENSE", "NOTICE", "swagger-ui-es-bundle.js.LICENSE.txt"].map((file) => join(folder, file)).filter((file) => existsSync(file));
  return [`${name} ${version} (${license ?? "as below"})`, ...texts.map((file) => readFileSync(file, "utf8"))];
});
terms.push(readFileSync(join(web, "scripts/cascade-license.txt"), "utf8"));
writeFileSync(join(out, "assets/licenses.txt"), terms.join("\n\n"));

// The pages that the server renders itself link the style by this name.
cpSync(join(web, "src/page.css"), join(out, "assets/page.css"));
