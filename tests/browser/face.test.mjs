// The face step in a real browser with a camera that plays what the test wants seen. bonin-vision is a stand-in that
// accepts everybody; the last tests have the real one, and a simulated head.
//
// Negative controls: each of these was taken out of web/src/face once, and the test that names it failed: the limit to
// darkness, frames that are not mirrored, the end of waiting for an action, the way to begin by hand, the prompt's focus,
// the mode that forbids files, the mode that asks for no challenge.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Flow } from '../e2e/lib/flow.mjs';
import { facing, needsLiar, serve } from '../e2e/lib/liveness.mjs';
import { data, Server } from '../e2e/lib/server.mjs';
import { card } from '../e2e/lib/specimen.mjs';
import { Applicant } from './lib/applicant.mjs';
import { FakeCamera, HEIGHT, WIDTH } from './lib/fake-camera.mjs';
import { ACTIONS, film, needsSimulator } from './lib/film.mjs';
import { needsBrowser, openPage, shoot } from './lib/page.mjs';
import { jpegSize, partsOf } from './lib/upload.mjs';

const picture = join(data, 'faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0002.jpg');
const needs = { skip: needsBrowser.skip || needsLiar.skip || (existsSync(picture) ? false : 'no faces in BONIN_DATA') };

// How a picture is moved so that it looks like it to one who only sees that something was done.
const POSES = {
  front: {},
  turn_left: { squeeze: 0.62, x: 0.06 },
  turn_right: { squeeze: 0.62, x: -0.06 },
  look_up: { y: -0.12, size: 0.8 },
  come_closer: { size: 1.18 },
  far: { size: 0.45 },
  dark: { light: 0.12, ground: '#222' },
  aside: { x: 0.1 },
};

// Of two frames: the mean difference of their luminance.
function unlike(a, b) {
  let sum = 0;
  for (let at = 0; at < WIDTH * HEIGHT; at++) sum += Math.abs(a[at] - b[at]);
  return sum / (WIDTH * HEIGHT);
}

function mirrored(frame) {
  return frame.map((_, at) => frame[at - (at % WIDTH) + WIDTH - 1 - (at % WIDTH)]);
}

// What the page takes for the action that is asked for, and the server does not.
const OTHER = { turn_left: 'turn_right', turn_right: 'turn_left', look_up: 'turn_left', come_closer: 'come_closer' };

// Does what the page asks for, until the camera is closed: `move(action, back)` when an action is asked for, and when it
// is over. Returns the actions.
async function follow({ page, applicant }, move) {
  const done = [];
  for (let moved = false; ; await sleep(80)) {
    const asked = await page.locator('.overlay').getAttribute('class', { timeout: 1000 }).catch(() => null);
    if (!asked) return done;
    const action = asked.split(' ').find((each) => /_/.test(each));
    if (action && action !== done.at(-1)) {
      await sleep(250); // nobody is faster
      done.push(action);
      await move(action, false);
      moved = true;
    } else if (moved && (await applicant.prompt()) === applicant.words.back) {
      await move(done.at(-1), true);
      moved = false;
    }
  }
}

