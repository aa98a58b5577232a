// Writes src/api/schema.d.ts from openapi.yaml, where it would change.
import openapiTS, { astToString } from "openapi-typescript";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const out = new URL("../src/api/schema.d.ts", import.meta.url);
const types = await openapiTS(new URL("../../openapi.yaml", import.meta.url), {
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
});
const text = "// Written from openapi.yaml by scripts/types.mjs.\n" + astToString(types);
if (!existsSync(out) || readFileSync(out, "utf8") !== text) writeFileSync(out, text);
