// Pictures of faces go when they should, and who comes again is known to those who may know it, and to nobody else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertFails, Flow } from './lib/flow.mjs';
import { readTree } from './lib/image.mjs';
import { needsLiar, selfie, serve, verdict } from './lib/liveness.mjs';
import { Server } from './lib/server.mjs';
import { card, needsCards, needsFaces } from './lib/specimen.mjs';

const api = '/api/verification';
const day = 24 * 3600;
const every = ['phone', 'email', 'document', 'face'];
const types = { resident: 'resident_card', driver: 'driver_license', passport: 'passport' };

async function startWith(env) {
  const server = await Server.start({ clock: true, env: { SESSION_HOURS: '1', ...env } });
  server.admin = await server.apiKey('admin');
  return server;
}

async function agree(flow, items, lang = 'ko') {
  const { version, texts, retention_days } = (await flow.get('/consent')).body.data;
  const { text_sha256, purpose } = texts[lang];
  return flow.post(`/session/${flow.key}/consent`, { version, text_sha256, items, purpose, retention_days });
}

// A session of the relying party with this key, whose applicant agreed to `items`, at the face.
async function openAt(server, specimen, items, key) {
  const flow = await Flow.create(server, { full_verification: true }, key ? { key } : {});
  flow.options = {}; // from here on it is the applicant who calls
  if (items) assert.equal((await agree(flow, items)).status, 200);
  await flow.proveBoth();
  const sent = await flow.uploadDocument(types[specimen.type], readFileSync(specimen.file));
  const verdict = await flow.judged('id-card', sent.body.data.verification_id);
  assert.equal(verdict.status, 'success', JSON.stringify(verdict));
  return flow;
}

async function proveFace(flow, specimen) {
  const sent = await flow.uploadFace(readFileSync(specimen.selfie));
  assert.equal(sent.status, 200, sent.text);
  flow.face = sent.body.data.verification_id;
  const verdict = await flow.judged('face', flow.face);
  assert.equal(verdict.status, 'success', JSON.stringify(verdict));
  assert.equal(verdict.risk_signals, null, 'an applicant is not told');
  return flow;
}

async function verify(server, specimen, { items, key } = {}) {
  return proveFace(await openAt(server, specimen, items, key), specimen);
}

// What the office is told, as {signal: number}.
async function signals(server, flow, key = server.admin) {
  const told = (await server.client.get(`${api}/face/${flow.face}/status`, { key })).body.risk_signals;
  return told && Object.fromEntries(told.map(({ signal, earlier_sessions }) => [signal, earlier_sessions]));
}

async function until(what, condition) {
  for (const end = performance.now() + 20000; performance.now() < end; await sleep(50)) if (await condition()) return;
  assert.fail(`not so in 20 s: ${what}`);
}

// Cleanup runs at the start, and once a minute.
async function laterBy(server, seconds) {
  await server.down();
  server.advance(seconds);
  await server.up();
}

const show = async (server, id) => JSON.parse((await server.cli(['session', 'show', id])).stdout);
const receipts = async (server, id) => (await server.client.get(`${api}/logs?session_id=${id}&event_type=personal_data_erased`, { key: server.admin })).body.data.items;
const blobs = (server) => [...readTree(join(server.data, 'blobs'))].map(([path]) => path).filter((path) => /^[0-9a-f]{30}$/.test(basename(path)));
const kept = async (server) => Number((await server.cli(['doctor'])).stdout.match(/(\d+) people are kept/)[1]);

// Control: take erasure_faces_at_end out of completion.c: the pictures stay until the next cleanup.
test('pictures of the face go with the completed session, the card stays', needsFaces, async () => {
  const server = await startWith();
  try {
    const flow = await verify(server, card('resident'));
    assert.equal(blobs(server).length, 3, 'card, portrait, selfie');
    assert.equal((await show(server, flow.id)).faces_destroyed_at, null);
    assert.equal((await flow.complete()).status, 200);
    assert.equal(blobs(server).length, 1, 'at once, and not by a cleanup');
    const { document, face, faces_destroyed_at } = await show(server, flow.id);
    assert.deepEqual([document.picture, document.portrait, face.picture], [true, false, false]);
    assert.ok(faces_destroyed_at);
    const [receipt, ...more] = await receipts(server, flow.id);
    assert.deepEqual(more, []);
    assert.deepEqual(receipt.metadata, { reason: 'retention', what: 'faces', images: 2, who: { kind: 'bonin' } });
    const reveal = await server.client.post(`${api}/sessions/${flow.id}/reveal`, { reason: 'a test of retention', fields: ['verified_name'] }, { key: server.admin });
    assert.equal(reveal.body.data.faces_destroyed_at, faces_destroyed_at, 'who wants to look is told');
    const [listed] = (await server.client.get(`${api}/sessions`, { key: server.admin })).body.data.items;
    assert.equal(listed.faces_destroyed_at, faces_destroyed_at);
  } finally {
    await server.stop();
  }
});

