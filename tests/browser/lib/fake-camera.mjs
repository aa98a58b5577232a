// Chromium's fake camera, in the hand of a test: it plays a file of one frame over and over, and the file is written
// anew, in place, when something else is to be seen.
import { closeSync, openSync, mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from './page.mjs';

export const WIDTH = 640;
export const HEIGHT = 480;
const PLAY_MS = 100;
const SHAKE_PX = 6;
const HEAD = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F20:1 Ip A1:1 C420jpeg\nFRAME\n`);

export class FakeCamera {
  // A browser of its own, with the camera in it.
  static async open() {
    const camera = new FakeCamera();
    camera.dir = mkdtempSync(join(tmpdir(), 'bonin-camera-'));
    const path = join(camera.dir, 'camera.y4m');
    camera.file = openSync(path, 'w+');
    writeSync(camera.file, HEAD, 0, HEAD.length, 0);
    camera.show(Buffer.alloc((WIDTH * HEIGHT * 3) / 2, 128));
    camera.browser = await openBrowser([`--use-file-for-fake-video-capture=${path}`]);
    camera.studio = await (await camera.browser.newContext()).newPage();
    return camera;
  }

  show(frame) {
    clearInterval(this.timer);
    this.#write(frame);
  }

  #write(frame) {
    writeSync(this.file, frame, 0, frame.length, HEAD.length);
  }

  // As a hand shakes it, a little to either side: before a camera no two frames are the very same, and the server takes such
  // for one that was sent twice.
  #shaken(frame) {
    const by = 2 * Math.round((Math.random() - 0.5) * SHAKE_PX);
    const out = Buffer.from(frame);
    let start = 0;
    for (const [width, height, x] of [[WIDTH, HEIGHT, by], [WIDTH / 2, HEIGHT / 2, by / 2], [WIDTH / 2, HEIGHT / 2, by / 2]])
      for (let y = 0; y < height; y++, start += width) frame.copy(out, start + Math.max(0, x), start + Math.max(0, -x), start + width - Math.max(0, x));
    return out;
  }

  // The frames of `once`, then those of `forever` to and fro, until something else is to be seen.
  play(once, forever) {
    const swing = [...forever, ...forever.slice(1, -1).reverse()];
    let at = 0;
    clearInterval(this.timer);
    const next = () => this.#write(this.#shaken(at < once.length ? once[at++] : swing[(at++ - once.length) % swing.length]));
    this.timer = setInterval(next, PLAY_MS);
    next();
  }

  // A frame with the picture in its middle, `size` high (1: as high as the frame), moved and lit as told.
  frame(picture, { size = 1, x = 0, y = 0, squeeze = 1, light = 1, ground = '#8a8f94' } = {}) {
    return this.#draw(readFileSync(picture), { size, x, y, squeeze, light, ground });
  }

  // JPEG bytes, as they are.
  jpeg(bytes) {
    return this.#draw(bytes, null);
  }

  async #draw(bytes, how) {
    const made = await this.studio.evaluate(drawn, { picture: bytes.toString('base64'), how, width: WIDTH, height: HEIGHT });
    return Buffer.from(made, 'base64');
  }

  async close() {
    clearInterval(this.timer);
    await this.browser.close();
    closeSync(this.file);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

// In the browser: the frame's planes, Y, U and V, in base64.
async function drawn({ picture, how, width, height }) {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (how) {
    context.filter = `brightness(${how.light})`;
    context.fillStyle = how.ground;
    context.fillRect(0, 0, width, height);
    const [h, w] = [height * how.size, height * how.size * (image.width / image.height) * how.squeeze];
    context.drawImage(image, (width - w) / 2 + how.x * width, (height - h) / 2 + how.y * height, w, h);
  } else context.drawImage(image, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const planes = new Uint8Array((width * height * 3) / 2);
  const [u, v] = [width * height, (width * height * 5) / 4];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
      planes[y * width + x] = 0.299 * r + 0.587 * g + 0.114 * b;
      if ((x | y) & 1) continue;
      const half = (y / 2) * (width / 2) + x / 2;
      planes[u + half] = 128 - 0.1687 * r - 0.3313 * g + 0.5 * b;
      planes[v + half] = 128 + 0.5 * r - 0.4187 * g - 0.0813 * b;
    }
  let text = '';
  for (let at = 0; at < planes.length; at += 0x8000) text += String.fromCharCode(...planes.subarray(at, at + 0x8000));
  return btoa(text);
}
