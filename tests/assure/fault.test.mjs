// Row 33: each call of whole stories to the store fails once, and each allocation of the parsers. The tests are in
// tests/unit/work/fault.c and tests/alloc/trial.c, with their negative controls; here they are run again for their
// figures, under the sanitizers' build too where that is there (they see the leaks).
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, run } from '../e2e/lib/server.mjs';
import { full, report } from './report.mjs';

async function figures(file, args) {
  const { status, stdout, stderr } = await run(args, { file: join(root, file), cwd: root, timeout: 600000 });
  assert.equal(status, 0, stdout + stderr);
  return stdout.split('\n').filter((line) => line.startsWith('  ')).map((line) => line.trim());
}

test('each call to the store fails once', { skip: full ? false : 'in full only; the unit tests do it' }, async () => {
  const [told] = await figures('build/unit-tests', ['story_survives']);
  report(33, 'k-th store call', `${told}: no crash, no half state`, /^a story of \d{3,} calls/.test(told));
});

test('each call to the store fails once, and nothing leaks', { skip: full && existsSync(join(root, 'build-asan/unit-tests')) ? false : 'in full only; the sanitized unit tests do it' }, async () => {
  const [told] = await figures('build-asan/unit-tests', ['story_survives']);
  report(33, 'k-th store call, under ASan, UBSan and LSan', `${told}: 0 reports`);
});

test('each allocation of the parsers fails once', async () => {
  const lines = await figures('build/tests/alloc/alloc-tests', []);
  const counts = lines.map((line) => line.match(/(\d+) allocations, of which failing (\d+) were refused, (\d+) done without, (\d+) ended/).slice(1).map(Number));
  const [made, refused, without, ended] = [0, 1, 2, 3].map((at) => counts.reduce((sum, count) => sum + count[at], 0));
  report(33, 'k-th allocation of the parsers', `${lines.length} parsers, ${made} allocations: ${refused} refused, ${without} done without, ${ended} ended the program as documented, 0 crashes`, made === refused + without + ended);
});
