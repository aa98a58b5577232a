// No order of calls leads where none should.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrongCode } from '../e2e/lib/codes.mjs';
import { Flow, newEmail, newPhone } from '../e2e/lib/flow.mjs';
import { confirmLinkIn } from '../e2e/lib/mail.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { contract } from './contract.mjs';
import { full, report, scale } from './report.mjs';

const api = '/api/verification';
const [CALLS, LANES, SOME] = [16, 16, 400];
// Limits are tested elsewhere; here a session may be walked through as often as it takes.
const free = { SMS_COOLDOWN_SECONDS: '0', EMAIL_COOLDOWN_SECONDS: '0', SMS_PER_HOUR: '0', EMAIL_PER_HOUR: '0', SESSION_SENDS_PER_HOUR: '0', SESSION_SENDS_PER_DAY: '0',
  CODE_CHECKS_PER_HOUR: '0', CODE_CHECKS_PER_DAY: '0', SMS_BUDGET_PER_HOUR: '0', SMS_BREAKER_WINDOW: '0' };
let server, admin;

// What each call must answer in each state, and where it leads. Full sessions end before the documents here;
// tests/contract/order.c walks through all states.
class Model {
  constructor(flow, full) {
    Object.assign(this, { flow, full, status: 'pending', erased: false, result: null });
    this.codes = { phone: null, email: null }; // the latest: {to, code, attempts, used}
    this.wrong = { phone: 0, email: 0 }; // attempts on codes that were not used
  }

  // Why a step cannot be taken; null where it can.
  closed(step) {
    const done = ['pending', 'phone_verified', 'email_verified'].indexOf(this.status);
    if (done < 0) return [409, this.status === 'completed' ? 'SESSION_COMPLETED' : 'SESSION_FAILED'];
    const at = ['phone', 'email', 'id_card', 'face'].indexOf(step);
    if (done > at) return [409, 'ALREADY_VERIFIED'];
    return done < at || (!this.full && at > 1) ? [409, 'STEP_OUT_OF_ORDER'] : null;
  }

  send(channel) {
    return this.closed(channel) ?? [200];
  }

  verify(channel, to, guess) {
    const code = this.codes[channel];
    const closed = this.closed(channel);
    if (closed) return closed;
    if (!code || code.used || code.to !== to) return [409, 'NO_PENDING_VERIFICATION'];
    if (code.attempts >= 5) return [429, 'MAX_ATTEMPTS_EXCEEDED'];
    code.attempts++;
    this.wrong[channel]++;
    if (guess !== code.code) {
      if (this.wrong[channel] >= 15) this.status = 'failed';
      return [400, 'INVALID_CODE'];
    }
    return this.prove(channel);
  }

  prove(channel) {
    this.codes[channel].used = true;
    this.status = `${channel}_verified`;
    return [200];
  }

  press() {
    const code = this.codes.email;
    if (!code || this.erased) return [404];
    if (code.used) return [200];
    const closed = this.closed('email');
    return closed ? [closed[0]] : this.prove('email');
  }

  complete() {
    if (this.status === 'completed') return this.erased ? [404, 'SESSION_NOT_FOUND'] : [200];
    if (this.status === 'failed') return [409, 'SESSION_FAILED'];
    if (this.full || this.status !== 'email_verified') return [409, 'INCOMPLETE_VERIFICATION'];
    this.status = 'completed';
    return [200];
  }

  erase() {
    if (this.status !== 'completed') this.status = 'failed';
    this.erased = true;
    return [200];
  }
}

const any = (list) => list[Math.floor(Math.random() * list.length)];

async function send(model, channel, at) {
  const { flow } = model;
  const to = channel === 'phone' ? at : newEmail(); // of two mails to one address within a second the newer is not told
  const expected = model.send(channel);
  const reply = await (channel === 'phone' ? flow.sendPhone(to) : flow.sendEmail(to));
  if (expected[0] === 200) {
    const code = channel === 'phone' ? await flow.smsCode(to) : await flow.mailCode(to);
    model.codes[channel] = { to, code, attempts: 0, used: false };
  }
  return [expected, reply];
}

function verify(model, channel, to, right) {
  const { flow } = model;
  const code = model.codes[channel]?.code ?? '123456';
  const guess = right ? code : wrongCode(code, 1 + Math.floor(Math.random() * 900000));
  const expected = model.verify(channel, to, guess);
  const reply = channel === 'phone' ? flow.verifyPhone(guess, to) : flow.verifyEmail(guess, to);
  return reply.then((got) => [expected, got]);
}

