"""A picture of a face, moved before a camera: as a head (generic depth, placed by the five points) or as a flat sheet.

Coordinates of a head: origin between the eyes, one eye distance the unit, x to the right of the picture, y down, z to the camera.
"""
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 640, 480
CELL = 8  # pixels of the frame that are mapped as one quadrilateral
DISTANCE = 7.0  # of the camera from the eyes: 45 cm
PIVOT = np.array([0.0, 0.6, -0.2])  # where a neck turns
EYES_Z = 1.1


@dataclass
class Pose:
    """Degrees, and eye distances. yaw > 0: turned to the person's left, which is the picture's right; pitch > 0: up."""
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0

    def moved(self, **changes):
        return replace(self, **changes)


@dataclass
class Depth:
    """What differs between heads, in eye distances."""
    nose: float = 0.36
    round: float = 1.2

    def at(self, x, y, nose):
        skull = self.round * np.sqrt(np.maximum(0.0, 1 - (x / 1.3) ** 2 - ((y - 0.35) / 1.75) ** 4))
        tip = self.nose * np.exp(-((x - nose[0]) / 0.26) ** 2 - ((y - nose[1]) / 0.24) ** 2)
        ridge = self.nose * 0.45 * np.exp(-((x - nose[0] / 2) / 0.18) ** 2 - ((y - nose[1] / 2) / 0.3) ** 2)
        sockets = 0.05 * np.exp(-((np.abs(x) - 0.5) / 0.2) ** 2 - (y / 0.15) ** 2)
        return skull + np.maximum(tip, ridge) - sockets


def project(x, y, z, pose, pivot):
    """Eye distances of the frame, perspective included."""
    x, y, z = x - pivot[0], y - pivot[1], z - pivot[2]
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    x, z = x * np.cos(yaw) + z * np.sin(yaw), z * np.cos(yaw) - x * np.sin(yaw)
    y, z = y * np.cos(pitch) - z * np.sin(pitch), z * np.cos(pitch) + y * np.sin(pitch)
    x, y = x * np.cos(roll) - y * np.sin(roll), y * np.cos(roll) + x * np.sin(roll)
    x, y, z = x + pivot[0] + pose.x, y + pivot[1] + pose.y, z + pivot[2]
    near = DISTANCE / (DISTANCE - DISTANCE * (1 - 1 / pose.scale) - (z - EYES_Z))
    return x * near, y * near


def inverted(forward, u, v):
    """Where `forward` takes to (u, v): Newton's steps from (u, v) itself."""
    x, y, step = u.copy(), v.copy(), 1e-3
    for _ in range(14):
        fx, fy = forward(x, y)
        ax, ay = forward(x + step, y)
        bx, by = forward(x, y + step)
        a, c, b, d = (ax - fx) / step, (ay - fy) / step, (bx - fx) / step, (by - fy) / step
        det = a * d - b * c
        det = np.where(np.abs(det) < 0.15, 0.15, det)
        ex, ey = u - fx, v - fy
        x += np.clip((d * ex - b * ey) / det, -0.5, 0.5)
        y += np.clip((a * ey - c * ex) / det, -0.5, 0.5)
    return x, y


class Picture:
    """A picture with the five points of its face."""

    def __init__(self, image, points):
        self.image = image
        at = np.array(points, float).reshape(5, 2)
        self.middle = (at[0] + at[1]) / 2
        self.axis = at[1] - at[0]  # one unit to the right
        self.eyes = float(np.hypot(*self.axis))
        self.down = np.array([-self.axis[1], self.axis[0]])
        inverse = np.linalg.inv(np.stack([self.axis, self.down], 1))
        self.nose = inverse @ (at[2] - self.middle)
        self.points = at
        self.mouth = float((inverse @ ((at[3] + at[4]) / 2 - self.middle))[1])

    def of(self, image):
        """Another image in the same place."""
        return Picture(image, self.points)

    def pixels(self, x, y):
        return self.middle[0] + x * self.axis[0] + y * self.down[0], self.middle[1] + x * self.axis[1] + y * self.down[1]


class View:
    """How large a face is in the frame (eye distance in pixels), and where the eyes' middle is."""

    def __init__(self, eyes, x=WIDTH / 2, y=HEIGHT * 0.42):
        self.eyes, self.x, self.y = eyes, x, y

    def nodes(self):
        u, v = np.meshgrid(np.arange(0, WIDTH + 1, CELL, dtype=float), np.arange(0, HEIGHT + 1, CELL, dtype=float))
        return (u - self.x) / self.eyes, (v - self.y) / self.eyes


