// Rows 10, 11 and 24: what tests/unit/crypto finds, and tokens as others see them.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify, SignJWT } from 'jose';
import { Flow } from '../e2e/lib/flow.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { full, report } from './report.mjs';
import { unit } from './unit.mjs';

const inFull = { skip: !full && 'in the unit suite' };
test('random codes, ids and tokens', inFull, () => unit('random_'));
test('comparisons under valgrind', inFull, () => unit('timing_'));
test('published vectors', inFull, () => unit('vectors_'));
test('forged tokens', inFull, () => unit('jws_'));

let server;
let rp;
let flow;
let result;
let jwks;
before(async () => {
  server = await Server.start();
  rp = await server.apiKey('rp');
  flow = await (await Flow.create(server, { full_verification: false }, { key: rp })).proveBoth();
  result = (await flow.complete()).body.data;
  jwks = (await server.client.get('/.well-known/jwks.json')).body;
});
after(() => server?.stop());

const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

// Control: a bit of the signature, of the claims or of the published key changed, and it does not.
test('a standard client verifies ours', async () => {
  const options = { issuer: server.origin, algorithms: ['ES256'] };
  const { payload } = await jwtVerify(result.id_token, createRemoteJWKSet(new URL(`${server.origin}/.well-known/jwks.json`)), options);
  assert.equal(payload.sub, flow.id);
  const secret = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];
  assert.ok(jwks.keys.every((key) => key.use === 'sig' && key.alg === 'ES256' && key.crv === 'P-256' && secret.every((name) => !(name in key))));
  assert.equal(new Set(jwks.keys.map((key) => key.kid)).size, jwks.keys.length);
  const key = { ...jwks.keys[0], x: jwks.keys[0].y, y: jwks.keys[0].x };
  await assert.rejects(jwtVerify(result.id_token, createLocalJWKSet({ keys: [key] }), options));
  report(24, 'jose (npm) verifies the id_token by the published keys', `${jwks.keys.length} key, ES256, no private part`);
});

// Tokens for which our published keys might be misused, by whoever verifies ours.
async function forgeries() {
  const [, claims, signature] = result.id_token.split('.');
  const { kid } = jwks.keys[0];
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = (header) => new SignJWT({ sub: flow.id }).setIssuer(server.origin).setProtectedHeader({ alg: 'ES256', ...header }).sign(own.privateKey);
  const secrets = [JSON.stringify(jwks.keys[0]), JSON.stringify(jwks), jwks.keys[0].x, kid, Buffer.from(jwks.keys[0].x, 'base64url')];
  const hmac = (secret) => {
    const text = `${base64url({ alg: 'HS256', kid })}.${claims}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  return [
    `${base64url({ alg: 'none', kid })}.${claims}.`, `${base64url({ alg: 'none' })}.${claims}.${signature}`, `${base64url({ alg: 'None', kid })}.${claims}.`,
    ...secrets.map(hmac),
    await signed({ kid }), await signed({ kid, jwk: own.publicKey.export({ format: 'jwk' }) }), await signed({ kid, jku: 'http://127.0.0.1/' }), await signed({ kid: '../../dev/null' }), await signed({ kid: "' OR 1=1 --" }),
    `${base64url({ alg: 'ES256', kid })}.${claims}.${Buffer.alloc(64).toString('base64url')}`,
  ];
}

// Control: a client that lets the token choose its algorithm and key (jwtVerify with the header's jwk) takes one.
test('what is forged with our published keys is believed by nobody', async () => {
  const tokens = await forgeries();
  const introspect = (token) => server.client.call('POST', '/api/verification/token/introspect', { form: { token }, key: rp });
  const keys = createLocalJWKSet(jwks);
  const believed = [];
  for (const token of tokens) {
    await jwtVerify(token, keys, { issuer: server.origin }).then(() => believed.push(token), () => {});
    const { body } = await introspect(token);
    const asKey = await server.client.get('/api/verification/stats', { key: token });
    if (body.active !== false || asKey.status !== 401) believed.push(token);
  }
  assert.equal((await introspect(result.verification_token)).body.active, true);
  report(24, 'forged with our JWKS: a standard client, introspection, API keys', `${tokens.length} tokens, ${believed.length} believed`, believed.length === 0);
});
