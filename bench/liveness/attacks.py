"""Sequences of frames: a live person, and each kind of attack. Every one is told the challenge and tries to meet it.

Each function takes a Scene and yields the frames as images, one for each of `scene.poses`.
"""
from PIL import Image, ImageDraw

import camera
import script
from head import HEIGHT, WIDTH, Depth, Head, Picture, Pose, Sheet, View, Warp


class Scene:
    def __init__(self, rng, people, actions):
        self.rng, self.people, self.actions = rng, people, actions
        self.name = rng.choice(sorted(people))
        self.picture = rng.choice(people[self.name])
        self.view = self.view_of(self.picture)
        self.poses = script.poses(actions, rng)

    def view_of(self, picture):
        return View(picture.eyes * HEIGHT / picture.image.size[1] * self.rng.uniform(0.85, 1.1), WIDTH / 2 + self.rng.uniform(-30, 30), HEIGHT * self.rng.uniform(0.38, 0.46))

    def head(self, picture=None):
        return Head(picture or self.picture, Depth(self.rng.uniform(0.3, 0.42), self.rng.uniform(1.05, 1.3)))

    def stranger(self):
        return self.rng.choice(self.people[self.rng.choice([name for name in sorted(self.people) if name != self.name])])


def live(scene):
    head = scene.head()
    return [head.frame(pose, scene.view) for pose in scene.poses]


class Place:
    """Where pictures are held before a camera: one room, and one printer or screen."""

    def __init__(self, rng):
        self.medium = rng.choice((camera.printed, camera.displayed))
        self.border = (245, 245, 240) if self.medium is camera.printed else (12, 12, 14)
        self.back = camera.room(rng)


def held(scene, picture, poses, bend=0.0, tilt=1.0, place=None):
    """A picture in the hand: turned as far as it stays readable."""
    place = place or Place(scene.rng)
    sheet = Sheet(picture.of(place.medium(picture.image, scene.rng)), place.border, bend)
    frames = []
    for pose in poses:
        frame = place.back.copy()
        paper = sheet.frame(pose.moved(yaw=pose.yaw * tilt, pitch=pose.pitch * tilt), scene.view)
        frame.paste(paper, (0, 0), paper)
        frames.append(frame)
    return frames


def flat(scene):
    return held(scene, scene.picture, scene.poses, tilt=scene.rng.uniform(0.9, 1.5))


def bent(scene):
    return held(scene, scene.picture, scene.poses, bend=scene.rng.uniform(0.05, 0.25), tilt=scene.rng.uniform(0.9, 1.4))


def cut_out(scene):
    """A print with a hole from the eyes to under the nose; a live face behind it."""
    fronts = held(scene, scene.picture, scene.poses)
    stranger = scene.stranger()
    head = scene.head(stranger)
    holes = Image.new("RGB", scene.picture.image.size, (0, 0, 0))
    (x, y), eyes = scene.picture.middle, scene.picture.eyes
    if scene.rng.random() < 0.5:
        box = (x - 0.32 * eyes, y + 0.15 * eyes, x + 0.32 * eyes, y + 0.95 * eyes)
    else:
        box = (x - 0.8 * eyes, y - 0.3 * eyes, x + 0.8 * eyes, y + 0.95 * eyes)
    ImageDraw.Draw(holes).ellipse(box, fill=(255, 255, 255))
    sheet = Sheet(scene.picture.of(holes), (0, 0, 0))
    for front, pose in zip(fronts, scene.poses):
        front.paste(head.frame(pose, scene.view), (0, 0), sheet.frame(pose, scene.view).convert("L"))
    return fronts


def replayed(scene):
    """The same person's frames of another challenge, put in the camera's place."""
    scene.poses = script.poses(script.other(scene.rng, scene.actions), scene.rng)
    return live(scene)


def changed(scene):
    """The person themself in front; whoever does the actions is another."""
    frames, head = live(scene), scene.head(scene.stranger())
    first = scene.rng.randrange(1, len(frames) // 2 + 1)
    view = scene.view_of(head.picture)
    return frames[:first] + [head.frame(pose, view) for pose in scene.poses[first:]]


def mixed(scene):
    """Changed for every other frame: whoever fills half of them is another."""
    frames, head = live(scene), scene.head(scene.stranger())
    view = scene.view_of(head.picture)
    return [head.frame(pose, view) if i % 2 else frame for i, (frame, pose) in enumerate(zip(frames, scene.poses))]


def two(scene):
    """Two people side by side."""
    left, right, half = live(scene), scene.head(scene.stranger()), WIDTH // 2
    view = scene.view_of(right.picture)
    frames = []
    for frame, pose in zip(left, scene.poses):
        other = right.frame(script.sway(Pose(), scene.rng, 1), view)
        both = Image.new("RGB", (WIDTH, HEIGHT))
        both.paste(frame.crop((WIDTH // 4, 0, WIDTH // 4 + half, HEIGHT)), (0, 0))
        both.paste(other.crop((WIDTH // 4, 0, WIDTH // 4 + half, HEIGHT)), (half, 0))
        frames.append(both)
    return frames


def stills(scene):
    """A right picture for each action, put in the camera's place and repeated: its frames do not move."""
    head, kept = scene.head(), []
    for pose in scene.poses:
        key = (round(pose.yaw / 12), round(pose.pitch / 9), round(pose.scale * 6))
        if not kept or kept[-1][0] != key:
            kept.append((key, head.frame(pose, scene.view)))
        else:
            kept.append(kept[-1])
    return [frame for _, frame in kept]


def placed(image, view):
    """A frame as a picture, its eyes where the view has them."""
    points = [(view.x + x * view.eyes, view.y + y * view.eyes) for x, y in ((-0.5, 0), (0.5, 0), (0, 0.6), (-0.4, 1.05), (0.4, 1.05))]
    return Picture(image, points)


def swapped(scene):
    """A print of the right pose for each action, changed between frames, each held flat in the hand."""
    head, frames, view, place = scene.head(), [], scene.view, Place(scene.rng)
    for pose in scene.poses:
        frames += held(scene, placed(head.frame(pose, view), view), [script.sway(Pose(), scene.rng, 1)], place=place)
    return frames


def warped(scene):
    """One still, put in the camera's place: a program warps it in its plane so that the five points go where those of a head
    would that does what is asked plainly; what is between follows too little of it for less."""
    warp = Warp(scene.head(), scene.rng.choice(("free", "held", "bump")), scene.rng.uniform(0.3, 0.6))
    scene.poses = script.poses(scene.actions, scene.rng, reach=scene.rng.uniform(1, 1.7))
    return [warp.frame(pose, scene.view) for pose in scene.poses]


KINDS = {"live": live, "flat": flat, "bent": bent, "cut_out": cut_out, "replayed": replayed, "changed": changed, "mixed": mixed, "two": two, "stills": stills, "swapped": swapped,
         "warped": warped}
# The camera is left out, as where an attacker feeds the browser: its frames are encoded alike.
INJECTED = ("replayed", "stills", "warped")

