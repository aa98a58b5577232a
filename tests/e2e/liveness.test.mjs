// Active liveness, from the challenge to the verdict. bonin-vision is a stand-in that accepts everybody, so that what is
// refused here is refused by bonin.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertFails, Flow } from './lib/flow.mjs';
import { png } from './lib/image.mjs';
import { alike, accepting, answer, blobs, challenged, facing, frame, frames, needsLiar, selfie, serve, times, verdict } from './lib/liveness.mjs';

const erase = (flow, key) => flow.server.client.call('DELETE', `/api/verification/sessions/${flow.id}`, { key });

describe('active liveness', needsLiar, () => {
  let server, admin, rp;
  before(async () => {
    server = await serve();
    admin = await server.apiKey('admin');
    rp = await server.apiKey('rp');
  });
  after(() => server?.stop());

  test('a challenge is given, answered, and told of in status, result, id_token and introspection', async () => {
    const flow = await facing(server, { key: rp });
    const { data } = (await flow.challenge()).body;
    assert.equal(new Set(data.actions).size, data.actions.length);
    assert.equal(data.required, false);
    server.advance(10);
    const reply = await answer(flow, { challenge: data.challenge, frames: frames(24), times: times(24) });
    const judged = await verdict(flow, reply);
    assert.deepEqual([judged.status, judged.liveness_method, judged.is_live_person, judged.errors], ['success', 'active', true, null]);
    const { body } = await flow.complete();
    assert.equal(body.data.liveness_method, 'active');
    const evidence = (claims) => claims.verification.evidence.flatMap(({ check_details }) => check_details);
    const told = evidence(decodeJwt(body.data.id_token).verified_claims).find(({ check_method }) => check_method === 'bvr');
    assert.equal(told.liveness_method, 'active');
    const looked = await server.client.call('POST', '/api/verification/token/introspect', { form: { token: body.data.verification_token }, key: rp });
    assert.deepEqual(evidence(looked.body.verified_claims).find(({ check_method }) => check_method === 'bvr'), told);
  });

  test('a selfie alone is judged passively, and both flows say what they were', async () => {
    const flow = await facing(server);
    assert.equal((await verdict(flow, await flow.uploadFace(selfie))).liveness_method, 'passive');
    assert.equal((await flow.complete()).body.data.liveness_method, 'passive');
    const basic = await (await Flow.create(server)).proveBoth();
    assert.equal((await basic.complete()).body.data.liveness_method, null);
  });

  test('what the frames show decides, beside the selfie', async () => {
    const flow = await facing(server);
    const bad = await verdict(flow, await answer(flow, { frames: frames(6, { failed: true }) }));
    assert.deepEqual([bad.status, bad.is_live_person, bad.errors], ['rejected', false, ['CHALLENGE_FAILED']]);
    assert.equal(bad.liveness_score, 0, 'what the selfie is worth says nothing of the frames');
    assert.equal((await flow.status()).body.face_verified, false);
    assert.equal((await verdict(flow, await answer(flow))).status, 'success');
  });

  // Control: `exactly` true in api_face_status; round in place of floor in told_score.
  test('exact scores are for keys: applicants get those that passed in hundredths, others in tenths', async (t) => {
    const exact = await serve({ env: { MODEL_DIR: 'nearly_match' } });
    t.after(() => exact.stop());
    const [key, stranger] = [await exact.apiKey('rp'), await exact.apiKey('rp')];
    const flow = await facing(exact, { key });
    const reply = await flow.uploadFace(selfie);
    await verdict(flow, reply);
    const scores = async (key) => {
      const { body } = await exact.client.call('GET', `/api/verification/face/${reply.body.data.verification_id}/status`, { key });
      return [body.similarity_score, body.liveness_score, body.errors];
    };
    assert.deepEqual(await scores(), [0.4, 0.97, ['FACE_MISMATCH']]);
    assert.deepEqual(await scores(stranger), [0.4, 0.97, ['FACE_MISMATCH']]);
    assert.deepEqual(await scores(key), [0.4987, 0.9785, ['FACE_MISMATCH']]);
    assert.deepEqual(await scores(await exact.apiKey('reviewer')), [0.4987, 0.9785, ['FACE_MISMATCH']]);
  });

  test('the uploads are gone once they are judged; the selfie alone is kept', async () => {
    const flow = await facing(server);
    const stored = await blobs(server);
    await verdict(flow, await answer(flow));
    assert.equal(await blobs(server), stored + 1);
  });

  // Control: no `used_at IS NULL` in challenge_take.
  test('a challenge is good once', async () => {
    const flow = await facing(server);
    const challenge = await challenged(flow);
    await verdict(flow, await answer(flow, { challenge, frames: frames(6, { failed: true }) }));
    assertFails(await answer(flow, { challenge }), 404, 'CHALLENGE_NOT_FOUND');
  });

  // Control: no `session_id = $2` in challenge_take.
  test('a challenge is of its session', async () => {
    const [flow, other] = [await facing(server), await facing(server)];
    const challenge = await challenged(other);
    assertFails(await answer(flow, { challenge }), 404, 'CHALLENGE_NOT_FOUND');
    assertFails(await answer(flow, { challenge: '0'.repeat(32) }), 404, 'CHALLENGE_NOT_FOUND');
    assertFails(await answer(flow, { challenge: '' }), 404, 'CHALLENGE_NOT_FOUND');
    assert.equal((await verdict(other, await answer(other, { challenge }))).status, 'success');
  });

  // Control: no void_all in challenge_insert.
  test('a new challenge voids the one before', async () => {
    const flow = await facing(server);
    const [first, second] = [await challenged(flow), await challenged(flow)];
    assertFails(await answer(flow, { challenge: first }), 404, 'CHALLENGE_NOT_FOUND');
    assert.equal((await verdict(flow, await answer(flow, { challenge: second }))).status, 'success');
  });

  // Control: no `expires_at > $3` in challenge_take.
  test('a challenge expires', async () => {
    const flow = await facing(server);
    assertFails(await answer(flow, { challenge: await challenged(flow, 61) }), 410, 'CHALLENGE_EXPIRED');
    assert.equal((await verdict(flow, await answer(flow, { challenge: await challenged(flow, 55) }))).status, 'success');
  });

  // Control: let challenge_check pass over `images < FRAMES_MIN`, upload_next_frame over FRAMES_MAX, upload_write over
  // either maximum, is_image over `frames`. Of what is told: refuse_format over `frames`, or max_bytes in reply.c.
  test('frames are refused where they are too few, too many, too large or no JPEG', async () => {
    const flow = await facing(server);
    const challenge = await challenged(flow);
    const refused = async (sent, status, code) => {
      const reply = assertFails(await answer(flow, { challenge, ...sent }), status, code);
      assert.ok(!reply.body.message.includes('PNG'), reply.body.message);
      return [...Object.keys(reply.body.field_errors ?? {}), ...[reply.body.max_bytes ?? []].flat()];
    };
    const stored = await blobs(server);
    assert.deepEqual(await refused({ frames: [] }, 422, 'MISSING_FILE'), ['frames']);
    assert.deepEqual(await refused({ frames: frames(5), times: times(5, 500) }, 422, 'VALIDATION_FAILED'), ['frames']);
    assert.deepEqual(await refused({ frames: frames(25) }, 422, 'VALIDATION_FAILED'), ['frames']);
    assert.deepEqual(await refused({ frames: [...frames(5), frame(undefined, { size: 1024 * 1024 })] }, 413, 'FILE_TOO_LARGE'), ['frames', 1024 * 1024]);
    assert.deepEqual(await refused({ frames: frames(13, { size: 1000 * 1000 }) }, 413, 'FILE_TOO_LARGE'), ['frames', 12 * 1024 * 1024]);
    for (const sent of [[...frames(5), png(20, 20, () => [1, 2, 3])], [...frames(5), Buffer.from('GIF89a..........')], [Buffer.from([0xff, 0xd8]), ...frames(5)], [...frames(5), Buffer.alloc(0)]])
      assert.deepEqual(await refused({ frames: sent }, 415, 'UNSUPPORTED_IMAGE_FORMAT'), ['frames']);
    assert.equal(await blobs(server), stored, 'what was refused left something');
    const judged = await verdict(flow, await answer(flow, { challenge, frames: frames(12, { size: 1000 * 1000 }) }));
    assert.equal(judged.status, 'success', JSON.stringify(judged));
  });

  // Control: let challenge_check pass over frame_times_plausible; challenge_use over last_ms.
  test('times are those of a camera, and no more than has passed', async () => {
    const flow = await facing(server);
    const challenge = await challenged(flow);
    for (const bad of [undefined, [], times(5), times(7), [500, 400, 900, 1300, 1700, 2500], times(6, 100), [0, 1, 2, 3, 4, 2000],
      [-1, 400, 800, 1200, 1600, 2000], [0.5, 400, 800, 1200, 1600, 2000], ['0', 400, 800, 1200, 1600, 2000], { 0: 1 },
      [100, -9223372036854775808, 3, 4, 5, 6], [0, 400, 800, 1200, 1600, 60001]]) {
      const reply = assertFails(await answer(flow, { challenge, times: bad }), 422, 'VALIDATION_FAILED');
      assert.deepEqual(Object.keys(reply.body.field_errors), ['frame_times'], JSON.stringify(bad));
    }
    assertFails(await answer(flow, { challenge, times: times(6, 3000) }), 422, 'VALIDATION_FAILED'); // 15 s of 10
    assertFails(await answer(flow, { challenge: await challenged(flow, 0) }), 422, 'VALIDATION_FAILED'); // prepared before
    assert.equal((await verdict(flow, await answer(flow, { challenge: await challenged(flow, 16), times: times(6, 3000) }))).status, 'success');
  });

  test('frames want their challenge', async () => {
    const flow = await facing(server);
    const reply = assertFails(await flow.uploadFace(selfie, { frames: frames(), times: times() }), 422, 'VALIDATION_FAILED');
    assert.deepEqual(Object.keys(reply.body.field_errors), ['challenge']);
    const parts = [{ name: 'session_key', value: flow.key }, { name: 'frames', value: 'one' }, { name: 'frames', value: 'two' }];
    assertFails(await server.client.call('POST', '/api/verification/face/upload', { parts }), 422, 'VALIDATION_FAILED');
    const card = [{ name: 'session_key', value: flow.key }, { name: 'frames', value: frame(), filename: 'a.jpg', type: 'image/jpeg' }];
    assertFails(await server.client.call('POST', '/api/verification/id-card/upload', { parts: card }), 422, 'VALIDATION_FAILED');
  });

  test('a challenge is for who waits for the face', async () => {
    const flow = await Flow.create(server, {});
    assertFails(await flow.challenge(), 409, 'STEP_OUT_OF_ORDER');
    assertFails(await flow.post('/face/challenge', { session_key: 'x' }), 404, 'SESSION_NOT_FOUND');
    assertFails(await flow.post('/face/challenge', {}), 422, 'VALIDATION_FAILED');
    const done = await facing(server);
    await verdict(done, await done.uploadFace(selfie));
    assertFails(await done.challenge(), 409, 'ALREADY_VERIFIED');
  });

  // Control: no face_frames_see in see_frames.
  test('a frame that was seen is refused, in any session, also encoded anew', async () => {
    const [flow, other, third] = [await facing(server), await facing(server), await facing(server)];
    const seen = frames();
    assert.equal((await verdict(flow, await answer(flow, { frames: seen }))).status, 'success');
    const replayed = await verdict(other, await answer(other, { frames: seen }));
    assert.deepEqual([replayed.status, replayed.is_live_person, replayed.errors], ['rejected', false, ['FRAMES_REPEATED']]);
    assert.equal(replayed.liveness_score, 0);
    const bands = (of, changed, options) => {
      const hash = Buffer.from(seen[of].subarray(3, 35));
      for (let band = 0; band < changed; band++) hash[4 * band] ^= 1;
      return frame(hash, options);
    };
    const unlike = await verdict(third, await answer(third, { frames: [...frames(4), bands(3, 5), bands(4, 5, { failed: true })] }));
    assert.deepEqual(unlike.errors, ['CHALLENGE_FAILED']);
    const alike = await verdict(third, await answer(third, { frames: [...frames(4), bands(1, 4), bands(2, 4)] }));
    assert.deepEqual(alike.errors, ['FRAMES_REPEATED']);
  });

  // Control: no call of refuse_repeated for the selfie; no `session_id <> $10` in find; selfie_repeated told to everybody.
  test('a selfie of another session is told of, or refused; the same again in one session is taken', async (t) => {
    const strict = await serve({ env: { REPEATED_SELFIE: 'reject' } });
    t.after(() => strict.stop());
    for (const on of [server, strict]) {
      const key = await on.apiKey('rp');
      const picture = frame(undefined, { failed: true });
      const [flow, other] = [await facing(on, { key }), await facing(on, { key })];
      const look = async (flow, reply, key) => (await flow.server.client.call('GET', `/api/verification/face/${reply.body.data.verification_id}/status`, { key })).body;
      const failed = await answer(flow, { frames: frames(6, { failed: true }), selfie: picture });
      assert.equal((await verdict(flow, failed)).status, 'rejected');
      assert.deepEqual([(await look(flow, failed, key)).selfie_repeated, (await look(flow, failed)).selfie_repeated], [false, null]);
      assert.equal((await verdict(flow, await flow.uploadFace(picture))).status, 'success', 'the same again');
      const again = await other.uploadFace(picture);
      const judged = await verdict(other, again);
      assert.deepEqual([judged.status, judged.errors], on === strict ? ['rejected', ['FRAMES_REPEATED']] : ['success', null]);
      assert.deepEqual([(await look(other, again, key)).selfie_repeated, (await look(other, again)).selfie_repeated], [true, null]);
      if (on === strict) assert.equal((await verdict(other, await other.uploadFace(frame()))).status, 'success', 'a new one');
    }
  });

  // Who sits still has one much like one of before. Control: REPEATED_MIN 1, or no REPEATED_SHARE.
  test('of many frames a quarter must have been seen', async () => {
    const [flow, other, third] = [await facing(server), await facing(server), await facing(server)];
    const seen = frames(3);
    assert.equal((await verdict(flow, await answer(flow, { frames: [...seen, ...frames(9)] }))).status, 'success');
    assert.equal((await verdict(other, await answer(other, { frames: [...seen.slice(0, 1), ...frames(5)] }))).status, 'success');
    const many = (count) => [...seen.slice(0, count).map(alike), ...frames(12 - count)];
    assert.equal((await verdict(third, await answer(third, { frames: many(3), times: times(12) }))).status, 'rejected');
    assert.equal((await verdict(third, await answer(third, { frames: many(2), times: times(12) }))).status, 'success');
  });

  // What acts may be two frames of many. Control: no `same` in is_replay.
  test('or two must be the very same', async () => {
    const [flow, other] = [await facing(server), await facing(server)];
    const seen = frames(12);
    const some = (count) => [...frames(12 - count), ...seen.slice(0, count)];
    assert.equal((await verdict(flow, await answer(flow, { frames: seen, times: times(12) }))).status, 'success');
    assert.deepEqual((await verdict(other, await answer(other, { frames: some(2), times: times(12) }))).errors, ['FRAMES_REPEATED']);
    assert.equal((await verdict(other, await answer(other, { frames: some(1), times: times(12) }))).status, 'success');
  });

  // Control: no take_limit in challenge.c.
  test('a session draws ten challenges an hour and twenty a day', async () => {
    const flow = await facing(server);
    for (let i = 0; i < 10; i++) assert.equal((await flow.challenge()).status, 200);
    assert.equal(assertFails(await flow.challenge(), 429, 'RATE_LIMIT_EXCEEDED').body.limit_type, 'session');
    server.advance(3600);
    for (let i = 0; i < 10; i++) assert.equal((await flow.challenge()).status, 200);
    server.advance(3600);
    assert.ok(assertFails(await flow.challenge(), 429, 'RATE_LIMIT_EXCEEDED').body.retry_after > 3600);
    const noted = await server.client.get(`/api/verification/logs?session_id=${flow.id}&event_type=rate_limited`, { key: admin });
    assert.equal(noted.body.data.items[0].metadata.limit, 'challenges');
  });

  // Control: take the challenge in a statement before that which uses it up, and do not ask whether it was.
  test('of uploads with one challenge at once one is taken', async () => {
    for (let round = 0; round < 5; round++) {
      const flow = await facing(server);
      const challenge = await challenged(flow);
      const replies = await Promise.all(Array.from({ length: 4 }, () => answer(flow, { challenge })));
      const codes = replies.map(({ status, body }) => (status === 200 ? 'taken' : body.errors[0]));
      assert.equal(codes.filter((code) => code === 'taken').length, 1, codes.join());
      assert.ok(codes.every((code) => ['taken', 'CHALLENGE_NOT_FOUND', 'ALREADY_VERIFIED'].includes(code)), codes.join());
    }
  });

  test('an upload while its session is erased leaves nothing', async () => {
    for (let round = 0; round < 5; round++) {
      const stored = await blobs(server);
      const flow = await facing(server);
      const challenge = await challenged(flow);
      const [reply] = await Promise.all([answer(flow, { challenge }), sleep(round * 2).then(() => erase(flow, admin))]);
      if (reply.status !== 200) assert.ok([404, 409].includes(reply.status), reply.text);
      await erase(flow, admin); // what was judged in between goes now
      assert.equal(await blobs(server), stored, `round ${round}: ${reply.text}`);
      assertFails(await answer(flow, { challenge }), 409, 'SESSION_FAILED');
    }
  });
});

