// What is kept, and for how long: sessions, their pictures, and what is personal in the log, each by a key of its own.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Flow } from './lib/flow.mjs';
import { readTree } from './lib/image.mjs';
import { Server } from './lib/server.mjs';
import { card, needsCards } from './lib/specimen.mjs';

const api = '/api/verification';
const day = 24 * 3600;

async function startWith(env) {
  const server = await Server.start({ clock: true, env: { SESSION_HOURS: '1', ...env } });
  server.admin = await server.apiKey('admin');
  return server;
}

// Cleanup runs at the start, and once a minute.
async function laterBy(server, seconds) {
  await server.down();
  server.advance(seconds);
  await server.up();
}

async function until(what, condition) {
  for (let i = 0; i < 200; i++) {
    if (await condition()) return;
    await sleep(50);
  }
  assert.fail(`not so in 10 s: ${what}`);
}

const show = async (server, id) => JSON.parse((await server.cli(['session', 'show', id])).stdout);
const receipts = async (server, id) => (await server.client.get(`${api}/logs?session_id=${id}&event_type=personal_data_erased`, { key: server.admin })).body.data.items;
const blobs = (server) => [...readTree(join(server.data, 'blobs'))].map(([path]) => path).filter((path) => /^[0-9a-f]{30}$/.test(basename(path)));

test('ended sessions are destroyed after RETENTION_DAYS, younger ones are not', async () => {
  const server = await startWith({ RETENTION_DAYS: '30' });
  try {
    const old = await (await Flow.create(server)).proveBoth();
    await old.complete();
    await laterBy(server, 29 * day);
    const young = await (await Flow.create(server)).proveBoth();
    await young.complete();
    await sleep(300);
    assert.equal((await show(server, old.id)).erased_at, null);
    await laterBy(server, 2 * day);
    await until('the old one is erased', async () => (await show(server, old.id)).erased_at !== null);
    assert.equal((await show(server, young.id)).erased_at, null);
    const [receipt, ...more] = await receipts(server, old.id);
    assert.deepEqual(more, []);
    const { who, reason, codes } = receipt.metadata;
    assert.deepEqual({ who, reason, codes }, { who: { kind: 'bonin' }, reason: 'retention', codes: 2 });
  } finally {
    await server.stop();
  }
});

test('pictures are destroyed after IMAGE_RETENTION_DAYS, what was read stays', needsCards, async () => {
  const server = await startWith({ IMAGE_RETENTION_DAYS: '7', FACE_RETENTION_DAYS: '30' });
  try {
    const flow = await (await Flow.create(server, { full_verification: true })).proveBoth();
    const { file, truth } = card('resident');
    const sent = await flow.uploadDocument('resident_card', readFileSync(file));
    const verdict = await flow.judged('id-card', sent.body.data.verification_id);
    assert.equal(verdict.status, 'success', JSON.stringify(verdict));
    assert.equal(blobs(server).length, 2, 'card and portrait');
    await laterBy(server, 6 * day);
    await until('the session has expired', async () => (await show(server, flow.id)).status === 'expired');
    assert.equal(blobs(server).length, 2);
    await laterBy(server, 2 * day);
    await until('the pictures are gone', () => blobs(server).length === 0);
    const reveal = await server.client.post(`${api}/sessions/${flow.id}/reveal`, { reason: 'a test of retention' }, { key: server.admin });
    assert.equal(reveal.body.data.personal_data.name, truth.name);
    const [receipt] = await receipts(server, flow.id);
    assert.deepEqual(receipt.metadata, { reason: 'retention', what: 'images', images: 2, who: { kind: 'bonin' } });
    const { document } = await show(server, flow.id);
    assert.deepEqual([document.picture, document.portrait], [false, false]);
  } finally {
    await server.stop();
  }
});

test('what is personal in the log is blanked after LOG_RETENTION_DAYS, the entries stay', async () => {
  const server = await startWith({ LOG_RETENTION_DAYS: '365' });
  try {
    const flow = await Flow.create(server);
    await flow.provePhone();
    const read = async () => (await server.client.get(`${api}/logs?session_id=${flow.id}&page_size=100`, { key: server.admin })).body.data.items.filter(({ event_type }) => event_type !== 'personal_data_read');
    const before = await read();
    await laterBy(server, 364 * day);
    await sleep(300);
    const kept = (await read()).filter(({ id }) => before.some((entry) => entry.id === id));
    assert.deepEqual(kept, before);
    await laterBy(server, 2 * day);
    await until('they are blank', async () => (await read()).every(({ id, ip_address }) => !before.some((entry) => entry.id === id) || ip_address === null));
    const blank = (await read()).filter(({ id }) => before.some((entry) => entry.id === id));
    assert.deepEqual(blank, before.map((entry) => ({ ...entry, ip_address: null, metadata: null })));
  } finally {
    await server.stop();
  }
});

// Control: let sweep_blobs of check/cleanup.c remove nothing, or find_named name none.
test('a sealed picture that nobody speaks of is swept when it is an hour old', async () => {
  const server = await startWith({ WORKERS: '1' });
  try {
    const place = (id) => join(server.data, 'blobs', id.slice(0, 2), id.slice(2));
    const put = (id, ageSeconds) => {
      mkdirSync(dirname(place(id)), { recursive: true });
      writeFileSync(place(id), 'a sealed picture');
      const at = Date.now() / 1000 - ageSeconds;
      utimesSync(place(id), at, at);
    };
    // One part of the store is looked at each minute: this is the one of now.
    await server.down();
    const part = (Math.floor(Date.now() / 60000) % 256).toString(16).padStart(2, '0');
    const next = ((Math.floor(Date.now() / 60000) + 1) % 256).toString(16).padStart(2, '0');
    for (const folder of [part, next]) {
      put(`${folder}${'1'.repeat(30)}`, 3700);
      put(`${folder}${'2'.repeat(30)}`, 3000);
    }
    await server.up();
    await until('the old one is gone', () => !existsSync(place(part + '1'.repeat(30))) || !existsSync(place(next + '1'.repeat(30))));
    for (const folder of [part, next]) assert.ok(existsSync(place(folder + '2'.repeat(30))), 'a young one may be about to be named');

    // A folder of another database is left alone.
    await server.down();
    const owner = join(server.data, 'blobs', 'owner');
    copyFileSync(owner, join(server.dir, 'owner'));
    writeFileSync(owner, '0'.repeat(32));
    for (let i = 0; i < 3; i++) put(`${((Math.floor(Date.now() / 60000) + i) % 256).toString(16).padStart(2, '0')}${'3'.repeat(30)}`, 7200);
    await server.up();
    await until('it is told', () => server.logged.includes('blobs_of_another_store'));
    assert.equal(blobs(server).filter((path) => path.endsWith('3'.repeat(30))).length, 3);
    assert.equal(statSync(owner).size, 32);
  } finally {
    await server.stop();
  }
});
