// Row 27: an erased person is gone from the store, its write-ahead log and the pictures, whoever asked for it.
//
// Controls: take store_scrub out of erasure_session and scrub (check/), or `PRAGMA secure_delete=ON` out of
// db/sqlite_conn.c: the wrapped key is found in the files. Leave a column out of store/erasure.c: it is found there. Do
// not remove the blobs: they are found. That the search can find is shown by searching before the erasure, too.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertFails, e164, Flow, newEmail, newPhone } from '../e2e/lib/flow.mjs';
import { readTree } from '../e2e/lib/image.mjs';
import { run, Server } from '../e2e/lib/server.mjs';
import { card, needsFaces } from '../e2e/lib/specimen.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { query } from './lib/sqlite.mjs';
import { full, report, scale } from './report.mjs';

const api = '/api/verification';
const tables = ['sessions', 'phone_verifications', 'email_verifications', 'id_card_verifications', 'face_verifications', 'jobs', 'consents'];
const kept = ['sessions.key_hash', 'consents.text_hash']; // of a credential that the applicant keeps, and of a public text

async function rows(server, sql) {
  if (!server.database) return query(server, sql);
  const answer = await run(['-qAt', '-d', server.database.url, '-c', `SELECT json_agg(row_to_json(t)) FROM (${sql}) t`], { file: 'psql' });
  assert.equal(answer.status, 0, answer.stderr);
  return (JSON.parse(answer.stdout.trim() || 'null') ?? []).map(Object.values);
}

// Every column of bytes: what is sealed, wrapped or hashed.
async function columnsOf(server, table) {
  const sql = server.database
    ? `SELECT column_name FROM information_schema.columns WHERE table_name = '${table}' AND data_type = 'bytea'`
    : `SELECT name FROM pragma_table_info('${table}') WHERE type = 'BYTEA'`;
  return (await rows(server, sql)).map(([name]) => name).filter((name) => !kept.includes(`${table}.${name}`));
}

// What is stored of a session: [where, bytes].
async function stored(server, id) {
  const found = [];
  for (const table of tables) {
    const columns = await columnsOf(server, table);
    const select = columns.map((name) => (server.database ? `encode(${name}, 'hex') AS ${name}` : `hex(${name})`)).join(', ');
    for (const row of await rows(server, `SELECT ${select} FROM ${table} WHERE ${table === 'sessions' ? 'id' : 'session_id'} = '${id}'`)) {
      row.forEach((hex, at) => hex && !/^0+$/.test(hex) && found.push([`${table}.${columns[at]}`, Buffer.from(hex, 'hex')]));
    }
  }
  return found;
}

function* files(server) {
  yield* readTree(server.data);
}

const hits = (server, bytes) => [...files(server)].filter(([, content]) => content.includes(bytes)).map(([path]) => path);

const blobNames = async (server, id) => {
  const sql = `SELECT front_blob FROM id_card_verifications WHERE session_id = '${id}' UNION SELECT portrait_blob FROM id_card_verifications WHERE session_id = '${id}' UNION SELECT selfie_blob FROM face_verifications WHERE session_id = '${id}'`;
  return (await rows(server, sql)).map(([name]) => name).filter(Boolean);
};
const blobPath = (server, name) => join(server.data, 'blobs', name.slice(0, 2), name.slice(2));

