"""Draws documents. A family is a way of printing: fonts, places, colours, forms of dates. It comes from its name alone, by chance, so
that no two are alike; families of `held` have other fonts than those of `dev`, and are for checking, never for building."""
import colorsys
import math
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH = 1600
ROOT = Path("/usr/share/fonts")
GOTHIC = ["truetype/nanum/NanumGothic.ttf", "truetype/nanum/NanumGothicBold.ttf", "truetype/nanum/NanumBarunGothic.ttf", "truetype/nanum/NanumSquareR.ttf",
          "truetype/nanum/NanumSquareB.ttf", "truetype/unfonts-core/UnDotum.ttf", "truetype/unfonts-core/UnDotumBold.ttf", "truetype/baekmuk/dotum.ttf",
          "truetype/baekmuk/gulim.ttf", "truetype/lexi/LexiGulim.ttf", "opentype/noto/NotoSansCJK-Regular.ttc", "opentype/noto/NotoSansCJK-Bold.ttc",
          "opentype/noto/NotoSansCJK-Medium.ttc", "opentype/noto/NotoSansCJK-DemiLight.ttc", "truetype/nanum/NanumBarunGothicBold.ttf", "truetype/nanum/NanumSquareRoundR.ttf"]
SERIF = ["truetype/nanum/NanumMyeongjo.ttf", "truetype/nanum/NanumMyeongjoBold.ttf", "truetype/unfonts-core/UnBatang.ttf", "truetype/unfonts-core/UnBatangBold.ttf",
         "truetype/baekmuk/batang.ttf", "opentype/noto/NotoSerifCJK-Regular.ttc", "opentype/noto/NotoSerifCJK-Bold.ttc", "opentype/noto/NotoSerifCJK-Medium.ttc",
         "truetype/lexi/LexiSaebomR.ttf"]
TITLES = ["truetype/baekmuk/hline.ttf", "truetype/nanum/NanumGothicExtraBold.ttf", "truetype/nanum/NanumSquareEB.ttf", 
          "truetype/unfonts-extra/UnYetgul.ttf", "truetype/nanum/NanumMyeongjoExtraBold.ttf", "truetype/unfonts-extra/UnShinmun.ttf"]
LATIN = ["truetype/liberation/LiberationSans-Regular.ttf", "truetype/liberation/LiberationSans-Bold.ttf", "truetype/liberation/LiberationSerif-Bold.ttf",
         "truetype/dejavu/DejaVuSans.ttf", "truetype/dejavu/DejaVuSans-Bold.ttf", "truetype/liberation/LiberationSansNarrow-Bold.ttf", "truetype/liberation/LiberationMono-Bold.ttf"]
OCRB = ["opentype/ocr-b/OCRB.otf", "opentype/ocr-b/OCRBS.otf"]


def fonts_of(names, held):
    """Every third font is held aside."""
    there = [name for name in names if (ROOT / name).exists()]
    return [name for k, name in enumerate(there) if (k % 3 == 2) == held] or there


class Face:
    cache = {}

    def __init__(self, name):
        self.path = str(ROOT / name)

    def at(self, px):
        key = (self.path, int(px))
        if key not in Face.cache:
            # In the collections of Noto the second face is the Korean one.
            Face.cache[key] = ImageFont.truetype(self.path, int(px), index=1 if self.path.endswith(".ttc") and "CJK" in self.path else 0)
        return Face.cache[key]


