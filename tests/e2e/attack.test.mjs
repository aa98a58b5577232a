// What a hostile applicant, or bad luck in the middle of things, must not bring about.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertFails, Flow } from './lib/flow.mjs';
import { readTree } from './lib/image.mjs';
import { data, models, Server } from './lib/server.mjs';

const cards = join(data, 'cards_with_faces');
const manifest = existsSync(join(cards, 'manifest.json')) ? JSON.parse(readFileSync(join(cards, 'manifest.json'), 'utf8')) : [];
const hasModels = existsSync(join(models, 'manifest.json'));
const needsFaces = { skip: manifest.length === 0 ? 'no specimen cards in BONIN_DATA' : hasModels ? false : 'no face models' };
const card = (type, nth = 0) => {
  const entry = manifest.filter((item) => item.type === type && item.level === 0)[nth];
  return { ...entry, image: readFileSync(join(cards, entry.file)) };
};
const face = (name) => readFileSync(join(data, 'faces', name));

let server;
before(async () => (server = await Server.start()));
after(() => server?.stop());

test('of two documents at once only the one that took the step counts', needsFaces, async () => {
  const flow = await (await Flow.create(server, {})).proveBoth();
  const [mine, other] = [card('resident', 0), card('driver', 0)];
  const sent = [];
  for (const [type, image] of [['resident_card', mine.image], ['driver_license', other.image]]) {
    const reply = await flow.uploadDocument(type, image);
    assert.equal(reply.status, 200, reply.text);
    sent.push(reply.body.data.verification_id);
  }
  const verdicts = [];
  for (const id of sent) verdicts.push(await flow.judged('id-card', id));
  const first = verdicts.findIndex(({ status }) => status === 'success');
  const [taken, late] = first === 0 ? [mine, other] : [other, mine];
  assert.deepEqual(verdicts.map(({ status, errors }) => [status, ...(errors ?? [])]).sort(), [['failed', 'ALREADY_VERIFIED'], ['success']]);
  // The face on the second document must not pass for the person of the first.
  const forged = await flow.uploadFace(face(late.selfie));
  assert.equal(forged.status, 200, forged.text);
  assert.equal((await flow.judged('face', forged.body.data.verification_id)).status, 'rejected');
  const honest = await flow.uploadFace(face(taken.selfie));
  assert.equal((await flow.judged('face', honest.body.data.verification_id)).status, 'success');
  const result = (await flow.complete()).body.data;
  assert.equal(result.verified_name, taken.truth.name);
  assert.equal(result.personal_data.name, taken.truth.name);
  assert.equal(result.personal_data.id_card_type, taken === mine ? 'resident_card' : 'driver_license');
});

// Control: reading_of of work/face.c without is_portrait: the match is perfect, and its liveness has passed.
test('who has only a picture of the document does not pass for its holder', needsFaces, async () => {
  const flow = await (await Flow.create(server, {})).proveBoth();
  const mine = card('resident', 1);
  const document = await flow.uploadDocument('resident_card', mine.image);
  assert.equal((await flow.judged('id-card', document.body.data.verification_id)).status, 'success');
  const verdict = await flow.judged('face', (await flow.uploadFace(mine.image)).body.data.verification_id);
  assert.deepEqual([verdict.status, verdict.errors.includes('NOT_LIVE')], ['rejected', true], JSON.stringify(verdict));
  assert.equal(verdict.is_live_person, false);
  assert.equal((await flow.judged('face', (await flow.uploadFace(face(mine.selfie))).body.data.verification_id)).status, 'success');
});

// Control: the scores left in their columns by erase_checks of store/erasure.c.
test('erasing leaves no picture and no score behind', needsFaces, async () => {
  const admin = await server.apiKey('admin');
  const flow = await (await Flow.create(server, {})).proveBoth();
  const pictures = () => [...readTree(join(server.data, 'blobs'))].map(([path]) => path);
  const before = new Set(pictures());
  const mine = card('resident', 0);
  const document = await flow.uploadDocument('resident_card', mine.image);
  assert.equal((await flow.judged('id-card', document.body.data.verification_id)).status, 'success');
  const selfie = await flow.uploadFace(face(mine.selfie));
  assert.equal((await flow.judged('face', selfie.body.data.verification_id)).status, 'success');
  for (let i = 0; i < 50 && pictures().filter((path) => !before.has(path)).length > 3; i++) await sleep(100);
  assert.equal(pictures().filter((path) => !before.has(path)).length, 3, 'card, portrait and selfie are kept');
  const erased = await server.client.call('DELETE', `/api/verification/sessions/${flow.id}`, { key: admin });
  assert.equal(erased.status, 200, erased.text);
  assert.deepEqual(pictures().filter((path) => !before.has(path)), []);
  const read = (await flow.get(`/id-card/${document.body.data.verification_id}/status`)).body;
  assert.deepEqual([read.status, read.confidence_score, read.name_match, read.birth_date_match, read.advice], ['success', null, null, null, null]);
  const compared = (await flow.get(`/face/${selfie.body.data.verification_id}/status`)).body;
  assert.deepEqual([compared.status, compared.similarity_score, compared.liveness_score, compared.is_live_person], ['success', null, null, null]);
  const shown = JSON.parse((await server.cli(['session', 'show', flow.id])).stdout);
  assert.deepEqual([shown.document.confidence_score, shown.face.similarity_score, shown.face.liveness_score], [null, null, null]);
});

