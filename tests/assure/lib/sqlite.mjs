// A look into the embedded store from outside, by Python's sqlite3: the rows of one query.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { run } from '../../e2e/lib/server.mjs';

const script = `
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1], timeout=20).execute(sys.argv[2]).fetchall()
print(json.dumps(rows, default=lambda value: value.hex()))
`;

export async function query(server, sql) {
  const end = await run(['-c', script, join(server.data, 'bonin.db'), sql], { file: 'python3' });
  assert.equal(end.status, 0, end.stderr);
  return JSON.parse(end.stdout);
}

// Whole, and nothing refers to what is not there.
export async function integrity(server) {
  assert.deepEqual(await query(server, 'PRAGMA integrity_check'), [['ok']]);
  assert.deepEqual(await query(server, 'PRAGMA foreign_key_check'), []);
}
