"""usage: liveness OUT [--half dev|held] [--kinds KIND,...] [--count N] [--seed TEXT] [--program FILE] [--data DIR]
       liveness --video FILE.mjpeg [--actions ACTION,...] [--picture FILE] [--seconds S] [--program FILE] [--data DIR]

A SIMULATOR: no videos of people were at hand, so frames are rendered from single pictures. A live head is the picture over a
generic depth map that its five points place, before its own background; an attack is the picture as a flat sheet, or worse.
What is measured on these frames are simulated error rates: good for choosing limits and finding mistakes, no statement
about people and attackers. Real heads have hair, glasses, blinks and other noses; real attackers have better ideas.

The first form draws N sequences of each kind into the folder OUT with a manifest.json that `bench-active` reads; people of
the half "dev" are for choosing limits, those of "held" for reporting. The second writes a film of one person who does the
actions, for Chromium's fake camera (--use-file-for-fake-video-capture), 30 frames a second. What is made depends on the
arguments alone. --program is bench-active, which finds the points; --data is BONIN_DATA.
"""
import argparse
import json
import os
import random
from pathlib import Path

import attacks
import camera
import head
import people
import script

ROOT = Path(__file__).resolve().parent.parent.parent
FRAMES_A_SECOND = 30
ALIKE = 3  # frames of a film that are the same: drawing takes its time


def sequence(out, kind, index, seed, crowd):
    """Draw one; its entry of the manifest."""
    rng = random.Random(f"{seed}/{kind}/{index}")
    scene = attacks.Scene(rng, crowd, script.drawn(rng))
    name = f"{kind}_{index:03d}"
    (out / name).mkdir(parents=True, exist_ok=True)
    lens = camera.Camera(rng)
    selfie = lens.shot(scene.head().frame(script.sway(head.Pose(), rng, 1), scene.view))
    (out / name / "selfie.jpg").write_bytes(selfie)
    frames = []
    for i, image in enumerate(attacks.KINDS[kind](scene)):
        frames.append(f"{name}/{i:02d}.jpg")
        still = kind in attacks.INJECTED
        (out / frames[-1]).write_bytes(camera.encoded(image.convert("RGB"), lens.quality - i % 3) if still else lens.shot(image))
    return {"kind": kind, "person": scene.name, "actions": scene.actions, "selfie": f"{name}/selfie.jpg", "frames": frames}


def draw(wanted):
    crowd = people.load(wanted.data, wanted.program, wanted.half)
    entries = [sequence(wanted.out, kind, index, f"{wanted.seed}/{wanted.half}", crowd)
               for kind in wanted.kinds.split(",") for index in range(wanted.count)]
    (wanted.out / "manifest.json").write_text(json.dumps(entries, indent=0), encoding="utf-8")
    print(f"{len(entries)} simulated sequences of {len(crowd)} people ({wanted.half}) in {wanted.out}")


def film(wanted):
    """Front for two seconds, then each action and back to the front; it begins anew at its end."""
    files = [wanted.picture] if wanted.picture else sorted((Path(wanted.data) / "faces" / "east_asian").glob("*/*.jpg"))[:40]
    row = next(row for row in people.points_of(wanted.program, files) if people.usable(row))
    picture = people.picture(row)
    rng = random.Random("film")
    shown = head.Head(picture, head.Depth())
    view = head.View(picture.eyes * head.HEIGHT / picture.image.size[1])
    keys, front = [head.Pose(), head.Pose()], head.Pose()
    for action in filter(None, wanted.actions.split(",")):
        turned = front.moved(**script.peak(action, rng, 1.0))
        keys += [turned, turned, front]
    lens = camera.Camera(random.Random("lens"))
    lens.drift, lens.gain = 0, 1.0
    steps = int(wanted.seconds * FRAMES_A_SECOND / ALIKE)
    with open(wanted.video, "wb") as file:
        for a, b in zip(keys, keys[1:]):
            for i in range(steps):
                share = i / steps
                pose = script.mixed(a, b, share * share * (3 - 2 * share))
                file.write(ALIKE * lens.shot(shown.frame(script.sway(pose, rng, 0.15), view)))
    print(f"{wanted.video}: {ALIKE * steps * (len(keys) - 1)} frames of {row['file']}")


def main():
    parser = argparse.ArgumentParser(prog="liveness", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--half", choices=("dev", "held"), default="dev")
    parser.add_argument("--kinds", default=",".join(attacks.KINDS))
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--video", type=Path)
    parser.add_argument("--actions", default=",".join(script.ACTIONS))
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--seconds", type=float, default=1.0, help="from one pose to the next")
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "vision" / "bench-active")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("BONIN_DATA", ROOT.parent / "shared" / "data")))
    wanted = parser.parse_args()
    if (wanted.out is None) == (wanted.video is None):
        parser.error("either OUT or --video")
    (film if wanted.video else draw)(wanted)


main()
