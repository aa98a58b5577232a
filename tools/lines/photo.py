"""Pictures of lines of text as vision/text.c cuts them: one grey channel, paper white, ink between PAD and HEIGHT - PAD; and where each letter stands."""
import io
from pathlib import Path
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from lines import words

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from specimens import cards  # noqa: E402

HEIGHT, PAD, WIDTH_MAX = 32, 3, 768
DRAWN = 48  # size in which letters are drawn before they are spoiled
EXTRA = ["truetype/nanum/NanumGothicLight.ttf", "truetype/nanum/NanumGothicEcoR.ttf", "truetype/nanum/NanumSquareL.ttf", "truetype/nanum/NanumSquareRoundL.ttf",
         "truetype/nanum/NanumSquareRoundB.ttf", "truetype/nanum/NanumMyeongjoEcoR.ttf", "truetype/nanum/NanumMyeongjoExtraBold.ttf", "truetype/nanum/NanumGothicCoding.ttf",
         "truetype/nanum/NanumGothicExtraBold.ttf", "opentype/noto/NotoSansCJK-Light.ttc", "opentype/noto/NotoSerifCJK-SemiBold.ttc", "opentype/noto/NotoSansCJK-Black.ttc",
         "truetype/unfonts-core/UnGraphic.ttf", "truetype/unfonts-core/UnGraphicBold.ttf", "truetype/unfonts-core/UnGungseo.ttf", "truetype/unfonts-core/UnPilgi.ttf",
         "truetype/unfonts-extra/UnShinmun.ttf", "truetype/unfonts-extra/UnJamoSora.ttf"]
LATIN_EXTRA = ["truetype/liberation/LiberationMono-Regular.ttf", "truetype/dejavu/DejaVuSerif.ttf", "truetype/dejavu/DejaVuSerif-Bold.ttf", "truetype/dejavu/DejaVuSansMono.ttf",
               "opentype/ocr-b/OCRB.otf"]


class Typefaces:
    """As the specimens': every third is kept aside for checking. The further ones are all for training."""

    def __init__(self, held):
        def of(names):
            return [cards.Face(name) for name in cards.fonts_of(names, held)]
        self.korean = of(cards.GOTHIC) * 2 + of(cards.SERIF) * 2 + of(cards.TITLES)
        self.latin = of(cards.LATIN)
        if not held:
            self.korean += [cards.Face(name) for name in EXTRA if (cards.ROOT / name).exists()]
            self.latin += [cards.Face(name) for name in LATIN_EXTRA]
        self.zone = of(cards.OCRB)
        self.hanja = cards.Face(cards.SERIF[5])


def has_korean(text):
    return any(c >= "\u3131" for c in text)


