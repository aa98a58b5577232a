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
const BLOCKS = Array.from({ length: COLUMNS * (HEIGHT / BLOCK) }, (_, at) => {
  const x = ((at % COLUMNS) + 0.5) / COLUMNS;
  const y = ((Math.floor(at / COLUMNS) + 0.5) * BLOCK) / HEIGHT;
  const inside = ((x - OUTLINE.x) / OUTLINE.rx) ** 2 + ((y - OUTLINE.y) / OUTLINE.ry) ** 2 <= 1;
  return { first: Math.floor(at / COLUMNS) * BLOCK * WIDTH + (at % COLUMNS) * BLOCK, inside };
});

export interface Blocks {
  inside: Float32Array;
  light: number; // mean of what is inside
  around: number; // and of what is not
}

export function blocksOf(grey: Grey): Blocks {
  const inside: number[] = [];
  let sum = 0;
  let around = 0;
  for (const block of BLOCKS) {
    let value = 0;
    for (let y = 0; y < BLOCK; y++)
      for (let x = 0; x < BLOCK; x++) value += grey[block.first + y * WIDTH + x] ?? 0;
    value /= BLOCK * BLOCK;
    if (!block.inside) around += value;
    else {
      inside.push(value);
      sum += value;
    }
  }
  return {
    inside: Float32Array.from(inside),
    light: sum / inside.length,
    around: around / (BLOCKS.length - inside.length),
  };
}

// How alike two pictures are, whatever the light: 1 where they are the same, about 0 where they have nothing in common.
export function likeness(a: Blocks, b: Blocks): number {
  let both = 0;
  let own = 0;
  let other = 0;
  for (let at = 0; at < a.inside.length; at++) {
    const x = (a.inside[at] ?? 0) - a.light;
    const y = (b.inside[at] ?? 0) - b.light;
    both += x * y;
    own += x * x;
    other += y * y;
  }
  const size = Math.sqrt(own * other);
  return size < 1 ? 1 : both / size; // nothing to be seen in either: nothing moved
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
