// How the tests of tests/assure say what they found: a line of the report that `make assure` prints, and a failed
// assertion where the row does not hold. Each test names, in the comment above it, its negative control: the defence
// that, taken out, makes it fail.
import assert from 'node:assert/strict';

// `make assure` runs each test in full; `make test` runs the same on a smaller scale.
export const full = process.env.BONIN_ASSURE === 'full';
export const scale = (quick, long) => (full ? long : quick);

// row: of docs/threat-model.md; figure: what was measured, with its numbers of samples.
export function report(row, what, figure, passes = true) {
  console.log(`assure\t${row}\t${what}\t${figure}\t${passes ? 'yes' : 'NO'}`);
  assert.ok(passes, `row ${row}, ${what}: ${figure}`);
}
