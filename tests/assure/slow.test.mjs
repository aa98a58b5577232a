// Row 19: clients that send or read as slowly as they can. tests/unit/http/slow.c has 1,200 of them wait for deadlines
// of a second or two; here are the deadlines of the real server: 10 s for a head, 20 s for a body or an answer.
import { execFileSync, spawn } from 'node:child_process';
import net from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '../e2e/lib/server.mjs';
import { full, report, scale } from './report.mjs';

const create = '/api/verification/session/create';
const LATE_MS = 1000; // beyond a deadline: they are looked at four times a second, and this machine may be busy
const PROBE_MS = 3000; // that is "answers": what it takes is told

// Asks for a page and opens a session, over and over, from an address of its own, until told to stop.
function probe(server) {
  const took = [];
  const failed = [];
  let going = true;
  const ask = async (what) => {
    const began = performance.now();
    const reply = await what().catch((error) => ({ status: error.message }));
    took.push(performance.now() - began);
    if (reply.status !== 200) failed.push(reply.status);
    await sleep(50);
  };
  const asking = (async () => {
    while (going) {
      await ask(() => server.client.get('/healthz', { from: '127.0.0.200' }));
      await ask(() => server.client.post(create, {}, { from: '127.0.0.200' }));
    }
  })();
  return async () => {
    going = false;
    await asking;
    took.sort((a, b) => a - b);
    return { failed, asked: took.length, p50: took[took.length >> 1], most: took.at(-1) };
  };
}

// A socket that sends `first`, then a byte a second; resolves with the milliseconds until it was closed, 40,000 where it was not.
function dribble(server, first, byte, from) {
  return new Promise((resolve) => {
    const began = performance.now();
    const socket = net.connect({ port: server.port, host: '127.0.0.1', localAddress: from }, () => socket.write(first));
    const timer = setInterval(() => socket.write(byte), 1000);
    const end = setTimeout(() => socket.destroy(), 40000);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      clearTimeout(end);
      resolve(performance.now() - began);
    });
    socket.resume();
  });
}

const head = (socket) => [`GET /healthz HTTP/1.1\r\nHost: a\r\nX-${socket}: `, 'x'];
const body = () => [`POST ${create} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 8192\r\n\r\n{`, ' '];

// Controls: with the reaper's loop taken out of conn.c none of them is closed, and with the exchange's deadline
// renewed by each byte that comes (conn_deadline in take_body) the bodies are not.
test('slow heads and bodies, from three addresses', async () => {
  const server = await Server.start();
  const stop = probe(server);
  const each = scale(100, 200); // below the connections that one address may have
  const slow = { head: [], body: [] };
  for (let i = 0; i < each * 3; i++) {
    const from = `127.0.0.${2 + (i % 3)}`;
    slow.head.push(dribble(server, ...head(i), from));
    if (full) slow.body.push(dribble(server, ...body(), `127.0.1.${2 + (i % 3)}`));
  }
  const heads = await Promise.all(slow.head);
  const bodies = await Promise.all(slow.body);
  const probed = await stop();
  await server.stop();
  const service = `${probed.asked} probes answered in ${probed.p50.toFixed(0)} ms, at most ${probed.most.toFixed(0)}`;
  report(19, `${heads.length} slow heads${full ? `, ${bodies.length} slow bodies` : ''}`,
    `closed after ${(Math.max(...heads) / 1000).toFixed(1)}${full ? ` and ${(Math.max(...bodies) / 1000).toFixed(1)}` : ''} s at the latest; ${service}`,
    Math.max(...heads) < 10000 + LATE_MS && Math.max(0, ...bodies) < 20000 + LATE_MS && probed.failed.length === 0 && probed.most < PROBE_MS);
});

// Control: with per_ip_max of conn.c's conns_allow() ignored, all of them stay open.
test('one address holds no more connections than it may', async () => {
  const server = await Server.start();
  const sockets = Array.from({ length: 400 }, () => net.connect({ port: server.port, host: '127.0.0.1', localAddress: '127.0.0.5' }).on('error', () => {}));
  await sleep(500);
  const open = sockets.filter((socket) => !socket.closed && socket.readyState === 'open').length;
  const reply = await server.client.get('/healthz', { from: '127.0.0.6' });
  for (const socket of sockets) socket.destroy();
  await server.stop();
  report(19, '400 connections from one address', `${open} stay, others are served`, open <= 256 && reply.status === 200);
});

const has = () => {
  try {
    execFileSync('slowhttptest', ['-h'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return error.code !== 'ENOENT';
  }
};
const CONNECTIONS = 1200;
const attacks = {
  'slow heads (-H)': { seconds: 10, path: '/healthz', options: ['-H'] },
  'slow bodies (-B)': { seconds: 20, path: create, options: ['-B', '-s', '8192', '-f', 'application/json'] },
  // 20 s, and one for each 32 KiB of the answer
  'slow reading (-X)': { seconds: 25, path: '/api/openapi.json', options: ['-X', '-k', '10', '-w', '512', '-y', '1024', '-n', '5', '-z', '32'] },
};

// Runs it for `seconds`, whatever it meets.
function slowhttptest(server, { path, options }, seconds) {
  return new Promise((resolve, reject) => {
    const child = spawn('slowhttptest', [...options, '-u', `${server.origin}${path}`, '-c', String(CONNECTIONS), '-r', '400', '-i', '3', '-l', String(seconds), '-p', '3', '-x', '24'],
      { stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', resolve);
  });
}

// Connections open, as the server counts them: {most, seconds from the first that is not our own to the last}.
async function watch(server, running) {
  const crowd = [];
  let over = false;
  running.then(() => (over = true));
  while (!over) {
    const { text } = await server.client.get('/metrics', { from: '127.0.0.201' });
    const open = Number(/^bonin_http_connections (\d+)$/m.exec(text)[1]);
    if (open > 8) crowd.push({ at: performance.now(), open });
    await sleep(200);
  }
  return { most: Math.max(...crowd.map(({ open }) => open)), seconds: (crowd.at(-1).at - crowd[0].at) / 1000 };
}

// slowhttptest has one address: 1,200 connections get in because it counts as a proxy here. All of them are opened
// within four seconds.
for (const [name, attack] of Object.entries(attacks)) {
  test(`slowhttptest: ${name}`, { skip: !full ? 'in make assure' : !has() && 'slowhttptest is not installed' }, async () => {
    const server = await Server.start({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
    const stop = probe(server);
    const { most, seconds } = await watch(server, slowhttptest(server, attack, attack.seconds + 20));
    const probed = await stop();
    await server.stop();
    report(19, `slowhttptest ${name}, ${CONNECTIONS} connections`,
      `${most} at once, the last closed ${seconds.toFixed(1)} s after the first came; ${probed.asked} probes answered in ${probed.p50.toFixed(0)} ms, at most ${probed.most.toFixed(0)}`,
      most >= CONNECTIONS && seconds < attack.seconds + 4 + LATE_MS / 1000 && probed.failed.length === 0 && probed.most < PROBE_MS);
  });
}
