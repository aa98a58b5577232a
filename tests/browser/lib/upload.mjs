// What a browser uploaded, taken apart.
import assert from 'node:assert/strict';

// [{name, body}] of a multipart body.
export function partsOf(bytes) {
  const boundary = bytes.subarray(0, bytes.indexOf('\r\n'));
  const parts = [];
  for (let at = boundary.length + 2; ; ) {
    const end = bytes.indexOf(boundary, at);
    if (end < 0) return parts;
    const head = bytes.indexOf('\r\n\r\n', at);
    const [, name] = /name="([^"]*)"/.exec(bytes.subarray(at, head).toString());
    parts.push({ name, body: bytes.subarray(head + 4, end - 2) });
    at = end + boundary.length + 2;
  }
}

// [width, height] of a JPEG.
export function jpegSize(bytes) {
  assert.equal(bytes.readUInt16BE(0), 0xffd8);
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1];
    if (marker >= 0xc0 && marker <= 0xc2) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
  }
  throw new Error('no frame in this JPEG');
}
