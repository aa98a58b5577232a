// Row 32: power is cut, the disk fails, the disk is full. What was acknowledged is there; what cannot be kept is refused
// with 503, no code is accepted and no message sent without a record; and it works again as soon as the disk does.
//
// The disk is a real file system on a block device served by nbdkit (lib/disk.mjs), the full one a tmpfs. What a power
// cut may leave of the store's own files, down to torn and reordered sectors, is gone through in
// tests/contract/power.c.
//
// Negative controls: PRAGMA synchronous=OFF (db/sqlite_conn.c) loses acknowledged sessions at a cut, blobs without
// fsync (blob/file.c) the pictures; a database error worded as 200, or a message sent before its job is committed,
// fails the others.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertFails, Flow } from '../e2e/lib/flow.mjs';
import { png } from '../e2e/lib/image.mjs';
import { run, Server } from '../e2e/lib/server.mjs';
import { Disk, noDisk } from './lib/disk.mjs';
import { Journal } from './lib/journal.mjs';
import { until } from './lib/processes.mjs';
import { integrity } from './lib/sqlite.mjs';
import { report, scale } from './report.mjs';

const HEALS_S = 5;
const CUTS_OF_A_DISK = 10;
const skip = noDisk();
const picture = png(320, 240, (x, y) => [(x * 7) & 255, (y * 5) & 255, 90]);

// Sends pictures until the server is gone; notes those that were answered.
async function upload(server, uploads) {
  try {
    for (;;) {
      const flow = await (await Flow.create(server, {})).proveBoth();
      const reply = await flow.uploadDocument('passport', picture, { type: 'image/png' });
      if (reply.status !== 200) return;
      uploads.push({ flow, id: reply.body.data.verification_id });
    }
  } catch (error) {
    if (error instanceof assert.AssertionError) assert.match(error.message, /"UNAVAILABLE"/);
  }
}

// From here on nothing reaches the disk; whoever is answered all the same must not have been promised anything.
async function cutPower(disk, server) {
  disk.cutPower();
  await sleep(Math.random() * 20);
  await server.down('SIGKILL');
  await disk.unplug();
  await disk.plugIn();
}

async function cutAndCheck(disk, server, journal, uploads) {
  const before = journal.entries.length, uploaded = uploads.length;
  const writing = Promise.all([...Array.from({ length: 4 }, () => journal.write()), upload(server, uploads), upload(server, uploads)]);
  await until(() => uploads.length > uploaded + 1, 20, 'two uploads');
  await sleep(Math.random() * 200);
  await cutPower(disk, server);
  await writing;
  await server.up();
  await Promise.all(journal.entries.slice(before).map((entry) => journal.resume(entry)));
  await integrity(server);
}

// `cuts` of the power of one disk. The first comes soon after the first start, when keys and schema are young.
function cutAndCut(cuts, disk) {
  const options = { data: join(disk.mount, 'data'), clock: true, store: 'sqlite', env: { WORKERS: '1' } };
  return Server.with(options, async (server) => {
    const journal = new Journal(server), uploads = [];
    for (let cut = 0; cut < cuts; cut++) await cutAndCheck(disk, server, journal, uploads);
    for (const entry of journal.entries) await journal.check(entry);
    server.advance(60); // leases of the dead are over
    for (const { flow, id } of uploads) assert.ok((await flow.judged('id-card', id)).errors.includes('NO_DOCUMENT'), 'a picture was lost');
    return { told: journal.acknowledged, pictures: uploads.length };
  });
}

test('the power is cut under load', { skip }, async () => {
  const cuts = scale(1, 100);
  let told = 0, pictures = 0;
  for (let done = 0; done < cuts; done += CUTS_OF_A_DISK) {
    const one = await Disk.with({}, (disk) => cutAndCut(Math.min(CUTS_OF_A_DISK, cuts - done), disk));
    told += one.told;
    pictures += one.pictures;
  }
  report(32, 'power cut under load (nbdkit, ext4)', `${cuts} cuts, ${told} answers and ${pictures} pictures, 0 lost, integrity ok`, told > 0 && pictures > cuts);
});

// Everything that would have to be written is refused, and nothing of it happens.
async function checkFailsClosed(server, kept, code) {
  const refused = await until(async () => {
    const reply = await new Flow(server).post('/session/create', { metadata: { filler: 'x'.repeat(2000) } });
    return reply.status === 200 ? null : reply;
  }, 30, 'a refusal');
  assertFails(refused, 503, 'UNAVAILABLE');
  const sent = server.messages().length;
  assertFails(await kept.sendPhone(), 503, 'UNAVAILABLE');
  assert.equal(server.messages().length, sent, 'a message was sent without a record');
  assertFails(await kept.verifyPhone(code), 503, 'UNAVAILABLE');
  assert.equal((await server.client.get('/healthz')).status, 200);
}

// Seconds until a whole flow can be gone through again.
async function healed(server) {
  const began = performance.now();
  await until(() => Flow.create(server).then((flow) => flow.proveBoth()).then(() => true, () => null), 30, 'a flow');
  return (performance.now() - began) / 1000;
}

