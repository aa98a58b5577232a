"""Forges drawn documents in the ways that bonin-vision looks for signs of. All of it is simulated: a screen's pixels, a printer's dots, a
portrait or digits that are not the card's own."""
import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import cards
import photo

INKS = [(0, .6, .85), (.85, .1, .5), (.98, .9, .1), (.1, .1, .12)]  # cyan, magenta, yellow, black
NUMBERS = {"resident": "rrn", "driver": "rrn", "alien": "reg_no", "passport": "number"}


def box_of(card, name):
    x0, y0, x1, y1 = card.boxes[name]
    return [round(x0 * card.width), round(y0 * card.height), round(x1 * card.width), round(y1 * card.height)]


# --- On the card, before it is photographed ---------------------------------------------------------------------------------------------

def grey_copy(card, truth, rng):
    """Black and white, on paper that is not quite white, with a printer's short range."""
    dark, light = rng.uniform(15, 55), rng.uniform(225, 250)
    card.image = card.image.convert("L").point(lambda v: int(dark + (light - dark) * v / 255)).convert("RGB")


def halftone(image, cells, scale=2):
    """Dots of cyan, magenta, yellow and black, in screens that are turned against each other, so many across the picture; `scale` times as
    large, for a camera to average."""
    w, h = image.width * scale, image.height * scale
    rgb = np.asarray(image.resize((w, h), Image.BICUBIC), np.float32) / 255
    cmy = 1 - rgb
    black = cmy.min(axis=2) * .9
    inks = [*((cmy[..., k] - black) / np.maximum(1 - black, .05) for k in range(3)), black]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    paper = np.ones((h, w, 3), np.float32) * .96
    step = w / cells
    for ink, colour, degrees in zip(inks, INKS, (15, 75, 0, 45)):
        a = math.radians(degrees)
        u, v = (xs * math.cos(a) + ys * math.sin(a)) / step, (ys * math.cos(a) - xs * math.sin(a)) / step
        screen = (np.cos(2 * math.pi * u) + np.cos(2 * math.pi * v)) / 4 + .5
        dots = np.clip((ink - 1 + screen) * 8 + .5, 0, 1)
        paper *= 1 - dots[..., None] * (1 - np.array(colour, np.float32))
    return Image.fromarray((255 * paper).astype(np.uint8))


def colour_copy(card, truth, rng):
    """As a colour printer prints it: 85 to 155 lines an inch."""
    card.image = halftone(card.image, rng.uniform(280, 520)).resize((card.width, card.height), Image.BOX)


def portrait_missing(card, truth, rng):
    """The portrait's place is as the paper, or one shade."""
    x0, y0, x1, y1 = box_of(card, "portrait")
    if rng.random() < .5:
        card.image.paste(cards.paper(card.family, card.width, card.height).crop((x0, y0, x1, y1)), (x0, y0))
    else:
        card.image.paste(tuple(rng.randrange(200, 250) for _ in range(3)), (x0, y0, x1, y1))


def portrait_glued(card, truth, rng):
    """Another photograph on top of the card, a little crooked, with the shadow of its edge."""
    x0, y0, x1, y1 = box_of(card, "portrait")
    w, h = x1 - x0, y1 - y0
    tile = Image.new("RGB", (w, h))
    cards.portrait(tile, [0, 0, w, h], rng)
    grow, tint = rng.uniform(1, 1.06), [rng.uniform(.8, 1.1) for _ in range(3)]
    tile = Image.fromarray(np.clip(np.asarray(tile, np.float32) * tint, 0, 255).astype(np.uint8)).resize((round(w * grow), round(h * grow)))
    angle = rng.uniform(-2.5, 2.5)
    mask = Image.new("L", tile.size, 255).rotate(angle, Image.BICUBIC, expand=True)
    tile = tile.rotate(angle, Image.BICUBIC, expand=True)
    at = (round(x0 - (tile.width - w) / 2), round(y0 - (tile.height - h) / 2))
    lift, depth = rng.randrange(3, 9), rng.uniform(.1, .6)
    shadow = Image.new("L", card.image.size)
    shadow.paste(mask.point(lambda v: int(v * depth)), (at[0] + lift, at[1] + lift))
    card.image = Image.composite(Image.new("RGB", card.image.size, (15, 15, 15)), card.image, shadow.filter(ImageFilter.GaussianBlur(lift)))
    card.image.paste(tile, at, mask)


