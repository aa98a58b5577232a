// Row 20: forms that are malformed, endless or too many. tests/unit/http/multipart.c holds the parser to the parts
// and bytes that the same corpora expect, cut into pieces of every size.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Flow } from '../e2e/lib/flow.mjs';
import { statuses } from '../e2e/lib/raw.mjs';
import { data, Server } from '../e2e/lib/server.mjs';
import { report, scale } from './report.mjs';

const path = '/api/verification/id-card/upload';
const python = join(data, 'hostile/multipart/python-multipart/tests/test_data/http');
const formidable = join(data, 'hostile/multipart/formidable/test/fixture/http');
const ANSWER_MS = 100;
const MEMORY_KB = 16 * 1024;

let server;
let flow;
before(async () => {
  server = await Server.start();
  flow = await (await Flow.create(server, {})).proveBoth();
});
after(() => server?.stop());

const but = (wrong) => (wrong.length ? `, but ${wrong.join(', ')}` : '');
const upload = (raw, type) => server.client.call('POST', path, { raw, type });

// {status, ms}: from the moment that all was sent to the first byte of the answer; 0 where that came before.
function timed(body, type) {
  return new Promise((resolve, reject) => {
    let sent = Infinity;
    const socket = net.connect(server.port, '127.0.0.1', () => {
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body, () => (sent = performance.now()));
    });
    socket.setTimeout(20000, () => socket.destroy(new Error('no answer in 20 s')));
    socket.once('data', (chunk) => {
      resolve({ status: statuses(chunk.toString('latin1'))[0], ms: Math.max(0, performance.now() - sent) });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

// Kilobytes of the server's memory by that name: VmRSS now, VmHWM at most.
const memory = (name) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]);

// Control: without the check of `tail` in multipart.c's goes_on(), empty_message_with_bad_end is taken.
test('the verdicts of python-multipart', { skip: !existsSync(python) && 'no multipart corpus in BONIN_DATA' }, async () => {
  const wrong = [];
  const names = readdirSync(python).filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -5));
  for (const name of names) {
    const yaml = readFileSync(join(python, `${name}.yaml`), 'utf8');
    // its own test of this case gives another boundary than the file
    const boundary = name === 'single_field_blocks' ? 'boundary' : /^boundary: (.*)$/m.exec(yaml)[1];
    const reply = await upload(readFileSync(join(python, `${name}.http`)), `multipart/form-data; boundary=${boundary}`);
    // what is well-formed lacks the fields of this call
    if (reply.status !== (yaml.includes('error:') ? 400 : 422)) wrong.push(`${name}: ${reply.status}`);
  }
  assert.equal(names.length, 30);
  report(20, 'python-multipart, through HTTP', `${names.length - wrong.length} of ${names.length} verdicts${but(wrong)}`, wrong.length === 0);
});

// That parser mends what ours refuses: bare line feeds, and a last delimiter without its hyphens (where the file before
// it is refused already, by its name, 422 is the answer).
const refused = { 'special-chars-in-filename/line-separator': 400 };
// Nothing is declared in these, or another kind of form.
const undeclared = { 'misc/empty': 415, 'misc/empty-urlencoded': 415, 'misc/minimal': 415 };

test('the verdicts of formidable', { skip: !existsSync(formidable) && 'no multipart corpus in BONIN_DATA' }, async () => {
  const wrong = [];
  const names = readdirSync(formidable).flatMap((folder) => readdirSync(join(formidable, folder))
    .filter((name) => name.endsWith('.http')).map((name) => `${folder}/${name.slice(0, -5)}`));
  for (const name of names) {
    const all = readFileSync(join(formidable, `${name}.http`));
    const end = all.indexOf('\r\n\r\n');
    const head = all.subarray(0, end < 0 ? all.length : end).toString('latin1');
    const type = /^content-type: (.*?)\r?$/im.exec(head)?.[1];
    const reply = await upload(end < 0 ? all : all.subarray(end + 4), type);
    if (reply.status !== (refused[name] ?? undeclared[name] ?? 422)) wrong.push(`${name}: ${reply.status}`);
  }
  assert.equal(names.length, 25);
  report(20, 'formidable, through HTTP', `${names.length - wrong.length} of ${names.length} verdicts${but(wrong)}`, wrong.length === 0);
});

const form = 'multipart/form-data; boundary=B';
const part = (name, value) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (name) => `--B\r\nContent-Disposition: form-data; name="${name}"; filename="f.jpg"\r\n\r\n`;

function abuses() {
  const key = part('session_key', flow.key);
  const image = Buffer.alloc(9 << 20, '\r\n--A');
  return {
    '10,000 parts': Array.from({ length: 10000 }, (_, i) => part(`p${i}`, 'v')).join(''),
    '10,000 files': key + Array.from({ length: 10000 }, () => `${file('front_image')}x\r\n`).join(''),
    'no last boundary': Buffer.concat([Buffer.from(key + file('front_image')), image]),
    'no boundary at all': Buffer.alloc(9 << 20, 'x'),
    'a head without end': key + file('front_image').slice(0, -2) + 'X: y\r\n'.repeat(100000),
    'a head of one line': `--B\r\nContent-Disposition: form-data; name=${'x'.repeat(1 << 20)}`,
    'parameters without end': `--B\r\nContent-Disposition: form-data${'; a=b'.repeat(100000)}`,
    'a text of 9 MB': part('session_key', 'x'.repeat(9 << 20)),
    'almost boundaries': Buffer.concat([Buffer.from(key + file('back_image')), Buffer.alloc(9 << 20, '\r\n--B\r')]),
    'an empty form': '',
  };
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];

// Control: with HTTP_PARTS_MAX raised, and two parts of one name taken, the 10,000 parts are no 4xx in time. (A form
// without its last boundary that is taken as whole is seen above, without the look at `state` in multipart_finish().)
test('what is endless or too much is refused within 100 ms, in 16 MB', async () => {
  const slow = [];
  const cases = Object.entries(abuses()).map(([name, body]) => [name, Buffer.from(body)]);
  const before = memory('VmRSS');
  let most = 0;
  for (const [name, body] of cases) {
    const ms = [];
    for (let i = 0; i < scale(5, 25); i++) {
      const answer = await timed(body, form);
      assert.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.status}`);
      ms.push(answer.ms);
    }
    const took = median(ms);
    most = Math.max(most, took);
    if (took > ANSWER_MS) slow.push(`${name}: ${took.toFixed(0)} ms`);
  }
  report(20, `${cases.length} abuses: 4xx after the last byte`, `${most.toFixed(0)} ms at most, median of ${scale(5, 25)}${but(slow)}`, slow.length === 0);
  await Promise.all(cases.flatMap(([, body]) => [timed(body, form), timed(body, form)]));
  const grown = memory('VmHWM') - before;
  report(20, `${cases.length} abuses, one after another and ${2 * cases.length} at once: memory`, `${(grown / 1024).toFixed(1)} MB more at the highest`, grown <= MEMORY_KB);
  assert.equal((await flow.status()).body.status, 'email_verified');
});
