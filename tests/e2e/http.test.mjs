// HTTP itself: methods, media types, sizes, malformed requests, what every reply carries.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertFails, Flow } from './lib/flow.mjs';
import { raw } from './lib/raw.mjs';
import { Server } from './lib/server.mjs';
import { spec } from './lib/spec.mjs';

const api = '/api/verification';
let server;
before(async () => (server = await Server.start()));
after(() => server?.stop());

test('a body that is no JSON object is INVALID_JSON', async () => {
  for (const body of ['[]', '[1]', '"x"', '1', 'null', '{', '{"a":1,}', '{"a":1}x', '', '{"a":"\\ud800"}', '\ufeff{}', '{"a":NaN}', '{"a":1,"a":2}']) {
    const reply = await server.client.call('POST', `${api}/session/create`, { raw: body, type: 'application/json' });
    assertFails(reply, 400, 'INVALID_JSON');
  }
  const deep = await server.client.call('POST', `${api}/session/create`, { raw: '['.repeat(60000), type: 'application/json' });
  assertFails(deep, 400, 'INVALID_JSON');
  const latin = await server.client.call('POST', `${api}/session/create`, { raw: Buffer.from('{"email":"\xe9"}', 'latin1'), type: 'application/json' });
  assertFails(latin, 400, 'INVALID_JSON');
});

test('a body of another media type is UNSUPPORTED_MEDIA_TYPE', async () => {
  for (const type of ['text/plain', 'application/xml', undefined]) {
    const reply = await server.client.call('POST', `${api}/session/create`, { raw: '{}', type });
    assertFails(reply, 415, 'UNSUPPORTED_MEDIA_TYPE');
  }
  const upload = await server.client.call('POST', `${api}/id-card/upload`, { json: {} });
  assertFails(upload, 415, 'UNSUPPORTED_MEDIA_TYPE');
});

test('a body over 64 KiB is BODY_TOO_LARGE', async () => {
  const reply = await server.client.call('POST', `${api}/session/create`, { json: { metadata: { a: 'x'.repeat(70000) } } });
  assertFails(reply, 413, 'BODY_TOO_LARGE');
});

test('every address answers a wrong method with 405 and what it allows', async () => {
  for (const [template, item] of Object.entries(spec.paths)) {
    const path = template.replace(/\{[^}]+\}/g, 'x'.repeat(43));
    const methods = Object.keys(item).filter((key) => ['get', 'post', 'put', 'delete', 'patch'].includes(key));
    const wrong = ['PUT', 'DELETE', 'PATCH', 'GET', 'POST'].find((method) => !methods.includes(method.toLowerCase()));
    const reply = await server.client.call(wrong, path, { unchecked: true });
    assertFails(reply, 405, 'METHOD_NOT_ALLOWED');
    const allow = reply.headers.allow.split(/,\s*/);
    for (const method of methods) assert.ok(allow.includes(method.toUpperCase()), `${template}: ${reply.headers.allow}`);
    assert.ok(!allow.includes(wrong), `${template}: ${reply.headers.allow}`);
  }
});

test('an address that is not there is NOT_FOUND', async () => {
  for (const path of ['/nothing', '/api', '/api/verification', `${api}/session`, `${api}/session/x/y/z`, '/api/verification/session/create/', '/..%2f..%2fetc/passwd']) {
    assertFails(await server.client.get(path, { unchecked: true }), 404, 'NOT_FOUND');
  }
});

test('every reply names its request and what a browser may do with it', async () => {
  const reply = await server.client.get(`${api}/session/${'A'.repeat(43)}/status`);
  assert.ok(reply.headers['x-request-id']);
  assert.equal(reply.body.request_id, reply.headers['x-request-id']);
  assert.equal(reply.headers['x-content-type-options'], 'nosniff');
  assert.equal(reply.headers['cache-control'], 'no-store');
  assert.match(reply.headers['content-type'], /^application\/json/);
});

