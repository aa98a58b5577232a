// A small grey picture of what the viewfinder shows, and what can be told of it without knowing what a face is.
// Only what lies in the outline counts.
export const WIDTH = 120;
export const HEIGHT = 160;

export type Grey = Uint8Array; // WIDTH x HEIGHT, row by row

// The outline, in parts of the viewfinder's width and height; the viewfinder is 3 wide and 4 high.
export const OUTLINE = { x: 0.5, y: 0.475, rx: 0.32, ry: 0.32 };

// Blocks of pixels, so that the camera's noise does not count; those inside the outline.
const BLOCK = 4;
const COLUMNS = WIDTH / BLOCK;
const ROWS = HEIGHT / BLOCK;
const [MIDDLE_X, MIDDLE_Y] = [COLUMNS * OUTLINE.x - 0.5, ROWS * OUTLINE.y - 0.5];
const BLOCKS = Array.from({ length: COLUMNS * ROWS }, (_, at) => ({ x: at % COLUMNS, y: Math.floor(at / COLUMNS) }));
const isInside = ({ x, y }: { x: number; y: number }) =>
  ((x - MIDDLE_X) / (COLUMNS * OUTLINE.rx)) ** 2 + ((y - MIDDLE_Y) / (ROWS * OUTLINE.ry)) ** 2 <= 1;
const INSIDE = BLOCKS.filter(isInside);

export interface Blocks {
  all: Float32Array; // COLUMNS x ROWS
  inside: Float32Array;
  light: number; // mean of what is inside
  around: number; // and of what is not
}

export function blocksOf(grey: Grey): Blocks {
  const all = Float32Array.from(BLOCKS, (block) => {
    let sum = 0;
    for (let y = 0; y < BLOCK; y++)
      for (let x = 0; x < BLOCK; x++) sum += grey[(block.y * BLOCK + y) * WIDTH + block.x * BLOCK + x] ?? 0;
    return sum / (BLOCK * BLOCK);
  });
  const inside = Float32Array.from(INSIDE, ({ x, y }) => all[y * COLUMNS + x] ?? 0);
  const [whole, sum] = [sumOf(all), sumOf(inside)];
  return {
    all,
    inside,
    light: sum / inside.length,
    around: (whole - sum) / (all.length - inside.length),
  };
}

function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

// How alike two pictures are, whatever the light: 1 where they are the same, about 0 where they have nothing in common.
export function likeness(a: Blocks, b: Blocks): number {
  return correlation(a.inside, b.inside);
}

function correlation(a: Float32Array, b: Float32Array): number {
  const [meanA, meanB] = [sumOf(a) / a.length, sumOf(b) / b.length];
  let both = 0;
  let own = 0;
  let other = 0;
  for (let at = 0; at < a.length; at++) {
    const x = (a[at] ?? 0) - meanA;
    const y = (b[at] ?? 0) - meanB;
    both += x * y;
    own += x * x;
    other += y * y;
  }
  const size = Math.sqrt(own * other);
  return size < 1 ? 1 : both / size; // nothing to be seen in either: nothing moved
}

// By how much what is in the outline came nearer: the enlargement of the picture before, somewhat moved, that is most
// like it. A finder of faces would lose one that fills the viewfinder.
const ENLARGED = [1, 1.1, 1.2, 1.3, 1.4, 1.55, 1.7];
const MOVES = [-3, -2, -1, 0, 1, 2, 3];

export function growth(before: Blocks, now: Blocks): number {
  let best = { by: 1, alike: 0 };
  for (const by of ENLARGED)
    for (const x of MOVES)
      for (const y of MOVES) {
        const alike = correlation(enlarged(before, by, x, y), now.inside);
        if (alike > best.alike) best = { by, alike };
      }
  return best.by;
}

function enlarged({ all }: Blocks, by: number, moveX: number, moveY: number): Float32Array {
  return Float32Array.from(INSIDE, (block) => {
    const x = within(MIDDLE_X + (block.x - MIDDLE_X) / by + moveX, COLUMNS - 1.001);
    const y = within(MIDDLE_Y + (block.y - MIDDLE_Y) / by + moveY, ROWS - 1.001);
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const at = top * COLUMNS + left;
    const upper = (all[at] ?? 0) * (left + 1 - x) + (all[at + 1] ?? 0) * (x - left);
    const lower = (all[at + COLUMNS] ?? 0) * (left + 1 - x) + (all[at + COLUMNS + 1] ?? 0) * (x - left);
    return upper * (top + 1 - y) + lower * (y - top);
  });
}

function within(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

// How much detail there is from pixel to pixel: of two stills of the same face, the sharper has more.
export function detail(pixels: Uint8ClampedArray, width: number): number {
  let sum = 0;
  for (let at = 4; at + width * 4 < pixels.length; at += 4) {
    const here = pixels[at + 1] ?? 0;
    sum += (here - (pixels[at - 3] ?? 0)) ** 2 + (here - (pixels[at + width * 4 + 1] ?? 0)) ** 2;
  }
  return sum / (pixels.length / 4);
}
