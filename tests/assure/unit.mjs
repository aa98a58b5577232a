// Rows that tests in C hold: they are run anew, in full under `make assure`, and their figures (test_figure in
// tests/unit/test.h) told.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { data, models, root, run } from '../e2e/lib/server.mjs';

// Runs the tests of build/unit-tests, or of another build's, whose name holds `part`.
export async function unit(part, { build = process.env.BONIN_BUILD ?? 'build', minutes = 1 } = {}) {
  const env = { BONIN_DATA: data, BONIN_MODELS: models, BONIN_ASSURE: process.env.BONIN_ASSURE ?? '' };
  const done = await run([part], { file: resolve(root, build, 'unit-tests'), cwd: root, env, timeout: minutes * 60e3 });
  for (const line of done.stdout.split('\n')) if (/^\s*assure\t/.test(line)) console.log(line.trim());
  assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
  assert.ok(!/skipped /.test(done.stdout), done.stdout);
}
