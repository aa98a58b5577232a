"""usage: sheet.py OUT.png FOLDER PICTURE...   the pictures side by side, each with its name: for people to look at"""
import sys
from pathlib import Path

from PIL import Image, ImageDraw

TILE, COLUMNS = 420, 5


def main():
    out, folder, names = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    rows = max(1, -(-len(names) // COLUMNS))
    sheet = Image.new("RGB", (COLUMNS * TILE, rows * TILE), "white")
    draw = ImageDraw.Draw(sheet)
    for k, name in enumerate(names):
        image = Image.open(folder / name)
        image.thumbnail((TILE - 10, TILE - 30))
        at = (k % COLUMNS * TILE + 5, k // COLUMNS * TILE + 22)
        sheet.paste(image, at)
        draw.text((at[0], at[1] - 16), name, fill="black")
    sheet.save(out)


if __name__ == "__main__":
    main()
