// Providers that work, refuse, fail and hang.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { codeIn } from './lib/mail.mjs';
import { assertFails, e164, Flow } from './lib/flow.mjs';
import { freePort, Server } from './lib/server.mjs';
import { account, Twilio } from './lib/twilio.mjs';

let twilio;
let server;
before(async () => {
  twilio = await Twilio.start();
  server = await Server.start({ env: twilio.env });
});
after(async () => {
  await server?.stop();
  await twilio?.stop();
});
beforeEach(() => (twilio.mood = 'good'));

const sentTo = (flow) => twilio.messages.filter((message) => message.To === e164(flow.phone));

test('Twilio is asked as its protocol says, and the code of the message is good', async () => {
  const flow = await Flow.create(server);
  const sent = await flow.sendPhone();
  assert.equal(sent.body.data.delivery, 'sent');
  const [message] = sentTo(flow);
  assert.equal(message.From, account.from);
  assert.equal(message.ContentRetention, 'discard');
  assert.equal(message.AddressRetention, 'obfuscate');
  assert.equal(message.ValidityPeriod, '600');
  assert.ok(message.StatusCallback.startsWith(server.origin), message.StatusCallback);
  assert.equal((await flow.verifyPhone(codeIn(message.Body))).status, 200);
});

test('a refusal is DELIVERY_FAILED, is not counted, and leaves no code behind', async () => {
  const flow = await Flow.create(server);
  twilio.mood = 'refuse';
  assertFails(await flow.sendPhone(), 502, 'DELIVERY_FAILED');
  const refused = codeIn(sentTo(flow)[0].Body);
  const late = await flow.verifyPhone(refused);
  assert.equal(late.status, 409, late.text);
  for (let i = 0; i < 6; i++) assertFails(await flow.sendPhone(), 502, 'DELIVERY_FAILED');
  twilio.mood = 'good';
  assert.equal((await flow.sendPhone()).status, 200);
  const key = await server.apiKey('admin');
  const logs = await server.client.get(`/api/verification/logs?session_id=${flow.id}&event_type=delivery_failed`, { key });
  assert.equal(logs.body.data.total, 7);
});

test('a provider that fails for a while is asked again', async () => {
  const flow = await Flow.create(server);
  twilio.mood = 'fail';
  const sending = flow.sendPhone();
  while (sentTo(flow).length === 0) await new Promise((done) => setTimeout(done, 20));
  twilio.mood = 'good';
  const sent = await sending;
  assert.equal(sent.status, 200, sent.text);
  for (let i = 0; i < 600 && !sentTo(flow).some((message) => message.sid); i++) await new Promise((done) => setTimeout(done, 50));
  const arrived = sentTo(flow).find((message) => message.sid);
  assert.ok(arrived, 'it was not asked again');
  assert.equal((await flow.verifyPhone(codeIn(arrived.Body))).status, 200);
});

test('a provider that hangs does not hold the request, nor the others', async () => {
  const flow = await Flow.create(server);
  twilio.mood = 'hang';
  const started = performance.now();
  const sending = flow.sendPhone(flow.phone, { timeout: 20000 });
  const other = await Flow.create(server);
  assert.equal((await other.status()).status, 200);
  const sent = await sending;
  assert.ok(performance.now() - started < 10000, `${performance.now() - started} ms`);
  assert.equal(sent.status, 200, sent.text);
  assert.equal(sent.body.data.delivery, 'queued');
});

test('the status callback is believed only with its signature', async () => {
  const flow = await Flow.create(server);
  await flow.sendPhone();
  const [message] = sentTo(flow);
  const path = message.StatusCallback.slice(server.origin.length);
  const fields = { MessageSid: message.sid, MessageStatus: 'delivered', To: message.To, From: message.From, AccountSid: account.sid };
  const call = (signature, form = fields) => server.client.call('POST', path, { form, headers: signature ? { 'x-twilio-signature': signature } : {} });
  assertFails(await call(null), 403, 'FORBIDDEN');
  assertFails(await call(Twilio.sign(message.StatusCallback, fields, 'another token')), 403, 'FORBIDDEN');
  const signature = Twilio.sign(message.StatusCallback, fields);
  assertFails(await call(signature, { ...fields, MessageStatus: 'failed' }), 403, 'FORBIDDEN');
  // The provider's name of the message is noted just after the answer.
  let told = await call(signature);
  for (let i = 0; i < 40 && told.status === 404; i++) {
    await new Promise((done) => setTimeout(done, 50));
    told = await call(signature);
  }
  assert.equal(told.status, 204, told.text);
});

test('a mail server that is not there queues the mail, and one that refuses the address is told', async () => {
  // Speaks SMTP as far as RCPT, which it refuses for good.
  const smtp = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 specimen.example ESMTP\r\n');
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').filter(Boolean)) {
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === 'RCPT') socket.write('550 5.1.1 no such user\r\n');
        else if (verb === 'QUIT') socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  });
  await new Promise((done) => smtp.listen(0, '127.0.0.1', done));
  const env = { EMAIL_BACKEND: 'smtp', EMAIL_HOST: '127.0.0.1', EMAIL_PORT: String(smtp.address().port), EMAIL_USE_TLS: 'false', EMAIL_FROM: 'bonin@example.org' };
  const refusing = await Server.start({ env });
  const absent = await Server.start({ env: { ...env, EMAIL_PORT: String(await freePort()) } });
  try {
    const flow = await Flow.create(refusing);
    await flow.provePhone();
    assertFails(await flow.sendEmail(), 502, 'DELIVERY_FAILED');
    const patient = await Flow.create(absent);
    await patient.provePhone();
    const sent = await patient.sendEmail(patient.email, { timeout: 20000 });
    assert.ok(sent.status === 502 || sent.body.data.delivery === 'queued', sent.text);
  } finally {
    smtp.close();
    await refusing.stop();
    await absent.stop();
  }
});

test('a code that a newer one has replaced is not sent any more', async () => {
  const own = await Server.start({ env: { ...twilio.env, SMS_COOLDOWN_SECONDS: '0' } });
  try {
    const flow = await Flow.create(own);
    twilio.mood = 'fail';
    const first = flow.sendPhone();
    while (sentTo(flow).length === 0) await new Promise((done) => setTimeout(done, 20));
    twilio.mood = 'good';
    assert.equal((await flow.sendPhone()).body.data.delivery, 'sent');
    await first;
    await new Promise((done) => setTimeout(done, 1500));
    assert.deepEqual(sentTo(flow).map(({ mood }) => mood), ['fail', 'good']);
    assert.equal((await flow.verifyPhone(codeIn(sentTo(flow)[1].Body))).status, 200);
  } finally {
    await own.stop();
  }
});

test('a provider that hangs does not hold up those who ask for something else', async () => {
  const own = await Server.start({ env: twilio.env });
  try {
    const flows = await Promise.all(Array.from({ length: 150 }, () => Flow.create(own)));
    twilio.mood = 'hang';
    const sending = flows.map((flow) => flow.sendPhone(undefined, { timeout: 60000 }));
    await new Promise((done) => setTimeout(done, 200));
    const asked = performance.now();
    assert.equal((await flows[0].status()).status, 200);
    assert.ok(performance.now() - asked < 3000, `${performance.now() - asked} ms`);
    for (const sent of await Promise.all(sending)) assert.equal(sent.body.data.delivery, 'queued');
  } finally {
    twilio.mood = 'good';
    await own.stop();
  }
});
