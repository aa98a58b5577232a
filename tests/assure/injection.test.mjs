// Row 22: texts that mean something to logs, mails, headers or those who read them, in every field that takes text.
// tests/unit/http/hostile.c sends what HTTP itself must refuse; tests/unit/notify/mime.c builds hostile mails.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Flow } from '../e2e/lib/flow.mjs';
import { raw, statuses } from '../e2e/lib/raw.mjs';
import { data, Server } from '../e2e/lib/server.mjs';
import { report, scale } from './report.mjs';

const api = '/api/verification';
const list = join(data, 'hostile/blns/blns.json');
const mark = 'X-Injected';
const breaks = ['\r\n', '\n', '\r', '\u2028', '\u0085', '\v', '\0', '\u001b[2J'];
const own = [
  ...breaks.flatMap((end) => [`a@example.org${end}${mark}: 1`, `${end}${mark}: 1`, `홍길동${end}${end}${mark}`, `010-1234-5678${end}${mark}: 1`]),
  `"a\r\n${mark}: 1"@example.org`, `a@example.org>\r\n${mark}: 1`, `a@example.org, b@example.org`, 'a@example.org\tBcc: b@example.org', "o'hara+홍@example.org", "!#$%&'*+-/=?^_`{|}~@example.org", 'a@b.example.org',
  '(010) 1234.5678', '+82 (0)10-1234-5678', '0082.11.234.5678', `%0d%0a${mark}: 1`, `\\r\\n${mark}: 1`,
  `","status":200}\n{"event":"${mark}"}`, '${jndi:ldap://127.0.0.1/a}', '{{7*7}}', '$(touch /tmp/x)', "'; DROP TABLE sessions; --", '=1+1', '../../../etc/passwd',
];
const texts = [...own, ...(existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [])];

let server;
let flow; // proved a phone, sends mails; its codes are never tried
let fresh; // proves nothing, sends messages
let guess; // proved a phone, tries codes
let admin;
before(async () => {
  server = await Server.start({ env: { EMAIL_COOLDOWN_SECONDS: '0', EMAIL_PER_HOUR: '0', SMS_COOLDOWN_SECONDS: '0', SMS_PER_HOUR: '0' } });
  admin = await server.apiKey('admin');
  [flow, fresh, guess] = await Promise.all([1, 2, 3].map(() => Flow.create(server)));
  await Promise.all([flow.provePhone(), guess.provePhone()]);
});
after(() => server?.stop());

