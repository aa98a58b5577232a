// Row 26, as far as reading goes: what is sealed opens in its own place alone. Every sealed value is put in the place of
// every other, of its own session and of another's, in the store's own file: the server must notice each, say no more
// than that it failed, and go on serving everybody else.
//
// Control: seal with the same `aad` everywhere (place_of in store/sealed.c): values of the same session open in each
// other's places. tests/contract/seal.c does the same on both stores, with two rows of a session for each table.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { e164, Flow } from '../e2e/lib/flow.mjs';
import { png } from '../e2e/lib/image.mjs';
import { confirmLinkIn } from '../e2e/lib/mail.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { query } from './lib/sqlite.mjs';
import { full, report } from './report.mjs';

const api = '/api/verification';
// Bytes that are not sealed under a session's key: keyed and plain hashes, names, the log's tree, and the program's own
// keys, which are of no session.
const hashes = /(_hash|_index|\.salt)$|^(settings|limits|log_tree|log_bundles|log_tiles|signing_keys)\./;
let server;
let admin;
let groups; // two of each
before(async () => {
  server = await Server.start({ store: 'sqlite', env: { CONSENT_REQUIRED: 'true' } });
  admin = await server.apiKey('admin');
  groups = [await people(true), await people(full)]; // reading a picture takes a while
});
after(() => server?.stop());

async function open(json) {
  const flow = await Flow.create(server, { phone_number: '010-5555-0101', email: 'given@example.org', expected: { name: '홍길동', birth_date: '1990-01-01' }, metadata: { order: 1 }, ...json });
  const { data } = (await server.client.get(`${api}/consent`)).body;
  const { text_sha256, purpose } = data.texts.ko;
  const agreed = await flow.post(`/session/${flow.key}/consent`, { version: data.version, text_sha256, purpose, retention_days: data.retention_days, items: ['phone', 'email', 'document', 'face'] });
  assert.equal(agreed.status, 200, agreed.text);
  return flow;
}

async function completed() {
  const whole = await (await open({ full_verification: false })).proveBoth();
  await whole.complete();
  return whole;
}

// A completed session, one that waits for its code, and perhaps one whose document was judged.
async function people(withDocument) {
  const whole = await completed();
  whole.link = confirmLinkIn((await server.mail(whole.email)).text).replace(server.origin, '');
  const waiting = await open({ full_verification: false });
  await waiting.sendPhone();
  waiting.wrong = await waiting.wrongSmsCode();
  if (!withDocument) return { whole, waiting };
  const judged = await (await open({ full_verification: true })).proveBoth();
  const sent = await judged.uploadDocument('passport', png(640, 400, () => [255, 255, 255]), { type: 'image/png' });
  await judged.judged('id-card', sent.body.data.verification_id);
  return { whole, waiting, judged };
}

const reveal = (flow) => () => server.client.post(`${api}/sessions/${flow.id}/reveal`, { reason: 'does it open?' }, { key: admin });

// Where something is sealed: its row, and a call that opens it.
function placesOf({ whole, waiting, judged }) {
  const sessions = ['wrapped_key', 'expected_name', 'expected_birth_date', 'metadata', 'phone', 'email', 'verified_phone', 'verified_email', 'verified_name', 'verified_birth_date', 'result', 'risk_signals'];
  const of = (table, column, flow, probe) => ({ name: `${table}.${column}`, table, column, where: `${table === 'sessions' ? 'id' : 'session_id'} = '${flow.id}'`, probe });
  return [
    ...sessions.map((column) => of('sessions', column, whole, reveal(whole))),
    of('consents', 'ip', whole, () => whole.status()),
    of('email_verifications', 'address', whole, () => server.client.get(whole.link)),
    of('phone_verifications', 'address', waiting, () => waiting.verifyPhone(waiting.wrong)),
    ...(judged ? ['extracted', 'details', 'portrait_key', 'numbers'].map((column) => of('id_card_verifications', column, judged, reveal(judged))) : []),
  ];
}

const valueAt = async ({ table, column, where }) => (await query(server, `SELECT hex(${column}) FROM ${table} WHERE ${where}`))[0][0];
const put = (place, hex) => query(server, `UPDATE ${place.table} SET ${place.column} = ${hex ? `X'${hex}'` : 'NULL'} WHERE ${place.where}`);

