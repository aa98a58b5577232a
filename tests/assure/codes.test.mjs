// One-time codes: how many are compared, whoever asks, however often, however many at once; and that nothing else is
// reported than what a code proved.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { wrongCode } from '../e2e/lib/codes.mjs';
import { assertFails, e164, Flow, newEmail, newPhone } from '../e2e/lib/flow.mjs';
import { completeAtOnce, guessAtOnce, MANY, proveEmailAtOnce, tally, verifyAtOnce } from '../e2e/lib/race.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { contract } from './contract.mjs';
import { full, report, scale } from './report.mjs';

// Sending is not what is tested here, so that each code can be sent at once.
const free = { SMS_COOLDOWN_SECONDS: '0', EMAIL_COOLDOWN_SECONDS: '0', SMS_PER_HOUR: '0', EMAIL_PER_HOUR: '0', SMS_BUDGET_PER_HOUR: '0', SMS_BREAKER_WINDOW: '0' };
let server, admin;
before(async () => {
  server = await Server.start();
  admin = await server.apiKey('admin');
});
after(() => server?.stop());

// Control: let code_count_attempt's statement go without `attempts < $2`.
test('1: wrong codes, then the right one', async () => {
  const many = scale(200, 1000);
  const flow = await Flow.create(server);
  await flow.sendPhone();
  const code = await flow.smsCode();
  const replies = [];
  for (let i = 1; i <= many; i++) replies.push(await flow.verifyPhone(wrongCode(code, i)));
  const late = await flow.verifyPhone(code);
  const evaluated = tally(replies).INVALID_CODE;
  report(1, `${many} wrong codes, then the right one`, `${evaluated} evaluated, the right one: ${late.body.errors}`,
    evaluated === 5 && late.status === 429 && !(await flow.status()).body.phone_verified);
});

const spellings = ['01012345678', '010-1234-5678', '+82 10 1234 5678', '+82 (0)10-1234-5678', '0082 10.1234.5678', '(010) 1234-5678'];

// Control: take otp_limit_check out of check/otp_verify.c: then each of them evaluates its five.
test('2: one number, across sessions, resends and spellings', async () => {
  const [sessions, hours] = [scale(10, 100), scale(4, 26)];
  const own = await Server.start({ clock: true, env: free });
  try {
    const perHour = [];
    let rightRefused = 0;
    let serial = 0;
    const guess = async () => {
      const flow = await Flow.create(own);
      const phone = spellings[serial++ % spellings.length];
      assert.equal((await flow.sendPhone(phone)).status, 200);
      const code = await own.smsCode(e164(spellings[0]));
      let evaluated = 0;
      for (let i = 1; i <= 5; i++) evaluated += (await flow.verifyPhone(wrongCode(code, i), phone)).body.errors[0] === 'INVALID_CODE';
      const right = await flow.verifyPhone(code, phone);
      rightRefused += right.status === 429;
      return evaluated;
    };
    for (let hour = 0; hour < hours; hour++) {
      let evaluated = 0;
      for (let i = 0; i < (hour < 3 ? sessions : 3); i++) evaluated += await guess();
      perHour.push(evaluated);
      own.advance(3600);
    }
    const day = perHour.slice(0, 24).reduce((sum, n) => sum + n, 0);
    const asked = (Math.min(hours, 3) * sessions + Math.max(hours - 3, 0) * 3) * 5;
    report(2, `${sessions} sessions x 5 an hour, ${spellings.length} spellings, ${hours} hours, ${asked} guesses`,
      `at most ${Math.max(...perHour)} evaluated an hour, ${day} a day; of ${asked / 5} right codes after them ${rightRefused} refused`,
      Math.max(...perHour) === 10 && day === 20 && rightRefused === asked / 5 && (hours < 26 || perHour[24] + perHour[25] > 0));
    const flows = await Promise.all(Array.from({ length: 50 }, () => Flow.create(own)));
    const phone = newPhone();
    for (const flow of flows) assert.equal((await flow.sendPhone(phone)).status, 200);
    const counts = tally(await Promise.all(flows.map((flow, i) => flow.verifyPhone(String(i).padStart(6, '0'), phone))));
    report(2, '50 sessions of one number at once', `${counts.INVALID_CODE} evaluated`, counts.INVALID_CODE === 10);
  } finally {
    await own.stop();
  }
});