// Control: take retain_faces out of the chores of cleanup.c.
test('an unfinished session takes its portrait with it when it expires', needsCards, async () => {
  const server = await startWith();
  try {
    const flow = await openAt(server, card('resident'));
    assert.equal(blobs(server).length, 2);
    await laterBy(server, 3601);
    await until('the portrait is gone', () => blobs(server).length === 1);
    const { status, faces_destroyed_at } = await show(server, flow.id);
    assert.ok(status === 'expired' && faces_destroyed_at);
  } finally {
    await server.stop();
  }
});

// Control: compare with created_at in session_find_faces, or let the days be 0.
test('with FACE_RETENTION_DAYS they stay for so many days after the end', needsFaces, async () => {
  const server = await startWith({ FACE_RETENTION_DAYS: '3' });
  try {
    const flow = await verify(server, card('resident'));
    await flow.complete();
    assert.equal(blobs(server).length, 3);
    await laterBy(server, 3 * day - 60);
    await sleep(500);
    assert.equal(blobs(server).length, 3);
    await laterBy(server, 120);
    await until('the faces are gone', () => blobs(server).length === 1);
    assert.equal((await receipts(server, flow.id))[0].metadata.what, 'faces');
    assert.match((await server.cli(['doctor'])).stdout, /ok +faces +pictures go 3 days/);
  } finally {
    await server.stop();
  }
});

test('the consent to be compared is an item of its own that nobody has to give', async () => {
  await Server.with({ env: { CONSENT_REQUIRED: 'true' } }, async (server) => {
    const { texts } = (await server.client.get(`${api}/consent`)).body.data;
    assert.deepEqual(texts.ko.items.map(({ item }) => item), every);
    const flow = await Flow.create(server, { full_verification: true });
    assertFails(await agree(flow, ['comparison']), 422, 'VALIDATION_FAILED');
  });
  await Server.with({ env: { CONSENT_REQUIRED: 'true', DUPLICATE_FACE_DAYS: '90' } }, async (server) => {
    const { texts } = (await server.client.get(`${api}/consent`)).body.data;
    for (const words of Object.values(texts)) {
      assert.deepEqual(words.items.map(({ item, optional }) => [item, optional]), [...every.map((item) => [item, false]), ['comparison', true]]);
      assert.ok(words.items[4].text.includes('90') && words.text.includes(words.items[4].text));
    }
    const flow = await Flow.create(server, { full_verification: true });
    const given = await agree(flow, every);
    assert.equal(given.body.data.consent_required, false, 'nothing that is needed is missing');
    assert.deepEqual((await agree(flow, ['comparison'], 'en')).body.data.items, [...every, 'comparison']);
  });
});

// The stand-in finds a face less alike where it was asked for a template. Control: `.template` by DUPLICATE_FACE_DAYS alone.
test('without that consent no template is made', needsLiar, async () => {
  const server = await serve({ env: { DUPLICATE_FACE_DAYS: '90' } });
  try {
    for (const [items, similarity] of [[[], 0.9], [['comparison'], 0.8]]) {
      const flow = await Flow.create(server, {});
      if (items.length) assert.equal((await agree(flow, items)).status, 200);
      await flow.proveBoth();
      const sent = await flow.uploadDocument('resident_card', selfie);
      assert.equal((await flow.judged('id-card', sent.body.data.verification_id)).status, 'success');
      const judged = await verdict(flow, await flow.uploadFace(selfie));
      assert.deepEqual([judged.status, judged.similarity_score], ['success', similarity], items.join());
    }
  } finally {
    await server.stop();
  }
});

// Control: let people_agreed say yes to everybody.
test('without that consent a face is neither compared nor kept, and without the face’s there is no step', needsFaces, async () => {
  const server = await startWith({ CONSENT_REQUIRED: 'true', DUPLICATE_FACE_DAYS: '90' });
  try {
    const specimen = card('resident');
    const flow = await openAt(server, specimen, ['phone', 'email', 'document']);
    assertFails(await flow.uploadFace(readFileSync(specimen.selfie)), 409, 'CONSENT_REQUIRED');
    await agree(flow, ['face']);
    await proveFace(flow, specimen);
    assert.equal(await signals(server, flow), null);
    assert.equal(await kept(server), 0);
    const next = await verify(server, specimen, { items: [...every, 'comparison'] });
    assert.deepEqual(await signals(server, next), {}, 'the first one left nothing');
    assert.equal(await kept(server), 1);
  } finally {
    await server.stop();
  }
});