test('a stop while a picture is read waits for it, and ends well', needsFaces, async () => {
  const own = await Server.start();
  const flow = await (await Flow.create(own, {})).proveBoth();
  const sent = await flow.uploadDocument('resident_card', card('resident').image);
  assert.equal(sent.status, 200, sent.text);
  await flow.judged('id-card', sent.body.data.verification_id, 60, ['pending']);
  assert.deepEqual(await own.down(), { status: 0, signal: null });
  await own.up();
  assert.equal((await flow.get(`/id-card/${sent.body.data.verification_id}/status`)).body.status, 'success');
  await own.stop();
});

test('an expected birth date that no document could have is refused, not passed over', async () => {
  for (const birth_date of ['9999-01-01', '2023-02-29', '+990-01-01', '1990-1-1']) {
    const flow = new Flow(server);
    const reply = await flow.post('/session/create', { expected: { name: '홍길동', birth_date } });
    assert.equal(reply.status, 422, `${birth_date}: ${reply.text}`);
    assert.ok(reply.body.field_errors['expected.birth_date']);
  }
});

test('refused sendings are told in the log, and do not flood it', async () => {
  const admin = await server.apiKey('admin');
  const flow = await Flow.create(server);
  assert.equal((await flow.sendPhone()).status, 200);
  for (let i = 0; i < 5; i++) assertFails(await flow.sendPhone(), 429, 'SMS_COOLDOWN_ACTIVE');
  const logs = await server.client.get(`/api/verification/logs?session_id=${flow.id}&event_type=rate_limited`, { key: admin });
  assert.equal(logs.body.data.total, 1, logs.text);
  assert.deepEqual(logs.body.data.items[0].metadata, { limit_type: 'sms' });
  assert.equal(logs.body.data.items[0].ip_address, '127.0.0.1');
});

test('what waits when the server stops holds it up not, and is done after the next start', needsFaces, async () => {
  const own = await Server.start();
  const image = card('resident').image;
  const flows = await Promise.all(Array.from({ length: 8 }, async () => (await Flow.create(own, {})).proveBoth()));
  const ids = [];
  for (const flow of flows) ids.push((await flow.uploadDocument('resident_card', image)).body.data.verification_id);
  assert.equal((await flows[7].get(`/id-card/${ids[7]}/status`)).body.status, 'pending');
  assert.equal((await own.down()).status, 0);
  await own.up();
  const statuses = await Promise.all(flows.map(async (flow, i) => (await flow.get(`/id-card/${ids[i]}/status`)).body.status));
  assert.ok(statuses.includes('pending'), statuses.join());
  for (const [i, flow] of flows.entries()) assert.equal((await flow.judged('id-card', ids[i], 30)).status, 'success');
  await own.stop();
});

test('a clock that is set back lengthens no code', async () => {
  const own = await Server.start({ clock: true });
  try {
    const flow = await Flow.create(own);
    await flow.sendPhone();
    own.advance(-3600);
    const first = await flow.verifyPhone(await flow.smsCode());
    assert.ok([409, 410].includes(first.status), first.text); // it is voided as soon as the jump is noticed
    await new Promise((done) => setTimeout(done, 2000));
    own.advance(3600);
    assertFails(await flow.verifyPhone(await flow.smsCode()), 409, 'NO_PENDING_VERIFICATION');
  } finally {
    await own.stop();
  }
});

test('spellings of one mail address share its limits', async () => {
  const flows = await Promise.all([1, 2].map(async () => {
    const flow = await Flow.create(server);
    await flow.provePhone();
    return flow;
  }));
  const email = flows[0].email;
  assert.equal((await flows[0].sendEmail(email)).status, 200);
  assertFails(await flows[1].sendEmail(email.toUpperCase()), 429, 'EMAIL_COOLDOWN_ACTIVE');
});
