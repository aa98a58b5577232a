// The commands, each as a person or a script uses it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Flow } from './lib/flow.mjs';
import { data, models, program, run, Server, store } from './lib/server.mjs';
import { png } from './lib/image.mjs';

let dir;
before(() => (dir = mkdtempSync(join(tmpdir(), 'bonin-e2e-'))));
after(() => rmSync(dir, { recursive: true, force: true }));

const commands = ['serve', 'migrate', 'doctor', 'keygen', 'apikey', 'scan', 'compare', 'session', 'help'];

test('help names every command, and each has a page', async () => {
  const all = await run(['help'], { cwd: dir });
  assert.equal(all.status, 0);
  for (const name of commands) {
    assert.match(all.stdout, new RegExp(`^  ${name} `, 'm'));
    const page = await run(['help', name], { cwd: dir });
    assert.equal(page.status, 0, name);
    assert.match(page.stdout, new RegExp(`Usage: bonin ${name}`));
    assert.equal(page.stderr, '');
  }
});

test('.env.example is what `help env` says', async () => {
  const page = await run(['help', 'env'], { cwd: dir });
  assert.equal(page.stdout, readFileSync(new URL('../../.env.example', import.meta.url), 'utf8'));
});

test('wrong usage ends with 2, on stderr', async () => {
  for (const args of [[], ['nothing'], ['help', 'nothing'], ['apikey', 'create'], ['apikey', 'create', '--name', 'x', '--role', 'king'], ['scan'], ['scan', '--type', 'x', 'y'], ['compare', 'one'], ['session', 'show'], ['serve', 'x']]) {
    const end = await run(args, { cwd: dir });
    assert.equal(end.status, 2, args.join(' '));
    assert.ok(end.stderr, args.join(' '));
  }
  const jobs = await run(['scan', '--type', 'passport', '--jobs', '0', 'x.png'], { cwd: dir });
  assert.match(jobs.stderr, /--jobs takes a number from 1 to 64/);
});

test('keygen prints a new key each time, good for SECRET_KEY', async () => {
  const first = await run(['keygen'], { cwd: dir });
  const second = await run(['keygen'], { cwd: dir });
  assert.equal(first.status, 0);
  assert.notEqual(first.stdout, second.stdout);
  assert.ok(first.stdout.trim().length >= 43, first.stdout);
  assert.equal(first.stdout.trim().split('\n').length, 1);
});

test('help env is a .env file that every key is in', async () => {
  const { stdout } = await run(['help', 'env'], { cwd: dir });
  for (const key of ['DEBUG', 'SECRET_KEY', 'LISTEN', 'DATA_DIR', 'DATABASE_URL', 'SMS_PROVIDER', 'EMAIL_BACKEND', 'SESSION_HOURS', 'TRUSTED_PROXIES']) assert.match(stdout, new RegExp(`^#?\\s*${key}=`, 'm'));
});

test('migrate works, and again is no error', async () => {
  const server = await Server.start();
  try {
    await server.down();
    for (let i = 0; i < 2; i++) {
      const end = await server.cli(['migrate']);
      assert.equal(end.status, 0, end.stderr);
    }
    await server.up();
  } finally {
    await server.stop();
  }
});

test('doctor has a line for each part', async () => {
  const server = await Server.start();
  try {
    const end = await server.cli(['doctor']);
    assert.ok([0, 1, 3].includes(end.status), end.stderr);
    for (const part of [/config/i, /store|database/i, /blob/i, /model/i, /ocr|tesseract|language/i, /sandbox/i]) assert.match(end.stdout, part);
  } finally {
    await server.stop();
  }
});

// Control: the mend without the demo.
test('doctor tells of the demo where codes go to the console', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'bonin-e2e-'));
  const look = async (DEBUG) => (await run(['doctor'], { cwd: empty, env: { MODEL_DIR: models, DEBUG } })).stdout;
  const served = await look('false');
  for (const [part, key] of [['sms', 'SMS_PROVIDER'], ['e-mail', 'EMAIL_BACKEND']]) assert.match(served, new RegExp(`^WRONG ${part} .*set ${key}.*DEBUG=true bonin doctor`, 'm'));
  const demo = await look('true');
  assert.match(demo, /^ok +configuration +DEBUG=true: demo mode/m);
  assert.match(demo, /^ok +sms +console\nok +e-mail +console/m);
  rmSync(empty, { recursive: true });
});

