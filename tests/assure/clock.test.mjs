// Row 12: the wall clock jumps by an hour or a day. No code lives past its ten minutes, no lock (a limit, a lease) holds
// for longer than twice its window, a job has its effect once, and a session that is over stays over.
//
// The test's clock (build/test-clock.so) stands for two: `live` lets time pass, `jump` sets the clock wrong. Not
// covered: a clock set back by less than a minute, which two machines may differ by, lengthens a code by as much.
//
// Negative controls: without watch_clock (check/cleanup.c) a code lives again when the clock comes by a second time,
// and a dead worker's lease lasts as long as the jump; where takes of the future count (OUT_OF in store/limit_row.c) a
// limit holds for a day; without HELD (store/job.c) and the status in document_conclude, either of which suffices, a
// verdict is told twice.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Flow, newPhone } from '../e2e/lib/flow.mjs';
import { png } from '../e2e/lib/image.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { childrenOf, until } from './lib/processes.mjs';
import { query } from './lib/sqlite.mjs';
import { report, scale } from './report.mjs';

const MINUTE = 60, HOUR = 3600, DAY = 86400;
const JUMPS = [HOUR, -HOUR, -DAY];
const CODE_LIFE = 10 * MINUTE;
const LEASE = 45;

const jumps = (seconds) => `${seconds > 0 ? '+' : '-'}${Math.abs(seconds) / HOUR} h`;

function start(env = {}) {
  return Server.start({ clock: true, store: 'sqlite', env: { WORKERS: '1', SESSION_HOURS: '720', ...env } });
}

// Sets the clock wrong, and waits until the server has noticed: it looks every second.
async function jump(server, seconds) {
  server.advance(seconds);
  const noted = async () => Number(Buffer.from((await query(server, `SELECT value FROM settings WHERE name = 'clock'`))[0][0], 'hex'));
  await until(async () => Math.abs((await noted()) - Date.now() - server.ahead * 1000) < MINUTE * 1000, 20, 'a look at the clock');
}

// A code is sent, lives for `before`, the clock jumps, and it is tried at each age of `ages`, which are all past its
// life. True time goes on by what the ages differ.
async function codeAfterJump(server, seconds, before, ages) {
  await jump(server, 0); // it knows the time that it is now
  const flow = await Flow.create(server);
  assert.equal((await flow.sendPhone()).status, 200);
  const code = await flow.smsCode();
  server.advance(before);
  await jump(server, seconds);
  let age = before;
  for (const next of ages) {
    server.advance(next - age);
    age = next;
    const reply = await flow.verifyPhone(code);
    assert.ok([409, 410].includes(reply.status), `${jumps(seconds)} after ${before} s: accepted at the age of ${age} s: ${reply.text}`);
  }
  return ages.length;
}

// Fills a limit with `sends` to one number, lets the clock jump, and returns after which part of twice the window a
// message goes out again.
async function lockAfterJump(server, seconds, sends, window) {
  const phone = newPhone();
  for (let i = 0; i < sends; i++) {
    if (i > 0) server.advance(61);
    assert.equal((await (await Flow.create(server)).sendPhone(phone)).status, 200);
  }
  assert.equal((await (await Flow.create(server)).sendPhone(phone)).status, 429);
  server.advance(seconds);
  for (let step = 0; step <= 8; step++) {
    const reply = await (await Flow.create(server)).sendPhone(phone);
    if (reply.status === 200) return step / 8;
    assert.equal(reply.status, 429, reply.text);
    assert.ok(reply.body.retry_after <= 2 * window, `told to wait ${reply.body.retry_after} s of a window of ${window}`);
    server.advance(window / 4);
  }
  return Infinity;
}

const picture = png(299, 199, () => [80, 90, 100]); // too small: refused at once

// A document whose reading has begun and does not go on: the processes that read are stopped.
async function beginReading(server) {
  const readers = childrenOf(server.child.pid);
  readers.forEach((pid) => process.kill(pid, 'SIGSTOP'));
  const flow = await (await Flow.create(server, {})).proveBoth();
  const reply = await flow.uploadDocument('passport', picture, { type: 'image/png' });
  assert.equal(reply.status, 200, reply.text);
  const id = reply.body.data.verification_id;
  const attempts = async () => (await query(server, `SELECT attempts FROM jobs WHERE subject_id = '${id}' AND state = 'leased'`))[0]?.[0] ?? 0;
  await until(async () => (await flow.get(`/id-card/${id}/status`)).body.status === 'processing', 30, 'a worker');
  return { flow, id, readers, attempts };
}

