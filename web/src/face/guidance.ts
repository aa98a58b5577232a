// What to tell a person before the camera, one thing at a time: what matters most comes first. The limits are wide;
// whoever they do not fit can begin all the same, and the server judges.
import { OUTLINE } from "./grey";
import type { Sight } from "./watch";

export type Advice =
  | "too_dark"
  | "too_bright"
  | "light_behind"
  | "no_face"
  | "too_far"
  | "too_near"
  | "off_centre"
  | "hold_still";

// Of grey, 0 to 255.
const DARK = 50;
const BRIGHT = 225;
const SHADED = 90;
const BEHIND = 70;
// Of the viewfinder's width: a face that fills the outline is about .58.
const FAR = 0.4;
const NEAR = 0.68;
const ASIDE = 0.13;

export const STILL = 0.96;

// `lately`: the sight before, if a face was found in it. One may be missed now and then.
export function adviceFor(sight: Sight, lately: Sight | null): Advice | null {
  const { light, around } = sight.blocks;
  if (light < DARK) return around - light > BEHIND ? "light_behind" : "too_dark";
  if (light < SHADED && around - light > BEHIND) return "light_behind";
  if (light > BRIGHT) return "too_bright";
  const face = sight.face ?? lately?.face;
  if (sight.face !== undefined) {
    if (!face) return "no_face";
    if (face.size < FAR) return "too_far";
    if (face.size > NEAR) return "too_near";
    if (Math.hypot(face.x - OUTLINE.x, (face.y - OUTLINE.y) * 1.33) > ASIDE) return "off_centre";
  }
  return sight.stillness < STILL ? "hold_still" : null;
}
