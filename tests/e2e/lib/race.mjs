// Many requests at once, and what came of them: for the races of tests/e2e, and in larger numbers tests/assure.
import assert from 'node:assert/strict';
import { wrongCode } from './codes.mjs';
import { Flow } from './flow.mjs';
import { confirmLinkIn } from './mail.mjs';

export const MANY = 200;
// None of them may come to a failure of ours: who waits for another gets his turn.
async function times(make) {
  const replies = await Promise.all(Array.from({ length: MANY }, (_, i) => make(i)));
  for (const reply of replies) assert.ok(reply.status < 500, reply.text);
  return replies;
}

// How often each outcome: {OK: 1, INVALID_CODE: 4, …}.
export function tally(replies) {
  const counts = {};
  for (const { status, body } of replies) {
    const name = status === 200 ? 'OK' : (body?.errors[0] ?? status);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

// Wrong codes at once on one that was sent; afterwards the right one.
export async function guessAtOnce(server) {
  const flow = await Flow.create(server);
  await flow.sendPhone();
  const code = await flow.smsCode();
  const replies = await times((i) => flow.verifyPhone(wrongCode(code, i + 1)));
  const left = replies.filter((reply) => reply.status === 400).map((reply) => reply.body.data.attempts_remaining);
  return { counts: tally(replies), left: left.sort(), late: await flow.verifyPhone(code) };
}

// The right code at once: what came of it, and the events.
export async function verifyAtOnce(server, key) {
  const flow = await Flow.create(server);
  await flow.sendPhone();
  const code = await flow.smsCode();
  const counts = tally(await times(() => flow.verifyPhone(code)));
  return { counts, events: await events(server, flow, 'phone_verified', key) };
}

// Code and link of one mail at once: what came of the codes (pressing again is no error), and the events.
export async function proveEmailAtOnce(server, key) {
  const flow = await Flow.create(server);
  await flow.provePhone();
  await flow.sendEmail();
  const code = await flow.mailCode();
  const token = new URL(confirmLinkIn((await server.mail(flow.email)).text)).searchParams.get('token');
  const press = () => server.client.call('POST', '/api/verification/email/confirm', { form: { token } });
  const replies = await times((i) => (i % 2 ? flow.verifyEmail(code) : press()));
  return { counts: tally(replies.filter((_, i) => i % 2)), events: await events(server, flow, 'email_verified', key) };
}

export async function completeAtOnce(server, key) {
  const flow = await (await Flow.create(server)).proveBoth();
  const replies = await times(() => flow.complete());
  for (const reply of replies) assert.equal(reply.status, 200, reply.text);
  const different = (name) => new Set(replies.map((reply) => reply.body.data[name])).size;
  return { tokens: different('verification_token'), results: different('id_token'), events: await events(server, flow, 'verification_completed', key) };
}

async function events(server, flow, type, key) {
  return (await server.client.get(`/api/verification/logs?session_id=${flow.id}&event_type=${type}`, { key })).body.data.total;
}
