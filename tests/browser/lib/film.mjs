// Films of a simulated head (bench/liveness) for the fake camera.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { models, root, run } from '../../e2e/lib/server.mjs';
import { needsFaces } from '../../e2e/lib/specimen.mjs';
import { needsBrowser } from './page.mjs';

const python = '/usr/bin/python3';
const points = join(root, 'build/vision/bench-active');
const canDraw = () => spawnSync(python, ['-c', 'import numpy, PIL']).status === 0;

export const needsSimulator = {
  skip: needsBrowser.skip || needsFaces.skip || (!existsSync(points) ? 'bench-active is not built' : canDraw() ? false : 'no numpy or PIL'),
};
export const ACTIONS = ['turn_left', 'turn_right', 'look_up', 'come_closer'];

const ALIKE = 3; // the simulator writes each frame so often
const KEPT = 6; // frames from one pose to the next

// {idle, go, hold, leave}: frames of a head that looks straight, does the action, keeps to it, and comes back.
export async function film(camera, picture, action) {
  const folder = mkdtempSync(join(tmpdir(), 'bonin-film-'));
  try {
    const file = join(folder, 'film.mjpeg');
    const args = ['bench/liveness', '--video', file, '--actions', action, '--picture', picture, '--program', points, '--seconds', String((KEPT * ALIKE) / 30)];
    const drawn = await run(args, { file: python, cwd: root, env: { BONIN_MODELS: models } });
    assert.equal(drawn.status, 0, drawn.stderr);
    const frames = [];
    for (const jpeg of jpegsIn(readFileSync(file)).filter((_, at) => at % ALIKE === 0)) frames.push(await camera.jpeg(jpeg));
    assert.equal(frames.length, 4 * KEPT);
    const [idle, go, hold, leave] = [0, 1, 2, 3].map((part) => frames.slice(part * KEPT, (part + 1) * KEPT));
    return { idle, go, hold, leave };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function jpegsIn(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(Buffer.from([0xff, 0xd9]), at) + 2;
    found.push(bytes.subarray(at, end));
    at = end;
  }
  return found;
}
