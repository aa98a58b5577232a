// Finds a face that looks straight ahead, for guidance alone; the server looks again, with better eyes. Its cascade is
// the larger part of the page, so this file is loaded when the face's turn comes.
import cascades from "jsfeat/cascades/frontalface.js";
import haar from "jsfeat/src/jsfeat_haar.js";
import { HEIGHT, WIDTH, type Grey } from "./grey";

// In parts of the viewfinder: the middle by its width and height, the size by its width.
export interface Found {
  x: number;
  y: number;
  size: number;
}

const LEAST_SCALE = 1.2; // 24 pixels of 120
const FACTOR = 1.15;

const sums = new Int32Array((WIDTH + 1) * (HEIGHT + 1));
const squares = new Int32Array(sums.length);

function sumUp(grey: Grey): void {
  for (let y = 1; y <= HEIGHT; y++) {
    let row = 0;
    let rowOfSquares = 0;
    for (let x = 1; x <= WIDTH; x++) {
      const at = y * (WIDTH + 1) + x;
      const value = grey[(y - 1) * WIDTH + x - 1] ?? 0;
      row += value;
      rowOfSquares += value * value;
      sums[at] = row + (sums[at - WIDTH - 1] ?? 0);
      squares[at] = rowOfSquares + (squares[at - WIDTH - 1] ?? 0);
    }
  }
}

// The largest face, or null.
export function findFace(grey: Grey): Found | null {
  sumUp(grey);
  const all = haar.detect_multi_scale(
    sums, squares, null, null, WIDTH, HEIGHT, cascades.frontalface, FACTOR, LEAST_SCALE,
  );
  const [largest] = haar.group_rectangles(all, 1).sort((a, b) => b.width - a.width);
  if (!largest) return null;
  return {
    x: (largest.x + largest.width / 2) / WIDTH,
    y: (largest.y + largest.height / 2) / HEIGHT,
    size: largest.width / WIDTH,
  };
}