// Control: doctor opens APP_SERVICE in any case.
test('doctor leaves nothing behind, and changes nothing', { skip: store === 'sqlite' ? false : 'shown once, on the embedded store' }, async () => {
  const empty = mkdtempSync(join(tmpdir(), 'bonin-e2e-'));
  const look = (env = {}) => run(['doctor'], { cwd: empty, env: { MODEL_DIR: models, DEBUG: 'true', ...env } });
  try {
    const fresh = await look();
    assert.match(fresh.stdout, /^ok +store +none yet/m);
    assert.ok([0, 1].includes(fresh.status), fresh.stdout);
    assert.match((await look({ SMS_PROVIDER: 'file', SMS_FILE: './sms', EMAIL_BACKEND: 'file', EMAIL_DIR: './mail' })).stdout, /^ok +sms .*\nok +e-mail/m);
    assert.deepEqual(readdirSync(empty), []);
    // Control: check_store without why_unusable.
    for (const folder of ['/dev/null', join(empty, 'no', 'such')]) assert.match((await look({ DATA_DIR: folder })).stdout, /^WRONG data +.*DATA_DIR/m);

    await run(['apikey', 'create', '--name', 'x', '--role', 'admin'], { cwd: empty });
    const before = readdirSync(join(empty, 'data'));
    assert.match((await look()).stdout, /^ok +blobs +none yet/m);
    assert.deepEqual(readdirSync(join(empty, 'data')), before);

    rmSync(join(empty, 'data', 'secret.key'));
    const lost = await look();
    assert.match(lost.stdout, /^WRONG secret key .*put it back/m);
    assert.equal(lost.status, 1);
    assert.ok(!existsSync(join(empty, 'data', 'secret.key')));
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
});

// Control: app_tell_notes says nothing.
test('a key of the env file that is none is told with its line, and fails nothing', async () => {
  const file = join(dir, 'slip.env');
  writeFileSync(file, 'DEBUG=true\nSMS_PROVIDR=twilio\nOTHER_PROGRAMS_KEY=x\n');
  for (const args of [['migrate', '--data', join(dir, 'slip')], ['scan', '--type', 'passport', join(dir, 'absent.jpg')], ['doctor', '--data', join(dir, 'slip')]]) {
    const end = await run([...args, '--env-file', file], { cwd: dir, env: { MODEL_DIR: models, UNKNOWN_OF_THE_ENVIRONMENT: 'x' } });
    assert.match(end.stderr, /slip\.env:2: SMS_PROVIDR .* SMS_PROVIDER$/m, args[0]);
    assert.notEqual(end.status, 2, args[0]);
    assert.ok(!end.stderr.includes('twilio') && !end.stderr.includes('ENVIRONMENT'), end.stderr);
  }
});

// Control: tell_vision without the names.
test('doctor names the models that are missing, and what gets them', async () => {
  const bare = mkdtempSync(join(tmpdir(), 'bonin-e2e-'));
  const end = await run(['doctor'], { cwd: bare, env: { MODEL_DIR: bare, DEBUG: 'true' } });
  assert.match(end.stdout, /^WRONG documents .*mrz\.traineddata.*ppocr_v3_det_zh\.onnx.*tools\/models/m);
  assert.match(end.stdout, /^WRONG faces .*\.onnx.*tools\/models/m);
  rmSync(bare, { recursive: true });
});

test('session show tells masked what is held, session erase destroys it', { skip: store === 'sqlite' ? false : 'shown once, on the embedded store' }, async () => {
  const server = await Server.start();
  try {
    const flow = await (await Flow.create(server)).proveBoth();
    const shown = await server.cli(['session', 'show', flow.id]);
    assert.equal(shown.status, 0, shown.stderr);
    assert.match(shown.stdout, /email_verified/);
    for (const secret of [flow.key, flow.email, flow.phone]) assert.ok(!shown.stdout.includes(secret), shown.stdout);
    const absent = await server.cli(['session', 'show', 'A'.repeat(26)]);
    assert.notEqual(absent.status, 0);
    assert.ok(absent.stderr);
  } finally {
    await server.stop();
  }
});

test('scan answers a JSON object a line, masked, and 1 where one is not accepted', async () => {
  const blank = join(dir, 'blank.png');
  writeFileSync(blank, png(800, 600, () => [255, 255, 255]));
  const no = await run(['scan', '--type', 'passport', blank, blank], { cwd: dir, env: { MODEL_DIR: models } });
  assert.equal(no.status, 1, no.stderr);
  const lines = no.stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(lines.length, 2);
  for (const line of lines) {
    assert.deepEqual(['file', 'status', 'confidence_score', 'extracted_data', 'verification_details', 'processing_duration'].filter((key) => !(key in line)), []);
    assert.notEqual(line.status, 'success');
  }
  const absent = await run(['scan', '--type', 'passport', join(dir, 'absent.jpg')], { cwd: dir, env: { MODEL_DIR: models } });
  assert.notEqual(absent.status, 0);
});

const liar = join(dirname(program), 'tests/unit/vision/vision-liar');

// Control: wait_for_end with EXIT_OUTSIDE.
test('scan ends at Ctrl-C as shells expect it, without a word, and leaves nothing', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'bonin-e2e-'));
  const blank = join(dir, 'hang.png');
  writeFileSync(blank, png(40, 30, () => [255, 255, 255]));
  const child = spawn(program, ['scan', '--type', 'passport', blank, blank], { cwd: empty, env: { BONIN_VISION: liar, MODEL_DIR: 'hang', TMPDIR: empty } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const ended = new Promise((done) => child.on('close', (status, signal) => done({ status, signal })));
  await sleep(1000);
  child.kill('SIGINT');
  assert.deepEqual(await ended, { status: 130, signal: null });
  assert.equal(said, '');
  assert.deepEqual(readdirSync(empty), []);
  rmSync(empty, { recursive: true });
});

