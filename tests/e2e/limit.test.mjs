// API calls by the client's address, directly and behind a proxy; messages by number, block, session and in all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFails, Flow, newPhone } from './lib/flow.mjs';
import { Server } from './lib/server.mjs';
import { Twilio } from './lib/twilio.mjs';

const create = (server, options) => server.client.post('/api/verification/session/create', {}, options);

test('an address has its calls an hour, others have theirs, and a restart gives none back', async () => {
  const server = await Server.start({ env: { API_PER_HOUR: '10' } });
  try {
    for (let i = 0; i < 10; i++) assert.equal((await create(server, { from: '127.0.0.2' })).status, 200, `call ${i + 1}`);
    const reply = assertFails(await create(server, { from: '127.0.0.2' }), 429, 'RATE_LIMIT_EXCEEDED');
    assert.equal(reply.body.limit_type, 'ip');
    assert.ok(reply.body.retry_after > 0 && reply.body.retry_after <= 3600);
    assert.equal((await create(server, { from: '127.0.0.3' })).status, 200);
    await server.down();
    await server.up();
    assertFails(await create(server, { from: '127.0.0.2' }), 429, 'RATE_LIMIT_EXCEEDED');
  } finally {
    await server.stop();
  }
});

test('a hundred calls at once pass no more than are allowed', async () => {
  const server = await Server.start({ env: { API_PER_HOUR: '20' } });
  try {
    const replies = await Promise.all(Array.from({ length: 100 }, () => create(server)));
    assert.equal(replies.filter((reply) => reply.status === 200).length, 20);
  } finally {
    await server.stop();
  }
});

test('a forged X-Forwarded-For changes nothing', async () => {
  const server = await Server.start({ env: { API_PER_HOUR: '5' } });
  try {
    for (let i = 0; i < 5; i++) await create(server, { headers: { 'x-forwarded-for': `203.0.113.${i}` } });
    assertFails(await create(server, { headers: { 'x-forwarded-for': '203.0.113.99' } }), 429, 'RATE_LIMIT_EXCEEDED');
  } finally {
    await server.stop();
  }
});

test('behind a trusted proxy the right-most foreign hop counts', async () => {
  const server = await Server.start({ env: { API_PER_HOUR: '3', TRUSTED_PROXIES: '127.0.0.0/8, 10.0.0.0/8' } });
  try {
    const from = (hops) => create(server, { headers: { 'x-forwarded-for': hops } });
    for (let i = 0; i < 3; i++) assert.equal((await from(`198.51.100.${i}, 203.0.113.7, 10.1.2.3`)).status, 200);
    assertFails(await from('198.51.100.9, 203.0.113.7'), 429, 'RATE_LIMIT_EXCEEDED');
    assert.equal((await from('203.0.113.8')).status, 200);
  } finally {
    await server.stop();
  }
});

test('every call counts, but those with an API key', async () => {
  const server = await Server.start({ env: { API_PER_HOUR: '3' } });
  try {
    const key = await server.apiKey('rp');
    const flow = await Flow.create(server);
    for (let i = 0; i < 2; i++) assert.equal((await flow.status()).status, 200);
    assertFails(await flow.status(), 429, 'RATE_LIMIT_EXCEEDED');
    for (let i = 0; i < 5; i++) assert.equal((await create(server, { key })).status, 200);
  } finally {
    await server.stop();
  }
});

test('guessing API keys counts as well', async () => {
  const server = await Server.start({ env: { API_PER_HOUR: '3' } });
  try {
    for (let i = 0; i < 3; i++) assertFails(await create(server, { key: `bk_${'0'.repeat(40)}${i}` }), 401, 'UNAUTHORIZED');
    assertFails(await create(server, { key: `bk_${'0'.repeat(40)}9` }), 429, 'RATE_LIMIT_EXCEEDED');
  } finally {
    await server.stop();
  }
});

test('an IPv6 network is one caller', async () => {
  const server = await Server.start({ env: { API_PER_HOUR: '3', TRUSTED_PROXIES: '127.0.0.1' } });
  try {
    const from = (ip) => create(server, { headers: { 'x-forwarded-for': ip } });
    for (let i = 1; i <= 3; i++) assert.equal((await from(`2001:db8:1:2:${i}::${i}`)).status, 200);
    assertFails(await from('2001:db8:1:2:ffff::1'), 429, 'RATE_LIMIT_EXCEEDED');
    assert.equal((await from('2001:db8:1:3::1')).status, 200);
  } finally {
    await server.stop();
  }
});