// Each has a server of its own, and mostly waits.
describe('the clock jumps', { concurrency: true }, () => {
  test('no code lives past its life', async () => {
    const server = await start();
    let tried = 0;
    try {
      for (const seconds of JUMPS) {
        for (const before of scale([MINUTE], [1, MINUTE, 5 * MINUTE, 9 * MINUTE])) {
          // Just past its life, and when a clock that was set back comes by its life again.
          const again = -seconds;
          const ages = [CODE_LIFE + 1, ...(again > 0 ? [again + 2, again + 5 * MINUTE, again + 9 * MINUTE] : [])];
          tried += await codeAfterJump(server, seconds, before, ages);
        }
      }
    } finally {
      await server.stop();
    }
    report(12, 'codes', `${tried} tries past the ten minutes after jumps of ${JUMPS.map(jumps).join(', ')}: 0 accepted`);
  });

  test('a code lives on when the clock does not jump', async () => {
    const server = await start();
    try {
      const flow = await Flow.create(server);
      await flow.sendPhone();
      await jump(server, 9 * MINUTE);
      assert.equal((await flow.verifyPhone(await flow.smsCode())).status, 200);
    } finally {
      await server.stop();
    }
  });

  test('no limit holds for longer than twice its window', async () => {
    const server = await start();
    let most = 0;
    try {
      for (const seconds of JUMPS) {
        most = Math.max(most, await lockAfterJump(server, seconds, 1, MINUTE), await lockAfterJump(server, seconds, 5, HOUR));
      }
    } finally {
      await server.stop();
    }
    report(12, 'limits', `cooldown and hourly limit after jumps of ${JUMPS.map(jumps).join(', ')}: over after at most ${most * 2} windows`, most <= 1);
  });

  test('no lease of the dead holds for longer than twice its window', async () => {
    const server = await start();
    try {
      for (const seconds of JUMPS) {
        const { flow, id, readers } = await beginReading(server);
        await server.down('SIGKILL');
        readers.forEach((pid) => process.kill(pid, 'SIGKILL'));
        await server.up();
        await jump(server, seconds);
        server.advance(2 * LEASE);
        await flow.judged('id-card', id, 20);
      }
    } finally {
      await server.stop();
    }
    report(12, 'leases of dead workers', `taken over within twice ${LEASE} s after jumps of ${JUMPS.map(jumps).join(', ')}`);
  });

  test('a job over which the clock jumps has its effect once', async () => {
    const server = await start({ WORKERS: '2' });
    let again = 0;
    try {
      for (const seconds of JUMPS) {
        const { flow, id, readers, attempts } = await beginReading(server);
        await jump(server, seconds);
        // A lease that seems to be over: now two do the same, as soon as the other worker looks.
        if (seconds > 0) again += await until(async () => (await attempts()) > 1, 20, 'a second worker').then(() => 1, () => 0);
        readers.forEach((pid) => process.kill(pid, 'SIGCONT'));
        await flow.judged('id-card', id);
        await sleep(scale(300, 3000)); // for who comes second
        const [[events]] = await query(server, `SELECT COUNT(*) FROM logs WHERE session_id = '${flow.id}' AND type IN ('id_card_verified', 'verification_failed')`);
        assert.equal(events, 1, `${jumps(seconds)}: the verdict was told more than once`);
      }
    } finally {
      await server.stop();
    }
    report(12, 'jobs under way', `one verdict each after jumps of ${JUMPS.map(jumps).join(', ')}; ${again} were done twice`, again > 0);
  });

  test('a session that is over stays over, and lives no longer than twice its time', async () => {
    const server = await start({ SESSION_HOURS: '24' });
    try {
      const old = await Flow.create(server), young = await Flow.create(server);
      server.advance(12 * HOUR);
      await jump(server, -DAY);
      assert.equal((await young.status()).body.is_expired, false);
      await jump(server, 36 * HOUR + 1); // now they are two days old
      assert.equal((await young.status()).body.status, 'expired');
      assert.equal((await old.sendPhone()).status, 410);
      await jump(server, -DAY);
      assert.equal((await old.status()).body.status, 'expired');
    } finally {
      await server.stop();
    }
    report(12, 'sessions', 'over after at most twice 24 h, and over for good');
  });
});
