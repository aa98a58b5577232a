// A look into the embedded store from outside, by Python's sqlite3: one process answers all questions, each over a
// connection of its own, so that nothing of the store is held between two.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const script = `
import json, sqlite3, sys
for line in sys.stdin:
    path, sql = json.loads(line)
    try:
        with sqlite3.connect(path, timeout=20) as store:
            answer = {"rows": store.execute(sql).fetchall()}
        store.close()
    except sqlite3.Error as error:
        answer = {"error": str(error)}
    print(json.dumps(answer, default=lambda value: value.hex()), flush=True)
`;

let helper = null;
let queue = Promise.resolve();

function start() {
  const child = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const handles = [child, child.stdin, child.stdout];
  const lines = createInterface(child.stdout);
  // It must not keep the test alive, but while it is asked.
  handles.forEach((handle) => handle.unref());
  return async (question) => {
    handles.forEach((handle) => handle.ref());
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const [line] = await once(lines, 'line');
    handles.forEach((handle) => handle.unref());
    return JSON.parse(line);
  };
}

// The rows of one statement.
export function query(server, sql) {
  helper ??= start();
  const asked = queue.then(() => helper([join(server.data, 'bonin.db'), sql]));
  queue = asked.catch(() => {});
  return asked.then(({ rows, error }) => {
    assert.equal(error, undefined, sql);
    return rows;
  });
}

// Whole, and nothing refers to what is not there.
export async function integrity(server) {
  assert.deepEqual(await query(server, 'PRAGMA integrity_check'), [['ok']]);
  assert.deepEqual(await query(server, 'PRAGMA foreign_key_check'), []);
}