// Controls: leave rp_id out of people_list; api_may_know_signs out of the face's status or of complete; the sealing out
// of people_add (its bytes are found); people_settle out of the verdict.
test('who comes again is told to the relying party and the office, and to nobody else', needsFaces, async () => {
  const server = await startWith({ DUPLICATE_FACE_DAYS: '90' });
  try {
    const [mine, theirs] = [await server.apiKey('rp', 'mine'), await server.apiKey('rp', 'theirs')];
    const asked = { items: ['comparison'], key: mine };
    const one = card('resident');
    const first = await verify(server, one, asked);
    assert.deepEqual(await signals(server, first), {});
    const again = await verify(server, one, asked);
    const expected = { FACE_SEEN: 1, DOCUMENT_SEEN: 1 };
    assert.deepEqual(await signals(server, again), expected);
    const elsewhere = await verify(server, one, { items: ['comparison'], key: theirs });
    assert.deepEqual(await signals(server, elsewhere), {}, 'relying parties are apart');
    assert.deepEqual(await signals(server, again, mine), expected);
    assert.equal(await signals(server, again, theirs), null);
    const applicants = (await again.complete()).body.data;
    assert.ok(!('risk_signals' in applicants));
    const told = [{ signal: 'FACE_SEEN', earlier_sessions: 1 }, { signal: 'DOCUMENT_SEEN', earlier_sessions: 1 }];
    assert.deepEqual((await again.complete({ key: mine })).body.data, { ...applicants, risk_signals: told });
    assert.deepEqual((await again.complete({ key: theirs })).body.data, applicants);
    assert.ok(!JSON.stringify((await again.status()).body).includes('FACE_SEEN'));
    assert.ok(!Buffer.from(applicants.id_token.split('.')[1], 'base64url').includes('FACE_SEEN'));
    const worth = await server.client.call('POST', `${api}/token/introspect`, { form: { token: applicants.verification_token }, key: mine });
    assert.deepEqual(worth.body.risk_signals, told);
    assert.deepEqual((await show(server, again.id)).risk_signals, told);
    const [entry] = (await server.client.get(`${api}/logs?session_id=${again.id}&event_type=face_verified`, { key: server.admin })).body.data.items;
    assert.deepEqual(entry.metadata.risk_signals, told);
    for (const [name, bytes] of readTree(server.data)) assert.equal(bytes.indexOf('BFT\x01'), -1, `${name} holds a template in clear`);
    assert.ok(!server.logged.includes('FACE_SEEN') && !/template|cosine/.test(server.logged));
  } finally {
    await server.stop();
  }
});

// Controls: leave `people` out of session_erase; people_keys_rewrap out of keys_rewrap; retain_people out of the chores.
test('what is kept to compare outlives a new SECRET_KEY, and goes by erasure and in its time', needsFaces, async () => {
  const server = await startWith({ DUPLICATE_FACE_DAYS: '10', SECRET_KEY: 'first-secret-of-this-test-0123456789abcdef' });
  try {
    const specimen = card('resident');
    const asked = { items: ['comparison'] };
    const first = await verify(server, specimen, asked);
    await server.down();
    Object.assign(server.env, { SECRET_KEY: 'second-secret-of-this-test-0123456789abcdef', SECRET_KEY_PREVIOUS: server.env.SECRET_KEY });
    await server.up();
    const rotated = await server.cli(['keys', 'rotate']);
    assert.equal(rotated.status, 0, rotated.stderr);
    await server.down();
    delete server.env.SECRET_KEY_PREVIOUS;
    await server.up();
    const second = await verify(server, specimen, asked);
    assert.deepEqual(await signals(server, second), { FACE_SEEN: 1, DOCUMENT_SEEN: 1 });

    assert.equal((await server.client.call('DELETE', `${api}/sessions/${first.id}`, { key: server.admin })).status, 200);
    assert.equal((await receipts(server, first.id))[0].metadata.templates, 1);
    assert.equal(await kept(server), 1);
    await laterBy(server, 10 * day - 600);
    await sleep(500);
    assert.equal(await kept(server), 1);
    await laterBy(server, 1200);
    await until('its time is over', async () => (await kept(server)) === 0);
    assert.ok((await receipts(server, second.id)).some(({ metadata }) => metadata.what === 'template'));

    await verify(server, specimen, asked);
    assert.equal(await kept(server), 1);
    await server.down();
    server.env.DUPLICATE_FACE_DAYS = '0';
    await server.up();
    await until('where it is off nothing is kept', async () => (await kept(server)) === 0);
  } finally {
    await server.stop();
  }
});

// Control: as in tests/contract/people.c.
test('of two who are judged at once one is the second', needsFaces, async () => {
  const server = await startWith({ DUPLICATE_FACE_DAYS: '10', WORKERS: '2' });
  try {
    const specimen = card('resident');
    const flows = [await openAt(server, specimen, ['comparison']), await openAt(server, specimen, ['comparison'])];
    await Promise.all(flows.map((flow) => proveFace(flow, specimen)));
    const told = await Promise.all(flows.map((flow) => signals(server, flow)));
    assert.deepEqual(told.map(({ FACE_SEEN }) => FACE_SEEN ?? 0).sort(), [0, 1]);
    assert.deepEqual(told.map(({ DOCUMENT_SEEN }) => DOCUMENT_SEEN ?? 0).sort(), [0, 1]);
  } finally {
    await server.stop();
  }
});
