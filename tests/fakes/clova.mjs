#!/usr/bin/env node
// NAVER CLOVA OCR's id-card API, as far as bonin speaks to it, on a free port of 127.0.0.1. By itself it ends when
// standard input does; tests in JavaScript import `startClova` and hold the object in their hands.
//
// First line printed: {"port", "tls_port", "url", "secret"}. The certificate on tls_port is for localhost, and nobody
// vouches for it.
// What the next calls answer is chosen by  POST /_mode   {"mode": NAME, "times": N}   (0: from now on)
// What a card shows, since it reads none:  POST /_card   {"idtype", "fields": {…}, "masks": {…}, "confident"}
// What was asked, without the pictures:    GET  /_asked
import { execFileSync } from 'node:child_process';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const members = { 'ID Card': 'ic', "Driver's License": 'dl', Passport: 'pp', 'Alien Registration Card': 'ac' };
const dates = ['issueDate', 'birthDate', 'expireDate', 'renewStartDate', 'renewEndDate'];

// Width and height of a JPEG, by the header of its frame; null where it is none.
export function jpegSize(bytes) {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 < bytes.length; ) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff) return null;
    if (marker >= 0xc0 && marker <= 0xc3) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

// [left, top, right, bottom], each 0 to 1, as a polygon of pixels.
const polygon = ([left, top, right, bottom], { width, height }) => ({
  vertices: [[left, top], [right, top], [right, bottom], [left, bottom]].map(([x, y]) => ({ x: x * width, y: y * height })),
});

// One field as the service tells it; a date is told in parts too.
function entry(name, text, size, card) {
  const told = { text, formatted: { value: text }, keyText: '', boundingPolys: [], maskingPolys: [] };
  if (dates.includes(name)) {
    const [year, month, day] = text.split('-');
    told.text = `${year}.${Number(month)}.${Number(day)}.`;
    told.formatted = { year, month, day };
  }
  const { number, mask } = card.masks ?? {};
  if (name === 'personalNum' || name === 'alienRegNum') {
    if (number) told.boundingPolys.push(polygon(number, size));
    if (mask) told.maskingPolys.push(polygon(mask, size));
  }
  return [told];
}

const specimen = {
  idtype: 'ID Card',
  fields: { name: '홍길동(洪吉童)', personalNum: '900101-1234568', address: '서울특별시 중구 세종대로 110\n(태평로1가)', issueDate: '2016-01-15', authority: '서울특별시 중구청장' },
  masks: { number: [0.1, 0.4, 0.55, 0.46], mask: [0.34, 0.4, 0.55, 0.46] },
};

