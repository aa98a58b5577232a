// The log that cannot be rewritten: whatever an insider with the database, but without SECRET_KEY, does to the log or
// its tree is found by `bonin audit verify`, and proofs hold for a verifier that is not ours.
//
// Negative controls: without compare_row a changed row is not found, without compare_chain, compare_tiles, or the
// comparison with the given checkpoint the tests of these; with a fault function that only counts, each of them; without
// compare_blanks an entry can be blanked as erasing blanks it, and so can who read an erased person.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Flow } from '../e2e/lib/flow.mjs';
import { program, run, Server, store } from '../e2e/lib/server.mjs';
import { report, scale } from './report.mjs';

const sqlite = { skip: store === 'sqlite' ? false : 'works on the file of the embedded store' };
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const node = (left, right) => sha256(Buffer.from([1]), left, right);

// Checkpoint and signature by node's own crypto: { origin, size, root }.
function openCheckpoint(note, vkey) {
  const [body, signatures] = note.split('\n\n');
  const [name, , key] = vkey.trim().split('+');
  const public_key = Buffer.from(vkey.trim().slice(name.length + 10), 'base64').subarray(1);
  assert.ok(key);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), public_key]);
  const signature = Buffer.from(signatures.split(' ')[2], 'base64').subarray(4);
  const [origin, size, root] = body.split('\n');
  assert.ok(verify(null, Buffer.from(`${body}\n`), createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature), 'signature');
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') };
}

// RFC 9162, 2.1.3.2.
function included(index, size, leaf, proof, root) {
  let fn = BigInt(index), sn = BigInt(size) - 1n, hash = leaf;
  for (const step of proof) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      hash = node(step, hash);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else hash = node(hash, step);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && hash.equals(root);
}

