// Row 15: every parser under libFuzzer. `make test` gives each target what is kept in fuzz/corpus; in full they look for
// new inputs, BONIN_FUZZ_SECONDS each. Controls: tools/fuzz says how many inputs it gave; each target's oracle, and the
// sanitizers, were seen to fail on these with a check of its parser taken out.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { root } from '../e2e/lib/server.mjs';
import { full, report } from './report.mjs';

const seconds = Number(process.env.BONIN_FUZZ_SECONDS ?? 300);

function fuzz(seen) {
  return new Promise((resolve) => {
    const child = spawn('nice', ['tools/fuzz', '--seconds', String(seconds)], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const lines = said.split('\n');
      said = lines.pop();
      lines.forEach(seen);
    });
    child.on('close', resolve);
  });
}

test('every parser under libFuzzer', { skip: !full && 'in make assure; the corpora are a suite of make test' }, async () => {
  const broken = [];
  let targets = 0;
  let executions = 0;
  const status = await fuzz((line) => {
    console.log(line);
    const done = /^(passed|FAILED|skipped) ?([\w]+):? ?(?:(\d+) executions)?/.exec(line);
    if (!done) return;
    targets += 1;
    executions += Number(done[3] ?? 0);
    if (done[1] !== 'passed') broken.push(done[2]);
  });
  assert.ok(targets > 1, 'no target ran');
  report(15, `${targets} parsers, ${seconds} s each`, `${(executions / 1e6).toFixed(0)} million inputs, ${broken.length} broken ${broken.join(', ')}`, broken.length === 0 && status === 0);
});
