// SECRET_KEY and the signing key are exchanged while people go through their steps.
//
// Negative controls: without session_key's old generations (a vault of the new key alone) reads fail; without the look-up
// hashes of rewrap_one a session is not found by its number after the old key is gone; without store_check_secret a
// server starts on a wrong key; without the retired keys in the keyring a token of before is no longer verified.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Flow } from '../e2e/lib/flow.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { report, scale } from './report.mjs';

const keys = ['the first specimen key that is long enough for it', 'the second specimen key that is long enough for it', 'the third specimen key that is long enough for it'];
let server, admin;
before(async () => {
  server = await Server.start({ env: { SECRET_KEY: keys[0] } });
  admin = await server.apiKey('admin');
});
after(() => server?.stop());

async function restart(env) {
  assert.equal((await server.down()).status, 0);
  Object.assign(server.env, env);
  await server.up();
}

// A flow at each of its stages: what it has done is to be readable at any time.
async function flowsAtAllStages(n) {
  const flows = [];
  for (let i = 0; i < n; i++) {
    const flow = await Flow.create(server, { full_verification: false, metadata: { nth: i } });
    if (i % 4 >= 1) await flow.provePhone();
    if (i % 4 >= 2) await flow.proveEmail();
    if (i % 4 >= 3) flow.result = (await flow.complete()).body.data;
    flows.push(flow);
  }
  return flows;
}

let reads = 0;
async function check(flow) {
  const status = await flow.status();
  assert.equal(status.status, 200, status.text);
  reads += 1;
  if (flow.result) {
    const again = await flow.complete();
    assert.deepEqual(again.body.data, flow.result);
    const body = { form: { token: flow.result.verification_token }, key: admin };
    const told = await server.client.call('POST', '/api/verification/token/introspect', body);
    assert.equal(told.body.active, true, told.text);
    reads += 2;
  }
  if (status.body.phone_verified) {
    const found = await server.client.get(`/api/verification/sessions?phone_number=${flow.phone}`, { key: admin });
    assert.deepEqual(found.body.data.items.map((item) => item.session_id), [flow.id], found.text);
    reads += 1;
  }
}

test('SECRET_KEY is exchanged twice under load and no read fails', async () => {
  const flows = await flowsAtAllStages(scale(24, 400));
  let finished = 0;
  for (const next of [1, 2]) {
    await restart({ SECRET_KEY: keys[next], SECRET_KEY_PREVIOUS: keys[next - 1] });
    const stages = await flowsAtAllStages(8);
    let rotating = true;
    const load = (async () => {
      while (rotating) {
        for (const flow of [...flows, ...stages].sort(() => Math.random() - 0.5).slice(0, 20)) await check(flow);
        const flow = await (await Flow.create(server)).proveBoth();
        flow.result = (await flow.complete()).body.data;
        stages.push(flow);
      }
    })();
    const done = await server.cli(['keys', 'rotate']);
    rotating = false;
    await load;
    assert.equal(done.status, 0, done.stderr);
    assert.ok(Number(done.stdout.match(/^\d+/)[0]) >= flows.length, done.stdout);
    assert.match((await server.cli(['keys', 'rotate'])).stdout, /^0 sessions/);
    flows.push(...stages);
    await restart({ SECRET_KEY_PREVIOUS: '' });
    for (const flow of flows) await check(flow);
    // Those under way go on under the new key alone.
    const open = flows.find((flow, i) => i % 4 === 1 && !flow.result);
    await open.proveEmail();
    open.result = (await open.complete()).body.data;
    assert.ok(open.result.id_token);
    finished += 1;
    const audit = await server.cli(['audit', 'verify']);
    assert.ok([0, 1].includes(audit.status) && !audit.stderr, audit.stderr);
  }
  report(26, 'SECRET_KEY exchanged twice under load, old keys taken away after', `0 of ${reads} reads failed, ${finished} flows gone on with`);
});

test('a server does not start on a wrong key', async () => {
  assert.equal((await server.down()).status, 0);
  const refused = [];
  for (const env of [{ SECRET_KEY: keys[0] }, { SECRET_KEY: 'a key that was never used for anything here' }, { SECRET_KEY: keys[1], SECRET_KEY_PREVIOUS: keys[0] }]) {
    const started = await server.cli(['serve', '--listen', '127.0.0.1:0'], { env });
    if (started.status === 2 && started.stderr.includes('SECRET_KEY')) refused.push(env);
    else console.log(started);
  }
  await server.up();
  report(26, 'starts with keys that are not those of the data', `${refused.length} of 3 refused`, refused.length === 3);
});

test('the signing key is exchanged, and tokens of before are still verified', async () => {
  const flow = await (await Flow.create(server)).proveBoth();
  const before = (await flow.complete()).body.data.id_token;
  const jwks = () => createRemoteJWKSet(new URL(`${server.origin}/.well-known/jwks.json`));
  const kid = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
  const rotated = await server.cli(['keys', 'rotate', '--signing']);
  assert.equal(rotated.status, 0, rotated.stderr);
  await restart({});
  const next = await (await Flow.create(server)).proveBoth();
  const after = (await next.complete()).body.data.id_token;
  assert.notEqual(kid(before), kid(after));
  for (const token of [before, after]) assert.equal((await jwtVerify(token, jwks())).payload.iss, server.origin);
  const listed = (await server.client.get('/.well-known/jwks.json')).body.keys.map((key) => key.kid);
  assert.deepEqual(listed, [kid(after), kid(before)]);
  report(26, 'tokens of the signing key before, checked with a JOSE library', '2 of 2 verified');
});
