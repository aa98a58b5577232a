// Sessions: creation, status, events, order of the steps, expiry, the result.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertFails, e164, Flow, newEmail, newPhone } from './lib/flow.mjs';
import { Server } from './lib/server.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.stop());

test('a basic session ends with the score 100 and what was proved', async () => {
  const flow = await Flow.create(server);
  assert.equal(flow.created.status, 'pending');
  assert.equal(flow.created.max_step, 2);
  assert.equal(flow.created.current_step, 1);
  const lives = Date.parse(flow.created.expires_at) - Date.parse(flow.created.created_at);
  assert.equal(lives, 24 * 3600 * 1000);

  const phone = await flow.provePhone();
  assert.deepEqual(phone.body.data, { verified: true, current_step: 2, next_step: 'email' });
  let status = (await flow.status()).body;
  assert.equal(status.status, 'phone_verified');
  assert.equal(status.verification_score, 50);
  assert.deepEqual(status.completed_steps, ['phone']);
  assert.deepEqual([status.phone_verified, status.email_verified], [true, false]);

  const email = await flow.proveEmail();
  assert.equal(email.body.data.next_step, null);
  status = (await flow.status()).body;
  assert.equal(status.status, 'email_verified');

  const done = (await flow.complete()).body.data;
  assert.equal(done.verified_phone, e164(flow.phone));
  assert.equal(done.verified_email, flow.email);
  assert.equal(done.verification_score, 100);
  assert.equal(done.verified_name, null);
  status = (await flow.status()).body;
  assert.equal(status.status, 'completed');
  assert.equal(status.verification_score, 100);
});

test('a full session has four steps of 25 points', async () => {
  const flow = await Flow.create(server, {});
  assert.equal(flow.created.max_step, 4);
  await flow.provePhone();
  const email = await flow.proveEmail();
  assert.equal(email.body.data.next_step, 'id_card');
  const { body } = await flow.status();
  assert.equal(body.verification_score, 50);
  assert.equal(body.current_step, 3);
  assertFails(await flow.complete(), 409, 'INCOMPLETE_VERIFICATION');
});

test('what the creator knows already is taken, checked, and not counted as proved', async () => {
  const phone_number = newPhone();
  const made = await new Flow(server).post('/session/create', {
    phone_number, email: newEmail(), expected: { name: '홍길동', birth_date: '1990-01-01' }, metadata: { order: 7, nested: { a: [1, null] } },
  });
  assert.equal(made.status, 200, made.text);
  const status = await server.client.get(`/api/verification/session/${made.body.data.session_key}/status`);
  assert.equal(status.body.phone_verified, false);
  assert.equal(status.body.status, 'pending');
});

test('a wrong field of creation is told by its name', async () => {
  const wrong = {
    phone_number: [{ phone_number: '02-123-4567' }, 'INVALID_PHONE_NUMBER'],
    email: [{ email: 'no address' }, 'INVALID_EMAIL'],
    full_verification: [{ full_verification: 'yes' }, 'VALIDATION_FAILED'],
    'expected.birth_date': [{ expected: { birth_date: '1990-02-30' } }, 'VALIDATION_FAILED'],
    metadata: [{ metadata: [1] }, 'VALIDATION_FAILED'],
  };
  for (const [field, [json, code]] of Object.entries(wrong)) {
    const reply = assertFails(await new Flow(server).post('/session/create', json), 422, code);
    const named = Object.keys(reply.body.field_errors);
    assert.ok(named.some((name) => name === field || name === field.split('.')[0] || name === field.split('.').pop()), `${field}: ${named}`);
  }
});

test('a session that is not there is not found, by every call that names one', async () => {
  const flow = Object.assign(new Flow(server), { key: 'A'.repeat(43) });
  assertFails(await flow.status(), 404, 'SESSION_NOT_FOUND');
  assertFails(await flow.get(`/session/${flow.key}/events`), 404, 'SESSION_NOT_FOUND');
  assertFails(await flow.sendPhone(), 404, 'SESSION_NOT_FOUND');
  assertFails(await flow.verifyPhone('123456'), 404, 'SESSION_NOT_FOUND');
  assertFails(await flow.sendEmail(), 404, 'SESSION_NOT_FOUND');
  assertFails(await flow.verifyEmail('123456'), 404, 'SESSION_NOT_FOUND');
  assertFails(await flow.complete(), 404, 'SESSION_NOT_FOUND');
});