// RFC 9162, 2.1.4.2.
function consistent(first, second, proof, oldRoot, root) {
  let path = first & (first - 1) ? proof : [oldRoot, ...proof];
  let fn = first - 1, sn = second - 1;
  while (fn & 1) [fn, sn] = [fn >> 1, sn >> 1];
  let [fr, sr] = [path[0], path[0]];
  for (const step of path.slice(1)) {
    if (sn === 0) return false;
    if (fn & 1 || fn === sn) {
      [fr, sr] = [node(step, fr), node(step, sr)];
      while (!(fn & 1) && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else sr = node(sr, step);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return sn === 0 && fr.equals(oldRoot) && sr.equals(root);
}

let server, admin;
const text = async (path) => (await server.client.get(path, { unchecked: true })).text;
before(async () => {
  server = await Server.start();
  admin = await server.apiKey('admin');
});
after(() => server?.stop());

// Until all that is logged is in the tree.
async function settled() {
  for (let i = 0; i < 100; i++) {
    const total = (await server.client.get('/api/verification/logs?page_size=1', { key: admin })).body.data.total;
    const note = await server.client.get('/log/checkpoint', { unchecked: true });
    if (note.status === 200 && Number(note.text.split('\n')[1]) === total) return total;
    await sleep(100);
  }
  throw new Error('the tree does not grow');
}

test('proofs convince a verifier that is not ours', async () => {
  for (let i = 0; i < scale(60, 300); i++) await Flow.create(server);
  const early = await settled();
  const vkey = await text('/log/key');
  const old = openCheckpoint(await text('/log/checkpoint'), vkey);
  const flow = await Flow.create(server);
  await settled(); // the chain of the session goes on from what the tree has already
  await flow.proveBoth();
  assert.equal((await flow.complete()).status, 200);
  for (let i = 0; i < scale(10, 300); i++) await Flow.create(server);
  const total = await settled();
  const now = openCheckpoint(await text('/log/checkpoint'), vkey);
  const logged = (await server.client.get(`/api/verification/logs?session_id=${flow.id}`, { key: admin })).body.data.items;
  assert.equal(logged.length, 6);
  for (const item of logged) {
    const reply = await server.client.get(`/api/verification/log/inclusion?entry=${item.id}`, { key: admin });
    const { index, size, entry, leaf_hash, proof, checkpoint } = reply.body.data;
    assert.equal(JSON.parse(entry).type, item.event_type);
    const leaf = sha256(Buffer.from([0]), Buffer.from(entry));
    assert.equal(leaf.toString('base64'), leaf_hash);
    const { root } = openCheckpoint(checkpoint, vkey);
    const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
    assert.ok(included(index, size, leaf, hashes, root));
    assert.ok(!included(index, size, sha256(leaf), hashes, root));
  }
  const reply = await server.client.get(`/api/verification/log/consistency?from=${old.size}&to=${now.size}`);
  const hashes = reply.body.data.proof.map((hash) => Buffer.from(hash, 'base64'));
  assert.ok(consistent(old.size, now.size, hashes, old.root, now.root));
  assert.ok(!consistent(old.size, now.size, hashes, sha256(old.root), now.root));
  report(29, 'inclusion and consistency proofs, checked by code of another origin', `6 entries of one session and sizes ${early} to ${total}`);
});

test('entries are a chain for each session, tiles are served as the format says, and nothing in them is personal', async () => {
  const total = await settled();
  const width = Math.min(total, 256);
  const path = `000${width < 256 ? `.p/${width}` : ''}`;
  const get = (what, options) => server.client.get(`/log/tile/${what}/${path}`, { unchecked: true, ...options });
  assert.equal((await get('entries')).status, 401);
  const entries = (await get('entries', { key: admin })).text.split(/(?=\{"number")/).slice(1).map((line) => line.slice(0, line.lastIndexOf('}') + 1));
  assert.equal(entries.length, width);
  const last = new Map();
  for (const line of entries) {
    const entry = JSON.parse(line);
    if (entry.session_id) {
      assert.equal(entry.previous, last.get(entry.session_id) ?? null);
      last.set(entry.session_id, sha256(Buffer.from([0]), Buffer.from(line)).toString('base64'));
    }
    assert.deepEqual(Object.keys(entry), ['number', 'type', 'session_id', 'at', 'previous', 'details']);
  }
  assert.equal((await get('0')).status, 200);
  assert.equal((await server.client.get('/log/tile/0/999', { unchecked: true })).status, 404);
  assert.equal((await server.client.get('/log/tile/0/..%2f..%2fsecret.key', { unchecked: true })).status, 404);
});

const api = (args, options) => server.cli(args, options);

test('a stop leaves nothing out of the last checkpoint, and the log is as it was', async () => {
  await Flow.create(server);
  assert.equal((await server.down()).status, 0);
  const verified = await api(['audit', 'verify']);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
  assert.match(verified.stdout, /^as it was: \d+ entries, root [A-Za-z0-9+/]{43}=\n$/);
  writeFileSync(join(server.dir, 'checkpoint'), (await api(['audit', 'checkpoint'])).stdout);
  await server.up();
});

// Each does to a copy of the store what somebody with the database could do. `where` picks the rows; {n} is a number
// of an entry, {s} a tile or bundle.
const tampers = [
  ['a type is changed', "UPDATE logs SET type = 'review_decided' WHERE number = {n} AND type <> 'review_decided'"],
  ['a session is changed', "UPDATE logs SET session_id = 'ffffffffffffffffffffffffffffffff' WHERE number = {n}"],
  ['a time is changed', 'UPDATE logs SET created_at = created_at + 1 WHERE number = {n}'],
  ['an address is changed', "UPDATE logs SET ip = '192.0.2.1' WHERE number = {n}"],
  ['a user agent is taken out', 'UPDATE logs SET user_agent = NULL, ip = NULL WHERE number = {n} AND COALESCE(user_agent, ip) IS NOT NULL'],
  ['metadata is changed', "UPDATE logs SET metadata = '{{\"a\":1}}' WHERE number = {n}"],
  ['all that is personal is taken out', 'UPDATE logs SET ip = NULL, user_agent = NULL, metadata = NULL, salt = NULL WHERE number = {n}'],
  ['a salt is changed', 'UPDATE logs SET salt = randomblob(16) WHERE number = {n}'],
  ['an entry is removed', 'DELETE FROM logs WHERE number = {n}'],
  ['two entries change places', "UPDATE logs SET number = -number WHERE number IN ({n}, {n} + 1); UPDATE logs SET number = CASE WHEN number = -{n} THEN {n} + 1 ELSE {n} END WHERE number < 0"],
  ['an entry is put in', "UPDATE logs SET number = number + 1000000 WHERE number > {n}; UPDATE logs SET number = number - 999999 WHERE number > 1000000; INSERT INTO logs (number, type, created_at) VALUES ({n} + 1, 'phone_sent', 0)"],
  ['a byte of a bundle is changed', "UPDATE log_bundles SET entries = CAST(substr(entries, 1, {b}) AS BLOB) || CAST(char(1 + unicode(substr(CAST(entries AS TEXT), {b} + 1, 1)) % 120) AS BLOB) || CAST(substr(entries, {b} + 2) AS BLOB) WHERE position = 0"],
  ['a byte of a tile is changed', "UPDATE log_tiles SET hashes = CAST(substr(hashes, 1, {b}) AS BLOB) || CASE WHEN substr(hashes, {b} + 1, 1) = x'00' THEN x'01' ELSE x'00' END || CAST(substr(hashes, {b} + 2) AS BLOB) WHERE level = 0 AND position = 0"],
  ['a bundle is removed', 'DELETE FROM log_bundles WHERE position = 0'],
  ['a tile is removed', 'DELETE FROM log_tiles WHERE level = 0 AND position = 0'],
  ['the checkpoint is changed', "UPDATE log_tree SET checkpoint = replace(checkpoint, substr(checkpoint, {c}, 1), CASE substr(checkpoint, {c}, 1) WHEN 'x' THEN 'y' ELSE 'x' END)"],
  ['the size is changed', 'UPDATE log_tree SET size = size - 1'],
];

test('whatever is done to the log or its tree is found', sqlite, async () => {
  await settled();
  assert.equal((await server.down()).status, 0);
  const rounds = scale(2, 63);
  const intact = join(server.data, 'bonin.db'), copy = join(server.dir, 'copy.db');
  const sql = async (text) => {
    const done = await run(['-c', 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); print(c.total_changes)', copy, text], { file: 'python3' });
    assert.equal(done.status, 0, done.stderr + text);
    return Number(done.stdout);
  };
  let done = 0;
  const missed = [];
  copyFileSync(intact, copy);
  const size = Number((await api(['audit', 'checkpoint'])).stdout.split('\n')[1]);
  for (let round = 0; round < rounds; round++) {
    for (const [what, statement] of tampers) {
      const at = { n: 1 + Math.floor(Math.random() * (size - 2)), b: 20 + Math.floor(Math.random() * 4000), c: 25 + Math.floor(Math.random() * 40) };
      copyFileSync(intact, copy);
      const changed = await sql(statement.replace(/\{([nbc])\}/g, (_, name) => at[name]).replace(/\{\{/g, '{').replace(/\}\}/g, '}'));
      if (changed === 0) continue;
      const found = await run(['audit', 'verify'], { env: { ...server.env, DATA_DIR: server.data, DATABASE_URL: `sqlite:${copy}` }, cwd: server.dir, file: program });
      done += 1;
      if (found.status !== 1 || !found.stdout.includes('broken: ')) missed.push(`${what} ${JSON.stringify(at)}: ${found.status} ${found.stdout}${found.stderr}`);
    }
  }
  await server.up();
  for (const one of missed) console.log(`  not found: ${one}`);
  report(29, 'changes, removals, insertions and reorderings in the log, its bundles, tiles and checkpoint', `${done - missed.length} of ${done} found`, missed.length === 0 && done > 20);
});

test('erasing takes out what is personal, and nobody can say he was erasing when he hid who had read it', sqlite, async () => {
  const flow = await Flow.create(server), other = await Flow.create(server);
  for (const id of [flow.id, other.id]) assert.equal((await api(['session', 'show', id])).status, 0);
  assert.equal((await api(['session', 'erase', flow.id])).status, 0);
  await settled();
  assert.equal((await server.down()).status, 0);
  const intact = join(server.data, 'bonin.db'), copy = join(server.dir, 'copy.db');
  const blanked = async (which) => {
    copyFileSync(intact, copy);
    const statement = `UPDATE logs SET ip = NULL, user_agent = NULL, metadata = NULL, salt = NULL WHERE ${which}`;
    const done = await run(['-c', 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); print(c.total_changes)', copy, statement], { file: 'python3' });
    assert.ok(Number(done.stdout) > 0, done.stderr);
    return (await run(['audit', 'verify'], { env: { ...server.env, DATA_DIR: server.data, DATABASE_URL: `sqlite:${copy}` }, cwd: server.dir, file: program })).stdout;
  };
  assert.match((await api(['audit', 'verify'])).stdout, /^as it was: .* without what was personal\n$/);
  for (const type of ['personal_data_read', 'personal_data_erased']) assert.match(await blanked(`session_id = '${flow.id}' AND type = '${type}'`), /taken out before its time/);
  assert.match(await blanked(`session_id = '${other.id}' AND type = 'session_created'`), /taken out before its time/);
  await server.up();
});

test('that the end was cut off, or all was made anew, is found with a checkpoint that was kept elsewhere', sqlite, async () => {
  const db = join(server.data, 'bonin.db'), earlier = join(server.dir, 'earlier.db'), kept = join(server.dir, 'kept');
  const verify = async (checkpoint) => (await api(['audit', 'verify', ...(checkpoint ? ['--checkpoint', checkpoint] : [])]));
  const found = [];
  const mustFind = async (what, checkpoint = kept) => {
    const { status, stdout } = await verify(checkpoint);
    if (status === 1 && stdout.includes('broken: ')) found.push(what);
    else console.log(`not found: ${what}: ${stdout}`);
  };
  assert.equal((await server.down()).status, 0);
  copyFileSync(db, earlier);
  await server.up();
  await Flow.create(server);
  assert.equal((await server.down()).status, 0);
  const note = (await api(['audit', 'checkpoint'])).stdout;
  writeFileSync(kept, note);
  assert.equal((await verify(kept)).status, 0);
  const now = join(server.dir, 'now.db');
  copyFileSync(db, now);
  // Put back as it was before: without the checkpoint nobody can tell.
  copyFileSync(earlier, db);
  assert.equal((await verify()).status, 0);
  await mustFind('the end was cut off');
  // Made anew under the same SECRET_KEY, and longer than before.
  rmSync(db);
  await server.up();
  for (let i = 0; i < 5; i++) await Flow.create(server);
  assert.equal((await server.down()).status, 0);
  assert.equal((await verify()).status, 0);
  await mustFind('all was made anew');
  copyFileSync(now, db);
  const forged = join(server.dir, 'forged');
  for (const [what, text] of [
    ['a forged size', note.replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) + 1}\n`)],
    ['a forged root', note.replace(/\n([A-Za-z0-9+/])/, (_, letter) => `\n${letter === 'A' ? 'B' : 'A'}`)],
    ['no note', 'nothing'],
  ]) {
    writeFileSync(forged, text);
    await mustFind(what, forged);
  }
  await server.up();
  report(29, 'truncation, a log made anew, forged checkpoints', `${found.length} of 5 found with a checkpoint kept elsewhere`, found.length === 5);
});