def draw(rng, faces, text):
    """Ink (1 is black) of the drawn text, the rows of its ink, and for each letter what it is and from where to where it reaches."""
    zone = "<<" in text
    face = rng.choice(faces.zone) if zone else rng.choice(faces.korean) if has_korean(text) or rng.random() < .4 else rng.choice(faces.latin)
    size = DRAWN
    font, hanja = face.at(size), faces.hanja.at(size)
    # Hangul and numbers are letter-spaced as one likes; Latin words only as far as their blanks are still seen.
    wide = (0, 0, 0, 0, -.04, .04, .08, .15, .3, .6) if len(text) < 15 else (0, 0, 0, -.03, .04)
    latin = sum("A" <= c.upper() <= "Z" for c in text) > len(text) / 2
    spacing = 0 if zone else size * rng.choice((0, 0, 0, 0, -.02, .03, .06) if latin else wide)
    blank = size * rng.choice((0, 0, .1, .25))
    advances = [(hanja if "\u4e00" <= c < "\ua000" else font).getlength(c) for c in text]
    image = Image.new("L", (int(sum(advances) + (spacing + size * .3) * len(text) + 2 * size), size * 2), 0)
    pen, x, places = ImageDraw.Draw(image), float(size), []
    for c, advance in zip(text, advances):
        if c == " ":
            places.append((c, x, x + advance + blank))
            x += advance + blank + spacing
            continue
        pen.text((x, size // 3), c, font=hanja if "\u4e00" <= c < "\ua000" else font, fill=255)
        places.append((c if c in words.KNOWN else words.OTHER, x, x + advance))
        x += advance + spacing
    return np.asarray(image.crop((0, 0, int(x + size), image.height))), places


def weigh(rng, ink):
    """Another weight of the stroke."""
    kind = rng.random()
    image = Image.fromarray(ink)
    if kind < .18:
        image = image.filter(ImageFilter.MaxFilter(3))
    elif kind < .26:
        image = image.filter(ImageFilter.MinFilter(3))
    return image


def ground(rng, width, height):
    """What the paper shows under the ink: light, lines, waves, dots, letters, a film's figures. 0 to 1."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    paper = np.full((height, width), rng.uniform(.55, 1), np.float32)
    paper += rng.uniform(-.25, .25) * (xs / width - .5) + rng.uniform(-.2, .2) * (ys / height - .5)
    if rng.random() < .7:
        strength, kind = rng.uniform(.02, .22), rng.randrange(5)
        if kind == 0:
            step, swing, long = rng.uniform(10, 50), rng.uniform(0, 18), rng.uniform(30, 300)
            paper -= strength * ((ys + swing * np.sin(xs / long)) % step < 3)
        elif kind == 1:
            cx, cy, step = rng.uniform(-300, width), rng.uniform(-300, 300), rng.uniform(9, 40)
            paper -= strength * (np.hypot(xs - cx, ys - cy) % step < 3)
        elif kind == 2:
            paper -= strength * (((xs % 18) < 5) & ((ys % 18) < 5))
        elif kind == 3:
            angle, step = rng.uniform(0, 3.1), rng.uniform(8, 40)
            paper -= strength * ((xs * np.cos(angle) + ys * np.sin(angle)) % step < rng.uniform(2, 8))
        else:
            tile = Image.new("L", (width, height), 0)
            pen = ImageDraw.Draw(tile)
            for _ in range(rng.randrange(1, 7)):
                x, y, r = rng.randrange(width), rng.randrange(-40, height + 40), rng.randrange(10, 160)
                box = [x - r, y - r, x + r, y + r]
                pen.ellipse(box, outline=255, width=rng.randrange(2, 6)) if rng.random() < .7 else pen.rectangle(box, fill=255)
            paper -= rng.choice((1, -1)) * strength * np.asarray(tile, np.float32) / 255
    return paper


def clutter(rng, pixels, top, bottom):
    """What else gets into a cut: strokes of a seal, the next line, a rule, glare, the edge of a shadow."""
    height, width = pixels.shape
    if rng.random() < .12:
        tile = Image.new("L", (width, height), 0)
        pen = ImageDraw.Draw(tile)
        x, size = rng.randrange(width), int((bottom - top) * rng.uniform(1.5, 3))
        for _ in range(rng.randrange(3, 16)):
            pen.line([x + rng.uniform(0, size), rng.uniform(0, height), x + rng.uniform(0, size), rng.uniform(0, height)], fill=255, width=rng.randrange(2, 6))
        pixels = pixels * (1 - rng.uniform(.1, .45) * np.asarray(tile, np.float32) / 255)
    if rng.random() < .1:
        y = rng.choice((int(top - 6), int(bottom + 6)))
        pixels[max(0, y - 2):max(0, y + rng.randrange(1, 4))] *= rng.uniform(.3, .8)
    if rng.random() < .12:
        xs = np.arange(width, dtype=np.float32)[None]
        ys = np.arange(height, dtype=np.float32)[:, None]
        d = ((xs - rng.uniform(0, width)) / rng.uniform(30, 200)) ** 2 + ((ys - rng.uniform(0, height)) / rng.uniform(20, 90)) ** 2
        pixels = pixels + rng.uniform(.2, .9) * np.exp(-d)
    if rng.random() < .08:
        xs = np.arange(width, dtype=np.float32)[None] - rng.uniform(0, width)
        pixels = pixels * (rng.uniform(.5, .75) + (1 - .6) / (1 + np.exp(np.clip(xs / rng.uniform(2, 30), -60, 60))))
    return pixels


def widest(values, reach, axis):
    """The largest of the `reach` values around each."""
    values = np.pad(values, [(reach // 2, reach // 2) if k == axis else (0, 0) for k in range(2)], mode="edge").swapaxes(0, axis)
    covered = 1
    while covered < reach:
        step = min(covered, reach - covered)
        values = np.maximum(values[:len(values) - step], values[step:])
        covered += step
    return values.swapaxes(0, axis)


def mean(values, reach, axis):
    values = np.pad(values, [(reach // 2 + 1, reach // 2) if k == axis else (0, 0) for k in range(2)], mode="edge").swapaxes(0, axis)
    sums = values.cumsum(0, dtype=np.float64)
    return ((sums[reach:] - sums[:-reach]) / reach).swapaxes(0, axis)


def flatten(pixels, reach):
    """As cv_flatten: the paper to white."""
    reach = max(5, reach | 1)
    paper = widest(widest(pixels, reach, 0), reach, 1)
    paper = -widest(widest(-paper, reach, 0), reach, 1)
    paper = mean(mean(paper, reach, 0), reach, 1)
    return np.clip(pixels / np.maximum(paper, .004), 0, 1)


def take(rng, faces, text):
    """The line as floats (0 paper, 1 ink), HEIGHT high, and its places in it."""
    ink, places = draw(rng, faces, text)
    ink = weigh(rng, ink)
    # A slant, a slope, narrow or wide letters.
    slant, slope, stretch = rng.choice((0, 0, rng.gauss(0, .06))), rng.gauss(0, .006), rng.choice((1, 1, rng.uniform(.75, 1.2)))
    middle = ink.height / 2
    width = int(ink.width * stretch)
    # x_in = x / stretch + slant * (y - middle); y_in = y - slope * (x - width / 2)
    ink = ink.transform((width, ink.height), Image.AFFINE, (1 / stretch, slant, -slant * middle, -slope, 1, slope * width / 2), Image.BICUBIC)
    drawn = np.asarray(ink, np.float32) / 255
    rows = np.flatnonzero(drawn.sum(1) > width / 300 + .7)
    columns = np.flatnonzero(drawn.sum(0) > .7)
    if len(rows) < 4 or len(columns) < 1:
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    paper = ground(rng, width, drawn.shape[0])
    dark = rng.uniform(0, .35) * paper.mean()
    pixels = clutter(rng, paper * (1 - drawn) + dark * drawn, top, bottom)
    # Down to the size that the camera saw, and what it does there.
    seen = min(1, rng.choice((rng.uniform(10, 18), rng.uniform(14, 30), rng.uniform(24, 44))) / (bottom - top))
    small = Image.fromarray(np.clip(pixels * 255, 0, 255).astype(np.uint8))
    small = small.resize((max(8, round(small.width * seen)), max(8, round(small.height * seen))), rng.choice((Image.LANCZOS, Image.BICUBIC, Image.BILINEAR)))
    if rng.random() < .75:
        small = small.filter(ImageFilter.GaussianBlur(rng.uniform(.3, 1.4) * (1 if seen * (bottom - top) > 16 else .6)))
    noisy = np.asarray(small, np.float32) + np.random.default_rng(rng.randrange(2**32)).normal(0, rng.uniform(0, 7), (small.height, small.width))
    small = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
    if rng.random() < .85:
        out = io.BytesIO()
        small.save(out, "JPEG", quality=rng.randrange(45, 96))
        small = Image.open(out).convert("L")
    # The cut, as exact as finding lines is.
    tall = (bottom - top) * rng.choice((1, 1, 1, rng.uniform(.94, 1.35)))
    scale = (HEIGHT - 2 * PAD) / tall
    centre = (top + bottom) / 2 + rng.gauss(0, .03) * tall
    from_top, reach = centre - HEIGHT / 2 / scale, PAD / scale
    from_left = left - reach * rng.choice((1, 1, rng.uniform(.3, 6)))
    to_right = right + reach * rng.choice((1, 1, rng.uniform(.3, 6)))
    wide = int(round((to_right - from_left) * scale))
    if not 8 <= wide <= WIDTH_MAX:
        return None
    flat = flatten(np.asarray(small, np.float32) / 255, int(rng.uniform(1, 1.8) * tall * seen))
    grey = Image.fromarray((flat * 255).astype(np.uint8))
    k = seen / scale
    cut = grey.transform((wide, HEIGHT), Image.AFFINE, (k, 0, from_left * seen, 0, k, from_top * seen), Image.BICUBIC, fillcolor=255)
    pixels = 1 - np.asarray(cut, np.float32) / 255
    return pixels, [(c, (a * stretch - from_left) * scale, (b * stretch - from_left) * scale) for c, a, b in places]
