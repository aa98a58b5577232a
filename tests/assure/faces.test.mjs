// Row 27, of faces: with FACE_RETENTION_DAYS=0 a completed session leaves no face behind: not the pictures, not their
// keys, in no file of the store; and frames were never there in clear. bonin-vision is a stand-in that accepts everybody.
//
// Controls: leave selfie_key or portrait_key out of session_drop_faces, or store_mark_scrub out of it: the sealed key is
// found. Leave erasure_remove_blobs out of check/completion.c: the blobs are found. Keep the bits of a frame instead of
// their HMAC in store/face_frame.c (bands_of): they are found. That the search can find is shown by searching before.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTree } from '../e2e/lib/image.mjs';
import { answer, blobs, facing, frame, needsLiar, serve, verdict } from '../e2e/lib/liveness.mjs';
import { query } from './lib/sqlite.mjs';
import { report, scale } from './report.mjs';

const hits = (server, bytes) => [...readTree(server.data)].filter(([, content]) => content.includes(bytes)).map(([path]) => path);
const blobPath = (server, name) => join(server.data, 'blobs', name.slice(0, 2), name.slice(2));

// What is stored of the session's faces: the names of the pictures, and their sealed keys.
async function facesOf(server, id) {
  const rows = [
    ...(await query(server, `SELECT selfie_blob, hex(selfie_key) FROM face_verifications WHERE session_id = '${id}'`)),
    ...(await query(server, `SELECT portrait_blob, hex(portrait_key) FROM id_card_verifications WHERE session_id = '${id}'`)),
  ].filter(([blob]) => blob);
  return { names: rows.map(([blob]) => blob), keys: rows.map(([, key]) => Buffer.from(key, 'hex')) };
}

// A frame's hash by eighths.
const eighths = (hash) => Array.from({ length: 8 }, (_, i) => hash.subarray(4 * i, 4 * i + 4));

test('SQLite: nothing of a face is left once its session is complete', needsLiar, async () => {
  const server = await serve({ store: 'sqlite' });
  try {
    const people = [];
    for (let i = 0; i < scale(2, 20); i++) {
      const flow = await facing(server);
      const hashes = Array.from({ length: 8 }, () => randomBytes(32));
      assert.equal((await verdict(flow, await answer(flow, { frames: hashes.map((hash) => frame(hash)) }))).status, 'success');
      people.push({ flow, hashes, ...(await facesOf(server, flow.id)) });
    }
    let searched = 0;
    for (const { names, keys } of people) {
      assert.equal(names.length, 2, 'a selfie and a portrait');
      for (const name of names) assert.ok(existsSync(blobPath(server, name)) && hits(server, Buffer.from(name)).length > 0);
      for (const key of keys) assert.ok(key.length > 32 && hits(server, key).length > 0, 'the search finds a sealed key');
    }
    for (const { flow } of people) assert.equal((await flow.complete()).status, 200);
    assert.equal(await blobs(server), people.length, 'of each the card alone, at once');
    await server.down('SIGKILL'); // in good order it would empty the write-ahead log in any case
    await server.up(); // cleanup runs at the start, and once a minute
    for (let i = 0; i < 200 && Number((await query(server, "SELECT COUNT(*) FROM settings WHERE name = 'scrub'"))[0][0]) > 0; i++) await sleep(50);
    const found = [];
    for (const { flow, names, keys, hashes } of people) {
      assert.deepEqual((await facesOf(server, flow.id)).names, []);
      for (const name of names) if (existsSync(blobPath(server, name)) || hits(server, Buffer.from(name)).length > 0) found.push(name);
      for (const key of keys) if (hits(server, key).length > 0) found.push('a key');
      for (const hash of hashes)
        for (const part of [hash, Buffer.from(hash.toString('hex'))])
          if (hits(server, part).length > 0) found.push('a frame');
      const stored = (await query(server, `SELECT ${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `band_${n}`).join()} FROM face_frames WHERE session_id = '${flow.id}'`)).flat();
      assert.equal(stored.length, 8 * hashes.length);
      const clear = new Set(hashes.flatMap(eighths).flatMap((part) => [part.readUInt32BE(), part.readUInt32LE()]));
      if (stored.some((band) => clear.has(band))) found.push('an eighth of a frame');
      searched += names.length + keys.length + 2 * hashes.length + stored.length;
    }
    report(27, 'SQLite, faces of completed sessions', `${found.length} of ${searched} names, keys and frames of ${people.length} found in store, WAL and blobs${found.map((what) => ` ${what}`).join()}`, found.length === 0);
  } finally {
    await server.stop();
  }
});
