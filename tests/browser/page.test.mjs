// The applicant's page in a real browser against the real server: the whole way, and where it goes wrong.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newEmail, newPhone } from '../e2e/lib/flow.mjs';
import { png } from '../e2e/lib/image.mjs';
import { confirmLinkIn } from '../e2e/lib/mail.mjs';
import { accepting, needsLiar } from '../e2e/lib/liveness.mjs';
import { data, Server } from '../e2e/lib/server.mjs';
import { card, needsFaces } from '../e2e/lib/specimen.mjs';
import { wrongCode } from '../e2e/lib/codes.mjs';
import { Applicant } from './lib/applicant.mjs';
import { needsBrowser, openBrowser, openPage, shoot } from './lib/page.mjs';

const needsSpecimens = { skip: needsBrowser.skip || needsFaces.skip };
const animal = join(data, 'hostile/images/image-rs/tests/images/jpg/progressive/cat.jpg');
const noise = { name: 'noise.png', mimeType: 'image/png', buffer: png(800, 600, (x, y) => [(x * 7) & 255, (y * 5) & 255, (x ^ y) & 255]) };
const noDocument = existsSync(animal) ? animal : noise;

let server;
let browser;
before(async () => {
  if (needsBrowser.skip) return;
  server = await Server.start({ store: 'sqlite' });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function visit(language, { path = '/', phone = false, on = server } = {}) {
  const opened = await openPage(browser, { locale: language === 'ko' ? 'ko-KR' : 'en-US', phone, origin: on.origin });
  await opened.page.goto(on.origin + path);
  return { ...opened, applicant: new Applicant(opened.page, on, language) };
}

async function throughTheWhole(language, type, phone) {
  const { page, context, calls, applicant, assertClean } = await visit(language, { phone });
  const { truth, file, selfie } = card(type);
  const number = newPhone().replace(/^(...)(....)/, '$1-$2-');
  const shot = (name) => shoot(page, `${language}-${name}`);
  await shot('start');
  await applicant.button(applicant.words.start).click();

  await applicant.say('phone', '12');
  await page.getByRole('alert').filter({ hasText: applicant.words.badPhone }).waitFor();
  await shot('phone-wrong');
  await applicant.say('phone', number);
  await page.getByRole('textbox', { name: applicant.words.code, exact: true }).waitFor();
  const code = await server.smsCode(`+82${number.replace(/\D/g, '').slice(1)}`);
  await applicant.enter(wrongCode(code));
  await page.getByRole('alert').filter({ hasText: applicant.words.badCode }).waitFor();
  await shot('code-wrong');
  await page.reload();
  await applicant.enter(code);

  await applicant.proveEmail(newEmail());
  await applicant.heading(applicant.words.idCard).waitFor();
  await page.getByRole('radio', { name: applicant.words.types[type] }).check();
  await applicant.submit(noDocument);
  await page.getByRole('alert').filter({ hasText: applicant.words.rejected }).waitFor();
  await shot('document-refused');
  await applicant.submit(file);

  await applicant.heading(applicant.words.face).waitFor();
  await shot('face');
  await applicant.submit(selfie);
  const facts = await applicant.facts();
  await shot('result');
  const shown = Object.values(facts);
  assert.ok(shown.includes(truth.name) && shown.includes(truth.birth_date) && shown.includes(number), JSON.stringify(facts));

  await page.reload();
  assert.deepEqual(await applicant.facts(), facts);
  assert.ok(calls.length < 45, `${calls.length} calls: the hourly limit is 100`);
  assertClean();
  await context.close();
}

test('in Korean on a phone: all four steps, wrong input on the way, and a refresh', needsSpecimens, () => throughTheWhole('ko', 'resident', true));

test('in English on a desktop: all four steps with a licence', needsSpecimens, () => throughTheWhole('en', 'driver', false));

// Without `again` (app.tsx) the page asks for the document as if for the first time.
test('a document whose portrait cannot be made out is asked for again, and the page leads there', { skip: needsBrowser.skip || needsLiar.skip }, async (t) => {
  const lenient = await Server.start({ store: 'sqlite', env: accepting });
  t.after(() => lenient.stop());
  const { page, context, applicant, assertClean } = await visit('en', { phone: true, on: lenient });
  const file = (text) => ({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.concat([png(800, 600, () => [120, 130, 140]), Buffer.from(text)]) });
  await applicant.button('Start').click();
  await applicant.provePhone(newPhone());
  await applicant.proveEmail(newEmail());
  await applicant.heading('Your identity document').waitFor();
  await applicant.submit(file(''));
  await applicant.heading('Your face').waitFor();
  await applicant.submit(file('no portrait'));
  await applicant.heading('Your identity document').waitFor();
  await page.getByRole('alert').filter({ hasText: 'No portrait was found on the document' }).waitFor();
  await page.reload();
  await page.getByRole('alert').filter({ hasText: 'could not be compared with the portrait' }).waitFor();
  await shoot(page, 'en-document-again');
  await applicant.submit(file(''));
  await applicant.heading('Your face').waitFor();
  await applicant.submit(file(''));
  await applicant.facts();
  assertClean();
  await context.close();
});

test('the basic flow ends after the mail, and its link will do', needsBrowser, async () => {
  const { page, context, applicant, assertClean } = await visit('en', { path: '/?flow=basic', phone: true });
  await applicant.button('Start').click();
  await applicant.provePhone(newPhone());
  const address = newEmail();
  await applicant.say('email', address);
  await page.getByRole('textbox', { name: 'Code', exact: true }).waitFor();
  await shoot(page, 'en-mail-sent');

  const mail = await server.mail(address);
  const other = await context.newPage();
  await other.goto(confirmLinkIn(mail.text));
  assert.equal(await page.getByRole('heading', { name: 'You are verified' }).count(), 0);
  await other.locator('form button, form input[type=submit]').click();

  const facts = await applicant.facts(); // told by the server's event: nobody touched this tab
  assert.equal(facts['E-mail'], address);
  assert.equal(facts.Name, undefined);
  assertClean();
  await context.close();
});

test('where consent is asked for, it comes first, with a box for each item', needsBrowser, async (t) => {
  const asking = await Server.start({ store: 'sqlite', env: { CONSENT_REQUIRED: 'true', RETENTION_DAYS: '365', SERVICE_NAME: '한국은행' } });
  t.after(() => asking.stop());
  for (const [language, phone, path, boxes] of [['ko', true, '/?flow=basic', 2], ['en', false, '/', 4]]) {
    const { page, context, calls, applicant, assertClean } = await visit(language, { path, phone, on: asking });
    await applicant.button(applicant.words.start).click();
    await applicant.heading(applicant.words.consent).waitFor();
    await page.getByText('365').first().waitFor();
    await page.getByText('한국은행').first().waitFor();
    await applicant.tick(boxes);
    await page.getByRole('checkbox').last().uncheck();
    await applicant.button(applicant.words.agree).click();
    await page.getByRole('alert').filter({ hasText: applicant.words.needed }).waitFor();
    assert.ok(!calls.some((call) => call.startsWith('POST') && call.endsWith('/consent')), 'nothing was sent');
    await shoot(page, `${language}-consent`);
    await page.reload();
    assert.equal(await page.getByRole('checkbox').first().isChecked(), false, 'nothing is ticked beforehand');
    await applicant.tick(boxes);
    await applicant.button(applicant.words.agree).click();
    await page.getByRole('textbox', { name: applicant.words.phone, exact: true }).waitFor();
    await page.reload();
    await applicant.provePhone(newPhone());
    await page.getByRole('textbox', { name: applicant.words.email, exact: true }).waitFor();
    assertClean();
    await context.close();
  }
});

test('a code is asked for again no sooner than it may be, and guessed no more often', needsBrowser, async () => {
  const { page, context, applicant, assertClean } = await visit('en', { path: '/?flow=basic' });
  const number = newPhone();
  await applicant.button('Start').click();
  await applicant.say('phone', number);
  const resend = page.getByRole('button', { name: /^Send again \d:\d\d$/ });
  await resend.waitFor();
  assert.ok(await resend.isDisabled());
  await applicant.button('Change number').click();
  await applicant.say('phone', number);
  await page.getByRole('alert').filter({ hasText: /sent a moment ago.* Possible again in \d+ s/ }).waitFor();

  const another = newPhone();
  await applicant.say('phone', another);
  const code = await server.smsCode(`+82${another.slice(1)}`);
  for (let n = 1; n <= 4; n++) {
    await applicant.enter(wrongCode(code, n));
    await page.getByRole('alert').filter({ hasText: new RegExp(`\\b${5 - n} attempts? left`) }).waitFor();
  }
  await applicant.enter(wrongCode(code, 5));
  await page.getByRole('alert').filter({ hasText: 'No attempts are left' }).waitFor();
  assert.ok(await applicant.button('Confirm').isDisabled());
  assertClean();
  await context.close();
});

test('where events do not come through, the page asks', needsBrowser, async () => {
  const { page, context, applicant } = await openPage(browser, { locale: 'en-US', origin: server.origin }).then((opened) => ({
    ...opened,
    applicant: new Applicant(opened.page, server, 'en'),
  }));
  await page.route('**/events', (route) => route.abort());
  await page.goto(`${server.origin}/?flow=basic`);
  await applicant.button('Start').click();
  await applicant.provePhone(newPhone());
  const address = newEmail();
  await applicant.say('email', address);
  await page.getByRole('textbox', { name: 'Code', exact: true }).waitFor();
  const token = new URL(confirmLinkIn((await server.mail(address)).text)).searchParams.get('token');
  const confirmed = await server.client.call('POST', '/api/verification/email/confirm', { form: { token } });
  assert.equal(confirmed.status, 200, confirmed.text);
  await applicant.facts();
  await context.close();
});

test("the relying party's link carries the key, and the address bar does not keep it", needsBrowser, async () => {
  const made = await server.client.post('/api/verification/session/create', {});
  const key = made.body.data.session_key;
  const { page, context, assertClean } = await visit('ko', { path: `/#session_key=${key}` });
  await page.getByRole('textbox', { name: '휴대전화 번호' }).waitFor();
  assert.equal(page.url(), `${server.origin}/`);
  await page.reload();
  await page.getByRole('textbox', { name: '휴대전화 번호' }).waitFor();
  assertClean();
  await context.close();
});

test('an unknown key is told in words', needsBrowser, async () => {
  const { page, context, assertClean } = await visit('en', { path: '/?session_key=SPECIMEN-unknown-key-SPECIMEN' });
  await page.getByRole('alert').filter({ hasText: 'This link is not valid' }).waitFor();
  assert.ok(!page.url().includes('session_key'));
  await shoot(page, 'en-unknown');
  assertClean();
  await context.close();
});

test('the language can be switched at any time, and is remembered', needsBrowser, async () => {
  const { page, context, assertClean } = await visit('en');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('textbox', { name: 'Mobile number' }).waitFor();
  await page.getByRole('button', { name: '한국어' }).click();
  await page.getByRole('textbox', { name: '휴대전화 번호' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'ko');
  await page.reload();
  await page.getByRole('textbox', { name: '휴대전화 번호' }).waitFor();
  assertClean();
  await context.close();
});

test('files that cannot do are refused before they are sent', needsBrowser, async () => {
  const { page, context, calls, applicant, assertClean } = await visit('en', { phone: true });
  await applicant.button('Start').click();
  await applicant.provePhone(newPhone());
  await applicant.proveEmail(newEmail());
  await applicant.heading('Your identity document').waitFor();
  const big = Buffer.concat([png(400, 300, () => [0, 0, 0]), Buffer.alloc(10 * 1024 * 1024)]);
  const bad = [
    [Buffer.from('SPECIMEN, a text'), 'Only JPEG and PNG'],
    [big, 'The picture is too large'],
    [png(200, 100, () => [0, 0, 0]), 'too small'],
    [Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 'could not be opened'],
    [Buffer.alloc(0), 'could not be opened'],
  ];
  for (const [buffer, words] of bad) {
    await applicant.pick({ name: 'card.jpg', mimeType: 'image/jpeg', buffer });
    await page.getByRole('alert').filter({ hasText: words }).waitFor();
    assert.equal(await applicant.button('Use this picture').count(), 0);
  }
  assert.ok(!calls.some((call) => call.includes('/upload')), 'nothing was sent');
  assertClean();
  await context.close();
});

test('the camera gives a picture, which is judged like any other', needsSpecimens, async () => {
  const { page, context, applicant, assertClean } = await visit('ko', { phone: true });
  await applicant.button('시작하기').click();
  await applicant.provePhone(newPhone());
  await applicant.proveEmail(newEmail());
  await applicant.button('카메라로 찍기').click();
  await applicant.button('찍기').click(); // Chromium's artificial camera shows no document
  await page.getByRole('img', { name: '고른 사진' }).waitFor();
  await applicant.button('이 사진 쓰기').click();
  await page.getByRole('alert').filter({ hasText: applicant.words.rejected }).waitFor();
  await shoot(page, 'ko-camera-refused');
  assertClean();
  await context.close();
});

test('where sessions are not open to all, the page says where to start', needsBrowser, async (t) => {
  const closed = await Server.start({ store: 'sqlite', env: { PUBLIC_SESSIONS: 'false' } });
  t.after(() => closed.stop());
  const { page, context } = await visit('en', { on: closed });
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'starts from the link' }).waitFor();
  await context.close();
});

test('a session past its time is told, and another can be started', needsBrowser, async (t) => {
  const short = await Server.start({ store: 'sqlite', clock: true });
  t.after(() => short.stop());
  const { page, context, applicant } = await visit('ko', { on: short });
  await applicant.button('시작하기').click();
  await page.getByRole('textbox', { name: '휴대전화 번호' }).waitFor();
  short.advance(25 * 3600);
  await page.reload();
  await applicant.heading('시간이 지났습니다').waitFor();
  await shoot(page, 'ko-expired');
  await applicant.button('새로 시작').click();
  await applicant.button('시작하기').waitFor();
  await context.close();
});

test('/api/docs lists every call, and one can be tried', needsBrowser, async () => {
  const { page, context, assertClean } = await visit('en', { path: '/api/docs' });
  await page.locator('.opblock').first().waitFor();
  const spec = (await server.client.get('/api/openapi.json', { unchecked: true })).body;
  const methods = ['get', 'post', 'put', 'patch', 'delete'];
  const described = Object.values(spec.paths).flatMap((path) => Object.keys(path).filter((key) => methods.includes(key)));
  await page.locator('.opblock').nth(described.length - 1).waitFor(); // they are drawn one after the other
  assert.equal(await page.locator('.opblock').count(), described.length);

  await page.locator('#operations-operation-getHealth button').first().click();
  await page.locator('#operations-operation-getHealth button.execute').click();
  await page.locator('#operations-operation-getHealth .live-responses-table .response-col_status', { hasText: '200' }).waitFor();
  await page.locator('#operations-face-uploadFace button').first().click();
  await page.locator('#operations-face-uploadFace input[type=file]').first().waitFor();
  assertClean();
  await context.close();
});
