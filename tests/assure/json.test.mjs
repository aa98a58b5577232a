// Row 21: JSON from strangers, through HTTP. tests/unit/base/json.c asks the parser itself the same, and floods its
// hash.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { data, Server } from '../e2e/lib/server.mjs';
import { full, report } from './report.mjs';
import { unit } from './unit.mjs';

const suite = join(data, 'hostile/JSONTestSuite/test_parsing');
const texts = existsSync(suite) ? readdirSync(suite).filter((name) => name.endsWith('.json')) : [];
// JSON that we refuse by design: a key twice, a NUL in a string.
const byDesign = /^y_(object_duplicated_key|object_duplicated_key_and_value|object_escaped_null_in_key|string_null_escape)\.json$/;
const BODY_MAX = 65536;
const FAST_US = 5000;

let server;
before(async () => (server = await Server.start()));
after(() => server?.stop());

const create = (raw) => server.client.call('POST', '/api/verification/session/create', { raw, type: 'application/json' });

// CPU nanoseconds that the server's threads have had.
const cpuOf = ({ child: { pid } }) => readdirSync(`/proc/${pid}/task`)
  .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])).reduce((sum, ns) => sum + ns, 0);

// Control: without its look for NULs, json_parse takes n_multidigit_number_then_00.
test('the verdicts of JSONTestSuite', { skip: texts.length === 0 && 'no JSONTestSuite in BONIN_DATA' }, async () => {
  const wrong = [];
  const count = { n: 0, y: 0, i: 0 };
  for (const name of texts) {
    const text = readFileSync(join(suite, name));
    const isObject = text.toString('latin1').trimStart().startsWith('{');
    const taken = name.startsWith('y_') && !byDesign.test(name);
    const whole = await create(text);
    const member = await create(Buffer.concat([Buffer.from('{"metadata":{"v":'), text, Buffer.from('}}')]));
    const refused = text.length > BODY_MAX ? 413 : 400;
    if (name.startsWith('i_')) {
      if (![200, 400].includes(whole.status) || ![200, 400].includes(member.status)) wrong.push(`${name}: ${whole.status} ${member.status}`);
    } else if (whole.status !== (taken && isObject ? 200 : refused) || member.status !== (taken ? 200 : refused)) {
      wrong.push(`${name}: ${whole.status} ${member.status}`);
    }
    count[name[0]] += 1;
  }
  assert.ok(count.n === 188 && count.y === 95 && count.i === 35, JSON.stringify(count));
  report(21, 'JSONTestSuite as body and as member', `0 of ${count.n} n_ accepted, ${count.y - 4} of ${count.y} y_, the 4 others refused by design`
    + (wrong.length ? `; wrong: ${wrong.join(', ')}` : ''), wrong.length === 0);
});

// Controls: BODY_MAX raised in src/http/request.h, all are read as JSON: 400, 200 and 400; without PASSED_OVER_MAX in
// src/http/exchange.c the answer to the first is lost now and then with the connection.
test('bodies that are too large are refused', async () => {
  for (const body of ['['.repeat(1e6), `{"metadata":{"a":"${'x'.repeat(BODY_MAX)}"}}`, ' '.repeat(BODY_MAX + 1)]) {
    const reply = await create(body);
    assert.equal(reply.status, 413, reply.text);
    assert.deepEqual(reply.body.errors, ['BODY_TOO_LARGE']);
  }
  report(21, 'a million `[`, and others over 64 KiB', '413');
});

// Control: with the seed of jansson's hash known, keys made to collide take 25 ms (tests/unit/base/json.c).
test('no body of 64 KiB takes more than 5 ms', async () => {
  const fill = (head, unit, tail) => head + unit.repeat(Math.floor((BODY_MAX - head.length - tail.length) / unit.length)) + tail;
  let serial = 0;
  const bodies = {
    brackets: fill('', '[', ''),
    objects: fill('', '{"a":', ''),
    numbers: fill('{"a":[0', ',0', ']}'),
    'a long number': fill('{"a":0.', '1', '}'),
    escapes: fill('{"a":"', '\\u00e9', '"}'),
    keys: `{${Array.from({ length: 5000 }, () => `"k${(serial++).toString(36).padStart(5, '0')}":0`).join(',')}}`,
  };
  const took = {};
  for (const [name, body] of Object.entries(bodies)) {
    const us = [];
    for (let i = 0; i < 7; i++) {
      const before = cpuOf(server);
      await create(body);
      us.push(Math.round((cpuOf(server) - before) / 1000));
    }
    took[name] = Math.min(...us);
  }
  const most = Math.max(...Object.values(took));
  report(21, '64 KiB of any shape', `${(most / 1000).toFixed(1)} ms of CPU at most, quickest of 7: ${JSON.stringify(took)}`, most <= FAST_US);
});

test('the parser itself', { skip: !full && 'in the unit suite' }, () => unit('json_'));
