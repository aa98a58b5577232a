// Row 28: who works with applicants' data sees it masked; each reading is noted with who, when, from where, whose and
// what for, and what cannot be noted is not told.
//
// Controls: take reading_note out of reading_unmask (check/reading.c) or api_note_list out of a list (api/): readings
// are missing from the log. Commit after answering instead of before: the refused entry's data is told. Take a mask out of
// api/sessions.c or check/otp_channel.c: canaries are seen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { e164, Flow } from '../e2e/lib/flow.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { spec } from '../e2e/lib/spec.mjs';
import { query } from './lib/sqlite.mjs';
import { report, scale } from './report.mjs';

const api = '/api/verification';
const reasons = ['고객 문의 2026-114 확인', 'a complaint about a "wrong" name; ticket #7', '수사기관 요청 \\ 공문 제3호'];
let server;
let people;
const keys = {};
before(async () => {
  server = await Server.start({ store: 'sqlite' });
  for (const role of ['rp', 'reviewer', 'admin']) keys[role] = await server.apiKey(role, `${role} 담당자`);
  people = [];
  for (let i = 0; i < scale(3, 10); i++) people.push(await (await Flow.create(server, { full_verification: false }, { key: keys.rp })).proveBoth());
});
after(() => server?.stop());

const canaries = () => people.flatMap(({ phone, email, key }) => [phone, e164(phone), phone.slice(1), email, key]);
const reveal = (id, reason, options) => server.client.post(`${api}/sessions/${id}/reveal`, { reason }, options);
const log = async (filter) => (await server.client.get(`${api}/logs?page_size=100&${filter}`, { key: keys.admin })).body.data.items;
const count = async () => (await query(server, "SELECT COUNT(*) FROM logs WHERE type IN ('personal_data_read', 'token_introspected')"))[0][0];

// Of a fact each: what is wrong with an entry, or nothing.
function lacks({ created_at, ip_address, session_id, metadata }, { id, role, from, reason, began }) {
  const facts = {
    who: metadata.who.kind === 'api_key' && metadata.who.id && metadata.who.name === `${role} 담당자` && metadata.who.role === role,
    when: Date.parse(created_at) >= began - 1000 && Date.parse(created_at) <= Date.now() + 1000,
    'from where': ip_address === from,
    whose: session_id === id,
    'what for': metadata.reason === reason,
  };
  return Object.keys(facts).filter((name) => !facts[name]);
}

test('each unmasked reading is in the log with its five facts', async () => {
  const wrong = [];
  let readings = 0;
  for (const { id, phone } of people) {
    for (const [n, reason] of reasons.entries()) {
      const role = n % 2 ? 'admin' : 'reviewer';
      const from = `127.0.0.${10 + n}`;
      const began = Date.now();
      const told = await reveal(id, reason, { key: keys[role], from });
      assert.equal(told.body.data.verified_phone, e164(phone));
      const [entry] = await log(`session_id=${id}&event_type=personal_data_read`).then((items) => items.filter(({ metadata }) => metadata.how === 'unmasked'));
      readings += 1;
      const lacking = lacks(entry, { id, role, from, reason, began });
      if (lacking.length > 0) wrong.push(lacking.join(', '));
    }
  }
  report(28, 'unmasked readings by API', `${readings - wrong.length} of ${readings} in the log with five facts ${wrong.join('; ')}`.trim(), wrong.length === 0);
});

test('the back office shows nothing unmasked that was not asked for', async () => {
  const seen = [];
  let bytes = 0;
  for (const key of [keys.reviewer, keys.admin]) {
    const pages = ['/sessions?page_size=100', '/logs?page_size=100', '/stats', ...people.flatMap(({ id, phone, email }) => [`/logs?session_id=${id}`, `/sessions?phone_number=${phone}`, `/sessions?email=${email}`])];
    for (const path of pages) {
      const { status, text } = await server.client.get(api + path, { key });
      assert.equal(status, 200);
      bytes += text.length;
      seen.push(...canaries().filter((canary) => text.includes(canary)));
    }
  }
  for (const { id } of people) {
    const { stdout } = await server.cli(['session', 'show', id]);
    bytes += stdout.length;
    seen.push(...canaries().filter((canary) => stdout.includes(canary)));
  }
  report(28, 'masked by default', `${seen.length} of ${canaries().length} numbers, addresses and keys seen in ${Math.round(bytes / 1000)} kB of lists, log and session show`, seen.length === 0);
});

