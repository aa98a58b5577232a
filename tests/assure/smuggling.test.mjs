// Row 18: heads that two readers could read differently, over sockets of their own. tests/unit/http/hostile.c sends the
// same corpus and more to the HTTP layer alone.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { raw, statuses } from '../e2e/lib/raw.mjs';
import { data, Server } from '../e2e/lib/server.mjs';
import { full, report } from './report.mjs';

const corpus = join(data, 'hostile/http/llhttp_cases.jsonl');
const create = '/api/verification/session/create';
const HANG_MS = 10000;
const TICK_MS = 500; // deadlines are looked at four times a second

let server;
before(async () => (server = await Server.start()));
after(() => server?.stop());

const requestsLogged = () => server.logged.split('\n').filter((line) => line.includes('"event":"request"')).length;
const refusals = [400, 413, 414, 431, 501, 505];
const hidden = 'GET /healthz HTTP/1.1\r\nHost: hidden\r\n\r\n';

// Nothing, or one refusal, and the connection closed: what came behind was not read as a request.
const refused = ({ text, closed }) => closed && statuses(text).length <= 1 && statuses(text).every((status) => refusals.includes(status));

// Heads behind which a second request hides. Each must be refused, and the hidden one not answered.
function smuggles() {
  const post = (headers, body = '') => `POST ${create} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}${hidden}`;
  const get = (line, headers = 'Host: a') => `${line}\r\n${headers}\r\n\r\n${hidden}`;
  const cases = {
    'a bare LF behind the request line': `GET /healthz HTTP/1.1\nHost: a\r\n\r\n${hidden}`,
    'bare LFs throughout': `GET /healthz HTTP/1.1\nHost: a\n\n${hidden}`,
    'a bare LF behind a header': get('GET /healthz HTTP/1.1', 'Host: a\nX: y'),
    'a bare LF for the blank line': `GET /healthz HTTP/1.1\r\nHost: a\r\n\n${hidden}`,
    'a bare CR for the blank line': `GET /healthz HTTP/1.1\r\nHost: a\r\n\r${hidden}`,
    'a bare CR between headers': get('GET /healthz HTTP/1.1', 'Host: a\rX: y'),
    'no Host': get('GET /healthz HTTP/1.1', 'X: y'),
    'no Host in 1.0': get('GET /healthz HTTP/1.0', 'X: y'),
    'too many headers': get('GET /healthz HTTP/1.1', `Host: a\r\n${'X: y\r\n'.repeat(65)}Y: z`),
    'too long a header': get('GET /healthz HTTP/1.1', `Host: a\r\nX: ${'y'.repeat(65536)}`),
    'too long a target': get(`GET /healthz?${'y'.repeat(65536)} HTTP/1.1`),
    'a TLS hello': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
    'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  };
  const both = [
    'Transfer-Encoding: chunked\r\nContent-Length: 5', 'Content-Length: 5\r\nTransfer-Encoding: chunked', 'Content-Length: 5\r\nTransfer-Encoding: identity',
    'Content-Length: 5\r\nTransfer-Encoding: xchunked', 'Content-Length: 5\r\nTRANSFER-ENCODING: CHUNKED', 'Content-Length: 5\r\nTransfer-Encoding:\tchunked',
    'Content-Length: 5\r\nTransfer-Encoding:\x0bchunked', 'Content-Length: 5\r\nTransfer-Encoding: chunked\0', 'Content-Length: 5\r\nTransfer-Encoding\0: chunked',
    'Content-Length: 5\r\nTransfer-Encoding : chunked', 'Content-Length: 5\r\nTransfer-Encoding\t: chunked', 'Content-Length: 5\r\n Transfer-Encoding: chunked',
    'Content-Length: 5\r\nTransfer-Encoding:\r\n chunked', 'Content-Length: 5\r\nTransfer-Encoding:\n chunked', 'Content-Length: 5\r\nX: y\nTransfer-Encoding: chunked',
    'Content-Length: 5\r\nX: y\rTransfer-Encoding: chunked', 'Content-Length: 5\r\nTransfer-Encoding: "chunked"', 'Content-Length: 5\r\nTransfer-Encoding: chunked, identity',
    'Content-Length: 5\r\nTransfer-Encoding: identity, chunked', 'Content-Length: 5\r\nTransfer-Encoding:', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x',
    'Content-Length: 5\r\nX\0Y: z\r\nTransfer-Encoding: chunked', 'Content-Length: 5\r\nTransfer-Encod\xc4\xb1ng: chunked', 'Content-Length: 5\r\nTransfer-Encoding;: chunked',
    'Transfer-Encoding: chunked', 'Transfer-Encoding: gzip, chunked',
  ];
  for (const headers of both) cases[JSON.stringify(headers)] = post(headers, '0\r\n\r\n');
  const lengths = [
    'Content-Length: 2\r\nContent-Length: 2', 'Content-Length: 2\r\nContent-Length: 40', 'Content-Length: 0\r\ncontent-length: 40', 'Content-Length: 2, 2', 'Content-Length: +2',
    'Content-Length: -2', 'Content-Length: 0x2', 'Content-Length: 2;', 'Content-Length: 2.0', 'Content-Length: 2e0', 'Content-Length: "2"', 'Content-Length: 2 2', 'Content-Length: ',
    'Content-Length: 2\x0b', 'Content-Length: \xd9\xa2', 'Content-Length: 00000000000000000002', 'Content-Length: 18446744073709551618', 'Content-Length: 2\0',
    'Content-Length : 2', 'Content-Length\t: 2', ' Content-Length: 2', 'Content-Length:\r\n 2', 'Content-Length: 2\r\n 3', 'X: y\nContent-Length: 2', 'Content-Length: 2\nX: y',
    'Content-Length: 2\r\nExpect: 200-maybe', 'Content-Length: 2\r\nExpect: 100-continue\r\nExpect: 100-continue',
  ];
  for (const headers of lengths) cases[JSON.stringify(headers)] = post(headers, '{}');
  const lines = [
    'GET  /healthz HTTP/1.1', 'GET /healthz  HTTP/1.1', 'GET /healthz HTTP/1.1 ', ' GET /healthz HTTP/1.1', 'GET\t/healthz HTTP/1.1', 'GET /healthz\tHTTP/1.1', 'GET /healthz', 'GET /heal thz HTTP/1.1',
    'GET http://a/healthz HTTP/1.1', 'GET http://b/healthz HTTP/1.1', 'GET //a/healthz@ http://b HTTP/1.1', 'GET a:80 HTTP/1.1', 'CONNECT a:80 HTTP/1.1', 'OPTIONS * HTTP/1.1', 'GET healthz HTTP/1.1',
    'GET /healthz#x HTTP/1.1', 'GET /health%00z HTTP/1.1', 'GET /health\0z HTTP/1.1', 'GET /healthz\0 HTTP/1.1', 'GET /health\x7fz HTTP/1.1', 'GET /health\xc2\xa0z HTTP/1.1', 'G\0T /healthz HTTP/1.1', 'G(T /healthz HTTP/1.1',
    'GET /healthz HTTP/1.2', 'GET /healthz HTTP/1.10', 'GET /healthz HTTP/01.1', 'GET /healthz HTTP/2.0', 'GET /healthz http/1.1', 'GET /healthz HTTP/1.1\x0b', 'GET /healthz XHTTP/1.1', 'GET /healthz ICE/1.0', 'GET /healthz HTTP/5.6',
  ];
  for (const line of lines) cases[JSON.stringify(line)] = get(line);
  const headers = [
    'Host: a\r\nHost: a', 'Host: a\r\nHost: b', 'Host: a\r\nhost: b', 'Host:', 'Host: a b', 'Host: a/b', 'Host: a@b', 'Host : a', 'Host: a\0b', ' Host: a', 'X: y\r\n Host: a', 'Host: a\r\n b', 'Host: a\r\nX: y\r\n\tfolded',
    'Host: a\r\nno colon', 'Host: a\r\n: empty', 'Host: a\r\nX Y: z', 'Host: a\r\nX\x01: z', 'Host: a\r\nX: \x01', 'Host: a\r\nX: \x7f', 'Host: a\r\nX: \x1b[31m', 'Host: a\r\nX\x80: z', 'Host: a\r\nX@: z',
  ];
  for (const lines of headers) cases[JSON.stringify(lines)] = get('GET /healthz HTTP/1.1', lines);
  return cases;
}

// Controls, each alone lets some of them through: guard.c without its look at Transfer-Encoding, at a second
// Content-Length, at Expect, at the target, the version, the names or the values of headers; server.c with check_layout
// false.
test('a request hides behind no head', async () => {
  const through = [];
  const cases = Object.entries(smuggles());
  const before = requestsLogged();
  for (const [name, bytes] of cases) {
    if (!refused(await raw(server.port, Buffer.from(bytes, 'latin1'), { silence: 1500 }))) through.push(name);
  }
  await sleep(300); // a line is written when its reply has gone
  const logged = requestsLogged() - before;
  report(18, 'own smuggling attempts', `${cases.length - through.length} of ${cases.length} refused and closed, ${logged} requests logged`
    + (through.length ? `; not ${through.join(', ')}` : ''), through.length === 0 && logged <= cases.length);
});

// That what is sound is answered, once each, shows that the test above could see a hidden request.
test('sound requests are read one by one', async () => {
  const last = 'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  const sound = {
    'two in one packet': [`GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n${last}`, [200, 200]],
    'a body that looks like a request': [`POST ${create} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}${last}`, [400, 200]],
    'a body behind GET': [`GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}${last}`, [200, 200]],
    'a header that is none of ours': [`POST ${create} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer_Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}${last}`, [200, 200]],
    'an upgrade that we do not know': [`GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n${last}`, [200, 200]],
    'a request behind Connection: close': [`${last}${hidden}`, [200]],
    'a request behind HTTP/1.0': [`GET /healthz HTTP/1.0\r\nHost: a\r\n\r\n${hidden}`, [200]],
    'a method that is none of ours': [`BREW /healthz HTTP/1.1\r\nHost: a\r\n\r\n${last}`, [405, 200]],
  };
  for (const [name, [bytes, wanted]] of Object.entries(sound)) {
    const { text, closed } = await raw(server.port, bytes);
    assert.deepEqual([statuses(text), closed], [wanted, true], `${name}: ${text.slice(0, 200)}`);
  }
  report(18, 'sound requests, pipelined', `${Object.keys(sound).length} of ${Object.keys(sound).length} answered as often as asked`);
});