// A person with as much as can be known of them. The pictures where there are specimens.
async function person(server, withPictures) {
  const given = { phone: newPhone(), email: newEmail() };
  const specimen = withPictures ? card('resident') : null;
  const flow = await Flow.create(server, {
    full_verification: withPictures,
    phone_number: given.phone,
    email: given.email,
    expected: { name: specimen?.truth.name ?? '홍길동', birth_date: specimen?.truth.birth_date ?? '1990-01-01' },
    metadata: { canary: 'metadata-canary' },
  });
  const { data } = (await server.client.get(`${api}/consent`)).body;
  const { text_sha256, purpose } = data.texts.ko;
  await flow.post(`/session/${flow.key}/consent`, { version: data.version, text_sha256, purpose, retention_days: data.retention_days, items: ['phone', 'email', 'document', 'face'] });
  await flow.proveBoth();
  if (withPictures) {
    const document = await flow.uploadDocument('resident_card', readFileSync(specimen.file));
    assert.equal((await flow.judged('id-card', document.body.data.verification_id)).status, 'success');
    const face = await flow.uploadFace(readFileSync(specimen.selfie));
    assert.equal((await flow.judged('face', face.body.data.verification_id)).status, 'success');
  }
  const done = (await flow.complete()).body.data;
  const masked = `010-****-${flow.phone.slice(-4)}`;
  const plain = [flow.phone, e164(flow.phone), flow.email, flow.key, masked, done.verification_token, done.id_token, 'metadata-canary', given.phone, e164(given.phone), given.email, specimen?.truth.name, specimen?.truth.address].filter(Boolean);
  return Object.assign(flow, { masked, plain });
}

async function start(options) {
  const server = await Server.start({ clock: true, ...options, env: { SESSION_HOURS: '1', FACE_RETENTION_DAYS: '30', ...options?.env } });
  server.admin = await server.apiKey('admin', 'erases');
  return server;
}
const erase = (server, id) => server.client.call('DELETE', `${api}/sessions/${id}`, { key: server.admin });

// The ways in which a session is erased.
const ways = {
  'by an administrator': async (server, id) => assert.equal((await erase(server, id)).status, 200),
  'at the machine': async (server, id) => assert.equal((await server.cli(['session', 'erase', id])).status, 0),
  'by retention': async (server, id) => {
    await server.down();
    server.advance(40 * 24 * 3600);
    server.env.RETENTION_DAYS = '30';
    await server.up();
    for (let i = 0; i < 200; i++) {
      const [[key]] = await rows(server, `SELECT wrapped_key IS NULL FROM sessions WHERE id = '${id}'`);
      const [[marks]] = await rows(server, "SELECT COUNT(*) FROM settings WHERE name = 'scrub'");
      if (key && Number(marks) === 0) return;
      await sleep(50);
    }
    assert.fail('retention has not erased in 10 s');
  },
};

for (const [name, way] of Object.entries(ways)) {
  test(`SQLite: ${name}`, async () => {
    const server = await start({ store: 'sqlite' });
    try {
      const people = [];
      for (let i = 0; i < scale(1, 5); i++) people.push(await person(server, !needsFaces.skip && i === 0 && (full || name === 'by an administrator')));
      const bystander = await person(server, false);
      let searched = 0;
      let pictures = 0;
      for (const one of people) {
        one.bytes = await stored(server, one.id);
        one.blobs = await blobNames(server, one.id);
        for (const [where, bytes] of one.bytes) assert.ok(hits(server, bytes).length > 0, `${where} is stored, and the search finds it`);
        for (const blob of one.blobs) assert.ok(existsSync(blobPath(server, blob)));
        assert.ok(hits(server, Buffer.from(one.masked)).length > 0, 'the log has the masked number');
        searched += one.bytes.length + one.plain.length;
        pictures += one.blobs.length;
      }
      for (const one of people) await way(server, one.id);
      const found = [];
      for (const one of people) {
        for (const [where, bytes] of one.bytes) if (hits(server, bytes).length > 0) found.push(where);
        for (const text of one.plain) if (hits(server, Buffer.from(text)).length > 0) found.push(text);
        for (const blob of one.blobs) if (existsSync(blobPath(server, blob))) found.push(blob);
        assert.deepEqual(await stored(server, one.id), []);
        assertFails(await server.client.post(`${api}/sessions/${one.id}/reveal`, { reason: 'is it gone?' }, { key: server.admin }), 404, 'SESSION_NOT_FOUND');
        const receipts = await rows(server, `SELECT metadata FROM logs WHERE session_id = '${one.id}' AND type = 'personal_data_erased'`);
        assert.equal(receipts.length, 1, 'one receipt');
      }
      const audit = await server.cli(['audit', 'verify']);
      assert.equal(audit.status, 0, `the log is what it was, but for what was taken out: ${audit.stdout}${audit.stderr}`);
      if (name !== 'by retention') assert.ok((await stored(server, bystander.id)).length > 10, 'others are left alone');
      report(27, `SQLite, ${name}`, `${found.length} of ${searched} values and ${pictures} pictures of ${people.length} found in store, WAL and blobs${found.map((what) => ` ${what}`).join()}`, found.length === 0);
    } finally {
      await server.stop();
    }
  });
}

