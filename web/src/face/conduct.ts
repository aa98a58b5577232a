// The camera's part of the face step, as a story: wait until the face is well seen, ask the server for a challenge, and
// lead through its actions while frames are taken. What to show is said as a scene; how it is shown is not known here.
import type { FaceAction } from "../api/schema";
import type { Challenge } from "./challenge";
import { adviceFor, STILL, type Advice } from "./guidance";
import { growth, likeness } from "./grey";
import type { Sight, Still, Watch } from "./watch";

export type Scene =
  | { name: "finding"; advice: Advice | null; long: boolean } // long: it may be that the face is never found
  | { name: "straight"; step: number; of: number }
  | { name: "action"; action: FaceAction; further: boolean; step: number; of: number }
  | { name: "hold"; action: FaceAction; step: number; of: number }
  | { name: "back"; step: number; of: number };

export interface Proof {
  challenge: string;
  frames: Blob[];
  times: number[]; // ms since the challenge was received
}

export interface Taken {
  selfie: Blob;
  proof: Proof | null; // null: no challenge was to be had, only the selfie is judged
}

export interface Conductor {
  watch: Watch;
  ask: () => Promise<Challenge | null>;
  say: (scene: Scene) => void;
  hurried: () => boolean; // the person wants to begin, whatever the guidance says
}

// The person did not come to it in time, and can try again.
export class TooSlow extends Error {}

const READY_SIGHTS = 6;
const ADVICE_SIGHTS = 3; // so long a thing must be so before it is said
const LONG_MS = 6_000;
const FINDING_MS = 90_000;
const STRAIGHT_MS = 1_500;
const APART_MS = 400;
const REACTION_MS = 400;
const FURTHER_MS = 4_000;
const ACTION_MS = 14_000;
const SETTLE_MS = 900;
const BACK_MS = 2_500;
const SPARE_MS = 8_000; // of the challenge's life, for the upload
// The server wants no longer gap between two frames than a camera that was not stopped has.
const GAP_MS = 8_000;

// Likeness with the face that looked straight, from which on it is turned enough: by about 20 degrees sideways, 16
// upwards. Who is led to stop earlier may not have done it in the server's eyes.
const TURNED = 0.78;
const RAISED = 0.84;
const RETURNED = 0.9;
const NEARER = 1.3;

export async function conduct(conductor: Conductor): Promise<Taken> {
  await seeFace(conductor);
  const challenge = await conductor.ask();
  const run = new Run(conductor, challenge);
  const straight = await run.lookStraight();
  for (const action of challenge?.actions ?? []) await run.act(action, straight);
  return run.taken();
}

// Until all has been well for a while, or the person wants to begin.
async function seeFace({ watch, say, hurried }: Conductor): Promise<void> {
  const since = performance.now();
  let lately: Sight | null = null;
  let said: Advice | null | undefined;
  let heard: Advice | null = "no_face";
  let times = 0;
  for (;;) {
    const sight = await watch.next();
    const advice = adviceFor(sight, lately);
    const waited = sight.at - since;
    times = advice === heard ? times + 1 : 1;
    heard = advice;
    if (times >= ADVICE_SIGHTS || said === undefined) said = advice;
    say({ name: "finding", advice: said, long: waited > LONG_MS });
    if (hurried() || (advice === null && times >= READY_SIGHTS)) return;
    if (waited > FINDING_MS) throw new TooSlow();
    lately = sight.face ? sight : null;
  }
}

class Run {
  private readonly began = performance.now(); // when the challenge was received
  private readonly of: number;
  private readonly frames: Blob[] = [];
  private readonly times: number[] = [];
  private step = 0;
  private best: Still | null = null;

  constructor(
    private readonly conductor: Conductor,
    private readonly challenge: Challenge | null,
  ) {
    this.of = 1 + (challenge?.actions.length ?? 0);
  }

  // Two frames, and the sharper of two stills as the selfie. Returns how the face looks when it looks straight.
  async lookStraight(): Promise<Sight> {
    this.conductor.say({ name: "straight", ...this.next() });
    await this.until((now, waited) => now.stillness > STILL || waited > STRAIGHT_MS);
    await this.choose();
    const sight = await this.until(
      (now, waited) => waited > APART_MS && (now.stillness > STILL || waited > STRAIGHT_MS),
    );
    await this.choose();
    return sight;
  }

  // Three frames: when it is done, when the head is at rest there, and back in the middle. No two of them are of a face
  // that merely kept still, which the server would take for one frame sent twice.
  async act(action: FaceAction, straight: Sight): Promise<void> {
    const { say } = this.conductor;
    const place = this.next();
    say({ name: "action", action, further: false, ...place });
    await this.until((now, waited) => {
      if (waited > ACTION_MS) throw new TooSlow();
      if (waited > FURTHER_MS) say({ name: "action", action, further: true, ...place });
      return waited > REACTION_MS && isDone(action, now, straight);
    });
    await this.take();
    say({ name: "hold", action, ...place });
    await this.until((now, waited) => waited > APART_MS && (now.stillness > STILL || waited > SETTLE_MS));
    await this.take();
    say({ name: "back", ...place });
    await this.until(
      (now, waited) =>
        (waited > REACTION_MS && likeness(now.blocks, straight.blocks) > RETURNED) || waited > BACK_MS,
    );
    await this.take();
  }

  taken(): Taken {
    if (!this.best) throw new Error("no still was taken");
    const { challenge, frames, times } = this;
    return { selfie: this.best.picture, proof: challenge && { challenge: challenge.challenge, frames, times } };
  }

  private next() {
    return { step: ++this.step, of: this.of };
  }

  // Watches until it is so; a frame is taken meanwhile where there would be a gap.
  private async until(isSo: (sight: Sight, waited: number) => boolean): Promise<Sight> {
    const since = performance.now();
    for (;;) {
      const sight = await this.conductor.watch.next();
      if (this.challenge && sight.at > this.began + this.challenge.life_ms - SPARE_MS) throw new TooSlow();
      if (isSo(sight, sight.at - since)) return sight;
      const last = this.times[this.times.length - 1];
      if (last !== undefined && sight.at - this.began - last > GAP_MS) await this.take();
    }
  }

  private async choose(): Promise<void> {
    const still = await this.conductor.watch.still();
    if (!this.best || still.detail > this.best.detail) this.best = still;
    await this.take();
  }

  private async take(): Promise<void> {
    if (!this.challenge) return;
    const { at, picture } = await this.conductor.watch.frame();
    this.times.push(Math.round(at - this.began));
    this.frames.push(picture);
  }
}

// Whether something like it was done; what it was, the server sees.
function isDone(action: FaceAction, now: Sight, straight: Sight): boolean {
  switch (action) {
    case "turn_left":
    case "turn_right":
      return likeness(now.blocks, straight.blocks) < TURNED;
    case "look_up":
      return likeness(now.blocks, straight.blocks) < RAISED;
    case "come_closer":
      return growth(straight.blocks, now.blocks) >= NEARER;
  }
}
