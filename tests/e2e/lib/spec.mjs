// Checks replies against openapi.yaml: the status must be listed for the call, the media type and the body must
// be as described. A reply that the description does not know fails the test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';

const spec = parse(readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8'));
const ajv = new Ajv({ allErrors: true, strict: false });
formats(ajv);
ajv.addSchema(spec, 'openapi');
const validators = new Map();

const paths = Object.keys(spec.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
}));

function follow(node) {
  let at = node;
  while (at?.$ref) at = at.$ref.slice(2).split('/').reduce((part, key) => part[key.replace(/~1/g, '/').replace(/~0/g, '~')], spec);
  return at;
}

function pointer(...keys) {
  return `openapi#/${keys.map((key) => encodeURIComponent(String(key).replace(/~/g, '~0').replace(/\//g, '~1'))).join('/')}`;
}

// The schema of a reply, by its place in the document so that its own references work.
function validator(template, method, status, type) {
  const response = spec.paths[template][method].responses[status];
  const place = response.$ref ? response.$ref.slice(2).split('/') : ['paths', template, method, 'responses', status];
  const ref = pointer(...place, 'content', type, 'schema');
  if (!validators.has(ref)) validators.set(ref, ajv.compile({ $ref: ref }));
  return validators.get(ref);
}

export function checkReply(method, target, reply) {
  const path = target.split('?')[0];
  const known = paths.find(({ pattern }) => pattern.test(path));
  const operation = known && spec.paths[known.template][method.toLowerCase()];
  const where = `${method} ${path} -> ${reply.status}`;
  if (!operation) {
    assert.ok([400, 404, 405].includes(reply.status), `${where}: a call that openapi.yaml does not know`);
    checkFailure(where, reply);
    return;
  }
  const response = follow(operation.responses[String(reply.status)]);
  assert.ok(response, `${where}: status not in openapi.yaml: ${reply.text.slice(0, 300)}`);
  for (const name of Object.keys(response.headers ?? {}))
    assert.ok(reply.headers[name.toLowerCase()] !== undefined, `${where}: no header ${name}`);
  if (!response.content) {
    assert.equal(reply.text, '', `${where}: no body is described`);
    return;
  }
  const type = String(reply.headers['content-type']).split(';')[0];
  assert.ok(response.content[type], `${where}: ${type} is not described`);
  if (type !== 'application/json') return;
  const valid = validator(known.template, method.toLowerCase(), String(reply.status), type);
  assert.ok(valid(reply.body), `${where}: ${ajv.errorsText(valid.errors)}: ${reply.text.slice(0, 600)}`);
}

const failure = ajv.compile({ $ref: pointer('components', 'schemas', 'Failure') });
function checkFailure(where, reply) {
  assert.ok(failure(reply.body), `${where}: ${ajv.errorsText(failure.errors)}: ${reply.text.slice(0, 300)}`);
}

export { spec };
