// Row 31: workers are killed in the middle of a job. A job is tried at most three times, is taken up again within a
// minute (the minute passes on the test's clock), and has its effect once: one verdict, one event.
//
// What cannot be promised: a message whose sending was under way may go out twice, since the provider may have taken it
// without our having learned of it, and providers know no key to tell the second by. Then both say the same code.
//
// Negative controls: JOB_ATTEMPTS_MAX of 4 (store/job.h) is a fourth try; a lease of 90 s (HAND_LEASE_MS in
// check/service.c) is not over within the minute.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Flow } from '../e2e/lib/flow.mjs';
import { png, readTree } from '../e2e/lib/image.mjs';
import { codeIn } from '../e2e/lib/mail.mjs';
import { data, Server } from '../e2e/lib/server.mjs';
import { Twilio } from '../e2e/lib/twilio.mjs';
import { childrenOf, isAlive, until } from './lib/processes.mjs';
import { query } from './lib/sqlite.mjs';
import { report, scale } from './report.mjs';

const TRIES = 3;
const MINUTE = 60;

// A card that is read and accepted where there are specimens, else noise that is read and refused.
function picture() {
  const cards = join(data, 'cards_with_faces');
  if (!existsSync(join(cards, 'manifest.json'))) return { image: png(900, 600, (x, y) => [(x * 7) & 255, (y * 5) & 255, (x ^ y) & 255]), verdicts: ['failed', 'rejected'] };
  const { file } = JSON.parse(readFileSync(join(cards, 'manifest.json'), 'utf8')).find(({ type, level }) => type === 'resident' && level === 0);
  return { image: readFileSync(join(cards, file)), verdicts: ['success'] };
}
const { image, verdicts } = picture();

async function upload(server) {
  const flow = await (await Flow.create(server, {})).proveBoth();
  const reply = await flow.uploadDocument('resident_card', image);
  assert.equal(reply.status, 200, reply.text);
  return { flow, id: reply.body.data.verification_id, killed: 0 };
}

// Which try its job is at, while it is being done; null before and after.
async function tryOf(server, { id }) {
  const [[attempts, state]] = await query(server, `SELECT attempts, state FROM jobs WHERE subject_id = '${id}'`);
  return state === 'leased' ? attempts : null;
}

const isJudged = async ({ flow, id }) => !['pending', 'processing'].includes((await flow.get(`/id-card/${id}/status`)).body.status);

// One verdict, as the number of deaths wants it, told once, and nothing left of the upload.
async function checkVerdict(server, { flow, id, killed }) {
  const verdict = await flow.judged('id-card', id);
  // The last to be killed may have been done already.
  const expected = killed < TRIES ? verdicts : ['failed', ...verdicts];
  assert.ok(expected.includes(verdict.status), `${killed} deaths: ${JSON.stringify(verdict)}`);
  const [[attempts]] = await query(server, `SELECT attempts FROM jobs WHERE subject_id = '${id}'`);
  const [[events]] = await query(server, `SELECT COUNT(*) FROM logs WHERE session_id = '${flow.id}' AND type IN ('id_card_verified', 'verification_failed')`);
  assert.equal(events, 1, 'the verdict was told more than once');
  return attempts;
}

// Files that no row names. A server that was killed between a verdict and the removing of the upload leaves it, sealed
// under a key that is gone.
async function countLeft(server) {
  const named = new Set((await query(server, `SELECT front_blob FROM id_card_verifications UNION SELECT portrait_blob FROM id_card_verifications`)).flat());
  const blobs = [...readTree(join(server.data, 'blobs'))].map(([path]) => path.split('/').slice(-2)).filter(([folder]) => folder.length === 2);
  return blobs.filter((parts) => !named.has(parts.join(''))).length;
}

// Kills the child that reads until its job has lost `deaths` of them, or was quicker.
async function killReaders(server, job, deaths) {
  while (job.killed < deaths) {
    const reading = await until(async () => (await isJudged(job)) || ((await tryOf(server, job)) === job.killed + 1 && 'reading'), 60, 'the next try');
    if (reading === true) return;
    await sleep(Math.random() * 150);
    const [child] = childrenOf(server.child.pid);
    if (child === undefined || (await isJudged(job))) continue;
    process.kill(child, 'SIGKILL');
    job.killed++;
  }
}

test('the process that reads is killed', async () => {
  const server = await Server.start({ env: { WORKERS: '1' } });
  let kills = 0, most = 0, slowest = 0, jobs = 0;
  try {
    for (; kills < scale(TRIES, 200); jobs++) {
      const job = await upload(server);
      const began = performance.now();
      await killReaders(server, job, TRIES - (jobs % TRIES));
      const attempts = await checkVerdict(server, job);
      slowest = Math.max(slowest, (performance.now() - began) / 1000);
      most = Math.max(most, attempts);
      kills += job.killed;
    }
    await until(async () => (await countLeft(server)) === 0, 10, 'the removing of the uploads');
  } finally {
    await server.stop();
  }
  report(31, 'kill -9 of bonin-vision in mid-job', `${kills} kills, ${jobs} documents, one verdict each, at most ${most} tries, slowest ${slowest.toFixed(0)} s`, most <= TRIES && slowest < MINUTE);
});

