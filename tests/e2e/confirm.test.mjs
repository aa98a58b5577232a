// The link in the mail: a scanner that follows it must not confirm; the button does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { confirmLinkIn } from './lib/mail.mjs';
import { Flow } from './lib/flow.mjs';
import { Server } from './lib/server.mjs';

let server;
before(async () => (server = await Server.start({ clock: true })));
after(() => server?.stop());

async function withLink() {
  const flow = await Flow.create(server);
  await flow.provePhone();
  await flow.sendEmail();
  const mail = await server.mail(flow.email);
  const link = confirmLinkIn(mail.text);
  assert.ok(link, mail.text);
  assert.ok(mail.html.includes(link.replace(/&/g, '&amp;')));
  assert.ok(link.startsWith(`${server.origin}/`));
  return { flow, path: link.slice(server.origin.length), token: new URL(link).searchParams.get('token') };
}

const press = (token) => server.client.call('POST', '/api/verification/email/confirm', { form: { token } });

test('looking at the page changes nothing, its button confirms, and pressing twice is no error', async () => {
  const { flow, path, token } = await withLink();
  for (let i = 0; i < 3; i++) {
    const page = await server.client.get(path);
    assert.equal(page.status, 200);
    assert.match(page.text, /<form[^>]*method="?post/i);
    assert.match(page.text, /<button/i);
    assert.match(page.headers['content-security-policy'], /default-src/);
    assert.equal(page.headers['referrer-policy'], 'no-referrer');
  }
  assert.equal((await flow.status()).body.email_verified, false);
  assert.equal((await press(token)).status, 200);
  assert.equal((await flow.status()).body.email_verified, true);
  assert.equal((await press(token)).status, 200);
  assert.equal((await flow.complete()).body.data.verified_email, flow.email);
});

test('HEAD of the link confirms nothing', async () => {
  const { flow, path } = await withLink();
  await server.client.call('HEAD', path, { unchecked: true });
  assert.equal((await flow.status()).body.email_verified, false);
});

test('a link that never was is a page that says so', async () => {
  for (const token of ['x', 'A'.repeat(43), '<script>alert(1)</script>', "' OR 1=1 --"]) {
    const page = await server.client.get(`/api/verification/email/confirm?token=${encodeURIComponent(token)}`);
    assert.equal(page.status, 404);
    assert.ok(!page.text.includes('<script>alert'), page.text);
    assert.equal((await press(token)).status, 404);
  }
});

test('a newer mail voids the older link', async () => {
  const { flow, token } = await withLink();
  server.advance(61);
  await flow.sendEmail();
  assert.ok([404, 410].includes((await press(token)).status));
  assert.equal((await flow.status()).body.email_verified, false);
});

test('an older link after the step was taken is a page that says so', async () => {
  const { flow, path, token } = await withLink();
  server.advance(61);
  await flow.proveEmail();
  for (const page of [await server.client.get(path), await press(token)]) {
    assert.equal(page.status, 409);
    assert.match(page.text, /<h1>/);
  }
});

test('a link is good for ten minutes', async () => {
  const { flow, token } = await withLink();
  server.advance(601);
  assert.equal((await press(token)).status, 410);
  assert.equal((await flow.status()).body.email_verified, false);
});
