// Row 25: nothing personal and no secret stands in plain text in the store, its log and index, the blobs, what is
// logged or printed, temporary files or a core file. A whole flow with document and face is gone through, and what it
// was about is looked for in every spelling, while the server runs, after it stopped, and after the erasure.
//
// Negative controls: an event that carries its address unmasked (check/otp_send.c) and a log line with a read field
// are found; without stay_private (main.c) the limit is not 0. The finder itself is tried on each spelling.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { e164, Flow } from '../e2e/lib/flow.mjs';
import { readTree } from '../e2e/lib/image.mjs';
import { data, models, run, Server } from '../e2e/lib/server.mjs';
import { finder, planted } from './lib/canary.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { childrenOf } from './lib/processes.mjs';
import { report, scale } from './report.mjs';

const cards = join(data, 'cards_with_faces');
const hasCards = existsSync(join(cards, 'manifest.json'));
const hasModels = existsSync(join(models, 'manifest.json')) && JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8')).models.every(({ file }) => existsSync(join(models, file)));
const skip = !hasCards ? 'no specimen cards in BONIN_DATA' : !hasModels ? 'no face models' : false;

function specimen() {
  const card = JSON.parse(readFileSync(join(cards, 'manifest.json'), 'utf8')).find(({ type, level }) => type === 'resident' && level === 0);
  return { ...card, front: readFileSync(join(cards, card.file)), face: readFileSync(join(data, 'faces', card.selfie)) };
}

// A whole flow; returns what nobody must find, by what it is.
async function wholeFlow(server) {
  const { truth, front, face } = specimen();
  const key = await server.apiKey('rp');
  const expected = { name: truth.name, birth_date: truth.birth_date };
  const flow = await Flow.create(server, { expected, metadata: { note: 'canary-in-metadata' } }, { key });
  await flow.sendPhone();
  await flow.verifyPhone(await flow.wrongSmsCode());
  const codes = [await flow.smsCode(), await flow.verifyPhone(await flow.smsCode()).then(() => flow.sendEmail()).then(() => flow.mailCode())];
  await flow.verifyEmail(codes[1]);
  const card = await flow.uploadDocument('resident_card', front, { filename: 'canary-file-name.jpg' });
  assert.equal((await flow.judged('id-card', card.body.data.verification_id)).status, 'success');
  const selfie = await flow.uploadFace(face);
  assert.equal((await flow.judged('face', selfie.body.data.verification_id)).status, 'success');
  const done = (await flow.complete()).body.data;
  const told = await server.client.call('POST', '/api/verification/token/introspect', { form: { token: done.verification_token }, key });
  assert.equal(told.body.active, true);
  return {
    flow,
    canaries: {
      name: truth.name,
      'birth date': truth.birth_date,
      address: truth.address_lines[0],
      'identity number': truth.rrn,
      'identity number, digits': truth.rrn.replace('-', ''),
      'its back half': truth.rrn.slice(7),
      number: flow.phone.slice(1),
      'number, as it is kept': e164(flow.phone),
      mail: flow.email,
      metadata: 'canary-in-metadata',
      'file name': 'canary-file-name',
      'SMS code': codes[0],
      'mail code': codes[1],
      'session key': flow.key,
      'API key': key,
      'verification token': done.verification_token,
      'signature of the id_token': done.id_token.split('.')[2],
      document: front.subarray(front.length >> 1, (front.length >> 1) + 24),
      selfie: face.subarray(face.length >> 1, (face.length >> 1) + 24),
    },
  };
}

// Regular files that the server and its children have open outside of its folder: where they would put something aside.
function openElsewhere(server) {
  return [server.child.pid, ...childrenOf(server.child.pid)].flatMap((pid) => readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return '';
    }
  })).filter((path) => path.startsWith('/') && !path.startsWith(server.dir) && !path.startsWith('/dev/'));
}

// All that is at rest, but for the messages, which are what was sent.
function look(server, find, when) {
  let bytes = 0;
  const hits = [];
  const see = (where, content) => {
    bytes += content.length;
    hits.push(...find(content).map((name) => `${when}: ${name} in ${where}`));
  };
  for (const [path, content] of readTree(server.dir)) if (path !== server.smsFile && !path.startsWith(server.mailDir)) see(path, content);
  see('what was logged', Buffer.from(server.logged));
  see('what was printed', Buffer.from(server.printed));
  assert.deepEqual(hits, []);
  return bytes;
}

