// Sessions: what is one relying party's is nobody else's.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { e164, Flow, newEmail, newPhone } from '../e2e/lib/flow.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { spec } from '../e2e/lib/spec.mjs';
import { report, scale } from './report.mjs';

const api = '/api/verification';
const keys = {};
let server;
before(async () => {
  server = await Server.start({ env: { PUBLIC_SESSIONS: 'false' } });
  for (const [name, role] of [['a', 'rp'], ['b', 'rp']]) keys[name] = await server.apiKey(role, name);
});
after(() => server?.stop());

// Every call of openapi.yaml, with `id` in each place where the call takes one.
function* everyCall(id) {
  for (const [template, operations] of Object.entries(spec.paths)) {
    for (const method of Object.keys(operations)) {
      const path = template.replace(/\{\w+\}/g, encodeURIComponent(id));
      const query = `?${new URLSearchParams({ token: id, session_id: id, session_key: id, verification_id: id })}`;
      if (method === 'get' && /events$/.test(path)) yield [method, path, {}];
      else if (method === 'get') yield [method, path + query, {}];
      else if (/upload$/.test(path)) yield [method, path, { parts: [{ name: 'session_key', value: id }, { name: 'id_card_type', value: 'passport' }] }];
      else if (/introspect|confirm|callback/.test(path)) yield [method, path, { form: { token: id, MessageSid: id } }];
      else yield [method, path, { json: { session_key: id, phone_number: newPhone(), email: newEmail(), verification_code: '123456' } }];
    }
  }
}

// Control: let completion_introspect pass over `mine`, session_load_by_key look for the id, or a relying party call
// what NEEDS_REVIEWER.
test('8: nothing of one relying party is shown to another', async () => {
  const flow = await (await Flow.create(server, { full_verification: false, metadata: { order: 'canary-of-a' } }, { key: keys.a })).proveBoth();
  const result = (await flow.complete()).body.data;
  const open = await (await Flow.create(server, {}, { key: keys.a })).proveBoth();
  const ids = { 'session id': flow.id, 'id of an open session': open.id, 'verification token': result.verification_token, 'id token': result.id_token };
  const canaries = [flow.key, open.key, e164(flow.phone), flow.email, e164(open.phone), open.email, 'canary-of-a', result.verification_token];
  let [calls, reads] = [0, []];
  for (const [name, id] of Object.entries(ids)) {
    for (const key of [keys.b, undefined]) {
      for (const [method, path, options] of everyCall(id)) {
        const reply = await server.client.call(method.toUpperCase(), path, { ...options, key, unchecked: true });
        calls++;
        const shown = canaries.filter((canary) => canary !== id && reply.text.includes(canary));
        if (shown.length > 0) reads.push(`${method} ${path} with the ${name}: ${shown}`);
      }
    }
  }
  assert.equal((await flow.complete()).body.data.verification_token, result.verification_token);
  assert.equal((await open.status()).body.status, 'email_verified', 'nothing was changed either');
  const mine = await server.client.call('POST', `${api}/token/introspect`, { form: { token: result.verification_token }, key: keys.a });
  assert.equal(mine.body.active, true);
  report(8, `${calls} calls, each of openapi.yaml with what another relying party holds`, `${reads.length} foreign reads ${reads.join('; ')}`.trim(), reads.length === 0);
});

// Control: make the ids of sessions by id_make_ordered: their first 48 bits are the time then.
test('8: ids cannot be guessed', async () => {
  const guesses = scale(600, 10000);
  const hex = () => randomBytes(16).toString('hex');
  const places = [
    () => ['GET', `${api}/id-card/${hex()}/status`],
    () => ['GET', `${api}/face/${hex()}/status`],
    () => ['GET', `${api}/session/bns_${randomBytes(32).toString('base64url')}/status`],
    () => ['POST', `${api}/complete/bns_${randomBytes(32).toString('base64url')}`],
    () => ['POST', `${api}/token/introspect`, { form: { token: `bnt_${randomBytes(32).toString('base64url')}` } }],
    () => ['GET', `${api}/session/${hex()}/status`],
  ];
  let found = 0;
  for (let i = 0; i < guesses; i += 50) {
    const replies = await Promise.all(Array.from({ length: 50 }, (_, k) => {
      const [method, path, options] = places[(i + k) % places.length]();
      return server.client.call(method, path, { ...options, key: keys.b });
    }));
    found += replies.filter(({ status, body }) => status !== 404 && body.active !== false).length;
  }
  report(8, `${guesses} random ids`, `${found} found`, found === 0);

  // Nobody can have a session made under a key or an id that he knows.
  const chosen = { session_key: `bns_${randomBytes(32).toString('base64url')}`, session_id: hex() };
  const fixed = (await server.client.post(`${api}/session/create`, chosen, { key: keys.b })).body.data;
  assert.ok(fixed.session_key !== chosen.session_key && fixed.session_id !== chosen.session_id);

  const made = await Promise.all(Array.from({ length: 500 }, () => Flow.create(server, {}, { key: keys.a })));
  const keysOf = made.map(({ key }) => Buffer.from(key.slice(4), 'base64url'));
  const idsOf = made.map(({ id }) => Buffer.from(id, 'hex'));
  const bits = {};
  for (const [name, list] of [['session id', idsOf], ['session key', keysOf]]) {
    // A bit that is random is set in half of them: 6 sigma either way.
    const even = (bit) => Math.abs(list.filter((bytes) => (bytes[bit >> 3] >> (bit & 7)) & 1).length - list.length / 2) < 3 * Math.sqrt(list.length);
    bits[name] = new Set(list.map(String)).size === list.length ? Array.from({ length: list[0].length * 8 }, (_, bit) => bit).filter(even).length : 0;
  }
  report(8, 'bits of an id that are random, over 500', Object.entries(bits).map(([name, n]) => `${name} ${n}`).join(', '), Math.min(...Object.values(bits)) >= 128);
});