describe('the face step', needs, () => {
  let camera, server, active, seen;
  before(async () => {
    server = await serve();
    active = await serve({ env: { LIVENESS_MODE: 'active' } });
    camera = await FakeCamera.open();
    seen = {};
    for (const [name, how] of Object.entries(POSES)) seen[name] = await camera.frame(picture, { size: 0.86, ...how });
    seen.nobody = await camera.frame(picture, { size: 0.01 });
  });
  after(async () => {
    await camera?.close();
    await server?.stop();
    await active?.stop();
  });

  // The page at the face step.
  async function atFace(language, { on = server, phone = true, script, more } = {}) {
    const flow = await facing(on);
    const opened = await openPage(camera.browser, { locale: language === 'ko' ? 'ko-KR' : 'en-US', phone, origin: on.origin, more });
    if (script) await opened.page.addInitScript(script);
    await opened.page.goto(`${on.origin}/#session_key=${flow.key}`);
    const applicant = new Applicant(opened.page, on, language);
    await applicant.heading(applicant.words.face).waitFor();
    return { ...opened, applicant, flow };
  }

  async function wholeWay(language, options) {
    const visit = await atFace(language, options);
    const { page, context, applicant, flow, assertClean } = visit;
    const uploads = [];
    await page.route('**/face/upload', (route) => {
      uploads.push({ request: route.request(), bytes: route.request().postDataBuffer() });
      return route.continue();
    });
    let given;
    page.on('response', async (response) => response.url().endsWith('/face/challenge') && (given = (await response.json()).data));
    await shoot(page, `${language}-face-begin`);
    camera.show(seen.front);
    await applicant.button(applicant.words.camera).click();
    const move = async (action, back) => {
      if (!back) await shoot(page, `${language}-face-${action}`);
      camera.show(seen[back ? 'front' : action]);
    };
    assert.deepEqual(await follow(visit, move), given.actions);
    await applicant.heading(applicant.words.done).waitFor();
    const id = (await uploads[0].request.response().then((response) => response.json())).data.verification_id;
    const judged = await flow.judged('face', id);
    assert.deepEqual([judged.status, judged.liveness_method], ['success', 'active']);
    assertClean();
    await context.close();
    return { given, uploads };
  }

  test('in Korean on a phone: the whole way with the camera, frames and selfie taken by themselves', async () => {
    const { given, uploads } = await wholeWay('ko', { phone: true });
    assert.equal(uploads.length, 1);
    const parts = partsOf(uploads[0].bytes);
    const frames = parts.filter(({ name }) => name === 'frames');
    const times = JSON.parse(parts.find(({ name }) => name === 'frame_times').body);
    assert.equal(parts.find(({ name }) => name === 'challenge').body.toString(), given.challenge);
    assert.equal(frames.length, 2 + 3 * given.actions.length);
    assert.equal(times.length, frames.length);
    assert.ok(times.every((time, at) => time - (times[at - 1] ?? 0) > 100 && time < 60_000), JSON.stringify(times));
    for (const { body } of [...frames, parts.find(({ name }) => name === 'selfie_image')]) {
      assert.deepEqual(jpegSize(body), [640, 480]);
      assert.ok(body.length < 300_000);
    }
    const first = await camera.jpeg(frames[0].body);
    assert.ok(unlike(first, seen.front) < unlike(first, mirrored(seen.front)) / 3, 'the mirror is for the person alone');
  });

  test('in English on a desktop: the whole way with the camera, where only that will do', () => wholeWay('en', { on: active, phone: false }));

  test('what is wrong is told, one thing at a time: darkness first, then distance and place', async () => {
    const { page, context, applicant, assertClean } = await atFace('en');
    camera.show(seen.dark);
    await applicant.button(applicant.words.camera).click();
    for (const [shown, told] of [
      ['dark', 'It is too dark. Turn to a lamp or a window.'],
      ['nobody', 'Look straight ahead, inside the outline.'],
      ['far', 'Come a little closer.'],
      ['aside', 'Move your face into the outline.'],
    ]) {
      camera.show(seen[shown]);
      await page.getByRole('status').filter({ hasText: told }).waitFor();
      await shoot(page, `en-face-${shown}`);
    }
    camera.show(seen.front);
    await page.getByRole('status').filter({ hasText: 'Look straight ahead. Hold still.' }).waitFor();
    assertClean();
    await context.close();
  });

  test('where the face is not found, the person can begin all the same', async () => {
    const { page, context, applicant } = await atFace('ko');
    camera.show(seen.nobody);
    await applicant.button(applicant.words.camera).click();
    await applicant.button('지금 시작').click();
    await page.getByRole('status').filter({ hasText: '정면을 보고' }).waitFor();
    await context.close();
  });

  test('an action that is not done ends in time, and can be tried again', async () => {
    const { page, context, calls, applicant } = await atFace('en');
    camera.show(seen.front);
    await applicant.button(applicant.words.camera).click();
    await page.getByRole('status').filter({ hasText: /, a little more$/ }).waitFor();
    await page.getByRole('alert').filter({ hasText: 'That took too long.' }).waitFor();
    await shoot(page, 'en-face-slow');
    assert.ok(!calls.some((call) => call.endsWith('/face/upload')), 'nothing was sent');
    await applicant.button(applicant.words.camera).click();
    await page.getByRole('status').filter({ hasText: 'Look straight ahead. Hold still.' }).waitFor();
    await context.close();
  });

  const refuse = () => (MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('refused', 'NotAllowedError')));

  test('a camera that is refused is told, and a file will do', async () => {
    const { page, context, applicant, assertClean } = await atFace('ko', { script: refuse });
    await applicant.button(applicant.words.camera).click();
    await page.getByRole('alert').filter({ hasText: /카메라를 허용하고 다시 시도해 주세요\. 파일을 골라도 됩니다/ }).waitFor();
    await shoot(page, 'ko-face-refused');
    await applicant.submit(picture);
    await applicant.heading(applicant.words.done).waitFor();
    assertClean();
    await context.close();
  });

  test('where only frames will do, no file is offered, be the camera refused or absent', async () => {
    for (const script of [refuse, () => delete Navigator.prototype.mediaDevices]) {
      const { page, context, applicant, assertClean } = await atFace('en', { on: active, script });
      assert.equal(await page.locator('input[type=file]').count(), 0);
      assert.equal(await applicant.button('Choose a file').count(), 0);
      await applicant.button(applicant.words.camera).click();
      const told = await page.getByRole('alert').textContent();
      assert.match(told, /allow it for this page|gives the page no camera/);
      assert.doesNotMatch(told, /file/);
      await shoot(page, 'en-face-active-refused');
      assertClean();
      await context.close();
    }
  });

  // Each fault with what is to be done about it. Control: take a line out of FAULTS, or the insecure context out of cameraFault.
  test('why there is no camera is told apart', async () => {
    const faults = {
      missing: [() => (MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))), /No camera was found/],
      busy: [() => (MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError'))), /Another program is using the camera/],
      insecure: [() => (delete Navigator.prototype.mediaDevices, Object.defineProperty(window, 'isSecureContext', { value: false })), /secure pages \(https\) only/],
      other: [() => (MediaDevices.prototype.getUserMedia = () => Promise.reject(new TypeError('odd'))), /load the page again/],
    };
    for (const [name, [script, words]] of Object.entries(faults)) {
      const { page, context, applicant, assertClean } = await atFace('en', { on: active, script });
      await applicant.button(applicant.words.camera).click();
      assert.match(await page.getByRole('alert').textContent(), words, name);
      assertClean();
      await context.close();
    }
  });

  test('where challenges are not given, the camera takes the selfie alone, to be looked at first', async (t) => {
    const passive = await serve({ env: { LIVENESS_MODE: 'passive' } });
    t.after(() => passive.stop());
    const { page, context, calls, applicant, assertClean } = await atFace('ko', { on: passive });
    camera.show(seen.front);
    await applicant.button(applicant.words.camera).click();
    await page.getByRole('img', { name: '고른 사진' }).waitFor();
    await shoot(page, 'ko-face-selfie');
    assert.ok(!calls.some((call) => call.endsWith('/face/challenge')));
    await applicant.button(applicant.words.use).click();
    await applicant.heading(applicant.words.done).waitFor();
    assertClean();
    await context.close();
  });

  test('by keyboard and ear: names, focus, what is said, and no motion for those who want none', async () => {
    const { page, context, applicant, assertClean } = await atFace('en', { more: { reducedMotion: 'reduce' } });
    camera.show(seen.front);
    await applicant.button(applicant.words.camera).focus();
    await page.keyboard.press('Enter');
    const prompt = page.getByRole('status').and(page.locator('[aria-live=assertive]'));
    await prompt.waitFor();
    assert.ok(await prompt.evaluate((element) => element === document.activeElement));
    assert.equal(await page.locator('video').getAttribute('aria-label'), 'Camera picture, as in a mirror');
    assert.match(await page.locator('video').evaluate((video) => getComputedStyle(video).transform), /^matrix\(-1/);
    await page.locator('.arrow').first().waitFor();
    assert.equal(await page.locator('.arrow').first().evaluate((arrow) => getComputedStyle(arrow).animationName), 'none');
    assert.equal(await page.locator('.overlay').getAttribute('aria-hidden'), 'true');
    await page.getByText(/^Step 2 of [34]$/).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // Cancel
    await applicant.button(applicant.words.camera).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
    assertClean();
    await context.close();
  });
});