// Each field that takes text, as a call with `text` in it.
const json = (path, body) => ['POST', `${api}${path}`, { json: body }];
const form = (path, fields, key) => ['POST', `${api}${path}`, { form: fields, key }];
const parts = (path, fields) => ['POST', `${api}${path}`, { parts: fields }];
const query = (path, name, text, key) => ['GET', `${api}${path}?${name}=${encodeURIComponent(text)}`, { key }];
const key = () => ({ name: 'session_key', value: flow.key });
const quoted = (text) => text.replace(/["\\\r\n]/g, (sign) => encodeURIComponent(sign)); // as browsers write names
const fields = {
  'create phone_number': (text) => json('/session/create', { phone_number: text }),
  'create email': (text) => json('/session/create', { email: text }),
  'create expected.name': (text) => json('/session/create', { expected: { name: text } }),
  'create expected.birth_date': (text) => json('/session/create', { expected: { name: '홍길동', birth_date: text } }),
  'create metadata': (text) => json('/session/create', { metadata: { a: text } }),
  'create metadata key': (text) => json('/session/create', { metadata: { [text]: 1 } }),
  'create member': (text) => json('/session/create', { [text]: text }),
  'phone/send session_key': (text) => json('/phone/send', { session_key: text, phone_number: '01012345678' }),
  'phone/send phone_number': (text) => json('/phone/send', { session_key: fresh.key, phone_number: text }),
  'phone/verify code': (text) => json('/phone/verify', { session_key: guess.key, phone_number: guess.phone, verification_code: text }),
  'email/send email': (text) => json('/email/send', { session_key: flow.key, email: text }),
  'email/send name': (text) => json('/email/send', { session_key: flow.key, email: `${text} <a@example.org>` }),
  'email/verify email': (text) => json('/email/verify', { session_key: guess.key, email: text, verification_code: '123456' }),
  'status key': (text) => ['GET', `${api}/session/${encodeURIComponent(text)}/status`, {}],
  'complete key': (text) => ['POST', `${api}/complete/${encodeURIComponent(text)}`, {}],
  'document id': (text) => ['GET', `${api}/id-card/${encodeURIComponent(text)}/status`, {}],
  'confirm token': (text) => query('/email/confirm', 'token', text),
  'introspect token': (text) => form('/token/introspect', { token: text }, admin),
  'upload id_card_type': (text) => parts('/id-card/upload', [key(), { name: 'id_card_type', value: text }]),
  'upload part name': (text) => parts('/id-card/upload', [key(), { name: quoted(text), value: 'x' }]),
  'upload file name': (text) => parts('/id-card/upload', [key(), { name: 'front_image', value: 'x', filename: quoted(text) }]),
  'upload part type': (text) => parts('/id-card/upload', [key(), { name: 'front_image', value: 'x', filename: 'a', type: text }]),
  'upload query': (text) => ['POST', `${api}/face/upload?session_key=${encodeURIComponent(text)}`, { parts: [] }],
  'logs session_id': (text) => query('/logs', 'session_id', text, admin),
  'logs event_type': (text) => query('/logs', 'event_type', text, admin),
  'sessions phone_number': (text) => query('/sessions', 'phone_number', text, admin),
  'sessions email': (text) => query('/sessions', 'email', text, admin),
  'sessions date_from': (text) => query('/sessions', 'date_from', text, admin),
  'any path': (text) => ['GET', `/${encodeURIComponent(text)}`, { unchecked: true }],
  'any query': (text) => ['GET', `/healthz?${encodeURIComponent(text)}=${encodeURIComponent(text)}`, { unchecked: true }],
};
const headers = ['User-Agent', 'Accept-Language', 'Authorization', 'X-Forwarded-For', 'Origin', 'Content-Type', 'Referer', 'Cookie', 'If-None-Match', 'Accept-Encoding', 'X-Request-Id', 'Forwarded'];

const logLines = (from) => server.logged.slice(from).split('\n').filter(Boolean);
const control = (text) => [...text].some((sign) => sign < ' ' || sign === '\x7f');

// Runs the calls, a few at a time.
async function all(calls) {
  const queue = calls.values();
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (const call of queue) await call();
  }));
}

