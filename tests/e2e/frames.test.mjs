// Active liveness by the real bonin-vision, on frames that a SIMULATOR renders from single pictures (bench/liveness): that
// the whole is put together rightly, and no statement about people and attackers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Flow } from './lib/flow.mjs';
import { challenged, needsSimulator, simulated, times, verdict } from './lib/liveness.mjs';
import { Server } from './lib/server.mjs';
import { cards, needsFaces } from './lib/specimen.mjs';

const missing = await needsSimulator();
const needs = { skip: needsFaces.skip || missing };
const types = { resident: 'resident_card', driver: 'driver_license', passport: 'passport' };

let server, specimen;
before(async () => {
  if (needs.skip) return;
  server = await Server.start({ clock: true });
  for (const entry of cards(0))
    if (!specimen && (await simulated(entry.selfie, [], { seconds: 0.1 }))) specimen = entry;
});
after(() => server?.stop());

async function facing() {
  const flow = await (await Flow.create(server, {})).proveBoth();
  const reply = await flow.uploadDocument(types[specimen.type], readFileSync(specimen.file));
  const judged = await flow.judged('id-card', reply.body.data.verification_id);
  assert.equal(judged.status, 'success', JSON.stringify(judged));
  return flow;
}

// What is asked for is done, or what `choose` makes of it; 16 frames in 8 seconds.
async function performed(flow, choose = (actions) => actions) {
  const { challenge, actions } = (await flow.challenge()).body.data;
  const began = performance.now();
  const [selfie, ...shots] = await simulated(specimen.selfie, choose(actions));
  server.advance(Math.round(10 - (performance.now() - began) / 1000)); // however long it takes to draw
  return { challenge, selfie, shots };
}

const send = (flow, { challenge, selfie, shots }) => flow.uploadFace(selfie, { challenge, frames: shots, times: times(shots.length, 500) });

test('a person who does what is asked is taken for live; the same frames are not taken again', needs, async () => {
  const flow = await facing(), done = await performed(flow);
  const judged = await verdict(flow, await send(flow, done));
  assert.deepEqual([judged.status, judged.liveness_method, judged.errors], ['success', 'active', null], JSON.stringify(judged));
  const other = await facing();
  const replayed = await verdict(other, await send(other, { ...done, challenge: await challenged(other) }));
  assert.equal(replayed.status, 'rejected');
  assert.ok(replayed.errors.includes('FRAMES_REPEATED'), JSON.stringify(replayed));
});

test('who does something else, or nothing, is not', needs, async () => {
  const flow = await facing();
  const other = await verdict(flow, await send(flow, await performed(flow, (actions) => actions.toReversed())));
  assert.deepEqual([other.status, other.is_live_person], ['rejected', false]);
  assert.ok(other.errors.includes('CHALLENGE_FAILED'), JSON.stringify(other));
  const { challenge, selfie } = await performed(flow);
  const still = await verdict(flow, await send(flow, { challenge, selfie, shots: Array.from({ length: 8 }, () => selfie) }));
  assert.deepEqual([still.status, still.is_live_person], ['rejected', false]);
});
