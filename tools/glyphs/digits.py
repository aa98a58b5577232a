"""Specimens of digits and of the marks that dates and numbers are written with, drawn with many typefaces and spoiled as cards and
photographs spoil them. What is neither - syllables, letters, pieces of glyphs, glyphs that touch - is a class of its own."""
import io
from pathlib import Path
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from glyphs import net

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from specimens import cards  # noqa: E402

ALPHABET = "0123456789-.~/?"
OTHER = ALPHABET.index("?")
EXTRA = ["truetype/nanum/NanumGothicLight.ttf", "truetype/nanum/NanumGothicEcoR.ttf", "truetype/nanum/NanumSquareL.ttf",
         "truetype/nanum/NanumSquareRoundL.ttf", "truetype/nanum/NanumSquareRoundB.ttf", "truetype/nanum/NanumSquareEB.ttf",
         "truetype/nanum/NanumMyeongjoEcoR.ttf", "truetype/nanum/NanumMyeongjoExtraBold.ttf", "truetype/nanum/NanumGothicCoding.ttf",
         "truetype/nanum/NanumGothicExtraBold.ttf", "opentype/noto/NotoSansCJK-Light.ttc", "opentype/noto/NotoSerifCJK-SemiBold.ttc",
         "truetype/unfonts-core/UnGraphic.ttf", "truetype/unfonts-core/UnGungseo.ttf", "truetype/liberation/LiberationMono-Regular.ttf",
         "truetype/dejavu/DejaVuSerif.ttf", "truetype/dejavu/DejaVuSerif-Bold.ttf", "truetype/dejavu/DejaVuSansMono.ttf",
         "opentype/ocr-b/OCRB.otf"]
SIZE = 64
WORDS = ("년월일", "주민등록번호", "발급일", "면허번호", "서울부산대구인천광주대전울산경기강원충북전남제주", "구청장", "()", ",:", "REGNODATEFHKMPRVWX")
NOT_O = [c for c in range(0xac00, 0xd7a4)]


def faces(held):
    """Every third typeface that specimens are drawn with is kept aside; the further ones are all for training."""
    found = [cards.Face(name) for names in (cards.GOTHIC, cards.SERIF, cards.LATIN) for name in cards.fonts_of(names, held)]
    return found + ([] if held else [cards.Face(name) for name in EXTRA])


def korean(rng, held):
    names = cards.fonts_of(cards.GOTHIC, held) + cards.fonts_of(cards.SERIF, held)
    return cards.Face(names[rng.integers(len(names))])


def text_of(rng):
    """About as often one form as another, so that no digit leans on its neighbours."""
    def digits(count):
        return "".join(rng.choice(list("0123456789"), count))
    form = rng.integers(6)
    if form == 0:
        return digits(6) + "-" + digits(7)
    if form == 1:
        return "-".join((digits(2), digits(2), digits(6), digits(2)))
    if form == 2:
        dot = rng.choice([".", ".", "-", "/", ". "])
        return dot.join((digits(4), digits(2), digits(2))) + rng.choice(["", dot.strip(), "~", " ~ "]) + digits(4)
    if form == 3:
        return digits(4) + "년 " + digits(2) + "월 " + digits(2) + "일"
    word = list(WORDS[rng.integers(len(WORDS))]) if form == 4 else [chr(rng.choice(NOT_O)) for _ in range(4)]
    return "".join(rng.permutation(word)[:5]) + rng.choice(["", " "]) + digits(5) + rng.choice(list("-.~/"))