test('limits a day hold beside those an hour', async () => {
  const server = await Server.start({ clock: true, env: { API_PER_HOUR: '30', API_PER_DAY: '50', SMS_COOLDOWN_SECONDS: '0', SMS_PER_HOUR: '3', SMS_PER_DAY: '4', CODE_CHECKS_PER_DAY: '0' } });
  try {
    const flow = await Flow.create(server, {}, { from: '127.0.0.9' });
    for (let i = 0; i < 3; i++) assert.equal((await flow.sendPhone()).status, 200);
    assert.ok(assertFails(await flow.sendPhone(), 429, 'RATE_LIMIT_EXCEEDED').body.retry_after <= 3600);
    server.advance(3601);
    assert.equal((await flow.sendPhone()).status, 200);
    assert.ok(assertFails(await flow.sendPhone(), 429, 'RATE_LIMIT_EXCEEDED').body.retry_after > 80000);
    for (let i = 0; i < 28; i++) await flow.status();
    assert.ok(assertFails(await flow.status(), 429, 'RATE_LIMIT_EXCEEDED').body.retry_after <= 3600);
    server.advance(3601);
    for (let i = 0; i < 15; i++) assert.equal((await flow.status()).status, 200, `call ${i}`); // 5 + 30 before
    const reply = assertFails(await flow.status(), 429, 'RATE_LIMIT_EXCEEDED');
    assert.equal(reply.body.limit_type, 'ip');
    assert.ok(reply.body.retry_after > 70000, reply.text);
  } finally {
    await server.stop();
  }
});

test('a session has so many messages, whereto ever', async () => {
  const server = await Server.start({ env: { SESSION_SENDS_PER_HOUR: '3' } });
  try {
    const admin = await server.apiKey('admin');
    const flow = await Flow.create(server);
    for (let i = 0; i < 2; i++) assert.equal((await flow.sendPhone(newPhone())).status, 200);
    await flow.provePhone();
    const reply = assertFails(await flow.sendEmail(), 429, 'RATE_LIMIT_EXCEEDED');
    assert.equal(reply.body.limit_type, 'session');
    assert.equal((await (await Flow.create(server)).sendPhone()).status, 200);
    const logs = await server.client.get(`/api/verification/logs?session_id=${flow.id}&event_type=rate_limited`, { key: admin });
    assert.deepEqual(logs.body.data.items[0].metadata, { limit_type: 'session', limit: 'session_sends' });
  } finally {
    await server.stop();
  }
});

test('numbers outside the prefixes are refused, and a prefix that is none stops the start', async () => {
  const server = await Server.start({ env: { SMS_ALLOWED_PREFIXES: '+82101, +8211' } });
  try {
    const flow = await Flow.create(server);
    const reply = assertFails(await flow.sendPhone('010-2345-6789'), 422, 'INVALID_PHONE_NUMBER');
    assert.ok(reply.body.field_errors.phone_number);
    for (const phone of ['010-1234-5678', '011-234-5678']) assert.equal((await flow.sendPhone(phone)).status, 200);
  } finally {
    await server.stop();
  }
  await assert.rejects(Server.start({ env: { SMS_ALLOWED_PREFIXES: '010' } }), /SMS_ALLOWED_PREFIXES/);
  await assert.rejects(Server.start({ env: { SMS_BREAKER_WINDOW: '10' } }), /SMS_BREAKER_WINDOW/);
});

test('what the provider refuses takes nothing of any limit', async () => {
  const twilio = await Twilio.start();
  const server = await Server.start({ env: { ...twilio.env, SMS_BUDGET_PER_HOUR: '1', SESSION_SENDS_PER_HOUR: '1', SMS_PER_HOUR: '1' } });
  try {
    const flow = await Flow.create(server);
    twilio.mood = 'refuse';
    for (let i = 0; i < 3; i++) assertFails(await flow.sendPhone(), 502, 'DELIVERY_FAILED');
    twilio.mood = 'good';
    assert.equal((await flow.sendPhone()).status, 200);
    const other = await Flow.create(server);
    assert.equal(assertFails(await other.sendPhone(), 429, 'RATE_LIMIT_EXCEEDED').body.limit_type, 'sms');
    const { text } = await server.client.get('/metrics');
    assert.match(text, /^bonin_sms_budget_left 0$/m);
  } finally {
    await server.stop();
    await twilio.stop();
  }
});