// Controls: with the path among what exchange.c's log_access() writes the mark is in the log; with email.c's look at
// the signs of an address and mime.c's at those of a header taken out, mails get headers.
test('no text forges a line of the log, a header of a reply or of a mail', async () => {
  await sleep(500); // a line is written when its reply has gone
  const from = server.logged.length;
  const step = scale(16, 1);
  const asked = [];
  const bad = [];
  let unnamed = 0;
  let mailsSent = 0;
  let messagesSent = 0;
  const mailsBefore = readdirSync(server.mailDir).length;
  const messagesBefore = server.messages().length;
  const judge = (name, text, { status, headers: got, text: body }) => {
    asked.push(got['x-request-id'] ?? got['X-Request-Id']);
    const injected = Object.keys(got).some((header) => header.toLowerCase() === mark.toLowerCase());
    if (status >= 500 || injected || control(body.replace(/[\r\n]/g, ''))) bad.push(`${name} ${JSON.stringify(text)}: ${status}`);
    if (status === 200 && name.startsWith('email/send')) mailsSent += 1;
    if (status === 200 && name.startsWith('phone/send')) messagesSent += 1;
  };
  const calls = Object.entries(fields).flatMap(([name, make], row) => texts.filter((_, i) => i < own.length || i % step === row % step).map((text) => async () => {
    const [method, path, options] = make(text);
    if (path.length > 8000) return; // longer than a head may be
    judge(name, text, await server.client.call(method, path, options));
  }));
  await all(calls);
  // header by header, the bytes as they are: what breaks lines there is HTTP's to refuse, and is left out
  const plain = texts.filter((text) => !/[\r\n\0]/.test(text) && text.length < 8000);
  await all(headers.flatMap((name, row) => plain.filter((_, i) => i % step === row % step).map((text) => async () => {
    const { text: reply } = await raw(server.port, `GET ${api}/session/x/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${name}: ${text}\r\n\r\n`);
    const [head, body] = reply.split('\r\n\r\n');
    if (!/^x-request-id: /im.test(head)) {
      unnamed += 1; // libmicrohttpd's own refusal: at most one line is written, under a name that nobody was told
      return;
    }
    const got = Object.fromEntries(head.split('\r\n').slice(1).map((line) => line.split(': ')));
    judge(name, text, { status: statuses(reply)[0], headers: got, text: body.replace(/[\x80-\xff]/g, '') });
  })));
  await sleep(500);
  const lines = logLines(from);
  const forged = lines.filter((line) => control(line) || line.includes(mark) || !JSON.parse(line).event);
  const logged = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'request').map(({ id }) => id);
  const names = new Set(asked);
  const told = logged.filter((id) => names.has(id));
  report(22, `${Object.keys(fields).length} fields and ${headers.length} headers, ${texts.length} texts: replies`, `${asked.length} requests, ${bad.length} with a 5xx, a header or a control byte injected`
    + (bad.length ? `: ${bad.slice(0, 5).join(', ')}` : ''), bad.length === 0);
  report(22, 'the log', `${logged.length} lines of ${asked.length + unnamed} requests, ${forged.length} forged or with control bytes`, told.sort().join() === asked.sort().join() && logged.length <= asked.length + unnamed && forged.length === 0);

  const wanted = 'date from to subject message-id auto-submitted x-auto-response-suppress mime-version content-type'.split(' ').sort();
  const mails = readdirSync(server.mailDir).map((name) => readFileSync(join(server.mailDir, name), 'utf8'));
  const extra = mails.filter((mail) => {
    const names = mail.slice(0, mail.search(/\r?\n\r?\n/)).replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/).map((line) => line.split(':')[0].toLowerCase());
    return names.sort().join() !== wanted.join() || mail.includes(mark);
  });
  assert.ok(mailsSent > 0 && messagesSent > 0);
  report(22, 'mails', `${mails.length - mailsBefore} of ${mailsSent} sendings, ${extra.length} with a header that is not ours`, extra.length === 0 && mails.length - mailsBefore === mailsSent);
  const messages = server.messages();
  const odd = messages.filter(({ to, body }) => !/^\+821\d{8,9}$/.test(to) || body.includes(mark));
  report(22, 'SMS', `${messages.length - messagesBefore} of ${messagesSent} sendings, ${odd.length} to something else than a mobile`, odd.length === 0 && messages.length - messagesBefore === messagesSent);
});

// Control: with addr_client() in addr.c believing every peer each of them is a client of its own.
test('forged X-Forwarded-For moves no limit', async () => {
  for (const [who, trusted, hop] of [['a stranger', '', ''], ['behind a proxy', '127.0.0.1', ', 203.0.113.7']]) {
    const limited = await Server.start({ env: { API_PER_HOUR: '5', TRUSTED_PROXIES: trusted } });
    const forged = Array.from({ length: 100 }, (_, i) => [`198.51.100.${i}`, `2001:db8:${i}::1`, `127.0.0.1, 198.51.100.${i}`, `unknown, ${i}`, `"198.51.100.${i}"`, `198.51.100.${i}:80`, '::1', `${'9,'.repeat(i)}1.2.3.4`][i % 8]);
    const passed = [];
    for (const value of forged) {
      const reply = await limited.client.post(`${api}/session/create`, {}, { headers: { 'x-forwarded-for': `${value}${hop}`, forwarded: `for=${value}`, 'x-real-ip': value, 'client-ip': value } });
      if (reply.status === 200) passed.push(value);
    }
    await limited.stop();
    report(22, `100 forged X-Forwarded-For, ${who}`, `${passed.length} of 5 allowed calls passed`, passed.length === 5);
  }
});
