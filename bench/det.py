#!/usr/bin/env python3
"""usage: det.py CURVES.tsv OUT.png

The trade of false matches for false non-matches, as bench-faces writes it (name, false match rate, false non-match rate), on axes of
normal deviates: scores that are normally distributed make straight lines. A rate of 0 lies below what so many pairs can show and is left out.
"""
import sys
from pathlib import Path
from statistics import NormalDist

from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent / "specimens"))
import cards

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 1180, 820, 110, 420, 40, 80
RATES = (.00001, .0001, .001, .01, .05, .2)
COLOURS = ("#c0392b", "#e67e22", "#8e44ad", "#2471a3", "#1e8449", "#17202a")
LOW, HIGH = (NormalDist().inv_cdf(rate) for rate in (.00001, .3))


def at(rate):
    """0 to 1 along an axis."""
    return (NormalDist().inv_cdf(rate) - LOW) / (HIGH - LOW)


def place(match, miss):
    return (LEFT + at(match) * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - at(miss) * (HEIGHT - TOP - BOTTOM))


def percent(rate):
    return f"{100 * rate:g} %"


def draw_axes(draw, font):
    for rate in RATES:
        x, y = place(rate, rate)
        draw.line([(x, TOP), (x, HEIGHT - BOTTOM)], fill="#dddddd")
        draw.line([(LEFT, y), (WIDTH - RIGHT, y)], fill="#dddddd")
        draw.text((x, HEIGHT - BOTTOM + 8), percent(rate), font=font, fill="black", anchor="ma")
        draw.text((LEFT - 8, y), percent(rate), font=font, fill="black", anchor="rm")
    draw.rectangle([LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM], outline="black")
    draw.text(((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 34), "false match rate", font=font, fill="black", anchor="ma")
    draw.text((LEFT, TOP - 24), "false non-match rate", font=font, fill="black", anchor="la")


def main():
    curves = {}
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            name, match, miss = line.rstrip("\n").split("\t")
            curves.setdefault(name, []).append((float(match), float(miss)))
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw, font = ImageDraw.Draw(image), cards.Face(cards.GOTHIC[0]).at(16)
    draw_axes(draw, font)
    for k, (name, points) in enumerate(curves.items()):
        colour = COLOURS[k % len(COLOURS)]
        shown = [place(match, miss) for match, miss in points if .00001 <= match <= .3 and .00001 <= miss <= .3]
        if len(shown) > 1:
            draw.line(shown, fill=colour, width=3, joint="curve")
        y = TOP + 24 * k + 8
        draw.line([(WIDTH - RIGHT + 16, y), (WIDTH - RIGHT + 40, y)], fill=colour, width=3)
        draw.text((WIDTH - RIGHT + 48, y), name + ("" if len(shown) > 1 else " (none missed)"), font=font, fill="black", anchor="lm")
    image.save(sys.argv[2])
    return 0


if __name__ == "__main__":
    sys.exit(main())
