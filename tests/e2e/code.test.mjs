// One-time codes by SMS and mail: the rules that both share, on both channels.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { wrongCode } from './lib/codes.mjs';
import { assertFails, e164, Flow, newEmail, newPhone } from './lib/flow.mjs';
import { Server } from './lib/server.mjs';

// The same words for both channels.
const channels = {
  phone: {
    cooldown: 'SMS_COOLDOWN_ACTIVE', type: 'sms', perHour: 5, invalid: 'INVALID_PHONE_NUMBER', field: 'phone_number',
    wrong: ['', '010-123-456', '02-1234-5678', '+1 202 555 0100', '010123456789', '０１０１２３４５６７８', 'x'.repeat(64)],
    fresh: newPhone,
    ready: async (server) => Flow.create(server),
    send: (flow, address) => flow.sendPhone(address),
    verify: (flow, code, address) => flow.verifyPhone(code, address),
    code: (flow, address = flow.phone) => flow.smsCode(address),
    count: (server, address) => server.messages(e164(address)).length,
    address: (flow) => flow.phone,
  },
  email: {
    cooldown: 'EMAIL_COOLDOWN_ACTIVE', type: 'email', perHour: 3, invalid: 'INVALID_EMAIL', field: 'email',
    wrong: ['', 'plain', '@example.org', 'a@', 'a b@example.org', 'a@example.org\r\nBcc: b@example.org', 'a@-example.org', `${'a'.repeat(250)}@example.org`],
    fresh: newEmail,
    ready: async (server) => {
      const flow = await Flow.create(server);
      await flow.provePhone();
      return flow;
    },
    send: (flow, address) => flow.sendEmail(address),
    verify: (flow, code, address) => flow.verifyEmail(code, address),
    code: (flow, address = flow.email) => flow.mailCode(address),
    count: (server, address) => server.mails(address).length,
    address: (flow) => flow.email,
  },
};

for (const [name, channel] of Object.entries(channels)) {
  describe(name, () => {
    let server;
    before(async () => (server = await Server.start({ clock: true })));
    after(() => server?.stop());

    test(`${name}: a send tells until when, how often and when again`, async () => {
      const flow = await channel.ready(server);
      const { body } = await channel.send(flow);
      assert.equal(body.data.attempts_remaining, 5);
      assert.equal(body.data.delivery, 'sent');
      assert.equal(body.data.can_resend, false);
      const left = Date.parse(body.data.expires_at) - Date.parse(body.data.next_resend_at);
      assert.ok(Math.abs(left - 540000) <= 1000, `${left}`);
      assert.equal(channel.count(server, channel.address(flow)), 1);
    });

    test(`${name}: a wrong address is told and nothing is sent`, async () => {
      const flow = await channel.ready(server);
      for (const address of channel.wrong) {
        const reply = assertFails(await channel.send(flow, address), 422, channel.invalid);
        assert.ok(reply.body.errors.includes('VALIDATION_FAILED'));
        assert.ok(reply.body.field_errors[channel.field]);
      }
    });

    test(`${name}: a code that was never sent is not pending`, async () => {
      const flow = await channel.ready(server);
      assertFails(await channel.verify(flow, '123456'), 409, 'NO_PENDING_VERIFICATION');
    });

    test(`${name}: a code of a wrong form is told and not counted`, async () => {
      const flow = await channel.ready(server);
      await channel.send(flow);
      for (const code of ['', '12345', '1234567', 'abcdef', '１２３４５６']) {
        const reply = await channel.verify(flow, code);
        assertFails(reply, 422, 'VALIDATION_FAILED');
        assert.ok(reply.body.field_errors.verification_code);
      }
      assert.equal((await channel.verify(flow, await channel.code(flow))).status, 200);
    });

    test(`${name}: five wrong codes, then even the right one is refused`, async () => {
      const flow = await channel.ready(server);
      await channel.send(flow);
      const code = await channel.code(flow);
      for (let left = 4; left >= 0; left--) {
        const reply = await channel.verify(flow, wrongCode(code, 5 - left));
        if (left > 0 || reply.status === 400) {
          assertFails(reply, 400, 'INVALID_CODE');
          assert.equal(reply.body.data.attempts_remaining, left);
        } else assertFails(reply, 429, 'MAX_ATTEMPTS_EXCEEDED');
      }
      assertFails(await channel.verify(flow, code), 429, 'MAX_ATTEMPTS_EXCEEDED');
      assert.notEqual((await flow.status()).body.completed_steps.at(-1), name);
    });

    test(`${name}: a code is good once`, async () => {
      const flow = await channel.ready(server);
      await channel.send(flow);
      const code = await channel.code(flow);
      assert.equal((await channel.verify(flow, code)).status, 200);
      const again = await channel.verify(flow, code);
      assert.equal(again.status, 409, again.text);
    });

    test(`${name}: again before the gap is over is refused, in any spelling and session`, async () => {
      const flow = await channel.ready(server);
      await channel.send(flow);
      const reply = assertFails(await channel.send(flow), 429, channel.cooldown);
      assert.ok(reply.body.retry_after > 0 && reply.body.retry_after <= 60);
      assert.equal(reply.body.limit_type, channel.type);
      const other = await channel.ready(server);
      const address = channel.address(flow);
      const spelled = name === 'phone' ? `+82 ${address.slice(1, 3)}-${address.slice(3, 7)}-${address.slice(7)}` : address.replace('@example', '@EXAMPLE');
      assertFails(await channel.send(other, spelled), 429, channel.cooldown);
      assert.equal(channel.count(server, address), 1);
    });

    test(`${name}: a new code voids the one before`, async () => {
      const flow = await channel.ready(server);
      await channel.send(flow);
      const first = await channel.code(flow);
      server.advance(61);
      assert.equal((await channel.send(flow)).status, 200);
      const second = await channel.code(flow);
      if (first !== second) assertFails(await channel.verify(flow, first), 400, 'INVALID_CODE');
      assert.equal((await channel.verify(flow, second)).status, 200);
    });

    test(`${name}: a code is good for ten minutes`, async () => {
      const flow = await channel.ready(server);
      await channel.send(flow);
      server.advance(10 * 60 + 1);
      assertFails(await channel.verify(flow, await channel.code(flow)), 410, 'CODE_EXPIRED');
      assert.equal((await channel.send(flow)).status, 200);
      assert.equal((await channel.verify(flow, await channel.code(flow))).status, 200);
    });

    test(`${name}: the hourly limit holds across sessions and a restart`, async () => {
      const address = channel.fresh();
      for (let i = 0; i < channel.perHour; i++) {
        const flow = await channel.ready(server);
        assert.equal((await channel.send(flow, address)).status, 200);
        server.advance(61);
      }
      const flow = await channel.ready(server);
      const reply = assertFails(await channel.send(flow, address), 429, 'RATE_LIMIT_EXCEEDED');
      assert.equal(reply.body.limit_type, channel.type);
      assert.ok(reply.body.retry_after > 60 && reply.body.retry_after <= 3600);
      await server.down();
      await server.up();
      assertFails(await channel.send(flow, address), 429, 'RATE_LIMIT_EXCEEDED');
      assert.equal(channel.count(server, address), channel.perHour);
      server.advance(reply.body.retry_after + 1);
      assert.equal((await channel.send(flow, address)).status, 200);
    });

    test(`${name}: fifteen wrong codes end the session`, async () => {
      const flow = await channel.ready(server);
      let last;
      for (let round = 0; round < 3; round++) {
        const address = channel.fresh();
        assert.equal((await channel.send(flow, address)).status, 200);
        const code = await channel.code(flow, address);
        for (let i = 1; i <= 5; i++) last = await channel.verify(flow, wrongCode(code, i), address);
        server.advance(61);
      }
      assert.ok([400, 409, 429].includes(last.status), last.text);
      assert.equal((await flow.status()).body.status, 'failed');
      assertFails(await channel.send(flow, channel.fresh()), 409, 'SESSION_FAILED');
      assertFails(await flow.complete(), 409, 'SESSION_FAILED');
    });
  });
}

