// Starts the real bonin, each test's own, on a free port with a fresh store, and reads what it sent.
//
//   BONIN                        the program; default build/bonin
//   BONIN_TEST_STORE             sqlite (default) or postgres
//   BONIN_TEST_POSTGRES          a server to make databases on, postgresql:///…; tests/postgres starts one
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { endianness, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.mjs';
import { codeIn, parseMail } from './mail.mjs';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const program = resolve(root, process.env.BONIN ?? 'build/bonin');
export const data = process.env.BONIN_DATA ?? resolve(root, '../shared/data');
export const models = process.env.BONIN_MODELS ?? resolve(root, 'build/models');
export const store = process.env.BONIN_TEST_STORE ?? 'sqlite';

export function freePort() {
  return new Promise((done, failed) => {
    const socket = net.createServer().on('error', failed).listen(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => done(port));
    });
  });
}

// Runs a program to its end: {status, stdout, stderr}.
export function run(args, { env = {}, cwd, file = program, input, timeout = 60000 } = {}) {
  return new Promise((done) => {
    const child = execFile(file, args, { env: { PATH: process.env.PATH, ...env }, cwd, timeout, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      done({ status: error ? error.code ?? error.signal : 0, stdout, stderr }));
    child.stdin.end(input);
  });
}

async function newDatabase() {
  const base = process.env.BONIN_TEST_POSTGRES;
  assert.ok(base, 'BONIN_TEST_POSTGRES is not set: run under tests/postgres');
  const name = `e2e_${randomBytes(6).toString('hex')}`;
  const made = await run(['-q', '-d', base, '-c', `CREATE DATABASE ${name}`], { file: 'psql' });
  assert.equal(made.status, 0, made.stderr);
  return { url: base.replace(/^(postgresql:\/\/[^/]*)\/[^?]*/, `$1/${name}`), drop: () => run(['-q', '-d', base, '-c', `DROP DATABASE ${name} WITH (FORCE)`], { file: 'psql' }) };
}

export class Server {
  // options: env, args, clock (true: time can be moved with `advance`), store, data (the folder; default its own)
  static async start(options = {}) {
    const server = new Server();
    server.dir = mkdtempSync(join(tmpdir(), 'bonin-e2e-'));
    server.data = options.data ?? join(server.dir, 'data');
    server.smsFile = join(server.dir, 'sms.jsonl');
    server.mailDir = join(server.dir, 'mail');
    server.logged = '';
    server.printed = '';
    mkdirSync(server.mailDir);
    server.port = await freePort();
    server.origin = `http://127.0.0.1:${server.port}`;
    if ((options.store ?? store) === 'postgres') server.database = await newDatabase();
    server.env = {
      PATH: process.env.PATH,
      PUBLIC_SESSIONS: 'true',
      PUBLIC_ORIGIN: server.origin,
      SMS_PROVIDER: 'file',
      SMS_FILE: server.smsFile,
      EMAIL_BACKEND: 'file',
      EMAIL_DIR: server.mailDir,
      API_PER_HOUR: '0',
      MODEL_DIR: models,
      WORKERS: '1',
      ...(process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS, UBSAN_OPTIONS: process.env.UBSAN_OPTIONS ?? '' } : {}),
      ...(process.env.TSAN_OPTIONS ? { TSAN_OPTIONS: process.env.TSAN_OPTIONS } : {}),
      ...(server.database ? { DATABASE_URL: server.database.url } : {}),
      ...options.env,
    };
    if (options.clock) server.#fakeClock();
    server.args = options.args ?? [];
    await server.up();
    return server;
  }

  // A server for as long as `body` runs. Where that fails it is that which is told, and not how the server ended.
  static async with(options, body) {
    const server = await Server.start(options);
    const told = await body(server).then((value) => ({ value }), (error) => ({ error }));
    const stopped = await server.stop().then(() => null, (error) => error);
    if (told.error ?? stopped) throw told.error ?? stopped;
    return told.value;
  }

  #fakeClock() {
    this.clock = join(this.dir, 'clock');
    this.ahead = 0;
    writeFileSync(this.clock, Buffer.alloc(8));
    this.env.BONIN_TEST_CLOCK = this.clock;
    this.env.LD_PRELOAD = resolve(root, 'build/test-clock.so');
  }

  // Moves the server's wall clock.
  advance(seconds) {
    this.ahead += seconds;
    const bytes = Buffer.alloc(8);
    if (endianness() === 'LE') bytes.writeBigInt64LE(BigInt(this.ahead));
    else bytes.writeBigInt64BE(BigInt(this.ahead));
    writeFileSync(this.clock, bytes, { flag: 'r+' });
  }

  async up() {
    const started = performance.now();
    this.child = spawn(program, ['serve', '--listen', `127.0.0.1:${this.port}`, '--data', this.data, ...this.args], {
      env: this.env,
      cwd: this.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout.on('data', (chunk) => (this.printed += chunk));
    this.child.stderr.on('data', (chunk) => (this.logged += chunk));
    this.ended = new Promise((done) => this.child.on('close', (status, signal) => done({ status, signal })));
    this.client = new Client(this.port);
    let over = null;
    this.ended.then((end) => (over = end));
    for (;;) {
      if (over) throw new Error(`bonin ended at its start with ${over.status ?? over.signal}: ${this.logged}`);
      const ready = await this.client.get('/readyz', { unchecked: true }).catch(() => null);
      if (ready?.status === 200) break;
      if (performance.now() - started > 30000) throw new Error(`bonin is not ready: ${ready?.text} ${this.logged}`);
      await sleep(10);
    }
    this.readyMs = performance.now() - started;
  }

  async down(signal = 'SIGTERM') {
    this.client.close();
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 20000);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }

  // Ends the server and removes all traces. A sanitizer's report, or a stop that is not clean, fails.
  async stop() {
    const end = this.child.exitCode === null && this.child.signalCode === null ? await this.down() : await this.ended;
    await this.database?.drop();
    rmSync(this.dir, { recursive: true, force: true });
    assert.ok(!/(Address|Leak|Thread)Sanitizer|runtime error:/.test(this.logged), this.logged.slice(-8000));
    assert.equal(end.signal, null, `ended by ${end.signal}: ${this.logged.slice(-2000)}`);
    assert.equal(end.status, 0, `ended with ${end.status}: ${this.logged.slice(-2000)}`);
  }

  cli(args, options = {}) {
    return run(args, { cwd: this.dir, env: { ...this.env, DATA_DIR: this.data, ...options.env }, input: options.input });
  }

  async apiKey(role, name = role) {
    const made = await this.cli(['apikey', 'create', '--name', name, '--role', role]);
    assert.equal(made.status, 0, made.stderr);
    const key = made.stdout.match(/[A-Za-z0-9_-]{24,}/g)?.sort((a, b) => b.length - a.length)[0];
    assert.ok(key, `no key in: ${made.stdout}`);
    return key;
  }

  messages(to) {
    if (!existsSync(this.smsFile)) return [];
    const lines = readFileSync(this.smsFile, 'utf8').split('\n').slice(0, -1); // the last may not be whole yet
    return lines.map((line) => JSON.parse(line)).filter((sms) => !to || sms.to === to);
  }

  mails(to) {
    const read = readdirSync(this.mailDir).filter((name) => name.endsWith('.eml')).sort();
    return read.map((name) => parseMail(readFileSync(join(this.mailDir, name), 'utf8'))).filter((mail) => !to || mail.to.includes(to));
  }

  async smsCode(to) {
    return codeIn((await this.#newest(() => this.messages(to))).body);
  }

  async mail(to) {
    return this.#newest(() => this.mails(to));
  }

  async mailCode(to) {
    return codeIn((await this.mail(to)).text);
  }

  async #newest(list) {
    for (let i = 0; i < 200; i++) {
      const all = list();
      if (all.length > 0) return all[all.length - 1];
      await sleep(25);
    }
    throw new Error('no message came');
  }
}
