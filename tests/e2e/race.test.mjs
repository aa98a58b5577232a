// What many requests at once must not gain. Each server here answers with many connections at a time.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { wrongCode } from './lib/codes.mjs';
import { Flow, newPhone } from './lib/flow.mjs';
import { Server } from './lib/server.mjs';

const MANY = 200;
let server;
before(async () => (server = await Server.start()));
after(() => server?.stop());

function tally(replies) {
  const counts = {};
  for (const { status, body } of replies) {
    const name = status === 200 ? 'OK' : body.errors[0];
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

test(`of ${MANY} wrong codes at once five are looked at`, async () => {
  for (let round = 0; round < 3; round++) {
    const flow = await Flow.create(server);
    await flow.sendPhone();
    const code = await flow.smsCode();
    const replies = await Promise.all(Array.from({ length: MANY }, (_, i) => flow.verifyPhone(wrongCode(code, i + 1))));
    const counts = tally(replies);
    assert.equal(counts.INVALID_CODE, 5, JSON.stringify(counts));
    assert.equal(counts.MAX_ATTEMPTS_EXCEEDED, MANY - 5, JSON.stringify(counts));
    const left = replies.filter((reply) => reply.status === 400).map((reply) => reply.body.data.attempts_remaining);
    assert.deepEqual(left.sort(), [0, 1, 2, 3, 4]);
    const late = await flow.verifyPhone(code);
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
  const flow = await Flow.create(server);
  await flow.sendPhone();
  const code = await flow.smsCode();
  const counts = tally(await Promise.all(Array.from({ length: MANY }, () => flow.verifyPhone(code))));
  assert.equal(counts.OK, 1, JSON.stringify(counts));
});

test(`${MANY} completions at once give one token and one event`, async () => {
  const key = await server.apiKey('admin');
  const flow = await Flow.create(server);
  await flow.proveBoth();
  const replies = await Promise.all(Array.from({ length: MANY }, () => flow.complete()));
  for (const reply of replies) assert.equal(reply.status, 200, reply.text);
  assert.equal(new Set(replies.map((reply) => reply.body.data.verification_token)).size, 1);
  assert.equal(new Set(replies.map((reply) => reply.body.data.id_token)).size, 1);
  const logs = await server.client.get(`/api/verification/logs?session_id=${flow.id}&event_type=verification_completed`, { key });
  assert.equal(logs.body.data.total, 1);
});

test('of many sends to one number at once one goes out', async () => {
  const phone = newPhone();
  const flows = await Promise.all(Array.from({ length: 50 }, () => Flow.create(server)));
  const counts = tally(await Promise.all(flows.map((flow) => flow.sendPhone(phone))));
  assert.equal(counts.OK, 1, JSON.stringify(counts));
  assert.equal(counts.SMS_COOLDOWN_ACTIVE, 49, JSON.stringify(counts));
});

test('many flows at once end each with its own', async () => {
  const flows = await Promise.all(Array.from({ length: 40 }, async () => (await Flow.create(server)).proveBoth()));
  const done = await Promise.all(flows.map((flow) => flow.complete()));
  done.forEach((reply, i) => assert.equal(reply.body.data.verified_email, flows[i].email));
});