def draw(rng, faces_, held):
    """A line, the band of its digits, and what stands where: (class, from, to)."""
    face, other = faces_[rng.integers(len(faces_))], korean(rng, held)
    font, second = face.at(SIZE), other.at(SIZE)
    text, spacing = text_of(rng), rng.choice([0, 0, 0, -0.04, -0.02, 0.06, 0.2]) * SIZE
    boxes = [font.getbbox(c) for c in "0123456789"]
    top, bottom = np.median([b[1] for b in boxes]), np.median([b[3] for b in boxes])
    image = Image.new("L", (int(SIZE * 1.3 * (len(text) + 2)), SIZE * 2), 255)
    pen, x, places = ImageDraw.Draw(image), float(SIZE), []
    for c in text:
        used = second if ord(c) > 0x2000 else font
        box = used.getbbox(c)
        lift = 0 if used is font else rng.normal(0, 1.5)
        pen.text((x, SIZE // 3 + lift), c, font=used, fill=0)
        if c != " ":
            places.append((ALPHABET.find(c) if c in ALPHABET else OTHER, x + box[0], x + box[2]))
        x += used.getlength(c) + spacing
    image = image.crop((0, 0, int(x + SIZE), image.height))
    return image, (top + SIZE // 3, bottom + SIZE // 3), places


def weigh(rng, image):
    """Another weight of the stroke, a slant, a slope."""
    weight = rng.random()
    if weight < 0.15:
        image = image.filter(ImageFilter.MinFilter(3))
    elif weight < 0.25:
        image = image.filter(ImageFilter.MaxFilter(3))
    slope = rng.normal(0, 0.006)
    slant = rng.normal(0, 0.03)
    return image.transform(image.size, Image.AFFINE, (1, slant, -slant * image.height / 2, slope, 1, -slope * image.width / 2),
                           Image.BICUBIC, fillcolor=255)


def spoil(rng, image, ink):
    """As a printer, a camera, a pattern of the paper or a small scan would have it."""
    small = np.exp(rng.uniform(np.log(10.0), np.log(44.0))) / ink
    width, height = max(8, int(image.width * small * rng.uniform(0.88, 1.13))), max(8, int(image.height * small))
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.7) / small))
    grey = np.asarray(image.resize((width, height), Image.BOX if rng.random() < 0.5 else Image.BICUBIC), np.float32) / 255
    grey = 1 - rng.uniform(0.3, 1) * (1 - grey)
    x, y = np.arange(width) / height, np.arange(height)[:, None] / height
    wave = np.sin(x * rng.uniform(1, 9) + y * rng.uniform(-9, 9) + rng.uniform(0, 6))
    grey = grey - rng.uniform(0, 0.1) * wave
    if rng.random() < 0.4:  # lines of a pattern across the print
        lines = np.sin(x * rng.uniform(-25, 25) + y * rng.uniform(5, 40) + rng.uniform(0, 6)) > rng.uniform(0.7, 0.98)
        grey = np.minimum(grey, 1 - lines * rng.uniform(0.03, 0.28))
    grey = grey + rng.normal(0, rng.uniform(0, 0.06), grey.shape)
    if rng.random() < 0.2:  # thresholded, not quite evenly
        soft = rng.uniform(4, 20)
        grey = 1 / (1 + np.exp(-soft * (grey - rng.uniform(0.4, 0.65) - 0.05 * wave)))
    grey = np.clip(grey, 0, 1)
    if rng.random() < 0.5:
        packed = io.BytesIO()
        Image.fromarray((grey * 255).astype(np.uint8)).save(packed, "JPEG", quality=int(rng.integers(35, 95)))
        grey = np.asarray(Image.open(packed), np.float32) / 255
    return grey, width / image.width, height / image.height


def cut(grey, band, start, end):
    """As vision/digits.c cuts a glyph: of the band's height, as wide as it is unless it is too wide, paper on both sides."""
    high = band[1] - band[0]
    left, right = max(0, int(round(start))), min(grey.shape[1], int(round(end)))
    top, low = max(0, int(band[0] - 0.1 * high)), min(grey.shape[0], int(band[1] + 0.1 * high) + 1)
    if right - left < 1 or low - top < 4:
        return None
    masked = np.full((grey.shape[0], right - left + 6), grey[top:low, left:right].max(), np.float32)
    masked[:, 3:-3] = grey[:, left:right]
    width = max(high * net.REACH * net.WIDE / net.TALL, (right - left) * net.WIDE / (net.WIDE - 1))
    return net.cut(masked, masked.shape[1] / 2, width, (band[0] + band[1]) / 2, high * net.REACH)


def parts(rng, places, high):
    """What is cut out of a line: its glyphs, and what a wrong cut would make of them."""
    for i, (kind, start, end) in enumerate(places):
        yield kind, start, end
        lot, wide = rng.random(), end - start
        if lot < 0.18 and wide > 0.4 * high:
            at = start + wide * rng.uniform(0.3, 0.7)
            yield (OTHER, start, at) if rng.random() < 0.5 else (OTHER, at, end)
        elif lot < 0.3 and i + 1 < len(places):
            yield OTHER, start, places[i + 1][2]
        elif lot < 0.36 and i + 1 < len(places) and wide > 0.4 * high:
            yield OTHER, start + wide * rng.uniform(0.4, 0.65), places[i + 1][2]
        elif lot < 0.42 and i + 1 < len(places) and places[i + 1][2] - places[i + 1][1] > 0.4 * high:
            yield OTHER, start, places[i + 1][1] + (places[i + 1][2] - places[i + 1][1]) * rng.uniform(0.35, 0.6)


def make(rng, lines, held):
    """Descriptions and classes of the glyphs of some lines."""
    faces_, glyphs, wanted = faces(held), [], []
    for _ in range(lines):
        image, band, places = draw(rng, faces_, held)
        high = band[1] - band[0]
        grey, across, down = spoil(rng, weigh(rng, image), high)
        lift, grown = rng.normal(0, 0.025) * high, np.exp(rng.normal(0, 0.035))
        middle = (band[0] + band[1]) / 2 + lift
        seen = (middle - high * grown / 2) * down, (middle + high * grown / 2) * down
        for kind, start, end in parts(rng, places, high):
            start, end = start + rng.normal(0, 0.025) * high, end + rng.normal(0, 0.025) * high
            glyph = cut(grey, seen, start * across, end * across)
            if glyph is not None:
                glyphs.append(glyph)
                wanted.append(kind)
    return net.describe(np.array(glyphs)), np.array(wanted)