def uneven_number(card, truth, rng):
    """Some digits of the number are covered and written again: in another font, higher or lower, larger or smaller, of another shade."""
    name, family = NUMBERS[card.family.kind], card.family
    text = truth[name]
    x0, y0, x1, y1 = box_of(card, name)
    px = (y1 - y0) / 1.15
    face = family.latin if name == "number" else family.number
    font = face.at(px)
    gap = (x1 - x0 - sum(font.getlength(c) for c in text)) / max(1, len(text) - 1)
    digits = [k for k, c in enumerate(text) if c.isdigit()]
    first = rng.randrange(0, len(digits) - 2)
    chosen = digits[first:first + rng.randrange(1, 4)]
    others = [f for f in map(cards.Face, cards.GOTHIC + cards.SERIF + cards.LATIN) if f.path != face.path and cards.Path(f.path).exists()]
    ways = rng.sample(("font", "offset", "size", "shade"), rng.choice((1, 2, 2, 3)))
    other = rng.choice(others).at(px) if "font" in ways else font
    if "size" in ways:
        other = cards.ImageFont.truetype(other.path, int(px * rng.choice((.84, .88, 1.12, 1.16))), index=other.index)
    rise = px * rng.choice((-.1, -.07, .07, .1)) if "offset" in ways else 0
    ink = tuple(min(255, c + rng.randrange(45, 90)) for c in family.ink) if "shade" in ways else family.ink
    draw = ImageDraw.Draw(card.image)
    paper = cards.paper(family, card.width, card.height)
    for k in chosen:
        x = x0 + sum(font.getlength(c) + gap for c in text[:k])
        own = font.getbbox(text[k])
        area = (round(x - 1), y0, round(x + font.getlength(text[k]) + 1), y1 + 4)
        card.image.paste(paper.crop(area) if rng.random() < .5 else paper.getpixel((area[0], area[1])), area)
        new = rng.choice([c for c in "0123456789" if c != text[k]])
        middle = font.getlength(text[k]) / 2 - other.getlength(new) / 2
        draw.text((x + middle, y0 + own[3] - other.getbbox(new)[3] + rise), new, font=other, fill=ink)
    return ways


# --- In the picture, once it is taken ---------------------------------------------------------------------------------------------------

def opened(jpeg):
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def through(image, width, height, quad):
    """The whole image laid on four corners, with what a pixel of a camera collects."""
    fine = 2
    corners = [(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)]
    coefficients = photo.homography(corners, [(x * fine, y * fine) for x, y in quad])
    return image.transform((width * fine, height * fine), Image.PERSPECTIVE, coefficients, Image.BICUBIC).resize((width, height), Image.BOX)


def lit(shown, rng):
    """The light of a screen with as many dots as the picture has pixels, each drawn 3 x 3: stripes of red, green and blue with black between.
    Also what the light was dimmed by, so that none is brighter than white."""
    light = (np.asarray(shown, np.float32) / 255) ** 2.2
    fill = rng.uniform(.62, .8)
    # A dot of 3 x 3: each stripe, and the black between, is drawn six times as fine and then averaged.
    mask = np.zeros((6, 6, 3), np.float32)
    for k in range(3):
        mask[:max(1, round(6 * fill)), 2 * k:2 * k + (2 if rng.random() < .3 else 1), k] = 1
    mask = mask.reshape(3, 2, 3, 2, 3).mean(axis=(1, 3))
    mask /= mask.mean(axis=(0, 1), keepdims=True)
    grid = np.kron(light / mask.max(), np.ones((3, 3, 1), np.float32)) * np.tile(mask, (light.shape[0], light.shape[1], 1))
    return Image.fromarray((255 * np.clip(grid, 0, 1)).astype(np.uint8)), mask.max()