async function press(model) {
  const code = model.codes.email;
  const token = code ? new URL(confirmLinkIn((await server.mail(code.to)).text)).searchParams.get('token') : 'none';
  return [model.press(), await server.client.call('POST', `${api}/email/confirm`, { form: { token } })];
}

async function complete(model) {
  const expected = model.complete();
  const reply = await model.flow.complete();
  if (expected[0] === 200 && reply.status === 200) {
    model.result ??= reply.body.data;
    assert.deepEqual(reply.body.data, model.result, 'a completed session answers the same');
  }
  return [expected, reply];
}

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46]);
async function upload(model, step) {
  const { flow } = model;
  // A document that may be uploaded would go to the workers: that is not asked for here.
  if (step === 'id_card' && model.closed(step) === null) return null;
  const expected = model.closed(step) ?? [200];
  return [expected, await (step === 'face' ? flow.uploadFace(jpeg) : flow.uploadDocument('passport', jpeg))];
}

// While others read, the files cannot be wiped yet: then it is told to ask again.
async function erase(model) {
  const ask = () => server.client.call('DELETE', `${api}/sessions/${model.flow.id}`, { key: admin });
  const expected = model.erase();
  let reply = await ask();
  for (let i = 0; i < 50 && reply.status === 503; i++) reply = await ask();
  return [expected, reply];
}

// Steps that lead on are likelier than those that end it.
const steps = [
  ['send', 6, send],
  ['right', 8, (model, channel, to) => verify(model, channel, model.codes[channel]?.to ?? to, true)],
  ['wrong', 5, (model, channel, to) => verify(model, channel, model.codes[channel]?.to ?? to, false)],
  ['elsewhere', 2, (model, channel, to) => verify(model, channel, to, true)],
  ['press', 2, press],
  ['complete', 5, complete],
  ['upload', 2, (model) => upload(model, any(['id_card', 'face']))],
  ['erase', 0.4, erase],
];
const total = steps.reduce((sum, [, weight]) => sum + weight, 0);
function pick() {
  let at = Math.random() * total;
  return steps.find(([, weight]) => (at -= weight) < 0);
}

async function walk(seen) {
  const full = Math.random() < 0.3;
  const model = new Model(await Flow.create(server, { full_verification: full }), full);
  const own = { phone: [newPhone(), newPhone()], email: [newEmail(), newEmail()] };
  const order = [];
  for (let i = 0; i < CALLS; i++) {
    const [name, , step] = pick();
    const before = model.status;
    const channel = any(['phone', 'email', ...Array(4).fill(before === 'pending' ? 'phone' : 'email')]);
    const answered = await step(model, channel, any(own[channel]));
    if (answered === null) continue;
    const [[status, code], reply] = answered;
    order.push(`${name} ${reply.status}`);
    const where = `${order.join(', ')} in ${before}: expected ${status} ${code ?? ''}, got ${reply.text.slice(0, 200)}`;
    assert.equal(reply.status, status, where);
    if (code) assert.ok(reply.body.errors.includes(code), where);
    assert.equal((await model.flow.status()).body.status, model.status, where);
    if (before !== model.status) seen[`${before} > ${model.status}`] = (seen[`${before} > ${model.status}`] ?? 0) + 1;
  }
}

// Control: let session_may pass a step that is done, or session_advance go without its set of states: an answer or a
// status is another than the model's.
test('9: random orders of calls keep to the state table', async () => {
  const sequences = scale(160, 10000);
  const seen = {};
  // A server for some of them, since the messages of all lie in one file.
  for (let done = 0; done < sequences; done += SOME) {
    server = await Server.start({ env: free });
    try {
      admin = await server.apiKey('admin');
      await Promise.all(Array.from({ length: LANES }, async () => {
        for (let i = 0; i < Math.min(SOME, sequences - done) / LANES; i++) await walk(seen);
      }));
    } finally {
      await server.stop();
    }
  }
  const onward = Object.keys(seen).filter((move) => move.startsWith('completed') || move.startsWith('failed'));
  report(9, `${sequences} random sequences of ${CALLS} calls against a model`, `0 answers or states that are not the model's; ${Object.entries(seen).map(([move, n]) => `${move} ${n}`).join(', ')}`,
    onward.length === 0 && seen['email_verified > completed'] > 0);
});

test('9: random orders of transitions, with documents and faces, keep to it too', { skip: full ? false : 'runs in the contract suite' }, async () => {
  const { line, passes } = await contract('random_orders');
  report(9, '10000 random orders of 24 transitions of the store against a model, all states', line, passes);
});