// Whatever the description lists for the back office: a call that is added there and notes nothing fails here.
test('every call of the back office that tells of persons is noted', async () => {
  const silent = ['getStats']; // figures alone
  const others = ['eraseSession', 'proveLogEntry', 'getLogEntries']; // it has its receipt; they tell hashes alone
  const [{ id }] = people;
  const wrong = [];
  let calls = 0;
  for (const [template, methods] of Object.entries(spec.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!operation.tags?.includes('back office') || others.includes(operation.operationId)) continue;
      const before = await count();
      const json = operation.requestBody ? { reason: reasons[0] } : undefined;
      const reply = await server.client.call(method.toUpperCase(), template.replace('{session_id}', id), { json, key: keys.reviewer });
      assert.equal(reply.status, 200, `${template}: ${reply.text}`);
      const noted = (await count()) - before;
      calls += 1;
      if (noted !== (silent.includes(operation.operationId) ? 0 : 1)) wrong.push(operation.operationId);
    }
  }
  assert.ok(calls >= 4, `${calls} calls are described`);
  report(28, 'calls of the back office', `${calls - wrong.length} of ${calls} noted as they must be ${wrong}`.trim(), wrong.length === 0);
});

test('a relying party’s reading is noted too, and so is the operator’s', async () => {
  const flow = people[0];
  const { verification_token } = (await flow.complete()).body.data;
  const before = await count();
  const began = Date.now();
  const read = await server.client.call('POST', `${api}/token/introspect`, { form: { token: verification_token }, key: keys.rp, from: '127.0.0.9' });
  assert.equal(read.body.active, true);
  const [entry] = await log(`session_id=${flow.id}&event_type=token_introspected`);
  const lacking = lacks(entry, { id: flow.id, role: 'rp', from: '127.0.0.9', reason: 'introspection', began });
  await server.cli(['session', 'show', flow.id]);
  await server.cli(['session', 'show', flow.id, '--unmasked', '--reason', reasons[1]]);
  const [whole, masked] = await log(`session_id=${flow.id}&event_type=personal_data_read`).then((items) => items.filter(({ metadata }) => metadata.who.kind === 'operator'));
  for (const { metadata } of [whole, masked]) assert.ok(metadata.who.id && metadata.who.name && metadata.who.host, 'who, and from which machine');
  assert.deepEqual([whole.metadata.reason, whole.metadata.how, masked.metadata.how], [reasons[1], 'unmasked', 'masked']);
  const noted = (await count()) - before - 2; // the two looks at the log
  report(28, 'introspection, and session show', `${noted} of 3 readings noted ${lacking}`.trim(), noted === 3 && lacking.length === 0);
});

test('what cannot be noted is not told', async () => {
  const [{ id }] = people;
  await query(server, "CREATE TRIGGER deaf BEFORE INSERT ON logs WHEN NEW.type IN ('personal_data_read', 'token_introspected') BEGIN SELECT RAISE(ABORT, 'the log takes no more'); END");
  try {
    const answers = [
      await reveal(id, reasons[0], { key: keys.admin }),
      await server.client.get(`${api}/sessions`, { key: keys.admin }),
      await server.client.get(`${api}/logs?session_id=${id}`, { key: keys.reviewer }),
    ];
    const shown = await server.cli(['session', 'show', id, '--unmasked', '--reason', reasons[0]]);
    assert.notEqual(shown.status, 0);
    const told = answers.filter(({ status, body }) => status < 500 || body.data !== null).length + (shown.stdout === '' ? 0 : 1);
    const leaks = canaries().filter((canary) => [...answers.map(({ text }) => text), shown.stdout, shown.stderr].some((text) => text.includes(canary)));
    report(28, 'a log that takes no entries', `${told} of 4 readings answered, ${leaks.length} values told`, told === 0 && leaks.length === 0);
  } finally {
    await query(server, 'DROP TRIGGER deaf');
  }
  assert.equal((await reveal(id, reasons[0], { key: keys.admin })).status, 200);
});

test('an applicant’s own way writes no such entry', async () => {
  const before = await count();
  const flow = await (await Flow.create(server)).proveBoth();
  await flow.status();
  await flow.complete();
  report(28, 'entries of reading by an applicant’s own flow', `${(await count()) - before}`, (await count()) === before);
});
