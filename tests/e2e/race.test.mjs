// What many requests at once must not gain. Each server here answers with many connections at a time.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Flow, newPhone } from './lib/flow.mjs';
import { completeAtOnce, guessAtOnce, MANY, proveEmailAtOnce, tally, verifyAtOnce } from './lib/race.mjs';
import { wrongCode } from './lib/codes.mjs';
import { accepting, needsLiar, selfie } from './lib/liveness.mjs';
import { Server } from './lib/server.mjs';

let server, admin;
before(async () => {
  server = await Server.start();
  admin = await server.apiKey('admin');
});
after(() => server?.stop());

test(`of ${MANY} wrong codes at once five are looked at`, async () => {
  for (let round = 0; round < 3; round++) {
    const { counts, left, late } = await guessAtOnce(server);
    assert.deepEqual(counts, { INVALID_CODE: 5, MAX_ATTEMPTS_EXCEEDED: MANY - 5 });
    assert.deepEqual(left, [0, 1, 2, 3, 4]);
    assert.equal(late.status, 429, late.text);
  }
});

test('among many wrong codes at once the right one has no more than five chances', async () => {
  const flow = await Flow.create(server);
  await flow.sendPhone();
  const code = await flow.smsCode();
  const guesses = Array.from({ length: MANY }, (_, i) => (i === MANY - 1 ? code : wrongCode(code, i + 1)));
  const counts = tally(await Promise.all(guesses.map((guess) => flow.verifyPhone(guess))));
  assert.ok((counts.INVALID_CODE ?? 0) + (counts.OK ?? 0) <= 5, JSON.stringify(counts));
});

test(`of ${MANY} right codes at once one is the first`, async () => {
  const { counts, events } = await verifyAtOnce(server, admin);
  assert.deepEqual([counts.OK, events], [1, 1], JSON.stringify(counts));
});

test(`of ${MANY} that prove one address by code and by link one does`, async () => {
  const { counts, events } = await proveEmailAtOnce(server, admin);
  assert.ok((counts.OK ?? 0) <= 1, JSON.stringify(counts));
  assert.equal(events, 1);
});

test(`${MANY} completions at once give one token and one event`, async () => {
  assert.deepEqual(await completeAtOnce(server, admin), { tokens: 1, results: 1, events: 1 });
});

test('of many sends to one number at once one goes out', async () => {
  const phone = newPhone();
  const flows = await Promise.all(Array.from({ length: 50 }, () => Flow.create(server)));
  const counts = tally(await Promise.all(flows.map((flow) => flow.sendPhone(phone))));
  assert.equal(counts.OK, 1, JSON.stringify(counts));
  assert.equal(counts.SMS_COOLDOWN_ACTIVE, 49, JSON.stringify(counts));
});

// bonin-vision is a stand-in that accepts every card and face. Controls: the row's status as it was before picture_take_step;
// load_face of cmd/session.c with the latest alone; selfie_repeated there as a bool.
test('of documents, and of selfies, at once one is accepted, and the others do not say so', needsLiar, async () => {
  await Server.with({ env: { ...accepting, WORKERS: '4' } }, async (server) => {
    const admin = await server.apiKey('admin');
    let lateInAll = 0;
    for (let round = 0; round < 4; round++) {
      const flow = await (await Flow.create(server, {})).proveBoth();
      const sendAll = async (kind, send) => {
        const replies = await Promise.all(Array.from({ length: 5 }, () => send()));
        const taken = replies.filter(({ status }) => status === 200); // others came when the first was accepted
        const verdicts = await Promise.all(taken.map(({ body }) => flow.judged(kind, body.data.verification_id)));
        const late = verdicts.filter(({ status }) => status !== 'success');
        assert.equal(verdicts.length - late.length, 1, JSON.stringify(verdicts));
        late.forEach((verdict) => assert.deepEqual([verdict.status, verdict.errors], ['failed', ['ALREADY_VERIFIED']]));
        return late.length;
      };
      const late = await sendAll('id-card', () => flow.uploadDocument('resident_card', selfie)) + await sendAll('face', () => flow.uploadFace(selfie));
      const { body } = await server.client.call('GET', `/api/verification/logs?session_id=${flow.id}&page_size=100`, { key: admin });
      const told = body.data.items.filter(({ event_type }) => event_type === 'verification_failed').map(({ metadata }) => [metadata.status, ...metadata.errors].join());
      assert.deepEqual(told, Array(late).fill('failed,ALREADY_VERIFIED'));
      lateInAll += late;
      const shown = async () => JSON.parse((await server.cli(['session', 'show', flow.id])).stdout);
      const { document, face } = await shown();
      assert.deepEqual([document.status, face.status, face.errors, face.selfie_repeated], ['success', 'success', undefined, false]);
      assert.equal((await flow.complete()).status, 200);
      assert.equal((await server.cli(['session', 'erase', flow.id])).status, 0);
      assert.equal((await shown()).face.selfie_repeated, null);
    }
    const { text } = await server.client.get('/metrics');
    const counted = [...text.matchAll(/^bonin_verdict_errors_total\{kind="\w+",code="ALREADY_VERIFIED"\} (\d+)$/gm)].map(([, count]) => Number(count));
    assert.equal(counted.reduce((sum, count) => sum + count, 0), lateInAll, text);
  });
});

test('many flows at once end each with its own', async () => {
  const flows = await Promise.all(Array.from({ length: 40 }, async () => (await Flow.create(server)).proveBoth()));
  const done = await Promise.all(flows.map((flow) => flow.complete()));
  done.forEach((reply, i) => assert.equal(reply.body.data.verified_email, flows[i].email));
});
