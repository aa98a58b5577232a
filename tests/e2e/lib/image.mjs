// Pictures made on the spot, and a look at everything in a folder.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import zlib, { deflateSync } from 'node:zlib';

const table = Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});
function crc(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let value = 0xffffffff;
  for (const byte of bytes) value = table[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function chunk(name, body) {
  const bytes = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const whole = Buffer.alloc(bytes.length + 8);
  whole.writeUInt32BE(body.length);
  bytes.copy(whole, 4);
  whole.writeUInt32BE(crc(bytes), bytes.length + 4);
  return whole;
}

// A PNG of `colour(x, y)` -> [r, g, b].
export function png(width, height, colour) {
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(colour(x, y), y * (width * 3 + 1) + 1 + x * 3);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([magic, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

// A JPEG or PNG with `word` in every place that can carry something besides the picture, and a ZIP and a page behind
// its end.
export function smuggle(picture, word) {
  const behind = Buffer.from(`PK\x03\x04${word}<script>${word}</script>`, 'latin1');
  if (picture[0] === 0x89) {
    const text = (name, head, body) => chunk(name, Buffer.concat([Buffer.from(head, 'latin1'), body]));
    const plain = Buffer.from(word), packed = deflateSync(plain), end = 8 + 25; // magic and IHDR
    const chunks = [text('tEXt', 'Comment\0', plain), text('zTXt', 'Comment\0\0', packed), text('iTXt', 'Comment\0\0\0\0\0', plain),
      text('iCCP', 'canary\0\0', packed), text('eXIf', 'II*\0\x08\0\0\0\0\0', plain), text('caNy', '', plain)];
    return Buffer.concat([picture.subarray(0, end), ...chunks, picture.subarray(end), behind]);
  }
  const segment = (marker, body) => {
    const bytes = Buffer.from(`\xff${String.fromCharCode(marker)}..${body}`, 'latin1');
    bytes.writeUInt16BE(bytes.length - 2, 2);
    return bytes;
  };
  const segments = [segment(0xe1, `Exif\0\0II*\0\x08\0\0\0\0\0${word}`), segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${word}`), segment(0xe2, `ICC_PROFILE\0\x01\x01${word}`),
    segment(0xed, `Photoshop 3.0\0${word}`), segment(0xfe, `<?php ${word} ?>`), segment(0xfe, `%PDF-1.7 ${word}`)];
  return Buffer.concat([picture.subarray(0, 2), ...segments, picture.subarray(2), behind]);
}

// [path, bytes] of every file below a folder.
export function* readTree(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* readTree(path);
    else if (statSync(path).isFile()) yield [path, readFileSync(path)];
  }
}

export function hasName(path, name) {
  return basename(path) === name;
}
