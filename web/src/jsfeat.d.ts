// The two parts of jsfeat that are used; vite.config.ts makes modules of them.
declare module "jsfeat/cascades/frontalface.js" {
  const parts: { frontalface: { size: [number, number] } };
  export default parts;
}

declare module "jsfeat/src/jsfeat_haar.js" {
  interface Rectangle {
    x: number;
    y: number;
    width: number;
    height: number;
    neighbors: number;
  }
  const haar: {
    detect_multi_scale(
      sums: Int32Array,
      squares: Int32Array,
      tilted: null,
      edges: null,
      width: number,
      height: number,
      cascade: { size: [number, number] },
      factor: number,
      least: number,
    ): Rectangle[];
    group_rectangles(found: Rectangle[], least: number): Rectangle[];
  };
  export default haar;
}