// Must-rejects of llhttp that are answered, and how: the first message is sound, and what the case is about comes behind
// it, where the connection is closed unread; a method that we do not know is 405.
const documented = {
  'No restart when keep-alive is off (1.0)': [404],
  'CRLF between requests, implicit `keep-alive`': [405],
  'HTTP protocol and ANNOUNCE method': [405],
  'Invalid method': [405],
};

// The case as it is, and with the Host that most cases lack: without one all of them would be refused for that alone.
function forms(bytes) {
  const end = bytes.indexOf('\r\n');
  if (end < 0 || /^host:/im.test(bytes)) return [bytes];
  return [bytes, `${bytes.slice(0, end)}\r\nHost: a${bytes.slice(end)}`];
}

// In full it waits for those that never come to their end: the deadline of a head must close them.
test('the must-rejects of llhttp', { skip: !existsSync(corpus) && 'no llhttp cases in BONIN_DATA' }, async () => {
  const cases = readFileSync(corpus, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))
    .filter(({ kind, verdict }) => kind === 'request' && verdict === 'reject')
    .flatMap(({ title, raw_b64 }) => forms(Buffer.from(raw_b64, 'base64').toString('latin1')).map((bytes) => ({ title, bytes })));
  const answers = await Promise.all(cases.map(async ({ title, bytes }) => ({ title, bytes, ...await raw(server.port, Buffer.from(bytes, 'latin1'), { silence: full ? HANG_MS + TICK_MS : 1500 }) })));
  const taken = (answer) => statuses(answer.text).filter((status) => !refusals.includes(status));
  const wrong = answers.filter((answer) => taken(answer).some((status) => !documented[answer.title]?.includes(status)));
  const known = new Set(answers.filter((answer) => taken(answer).length > 0 && !wrong.includes(answer)).map((answer) => answer.title));
  const hanging = answers.filter((answer) => full && !answer.closed && answer.text === '');
  const slowest = full ? `, ${hanging.length} hanging, the slowest closed after ${(Math.max(...answers.map((answer) => answer.ms)) / 1000).toFixed(1)} s` : '';
  report(18, `must-rejects of llhttp, 59 in ${cases.length} forms`, `${wrong.length} taken, ${known.size} answered as documented${slowest}`
    + wrong.map((answer) => `; ${answer.title}: ${statuses(answer.text)}`).join(''), wrong.length === 0 && hanging.length === 0);
});
