// The signed result: a JOSE library of another house verifies it, and the relying party can ask about it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { assertFails, e164, Flow } from './lib/flow.mjs';
import { Server } from './lib/server.mjs';

const introspect = (key, token, where = server) => where.client.call('POST', '/api/verification/token/introspect', { form: { token }, key });
let server;
let rp;
before(async () => {
  server = await Server.start({ clock: true });
  rp = await server.apiKey('rp', 'shop');
});
after(() => server?.stop());

async function completed(options) {
  const flow = await Flow.create(server, { full_verification: false }, options);
  await flow.proveBoth();
  return { flow, result: (await flow.complete()).body.data };
}

test('jose verifies the id_token with the published keys', async () => {
  const { flow, result } = await completed();
  const jwks = (await server.client.get('/.well-known/jwks.json')).body;
  for (const key of jwks.keys) assert.equal(key.d, undefined);
  const { payload } = await jwtVerify(result.id_token, createLocalJWKSet(jwks), { issuer: server.origin });
  const header = decodeProtectedHeader(result.id_token);
  assert.ok(['ES256', 'EdDSA'].includes(header.alg));
  assert.ok(jwks.keys.some((key) => key.kid === header.kid));
  assert.equal(payload.sub, flow.id);
  assert.equal(payload.exp - payload.iat, 24 * 3600);
  const claims = payload.verified_claims;
  assert.ok(claims.verification.trust_framework);
  assert.equal(claims.claims.msisdn ?? claims.claims.phone_number, claims.claims.msisdn ? e164(flow.phone).slice(1) : e164(flow.phone));
  assert.equal(claims.claims.email, flow.email);
  assert.ok(!JSON.stringify(payload).includes(flow.key));
});

test('a token that was changed in one place is not verified', async () => {
  const { result } = await completed();
  const keys = createLocalJWKSet((await server.client.get('/.well-known/jwks.json')).body);
  const [head, body, signature] = result.id_token.split('.');
  const flipped = Buffer.from(body, 'base64url');
  flipped[10] ^= 1;
  await assert.rejects(jwtVerify(`${head}.${flipped.toString('base64url')}.${signature}`, keys));
});

test('introspection tells of a live token and nothing of any other', async () => {
  const { flow, result } = await completed({ key: rp });
  const live = await introspect(rp, result.verification_token);
  assert.equal(live.body.active, true);
  assert.equal(live.body.sub, flow.id);
  assert.equal(live.body.verified_claims.claims.email, flow.email);
  for (const token of ['x', result.verification_token.slice(0, -1), `${result.verification_token}A`, flow.key, flow.id]) {
    assert.equal((await introspect(rp, token)).text.replace(/\s/g, ''), '{"active":false}');
  }
});

test('a token of another relying party is as good as none', async () => {
  const { result } = await completed({ key: rp });
  const other = await server.apiKey('rp', 'other shop');
  assert.equal((await introspect(other, result.verification_token)).text.replace(/\s/g, ''), '{"active":false}');
});

test('introspection needs a key, of a relying party, that was not revoked', async () => {
  assertFails(await introspect(undefined, 'x'), 401, 'UNAUTHORIZED');
  assertFails(await introspect('not-a-key-that-anybody-made-012345', 'x'), 401, 'UNAUTHORIZED');
  assertFails(await introspect(await server.apiKey('reviewer'), 'x'), 403, 'FORBIDDEN');
  const key = await server.apiKey('rp', 'to be revoked');
  assert.equal((await introspect(key, 'x')).status, 200);
  const listed = await server.cli(['apikey', 'list']);
  assert.ok(!listed.stdout.includes(key));
  const id = listed.stdout.split('\n').find((line) => line.includes('to be revoked')).trim().split(/[\s"{},:]+/).find((word) => word.length >= 16);
  const revoked = await server.cli(['apikey', 'revoke', id]);
  assert.equal(revoked.status, 0, revoked.stderr);
  assertFails(await introspect(key, 'x'), 401, 'UNAUTHORIZED');
});

// Negative control: without `note` in cmd/apikey.c nobody learns who let whom in.
test('the log tells who made a key and who revoked it, and not the key', async () => {
  const admin = await server.apiKey('admin');
  const key = await server.apiKey('reviewer', 'leaves soon');
  const logged = async (type) => (await server.client.get(`/api/verification/logs?event_type=${type}`, { key: admin })).body.data.items;
  const [made] = await logged('api_key_created');
  assert.deepEqual([made.metadata.key.name, made.metadata.key.role, made.metadata.who.kind], ['leaves soon', 'reviewer', 'operator']);
  assert.ok(made.metadata.who.host && made.metadata.who.id && !JSON.stringify(made).includes(key));
  assert.equal((await logged('api_key_revoked')).some((entry) => entry.metadata.key.id === made.metadata.key.id), false);
  assert.equal((await server.cli(['apikey', 'revoke', made.metadata.key.id])).status, 0);
  const [revoked] = await logged('api_key_revoked');
  assert.deepEqual([revoked.metadata.key.id, revoked.metadata.who], [made.metadata.key.id, made.metadata.who]);
});

test('a token is good for a day', async () => {
  const { result } = await completed({ key: rp });
  server.advance(24 * 3600 - 60);
  assert.equal((await introspect(rp, result.verification_token)).body.active, true);
  server.advance(120);
  assert.equal((await introspect(rp, result.verification_token)).text.replace(/\s/g, ''), '{"active":false}');
});

test('results stay the same and verifiable after a restart', async () => {
  const { flow, result } = await completed();
  await server.down();
  await server.up();
  assert.equal((await flow.complete()).body.data.id_token, result.id_token);
  const keys = createLocalJWKSet((await server.client.get('/.well-known/jwks.json')).body);
  const clock = new Date(JSON.parse(Buffer.from(result.id_token.split('.')[1], 'base64url')).iat * 1000);
  await jwtVerify(result.id_token, keys, { currentDate: clock });
});
