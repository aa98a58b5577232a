// Rows 13, 14, 16 and 17: pictures that are made to do harm, the cell in which they are opened, and what is stored of
// them. Single files and operations are tried by tests/unit/vision; here the real server is in between.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Flow } from '../e2e/lib/flow.mjs';
import { png, readTree, smuggle } from '../e2e/lib/image.mjs';
import { data, program, root, run, Server } from '../e2e/lib/server.mjs';
import { full, report, scale } from './report.mjs';
import { unit } from './unit.mjs';

const bombs = join(data, 'hostile', 'bombs');
const manifest = existsSync(join(bombs, 'manifest.json')) ? JSON.parse(readFileSync(join(bombs, 'manifest.json'), 'utf8')) : [];
const specimens = join(data, 'documents');
const described = existsSync(join(specimens, 'manifest.json')) ? JSON.parse(readFileSync(join(specimens, 'manifest.json'), 'utf8')) : [];
const needsBombs = { skip: manifest.length > 0 ? false : 'no hostile pictures in BONIN_DATA' };
const needsSpecimens = { skip: described.length > 0 ? false : 'no specimens in BONIN_DATA' };
const specimen = (type, level, has = () => true) => {
  const entry = described.find((item) => item.type === type && item.level === level && has(item.truth));
  return { truth: entry.truth, image: readFileSync(join(specimens, entry.file)) };
};

let server;
before(async () => (server = await Server.start({ env: { WORKERS: '2' } })));
after(() => server?.stop());

const ready = async () => (await Flow.create(server, {})).proveBoth();

async function judged(flow, type, image, options) {
  const sent = await flow.uploadDocument(type, image, options);
  return sent.status === 200 ? flow.judged('id-card', sent.body.data.verification_id, 120) : { status: 'refused', errors: sent.body?.errors ?? [], http: sent.status };
}

// What is stored of a session, in clear: {folder, files: {'card.jpg': bytes, …}}.
async function stored(flow) {
  const folder = mkdtempSync(join(server.dir, 'stored-'));
  const done = await run(['--data', server.data, flow.id, folder], { file: resolve(program, '../stored-pictures'), env: server.env });
  assert.equal(done.status, 0, done.stderr);
  return { folder, files: Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])) };
}

// The greatest memory of each bonin-vision that the server has, in MB.
function peaks() {
  const found = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (!status.startsWith('Name:\tbonin-vision\n') || !status.includes(`\nPPid:\t${server.child.pid}\n`)) continue;
      found.set(pid, Math.ceil(Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024));
    } catch {
      // it ended meanwhile
    }
  }
  return found;
}

const fits = ({ expect }, { status, errors }) => {
  const refused = status === 'refused' || errors?.includes('INVALID_IMAGE');
  if (expect.startsWith('reject')) return refused;
  return expect.startsWith('accept') ? !refused : true;
};

// Negative control: without the limits of vision/image.c, jpeg.c and png.c a bomb keeps its worker for 30 s and more
// and takes gigabytes; with pictures read on the event thread the status reads wait for them.
test('13: bombs by upload, while others are answered', needsBombs, async () => {
  const some = manifest.filter((_, i) => full || i % 4 === 0);
  const bystander = await ready();
  const waits = [], highest = new Map();
  const wrong = [];
  let over = false;
  const watch = (async () => {
    while (!over) {
      const began = performance.now();
      const reply = await bystander.status();
      waits.push(performance.now() - began);
      assert.equal(reply.status, 200, reply.text);
      for (const [pid, mb] of peaks()) highest.set(pid, mb);
      await sleep(20);
    }
  })();
  const groups = Array.from({ length: Math.ceil(some.length / 5) }, (_, i) => some.slice(5 * i, 5 * i + 5));
  await Promise.all(groups.map(async (group) => {
    const flow = await ready();
    for (const bomb of group) {
      const verdict = await judged(flow, 'passport', readFileSync(join(bombs, bomb.file)), { filename: bomb.file });
      if (!fits(bomb, verdict)) wrong.push(`${bomb.file}: ${JSON.stringify(verdict)}`);
    }
  }));
  over = true;
  await watch;
  waits.sort((a, b) => a - b);
  const peak = Math.max(...highest.values()), sanitized = /asan/.test(program);
  report(13, 'bombs by upload', `${some.length - wrong.length} of ${some.length} verdicts as expected, bonin-vision at most ${peak} MB ${wrong.join(' ')}`,
    wrong.length === 0 && (sanitized || peak <= 512));
  report(13, 'status reads meanwhile', `${waits.length} answered, median ${waits[waits.length >> 1].toFixed(1)} ms, slowest ${waits.at(-1).toFixed(0)} ms`, waits.at(-1) < 5000);
});

test('13: and a genuine card is read afterwards', needsSpecimens, async () => {
  const verdict = await judged(await ready(), 'resident_card', specimen('resident', 0).image);
  assert.equal(verdict.status, 'success', JSON.stringify(verdict));
});

const hostileNames = (folder) => [
  '../../../../../../../../tmp/bonin-canary.jpg', '/tmp/bonin-canary.jpg', `${folder}/bonin-canary.jpg`, '..\\..\\bonin-canary.jpg', 'C:\\bonin-canary.jpg',
  '%2e%2e%2f%2e%2e%2fbonin-canary.jpg', 'bonin-canary.jpg\0.png', '\0', '', '.', '..', `${'a'.repeat(10000)}bonin-canary.jpg`, '../'.repeat(3333), '$(touch bonin-canary)',
  '`touch bonin-canary`', '|touch bonin-canary', '-rf bonin-canary', 'bonin-canary.jpg;type=text/html', 'CON', '\u202egpj.bonin-canary', '\xff\xfe bonin-canary', 'a'.repeat(255), '~/bonin-canary',
];