class Family:
    def __init__(self, name, kind):
        rng = self.rng = random.Random(f"{name}/{kind}")
        held = self.held = name.startswith("held")
        self.name, self.kind = name, kind
        gothic, serif, latin = ([Face(f) for f in fonts_of(names, held)] for names in (GOTHIC, SERIF, LATIN))
        titles = [Face(f) for f in fonts_of(TITLES, held)]
        words = gothic + gothic + serif
        self.title, self.label, self.value = rng.choice(titles + words), rng.choice(gothic), rng.choice(words)
        self.address, self.issuer = rng.choice((self.value, rng.choice(words))), rng.choice((self.value, rng.choice(words + titles[:1])))
        self.number = rng.choice((self.value, self.value, rng.choice(latin)))
        self.latin = rng.choice(latin + [self.value])
        self.ocrb, self.ocrb_bold = Face(OCRB[held]), rng.choice((0, 0, 1))
        self.hue = rng.random()
        self.paper = _rgb(self.hue, rng.uniform(.02, .2), rng.uniform(.88, .99))
        self.ink = tuple(int(rng.uniform(0, 60)) for _ in range(3))
        self.title_ink = rng.choice((self.ink, _rgb(rng.random(), .7, .4)))
        self.label_ink = rng.choice((self.ink, (90, 90, 95), _rgb(rng.random(), .5, .5)))
        self.pattern = rng.choice(("waves", "lines", "rings", "dots", "rosette", "words", "none"))
        self.pattern_strength = rng.uniform(.05, .28)
        self.portrait_right = rng.random() < {"resident": .8}.get(kind, .15)
        self.date_form = rng.choice(("{y}.{m:02}.{d:02}.", "{y}.{m:02}.{d:02}", "{y}. {m}. {d}.", "{y}. {m}. {d}", "{y}. {m:02}. {d:02}.", "{y}년 {m}월 {d}일", "{y}-{m:02}-{d:02}",
                                     "{y}.{m}.{d}."))
        self.scale = rng.uniform(.88, 1.14)
        self.title_spacing, self.name_spacing, self.number_spacing = rng.choice((0, .1, .35, .6)), rng.choice((0, 0, .08, .3)), rng.choice((0, 0, .06, .2))
        self.title_at = rng.choice(("left", "left", "centre"))
        self.labels = rng.choice(("left", "above")) if kind != "resident" else rng.choice((None, None, None, "left"))
        self.spaced_labels = rng.random() < .4
        self.issuer_spacing = rng.choice((0, 0, .1, .3))
        self.seal_at, self.seal_round, self.seal_ink = rng.uniform(-.9, .5), rng.random() < .3, (rng.randrange(170, 215), rng.randrange(20, 60), rng.randrange(20, 60))
        self.date_beside_issuer = rng.random() < .15
        self.break_inside = rng.random() < .25
        self.leading = rng.uniform(1.25, 1.6)
        self.hanja = rng.choice(("brackets", "brackets", "below", "none"))
        self.emblem = rng.random() < .4
        self.ghost = rng.random() < .4


def _rgb(h, s, v):
    return tuple(int(255 * c) for c in colorsys.hsv_to_rgb(h % 1, s, v))


def _mix(a, b, share):
    return tuple(int(x + (y - x) * share) for x, y in zip(a, b))


def paper(family, width, height):
    rng = random.Random(f"{family.name}/{family.kind}/paper")
    image = Image.new("RGB", (width, height), family.paper)
    draw = ImageDraw.Draw(image)
    strong = _mix(family.paper, _rgb(family.hue + rng.uniform(-.3, .3), .5, .6), family.pattern_strength)
    if family.pattern in ("waves", "lines"):
        step, swing, long = rng.randrange(24, 70), rng.randrange(4, 40) if family.pattern == "waves" else 0, rng.uniform(80, 400)
        for y in range(-50, height + 50, step):
            draw.line([(x, y + swing * math.sin(x / long + y)) for x in range(0, width + 8, 8)], fill=strong, width=rng.choice((2, 3)))
    elif family.pattern == "rings":
        for r in range(30, width, rng.randrange(22, 60)):
            draw.ellipse([width * .4 - r, height * .5 - r, width * .4 + r, height * .5 + r], outline=strong, width=3)
    elif family.pattern == "dots":
        for y in range(0, height, 26):
            for x in range(0, width, 26):
                draw.ellipse([x, y, x + 6, y + 6], fill=strong)
    elif family.pattern == "rosette":
        for _ in range(5):
            cx, cy, r, n = rng.randrange(width), rng.randrange(height), rng.randrange(120, 400), rng.randrange(5, 13)
            draw.line([(cx + r * math.cos(t / 60) * math.cos(n * t / 60), cy + r * math.sin(t / 60) * math.cos(n * t / 60)) for t in range(378)], fill=strong, width=2)
    elif family.pattern == "words":
        font = family.latin.at(15)
        for y in range(0, height, 34):
            draw.text((-(y * 7 % 190), y), "REPUBLICOFKOREA" * 14, font=font, fill=strong)
    if family.emblem:
        r, cx, cy = rng.randrange(130, 240), width * rng.uniform(.25, .6), height * rng.uniform(.4, .7)
        draw.pieslice([cx - r, cy - r, cx + r, cy + r], 180, 360, fill=_mix(family.paper, (220, 60, 60), family.pattern_strength * .6))
        draw.pieslice([cx - r, cy - r, cx + r, cy + r], 0, 180, fill=_mix(family.paper, (50, 80, 200), family.pattern_strength * .6))
    if rng.random() < .35:
        band = int(height * rng.uniform(.1, .16))
        draw.rectangle([0, 0, width, band], fill=_mix(family.paper, _rgb(family.hue, .5, .8), .35))
    return image