export async function startClova() {
  const clova = { secret: randomBytes(24).toString('base64'), asked: [], card: specimen, mode: 'ok', left: Infinity };
  const path = '/custom/v1/12345/' + randomBytes(16).toString('hex') + '/document/id-card';

  const send = (res, status, body, headers = {}) =>
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
  const fail = (res, status, code, message) => send(res, status, { code, message, path, traceId: '', timestamp: Date.now() });

  const answer = (request, size, change = {}) => {
    const { idtype, fields, confident = true } = clova.card;
    const told = Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, entry(name, text, size, clova.card)]));
    const result = { idtype, isConfident: confident, rois: [polygon([0, 0, 1, 1], size)], [members[idtype]]: told, ...change.result };
    const idCard = { meta: { estimatedLanguage: 'ko' }, result };
    const image = { uid: randomBytes(16).toString('hex'), name: request.images[0].name, inferResult: 'SUCCESS', message: 'SUCCESS', validationResult: { result: 'NO_REQUESTED' }, idCard, ...change.image };
    return { version: 'V2', requestId: request.requestId, timestamp: Date.now(), images: [image], ...change.reply };
  };

  // Each takes the response, the request, and the size of its picture.
  const modes = {
    ok: (res, request, size) => send(res, 200, answer(request, size)),
    failure: (res, request, size) => send(res, 200, answer(request, size, { image: { inferResult: 'FAILURE', message: 'Card Type Classification Failure', idCard: undefined } })),
    inner: (res, request, size) => send(res, 200, answer(request, size, { image: { inferResult: 'ERROR', message: '홍길동', idCard: undefined } })),
    another: (res, request, size) => send(res, 200, answer(request, size, { reply: { requestId: 'f'.repeat(32) } })),
    two: (res, request, size) => send(res, 200, { ...answer(request, size), images: [answer(request, size).images[0], answer(request, size).images[0]] }),
    unknown: (res, request, size) => send(res, 200, answer(request, size, { result: { idtype: 'Library Card' } })),
    url: (res) => fail(res, 404, '0001', 'URL is invalid.'),
    secret: (res) => fail(res, 401, '0002', 'Secret key validate failed.'),
    body: (res) => fail(res, 400, '0011', 'Request body invalid.'),
    version: (res) => fail(res, 400, '0021', 'Protocol version not support.'),
    domain: (res) => fail(res, 400, '0022', 'Request domain invalid.'),
    quota: (res) => fail(res, 400, '0023', 'API request count reach the upper limit.'),
    rate: (res) => fail(res, 429, '0025', 'Calls to this api have exceeded the rate limit.'),
    rate_of_gateway: (res) => send(res, 429, { error: { errorCode: '429', message: 'Quota Exceeded' } }),
    error: (res) => fail(res, 500, '0500', 'Unknown service error.'),
    down: (res) => send(res, 503, ''),
    garbage: (res) => send(res, 200, '\u0000\u0001 not JSON at all'),
    empty: (res) => send(res, 200, '{}'),
    redirect: (res) => send(res, 307, '', { location: `http://127.0.0.1:${clova.port}/_redirected` }),
    slow: (res, request, size) => setTimeout(() => send(res, 200, answer(request, size)), 700),
    hang: () => {},
    stall: (res) => res.writeHead(200, { 'content-length': '100000' }).write('{"version":"V2","requestId":'),
    cut: (res, request, size) => {
      const text = JSON.stringify(answer(request, size));
      res.writeHead(200, { 'content-length': String(Buffer.byteLength(text)) });
      res.write(text.slice(0, text.length >> 1), () => res.socket.destroy());
    },
    reset: (res) => res.socket.destroy(),
    // 200 MB, a chunk at a time, for as long as somebody takes it.
    huge: (res) => {
      const chunk = Buffer.alloc(1 << 20, 'x');
      let left = 200;
      res.writeHead(200, { 'content-type': 'application/json' });
      const pour = () => {
        while (left-- > 0) if (!res.write(chunk)) return res.once('drain', pour);
        res.end();
      };
      res.on('error', () => {});
      pour();
    },
  };

  const authorized = (given) => {
    const want = Buffer.from(clova.secret), got = Buffer.from(given ?? '');
    return got.length === want.length && timingSafeEqual(got, want);
  };

  // What the service itself would refuse.
  const judge = (text) => {
    let request;
    try {
      request = JSON.parse(text);
    } catch {
      return {};
    }
    const image = request.images?.[0];
    const wellFormed = typeof request.requestId === 'string' && request.requestId && Number.isInteger(request.timestamp) && request.images.length === 1 && image.format === 'jpg' && image.name;
    const jpeg = Buffer.from(image?.data ?? '', 'base64');
    return { request, jpeg, size: wellFormed ? jpegSize(jpeg) : null };
  };

  const route = (req, res, text) => {
    if (req.url === '/_asked') return send(res, 200, clova.asked.map(({ jpeg, ...rest }) => rest));
    if (req.url === '/_card') return send(res, 200, (clova.card = JSON.parse(text)) && {});
    if (req.url === '/_mode') {
      const { mode, times = 0 } = JSON.parse(text);
      if (!modes[mode]) return send(res, 404, { message: 'no such mode' });
      clova.mode = mode;
      clova.left = times || Infinity;
      return send(res, 200, {});
    }
    if (req.method !== 'POST' || req.url !== path) return fail(res, 404, '0001', 'URL is invalid.');
    if (!authorized(req.headers['x-ocr-secret'])) return fail(res, 401, '0002', 'Secret key validate failed.');
    const { request, jpeg, size } = judge(text);
    if (req.headers['content-type'] !== 'application/json' || !size) return fail(res, 400, '0011', 'Request body invalid.');
    if (request.version !== 'V2') return fail(res, 400, '0021', 'Protocol version not support.');
    const mode = clova.left > 0 ? clova.mode : 'ok';
    clova.left--;
    clova.asked.push({ mode, requestId: request.requestId, bytes: jpeg.length, ...size, jpeg });
    return modes[mode](res, request, size);
  };

  const listener = (req, res) => {
    const parts = [];
    req.on('data', (part) => parts.push(part)).on('end', () => route(req, res, Buffer.concat(parts).toString('utf8')));
  };
  const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));

  const servers = [createServer(listener), createTlsServer(certificate(), listener)];
  [clova.port, clova.tlsPort] = [await listen(servers[0]), await listen(servers[1])];
  clova.url = `http://127.0.0.1:${clova.port}${path}`;
  clova.path = path;
  clova.env = { OCR_PROVIDER: 'naver_clova', NAVER_CLOVA_API_URL: clova.url, NAVER_CLOVA_SECRET_KEY: clova.secret };
  clova.say = (mode, times = 0) => Object.assign(clova, { mode, left: times || Infinity });
  clova.stop = () => Promise.all(servers.map((server) => (server.closeAllConnections(), new Promise((done) => server.close(done)))));
  return clova;
}

function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'bonin-clova-'));
  try {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
      '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert,
    ], { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { port, tlsPort, url, path, secret } = await startClova();
  console.log(JSON.stringify({ port, tls_port: tlsPort, url, path, secret }));
  process.stdin.resume().on('end', () => process.exit()).on('error', () => process.exit());
}
