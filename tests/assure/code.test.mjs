// Row 35: what reads the code without running it, what watches it run, and how the programs were built.
//
// Negative controls: a program built without the protections is refused, here; a leak, a use after free and an index
// out of bounds, put into src/base/util.c, are found by both readers; the two races that ThreadSanitizer found (an
// unlock too many in db/sqlite_writer.c, a pointer set while it was read in cmd/serve.c) fail their suites when they
// are put back.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../e2e/lib/server.mjs';
import { full, report } from './report.mjs';

const inFull = { skip: full ? false : 'in full only; make test runs its own part of it' };

// A tool of the repository, to its end: {status, said}.
function tool(file, args = [], env = {}) {
  return new Promise((done) => execFile(file, args, { cwd: root, env: { ...process.env, ...env }, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
    done({ status: error ? error.code ?? error.signal : 0, said: `${stdout}${stderr}` })));
}

test('the programs are hardened', async () => {
  const { status, said } = await tool('tools/hardened');
  assert.equal(said.trim().split('\n').length, 2, said);
  report(35, 'build', said.trim().replace(/\n/g, '; '), status === 0);
});

test('a program that is not is told', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'bonin-weak-'));
  try {
    writeFileSync(join(dir, 'weak.c'), '#include <string.h>\nint main(int n, char **v) { char b[8]; strcpy(b, v[0]); return b[n]; }\n');
    const weak = ['-O1', '-w', '-no-pie', '-fno-stack-protector', '-U_FORTIFY_SOURCE', '-z', 'norelro', '-z', 'execstack', '-Wl,-rpath,/x', join(dir, 'weak.c'), '-o', join(dir, 'weak')];
    const built = await tool('gcc', weak);
    if (built.status !== 0) return t.skip(built.said);
    const { status, said } = await tool('tools/hardened', [join(dir, 'weak')]);
    assert.equal(status, 1);
    for (const name of ['PIE', 'RELRO', 'BIND_NOW', 'NX stack', 'stack protector', 'FORTIFY', 'no RPATH']) assert.ok(said.includes(name), `${name} is not missed: ${said}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('cppcheck and -fanalyzer find nothing', inFull, async () => {
  const { status, said } = await tool('tools/analyze');
  report(35, 'cppcheck, gcc -fanalyzer', said.trim().split('\n').slice(-2).join('; '), status === 0);
});

// Suites of tests/run; their last line sums them up.
async function suites(what, ...names) {
  const { status, said } = await tool('tests/run', names, { BONIN_ASSURE: '' });
  const failed = said.split('\n').filter((line) => /^(FAILED|✖|not ok)|runtime error|ERROR: |WARNING: Thread/.test(line));
  report(35, what, `${said.split('\n').findLast((line) => /^\d+ passed, /.test(line))}${failed.map((line) => `; ${line}`).join('')}`, status === 0);
}

test('ThreadSanitizer reports nothing', inFull, () => suites('ThreadSanitizer: unit, contract, end-to-end', 'unit-threads', 'contract-threads', 'e2e-threads'));

test('AddressSanitizer and UndefinedBehaviorSanitizer report nothing', inFull, () => suites('ASan and UBSan: unit, contract, end-to-end', 'unit-sanitized', 'contract-sanitized', 'e2e-sanitized'));