test('nothing is at rest in plain text', { skip }, async () => {
  const server = await Server.start({ store: 'sqlite', env: { VERIFICATION_CODE_LENGTH: '10', RETENTION_DAYS: '0' } });
  let bytes = 0, count = 0;
  try {
    server.env.TMPDIR = join(server.dir, 'tmp');
    mkdirSync(server.env.TMPDIR);
    await server.down();
    await server.up();
    const { flow, canaries } = await wholeFlow(server);
    const find = finder(canaries);
    for (const { name, bytes: plant } of planted(canaries)) assert.ok(find(plant).includes(name), `the finder does not find ${name}`);
    count = Object.keys(canaries).length;
    assert.ok(existsSync(join(server.data, 'bonin.db-wal')) && existsSync(join(server.data, 'bonin.db-shm')));
    assert.deepEqual(openElsewhere(server), []);
    bytes += look(server, find, 'running');
    await server.down();
    bytes += look(server, find, 'stopped');
    assert.equal((await server.cli(['session', 'erase', flow.id])).status, 0);
    bytes += look(server, find, 'erased');
    await server.up();
  } finally {
    await server.stop();
  }
  report(25, 'canaries in store, WAL, blobs, logs, temporary files', `${count} canaries, each in at least 8 spellings, in ${(bytes / 1e6).toFixed(1)} MB: 0 hits`);
});

test('nothing stands in a dump of PostgreSQL', { skip: skip || (scale(true, false) && 'in full only') }, async (t) => {
  const postgres = await startPostgres();
  if (!postgres) return t.skip('PostgreSQL is not installed');
  const server = await Server.start({ store: 'postgres', env: { VERIFICATION_CODE_LENGTH: '10' } });
  try {
    const { canaries } = await wholeFlow(server);
    const dump = await run(['--dbname', server.database.url], { file: 'pg_dump' });
    assert.equal(dump.status, 0, dump.stderr);
    assert.deepEqual(finder(canaries)(Buffer.from(dump.stdout)), []);
    report(25, 'canaries in a dump of PostgreSQL', `${Object.keys(canaries).length} canaries in ${dump.stdout.length} bytes: 0 hits`);
  } finally {
    await server.stop();
    await postgres.stop();
  }
});

// Raises what limits the core files of a process, where we may, and kills it with a signal that makes one.
async function crash(pid) {
  const raised = await run(['--pid', String(pid), '--core=unlimited:unlimited'], { file: 'prlimit' });
  process.kill(pid, 'SIGSEGV');
  return raised.status === 0;
}

const cores = (folder) => [...readTree(folder)].map(([path]) => path).filter((path) => /\/core[^/]*$/.test(path));

// Whether a process that forbids nothing leaves a core file in its folder, on this machine.
async function machineMakesCores() {
  const folder = mkdtempSync(join(tmpdir(), 'bonin-core-'));
  try {
    const child = spawn('sleep', ['60'], { cwd: folder, stdio: 'ignore' });
    const ended = once(child, 'exit');
    await crash(child.pid);
    await ended;
    return cores(folder).length > 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('no core file is made', async (t) => {
  if (!(await machineMakesCores())) return t.skip('this machine puts core files elsewhere, or makes none');
  const server = await Server.start({ store: 'sqlite' });
  let raised = false;
  try {
    for (const pid of [server.child.pid, ...childrenOf(server.child.pid)]) {
      assert.match(readFileSync(`/proc/${pid}/limits`, 'latin1'), /^Max core file size +0 +0 /m);
    }
    await crash(childrenOf(server.child.pid)[0]);
    raised = await crash(server.child.pid);
    assert.equal((await server.ended).signal, 'SIGSEGV');
    assert.deepEqual(cores(server.dir), []);
    await server.up();
  } finally {
    await server.stop();
  }
  report(25, 'core files', `server and bonin-vision: limit 0${raised ? ', and none where it was raised' : ''}, 0 files`);
});
