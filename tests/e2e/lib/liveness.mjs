// Frames for a bonin-vision that accepts everybody (tests/unit/vision/liar.c): the hash of a frame is what stands in it
// behind its first three bytes, and one that is marked as failed fails its challenge.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Flow } from './flow.mjs';
import { readTree } from './image.mjs';
import { models, root, run, Server } from './server.mjs';

const liar = join(root, 'build/tests/unit/vision/vision-liar');
export const needsLiar = { skip: existsSync(liar) ? false : 'vision-liar is not built' };
export const accepting = { BONIN_VISION: liar, MODEL_DIR: 'accept_all' };

const start = Buffer.from([0xff, 0xd8, 0xff]), end = Buffer.from([0xff, 0xd9]);
export const selfie = Buffer.concat([start, Buffer.alloc(40), end]);

export function frame(hash = randomBytes(32), { failed = false, size = 100 } = {}) {
  return Buffer.concat([start, hash, Buffer.from(failed ? 'F' : '.'), Buffer.alloc(size), end]);
}
// Of whose hash half of the bands are those of another.
export const alike = (other) => frame(Buffer.concat([other.subarray(3, 19), randomBytes(16)]));
export const frames = (len = 6, options) => Array.from({ length: len }, () => frame(undefined, options));
export const times = (len = 6, step = 400) => Array.from({ length: len }, (_, i) => 100 + i * step);

export const serve = (options = {}) => Server.start({ clock: true, ...options, env: { ...accepting, ...options.env } });

// A session whose document was accepted, which waits for the face.
export async function facing(server, options) {
  const flow = await (await Flow.create(server, {}, options)).proveBoth();
  const reply = await flow.uploadDocument('resident_card', selfie);
  assert.equal(reply.status, 200, reply.text);
  assert.equal((await flow.judged('id-card', reply.body.data.verification_id)).status, 'success');
  return flow;
}

// A challenge, and the time that it takes to do it, on the server's clock.
export async function challenged(flow, seconds = 10) {
  const reply = await flow.challenge();
  assert.equal(reply.status, 200, reply.text);
  if (seconds) flow.server.advance(seconds);
  return reply.body.data.challenge;
}

export async function answer(flow, options = {}) {
  const sent = { challenge: options.challenge ?? (await challenged(flow)), frames: frames(), ...options };
  return flow.uploadFace(options.selfie ?? selfie, { times: times(sent.frames.length), ...sent });
}

export async function verdict(flow, reply) {
  assert.equal(reply.status, 200, reply.text);
  return flow.judged('face', reply.body.data.verification_id);
}

const count = (server) => [...readTree(join(server.data, 'blobs'))].filter(([path]) => /[0-9a-f]{30}$/.test(path)).length;

// How many files are stored, once none comes or goes any more.
export async function blobs(server) {
  for (let last = -1, same = 0; ; await sleep(20)) {
    const now = count(server);
    same = now === last ? same + 1 : 0;
    if (same === 10) return now;
    last = now;
  }
}

const python = '/usr/bin/python3'; // Debian's, which has Debian's PIL
const simulator = join(root, 'bench/liveness'), points = join(root, 'build/vision/bench-active');

// Frames, by the simulator, of the person in `picture` who does the actions: [selfie, ...frames]; null where it cannot be drawn.
export async function simulated(picture, actions, { len = 16, seconds = 0.4 } = {}) {
  const film = join(mkdtempSync(join(tmpdir(), 'bonin-film-')), 'film.mjpeg');
  const made = await run([simulator, '--video', film, '--actions', actions.join(), '--picture', picture, '--seconds', seconds], { file: python, env: { BONIN_MODELS: models }, timeout: 300000 });
  if (made.status !== 0) return null;
  const all = readFileSync(film).toString('latin1').split(/(?<=\xff\xd9)(?=\xff\xd8\xff)/).map((text) => Buffer.from(text, 'latin1'));
  rmSync(dirname(film), { recursive: true });
  const shots = all.filter((_, i) => i % 3 === 0); // each is there three times
  return [shots[0], ...Array.from({ length: len }, (_, i) => shots[Math.round(1 + (i * (shots.length - 2)) / (len - 1))])];
}

export async function needsSimulator() {
  if (!existsSync(points)) return 'bench-active is not built';
  return (await run(['-c', 'import PIL, numpy'], { file: python })).status === 0 ? false : 'PIL is not installed';
}