test('a message is in the language of its applicant and carries the WebOTP line', async () => {
  const server = await Server.start();
  try {
    const flow = await Flow.create(server);
    await flow.sendPhone(flow.phone, { lang: 'ko' });
    const sms = server.messages(e164(flow.phone))[0];
    const code = await flow.smsCode();
    assert.match(sms.body, /[가-힣]/);
    assert.match(sms.body, new RegExp(`(^|\n)@127\\.0\\.0\\.1(:[0-9]+)? #${code}$`));
    assert.ok(!Number.isNaN(Date.parse(sms.sent_at)));
    await flow.verifyPhone(code);
    await flow.sendEmail(flow.email, { lang: 'ko' });
    const mail = await server.mail(flow.email);
    assert.match(mail.subject, /[가-힣]/);
    assert.match(mail.text, /[가-힣]/);
    assert.match(mail.html, /<\w/);
    assert.ok(mail.html.includes(await flow.mailCode()));
    for (const header of ['message-id', 'date', 'from', 'to']) assert.ok(mail.headers[header], header);
    assert.equal(mail.headers['auto-submitted'], 'auto-generated');
  } finally {
    await server.stop();
  }
});

test('the gap, the limits and the length of a code are configurable, and 0 turns one off', async () => {
  const env = { SMS_COOLDOWN_SECONDS: '0', SMS_PER_HOUR: '0', VERIFICATION_CODE_LENGTH: '8', MAX_VERIFICATION_ATTEMPTS: '1' };
  const server = await Server.start({ env });
  try {
    const flow = await Flow.create(server);
    for (let i = 0; i < 8; i++) assert.equal((await flow.sendPhone()).status, 200);
    const code = await flow.smsCode();
    assert.match(code, /^[0-9]{8}$/);
    const wrong = await flow.verifyPhone(wrongCode(code));
    assert.ok([400, 429].includes(wrong.status), wrong.text);
    assertFails(await flow.verifyPhone(code), 429, 'MAX_ATTEMPTS_EXCEEDED');
  } finally {
    await server.stop();
  }
});
