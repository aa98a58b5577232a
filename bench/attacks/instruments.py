"""The attack instruments: what is held before the camera, and what the camera makes of it."""
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import forge
import photo

# A camera's width in pixels; the height is the picture's.
WIDTHS = (640, 800, 1200)


def picture_of(source):
    return Image.open(source["file"]).convert("RGB")


def camera(pixels, rng, wide):
    """Light, focus, noise and JPEG, of a better or worse camera."""
    blur = rng.uniform(.3, .8) * max(1, wide / 1000)
    return photo.finish(photo.light(np.asarray(pixels, np.float32), rng, .1), rng, blur, rng.uniform(1, 4), rng.randrange(75, 95))


def size_for(image, rng):
    wide = rng.choice(WIDTHS)
    return wide, round(wide * image.height / image.width)


def retaken(source, wearer, rng):
    image = picture_of(source)
    wide, high = size_for(image, rng)
    return camera(image.resize((wide, high), Image.LANCZOS), rng, wide)


def screen(source, wearer, rng):
    """A screen that fills the frame: 500 to 1,300 of its dots across it."""
    image = picture_of(source)
    wide, high = size_for(image, rng)
    dots = rng.randrange(500, 1300)
    light, dimmed = forge.lit(image.resize((dots, round(image.height * dots / image.width)), Image.LANCZOS), rng)
    seen = np.asarray(forge.through(light, wide, high, forge.beyond(rng, wide, high)), np.float32) / 255 * dimmed
    return camera(forge.glowing(seen, rng, wide), rng, wide)


def paper(image, lo=30):
    """A printer's short range, on paper that is not quite white."""
    return image.point(lambda v: int(lo + (240 - lo) * v / 255))


def print_of(image, cells):
    """As a press with this many lines across the picture prints it, drawn finely enough for its dots."""
    wide = max(image.width, round(cells * 3 / 2))
    return paper(forge.halftone(image.resize((wide, round(image.height * wide / image.width)), Image.LANCZOS), cells))


def full_print(low, high):
    """A half-tone print that fills the frame: a ruling of so many lines to 15 cm."""
    def make(source, wearer, rng):
        image = picture_of(source)
        wide, tall = size_for(image, rng)
        sheet = print_of(image, rng.uniform(low, high))
        return camera(forge.through(sheet, wide, tall, forge.beyond(rng, wide, tall)), rng, wide)
    return make


def sprayed(image, wide, rng):
    """An inkjet's droplets: no ruling, each ink scattered so that its share of the paper is right (error diffusion)."""
    image = image.resize((wide, round(image.height * wide / image.width)), Image.LANCZOS)
    planes = [plane.convert("1").convert("L") for plane in image.split()]
    return paper(Image.merge("RGB", planes).filter(ImageFilter.GaussianBlur(rng.uniform(.5, .9))))


def inkjet(source, wearer, rng):
    """A photograph from an inkjet that fills the frame: 200 to 300 droplets an inch, on 15 cm."""
    image = picture_of(source)
    wide, high = size_for(image, rng)
    return camera(forge.through(sprayed(image, rng.randrange(1200, 1800), rng), wide, high, forge.beyond(rng, wide, high)), rng, wide)


def cut(image, box, grow):
    """The face with its surroundings, and where that lies."""
    x, y, w, h = box
    half = max(w, h) * grow / 2
    mx, my = x + w / 2, y + h / 2
    area = [max(0, round(mx - half)), max(0, round(my - half)), min(image.width, round(mx + half)), min(image.height, round(my + half))]
    return image.crop(area)


