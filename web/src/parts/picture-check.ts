// What can be said of a picture before it is sent. The server judges again, by itself.
import type { FailureCode, VerdictCode } from "../api/schema";

const MAX_BYTES = 10 * 1024 * 1024;
const MAX_PIXELS = 50_000_000;

const MAGIC = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
];

export interface Least {
  width: number;
  height: number;
}

// The code of what is wrong with it, or null.
export async function checkPicture(file: Blob, least: Least): Promise<FailureCode | VerdictCode | null> {
  if (file.size === 0) return "INVALID_IMAGE";
  if (file.size > MAX_BYTES) return "FILE_TOO_LARGE";
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  if (!MAGIC.some((magic) => magic.every((byte, at) => head[at] === byte))) return "UNSUPPORTED_IMAGE_FORMAT";
  const size = await sizeOf(file);
  if (!size) return "INVALID_IMAGE";
  if (size.width * size.height > MAX_PIXELS) return "FILE_TOO_LARGE";
  const [long, short] = [Math.max(size.width, size.height), Math.min(size.width, size.height)];
  return long < least.width || short < least.height ? "IMAGE_TOO_SMALL" : null;
}

function sizeOf(file: Blob): Promise<{ width: number; height: number } | null> {
  const url = URL.createObjectURL(file);
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve({ width: image.naturalWidth, height: image.naturalHeight });
    image.onerror = () => resolve(null);
    image.src = url;
  }).then((size) => {
    URL.revokeObjectURL(url);
    return size as { width: number; height: number } | null;
  });
}
