"""Photographs a drawn document: table, perspective, light, film, blur, noise, JPEG. Level 0 is a clean scan, 4 a card of 620 to 700 px under a
hologram and the edge of a shadow; 5 is level 2 turned by 90, 180 or 270 degrees."""
import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

LEVELS = 6


def homography(source, target):
    """What PIL wants: from a place in the result to the place in the source."""
    rows, right = [], []
    for (x, y), (u, v) in zip(target, source):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.linalg.solve(np.array(rows, float), np.array(right, float))


def table(rng, width, height):
    """What lies under the card."""
    base = np.array([rng.randrange(15, 245) for _ in range(3)], float)
    if rng.random() < .6:
        base = base.mean() + (base - base.mean()) * .3
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    kind = rng.choice(("plain", "wood", "cloth", "tiles", "papers", "clutter", "gradient"))
    shade = np.zeros((height, width), np.float32)
    if kind == "wood":
        angle = rng.uniform(-.4, .4)
        shade = 14 * np.sin((ys + angle * xs) / rng.uniform(5, 20) + 2 * np.sin(xs / rng.uniform(90, 300)))
    elif kind == "cloth":
        shade = 8 * np.sin(xs * rng.uniform(.5, 1.6)) * np.sin(ys * rng.uniform(.5, 1.6))
    elif kind == "tiles":
        size = rng.randrange(150, 500)
        shade = np.where(((xs % size) < 6) | ((ys % size) < 6), -40.0, 0.0)
    elif kind == "gradient":
        shade = 50 * (xs / width - .5) + 30 * (ys / height - .5)
    image = Image.fromarray(np.clip(base + shade[..., None], 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    if kind == "papers":
        for _ in range(3):
            x, y, w, h = rng.randrange(width), rng.randrange(height), rng.randrange(200, width), rng.randrange(200, height)
            draw.rectangle([x, y, x + w, y + h], fill=(rng.randrange(200, 255),) * 3)
            for row in range(y + 30, y + h - 20, 34):
                draw.line([x + 30, row, x + w - 30, row], fill=(120, 120, 120), width=3)
    if kind == "clutter":
        for _ in range(14):
            x, y, r = rng.randrange(width), rng.randrange(height), rng.randrange(20, 260)
            draw.rounded_rectangle([x, y, x + r * 1.5, y + r], rng.randrange(2, 40), fill=tuple(rng.randrange(256) for _ in range(3)))
    return image


def light(pixels, rng, strength):
    h, w = pixels.shape[:2]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    angle = rng.uniform(0, 2 * math.pi)
    slope = (np.cos(angle) * (xs / w - .5) + np.sin(angle) * (ys / h - .5)) * strength
    tint = np.array([1 + rng.uniform(-.05, .05) * (1 + strength) for _ in range(3)], np.float32)
    return pixels * (1 + slope)[..., None] * tint * rng.uniform(.72, 1.06)


def glare(pixels, rng, where, size, strength=255):
    h, w = pixels.shape[:2]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    d = ((xs - where[0]) / size) ** 2 + ((ys - where[1]) / (size * rng.uniform(.5, 1))) ** 2
    return pixels + (strength * np.exp(-d))[..., None]


def hologram(image, rng):
    """A film over the card: bands of colour, and figures that shine."""
    w, h = image.size
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    wave = xs * rng.uniform(.002, .006) + ys * rng.uniform(-.006, .006)
    film = np.stack([np.sin(wave * 6.28 + k * 2.1) for k in range(3)], -1) * rng.uniform(8, 20)
    figures = Image.new("L", (w, h))
    draw = ImageDraw.Draw(figures)
    for _ in range(rng.randrange(5, 12)):
        x, y, r = rng.randrange(w), rng.randrange(h), rng.randrange(w // 30, w // 8)
        for k in range(4):
            draw.ellipse([x - r + k * 6, y - r + k * 6, x + r - k * 6, y + r - k * 6], outline=rng.randrange(40, 130), width=3)
    bright = np.asarray(figures, np.float32)[..., None] * rng.uniform(.3, .7)
    return Image.fromarray(np.clip(np.asarray(image, np.float32) + film + bright * np.array([.8, 1, .9]), 0, 255).astype(np.uint8))


def shadow_edge(pixels, rng, quad):
    h, w = pixels.shape[:2]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    cx, cy = np.mean([p[0] for p in quad]), np.mean([p[1] for p in quad])
    angle = rng.uniform(0, 2 * math.pi)
    d = (xs - cx - rng.uniform(-80, 80)) * math.cos(angle) + (ys - cy - rng.uniform(-60, 60)) * math.sin(angle)
    dark = rng.uniform(.5, .72)
    return pixels * (dark + (1 - dark) / (1 + np.exp(np.clip(-d / rng.uniform(2, 20), -60, 60))))[..., None]


def rounded(image, radius):
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, image.width - 1, image.height - 1], radius, fill=255)
    return mask


def finish(pixels, rng, blur, noise, quality):
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    if noise:
        seed = np.random.default_rng(rng.randrange(2**32))
        image = Image.fromarray(np.clip(np.asarray(image, np.float32) + seed.normal(0, noise, (image.height, image.width, 3)), 0, 255).astype(np.uint8))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def scan(card, rng):
    width = rng.choice((640, 1000, 1000, 1400))
    image = card.resize((width, round(card.height * width / card.width)), Image.LANCZOS)
    quad = [[0, 0], [image.width, 0], [image.width, image.height], [0, image.height]]
    if rng.random() < .3:
        edge = rng.randrange(10, 120)
        sheet = Image.new("RGB", (image.width + 2 * edge, image.height + 2 * edge), (rng.randrange(235, 256),) * 3)
        sheet.paste(image, (edge, edge))
        image, quad = sheet, [[x + edge, y + edge] for x, y in quad]
    return np.asarray(image, np.float32), quad


def laid(card, rng, card_px, turn, depth, canvas=None, share=(.45, .9)):
    """The card on a table, seen from somewhere; `share`: of the table's width that it takes, from and to."""
    share = rng.uniform(*share)
    w = round(card_px / share)
    h = round(max(w * rng.choice((.75, .75, .5625, 1.2)), card_px * card.height / card.width * 1.15))
    ground = canvas or table(rng, w, h)
    w, h = ground.size
    half_w, half_h = card_px / 2, card_px * card.height / card.width / 2
    angle = math.radians(rng.uniform(-turn, turn))
    cx, cy = w / 2 + rng.uniform(-.4, .4) * max(0, w - 2.1 * half_w) / 2, h / 2 + rng.uniform(-.4, .4) * max(0, h - 2.2 * half_h) / 2
    tilt_x, tilt_y = rng.uniform(-depth, depth), rng.uniform(-depth, depth)
    quad = []
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = sx * half_w, sy * half_h
        z = 1 + tilt_x * sx + tilt_y * sy
        x, y = x / z, y / z
        quad.append([cx + x * math.cos(angle) - y * math.sin(angle), cy + x * math.sin(angle) + y * math.cos(angle)])
    corners = [(0, 0), (card.width, 0), (card.width, card.height), (0, card.height)]
    # Shrunk first: a picture that is warped to half its size otherwise loses every other column.
    small = card.resize((round(card_px * 1.15), round(card_px * 1.15 * card.height / card.width)), Image.LANCZOS) if card_px * 1.3 < card.width else card
    scale = small.width / card.width
    coefficients = homography([(x * scale, y * scale) for x, y in corners], quad)
    flat = small.transform((w, h), Image.PERSPECTIVE, coefficients, Image.BICUBIC)
    mask = rounded(small, int(small.width * rng.choice((.005, .035, .04)))).transform((w, h), Image.PERSPECTIVE, coefficients, Image.BICUBIC)
    dark = mask.filter(ImageFilter.GaussianBlur(max(2, card_px / 90)))
    ground = Image.composite(Image.new("RGB", (w, h), (10, 10, 10)), ground, dark.point(lambda v: int(v * .45)).transform((w, h), Image.AFFINE, (1, 0, -4, 0, 1, -6)))
    ground.paste(flat, (0, 0), mask)
    return ground, quad


def place_in(quad, x, y):
    """Where a place of the card, given as shares of it, lies in the picture."""
    a, b, c, d, e, f, g, h = homography(quad, [(0, 0), (1, 0), (1, 1), (0, 1)])
    z = g * x + h * y + 1
    return (a * x + b * y + c) / z, (d * x + e * y + f) / z


def finger(card, rng, box):
    """A card held by somebody whose thumb lies over the box; it comes in over the nearest edge."""
    card = card.copy()
    w, h = card.size
    x, y = (box[0] + min(box[2], box[0] + .25)) / 2 * w, (box[1] + box[3]) / 2 * h
    tip = np.array([x, y])
    ends = {(x, -h * .2): y, (x, h * 1.2): h - y, (-w * .1, y): x, (w * 1.1, y): w - x}
    end = np.array(min(ends, key=ends.get)) + [rng.uniform(-.08, .08) * w, rng.uniform(-.08, .08) * h]
    r = rng.uniform(.055, .08) * w
    tone = np.array([rng.uniform(190, 235), 0, 0])
    tone[1:] = tone[0] * rng.uniform(.68, .8), tone[0] * rng.uniform(.5, .66)
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    along, length = (end - tip) / np.hypot(*(end - tip)), np.hypot(*(end - tip))
    far = np.clip((xs - x) * along[0] + (ys - y) * along[1], 0, length)
    d = np.hypot(xs - x - far * along[0], ys - y - far * along[1]) / r
    shade = np.clip(1.08 - .4 * d ** 2, .4, 1.1)[..., None] * tone
    mask = np.clip((1.02 - d) * r / 3, 0, 1)[..., None]
    return Image.fromarray(np.clip(np.asarray(card, np.float32) * (1 - mask) + shade * mask, 0, 255).astype(np.uint8))


# What a picture can suffer from, with the code that it is to be refused for; whether it lies over one field.
HARMS = {"glare": ("GLARE", True), "finger": ("COVERED", True), "far": ("TOO_FAR_AWAY", False), "blur": ("IMAGE_TOO_BLURRY", False), "dark": ("POOR_LIGHTING", False)}


def take_harmed(card, harm, box, rng):
    """As take, of a card of which a field cannot be read: level 2 but for that. `box`: of the field, as shares of the card."""
    if harm == "finger":
        card = finger(card, rng, box)
    image, quad = laid(card, rng, rng.randrange(250, 380) if harm == "far" else rng.randrange(900, 1500), 10, .06, share=(.12, .3) if harm == "far" else (.45, .9))
    # A camera that sees light on a card exposes for it: paper is not white then.
    pixels = light(np.asarray(image, np.float32), rng, .35) * (.8 if harm == "glare" else 1)
    px = math.dist(quad[0], quad[1])
    if harm == "glare":
        where = place_in(quad, (box[0] + min(box[2], box[0] + .3)) / 2, (box[1] + box[3]) / 2)
        pixels = glare(pixels, rng, where, px * rng.uniform(.05, .08), 1500)
    if harm == "dark":
        pixels = pixels * rng.uniform(.06, .1)
    return finish(pixels, rng, px * rng.uniform(.0045, .006) if harm == "blur" else .7, 4, 80), pixels.shape[1::-1], quad


def take(card, level, rng, big=False):
    """JPEG bytes, size, and the card's corners in the picture."""
    if level == 0:
        pixels, quad = scan(card, rng)
        return finish(pixels, rng, 0, 0, 95), pixels.shape[1::-1], quad
    if level == 4:
        card = hologram(card, rng)
    px = {1: rng.randrange(900, 1300), 2: rng.randrange(900, 1500), 3: rng.randrange(820, 980), 4: rng.randrange(620, 700), 5: rng.randrange(900, 1300)}[level]
    px = 2600 if big else px
    turn, depth = {1: (4, .01), 2: (10, .06), 3: (14, .11), 4: (8, .05), 5: (8, .05)}[level]
    image, quad = laid(card, rng, px, turn, depth)
    pixels = light(np.asarray(image, np.float32), rng, {1: .08, 2: .35, 3: .5, 4: .3, 5: .3}[level])
    if level == 3:
        edge = rng.randrange(4)
        (x0, y0), (x1, y1) = quad[edge], quad[(edge + 1) % 4]
        share = rng.uniform(.1, .9)
        pixels = glare(pixels, rng, (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share), px * rng.uniform(.06, .12))
    if level == 4:
        pixels = shadow_edge(pixels, rng, quad)
    blur, noise, quality = {1: (.4, 1, 85), 2: (.7, 4, 80), 3: (rng.uniform(1.1, 1.3), 5, 60), 4: (.8, 4, 75), 5: (.7, 4, 80)}[level]
    if level == 5:
        quarter = rng.randrange(1, 4)
        h, w = pixels.shape[:2]
        pixels = np.rot90(pixels, quarter)
        for _ in range(quarter):
            quad, (w, h) = [[y, w - x] for x, y in quad], (h, w)
    return finish(pixels, rng, blur * (1.8 if big else 1), noise, quality), pixels.shape[1::-1], quad
