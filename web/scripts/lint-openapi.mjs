// Checks openapi.yaml: structure and rules by Redocly's core, then every schema and every example by Ajv.
import { createConfig, lint } from "@redocly/openapi-core";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const path = fileURLToPath(new URL("../../openapi.yaml", import.meta.url));
const problems = [];

const config = await createConfig({
  extends: ["recommended-strict"],
  rules: {
    "info-license": "error",
    "no-server-example.com": "off",
    "operation-4xx-response": "error",
    // Health, keys and the session key in the body are open on purpose: `security: []` at the top says so.
    "security-defined": "off",
    "no-ambiguous-paths": "error",
    "operation-operationId-url-safe": "error",
  },
});
for (const p of await lint({ ref: path, config })) {
  const at = p.location[0];
  problems.push(`${p.ruleId}: ${p.message} (${at?.pointer ?? ""})`);
}

const document = parse(readFileSync(path, "utf8"));
const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
addFormats(ajv);
ajv.addFormat("binary", true);
ajv.addVocabulary(["example", "components"]);
ajv.addSchema({ $id: "bonin", components: document.components });
for (const [name, schema] of Object.entries(document.components.schemas)) {
  const valid = ajv.compile({ $ref: `bonin#/components/schemas/${name}` });
  if (schema.example !== undefined && !valid(schema.example))
    problems.push(`example of ${name}: ${ajv.errorsText(valid.errors)}`);
}

// The server's table of result codes and this description name the same codes, and the same status for each.
const table = readFileSync(fileURLToPath(new URL("../../src/base/rc.h", import.meta.url)), "utf8");
const rows = [...table.matchAll(/^ +X\(\w+, +(\d{3}), +"(\w+)"/gm)].map(([, status, code]) => [code, status]);
const { FailureCode, VerdictCode } = document.components.schemas;
const described = new Set([...FailureCode.enum, ...VerdictCode.enum]);
const implemented = new Map(rows.filter(([code]) => code !== "OK"));
if (implemented.size === 0) problems.push("src/base/rc.h: its table of codes was not found");
for (const code of implemented.keys()) if (!described.has(code)) problems.push(`${code} of src/base/rc.h is not described`);
for (const code of described) if (!implemented.has(code)) problems.push(`${code} is not in src/base/rc.h`);

const resolve = (node) =>
  node.$ref ? node.$ref.slice(2).split("/").reduce((at, key) => at[key], document) : node;
const statusOf = new Map();
for (const path of Object.values(document.paths))
  for (const operation of Object.values(path))
    for (const [status, response] of Object.entries(operation.responses)) {
      const schema = resolve(response).content?.["application/json"]?.schema;
      for (const each of schema?.oneOf ?? (schema ? [schema] : []))
        for (const code of resolve(each).properties?.errors?.items?.enum ?? [])
          statusOf.set(code, (statusOf.get(code) ?? new Set()).add(status));
    }
for (const code of FailureCode.enum) {
  const told = [...(statusOf.get(code) ?? [])].join(", ");
  if (told !== implemented.get(code)) problems.push(`${code}: ${implemented.get(code)} in src/base/rc.h, here ${told || "nowhere"}`);
}

for (const text of problems) console.error(text);
if (problems.length > 0) process.exit(1);
console.log(`openapi.yaml: ${Object.keys(document.paths).length} paths, nothing to complain about`);
