// Rows that tests in C hold: they are run anew, and their figures (test_figure in tests/unit/test.h) told.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { data, root, run } from '../e2e/lib/server.mjs';

// Runs the tests of build/unit-tests whose name holds `part`.
export async function unit(part) {
  const done = await run([part], { file: resolve(root, process.env.BONIN_BUILD ?? 'build', 'unit-tests'), cwd: root, env: { BONIN_DATA: data } });
  for (const line of done.stdout.split('\n')) if (/^\s*assure\t/.test(line)) console.log(line.trim());
  assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
  assert.ok(!/skipped /.test(done.stdout), done.stdout);
}
