// usage: node scripts/build.mjs [OUT]   (default: dist)
//
// Types from openapi.yaml, the type check, the pages, and the description itself as JSON. The tree of OUT is the
// tree of addresses: X/index.html is served as /X.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
cpSync(join(web, "src/page.css"), join(out, "assets/page.css"));
