// The breaker of SMS: sending stops when of the last codes too few come back, and finds its way again.
// Controls: without breaker_pass the refusals are missing; without the row in the store the restart forgets; without
// the trials all that ask while it is half open get one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertFails, Flow } from './lib/flow.mjs';
import { Server, store } from './lib/server.mjs';
import { Twilio } from './lib/twilio.mjs';

const WINDOW = 50;
const env = { SMS_BREAKER_WINDOW: String(WINDOW), SMS_BREAKER_SHARE: '0.2', SMS_BREAKER_GRACE_SECONDS: '30', SMS_BREAKER_PAUSE_MINUTES: '5', SMS_COOLDOWN_SECONDS: '0' };
const look = () => sleep(1100); // the server looks once a second

// `count` codes to as many numbers, of which the first `returned` are typed in; the last reply.
async function send(server, count, returned = 0) {
  let reply;
  for (let i = 0; i < count; i++) {
    const flow = await Flow.create(server);
    reply = await flow.sendPhone();
    if (reply.status !== 200) return reply;
    if (i < returned) assert.equal((await flow.verifyPhone(await flow.smsCode())).status, 200);
  }
  return reply;
}

async function state(server) {
  const { text } = await server.client.get('/metrics');
  return /^bonin_sms_breaker\{state="(\w+)"\} 1$/m.exec(text)[1];
}

async function refused(server, most) {
  const reply = assertFails(await send(server, 1), 429, 'RATE_LIMIT_EXCEEDED');
  assert.equal(reply.body.limit_type, 'sms');
  // Seconds are counted whole, and a request may have begun a moment before sending was stopped.
  assert.ok(reply.body.retry_after > 0 && reply.body.retry_after <= most + 1, reply.text);
}

test('sending stops when too few codes come back, for a while, and over a restart', async () => {
  const server = await Server.start({ clock: true, env });
  try {
    const admin = await server.apiKey('admin');
    const events = async (type) => (await server.client.get(`/api/verification/logs?event_type=${type}`, { key: admin })).body.data;
    assert.equal((await send(server, WINDOW + 5, 9)).status, 200, 'people get their time');
    assert.equal(await state(server), 'closed');
    server.advance(31);
    await look();
    await refused(server, 300);
    assert.equal(await state(server), 'open');
    const stopped = await events('sending_stopped');
    assert.equal(stopped.total, 1);
    assert.deepEqual(stopped.items[0].metadata, { channel: 'phone', sent: WINDOW, returned: 4 });
    assert.match(server.logged, /"sms_breaker".*"open"/);
    const doctor = await server.cli(['doctor']);
    assert.match(doctor.stdout, /^WRONG sms breaker/m);
    const limited = await events('rate_limited');
    assert.deepEqual(limited.items[0].metadata, { limit_type: 'sms', limit: 'sms_breaker' });
    await server.down();
    await server.up();
    await refused(server, 300);

    // Half open: ten go out. None comes back, so it opens again.
    server.advance(300);
    assert.equal(await state(server), 'half_open');
    assert.equal((await send(server, 10)).status, 200);
    await refused(server, 30);
    server.advance(31);
    await look();
    await refused(server, 300);
    assert.equal(await state(server), 'open');

    // Two of ten come back: it closes, and what was before counts no more.
    server.advance(300);
    await look();
    assert.equal((await send(server, 10, 2)).status, 200);
    await look();
    assert.equal((await send(server, 2)).status, 200);
    assert.equal(await state(server), 'closed');
    assert.equal((await events('sending_resumed')).total, 1);
    server.advance(31);
    await look();
    assert.equal((await send(server, 2)).status, 200);
  } finally {
    await server.stop();
  }
});

test('where enough come back it stays closed, and 0 turns it off', async () => {
  await Promise.all([[{}, WINDOW / 5], [{ SMS_BREAKER_WINDOW: '0' }, 0]].map(async ([own, returned]) => {
    const server = await Server.start({ clock: true, env: { ...env, ...own } });
    try {
      assert.equal((await send(server, WINDOW, returned)).status, 200);
      server.advance(31);
      await look();
      assert.equal((await send(server, 1)).status, 200);
      assert.equal(await state(server), 'closed');
    } finally {
      await server.stop();
    }
  }));
});

test('what the provider refused says nothing about people', async () => {
  const twilio = await Twilio.start();
  const server = await Server.start({ clock: true, env: { ...env, ...twilio.env } });
  try {
    twilio.mood = 'refuse';
    for (let i = 0; i < WINDOW; i++) assertFails(await send(server, 1), 502, 'DELIVERY_FAILED');
    server.advance(31);
    await look();
    twilio.mood = 'good';
    assert.equal((await send(server, 1)).status, 200);
  } finally {
    await server.stop();
    await twilio.stop();
  }
});

test('the breaker is one for all processes', { skip: store === 'postgres' ? false : 'the embedded store has one process' }, async () => {
  const secret = { SECRET_KEY: 'a secret of the tests, 32 bytes or more' };
  const first = await Server.start({ clock: true, env: { ...env, ...secret } });
  const second = await Server.start({ store: 'sqlite', env: { ...env, ...secret, DATABASE_URL: first.database.url, BONIN_TEST_CLOCK: first.clock, LD_PRELOAD: first.env.LD_PRELOAD } });
  try {
    assert.equal((await send(first, WINDOW)).status, 200);
    assert.equal((await new Flow(second).post('/session/create', {})).status, 200);
    first.advance(31);
    await look();
    await refused(first, 300);
    await look();
    await refused(second, 300);
    assert.equal(await state(second), 'open');
  } finally {
    await second.stop();
    await first.stop();
  }
});
