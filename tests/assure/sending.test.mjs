// Sending: what an attacker can have us pay for, and what he can learn by it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { e164, Flow, newEmail, newPhone } from '../e2e/lib/flow.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { full, report, scale } from './report.mjs';

// Less what lies between a message being counted and being written.
const [HOUR, GAP] = [3598000, 58000];

// The most that lie in any `span` of sorted times.
function most(times, span) {
  let [best, from] = [0, 0];
  for (let to = 0; to < times.length; to++) {
    while (times[to] - times[from] >= span) from++;
    best = Math.max(best, to - from + 1);
  }
  return best;
}

const least = (times) => times.slice(1).reduce((gap, time, i) => Math.min(gap, time - times[i]), Infinity);

function grouped(list, keyOf) {
  const groups = new Map();
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item.at]);
  return [...groups.values()];
}

const foreign = ['+1 202 555 0100', '+44 7700 900123', '+84 90 123 4567', '+882 16 12345678', '00992 90 1234567', '+82 2 1234 5678', '+82 60 700 1234'];
const digits = (n, length) => String(n).padStart(length, '0');
// Of ten numbers: two of one block in order, three anywhere, a foreign, an old one, three times one of two victims.
function target(i) {
  const kind = i % 10;
  if (kind < 2) return `0107000${digits(Math.floor(i / 5) % 10000, 4)}`;
  if (kind < 5) return `010${digits(Math.floor(Math.random() * 1e8), 8)}`;
  if (kind === 5) return foreign[Math.floor(i / 10) % foreign.length];
  return kind === 6 ? `011${digits(i % 1e7, 7)}` : `0105555000${Math.floor(i / 10) % 2}`;
}

// An attacker with many addresses, one of which he is careless with; a session for each few messages.
class Attack {
  constructor(server, addresses) {
    Object.assign(this, { server, sessions: new Map(), calls: [], accepted: 0 });
    this.addresses = Array.from({ length: addresses }, (_, i) => `127.0.${1 + (i >> 7)}.${1 + (i & 127)}`);
  }

  async send(i, at) {
    const from = this.addresses[i % 7 === 0 ? 0 : i % this.addresses.length];
    let flow = this.sessions.get(from);
    if (!flow || flow.used++ >= 8) {
      flow = Object.assign(new Flow(this.server, { from }), { used: 0 });
      const made = await flow.post('/session/create', {});
      if (!this.note(from, at, made)) return;
      flow.key = made.body.data.session_key;
      this.sessions.set(from, flow);
    }
    const reply = await flow.sendPhone(target(i));
    this.accepted += this.note(from, at, reply);
  }

  // Whether it was answered; a call that the address's own limit refuses is none.
  note(from, at, reply) {
    if (reply.body.limit_type !== 'ip') this.calls.push({ from, at });
    return reply.status === 200;
  }
}

// Controls: without the budget, the block or SMS_ALLOWED_PREFIXES in check/otp_limit.c and check/otp_channel.c the
// respective figure is past its limit; without api_limit the careless address is not held.
test('5: many messages to many numbers from many addresses', async () => {
  const [sends, budget, block] = [scale(1200, 10000), scale(150, 800), 25];
  const server = await Server.start({ clock: true, env: { API_PER_HOUR: '60', SMS_BUDGET_PER_HOUR: String(budget), SMS_PER_BLOCK_HOUR: String(block),
    SMS_ALLOWED_PREFIXES: '+8210, +82111', SMS_BREAKER_WINDOW: '0' } });
  try {
    const attack = new Attack(server, 250);
    const minutes = 120;
    for (let minute = 0, i = 0; minute < minutes; minute++) {
      const batch = [];
      for (; i < (sends * (minute + 1)) / minutes; i++) batch.push(attack.send(i, minute * 60000));
      await Promise.all(batch);
      server.advance(60);
    }
    const sent = server.messages().map(({ to, sent_at }) => ({ to, at: Date.parse(sent_at) })).sort((a, b) => a.at - b.at);
    const outside = sent.filter(({ to }) => !/^\+82(10|111)\d+$/.test(to)).length;
    const inHour = most(sent.map(({ at }) => at), HOUR);
    const ofBlock = Math.max(...grouped(sent, ({ to }) => to.slice(0, -4)).map((times) => most(times, HOUR)));
    const ofNumber = grouped(sent, ({ to }) => to);
    const [number, day, gap] = [Math.max(...ofNumber.map((times) => most(times, HOUR))), Math.max(...ofNumber.map((times) => times.length)), Math.min(...ofNumber.map(least))];
    const address = Math.max(...grouped(attack.calls, ({ from }) => from).map((times) => most(times, HOUR)));
    report(5, `${sends} asked for from ${attack.addresses.length} addresses in ${minutes} min, serial, random, foreign, old numbers and two victims`,
      `${sent.length} sent, ${outside} outside the prefixes; in an hour at most ${inHour} of ${budget} in all, ${ofBlock} of ${block} a block, ${number} of 5 a number (${day} in two), ` +
      `${Math.round(gap / 1000)} s between, ${address} of 60 calls an address`,
      outside === 0 && inHour === budget && ofBlock === block && number <= 5 && gap >= GAP && address === 60 && sent.length === attack.accepted);
  } finally {
    await server.stop();
  }
});