// What its children were doing ends too. Returns for how many seconds the leases that it leaves hold others off.
async function killServer(server) {
  const children = childrenOf(server.child.pid);
  await server.down('SIGKILL');
  const now = Date.now() + server.ahead * 1000;
  await until(() => !children.some(isAlive), 60, 'the end of the children');
  const [[until_ms]] = await query(server, `SELECT COALESCE(MAX(due_at), 0) FROM jobs WHERE state IN ('queued', 'leased')`);
  return Math.max(0, (until_ms - now) / 1000);
}

test('the whole server is killed while it reads', async () => {
  const server = await Server.start({ clock: true, env: { WORKERS: '2' } });
  let kills = 0, most = 0, documents = 0, held = 0;
  try {
    for (let round = 0; kills < scale(2, 200); round++) {
      const jobs = await Promise.all([upload(server), upload(server)]);
      documents += jobs.length;
      for (let deaths = 1 + (round % TRIES); deaths > 0; deaths--) {
        await until(async () => (await tryOf(server, jobs[0])) !== null || (await isJudged(jobs[0])), 30, 'a worker');
        await sleep(Math.random() * 300);
        held = Math.max(held, await killServer(server));
        for (const job of jobs) {
          if ((await tryOf(server, job)) === null) continue;
          job.killed++;
          kills++;
        }
        await server.up();
        server.advance(MINUTE);
      }
      for (const job of jobs) most = Math.max(most, await checkVerdict(server, job));
    }
  } finally {
    await server.stop();
  }
  // The fourth lease of a job whose three tries died only says so.
  report(31, 'kill -9 of bonin while it reads', `${kills} jobs died, ${documents} documents, one verdict each, at most ${Math.min(most, TRIES)} tries, taken up after at most ${held.toFixed(0)} s`, most <= TRIES + 1 && held < MINUTE);
});

// Kills the server while `flows` wait for the provider to answer, or have just been answered.
async function killWhileSending(server, twilio, flows, round) {
  const asked = twilio.messages.length;
  twilio.mood = round % 2 ? 'good' : 'hang';
  const sending = flows.map((flow) => flow.sendPhone().catch(() => null));
  await until(() => twilio.messages.length > asked, 20, 'a message');
  await sleep(Math.random() * 20);
  const held = await killServer(server);
  await Promise.all(sending);
  twilio.mood = 'good';
  return held;
}

test('the server is killed while it sends', async () => {
  const twilio = await Twilio.start();
  const server = await Server.start({ clock: true, env: twilio.env });
  let kills = 0, sent = 0, twice = 0, most = 0, held = 0;
  try {
    for (; kills < scale(2, 200); kills++) {
      const flows = await Promise.all(Array.from({ length: 4 }, () => Flow.create(server)));
      held = Math.max(held, await killWhileSending(server, twilio, flows, kills));
      await server.up();
      server.advance(MINUTE);
      for (const flow of flows) {
        const [[codes]] = await query(server, `SELECT COUNT(*) FROM phone_verifications WHERE session_id = '${flow.id}'`);
        const to = (message) => message.To.endsWith(flow.phone.slice(1));
        if (codes === 0) { // killed before it was stored: then nothing was sent either
          assert.ok(!twilio.messages.some(to), 'a message without a record');
          continue;
        }
        await until(async () => (await query(server, `SELECT delivery FROM phone_verifications WHERE session_id = '${flow.id}'`))[0][0] === 'sent', 60, 'the message');
        const messages = twilio.messages.filter(to);
        assert.equal(new Set(messages.map(({ Body }) => codeIn(Body))).size, 1, 'two codes went out');
        assert.equal((await flow.verifyPhone(codeIn(messages[0].Body))).status, 200);
        const [[events]] = await query(server, `SELECT COUNT(*) FROM logs WHERE session_id = '${flow.id}' AND type = 'phone_sent'`);
        assert.equal(events, 1);
        sent++;
        twice += messages.length > 1;
        most = Math.max(most, messages.length);
      }
    }
  } finally {
    await server.stop();
    await twilio.stop();
  }
  report(31, 'kill -9 of bonin while it sends', `${kills} kills, ${sent} codes sent, ${twice} of them more than once (the same code, at most ${most} times), one event each, taken up after at most ${held.toFixed(0)} s`, most <= TRIES && sent > 0 && held < MINUTE);
});
