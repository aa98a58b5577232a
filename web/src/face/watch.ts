// What the camera shows: looked at a few times a second, and kept as JPEG. What is kept is the whole picture as the
// camera gives it, neither cropped nor mirrored.
import { blocksOf, detail, HEIGHT, likeness, OUTLINE, WIDTH, type Blocks } from "./grey";
import type { Found } from "./finder";

const LOOK_MS = 120;
const FRESH_MS = 1000;
const FRAME_LONG_PX = 640;
const FRAME_QUALITY = 0.85;
const STILL_QUALITY = 0.92;

export interface Sight {
  at: number; // performance.now()
  blocks: Blocks;
  stillness: number; // how alike the sight before was; 1 at first
  face: Found | null | undefined; // undefined: there is no finder
}

export interface Frame {
  at: number; // performance.now()
  picture: Blob;
}

export interface Still {
  picture: Blob;
  detail: number;
}

type Finder = (grey: Uint8Array) => Found | null;

let finder: Finder | undefined;

// Where it cannot be loaded, guidance goes by light and motion alone.
export async function loadFinder(): Promise<void> {
  finder = await import("./finder").then((loaded) => loaded.findFace, () => undefined);
}

export class Watch {
  private readonly small = canvas(WIDTH, HEIGHT);
  private before: Blocks | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly signal: AbortSignal,
  ) {}

  async next(): Promise<Sight> {
    await pause(LOOK_MS, this.signal);
    const grey = this.look();
    const blocks = blocksOf(grey);
    const stillness = this.before ? likeness(this.before, blocks) : 1;
    this.before = blocks;
    return { at: performance.now(), blocks, stillness, face: finder?.(grey) };
  }

  async frame(): Promise<Frame> {
    await this.fresh();
    const at = performance.now();
    const { videoWidth: width, videoHeight: height } = this.video;
    const scale = Math.min(1, FRAME_LONG_PX / Math.max(width, height));
    const frame = canvas(Math.round(width * scale), Math.round(height * scale));
    frame.drawImage(this.video, 0, 0, frame.canvas.width, frame.canvas.height);
    return { at, picture: await encode(frame.canvas, FRAME_QUALITY) };
  }

  async still(): Promise<Still> {
    const { videoWidth: width, videoHeight: height } = this.video;
    const whole = canvas(width, height);
    whole.drawImage(this.video, 0, 0);
    const seen = this.visible();
    const [w, h] = [Math.round(seen.width * OUTLINE.rx * 2), Math.round(seen.height * OUTLINE.ry * 2)];
    const [x, y] = [seen.x + seen.width * (OUTLINE.x - OUTLINE.rx), seen.y + seen.height * (OUTLINE.y - OUTLINE.ry)];
    const { data } = whole.getImageData(Math.round(x), Math.round(y), w, h);
    return { picture: await encode(whole.canvas, STILL_QUALITY), detail: detail(data, w) };
  }

  // The camera's next picture: however slowly they come, no two frames are of one, which the server would take for a
  // frame sent twice.
  private fresh(): Promise<void> {
    return new Promise((resolve) => {
      if (!("requestVideoFrameCallback" in this.video)) return resolve();
      const timer = setTimeout(resolve, FRESH_MS);
      this.video.requestVideoFrameCallback(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  // The part of the camera's picture that the viewfinder shows, in the camera's pixels.
  private visible() {
    const { videoWidth, videoHeight } = this.video;
    const width = Math.min(videoWidth, (videoHeight * WIDTH) / HEIGHT);
    const height = (width * HEIGHT) / WIDTH;
    return { x: (videoWidth - width) / 2, y: (videoHeight - height) / 2, width, height };
  }

  private look(): Uint8Array {
    const { x, y, width, height } = this.visible();
    this.small.drawImage(this.video, x, y, width, height, 0, 0, WIDTH, HEIGHT);
    const { data } = this.small.getImageData(0, 0, WIDTH, HEIGHT);
    const grey = new Uint8Array(WIDTH * HEIGHT);
    for (let at = 0; at < grey.length; at++)
      grey[at] = ((data[at * 4] ?? 0) * 77 + (data[at * 4 + 1] ?? 0) * 150 + (data[at * 4 + 2] ?? 0) * 29) >> 8;
    return grey;
  }
}

function canvas(width: number, height: number): CanvasRenderingContext2D {
  const made = document.createElement("canvas");
  made.width = width;
  made.height = height;
  const context = made.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  return context;
}

function encode(from: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) =>
    from.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no JPEG"))), "image/jpeg", quality),
  );
}

// Fails when the signal comes first.
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new Error("stopped"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