async function sentCode(server) {
  const flow = await Flow.create(server);
  const sent = await flow.sendPhone();
  assert.equal(sent.status, 200, sent.text);
  return { flow, code: await flow.smsCode() };
}

let ended; // by itself

// Breaks the disk under load. The file system gives up over its journal, and is mounted again once the disk is mended,
// as its operator would; returns how long it then took until all was well.
async function failWriting(disk, server, journal) {
  const { flow, code } = await sentCode(server);
  const writing = Promise.all(Array.from({ length: 4 }, () => journal.write()));
  await sleep(50 + Math.random() * 100);
  disk.fail('pwrite', 'zero');
  await writing;
  // Where the database itself could not be synced the program ends (db/sqlite_disk.h): that refuses too.
  await checkFailsClosed(server, flow, code).catch((error) => {
    if (error instanceof assert.AssertionError) throw error;
  });
  const end = await server.down('SIGKILL');
  ended += end.signal === 'SIGABRT';
  disk.mend();
  await disk.unplug(); // with it goes what is cached: what is on the disk counts
  await disk.plugIn();
  await server.up();
  const seconds = await healed(server);
  assert.equal((await flow.verifyPhone(code)).status, 200, 'the code was used up by a refusal');
  for (const entry of journal.entries) await journal.check(entry);
  return seconds + server.readyMs / 1000;
}

test('writing fails with EIO, and the disk comes back', { skip }, () => Disk.with({}, async (disk) => {
  let seconds = 0, rounds = 0, told = 0;
  ended = 0;
  await Server.with({ data: join(disk.mount, 'data'), store: 'sqlite', env: { SMS_COOLDOWN_SECONDS: '0' } }, async (server) => {
    const journal = new Journal(server);
    for (; rounds < scale(2, 50); rounds++) seconds = Math.max(seconds, await failWriting(disk, server, journal));
    await integrity(server);
    told = journal.acknowledged;
  });
  report(32, 'EIO on writing and syncing (nbdkit, ext4)', `${rounds} times, ${told} answers, 0 lost, refused meanwhile (${ended} times by ending), healed ${seconds.toFixed(1)} s after mounting again`, seconds < HEALS_S);
}));

// Under way: 503, and as soon as the disk is well all is.
async function failReading(disk, server, flow, code) {
  disk.forget(...['bonin.db', 'bonin.db-wal'].map((name) => join(server.data, name)));
  disk.fail('pread');
  assertFails(await flow.verifyPhone(code), 503, 'UNAVAILABLE');
  disk.mend();
  return healed(server);
}

// At the start: one line that says so.
async function failStart(disk, server) {
  await server.down();
  disk.shutDown();
  await disk.unplug(); // with it goes what is cached
  await disk.plugIn();
  disk.fail('pread');
  const end = await run(['serve', '--listen', '127.0.0.1:0', '--data', server.data], { env: server.env, cwd: server.dir });
  assert.ok([2, 3].includes(end.status), `${end.status} ${end.stderr}`);
  assert.equal(end.stderr.trim().split('\n').length, 1, end.stderr);
  disk.mend();
  await server.up();
}

test('reading fails with EIO, under way and at the start', { skip }, () => Disk.with({ type: 'ext2' }, async (disk) => {
  let seconds = 0;
  await Server.with({ data: join(disk.mount, 'data'), store: 'sqlite' }, async (server) => {
    const { flow, code } = await sentCode(server);
    seconds = await failReading(disk, server, flow, code);
    await failStart(disk, server);
    assert.equal((await flow.verifyPhone(code)).status, 200, 'the code was used up by a refusal');
  });
  report(32, 'EIO on reading (nbdkit, ext2)', `503, healed in ${seconds.toFixed(1)} s; at the start refused with one line, nothing lost`, seconds < HEALS_S);
}));

// Fills the disk until nothing more fits, and makes room again; returns how long it took to heal.
async function fillUp(folder, server) {
  const filler = join(folder, 'filler');
  const { flow, code } = await sentCode(server);
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k'], { stdio: 'ignore' });
  } catch {
    // dd ends with an error when the disk is full, as it should
  }
  await checkFailsClosed(server, flow, code);
  rmSync(filler);
  const seconds = await healed(server);
  assert.equal((await flow.verifyPhone(code)).status, 200, 'the code was used up by a refusal');
  await integrity(server);
  return seconds;
}

test('the disk is full, and has room again', { skip: process.getuid() === 0 ? false : 'only root may mount a disk' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bonin-full-'));
  let seconds = 0, rounds = 0;
  // A new one each time: the write-ahead log alone would come to fill it.
  for (; rounds < scale(1, 20); rounds++) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', folder]);
    try {
      const options = { data: join(folder, 'data'), store: 'sqlite', env: { SMS_COOLDOWN_SECONDS: '0' } };
      seconds = Math.max(seconds, await Server.with(options, (server) => fillUp(folder, server)));
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  }
  rmSync(folder, { recursive: true, force: true });
  report(32, 'full disk (2 MB tmpfs)', `${rounds} times, 503 meanwhile, no code accepted, nothing sent, healed in ${seconds.toFixed(1)} s`, seconds < HEALS_S);
});
