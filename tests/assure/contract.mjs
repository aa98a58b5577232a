// What only the contract suite can bring about, in full: `make test` runs the suite itself.
import { join } from 'node:path';
import { root, run } from '../e2e/lib/server.mjs';

// Runs the tests whose names have this in them: {line: "2 passed, 0 failed", passes}.
export async function contract(name) {
  const file = join(root, process.env.BONIN_BUILD ?? 'build', 'contract-tests');
  const done = await run([name], { file, env: { BONIN_ASSURE: 'full', ...(process.env.BONIN_TEST_POSTGRES ? { BONIN_TEST_POSTGRES: process.env.BONIN_TEST_POSTGRES } : {}) } });
  return { line: /\d+ passed, \d+ failed/.exec(done.stdout)?.[0] ?? done.stderr, passes: done.status === 0 };
}