test('the places below are all that the schema has', async () => {
  const columns = await query(server, "SELECT m.name || '.' || p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND p.type = 'BYTEA'");
  const sealed = columns.map(([name]) => name).filter((name) => !hashes.test(name)).sort();
  const known = [...placesOf(groups[0]).map(({ name }) => name), 'face_verifications.details', 'face_verifications.selfie_key', 'jobs.payload', 'people.sealed'].sort();
  assert.deepEqual(sealed, known, 'a column of bytes that is new: is it sealed, and is moving it noticed?');
});

test('a sealed value opens nowhere but in its own place', async () => {
  const places = groups.flatMap(placesOf);
  for (const place of places) {
    place.value = await valueAt(place);
    const status = (await place.probe()).status;
    assert.ok(status < 500, `${place.name} opens: ${status}`);
    place.open = status;
  }
  const filled = places.filter(({ value }) => value);
  const missed = [];
  let moves = 0;
  for (const [at, to] of places.entries()) {
    // On a small scale: from the same column of the other, and from two other columns.
    const sources = filled.filter((from) => from !== to);
    const chosen = full ? sources : [...sources.filter((from) => from.name === to.name), sources[at % sources.length], sources[(at * 7 + 3) % sources.length]];
    for (const from of chosen) {
      await put(to, from.value);
      const { status, body, text } = await to.probe();
      await put(to, to.value);
      moves += 1;
      const told = body ? body.errors.join() === 'INTERNAL' && body.data === null : text.startsWith('<!doctype html>'); // of a link, a page
      const clean = status === 500 && told && !text.includes('hong');
      if (!clean) missed.push(`${from.name} in ${to.name}: ${status}`);
    }
  }
  for (const place of places.filter(({ name }) => name !== 'phone_verifications.address')) assert.equal((await place.probe()).status, place.open, `${place.name} opens again`);
  report(26, 'sealed values in another place', `${moves - missed.length} of ${moves} noticed and answered cleanly ${missed.slice(0, 5).join('; ')}`.trim(), missed.length === 0);
});

test('one damaged session takes no list with it, and can be erased', async () => {
  const whole = await completed();
  await query(server, `UPDATE sessions SET verified_phone = X'${'00'.repeat(60)}' WHERE id = '${whole.id}'`);
  const { items } = (await server.client.get(`${api}/sessions?page_size=100`, { key: admin })).body.data;
  const [bad] = items.filter(({ session_id }) => session_id === whole.id);
  assert.equal(bad.damaged, true);
  assert.deepEqual([bad.phone_number, bad.email, bad.metadata], [null, null, null]);
  assert.ok(items.length > 1 && items.filter(({ damaged }) => damaged).length === 1);
  assert.equal((await server.client.call('DELETE', `${api}/sessions/${whole.id}`, { key: admin })).status, 200);
});

test('a face that was judged does not open with what is another’s', async () => {
  const [{ judged }] = groups;
  const other = await valueAt(placesOf(groups[1])[1]);
  await query(server, `INSERT INTO face_verifications (id, session_id, document_id, status, created_at, details) VALUES ('${'f'.repeat(32)}', '${judged.id}', 'd', 'success', 1, X'${other}')`);
  const shown = await server.cli(['session', 'show', judged.id]);
  assert.equal(shown.status, 3, shown.stderr);
  assert.equal(shown.stdout, '');
});

test('a job with another’s letter sends nothing', { skip: full ? false : 'in full only' }, async () => {
  const idle = await Server.start({ store: 'sqlite', env: { WORKERS: '0' } });
  try {
    const flows = [await Flow.create(idle), await Flow.create(idle)];
    await Promise.all(flows.map((flow) => flow.sendPhone()));
    const jobs = await query(idle, 'SELECT id, hex(payload) FROM jobs ORDER BY id');
    assert.equal(jobs.length, 2);
    await query(idle, `UPDATE jobs SET payload = X'${jobs[1][1]}' WHERE id = '${jobs[0][0]}'`);
    await idle.down();
    idle.env.WORKERS = '1';
    await idle.up();
    for (let i = 0; i < 200; i++) {
      const [[open]] = await query(idle, "SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'leased')");
      if (open === 0) break;
      await new Promise((done) => setTimeout(done, 50));
    }
    const to = idle.messages().map((sms) => sms.to);
    report(26, 'a job with the letter of another', `${to.length} of 2 sent, each to its own number`, to.length === 1 && flows.some((flow) => e164(flow.phone) === to[0]));
  } finally {
    await idle.stop();
  }
});