describe('with the real bonin-vision', needsSimulator, () => {
  let camera, server, specimen, films;
  before(async () => {
    server = await Server.start({ store: 'sqlite', env: { LIVENESS_MODE: 'active' } });
    camera = await FakeCamera.open();
    specimen = card('driver');
    films = {};
    for (const action of ACTIONS) films[action] = await film(camera, specimen.selfie, action);
  });
  after(async () => {
    await camera?.close();
    await server?.stop();
  });

  // The second is the negative control of the first.
  for (const [what, shown, expected] of [
    ['a simulated head that does what is asked for is taken for alive, and for who it is', (action) => action, null],
    ['one that does something else is refused', (action) => OTHER[action], 'CHALLENGE_FAILED'],
  ])
    test(what, async () => {
      const flow = await (await Flow.create(server, { full_verification: true })).proveBoth();
      const sent = await flow.uploadDocument('driver_license', readFileSync(specimen.file));
      assert.equal((await flow.judged('id-card', sent.body.data.verification_id)).status, 'success');
      const opened = await openPage(camera.browser, { locale: 'ko-KR', phone: true, origin: server.origin });
      const { page, context, assertClean } = opened;
      const applicant = new Applicant(page, server, 'ko');
      await page.goto(`${server.origin}/#session_key=${flow.key}`);
      const upload = page.waitForResponse((response) => response.url().endsWith('/face/upload'), { timeout: 90_000 });
      const { idle } = films.turn_left;
      camera.play([], idle);
      await applicant.button(applicant.words.camera).click();
      await follow({ page, applicant }, (action, back) => {
        const { go, hold, leave } = films[shown(action)];
        if (back) camera.play(leave, idle);
        else camera.play(go, hold);
      });
      const judged = await flow.judged('face', (await (await upload).json()).data.verification_id);
      assert.equal(judged.liveness_method, 'active');
      if (expected) assert.ok(judged.errors.includes(expected), JSON.stringify(judged));
      else assert.equal(judged.errors, null, JSON.stringify(judged));
      if (!expected) await applicant.heading(applicant.words.done).waitFor();
      assertClean();
      await context.close();
    });
});
