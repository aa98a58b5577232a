// Applicants who write down what they were told, and hold the server to it afterwards. Only what was answered counts:
// of a call that got no answer, the server may have done all or nothing.
import assert from 'node:assert/strict';
import { Flow } from '../../e2e/lib/flow.mjs';

const order = ['pending', 'phone_verified', 'email_verified', 'completed'];

// The calls of one flow, in order; each returns what it was told, to be noted.
const calls = [
  ['sent', (flow) => flow.sendPhone()],
  ['guessed', async (flow) => flow.verifyPhone(await flow.wrongSmsCode())],
  ['phone_verified', async (flow) => flow.verifyPhone(await flow.smsCode())],
  ['mailed', (flow) => flow.sendEmail()],
  ['email_verified', async (flow) => flow.verifyEmail(await flow.mailCode())],
  ['completed', (flow) => flow.complete()],
];

export class Journal {
  constructor(server) {
    this.server = server;
    this.entries = [];
    this.acknowledged = 0;
  }

  // Flow after flow until the server is gone, or says that it cannot.
  async write() {
    try {
      for (;;) {
        const flow = await Flow.create(this.server);
        const entry = { flow, told: {}, asked: null };
        this.entries.push(entry);
        this.acknowledged++;
        for (const [name, call] of calls) {
          entry.asked = name;
          const reply = await call(flow);
          if (reply.status === 503) return;
          assert.ok(reply.status === 200 || (name === 'guessed' && reply.status === 400), `${name}: ${reply.text}`);
          entry.told[name] = reply.body.data;
          entry.asked = null;
          this.acknowledged++;
        }
      }
    } catch (error) {
      if (error instanceof assert.AssertionError && !error.message.includes('"UNAVAILABLE"')) throw error;
    }
  }

  // What an entry was told last of the session's status.
  static status(entry) {
    return order.filter((status) => status === 'pending' || entry.told[status]).at(-1);
  }

  // Holds for ever: what was told is there, and at most the one call more that got no answer.
  async check(entry) {
    const told = Journal.status(entry);
    const { status } = (await entry.flow.status()).body;
    const maybe = order.includes(entry.asked) ? entry.asked : told;
    assert.ok([told, maybe].includes(status), `told ${told}, asked for ${entry.asked}, is ${status}`);
    if (!entry.told.completed) return;
    const again = (await entry.flow.complete()).body.data;
    assert.equal(again.verification_token, entry.told.completed.verification_token);
    assert.equal(again.id_token, entry.told.completed.id_token);
  }

  // Goes on with a flow where it was left: a guess that was told is still counted, and a code that was sent still
  // proves the number.
  async resume(entry) {
    await this.check(entry);
    const { flow, told } = entry;
    const { status } = (await flow.status()).body;
    if (status !== 'pending' || !told.sent) return;
    if (told.guessed) {
      const guess = await flow.verifyPhone(await flow.wrongSmsCode());
      assert.equal(guess.status, 400, guess.text);
      assert.ok(guess.body.data.attempts_remaining < told.guessed.attempts_remaining, 'an attempt was forgotten');
    }
    const verified = await flow.verifyPhone(await flow.smsCode());
    assert.equal(verified.status, 200, verified.text);
    entry.told.phone_verified = verified.body.data;
    entry.asked = null;
  }
}
