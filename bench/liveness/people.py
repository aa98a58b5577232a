"""The faces that heads are made of: pictures of BONIN_DATA, split by person into those limits are chosen on and those reported."""
import hashlib
import json
import subprocess
from pathlib import Path

from PIL import Image

from head import Picture

SETS = ("lfw", "east_asian")
TURNED = 0.05  # eye distances that the nose may be off the middle
EYES_MIN = 30  # pixels


def half(name):
    """"dev" or "held", for good."""
    return ("dev", "held")[hashlib.sha256(name.encode()).digest()[0] & 1]


def points_of(program, files):
    """What `bench-active --points` prints of these files."""
    done = subprocess.run([program, "--points", *map(str, files)], stdout=subprocess.PIPE, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def usable(row):
    """One face, which looks at the camera: the picture of a turned head makes no other pose."""
    if row["faces"] != 1 or not row["points"]:
        return False
    (ax, ay), (bx, by), (nx, ny) = [row["points"][i:i + 2] for i in (0, 2, 4)]
    dx, dy = bx - ax, by - ay
    along = ((nx - ax) * dx + (ny - ay) * dy) / (dx * dx + dy * dy)
    return (dx * dx + dy * dy) ** 0.5 >= EYES_MIN and abs(along - 0.5) < TURNED


def load(data, program, side):
    """The people of one half: {name: [Picture, ...]}."""
    files = [file for name in SETS for file in sorted((Path(data) / "faces" / name).glob("*/*.jpg")) if half(file.parent.name) == side]
    found = {}
    for row in points_of(program, files):
        if usable(row):
            found.setdefault(Path(row["file"]).parent.name, []).append(picture(row))
    return found


def picture(row):
    return Picture(Image.open(row["file"]).convert("RGB"), row["points"])