// Control: without breaker_pass all are sent.
test('5: messages that nobody asked for stop by themselves', async () => {
  const server = await Server.start({ clock: true });
  try {
    let [sent, minutes] = [0, 0];
    for (let reply; reply?.status !== 429 && minutes < 6; minutes++) {
      for (let i = 0; i < 100 && reply?.status !== 429; i++) {
        reply = await (await Flow.create(server)).sendPhone();
        sent += reply.status === 200;
      }
      server.advance(60);
      if (minutes > 0) await sleep(1100); // it looks once a second, and not before two minutes are over
    }
    report(5, '100 a minute, no code comes back', `${sent} sent before it stopped`, sent >= 100 && sent <= 400);
  } finally {
    await server.stop();
  }
});

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
// What is the caller's own, or the time, taken out.
const bare = (reply, address) =>
  JSON.stringify([reply.status, Object.keys(reply.headers).sort(), reply.headers['content-length'], reply.text.replaceAll(e164(address), 'A').replaceAll(address, 'A').replace(/\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d/g, 'T')]);

// Control: let api_session_create or otp_send answer otherwise for an address that is in the store.
test('6: known and unknown addresses are answered alike', async () => {
  const samples = scale(80, 2000);
  const many = { SMS_PER_HOUR: '1000000', EMAIL_PER_HOUR: '1000000', SMS_COOLDOWN_SECONDS: '0', EMAIL_COOLDOWN_SECONDS: '0', SMS_BUDGET_PER_HOUR: '0', SMS_BREAKER_WINDOW: '0' };
  const server = await Server.start({ env: many });
  try {
    const known = await (await Flow.create(server)).proveBoth();
    await known.complete();
    const calls = {
      create: { call: (flow, to) => new Flow(server).post('/session/create', { full_verification: false, phone_number: to.phone, email: to.email }) },
      'phone/send': { call: (flow, to) => flow.sendPhone(to.phone) },
      'email/send': { call: (flow, to) => flow.sendEmail(to.email), proved: true },
    };
    for (const [name, { call, proved }] of Object.entries(calls)) {
      const seen = { known: new Set(), unknown: new Set() };
      const ms = { known: [], unknown: [] };
      for (let i = 0; i < samples / (proved ? 4 : 1); i++) {
        const kind = i % 2 ? 'known' : 'unknown';
        const to = i % 2 ? { phone: known.phone, email: known.email } : { phone: newPhone(), email: newEmail().padStart(known.email.length, 'a') };
        const flow = await Flow.create(server);
        if (proved) await flow.provePhone();
        const from = performance.now();
        const reply = await call(flow, to);
        ms[kind].push(performance.now() - from);
        assert.equal(reply.status, 200, reply.text);
        const text = bare(reply, name.startsWith('email') ? to.email : to.phone);
        seen[kind].add(name === 'create' ? text.replace(/[0-9a-f]{32}|bns_[\w-]+/g, 'ID') : text);
      }
      assert.deepEqual([...seen.known], [...seen.unknown]);
      const apart = Math.abs(median(ms.known) - median(ms.unknown));
      report(6, `${name}, ${ms.known.length + ms.unknown.length} samples`, `${seen.known.size} kind of answer; medians ${median(ms.known).toFixed(2)} and ${median(ms.unknown).toFixed(2)} ms, ${apart.toFixed(2)} apart`,
        seen.known.size === 1 && (!full || apart < 1));
    }
  } finally {
    await server.stop();
  }
});