test('health, readiness, description, page and measures are there', async () => {
  assert.equal((await server.client.get('/healthz')).status, 200);
  assert.equal((await server.client.get('/readyz')).status, 200);
  const described = await server.client.get('/api/openapi.json');
  assert.deepEqual(Object.keys(described.body.paths).sort(), Object.keys(spec.paths).sort());
  for (const path of ['/', '/api/docs']) {
    const page = await server.client.get(path, { unchecked: true });
    assert.equal(page.status, 200, path);
    assert.match(page.headers['content-type'], /^text\/html/);
    assert.ok(page.headers['content-security-policy'], path);
    assert.ok(!/(src|href)="https?:\/\//.test(page.text), `${path} reaches to another host`);
  }
  const metrics = await server.client.get('/metrics');
  assert.match(metrics.text, /^# TYPE \w+ (counter|gauge|histogram)$/m);
  assert.ok(!/bns_|010\d{8}/.test(metrics.text));
});

test('malformed requests are refused and the connection closed', async () => {
  const host = `Host: 127.0.0.1:${server.port}\r\n`;
  const cases = {
    'no host': 'GET /healthz HTTP/1.1\r\n\r\n',
    'two hosts': `GET /healthz HTTP/1.1\r\n${host}${host}\r\n`,
    'two lengths': `POST ${api}/session/create HTTP/1.1\r\n${host}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `,
    'length and chunks': `POST ${api}/session/create HTTP/1.1\r\n${host}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    chunks: `POST ${api}/session/create HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    'signed length': `POST ${api}/session/create HTTP/1.1\r\n${host}Content-Length: +2\r\n\r\n{}`,
    'huge length': `POST ${api}/session/create HTTP/1.1\r\n${host}Content-Length: 99999999999999999999\r\n\r\n{}`,
    'blank before the colon': `GET /healthz HTTP/1.1\r\n${host}X-Test : 1\r\n\r\n`,
    'folded header': `GET /healthz HTTP/1.1\r\n${host}X-Test: 1\r\n 2\r\n\r\n`,
    'bare line feed': `GET /healthz HTTP/1.1\n${host.replace('\r', '')}\n`,
    'zero byte': `GET /health%00z HTTP/1.1\r\n${host}\r\n`,
    'unknown method': `BREW /healthz HTTP/1.1\r\n${host}\r\n`,
    'another version': `GET /healthz HTTP/2.0\r\n${host}\r\n`,
  };
  for (const [name, bytes] of Object.entries(cases)) {
    const { text: answer } = await raw(server.port, bytes);
    assert.ok(!/^HTTP\/1\.[01] 2/.test(answer), `${name}: ${answer.slice(0, 80)}`);
    if (answer) assert.match(answer, /^HTTP\/1\.[01] (4\d\d|50[15])/, `${name}: ${answer.slice(0, 80)}`);
  }
  assert.equal((await server.client.get('/healthz')).status, 200);
});

test('a request that never comes to its end does not disturb the others', async () => {
  const slow = Array.from({ length: 20 }, () => raw(server.port, `POST ${api}/session/create HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{`, { silence: 3000 }));
  const flow = await Flow.create(server);
  assert.equal((await flow.status()).status, 200);
  await Promise.all(slow);
});

test('only the origins that were named may call from a browser', async () => {
  const cors = await Server.start({ env: { CORS_ALLOWED_ORIGINS: 'https://shop.example.org, https://bank.example.org' } });
  try {
    const ask = (origin) => cors.client.call('OPTIONS', `${api}/session/create`, {
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }, unchecked: true,
    });
    const allowed = await ask('https://bank.example.org');
    assert.equal(allowed.headers['access-control-allow-origin'], 'https://bank.example.org');
    assert.match(allowed.headers['access-control-allow-methods'], /POST/);
    const refused = await ask('https://evil.example.org');
    assert.equal(refused.headers['access-control-allow-origin'], undefined);
  } finally {
    await cors.stop();
  }
});