// Control: take of batch.c stops after a failure.
test('scan goes on after bonin-vision died over a picture, however often', async () => {
  const blank = join(dir, 'die.png');
  writeFileSync(blank, png(40, 30, () => [255, 255, 255]));
  const end = await run(['scan', '--type', 'passport', '--jobs', '1', blank, blank, blank, blank], { cwd: dir, env: { BONIN_VISION: liar, MODEL_DIR: 'die' } });
  assert.equal(end.status, 3, end.stderr);
  const lines = end.stdout.trim().split('\n').map((line) => JSON.parse(line).verification_details);
  assert.deepEqual(lines.map(({ errors }) => errors), Array(4).fill(['INTERNAL']));
  assert.ok(lines.every(({ why }) => why.includes('died over a picture')), end.stdout);
});

test('scan reads a specimen card', { skip: existsSync(join(data, 'cards_with_faces', 'manifest.json')) ? false : 'no specimen cards in BONIN_DATA' }, async () => {
  const cards = join(data, 'cards_with_faces');
  const entry = JSON.parse(readFileSync(join(cards, 'manifest.json'), 'utf8')).find(({ type, level }) => type === 'resident' && level === 0);
  const scan = (...more) => run(['scan', '--type', 'resident_card', ...more, join(cards, entry.file)], { cwd: dir, env: { MODEL_DIR: models } });
  const masked = await scan();
  assert.equal(masked.status, 0, masked.stderr);
  const line = JSON.parse(masked.stdout);
  assert.equal(line.status, 'success');
  assert.equal(line.extracted_data.name, entry.truth.name);
  assert.equal(line.extracted_data.birth_date, entry.truth.birth_date);
  assert.ok(!masked.stdout.includes(entry.truth.rrn));
  assert.equal(JSON.parse((await scan('--unmasked')).stdout).extracted_data.id_number, entry.truth.rrn);
  // A front is no back. Control: without scan.back in scan_one it is accepted.
  const front = join(cards, entry.file);
  const both = await scan('--back', front);
  assert.equal(both.status, 1, both.stderr);
  const told = JSON.parse(both.stdout);
  assert.deepEqual([told.back, told.status, told.verification_details.errors], [front, 'rejected', ['WRONG_BACK']]);
});

// Controls: the two refusals in cmd/scan.c, each of which passes over a back; the path in cmd/batch.c.
test('scan says which back is wrong', async () => {
  const some = join(dir, 'some.jpg'), absent = join(dir, 'absent.jpg');
  writeFileSync(some, 'no picture');
  const scan = (type, ...more) => run(['scan', '--type', type, ...more], { cwd: dir, env: { MODEL_DIR: models } });
  for (const [type, args, why] of [
    ['resident_card', ['--back', some, some, some], /--back goes with one FILE/],
    ['resident_card', ['--back', some, '--back', some, some], /--back was given twice/],
    ['passport', ['--back', some, some], /no back is read with --type passport/],
    ['identity_card', ['--back', some, some], /no back is read with --type identity_card/],
  ]) {
    const end = await scan(type, ...args);
    assert.deepEqual([end.status, end.stdout], [2, ''], end.stderr);
    assert.match(end.stderr, why);
  }
  const lost = await scan('resident_card', '--back', absent, some);
  const told = JSON.parse(lost.stdout);
  assert.deepEqual([lost.status, told.verification_details.errors], [3, ['NOT_FOUND']]);
  assert.equal(told.verification_details.why, `No such file or directory: ${absent}`);
});

test('compare judges pairs', { skip: existsSync(join(data, 'faces')) && existsSync(join(models, 'manifest.json')) ? false : 'no faces in BONIN_DATA, or no models' }, async () => {
  const cards = JSON.parse(readFileSync(join(data, 'cards_with_faces', 'manifest.json'), 'utf8'));
  const faces = join(data, 'faces');
  const [one, two] = [cards[0].selfie, cards[0].impostor].map((name) => join(faces, name));
  const same = await run(['compare', one, one], { cwd: dir, env: { MODEL_DIR: models } });
  const verdict = JSON.parse(same.stdout);
  assert.equal(verdict.is_match, true, same.stdout);
  assert.ok(verdict.similarity_score > 0.9);
  const other = JSON.parse((await run(['compare', one, two], { cwd: dir, env: { MODEL_DIR: models } })).stdout);
  assert.equal(other.is_match, false);
  const pairs = join(dir, 'pairs.tsv');
  writeFileSync(pairs, `reference\tselfie\tnote\n${one}\t${two}\ta\n${one}\t${one}\tb\n`);
  const table = await run(['compare', '--pairs', pairs], { cwd: dir, env: { MODEL_DIR: models } });
  const lines = table.stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.map((line) => line.is_match), [false, true]);
  const missing = await run(['compare', one, join(dir, 'nowhere.jpg')], { cwd: dir, env: { MODEL_DIR: models } });
  assert.equal(missing.status, 3, missing.stdout);
  assert.match(JSON.parse(missing.stdout).why, /nowhere\.jpg/);
});