def resampled(image, xs, ys):
    """The frame whose nodes come from these places of the image."""
    rows, columns = xs.shape
    mesh = [((j * CELL, i * CELL, (j + 1) * CELL, (i + 1) * CELL),
             (xs[i, j], ys[i, j], xs[i + 1, j], ys[i + 1, j], xs[i + 1, j + 1], ys[i + 1, j + 1], xs[i, j + 1], ys[i, j + 1]))
            for i in range(rows - 1) for j in range(columns - 1)]
    return image.transform((WIDTH, HEIGHT), Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def mirrored(image, margin):
    """Wider by what is at the edges, mirrored: a frame may show more than the picture has."""
    return Image.fromarray(np.pad(np.asarray(image), ((margin, margin), (margin, margin), (0, 0)), mode="symmetric"))


class Head:
    """A live head before the picture's own background, which stays where it is."""

    def __init__(self, picture, depth):
        self.picture, self.depth = picture, depth
        self.margin = min(picture.image.size) // 2
        self.image = mirrored(picture.image, self.margin)

    def weight(self, x, y):
        """1 on the head, falling to 0 where the background begins."""
        far = np.sqrt((x / 1.35) ** 2 + (np.where(y < 0.35, (y - 0.35) / 1.95, (y - 0.35) / 1.6)) ** 2)
        fall = np.clip((2.2 - far) / 1.2, 0, 1)
        return fall * fall * (3 - 2 * fall)

    def forward(self, pose):
        stretch = 1.05 / max(self.picture.mouth, 0.5)
        nose = (self.picture.nose[0], self.picture.nose[1] * stretch)

        def move(x, y):
            z = self.depth.at(x, y * stretch, nose)
            was, now = project(x, y, z, Pose(), PIVOT), project(x, y, z, pose, PIVOT)
            weight = self.weight(x, y)
            return x + weight * (now[0] - was[0]), y + weight * (now[1] - was[1])
        return move

    def frame(self, pose, view):
        x, y = inverted(self.forward(pose), *view.nodes())
        px, py = self.picture.pixels(x, y)
        return resampled(self.image, px + self.margin, py + self.margin)


class Warp:
    """A still that a program warps in its plane, so that its five points go where those of a head would; what is between them
    follows smoothly. `way`: "free", "held" (the frame's edge stays), "bump" (a plane, and a bump for the nose, before a background that stays)."""

    def __init__(self, head, way, spread):
        self.head, self.way, self.spread = head, way, spread
        picture = head.picture
        at = np.linalg.inv(np.stack([picture.axis, picture.down], 1)) @ (picture.points - picture.middle).T
        self.five = at.T
        self.edge = np.array([(x, y) for x in (-3.2, 0, 3.2) for y in (-2.2, 0.5, 3.2) if (x, y) != (0, 0.5)])

    def turned(self, points, pose):
        """Where a head has these of its places."""
        picture = self.head.picture
        stretch = 1.05 / max(picture.mouth, 0.5)
        z = self.head.depth.at(points[:, 0], points[:, 1] * stretch, (picture.nose[0], picture.nose[1] * stretch))
        was = project(points[:, 0], points[:, 1], z, Pose(), PIVOT)
        now = project(points[:, 0], points[:, 1], z, pose, PIVOT)
        return points + np.stack(now, 1) - np.stack(was, 1)

    def forward(self, pose):
        to = self.turned(self.five, pose)
        four = [0, 1, 3, 4]
        plane = np.linalg.lstsq(np.c_[self.five[four], np.ones(4)], to[four], rcond=None)[0]
        nose, off = self.five[2], to[2] - np.r_[self.five[2], 1] @ plane

        def move(x, y):
            flat = np.stack([x, y, np.ones_like(x)], -1) @ plane
            bump = np.exp(-((x - nose[0]) ** 2 + (y - nose[1]) ** 2) / self.spread ** 2)
            weight = self.head.weight(x, y)
            moved = flat + bump[..., None] * off - np.stack([x, y], -1)
            return x + weight * moved[..., 0], y + weight * moved[..., 1]
        return move

    def sources(self, pose, x, y):
        if self.way == "bump":
            return inverted(self.forward(pose), x, y)
        five, to = self.five, self.turned(self.five, pose)
        if self.way == "held":
            shown = self.edge * pose.scale + (pose.x, pose.y)
            five, to = np.r_[five, self.edge], np.r_[to, shown]
        return spline(to, five, x, y)

    def frame(self, pose, view):
        x, y = self.sources(pose, *view.nodes())
        px, py = self.head.picture.pixels(x, y)
        return resampled(self.head.image, px + self.head.margin, py + self.head.margin)


def spline(places, values, x, y):
    """The thin plate through these values at these places, at (x, y)."""
    def bending(ax, ay, bx, by):
        square = (ax - bx) ** 2 + (ay - by) ** 2
        return 0.5 * square * np.log(np.maximum(square, 1e-12))
    count = len(places)
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = bending(places[:, None, 0], places[:, None, 1], places[None, :, 0], places[None, :, 1])
    system[:count, count:] = np.c_[np.ones(count), places]
    system[count:, :count] = system[:count, count:].T
    weights = np.linalg.solve(system, np.r_[values, np.zeros((3, 2))])
    basis = np.concatenate([bending(x[..., None], y[..., None], places[:, 0], places[:, 1]), np.stack([np.ones_like(x), x, y], -1)], -1)
    made = basis @ weights
    return made[..., 0], made[..., 1]


class Sheet:
    """A flat picture, cut at `reach` eye distances left and right; `bend` > 0: its middle comes nearer. RGBA: clear where it is not."""

    def __init__(self, picture, border, bend=0.0):
        self.picture, self.bend = picture, bend
        width, height = picture.image.size
        self.margin = max(width, height)
        edge = max(2, width // 16)
        self.image = Image.new("RGBA", (width + 2 * self.margin, height + 2 * self.margin), (0, 0, 0, 0))
        self.image.paste(border + (255,), (self.margin - edge, self.margin - edge, self.margin + width + edge, self.margin + height + edge))
        self.image.paste(picture.image, (self.margin, self.margin))

    def frame(self, pose, view):
        def move(x, y):
            return project(x, y, EYES_Z - self.bend * x * x, pose, np.array([0.0, 0.6, EYES_Z]))
        x, y = inverted(move, *view.nodes())
        px, py = self.picture.pixels(x, y)
        return resampled(self.image, px + self.margin, py + self.margin)
