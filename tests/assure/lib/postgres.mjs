// A PostgreSQL server of the test's own, or null where PostgreSQL is not installed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../e2e/lib/server.mjs';

export async function startPostgres() {
  const child = spawn(join(root, 'tests/postgres'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const url = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => null)]);
  if (!url) return null;
  process.env.BONIN_TEST_POSTGRES = url[0];
  return {
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}