test('the session id gives no access', async () => {
  const flow = await Flow.create(server);
  assertFails(await flow.get(`/session/${flow.id}/status`), 404, 'SESSION_NOT_FOUND');
});

test('a step out of its order is refused and changes nothing', async () => {
  const flow = await Flow.create(server, {});
  assertFails(await flow.sendEmail(), 409, 'STEP_OUT_OF_ORDER');
  assertFails(await flow.uploadFace(Buffer.from([0xff, 0xd8, 0xff, 0xe0])), 409, 'STEP_OUT_OF_ORDER');
  assertFails(await flow.complete(), 409, 'INCOMPLETE_VERIFICATION');
  assert.equal(server.mails(flow.email).length, 0);
  assert.equal((await flow.status()).body.status, 'pending');
});

test('a second verification of a step is refused', async () => {
  const flow = await Flow.create(server);
  await flow.provePhone();
  assertFails(await flow.sendPhone(newPhone()), 409, 'ALREADY_VERIFIED');
  await flow.proveEmail();
  assertFails(await flow.sendEmail(newEmail()), 409, 'ALREADY_VERIFIED');
});

test('a completed session changes no more, and completing again answers the same', async () => {
  const flow = await Flow.create(server);
  await flow.proveBoth();
  const first = await flow.complete();
  const second = await flow.complete();
  assert.deepEqual(second.body.data, first.body.data);
  assertFails(await flow.sendPhone(newPhone()), 409, 'SESSION_COMPLETED');
  assertFails(await flow.sendEmail(newEmail()), 409, 'SESSION_COMPLETED');
});

test('what is reported is what was proved, not what was sent to last', async () => {
  const flow = await Flow.create(server);
  const proved = flow.phone;
  await flow.provePhone();
  await flow.sendPhone(newPhone());
  await flow.proveEmail();
  const done = (await flow.complete()).body.data;
  assert.equal(done.verified_phone, e164(proved));
});

test('a code proves only the address it went to', async () => {
  const flow = await Flow.create(server);
  const other = newPhone();
  await flow.sendPhone();
  const code = await flow.smsCode();
  assertFails(await flow.verifyPhone(code, other), 409, 'NO_PENDING_VERIFICATION');
  assert.equal((await flow.status()).body.phone_verified, false);
});

test('events tell the status at once and at every change, and end with the session', async () => {
  const flow = await Flow.create(server);
  const seen = [];
  const waiting = new Map();
  const told = (status) => (seen.includes(status) ? null : new Promise((done) => waiting.set(status, done)));
  const stream = server.client.events(`/api/verification/session/${flow.key}/events`, ({ name, data, headers }) => {
    assert.equal(name, 'status');
    assert.match(headers['content-type'], /^text\/event-stream/);
    seen.push(data.status);
    waiting.get(data.status)?.();
    return data.status === 'completed';
  });
  // Changes that follow each other within a blink may be told as one: each is waited for.
  await told('pending');
  await flow.provePhone();
  await told('phone_verified');
  await flow.proveEmail();
  await told('email_verified');
  await flow.complete();
  await stream;
  assert.deepEqual([...new Set(seen)], ['pending', 'phone_verified', 'email_verified', 'completed']);
});

test('messages are in the language that was asked for', async () => {
  const flow = Object.assign(new Flow(server), { key: 'A'.repeat(43) });
  assert.match((await flow.status({ lang: 'ko-KR,ko;q=0.9' })).body.message, /[가-힣]/);
  assert.match((await flow.status({ lang: 'en-US,en;q=0.9,ko;q=0.5' })).body.message, /^[\x20-\x7e]+$/);
});

test('time ends a session, and says so', async () => {
  const timed = await Server.start({ clock: true });
  try {
    const flow = await Flow.create(timed);
    await flow.provePhone();
    timed.advance(24 * 3600 - 60);
    assert.equal((await flow.status()).body.is_expired, false);
    timed.advance(120);
    const status = (await flow.status()).body;
    assert.equal(status.is_expired, true);
    assert.equal(status.status, 'expired');
    for (const reply of [await flow.sendEmail(), await flow.complete()]) {
      assertFails(reply, 410, 'SESSION_EXPIRED');
      assert.equal(reply.body.new_session_required, true);
      assert.equal(Date.parse(reply.body.expired_at), Date.parse(flow.created.expires_at));
    }
  } finally {
    await timed.stop();
  }
});
