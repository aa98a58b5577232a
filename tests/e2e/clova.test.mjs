// Documents read by NAVER CLOVA OCR: what it is asked, what its answers and errors become, and what stays secret.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { jpegSize, startClova } from '../fakes/clova.mjs';
import { Flow } from './lib/flow.mjs';
import { png } from './lib/image.mjs';
import { data, models, program, run, Server } from './lib/server.mjs';
import { card, needsCards, needsFaces } from './lib/specimen.mjs';

const documents = join(data, 'documents');
const needsDocuments = { skip: existsSync(join(documents, 'manifest.json')) ? false : 'no specimen documents in BONIN_DATA' };

let clova, server;
before(async () => {
  clova = await startClova();
  server = await Server.start({ env: { ...clova.env, WORKERS: '2' } });
});
after(async () => {
  await server?.stop();
  await clova?.stop();
});

// What the service would say of a specimen, by its own description. On a clean scan the card fills the picture.
const said = {
  resident: ({ truth }) => ({
    idtype: 'ID Card',
    fields: { name: `${truth.name}(${truth.name_hanja})`, personalNum: truth.rrn, address: truth.address, issueDate: truth.issue_date, authority: truth.issuer },
    masks: { number: [0.1035, 0.4036, 0.5476, 0.4576], mask: [0.353, 0.4, 0.55, 0.462] },
  }),
  driver: ({ truth }) => ({
    idtype: "Driver's License",
    fields: { type: truth.license_class, num: truth.license_no, name: truth.name, personalNum: truth.rrn, address: truth.address, issueDate: truth.issue_date, renewEndDate: truth.aptitude_to, code: truth.serial, authority: truth.issuer },
    masks: { number: [0.3965, 0.3664, 0.7109, 0.4076], mask: [0.573, 0.363, 0.7129, 0.41] },
  }),
  passport: ({ truth }) => ({
    idtype: 'Passport',
    fields: { num: truth.number, surName: truth.surname, givenName: truth.given_names, birthDate: truth.birth_date, sex: truth.sex, nationality: truth.nat_text, issueDate: truth.issue_date, expireDate: truth.expiry_date },
  }),
  alien: ({ truth }) => ({
    idtype: 'Alien Registration Card',
    fields: { alienRegNum: truth.reg_no, name: truth.name, sex: truth.sex, nationality: truth.country, visaType: truth.status, issueDate: truth.issue_date, serialNum: '1-234-567-8901' },
    masks: { number: [0.506, 0.207, 0.8074, 0.2482], mask: [0.675, 0.204, 0.81, 0.251] },
  }),
};
const types = { resident: 'resident_card', driver: 'driver_license', passport: 'passport', alien: 'alien_card' };

async function readyForDocument(json = {}) {
  return (await Flow.create(server, json)).proveBoth();
}

// One upload of a specimen; `change` alters what the service says of it. Returns the verdict and what was asked.
async function judged(flow, specimen, change = (told) => told) {
  clova.card = change(said[specimen.type](specimen));
  clova.asked.length = 0;
  const sent = await flow.uploadDocument(types[specimen.type], readFileSync(specimen.file));
  assert.equal(sent.status, 200, sent.text);
  return { ...(await flow.judged('id-card', sent.body.data.verification_id)), asked: [...clova.asked] };
}

// What is stored of a session, in clear, in a folder for as long as `body` runs.
async function withStored(flow, body) {
  const folder = mkdtempSync(join(tmpdir(), 'bonin-stored-'));
  try {
    const done = await run(['--data', server.data, flow.id, folder], { file: resolve(program, '../stored-pictures'), env: server.env });
    assert.equal(done.status, 0, done.stderr);
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a card that both read is accepted, and the face step goes on with its portrait', needsFaces, async () => {
  clova.say('ok');
  const specimen = card('resident');
  const flow = await readyForDocument({ expected: { name: specimen.truth.name, birth_date: specimen.truth.birth_date } });
  const verdict = await judged(flow, specimen);
  assert.equal(verdict.status, 'success', JSON.stringify(verdict));
  assert.ok(verdict.confidence_score >= 0.8);
  assert.equal(verdict.asked.length, 1);
  // The straightened card, encoded anew: nothing of the file that was uploaded, no metadata.
  const { jpeg } = verdict.asked[0], upload = readFileSync(specimen.file);
  assert.ok(!jpeg.includes(upload.subarray(upload.length >> 1, (upload.length >> 1) + 24)));
  assert.ok(jpegSize(jpeg).width > jpegSize(jpeg).height && !jpeg.subarray(0, 64).includes('Exif'));
  const selfie = await flow.uploadFace(readFileSync(specimen.selfie));
  assert.equal((await flow.judged('face', selfie.body.data.verification_id)).status, 'success');
});

