// What goes wrong around the server: the start, the disk, the database, a kill.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertFails, Flow } from './lib/flow.mjs';
import { freePort, run, Server, store } from './lib/server.mjs';

async function serveWith(env, args = []) {
  const dir = mkdtempSync(join(tmpdir(), 'bonin-e2e-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const end = await run(['serve', '--listen', listen, '--data', join(dir, 'data'), ...args], { env: { PUBLIC_SESSIONS: 'true', ...env }, cwd: dir });
  rmSync(dir, { recursive: true, force: true });
  return end;
}

test('a wrong configuration stops the start with a line that names the key', async () => {
  const wrong = {
    DEBUG: 'perhaps', VERIFICATION_CODE_LENGTH: '3', SMS_PROVIDER: 'pigeon', EMAIL_BACKEND: 'pigeon', SECRET_KEY: 'short',
    SESSION_HOURS: '0', ID_CARD_MIN_CONFIDENCE: '1.5', TRUSTED_PROXIES: 'everybody', DATABASE_URL: 'mysql://localhost/x', BLOB_URL: 'ftp://x', ID_NUMBER_STORAGE: 'clear',
  };
  for (const [key, value] of Object.entries(wrong)) {
    const end = await serveWith({ [key]: value });
    assert.equal(end.status, 2, `${key}: ${end.status} ${end.stderr}`);
    assert.ok(end.stderr.includes(key), `${key}: ${end.stderr}`);
    assert.equal(end.stderr.trim().split('\n').length, 1, `${key}: ${end.stderr}`);
  }
  const twilio = await serveWith({ SMS_PROVIDER: 'twilio' });
  assert.equal(twilio.status, 2);
  assert.match(twilio.stderr, /TWILIO_/);
});

test('demo mode does not listen beyond loopback', async () => {
  const end = await serveWith({ DEBUG: 'true' }, ['--listen', '0.0.0.0:0']);
  assert.equal(end.status, 2, end.stderr);
  assert.match(end.stderr, /DEBUG|loopback/);
});

test('a wrong option is told with where help is', async () => {
  const end = await serveWith({}, ['--nonsense']);
  assert.equal(end.status, 2);
  assert.match(end.stderr, /bonin help serve/);
});

test('a port that is taken is told', async () => {
  const holder = net.createServer();
  await new Promise((done) => holder.listen(0, '127.0.0.1', done));
  const { port } = holder.address();
  const end = await serveWith({}, ['--listen', `127.0.0.1:${port}`]);
  holder.close();
  assert.equal(end.status, 3, end.stderr);
  assert.match(end.stderr, new RegExp(String(port)));
});

test('a database that does not answer is told', async () => {
  const end = await serveWith({ DATABASE_URL: `postgresql://specimen:secret-word@127.0.0.1:${await freePort()}/x` });
  assert.equal(end.status, 3, end.stderr);
  assert.ok(!end.stderr.includes('secret-word'), 'the password is shown');
});

test('a data folder that cannot be written is told', { skip: process.getuid() === 0 ? 'root may write everywhere' : false }, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bonin-e2e-'));
  chmodSync(dir, 0o500);
  const end = await run(['serve', '--listen', '127.0.0.1:0', '--data', join(dir, 'data')], { cwd: dir });
  assert.equal(end.status, 3, end.stderr);
  chmodSync(dir, 0o700);
  rmSync(dir, { recursive: true });
});

test('the data folder and the secret key are for nobody else', { skip: store === 'sqlite' ? false : 'of the embedded store' }, async () => {
  const server = await Server.start();
  try {
    assert.equal(statSync(server.data).mode & 0o077, 0);
    assert.equal(statSync(join(server.data, 'secret.key')).mode & 0o777, 0o600);
  } finally {
    await server.stop();
  }
});

test('a wrong secret key does not start on data that another sealed', async () => {
  const server = await Server.start({ env: { SECRET_KEY: 'a'.repeat(40) } });
  try {
    await Flow.create(server);
    await server.down();
    const end = await run(['serve', '--listen', '127.0.0.1:0', '--data', server.data], { env: { ...server.env, SECRET_KEY: 'b'.repeat(40) }, cwd: server.dir });
    assert.equal(end.status, 2, end.stderr);
    assert.match(end.stderr, /SECRET_KEY/);
    server.env.SECRET_KEY = 'b'.repeat(40);
    server.env.SECRET_KEY_PREVIOUS = 'a'.repeat(40);
    await server.up();
  } finally {
    await server.stop();
  }
});

test('after kill -9 everything that was answered is there', async () => {
  const server = await Server.start();
  try {
    const flows = [];
    for (let round = 0; round < 5; round++) {
      let killed = false;
      const busy = Array.from({ length: 8 }, async () => {
        while (!killed) {
          const flow = await Flow.create(server).catch(() => null);
          if (!flow) return;
          flows.push([flow, 'pending']);
          const proved = await flow.provePhone().catch(() => null);
          if (proved) flows[flows.findIndex(([other]) => other === flow)][1] = 'phone_verified';
        }
      });
      await new Promise((done) => setTimeout(done, 200));
      await server.down('SIGKILL');
      killed = true;
      await Promise.all(busy);
      const started = performance.now();
      await server.up();
      assert.ok(performance.now() - started < 5000, 'not up in time');
    }
    assert.ok(flows.length > 10, `${flows.length} sessions were made`);
    for (const [flow, status] of flows) {
      const now = (await flow.status()).body.status;
      assert.ok(now === status || (status === 'pending' && now === 'phone_verified'), `${status} became ${now}`);
    }
    const flow = await (await Flow.create(server)).proveBoth();
    assert.equal((await flow.complete()).status, 200);
  } finally {
    await server.stop();
  }
});

test('a stop lets the requests under way end', async () => {
  const server = await Server.start();
  const flow = await Flow.create(server);
  const replies = Array.from({ length: 20 }, () => flow.status().catch(() => null));
  await new Promise((done) => setTimeout(done, 5));
  await server.stop();
  await Promise.all(replies);
});

const mayMount = process.getuid() === 0 && (() => {
  const dir = mkdtempSync(join(tmpdir(), 'bonin-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
})();

test('a full disk is UNAVAILABLE, and space heals it', { skip: store !== 'sqlite' ? 'of the embedded store' : mayMount ? false : 'no right to mount a small disk' }, async () => {
  const disk = mkdtempSync(join(tmpdir(), 'bonin-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=700', 'tmpfs', disk]);
  let server;
  try {
    server = await Server.start({ args: ['--data', join(disk, 'data')] });
    const kept = await Flow.create(server);
    const filler = join(disk, 'filler');
    try {
      execFileSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'], { stdio: 'ignore' });
    } catch {
      // dd ends with an error when the disk is full, as it should
    }
    let refused = null;
    for (let i = 0; i < 500 && !refused; i++) {
      const reply = await new Flow(server).post('/session/create', { metadata: { filler: 'x'.repeat(2000) } });
      if (reply.status !== 200) refused = reply;
    }
    assertFails(refused, 503, 'UNAVAILABLE');
    assert.equal((await server.client.get('/healthz')).status, 200);
    assert.equal((await server.client.get('/readyz', { unchecked: true })).status, 503);
    assert.equal((await kept.status()).status, 200);
    rmSync(filler);
    assert.equal((await server.client.get('/readyz')).status, 200);
    const flow = await (await Flow.create(server)).proveBoth();
    assert.equal((await flow.complete()).status, 200);
  } finally {
    await server?.stop();
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  }
});

test('values of an .env file count, and the environment wins', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bonin-e2e-'));
  writeFileSync(join(dir, 'my.env'), 'SESSION_HOURS=2\nSMS_PROVIDER=pigeon\n');
  const wrong = await run(['serve', '--env-file', join(dir, 'my.env'), '--listen', '127.0.0.1:0'], { cwd: dir });
  assert.match(wrong.stderr, /SMS_PROVIDER/);
  const server = await Server.start({ args: ['--env-file', join(dir, 'my.env')] });
  try {
    const { created } = await Flow.create(server);
    assert.equal(Date.parse(created.expires_at) - Date.parse(created.created_at), 2 * 3600 * 1000);
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true });
  }
});
