// The back office: figures, log, sessions, erasure, and who may.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertFails, e164, Flow } from './lib/flow.mjs';
import { Server } from './lib/server.mjs';

const api = '/api/verification';
let server;
const keys = {};
before(async () => {
  server = await Server.start();
  for (const role of ['rp', 'reviewer', 'admin']) keys[role] = await server.apiKey(role);
});
after(() => server?.stop());

test('each address of the back office asks for the right role', async () => {
  const { id } = await Flow.create(server);
  for (const path of ['/stats', '/logs', '/sessions']) {
    assertFails(await server.client.get(api + path), 401, 'UNAUTHORIZED');
    assertFails(await server.client.get(api + path, { key: 'nobody-made-this-key-0123456789abc' }), 401, 'UNAUTHORIZED');
    assertFails(await server.client.get(api + path, { key: keys.rp }), 403, 'FORBIDDEN');
    for (const role of ['reviewer', 'admin']) assert.equal((await server.client.get(api + path, { key: keys[role] })).status, 200);
  }
  assertFails(await server.client.call('DELETE', `${api}/sessions/${id}`), 401, 'UNAUTHORIZED');
  for (const role of ['rp', 'reviewer']) assertFails(await server.client.call('DELETE', `${api}/sessions/${id}`, { key: keys[role] }), 403, 'FORBIDDEN');
});

test('without PUBLIC_SESSIONS a session needs a relying party', async () => {
  const closed = await Server.start({ env: { PUBLIC_SESSIONS: 'false' } });
  try {
    const create = (key) => closed.client.post(`${api}/session/create`, {}, { key });
    assertFails(await create(), 401, 'UNAUTHORIZED');
    assertFails(await create('nobody-made-this-key-0123456789abc'), 401, 'UNAUTHORIZED');
    assertFails(await create(await closed.apiKey('reviewer')), 403, 'FORBIDDEN');
    assert.equal((await create(await closed.apiKey('rp'))).status, 200);
  } finally {
    await closed.stop();
  }
});

test('the figures count what happened', async () => {
  const figures = async () => (await server.client.get(`${api}/stats`, { key: keys.admin })).body.data;
  const before = await figures();
  const flow = await (await Flow.create(server)).proveBoth();
  await flow.complete();
  await Flow.create(server);
  const now = await figures();
  assert.equal(now.total_sessions, before.total_sessions + 2);
  assert.equal(now.completed_sessions, before.completed_sessions + 1);
  assert.equal(now.recent_completions, before.recent_completions + 1);
  assert.equal(now.phone_success_rate, 1);
  assert.ok(now.success_rate > 0 && now.success_rate <= 1);
  const none = await server.client.get(`${api}/stats?date_to=2001-01-01`, { key: keys.admin });
  assert.equal(none.body.data.total_sessions, 0);
  assert.equal(none.body.data.success_rate, null);
  for (const query of ['date_from=yesterday', 'date_from=2025-13-01', 'date_from=2025-02-30']) {
    assertFails(await server.client.get(`${api}/stats?${query}`, { key: keys.admin }), 422, 'VALIDATION_FAILED');
  }
});

test('the log tells each event of a session, in order, with nothing personal', async () => {
  const flow = await (await Flow.create(server)).proveBoth();
  await flow.complete();
  const { body } = await server.client.get(`${api}/logs?session_id=${flow.id}`, { key: keys.reviewer });
  const types = body.data.items.map((item) => item.event_type).reverse();
  assert.deepEqual(types, ['session_created', 'phone_sent', 'phone_verified', 'email_sent', 'email_verified', 'verification_completed']);
  const text = JSON.stringify(body);
  for (const secret of [flow.key, flow.phone, e164(flow.phone), flow.email, await flow.smsCode(), await flow.mailCode()]) assert.ok(!text.includes(secret));
  for (const item of body.data.items) assert.equal(item.ip_address, '127.0.0.1');
  assertFails(await server.client.get(`${api}/logs?event_type=nothing`, { key: keys.reviewer }), 422, 'VALIDATION_FAILED');
});

test('sessions are listed, searched and paged', async () => {
  const flow = await (await Flow.create(server)).proveBoth();
  for (let i = 0; i < 5; i++) await Flow.create(server);
  const list = async (query) => (await server.client.get(`${api}/sessions?${query}`, { key: keys.reviewer })).body.data;
  const page = await list('page_size=2&page=2');
  assert.equal(page.items.length, 2);
  assert.equal(page.total_pages, Math.ceil(page.total / 2));
  assert.deepEqual([page.page, page.has_next, page.has_previous], [2, true, true]);
  const past = await list('page=10000');
  assert.deepEqual([past.items.length, past.has_next], [0, false]);
  for (const query of [`phone_number=${flow.phone}`, `phone_number=${encodeURIComponent(e164(flow.phone))}`, `email=${flow.email}`]) {
    const found = await list(query);
    assert.deepEqual(found.items.map((item) => item.session_id), [flow.id], query);
    assert.ok(!JSON.stringify(found).includes(flow.email));
  }
  for (const item of (await list('status=email_verified')).items) assert.equal(item.status, 'email_verified');
  for (const query of ['page=0', 'page=x', 'page_size=0', 'page_size=101', 'status=good', 'phone_number=1', 'email=x', 'page=1&page=2', 'status=pending&status=failed', 'date_from=2025-01-01&date_from=2025-01-02']) {
    assertFails(await server.client.get(`${api}/sessions?${query}`, { key: keys.reviewer }), 422, 'VALIDATION_FAILED');
  }
});

test('erasing destroys the personal data, and twice is no error', async () => {
  const flow = await (await Flow.create(server)).proveBoth();
  const { verification_token } = (await flow.complete()).body.data;
  const erase = () => server.client.call('DELETE', `${api}/sessions/${flow.id}`, { key: keys.admin });
  assert.equal((await erase()).status, 200);
  assert.equal((await erase()).status, 200);
  const found = await server.client.get(`${api}/sessions?email=${flow.email}`, { key: keys.admin });
  assert.equal(found.body.data.total, 0);
  const again = await flow.complete();
  assert.notEqual(again.status, 200, again.text);
  const token = await server.client.call('POST', `${api}/token/introspect`, { form: { token: verification_token }, key: keys.rp });
  assert.equal(token.body.active, false);
  const logs = await server.client.get(`${api}/logs?session_id=${flow.id}&event_type=personal_data_erased`, { key: keys.admin });
  assert.equal(logs.body.data.total, 1);
  const shown = await server.cli(['session', 'show', flow.id]);
  assert.ok(!`${shown.stdout}${shown.stderr}`.includes(flow.email));
  assertFails(await server.client.call('DELETE', `${api}/sessions/${'A'.repeat(26)}`, { key: keys.admin }), 404, 'SESSION_NOT_FOUND');
});