def write(draw, at, text, face, px, ink, spacing=0.0, right=False):
    """Letter by letter where the print is spaced. The box."""
    font, (x, y) = face.at(px), at
    if not spacing:
        width = font.getlength(text)
        x = x - width if right else x
        draw.text((x, y), text, font=font, fill=ink)
        return [x, y, x + width, y + px * 1.15]
    width = sum(font.getlength(c) + spacing * px for c in text) - spacing * px
    x = left = x - width if right else x
    for c in text:
        draw.text((x, y), c, font=font, fill=ink)
        x += font.getlength(c) + spacing * px
    return [left, y, left + width, y + px * 1.15]


def portrait(image, box, rng, ghost=False):
    x0, y0, x1, y1 = (int(v) for v in box)
    w, h = x1 - x0, y1 - y0
    tile = Image.new("RGB", (w, h), _rgb(rng.random(), rng.uniform(0, .12), rng.uniform(.85, 1)))
    draw = ImageDraw.Draw(tile)
    skin, hair = _rgb(rng.uniform(.04, .09), rng.uniform(.2, .5), rng.uniform(.75, .98)), _rgb(.07, .4, rng.uniform(.05, .4))
    cx, cy, fw, fh = w * .5, h * .43, w * rng.uniform(.19, .24), h * rng.uniform(.2, .25)
    draw.ellipse([cx - fw * 2.1, h * .72, cx + fw * 2.1, h * 1.5], fill=_rgb(rng.random(), .5, .4))
    if rng.random() < .5:
        draw.ellipse([cx - fw * 1.35, cy - fh * 1.35, cx + fw * 1.35, cy + fh * 1.7], fill=hair)
    draw.rectangle([cx - fw * .45, cy, cx + fw * .45, h * .76], fill=_mix(skin, (0, 0, 0), .12))
    draw.ellipse([cx - fw * 1.08, cy - fh * 1.25, cx + fw * 1.08, cy + fh * .6], fill=hair)
    draw.ellipse([cx - fw, cy - fh * .85, cx + fw, cy + fh], fill=skin)
    for side in (-1, 1):
        ex = cx + side * fw * .42
        draw.ellipse([ex - fw * .2, cy - fh * .12, ex + fw * .2, cy + fh * .06], fill="white", outline=(60, 40, 30))
        draw.ellipse([ex - fw * .09, cy - fh * .11, ex + fw * .09, cy + fh * .05], fill=(30, 20, 20))
        draw.line([ex - fw * .25, cy - fh * .27, ex + fw * .25, cy - fh * .3], fill=hair, width=max(2, int(w / 60)))
    draw.line([cx, cy, cx - fw * .08, cy + fh * .32], fill=_mix(skin, (0, 0, 0), .3), width=max(1, int(w / 90)))
    draw.arc([cx - fw * .35, cy + fh * .35, cx + fw * .35, cy + fh * .65], 20, 160, fill=(170, 60, 60), width=max(2, int(w / 70)))
    if ghost:
        tile = Image.blend(image.crop((x0, y0, x1, y1)), tile.convert("L").convert("RGB"), .35)
    image.paste(tile, (x0, y0))


