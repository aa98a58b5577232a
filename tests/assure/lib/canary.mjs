// Looks for texts in bytes, however they may be written: UTF-8, UTF-16, JSON's and URLs' escapes, hex, base64.
const escapes = (text) => [...text].map((char) => (char < '\x80' ? char : [...Array(char.length).keys()].map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''))).join('');

// The characters that a text is in base64 at each place of three, without those that its neighbours share.
function* base64(bytes) {
  for (let shift = 0; shift < 3; shift++) {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
    const core = whole.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    yield core;
    if (/[+/]/.test(core)) yield core.replace(/\+/g, '-').replace(/\//g, '_');
  }
}

function* spellings(canary) {
  const bytes = Buffer.isBuffer(canary) ? canary : Buffer.from(canary);
  yield bytes;
  yield Buffer.from(bytes.toString('hex'));
  yield Buffer.from(bytes.toString('hex').toUpperCase());
  for (const text of base64(bytes)) yield Buffer.from(text);
  if (Buffer.isBuffer(canary)) return;
  const wide = Buffer.from(canary, 'utf16le');
  yield wide;
  yield Buffer.from(wide).swap16();
  yield Buffer.from(wide.toString('hex'));
  yield Buffer.from(escapes(canary));
  yield Buffer.from(encodeURIComponent(canary));
}

// canaries: {name: text or bytes}. Returns a function that names those which some bytes hold.
export function finder(canaries) {
  const needles = Object.entries(canaries).flatMap(([name, canary]) => [...spellings(canary)].map((needle) => ({ name, needle })));
  return (bytes) => [...new Set(needles.filter(({ needle }) => bytes.includes(needle)).map(({ name }) => name))];
}

// Every spelling of every canary; a finder that does not find one of them finds nothing.
export function* planted(canaries) {
  for (const [name, canary] of Object.entries(canaries)) {
    for (const needle of spellings(canary)) yield { name, bytes: Buffer.concat([Buffer.from('xyz'), needle, Buffer.from('zyx')]) };
  }
}