// Negative control: leave out vision_redact in ocr/clova.c, and the name is read.
test('its masks are painted over beside our own', needsCards, async () => {
  clova.say('ok');
  const specimen = card('resident'), name = [0.09, 0.25, 0.36, 0.345];
  const flow = await readyForDocument();
  const verdict = await judged(flow, specimen, (told) => ({ ...told, masks: { ...told.masks, mask: name } }));
  assert.equal(verdict.status, 'success', JSON.stringify(verdict));
  await withStored(flow, async (folder) => {
    const again = await run(['scan', '--unmasked', '--type', 'resident_card', join(folder, 'card.jpg')], { env: { MODEL_DIR: models } });
    const { extracted_data: read } = JSON.parse(again.stdout);
    assert.notEqual(read.name, specimen.truth.name, again.stdout);
    assert.equal(read.id_number, undefined, again.stdout);
    assert.ok(existsSync(join(folder, 'portrait.jpg')));
    assert.ok(!readFileSync(join(folder, 'extracted.json'), 'utf8').includes(specimen.truth.rrn.slice(7)));
  });
});

test('licences and passports are accepted by what both read', needsCards, async () => {
  clova.say('ok');
  for (const type of ['driver', 'passport']) {
    const verdict = await judged(await readyForDocument(), card(type));
    assert.equal(verdict.status, 'success', `${type}: ${JSON.stringify({ ...verdict, asked: 0 })}`);
    assert.equal(verdict.asked.length, 1);
  }
});

test('what it says is judged like everything else', needsCards, async () => {
  clova.say('ok');
  const specimen = card('resident');
  const flow = await readyForDocument();
  const rows = [
    ['another kind', (told) => ({ ...told, idtype: "Driver's License" }), 'rejected', 'TYPE_MISMATCH'],
    ['a field that is missing', ({ fields: { name, ...fields }, ...told }) => ({ ...told, fields }), 'rejected', 'FIELD_UNREADABLE'],
    ['another name', (told) => ({ ...told, fields: { ...told.fields, name: '홍길동' } }), 'rejected', 'LOW_CONFIDENCE'],
  ];
  for (const [what, change, status, code] of rows) {
    const verdict = await judged(flow, specimen, change);
    assert.equal(verdict.status, status, `${what}: ${JSON.stringify({ ...verdict, asked: 0 })}`);
    assert.ok(verdict.errors.includes(code), `${what}: ${verdict.errors}`);
  }
  clova.say('failure');
  const unseen = await judged(flow, specimen);
  assert.equal(unseen.status, 'failed', JSON.stringify(unseen.errors));
  assert.ok(unseen.errors.includes('NO_DOCUMENT'));
  await withStored(flow, (folder) => assert.ok(!existsSync(join(folder, 'card.jpg'))));
});

test('its errors are tried again, or given up, and the session goes on', needsCards, async () => {
  const specimen = card('resident');
  const flow = await readyForDocument();
  // [mood, for how many calls, how the verdict ends, calls in all]
  const rows = [
    ['secret', 1, 'failed', 1], // no other try would mend it
    ['cut', 3, 'failed', 3],
    ['huge', 1, 'success', 2],
  ];
  for (const [mode, times, status, calls] of rows) {
    clova.say(mode, times);
    const verdict = await judged(flow, specimen);
    assert.equal(verdict.status, status, `${mode}: ${verdict.errors}`);
    assert.equal(verdict.asked.length, calls, mode);
    if (status === 'failed') assert.deepEqual(verdict.errors, ['TIMED_OUT'], mode);
  }
  const told = server.logged.split('\n').filter((line) => line.includes('read_document') && line.includes('failed'));
  assert.ok(told.some((line) => line.includes('NAVER_CLOVA_SECRET_KEY')), 'the operator is told which key is wrong');
});