def beyond(rng, wide, high):
    """Corners of a screen or sheet that fills the frame, a little tilted."""
    tilt = [[rng.uniform(0, .03) * wide, rng.uniform(0, .03) * high] for _ in range(4)]
    return [[-tilt[0][0], -tilt[0][1]], [wide + tilt[1][0], -tilt[1][1]], [wide + tilt[2][0], high + tilt[2][1]], [-tilt[3][0], high + tilt[3][1]]]


def glowing(seen, rng, wide):
    """What a camera makes of a screen's light: some of it is spread over the picture."""
    glow = np.asarray(Image.fromarray(np.clip(seen * 255, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(wide / 60)), np.float32) / 255
    return np.clip(seen * rng.uniform(.75, 1) + glow * .06 + .012, 0, 1) ** (1 / 2.2) * 255


def screen(jpeg, level, rng, quad, card):
    """A screen that shows the picture, photographed."""
    shown = opened(jpeg)
    dots = rng.randrange(900, 1900)  # of the screen, across the picture
    shown = shown.resize((dots, round(shown.height * dots / shown.width)), Image.LANCZOS)
    image, dimmed = lit(shown, rng)
    wide = rng.randrange(1000, 1900) if level < 3 else rng.randrange(900, 1300)
    high = round(wide * shown.height / shown.width)
    over = beyond(rng, wide, high)
    seen = glowing(np.asarray(through(image, wide, high, over), np.float32) / 255 * dimmed, rng, wide)
    blur, noise, quality = {0: (.3, 1.5, 92), 1: (.4, 2, 88), 2: (.6, 3, 85), 3: (.9, 4, 75), 4: (.7, 4, 80)}[min(level, 4)]
    return photo.finish(seen, rng, blur, noise, quality), (wide, high), over


def portrait_pasted(jpeg, level, rng, quad, card):
    """Another portrait put into the picture by a program: sharper or softer than it, of other noise and another light."""
    image = opened(jpeg)
    x0, y0, x1, y1 = card.boxes["portrait"]
    tile = Image.new("RGB", (500, round(500 * (y1 - y0) * card.height / ((x1 - x0) * card.width))))
    cards.portrait(tile, [0, 0, tile.width, tile.height], rng)
    flat = photo.homography(quad, [(0, 0), (1, 0), (1, 1), (0, 1)])
    spots = []
    for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)):
        d = flat[6] * x + flat[7] * y + 1
        spots.append([(flat[0] * x + flat[1] * y + flat[2]) / d, (flat[3] * x + flat[4] * y + flat[5]) / d])
    own = rng.uniform(0, 6)
    pixels = np.asarray(tile, np.float32) * [rng.uniform(.75, 1.1) for _ in range(3)]
    pixels += np.random.default_rng(rng.randrange(2**32)).normal(0, own, pixels.shape)
    tile = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.choice((0, 0, 3, 5))))
    corners = [(0, 0), (tile.width, 0), (tile.width, tile.height), (0, tile.height)]
    coefficients = photo.homography(corners, spots)
    mask = Image.new("L", tile.size, 255).transform(image.size, Image.PERSPECTIVE, coefficients, Image.BICUBIC)
    image.paste(tile.transform(image.size, Image.PERSPECTIVE, coefficients, Image.BICUBIC), (0, 0), mask)
    return photo.finish(np.asarray(image, np.float32), rng, 0, 0, rng.randrange(85, 96)), image.size, quad


ON_CARD = {"grey": grey_copy, "colour": colour_copy, "missing": portrait_missing, "glued": portrait_glued, "number": uneven_number}
IN_PICTURE = {"screen": screen, "pasted": portrait_pasted}


def printed_otherwise(truth, rng):
    """What is printed no longer is what the zone tells: one digit of the passport's number, or of the birth date."""
    other = dict(truth)
    if rng.random() < .5:
        k = rng.choice([k for k, c in enumerate(truth["number"]) if c.isdigit()])
        other["number"] = truth["number"][:k] + str((int(truth["number"][k]) + rng.randrange(1, 10)) % 10) + truth["number"][k + 1:]
    else:
        year = int(truth["birth_date"][:4])
        other["birth_date"] = f"{year + rng.choice((-10, -3, 2, 10))}{truth['birth_date'][4:]}"
    return other
