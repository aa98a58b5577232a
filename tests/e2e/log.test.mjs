// What the server writes about itself: typed lines of JSON that hold no key, code, number or address.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { e164, Flow } from './lib/flow.mjs';
import { Server, store } from './lib/server.mjs';
import { readTree } from './lib/image.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.stop());

const lines = () => server.logged.split('\n').filter((line) => line.startsWith('{'));

test('a flow leaves neither key, code, number nor address in the log, nor in the store', async () => {
  const flow = await Flow.create(server);
  await flow.sendPhone();
  await flow.verifyPhone(await flow.wrongSmsCode());
  await flow.verifyPhone(await flow.smsCode());
  await flow.proveEmail();
  const done = (await flow.complete()).body.data;
  await flow.status();
  const codes = [await flow.smsCode(), await flow.mailCode()];
  const secrets = [flow.key, flow.phone, flow.phone.slice(1), e164(flow.phone), flow.email, done.verification_token, done.id_token];
  for (const secret of secrets) assert.ok(!server.logged.includes(secret) && !server.printed.includes(secret), secret);
  for (const code of codes) assert.ok(!new RegExp(`\\b${code}\\b`).test(server.logged), code);
  if (store !== 'sqlite') return;
  for (const [name, bytes] of readTree(server.data)) {
    for (const secret of secrets) assert.equal(bytes.indexOf(Buffer.from(secret)), -1, `${name} holds ${secret}`);
  }
});

test('each request is one line of JSON, whatever the client sent', async () => {
  await new Promise((done) => setTimeout(done, 300)); // a line is written when its reply has gone
  const before = lines().length;
  const evil = ['a\nb', 'a\r\n{"level":"fake"}', '\u2028', '\u001b[31m', '"'].map((text) => encodeURIComponent(text));
  for (const text of evil) await server.client.get(`/nothing/${text}`, { unchecked: true, headers: { 'user-agent': 'x"y\\z' } });
  await new Promise((done) => setTimeout(done, 300));
  const added = lines().slice(before);
  assert.equal(added.length, evil.length, server.logged.slice(-2000));
  for (const line of added) {
    JSON.parse(line);
    assert.ok(![...line].some((char) => char < ' ' || char === '\x7f'));
  }
});
