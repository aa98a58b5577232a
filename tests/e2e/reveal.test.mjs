// Reading personal data: masked to everybody, unmasked for a reason, and noted each time.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertFails, e164, Flow } from './lib/flow.mjs';
import { Server } from './lib/server.mjs';

const api = '/api/verification';
const reason = '고객 문의 2026-114 확인';
let server;
const keys = {};
before(async () => {
  server = await Server.start();
  for (const role of ['rp', 'reviewer', 'admin']) keys[role] = await server.apiKey(role, `${role} of the tests`);
});
after(() => server?.stop());

const reveal = (id, json, key = keys.reviewer, options) => server.client.post(`${api}/sessions/${id}/reveal`, json, { key, ...options });
const readings = async (id) => {
  const { body } = await server.client.get(`${api}/logs?session_id=${id}&event_type=personal_data_read&page_size=100`, { key: keys.admin });
  return body.data.items.filter(({ metadata }) => metadata.how !== 'list');
};

test('a reviewer reads what is held, for a reason', async () => {
  const flow = await Flow.create(server, { full_verification: false, phone_number: '010-9999-0000', expected: { name: '홍길동', birth_date: '1990-01-01' } });
  await flow.proveBoth();
  const { status, body } = await reveal(flow.id, { reason });
  assert.equal(status, 200);
  assert.deepEqual(body.data, {
    session_id: flow.id,
    faces_destroyed_at: null,
    verified_phone: e164(flow.phone),
    verified_email: flow.email,
    verified_name: null,
    verified_birth_date: null,
    phone_number: '+821099990000',
    email: null,
    expected: { name: '홍길동', birth_date: '1990-01-01' },
    personal_data: null,
    ip_address: '127.0.0.1',
  });
});

test('only the fields that were asked for are told', async () => {
  const flow = await Flow.create(server);
  await flow.provePhone();
  const { body } = await reveal(flow.id, { reason, fields: ['verified_phone'] });
  assert.deepEqual(body.data, { session_id: flow.id, faces_destroyed_at: null, verified_phone: e164(flow.phone) });
  const [entry] = await readings(flow.id);
  assert.deepEqual(entry.metadata.what, { fields: ['verified_phone'] });
});

test('without a good reason, and for whom it is not, nothing is told and nothing noted', async () => {
  const flow = await Flow.create(server);
  await flow.provePhone();
  const wrong = [{}, { reason: '' }, { reason: 'abcd' }, { reason: '    a    ' }, { reason: '가'.repeat(501) }, { reason: 5 }, { reason: null }];
  const fields = [[], ['nothing'], ['verified_phone', 'secret_key'], 'verified_phone', [1], Array(10).fill('email')];
  for (const json of [...wrong, ...fields.map((list) => ({ reason, fields: list }))]) {
    assertFails(await reveal(flow.id, json), 422, 'VALIDATION_FAILED');
  }
  assertFails(await reveal(flow.id, { reason }, keys.rp), 403, 'FORBIDDEN');
  assertFails(await reveal(flow.id, { reason }, null), 401, 'UNAUTHORIZED');
  for (const id of ['0'.repeat(32), 'x', `${flow.id}0`]) assertFails(await reveal(id, { reason }), 404, 'SESSION_NOT_FOUND');
  assert.deepEqual(await readings(flow.id), []);
  for (const good of ['abcde', '가나다라마', '가'.repeat(500)]) assert.equal((await reveal(flow.id, { reason: good })).status, 200);
});

test('of an erased session nothing is told', async () => {
  const flow = await Flow.create(server);
  await flow.provePhone();
  await server.client.call('DELETE', `${api}/sessions/${flow.id}`, { key: keys.admin });
  assertFails(await reveal(flow.id, { reason }, keys.admin), 404, 'SESSION_NOT_FOUND');
});

test('a key that was revoked reads no more', async () => {
  const flow = await Flow.create(server);
  const key = await server.apiKey('reviewer', 'leaves tomorrow');
  assert.equal((await reveal(flow.id, { reason }, key)).status, 200);
  const line = (await server.cli(['apikey', 'list'])).stdout.split('\n').find((text) => text.includes('leaves tomorrow'));
  assert.match(line, /used \d{4}-\d\d-\d\dT/);
  assert.equal((await server.cli(['apikey', 'revoke', line.split(' ')[0]])).status, 0);
  assertFails(await reveal(flow.id, { reason }, key), 401, 'UNAUTHORIZED');
});

test('at the machine it is shown masked, and unmasked for a reason', async () => {
  const flow = await Flow.create(server);
  await flow.provePhone();
  const show = (...args) => server.cli(['session', 'show', flow.id, ...args]);
  const masked = await show();
  assert.equal(masked.status, 0, masked.stderr);
  assert.ok(!masked.stdout.includes(e164(flow.phone)));
  const whole = await show('--unmasked', '--reason', reason);
  assert.equal(JSON.parse(whole.stdout).unmasked.verified_phone, e164(flow.phone));
  for (const args of [['--unmasked'], ['--reason', reason], ['--unmasked', '--reason', 'abc']]) {
    const end = await show(...args);
    assert.equal(end.status, 2, args.join(' '));
    assert.ok(!end.stdout.includes(e164(flow.phone)));
  }
  const entries = await readings(flow.id);
  assert.deepEqual(entries.map(({ metadata }) => metadata.how), ['unmasked', 'masked']);
  for (const { metadata } of entries) {
    assert.equal(metadata.who.kind, 'operator');
    assert.ok(metadata.who.name && metadata.who.id && metadata.who.host);
  }
  assert.equal(entries[0].metadata.reason, reason);
});

test('looking at a list is noted, with what was looked for, masked', async () => {
  const flow = await Flow.create(server);
  await flow.provePhone();
  await server.client.get(`${api}/sessions?phone_number=${flow.phone}&page_size=5`, { key: keys.reviewer });
  const { body } = await server.client.get(`${api}/logs?event_type=personal_data_read&page_size=1`, { key: keys.admin });
  const [{ metadata, session_id }] = body.data.items;
  assert.equal(session_id, null);
  assert.equal(metadata.how, 'list');
  assert.equal(metadata.who.name, 'reviewer of the tests');
  assert.deepEqual(metadata.what, { filter: { phone_number: `010-****-${flow.phone.slice(-4)}` }, page: 1, count: 1 });
});