test('a picture without a document in it goes nowhere', async () => {
  clova.say('ok');
  clova.asked.length = 0;
  const flow = await readyForDocument();
  const sent = await flow.uploadDocument('resident_card', png(800, 600, () => [255, 255, 255]), { type: 'image/png' });
  assert.equal((await flow.judged('id-card', sent.body.data.verification_id)).status, 'failed');
  assert.equal(clova.asked.length, 0);
});

// Negative control: put the URL, or the bytes that were sent, into a `why` of ocr/clova_ask.c.
test('neither the secret nor the person is logged', needsCards, () => {
  assert.ok(server.logged.length > 1000);
  const { truth } = card('resident');
  for (const [what, text] of Object.entries({ secret: clova.secret, 'invoke key': clova.path.split('/')[4], name: truth.name, number: truth.rrn, 'its back half': truth.rrn.slice(7), 'base64 of a picture': '/9j/4A' }))
    assert.ok(!server.logged.includes(text) && !server.printed.includes(text), what);
});

test('scan reads all four kinds by it', needsDocuments, async () => {
  clova.say('ok');
  const manifest = JSON.parse(readFileSync(join(documents, 'manifest.json'), 'utf8'));
  for (const type of Object.keys(types)) {
    const specimen = manifest.find((entry) => entry.type === type && entry.level === 0);
    clova.card = said[type](specimen);
    clova.asked.length = 0;
    const end = await run(['scan', '--type', types[type], '--unmasked', join(documents, specimen.file)], { env: { MODEL_DIR: models, ...clova.env } });
    assert.equal(end.status, 0, end.stdout + end.stderr);
    assert.equal(clova.asked.length, 1);
    assert.equal(JSON.parse(end.stdout).status, 'success', end.stdout);
  }
  clova.say('secret');
  const specimen = manifest.find((entry) => entry.type === 'resident' && entry.level === 0);
  const refused = await run(['scan', '--type', 'resident_card', join(documents, specimen.file)], { env: { MODEL_DIR: models, ...clova.env } });
  assert.equal(refused.status, 3, refused.stdout);
  assert.match(refused.stdout, /NAVER_CLOVA_SECRET_KEY/);
  assert.ok(!refused.stdout.includes(clova.secret) && !refused.stderr.includes(clova.secret));
});

test('a key that is missing or wrong stops the start and names itself', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bonin-clova-'));
  const rows = [
    [{ OCR_PROVIDER: 'crystal_ball' }, /^bonin serve: OCR_PROVIDER: takes one of: tesseract naver_clova$/m],
    [{ NAVER_CLOVA_API_URL: '' }, /NAVER_CLOVA_API_URL: must be set when OCR_PROVIDER=naver_clova/],
    [{ NAVER_CLOVA_SECRET_KEY: '' }, /NAVER_CLOVA_SECRET_KEY: must be set when OCR_PROVIDER=naver_clova/],
    [{ NAVER_CLOVA_API_URL: 'http://clova.example.org/x' }, /NAVER_CLOVA_API_URL: takes https/],
  ];
  for (const [env, expected] of rows) {
    const end = await run(['serve', '--listen', '127.0.0.1:0', '--data', join(dir, 'data')], { cwd: dir, env: { ...clova.env, ...env } });
    assert.equal(end.status, 2, end.stderr);
    assert.match(end.stderr, expected);
    assert.ok(!end.stderr.includes(clova.secret));
  }
  const scan = await run(['scan', '--type', 'passport', 'any.jpg'], { cwd: dir, env: { ...clova.env, NAVER_CLOVA_SECRET_KEY: '' } });
  assert.equal(scan.status, 2);
  assert.match(scan.stderr, /NAVER_CLOVA_SECRET_KEY/);
  rmSync(dir, { recursive: true });
});

test('people are told where their document goes', async () => {
  const consent = (await server.client.get('/api/verification/consent')).body.data;
  for (const lang of ['ko', 'en']) assert.match(consent.texts[lang].items.find(({ item }) => item === 'document').text, /NAVER Cloud/);
  const doctor = await server.cli(['doctor']);
  assert.match(doctor.stdout, /^ok +ocr +naver_clova; cards are sent to NAVER Cloud$/m);
});