// Negative control: name a blob after the file (src/blob/blob.c makes a random id).
test('17: no file is written but our own, whatever it was called', async () => {
  const outside = () => [...readTree(server.dir)].map(([path]) => path).filter((path) => !path.startsWith(server.data) && !path.includes('/stored-')).filter((path) => !path.startsWith(server.mailDir) && path !== server.smsFile);
  const before = outside(), names = hostileNames(server.dir), picture = png(64, 64, () => [70, 80, 90]), strange = [];
  let flow, taken = 0;
  for (const [i, filename] of names.entries()) {
    if (i % 5 === 0) flow = await ready();
    const verdict = await judged(flow, 'passport', picture, { filename, type: 'image/png', call: { unchecked: true } });
    if (verdict.status === 'refused' ? verdict.http >= 500 : verdict.status !== 'failed' && verdict.status !== 'rejected') strange.push(filename);
    taken += verdict.status !== 'refused';
  }
  const inside = [...readTree(server.data)].map(([path]) => path.slice(server.data.length)).filter((path) => !/^\/(bonin\.db(-wal|-shm)?|secret\.key|blobs\/owner|blobs\/[0-9a-f]{2}\/[0-9a-f]{30,})$/.test(path));
  const fallen = [...outside().filter((path) => !before.includes(path)), ...inside, ...['/tmp/bonin-canary.jpg', '/bonin-canary.jpg', join(root, 'bonin-canary')].filter(existsSync)];
  report(17, 'hostile file names', `${names.length} names, ${taken} taken, ${fallen.length} files outside the store ${fallen.join(' ')}${strange.join(' ')}`, fallen.length === 0 && strange.length === 0 && taken > 0);
});

// Negative control: store the upload, or what is not encoded anew (answer_document.c, answer_faces.c).
test('17: what is smuggled in a picture is not stored', needsSpecimens, async () => {
  const word = 'BONIN-CANARY', flow = await ready();
  const verdict = await judged(flow, 'resident_card', smuggle(specimen('resident', 1).image, word));
  assert.equal(verdict.status, 'success', JSON.stringify(verdict));
  const sent = await flow.uploadFace(smuggle(png(320, 240, (x, y) => [x & 255, y, 90]), word), { type: 'image/png' });
  assert.equal(sent.status, 200, sent.text);
  await flow.judged('face', sent.body.data.verification_id);
  const kept = (await stored(flow)).files, pictures = ['card.jpg', 'portrait.jpg', 'selfie.jpg'].filter((name) => kept[name]);
  const marks = [word, 'Exif', 'http://ns', 'ICC_PROFILE', 'Photoshop', '<?php', '%PDF', 'PK\x03\x04', '<script>'];
  const found = pictures.flatMap((name) => marks.filter((mark) => kept[name].includes(mark, 0, 'latin1')).map((mark) => `${mark} in ${name}`));
  report(17, 'smuggled through the server', `${pictures.length} pictures stored, ${found.length} canaries ${found.join()}`, pictures.length === 3 && found.length === 0);
  for (const name of pictures) assert.ok(kept[name].subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')) && kept[name].subarray(-2).equals(Buffer.from('ffd9', 'hex')), name);
});

// Negative control: leave document_redact out, or mask_mrz in src/check/id_card.c.
test('17: no identity number is stored, in a picture or beside it', needsSpecimens, async () => {
  const cases = [['passport', 'passport', 'personal_no'], ['driver', 'driver_license', 'rrn'], ['resident', 'resident_card', 'rrn']];
  const tried = await Promise.all(cases.slice(0, scale(1, 3)).flatMap((kind) => scale([1], [0, 1, 2]).map(async (level) => {
    const [type, declared, key] = kind, { truth, image } = specimen(type, level, (person) => person[key]);
    const flow = await ready(), verdict = await judged(flow, declared, image), { folder, files } = await stored(flow);
    return { what: `${type} at level ${level}`, secret: truth[key].split('-').at(-1), verdict, files, card: join(folder, 'card.jpg') };
  })));
  const scan = await run(['scan', '--unmasked', '--type', 'resident_card', ...tried.map(({ card }) => card)], { env: server.env });
  const again = new Map(scan.stdout.split('\n').filter(Boolean).map((line) => [JSON.parse(line).file, line]));
  const left = tried.filter(({ secret, verdict, files, card }) => !['success', 'rejected'].includes(verdict.status) || !files['card.jpg'] || files['extracted.json'].includes(secret) ||
    !again.has(card) || again.get(card).includes(secret) || JSON.parse(again.get(card)).extracted_data.id_number);
  report(17, 'numbers in what is stored', `${tried.length - left.length} of ${tried.length} sessions without one ${left.map(({ what }) => what).join(', ')}`, left.length === 0);
});

const inFull = { skip: !full && 'in the unit suites' };
test('13: every bomb, as a document and as a selfie', inFull, () => unit('hostile_bombs', { minutes: 10 }));
test('13: the largest pictures that are taken', inFull, () => unit('largest_pictures', { minutes: 10 }));
test('14: every malformed picture', inFull, () => unit('hostile_images', { minutes: 30 }));
test('14: every malformed picture, under the sanitizers', inFull, () => unit('hostile_images', { build: 'build-asan', minutes: 30 }));
test('16: the cell from inside', inFull, () => unit('sandbox_', { minutes: 5 }));
test('17: polyglots, one by one', inFull, () => unit('polyglots_', { minutes: 10 }));
test('17: identity numbers on all specimens', inFull, () => unit('redact_', { minutes: 60 }));