test('SQLite: a reader from before the erasure delays it, and is not forgotten, nor is a kill in between', async () => {
  const server = await start({ store: 'sqlite' });
  let reader;
  try {
    const one = await person(server, false);
    const [, key] = (await stored(server, one.id)).find(([where]) => where === 'sessions.wrapped_key');
    // Somebody else's program that reads, and does not end its transaction.
    const script = 'import sqlite3,sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute("BEGIN"); c.execute("SELECT COUNT(*) FROM sessions").fetchall(); print("reads", flush=True); sys.stdin.readline(); c.execute("COMMIT")';
    reader = spawn('python3', ['-c', script, join(server.data, 'bonin.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(reader.stdout, 'data');
    assertFails(await erase(server, one.id), 503, 'UNAVAILABLE');
    assert.ok(hits(server, key).length > 0, 'what the reader may still read is in the files');
    await Flow.create(server); // others are served all the same
    const end = await server.down('SIGKILL');
    assert.equal(end.signal, 'SIGKILL');
    reader.kill('SIGKILL'); // in good order it would empty the log itself, as the last to close
    await once(reader, 'close');
    await server.up();
    for (let i = 0; i < 200 && hits(server, key).length > 0; i++) await sleep(50);
    const left = hits(server, key).length;
    report(27, 'SQLite, killed before the files were wiped', `${left} files hold the wrapped key after the next start`, left === 0);
    assert.equal((await erase(server, one.id)).status, 200);
  } finally {
    reader?.kill('SIGKILL');
    await server.stop();
  }
});

// On a small scale tests/contract/erasure.c asks the tables of both stores.
test('PostgreSQL: nothing is left in the tables, and never was in clear in its files', { skip: full ? false : 'in full only' }, async (t) => {
  const postgres = await startPostgres();
  if (!postgres) {
    t.skip('no PostgreSQL');
    return;
  }
  t.after(() => postgres.stop());
  const server = await start({ store: 'postgres' });
  try {
    const one = await person(server, !needsFaces.skip);
    const bytes = await stored(server, one.id);
    const blobs = await blobNames(server, one.id);
    assert.ok(bytes.length > 10);
    await ways['by an administrator'](server, one.id);
    assert.deepEqual(await stored(server, one.id), []);
    assert.deepEqual(blobs.filter((blob) => existsSync(blobPath(server, blob))), []);
    await run(['-q', '-d', server.database.url, '-c', 'CHECKPOINT'], { file: 'psql' });
    const [[folder]] = await rows(server, "SELECT setting FROM pg_settings WHERE name = 'data_directory'");
    // The masked number is no secret, and stays in dead rows until the server vacuums them.
    const secret = one.plain.filter((text) => text !== one.masked).map((text) => Buffer.from(text));
    let read = 0;
    let found = 0;
    for (const part of ['base', 'pg_wal']) {
      for (const [, content] of readTree(join(folder, part))) {
        read += content.length;
        found += secret.filter((text) => content.includes(text)).length;
      }
    }
    report(27, 'PostgreSQL, by an administrator', `0 of ${bytes.length} values and ${blobs.length} pictures left in tables and blobs; ${found} of ${secret.length} plain texts in ${Math.round(read / 1e6)} MB of its files and WAL`, found === 0);
  } finally {
    await server.stop();
  }
});
