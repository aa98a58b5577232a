// Row 30: the server is killed under load, again and again. Whatever was answered is there afterwards.
//
// Negative control: PRAGMA synchronous=OFF alone does not fail this (a kill leaves the page cache; cutting the power
// does, disk.test.mjs): answering before COMMIT does, for example writer_commit in db/sqlite_writer.c that returns
// without waiting for its batch.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '../e2e/lib/server.mjs';
import { Journal } from './lib/journal.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { integrity, query } from './lib/sqlite.mjs';
import { report, scale } from './report.mjs';

const APPLICANTS = 8;
const ROUNDS_OF_A_SERVER = 50;
const UP_MS = 2000;

// What was sent is read by looking through all of it: without this a long run would spend its time there.
function forgetMessages(server) {
  writeFileSync(server.smsFile, '');
  for (const name of readdirSync(server.mailDir)) rmSync(join(server.mailDir, name));
}

// One kill, while it works or, now and then, while it starts. Returns how long it took to be up again.
async function killOnce(server, journal, round) {
  const before = journal.entries.length;
  const writing = Promise.all(Array.from({ length: APPLICANTS }, () => journal.write()));
  await sleep(10 + Math.random() * 200);
  await server.down('SIGKILL');
  await writing;
  if (round % 10 === 9) {
    const starting = server.up().catch(() => {});
    await sleep(Math.random() * 30);
    await server.down('SIGKILL');
    await starting;
  }
  await server.up();
  const upMs = server.readyMs;
  await Promise.all(journal.entries.slice(before).map((entry) => journal.resume(entry)));
  return upMs;
}

// `rounds` kills on one store; afterwards all that was told in any of them still holds.
async function killAndKill(rounds, options) {
  const server = await Server.start(options);
  const journal = new Journal(server);
  const upMs = [];
  try {
    for (let round = 0; round < rounds; round++) {
      upMs.push(await killOnce(server, journal, round));
      if (!server.database) await integrity(server);
      forgetMessages(server);
    }
    for (const entry of journal.entries) await journal.check(entry);
    if (!server.database) await checkEvents(server);
    return { upMs, acknowledged: journal.acknowledged };
  } finally {
    await server.stop();
  }
}

// Each step that a session shows was told once in the log, and none that it does not show.
async function checkEvents(server) {
  const counted = await query(server, `SELECT COUNT(*) FROM sessions s WHERE
    (completed_at IS NOT NULL) <> (SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = 'verification_completed')
    OR (phone_verified_at IS NOT NULL) <> (SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = 'phone_verified')`);
  if (counted[0][0] !== 0) throw new Error(`${counted[0][0]} sessions disagree with the log`);
}

async function assure(what, rounds, options) {
  const upMs = [];
  let acknowledged = 0;
  for (let done = 0; done < rounds; done += ROUNDS_OF_A_SERVER) {
    const one = await killAndKill(Math.min(ROUNDS_OF_A_SERVER, rounds - done), options);
    upMs.push(...one.upMs);
    acknowledged += one.acknowledged;
  }
  upMs.sort((a, b) => a - b);
  const slowest = Math.round(upMs.at(-1));
  const figure = `${upMs.length} kills, ${acknowledged} answers, 0 lost; up again in ${Math.round(upMs[upMs.length >> 1])} ms (median), ${slowest} ms (slowest)`;
  report(30, what, figure, slowest < UP_MS && acknowledged > rounds);
}

test('kill -9 under load on the embedded store', () => assure('kill -9, SQLite', scale(8, 1000), { store: 'sqlite' }));

test('kill -9 under load on PostgreSQL', async (t) => {
  const postgres = await startPostgres();
  if (!postgres) return t.skip('PostgreSQL is not installed');
  try {
    await assure('kill -9, PostgreSQL', scale(3, 100), { store: 'postgres' });
  } finally {
    await postgres.stop();
  }
});
