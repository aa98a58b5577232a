// Processes as /proc shows them.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0; // gone meanwhile
  }
}

export function isAlive(pid) {
  return parentOf(pid) !== 0;
}

export function childrenOf(pid) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((other) => parentOf(other) === pid);
}

// What `look` gives, as soon as it gives anything but null or false.
export async function until(look, seconds, what) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(10);
  }
}