describe('LIVENESS_MODE', needsLiar, () => {
  // Control: let challenge_check pass over CONF_LIVENESS_ACTIVE.
  test('active takes no selfie alone', async () => {
    const server = await serve({ env: { LIVENESS_MODE: 'active' } });
    try {
      const flow = await facing(server);
      const reply = assertFails(await flow.uploadFace(selfie), 422, 'CHALLENGE_REQUIRED');
      assert.deepEqual(Object.keys(reply.body.field_errors), ['frames']);
      assert.equal((await flow.challenge()).body.data.required, true);
      assert.equal((await verdict(flow, await answer(flow))).status, 'success');
    } finally {
      await server.stop();
    }
  });

  test('passive gives no challenges', async () => {
    const server = await serve({ env: { LIVENESS_MODE: 'passive' } });
    try {
      const flow = await facing(server);
      assertFails(await flow.challenge(), 404, 'NOT_FOUND');
      assertFails(await answer(flow, { challenge: '0'.repeat(32) }), 404, 'CHALLENGE_NOT_FOUND');
      assert.equal((await verdict(flow, await flow.uploadFace(selfie))).liveness_method, 'passive');
    } finally {
      await server.stop();
    }
  });
});

describe('a job of frames', needsLiar, () => {
  // Control: keep the frames (face_frames_see) in a transaction of their own, before the verdict's: fails on its second try.
  test('whose server dies in the middle is done again, and does not meet its own frames', async () => {
    const server = await serve();
    try {
      const flow = await facing(server);
      await server.down();
      server.env.MODEL_DIR = 'hang';
      await server.up();
      const reply = await answer(flow);
      for (let i = 0; i < 200 && (await flow.get(`/face/${reply.body.data.verification_id}/status`)).body.status !== 'processing'; i++) await sleep(20);
      assert.equal((await flow.get(`/face/${reply.body.data.verification_id}/status`)).body.liveness_method, null);
      await server.down('SIGKILL');
      server.env.MODEL_DIR = accepting.MODEL_DIR;
      await server.up();
      server.advance(60);
      const judged = await verdict(flow, reply);
      assert.deepEqual([judged.status, judged.liveness_method, judged.errors], ['success', 'active', null]);
    } finally {
      await server.stop();
    }
  });

  test('is destroyed with its session while it waits', async () => {
    const server = await serve();
    try {
      const flow = await facing(server);
      const admin = await server.apiKey('admin');
      await server.down();
      server.env.MODEL_DIR = 'hang';
      await server.up();
      const reply = await answer(flow);
      assert.equal(reply.status, 200, reply.text);
      assert.equal((await erase(flow, admin)).status, 200);
      assert.equal(await blobs(server), 0);
      assert.equal((await verdict(flow, reply)).status, 'failed');
      await server.down('SIGKILL');
      await server.up();
    } finally {
      await server.stop();
    }
  });
});