// Control: compare before counting, or count by reading and writing: tests/contract/code.c has the latter beside it and
// shows that it lets more than five through.
test('3: guesses at once', async () => {
  const [runs, evaluated] = [scale(2, 20), []];
  for (let i = 0; i < runs; i++) {
    const { counts, late } = await guessAtOnce(server);
    evaluated.push(counts.INVALID_CODE);
    assert.equal(late.status, 429, late.text);
  }
  report(3, `${MANY} at once, ${runs} runs`, `${[...new Set(evaluated)].join(', ')} evaluated each`, evaluated.every((n) => n === 5));
  if (!full) return;
  const { line, passes } = await contract('guess');
  report(3, 'the same in the store, 2 to 20 ms between reading and counting, 20 runs', line, passes);
});

// Controls: let code_mark_used go without `used_at IS NULL` and session_advance without its set of states (either alone
// holds); let session_complete go without its set.
test('4: verified and completed at once', async () => {
  const runs = scale(1, 10);
  const seen = { success: [], events: [], byLink: [], tokens: [], completions: [] };
  for (let i = 0; i < runs; i++) {
    const verified = await verifyAtOnce(server, admin);
    const proved = await proveEmailAtOnce(server, admin);
    const completed = await completeAtOnce(server, admin);
    seen.success.push(verified.counts.OK);
    seen.events.push(verified.events);
    seen.byLink.push(proved.events);
    seen.tokens.push(completed.tokens, completed.results);
    seen.completions.push(completed.events);
  }
  const ones = Object.values(seen).every((list) => list.every((n) => n === 1));
  report(4, `${MANY} at once, ${runs} runs`, Object.entries(seen).map(([name, list]) => `${name} ${[...new Set(list)].join(', ')}`).join('; '), ones);
});

// One channel of a session: the same words for both.
const channels = [
  { send: (flow, to) => flow.sendPhone(to), verify: (flow, code, to) => flow.verifyPhone(code, to), fresh: newPhone, code: (to) => server.smsCode(e164(to)),
    shown: (data) => data.verified_phone, same: e164 },
  { send: (flow, to) => flow.sendEmail(to), verify: (flow, code, to) => flow.verifyEmail(code, to), fresh: newEmail, code: (to) => server.mailCode(to),
    shown: (data) => data.verified_email, same: (to) => to },
];

// A is verified while a code is sent to B: which of them was proved.
async function swap(flow, { send, verify, fresh, code }, [a, b], delay) {
  assert.equal((await send(flow, a)).status, 200);
  const codeOfA = await code(a);
  const [verified, sent] = await Promise.all([verify(flow, codeOfA, a), sleep(delay).then(() => send(flow, b))]);
  if (verified.status === 200) {
    assertFails(await send(flow, fresh()), 409, 'ALREADY_VERIFIED');
    return a;
  }
  assert.equal(sent.status, 200, sent.text);
  for (const [guess, to] of [[codeOfA, a], [codeOfA, b], [await code(b), a]]) {
    const reply = await verify(flow, guess, to);
    assert.ok([400, 409].includes(reply.status), reply.text);
  }
  assert.equal((await verify(flow, await code(b), b)).status, 200);
  return b;
}

// Control: do not void the code before when another is sent, and report the address of the latest code.
test('7: another address after the proof', async () => {
  const runs = scale(10, 200);
  let [wrong, swapped] = [0, 0];
  for (let i = 0; i < runs; i++) {
    const flow = await Flow.create(server);
    const proved = [];
    for (const channel of channels) {
      const [a, b] = [channel.fresh(), channel.fresh()];
      proved.push(await swap(flow, channel, [a, b], i % 6));
      swapped += proved.at(-1) === b;
    }
    const { data } = (await flow.complete()).body;
    channels.forEach((channel, at) => (wrong += channel.shown(data) !== channel.same(proved[at])));
  }
  report(7, `verify A while B is sent to, ${runs} runs on both channels`, `${wrong} reported that were not proved (the sending came first in ${swapped} of ${2 * runs})`,
    wrong === 0);
});