def held(source, wearer, rng):
    """A print with a white edge, held before the face by somebody: its edges are seen."""
    behind = picture_of(wearer)
    wide, high = size_for(behind, rng)
    scale = wide / behind.width
    face = cut(picture_of(source), source["box"], rng.uniform(1.6, 2.2))
    sheet = print_of(face, rng.uniform(250, 700)) if rng.random() < .5 else sprayed(face, 1200, rng)
    edge = round(sheet.width * rng.uniform(.02, .08))
    whole = Image.new("RGB", (sheet.width + 2 * edge, sheet.height + 2 * edge), (235, 235, 230))
    whole.paste(sheet, (edge, edge))
    x, y, w, h = (v * scale for v in wearer["box"])
    half, a = h * rng.uniform(.75, .95), rng.uniform(-.12, .12)
    tall = half * whole.height / whole.width
    corners = [(x + w / 2 + u * half * math.cos(a) - v * tall * math.sin(a) + rng.uniform(-.05, .05) * half,
                y + h / 2 + u * half * math.sin(a) + v * tall * math.cos(a) + rng.uniform(-.05, .05) * half) for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    room = behind.resize((wide, high), Image.LANCZOS)
    room.paste(forge.through(whole, wide, high, corners), (0, 0), mask_of(corners, wide, high))
    return camera(room, rng, wide)


def mask_of(corners, wide, high):
    mask = Image.new("L", (wide * 2, high * 2))
    ImageDraw.Draw(mask).polygon([(2 * x, 2 * y) for x, y in corners], fill=255)
    return mask.resize((wide, high), Image.BOX)


def similarity(source, target):
    """From places of the target to places of the source, as PIL wants it: turn, scale and shift by least squares."""
    s, t = (np.array(points, float) for points in (source, target))
    a, b = s - s.mean(0), t - t.mean(0)
    z = (a[:, 0] + 1j * a[:, 1]) @ (b[:, 0] - 1j * b[:, 1]) / (b ** 2).sum()
    shift = s.mean(0) - [z.real * t.mean(0)[0] - z.imag * t.mean(0)[1], z.imag * t.mean(0)[0] + z.real * t.mean(0)[1]]
    return z.real, -z.imag, shift[0], z.imag, z.real, shift[1]


def mask(source, wearer, rng):
    """A face printed on paper and worn, cut out along its outline, with holes that the wearer's own eyes look through."""
    behind = picture_of(wearer)
    wide, high = size_for(behind, rng)
    scale = wide / behind.width
    room = behind.resize((wide, high), Image.LANCZOS)
    points = [(px * scale, py * scale) for px, py in wearer["points"]]
    worn = paper(picture_of(source), 40).transform((wide, high), Image.AFFINE, similarity(source["points"], points), Image.BICUBIC)
    x, y, w, h = (v * scale for v in wearer["box"])
    outline = Image.new("L", (wide, high))
    draw = ImageDraw.Draw(outline)
    draw.ellipse([x - .04 * w, y - .08 * h, x + 1.04 * w, y + 1.05 * h], fill=255)
    apart = math.dist(points[0], points[1])
    rx, ry = apart * rng.uniform(.2, .28), apart * rng.uniform(.1, .16)
    for px, py in points[:2]:
        draw.ellipse([px - rx, py - ry, px + rx, py + ry], fill=0)
    # The paper stands off the face: it throws a shadow into the holes and around itself, and its cut edge is white.
    off = max(1, apart * rng.uniform(.02, .05))
    shadow = outline.filter(ImageFilter.GaussianBlur(off)).point(lambda v: int(v * .6))
    room = Image.composite(Image.new("RGB", room.size), room, shadow)
    rim = outline.filter(ImageFilter.MaxFilter(3))
    room.paste((225, 225, 220), (0, 0), rim)
    room.paste(worn, (0, 0), outline)
    return camera(room, rng, wide)


# What is printed at a ruling has so many lines across 15 cm: newspaper, office laser, magazine.
KINDS = {"retaken": retaken, "screen": screen, "print-85": full_print(420, 520), "print-133": full_print(700, 830), "print-60": full_print(250, 380),
         "inkjet": inkjet, "held": held, "mask": mask}
