// Consent: what the applicant agrees to is written down before the first of their data.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertFails, Flow } from './lib/flow.mjs';
import { png } from './lib/image.mjs';
import { Server } from './lib/server.mjs';

const api = '/api/verification';
const image = png(640, 400, (x, y) => [x & 255, y & 255, 0]);
let server;
let text;
let key;
before(async () => {
  server = await Server.start({ env: { CONSENT_REQUIRED: 'true', RETENTION_DAYS: '365', SERVICE_NAME: '한국은행' } });
  text = (await server.client.get(`${api}/consent`)).body.data;
  key = await server.apiKey('admin');
});
after(() => server?.stop());

const request = (items, lang = 'ko', from = text) => ({
  version: from.version,
  text_sha256: from.texts[lang].text_sha256,
  items,
  purpose: from.texts[lang].purpose,
  retention_days: from.retention_days,
});
const agree = (flow, json) => flow.post(`/session/${flow.key}/consent`, json);
const events = async (flow) => (await server.client.get(`${api}/logs?session_id=${flow.id}&event_type=consent_given`, { key })).body.data.items;

test('the text is told in both languages, with the hash of what is shown', () => {
  assert.equal(text.required, true);
  assert.equal(text.retention_days, 365);
  for (const words of Object.values(text.texts)) {
    assert.equal(createHash('sha256').update(words.text, 'utf8').digest('hex'), words.text_sha256);
    assert.deepEqual(words.items.map(({ item }) => item), ['phone', 'email', 'document', 'face']);
    assert.ok(words.text.startsWith(words.intro) && words.purpose.includes('한국은행') && words.text.includes('365'));
    for (const item of words.items) assert.ok(words.text.includes(`${item.title}\n${item.text}`));
  }
});

test('no step begins before its item was agreed to', async () => {
  const flow = await Flow.create(server);
  assert.equal((await flow.status()).body.consent_required, true);
  assertFails(await flow.sendPhone(), 409, 'CONSENT_REQUIRED');
  assert.equal(server.messages().length, 0);

  const first = await agree(flow, request(['phone']));
  assert.equal(first.status, 200, first.text);
  assert.deepEqual([first.body.data.items, first.body.data.consent_required], [['phone'], true]);
  await flow.provePhone();
  assertFails(await flow.sendEmail(), 409, 'CONSENT_REQUIRED');

  const second = await agree(flow, request(['email'], 'en'));
  assert.deepEqual([second.body.data.items, second.body.data.consent_required], [['phone', 'email'], false]);
  assert.equal((await flow.status()).body.consent_required, false);
  await flow.proveEmail();
  assert.equal((await flow.complete()).status, 200);
});

test('a document and a face want their own', async () => {
  const flow = await Flow.create(server, { full_verification: true });
  await agree(flow, request(['phone', 'email']));
  assert.equal((await flow.status()).body.consent_required, true);
  await flow.proveBoth();
  assertFails(await flow.uploadDocument('passport', image), 409, 'CONSENT_REQUIRED');
  await agree(flow, request(['document']));
  assert.equal((await flow.uploadDocument('passport', image)).status, 200);
  assert.equal((await flow.status()).body.consent_required, true, 'the face is missing still');
});

test('what was agreed to is kept, and shown: text, items, purpose, retention, time and address', async () => {
  const flow = await Flow.create(server);
  await agree(flow, request(['phone', 'email'], 'en'));
  await agree(flow, request(['email', 'phone'], 'ko')); /* again: nothing new */
  const shown = JSON.parse((await server.cli(['session', 'show', flow.id])).stdout);
  assert.equal(shown.consents.length, 1);
  const [{ at, ...consent }] = shown.consents;
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60000);
  assert.deepEqual(consent, {
    items: 'phone,email',
    version: text.version,
    text_sha256: text.texts.en.text_sha256,
    language: 'en',
    purpose: text.texts.en.purpose,
    retention_days: 365,
    ip: '127.0.0.1',
  });
  const [event, ...more] = await events(flow);
  assert.deepEqual(more, []);
  assert.deepEqual(event.metadata, { version: text.version, text_sha256: text.texts.en.text_sha256, items: 'phone,email' });
  await server.client.call('DELETE', `${api}/sessions/${flow.id}`, { key });
  const left = JSON.parse((await server.cli(['session', 'show', flow.id])).stdout).consents;
  assert.deepEqual(left, [{ ...shown.consents[0], ip: null }], 'the record stays, the address does not');
});

test('what is not the present text is not agreed to', async () => {
  const flow = await Flow.create(server);
  const good = request(['phone']);
  const wrong = [
    { ...good, version: '0' },
    { ...good, text_sha256: 'f'.repeat(64) },
    { ...good, text_sha256: 'no hash' },
    { ...good, purpose: text.texts.en.purpose },
    { ...good, retention_days: 1 },
    { ...good, retention_days: -1 },
    { ...good, retention_days: '365' },
    { ...good, items: [] },
    { ...good, items: ['iris'] },
    { ...good, items: 'phone' },
    { ...good, items: undefined },
    { ...good, version: undefined },
  ];
  for (const json of wrong) assertFails(await agree(flow, json), 422, 'VALIDATION_FAILED');
  assertFails(await flow.sendPhone(), 409, 'CONSENT_REQUIRED');
  assert.deepEqual(await events(flow), []);
  assertFails(await server.client.post(`${api}/session/${'x'.repeat(47)}/consent`, good), 404, 'SESSION_NOT_FOUND');
});

test('a watcher is told as soon as it is given', async () => {
  const flow = await Flow.create(server);
  const seen = [];
  await server.client.events(`${api}/session/${flow.key}/events`, ({ data }) => {
    seen.push(data.consent_required);
    if (seen.length === 1) void agree(flow, request(['phone', 'email']));
    return data.consent_required === false;
  });
  assert.deepEqual(seen, [true, false]);
});

test('where it is not asked for, nothing is different', async () => {
  const open = await Server.start();
  try {
    const flow = await Flow.create(open);
    assert.ok(!('consent_required' in (await flow.status()).body));
    await flow.proveBoth();
    assert.equal((await flow.complete()).status, 200);
    const { data } = (await open.client.get(`${api}/consent`)).body;
    assert.deepEqual([data.required, data.retention_days], [false, 0]);
    const other = await Flow.create(open);
    assert.equal((await agree(other, request(['phone'], 'ko', data))).status, 200, 'it can be given all the same');
  } finally {
    await open.stop();
  }
});

test('a text of one’s own is used, and must keep what it promises', async () => {
  const own = await Server.start();
  try {
    const file = join(own.dir, 'consent.json');
    const { data } = (await own.client.get(`${api}/consent`)).body;
    await own.down();
    data.version = '2026-07';
    data.retention_days = 90;
    data.texts.ko.intro = '{service}의 새 동의서입니다.';
    writeFileSync(file, JSON.stringify(data));
    own.env.CONSENT_FILE = file;
    const refused = await own.cli(['serve', '--listen', '127.0.0.1:0']);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /CONSENT_FILE.*RETENTION_DAYS/);
    own.env.RETENTION_DAYS = '90';
    await own.up();
    const read = (await own.client.get(`${api}/consent`)).body.data;
    assert.equal(read.version, '2026-07');
    assert.equal(read.texts.ko.intro, 'bonin의 새 동의서입니다.');
    assert.notEqual(read.texts.ko.text_sha256, data.texts.ko.text_sha256);
    assert.equal(read.texts.en.text_sha256, data.texts.en.text_sha256);
  } finally {
    await own.stop();
  }
});
