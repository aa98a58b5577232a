// A document whose portrait cannot be made out is found out by the face: then another is asked for. bonin-vision is a
// stand-in that accepts every card, and finds no portrait where the selfie says so. Controls, each of which fails a test:
// without session_may's DOCUMENT wanted the second upload is ALREADY_VERIFIED; without SAME_DOCUMENT (store/session_state.c)
// a face of the old document takes the step; without face_give_back the fifth selfie is MAX_ATTEMPTS_EXCEEDED.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import { assertFails } from './lib/flow.mjs';
import { answer, blobs, facing, frames, needsLiar, selfie, serve, verdict } from './lib/liveness.mjs';

const saying = (text) => Buffer.concat([selfie.subarray(0, 3), Buffer.from(text), selfie.subarray(3)]);
const bare = saying('no portrait');

describe('a document without a portrait', needsLiar, () => {
  let server, admin;
  before(async () => {
    server = await serve();
    admin = await server.apiKey('admin');
  });
  after(() => server?.stop());

  const another = async (flow) => {
    const reply = await flow.uploadDocument('resident_card', selfie);
    assert.equal(reply.status, 200, reply.text);
    return flow.judged('id-card', reply.body.data.verification_id);
  };
  const waitingAgain = async (flow) => {
    await verdict(flow, await flow.uploadFace(bare));
    return flow;
  };
  const log = async (flow) => (await server.client.call('GET', `/api/verification/logs?session_id=${flow.id}&page_size=100`, { key: admin })).body.data.items.reverse();

  test('is asked for again, and the session ends well', async () => {
    const flow = await facing(server);
    const kept = await blobs(server);
    const refused = await verdict(flow, await flow.uploadFace(bare));
    assert.deepEqual([refused.status, refused.errors, refused.similarity_score], ['failed', ['NO_PORTRAIT'], null]);
    assert.match(refused.error_message, /Send the document again/);
    const korean = await flow.get(`/face/${refused.verification_id}/status`, { headers: { 'accept-language': 'ko' } });
    assert.match(korean.body.error_message, /신분증을 다시/);
    assert.equal(await blobs(server), kept - 1, 'the card and its portrait are gone, the selfie is there');

    const waiting = (await flow.status()).body;
    assert.deepEqual([waiting.status, waiting.id_card_verified, waiting.current_step, waiting.completed_steps, waiting.verification_score],
      ['id_card_verified', false, 3, ['phone', 'email'], 50]);
    assertFails(await flow.uploadFace(selfie), 409, 'STEP_OUT_OF_ORDER');
    assertFails(await flow.complete(), 409, 'INCOMPLETE_VERIFICATION');

    assert.equal((await another(flow)).status, 'success');
    assertFails(await flow.uploadDocument('resident_card', selfie), 409, 'ALREADY_VERIFIED');
    assert.equal((await verdict(flow, await flow.uploadFace(selfie))).status, 'success');
    const { body } = await flow.complete();
    assert.equal(body.data.verified_name, '홍길동');
    assert.ok(decodeJwt(body.data.id_token).verified_claims);
  });

  test('is told in the log as what it was, and by its own status as rejected', async () => {
    const flow = await facing(server);
    await verdict(flow, await flow.uploadFace(bare));
    await another(flow);
    const told = (await log(flow)).slice(-6).map(({ event_type, metadata }) => [event_type, metadata?.errors?.join() ?? '']);
    assert.deepEqual(told, [['id_card_verified', ''], ['face_uploaded', ''], ['id_card_withdrawn', 'NO_PORTRAIT'],
      ['verification_failed', 'NO_PORTRAIT'], ['id_card_uploaded', ''], ['id_card_verified', '']]);
    const second = await another(await waitingAgain(flow));
    await verdict(flow, await flow.uploadFace(bare));
    const withdrawn = await flow.judged('id-card', second.verification_id);
    assert.deepEqual([withdrawn.status, withdrawn.errors], ['rejected', ['NO_PORTRAIT']]);
  });

  // Control: the call of verdicts_count_… in id_card_conclude or selfie_conclude out (in …_give_up, document.test.mjs fails);
  // is_of_liveness always false.
  test('is counted by kind, status and code, with nothing of whose it was', async () => {
    const counts = async () => {
      const { text } = await server.client.get('/metrics');
      const found = text.matchAll(/^(bonin_verdict\w*_total\{[^}]*\}) (\d+)$/gm);
      return Object.fromEntries([...found].map(([, name, count]) => [name, Number(count)]));
    };
    const before = await counts();
    const flow = await facing(server);
    await verdict(flow, await flow.uploadFace(saying('dim portrait')));
    await another(flow);
    await verdict(flow, await answer(flow, { frames: frames(6, { failed: true }) }));
    await verdict(flow, await flow.uploadFace(saying('no picture')));
    await verdict(flow, await flow.uploadFace(selfie));
    const after = await counts();
    const grown = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]).filter(([, by]) => by > 0);
    assert.deepEqual(grown, [
      ['bonin_verdicts_total{kind="document",status="success"}', 2],
      ['bonin_verdicts_total{kind="face",status="success"}', 1],
      ['bonin_verdicts_total{kind="face",status="failed"}', 1],
      ['bonin_verdicts_total{kind="face",status="rejected"}', 2],
      ['bonin_verdicts_total{kind="liveness",status="success"}', 2],
      ['bonin_verdicts_total{kind="liveness",status="rejected"}', 1],
      ['bonin_verdict_errors_total{kind="face",code="INVALID_IMAGE"}', 1],
      ['bonin_verdict_errors_total{kind="face",code="POOR_LIGHTING"}', 1],
      ['bonin_verdict_errors_total{kind="face",code="PORTRAIT_POOR_LIGHTING"}', 1],
      ['bonin_verdict_errors_total{kind="face",code="FACE_MISMATCH"}', 1],
      ['bonin_verdict_errors_total{kind="liveness",code="CHALLENGE_FAILED"}', 1],
    ]);
    assert.equal(after['bonin_verdicts_total{kind="document",status="rejected"}'], 0, 'a kind and status are there before the first');
  });

  // Controls: RC_PORTRAIT_POOR_LIGHTING out of faults_of_portrait, which leaves the document taken; the faults of the selfie
  // told as the document's; the text of the first code alone.
  test('goes likewise where a face does not match for the portrait\'s sake, and that selfie counts', async () => {
    const flow = await facing(server);
    const refused = await verdict(flow, await flow.uploadFace(saying('dim portrait')));
    assert.deepEqual([refused.status, refused.errors], ['rejected', ['PORTRAIT_POOR_LIGHTING', 'POOR_LIGHTING', 'FACE_MISMATCH']]);
    assert.match(refused.error_message, /too dark or too bright.*The face is not the one on the document/, 'both are told');
    const withdrawn = (await log(flow)).filter(({ event_type }) => event_type === 'id_card_withdrawn');
    assert.deepEqual(withdrawn.map(({ metadata }) => metadata.errors), [['PORTRAIT_POOR_LIGHTING']]);
    assert.equal((await another(flow)).status, 'success');
    for (let i = 0; i < 4; i++) {
      await verdict(flow, await flow.uploadFace(saying('dim portrait')));
      if (i < 3) assert.equal((await another(flow)).status, 'success');
    }
    assert.equal((await flow.status()).body.status, 'failed');
    assertFails(await flow.uploadFace(selfie), 429, 'MAX_ATTEMPTS_EXCEEDED');
  });

  // Control: without picture_is_no_attempt in check/selfie_conclude.c the sixth is MAX_ATTEMPTS_EXCEEDED.
  test('and a selfie that is no picture use no attempt of the face', async () => {
    const flow = await facing(server);
    const broken = saying('no picture');
    for (let i = 0; i < 6; i++) assert.deepEqual((await verdict(flow, await flow.uploadFace(broken))).errors, ['INVALID_IMAGE']);
    assert.equal((await verdict(flow, await flow.uploadFace(selfie))).status, 'success');
  });

  test('costs a document each time, and no selfie', async () => {
    const flow = await facing(server);
    for (let i = 0; i < 4; i++) {
      assert.equal((await verdict(flow, await flow.uploadFace(bare))).status, 'failed');
      assert.equal((await another(flow)).status, 'success');
    }
    assert.equal((await verdict(flow, await flow.uploadFace(bare))).status, 'failed');
    assert.equal((await flow.status()).body.status, 'failed', 'no document may follow');
    assert.deepEqual((await log(flow)).at(-1).metadata, { reason: 'MAX_ATTEMPTS_EXCEEDED' });
    assertFails(await flow.uploadDocument('resident_card', selfie), 429, 'MAX_ATTEMPTS_EXCEEDED');
    assertFails(await flow.uploadFace(selfie), 429, 'MAX_ATTEMPTS_EXCEEDED');
    assertFails(await flow.complete(), 409, 'SESSION_FAILED');
  });
});