def seal(image, centre, size, family, rng):
    tile = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(tile)
    width = max(3, size // 16)
    (draw.ellipse if family.seal_round else draw.rectangle)([2, 2, size - 3, size - 3], outline=230, width=width)
    for k in range(9):
        x, y, s = size * (.18 + .22 * (k % 3)), size * (.16 + .23 * (k // 3)), size * .18
        for _ in range(4):
            draw.line([x + rng.random() * s, y + rng.random() * s, x + rng.random() * s, y + rng.random() * s], fill=220, width=max(2, width // 2))
    image.paste(Image.new("RGB", (size, size), family.seal_ink), (int(centre[0] - size / 2), int(centre[1] - size / 2)), tile)


def date_text(form, iso):
    y, m, d = iso.split("-")
    return form.format(y=y, m=int(m), d=int(d))


def wrapped(text, face, px, width, inside):
    """Lines of at most that width, broken at blanks, or, as some print, anywhere."""
    lines, line = [], ""
    for unit in (text if inside else text.split(" ")):
        more = line + unit if inside else (line + " " + unit).strip()
        if face.at(px).getlength(more) > width and line:
            lines.append(line.strip())
            line = unit
        else:
            line = more
    return lines + [line.strip()]


class Card:
    """One document under the pen: keeps the boxes of what it writes, as shares of the card."""

    def __init__(self, family, seed, ratio):
        self.family, self.rng = family, random.Random(f"{family.name}/{family.kind}/{seed}")
        self.width, self.height = WIDTH, int(WIDTH / ratio)
        self.image = paper(family, self.width, self.height)
        self.draw = ImageDraw.Draw(self.image)
        self.boxes = {}

    def put(self, name, x, y, text, face, size, ink=None, spacing=0.0, right=False):
        """x and y as shares of the card, size as share of its height. Returns the right border as a share."""
        px = size * self.height * (self.family.scale if name else 1)
        box = write(self.draw, (x * self.width, y * self.height), text, face, px, ink or self.family.ink, spacing, right)
        if name:
            self.boxes[name] = [box[0] / self.width, box[1] / self.height, box[2] / self.width, box[3] / self.height]
        return box[2] / self.width

    def label(self, x, y, text, size=.034):
        spaced = " ".join(text) if self.family.spaced_labels and len(text) == 2 else text
        return self.put(None, x, y, spaced, self.family.label, size, self.family.label_ink)

    def fitting(self, x, text, face, size, most):
        """The size, or a smaller one in which the text ends before `most`: nothing runs off a genuine card."""
        while x + face.at(size * self.height * self.family.scale).getlength(text) / self.width > most:
            size *= .95
        return size

    def paragraph(self, name, x, y, text, width, size):
        family = self.family
        px = size * self.height * family.scale
        lines = wrapped(text, family.address, px, width * self.width, family.break_inside)
        for k, line in enumerate(lines):
            self.put(f"{name}{k or ''}", x, y + k * size * family.scale * family.leading, line, family.address, size)
        return y + len(lines) * size * family.scale * family.leading

    def picture(self, x, y, w, h):
        portrait(self.image, [x * self.width, y * self.height, (x + w) * self.width, (y + h) * self.height], self.rng)
        self.boxes["portrait"] = [x, y, x + w, y + h]

    def issuer(self, x, y, text, size, right=False):
        family = self.family
        end = self.put("issuer", x, y, text, family.issuer, size, spacing=family.issuer_spacing, right=right)
        side = int(self.height * self.rng.uniform(.15, .19))
        seal(self.image, (end * self.width + side * (.5 + family.seal_at * .6), (y + size / 2) * self.height), side, family, self.rng)

    def mark(self, text="SPECIMEN 견본"):
        self.put(None, .8, .965, text, self.family.label, .022, _mix(self.family.paper, (90, 90, 90), .6))


def resident(card, t):
    f = card.family
    left = .06 if f.portrait_right else .38
    px = .69 if f.portrait_right else .05
    card.picture(px, .08 + f.rng.uniform(0, .08), .26, .56)
    title_size = f.rng.uniform(.085, .115)
    spacing = f.title_spacing
    card.put("title", left + (.04 if f.title_at == "left" else .1) * (f.portrait_right or 0), .07, "주민등록증", f.title, title_size, f.title_ink, min(spacing, .45))
    y, shift = f.rng.uniform(.24, .29), 0
    if f.labels:
        for text, at in (("성명", y), ("주민등록번호", y + .14), ("주소", y + .26)):
            card.label(left, at + .01, text, .03)
        shift = .11
    end = card.put("name", left + shift, y, t["name"], f.value, .075, spacing=f.name_spacing)
    if f.hanja == "brackets":
        card.put("name_hanja", end + .005, y, f"({t['name_hanja']})", Face(SERIF[5]), .07)
    elif f.hanja == "below":
        card.put("name_hanja", left + shift, y + .085, f"({t['name_hanja']})", Face(SERIF[5]), .045)
    y += .14
    card.put("rrn", left + shift, y, t["rrn"], f.number, .065, spacing=f.number_spacing)
    card.paragraph("address", left + shift, y + .12, t["address"], .6 - shift if f.portrait_right else .55 - shift, f.rng.uniform(.042, .05))
    date = date_text(f.date_form, t["issue_date"])
    if f.date_beside_issuer:
        card.put("issue_date", left, .85, date, f.value, .045)
        card.issuer(left + .27, .845, t["issuer"], .055)
    else:
        card.put("issue_date", f.rng.uniform(.2, .36), .755, date, f.value, f.rng.uniform(.045, .055), spacing=f.number_spacing)
        card.issuer(f.rng.uniform(.14, .2), .845, t["issuer"], f.rng.uniform(.06, .072))


def resident_back(card, t):
    f = card.family
    card.put("title", .06, .06, "주소변동사항", f.title, .05, f.title_ink)
    y = .18
    for k, (day, address) in enumerate(t["changes"]):
        card.put(f"change_date{k}", .06, y, date_text(f.date_form, day), f.value, .04)
        y = card.paragraph(f"change{k}", .26, y, address, .68, .04) + .03
    card.put(None, .06, .9, "습득하신 분은 우체통에 넣어 주십시오.", f.label, .035)


def driver_back(card, t):
    f = card.family
    card.put("title", .06, .06, "기재사항변경", f.title, .05, f.title_ink)
    card.put("change_date0", .06, .2, date_text(f.date_form, t["issue_date"]), f.value, .04)
    card.paragraph("change0", .26, .2, t["address"], .68, .04)
    card.put(None, .06, .9, "습득하신 분은 가까운 우체통에 넣어 주십시오.", f.label, .035)


def driver(card, t):
    f = card.family
    card.put("license_class", .03, .035, t["license_class"], f.value, .05, f.title_ink if f.rng.random() < .5 else None)
    title = "자동차운전면허증" + f.rng.choice(("", " (Driver's License)", "(Driver's License)"))
    wide = len(t["license_class"]) > 10
    card.put("title", .44 if wide else .38, .105 if wide else .03, title, f.title, .056 if "(" in title else .07, f.title_ink)
    card.picture(.04, .17, .24, .5)
    if f.ghost:
        portrait(card.image, [.82 * card.width, .34 * card.height, .93 * card.width, .56 * card.height], random.Random(t["name"]), True)
    x, y = .32, .2
    card.put("license_no", .38, y, t["license_no_printed"], f.value if t["license_no_printed"] > "가" else f.number, .07, spacing=f.number_spacing / 2)
    names = {"name": f.rng.choice(("성명", "이름")), "rrn": f.rng.choice(("주민번호", "주민등록번호")), "address": "주소", "aptitude": f.rng.choice(("적성검사기간", "갱신기간", "적성검사 기간"))}
    labelled, value_x = f.labels is not None and f.rng.random() < .85, .46 if f.rng.random() < .5 else .44
    rows = [("name", t["name"], .06), ("rrn", t["rrn"], .05)]
    y += .115
    for key, text, size in rows:
        if labelled:
            card.label(x, y + .008, names[key], .032)
        card.put(key, value_x, y, text, f.value if key == "name" else f.number, size, spacing=f.name_spacing / 2 if key == "name" else 0)
        y += .095
    if labelled:
        card.label(x, y + .005, names["address"], .032)
    y = max(card.paragraph("address", value_x, y, t["address"], .5, f.rng.uniform(.038, .046)), y + .12) + .015
    if labelled:
        card.label(x, y + .004, names["aptitude"], .028)
    card.put("aptitude", value_x, y, date_text(f.date_form.rstrip("."), t["aptitude_from"]) + " ~ " + date_text(f.date_form.rstrip("."), t["aptitude_to"]), f.value, .037)
    if labelled:
        card.label(x, y + .055, "조건", .03)
    if t["condition"]:
        card.put("condition", value_x, y + .055, t["condition"], f.value, .036)
    card.put("serial", .08, .72, t["serial"], f.latin, .05, spacing=.05)
    card.put("issue_date", f.rng.uniform(.44, .55), max(.8, y + .09), date_text(f.date_form, t["issue_date"]), f.value, .046)
    card.issuer(f.rng.uniform(.4, .45), max(.87, y + .15), t["issuer"], .058)


def alien(card, t):
    f = card.family
    title, latin = f.rng.choice((("외국인등록증", "RESIDENCE CARD"), ("외국인등록증", "ALIEN REGISTRATION CARD"), ("영주증", "PERMANENT RESIDENT CARD"), ("국내거소신고증", "OVERSEAS KOREAN RESIDENT CARD")))
    end = card.put("title", .06, .06, title, f.title, .075, f.title_ink, min(f.title_spacing, .3))
    if f.rng.random() < .6:
        card.put("title_latin", end + .03, .08, latin, f.latin, .036, f.title_ink)
    else:
        card.put("title_latin", .06, .155, latin, f.latin, .036, f.title_ink)
    left = f.portrait_right
    card.picture(.7 if left else .05, .24, .24, .52)
    x = .06 if left else .34
    both = f.rng.random() < .7
    order = [("reg_no", "외국인등록번호", "Registration No.", t["reg_no"], .05), ("name", "성명", "Name", t["name"], .045), ("country", "국가/지역", "Country/Region", t["country"], .042),
             ("status", "체류자격", "Status", t["status"], .044), ("sex", "성별", "Sex", t["sex"], .04), ("issue_date", "발급일자", "Issue Date", date_text(f.date_form, t["issue_date"]), .042)]
    if f.rng.random() < .3:
        order[1], order[2] = order[2], order[1]
    if f.rng.random() < .3:
        order.pop(4)
    y, step = .23, .62 / len(order)
    for key, korean, english, text, size in order:
        face = f.number if key == "reg_no" else f.latin if key in ("name", "country", "sex") else f.value
        size = card.fitting(x + (0 if f.labels == "above" else .17), text, face, size, .68 if left else .97)
        if f.labels == "above":
            card.label(x, y - .015, korean + (" " + english if both else ""), .026)
            card.put(key, x, y + .018, text, face, size)
        else:
            card.label(x, y, korean, .03)
            if both:
                card.label(x, y + .034, english, .022)
            card.put(key, x + .17, y, text, face, size)
        y += step
    card.issuer(f.rng.uniform(.2, .34), .86, t["issuer"], .06)


def zone(card, t, count, width, bottom=.93):
    f = card.family
    chars = len(t["mrz1"])
    px = card.width * width / chars / .6 * .98
    font = f.ocrb.at(px)
    pitch = card.width * width / chars
    step = px * f.rng.uniform(1.5, 1.9)
    for k in range(count):
        y = card.height * bottom - (count - 1 - k) * step - px
        x = card.width * (1 - width) / 2
        for c in t[f"mrz{k + 1}"]:
            card.draw.text((x + (pitch - font.getlength(c)) / 2, y), c, font=font, fill=(25, 25, 30), stroke_width=f.ocrb_bold)
            x += pitch
        card.boxes[f"mrz{k + 1}"] = [(1 - width) / 2, y / card.height, (1 + width) / 2, (y + px) / card.height]


MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()


def passport_date(form, iso, korean):
    y, m, d = iso.split("-")
    return {"word": f"{d} {MONTHS[int(m) - 1]} {y}", "both": f"{d} {int(m)}월/{MONTHS[int(m) - 1]} {y}" if korean else f"{d} {MONTHS[int(m) - 1]} / {y}", "dots": f"{d}.{m}.{y}",
            "slash": f"{d}/{m}/{y}"}[form]


def passport(card, t):
    f = card.family
    korean = t["country"] == "KOR"
    card.put("title", .055, .05, ("여권 PASSPORT   대한민국 REPUBLIC OF KOREA" if korean else f"PASSPORT   {t['nat_text']}"), f.value if korean else f.latin, .045, f.title_ink)
    card.picture(.05, .2, .24, .46)
    form = "both" if korean else f.rng.choice(("word", "dots", "slash", "both"))
    rows = [[("code", "종류/Type" if korean else "Type", t["code"]), ("country", "발행국/Issuing country" if korean else "Code", t["country"]),
             ("number", "여권번호/Passport No." if korean else "Passport No.", t["number"])],
            [("surname", "성/Surname" if korean else "Surname", t["surname"]), ("name_kor", "한글성명" if korean else "", t["name_kor"])],
            [("given_names", "이름/Given names" if korean else "Given names", t["given_names"])],
            [("nat_text", "국적/Nationality" if korean else "Nationality", t["nat_text"])],
            [("birth_date", "생년월일/Date of birth" if korean else "Date of birth", passport_date(form, t["birth_date"], korean)), ("sex", "성별/Sex" if korean else "Sex", t["sex"])],
            [("issue_date", "발급일/Date of issue" if korean else "Date of issue", passport_date(form, t["issue_date"], korean)), ("authority", "발행관청/Authority" if korean else "Authority", t["authority"])],
            [("expiry_date", "기간만료일/Date of expiry" if korean else "Date of expiry", passport_date(form, t["expiry_date"], korean))]]
    y = .14
    for row in rows:
        spots = (.34, .5, .7) if len(row) == 3 else (.34, .68)
        for x, (key, label, text) in zip(spots, row):
            if text:
                card.label(x, y, label, .02)
                size = .034 if len(text) < 22 else .027
                card.put(key, x, y + .024, text, f.value if any(c > "\u3000" for c in text) else f.latin, size)
        y += .088
    zone(card, t, 2, f.rng.uniform(.86, .93))


def identity(card, t):
    """A card with a zone of three or two lines, as many countries have."""
    f = card.family
    card.put("title", .055, .05, f"IDENTITY CARD   {t['nat_text']}", f.latin, .05, f.title_ink)
    card.picture(.05, .17, .2, .4)
    y = .16
    for key, label, text in (("number", "Document No.", t["number"]), ("surname", "Surname", t["surname"]), ("given_names", "Given names", t["given_names"]),
                             ("birth_date", "Date of birth", passport_date("dots", t["birth_date"], False)), ("expiry_date", "Date of expiry", passport_date("dots", t["expiry_date"], False))):
        card.label(.3, y, label, .022)
        card.put(key, .3, y + .028, text, f.latin, .038)
        y += .085
    zone(card, t, 3 if f.kind == "td1" else 2, f.rng.uniform(.84, .92), .95)


KINDS = {"resident": (resident, 1.586), "resident_back": (resident_back, 1.586), "driver": (driver, 1.586), "driver_back": (driver_back, 1.586), "alien": (alien, 1.586), "passport": (passport, 1.42),
         "td1": (identity, 1.586), "td2": (identity, 1.418)}


def draw(family, truth, seed):
    paint, ratio = KINDS[family.kind]
    card = Card(family, seed, ratio)
    # What a family leaves to chance is the same on each of its cards.
    family.rng = random.Random(f"{family.name}/{family.kind}/layout")
    paint(card, truth)
    card.mark()
    return card
