// A code of the same length that is not this one; `n` makes different ones.
export function wrongCode(code, n = 1) {
  const space = 10 ** code.length;
  return String((Number(code) + n) % space).padStart(code.length, '0');
}
