"""Draws what is no identity document, and may lie where one is expected: receipts, pages of books, cards of banks, shops and companies. All made up."""
import random

from PIL import Image, ImageDraw

import cards
import people


def lines(draw, rng, box, face, px, leading, words):
    """Running text."""
    x0, y, x1, y1 = box
    font = face.at(px)
    while y + px < y1:
        text, width = "", rng.uniform(.7, 1) * (x1 - x0)
        while font.getlength(text) < width:
            text += rng.choice(words) + " "
        draw.text((x0, y), text.strip(), font=font, fill=(25, 25, 25))
        y += px * leading


KOREAN = (people.ROADS + people.DONGS + people.HOUSES + "그리고 그러나 사람은 오늘 하늘이 바다에서 읽었다. 보았다. 이름을 생년월일 주소 발급 번호는 증명 등록 면허 운전 자동차 주민 2016.01.15. 서울특별시".split())
LATIN = "the quick brown fox and of name date card number registration passport licence in Seoul 2016 from which nobody IDENTITY returns".split()


def receipt(rng):
    image = Image.new("RGB", (700, rng.randrange(900, 1500)), (250, 250, 246))
    draw, face = ImageDraw.Draw(image), cards.Face(rng.choice(cards.GOTHIC[:6]))
    draw.text((210, 40), rng.choice(("영수증", "매출전표", "RECEIPT", "간이영수증")), font=face.at(60), fill=(20, 20, 20))
    draw.text((40, 130), f"사업자등록번호 {rng.randrange(100, 999)}-{rng.randrange(10, 99)}-{rng.randrange(10000, 99999)}   대표 홍길동", font=face.at(26), fill=(20, 20, 20))
    draw.text((40, 170), people.address(rng, rng.choice(people.PROVINCES), False), font=face.at(24), fill=(20, 20, 20))
    draw.text((40, 210), f"{rng.randrange(2015, 2026)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02} {rng.randrange(24):02}:{rng.randrange(60):02}  No.{rng.randrange(10**12, 10**13)}", font=face.at(26), fill=(20, 20, 20))
    for y in range(290, image.height - 150, 46):
        draw.text((40, y), rng.choice(people.HOUSES) + " " + rng.choice(people.DONGS), font=face.at(28), fill=(20, 20, 20))
        draw.text((500, y), f"{rng.randrange(1, 99)},{rng.randrange(10) * 100:03}", font=face.at(28), fill=(20, 20, 20))
    draw.text((40, image.height - 110), f"합계 {rng.randrange(10, 99)},000   승인 {rng.randrange(10**7, 10**8)}", font=face.at(40), fill=(20, 20, 20))
    return image


def page(rng):
    image = Image.new("RGB", (1100, 1500), (246, 243, 232))
    latin = rng.random() < .4
    lines(ImageDraw.Draw(image), rng, (110, 120, 990, 1400), cards.Face(rng.choice(cards.LATIN if latin else cards.SERIF)), rng.randrange(26, 40), 1.6, LATIN if latin else KOREAN)
    return image


def visiting(rng):
    image = Image.new("RGB", (1500, 900), cards._rgb(rng.random(), rng.uniform(0, .2), rng.uniform(.85, 1)))
    draw, face = ImageDraw.Draw(image), cards.Face(rng.choice(cards.GOTHIC))
    draw.text((110, 120), rng.choice(people.HOUSES) + "주식회사", font=face.at(70), fill=(30, 60, 120))
    draw.text((110, 340), "홍길동", font=face.at(100), fill=(20, 20, 20))
    draw.text((470, 380), rng.choice(("부장", "대표이사", "과장", "경찰청장상 수상")), font=face.at(46), fill=(60, 60, 60))
    for k, text in enumerate((people.address(rng, rng.choice(people.PROVINCES), False), f"T. 02-{rng.randrange(100, 999)}-{rng.randrange(1000, 9999)}  M. 010-{rng.randrange(1000, 9999)}-{rng.randrange(1000, 9999)}", "hong@example.org   www.example.org")):
        draw.text((110, 600 + 75 * k), text, font=face.at(40), fill=(50, 50, 50))
    return image


def credit(rng):
    image = Image.new("RGB", (1586, 1000), cards._rgb(rng.random(), rng.uniform(.3, .9), rng.uniform(.2, .9)))
    draw, face = ImageDraw.Draw(image), cards.Face(rng.choice(cards.LATIN))
    draw.rounded_rectangle([130, 330, 330, 490], 24, fill=(214, 180, 90))
    draw.text((120, 90), rng.choice(("BANK", "example card", "CHECK CARD", "MEMBERSHIP")), font=face.at(90), fill="white")
    draw.text((120, 560), " ".join(f"{rng.randrange(10000):04}" for _ in range(4)), font=face.at(110), fill="white")
    draw.text((700, 720), f"VALID THRU {rng.randrange(1, 13):02}/{rng.randrange(26, 34)}", font=face.at(46), fill="white")
    draw.text((120, 820), "HONG GILDONG", font=face.at(66), fill="white")
    return image


def badge(rng):
    """Of a company, a school or a library: a card with a portrait, and still no identity document."""
    family = cards.Family(f"other{rng.randrange(10**6)}", "resident")
    card = cards.Card(family, rng.randrange(10**6), 1.586)
    title, number = rng.choice((("사원증", f"사번 {rng.randrange(10**6, 10**7)}"), ("학생증", f"학번 20{rng.randrange(10, 26)}{rng.randrange(10**5, 10**6)}"), ("도서대출증", f"No. {rng.randrange(10**9, 10**10)}"), ("회원카드", f"{rng.randrange(10**11, 10**12)}"), ("건강보험증", f"증번호 {rng.randrange(10**10, 10**11)}")))
    card.put("title", .1, .08, title, family.title, .1, family.title_ink)
    card.picture(.68, .12, .26, .56)
    card.put("name", .08, .32, "홍길동", family.value, .075)
    card.put("number", .08, .47, number, family.number, .055)
    card.put("place", .08, .62, rng.choice(people.HOUSES) + rng.choice(("대학교", "전자", "도서관", "병원")), family.value, .05)
    card.put("date", .3, .78, cards.date_text(family.date_form, f"20{rng.randrange(10, 26)}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}"), family.value, .045)
    return card.image


def screen(rng):
    image = Image.new("RGB", (1080, 1900), (245, 245, 250))
    draw, face = ImageDraw.Draw(image), cards.Face(rng.choice(cards.GOTHIC))
    for y in range(120, 1750, 170):
        left = rng.choice((60, 360))
        draw.rounded_rectangle([left, y, left + 640, y + 130], 30, fill=rng.choice(((255, 235, 90), (255, 255, 255))))
        lines(draw, rng, (left + 30, y + 16, left + 600, y + 118), face, 34, 1.4, KOREAN)
    return image


def nothing(rng):
    return Image.new("RGB", (1200, 800), cards._rgb(rng.random(), rng.random(), rng.random()))


KINDS = (receipt, page, visiting, credit, badge, screen, nothing)


def draw(seed):
    """(what it is, its picture)"""
    rng = random.Random(f"other/{seed}")
    kind = KINDS[seed % len(KINDS)]
    return kind.__name__, kind(rng)
