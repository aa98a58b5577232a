"""usage: sheet.py OUT.png MANIFEST.json FAILED.json

Pictures that failed, for people to look at. FAILED.json says of each by its file name what is wrong, in lines. Each is shown straightened
where the manifest says where its card lies, with the fields that are wrong framed in red, and what was wanted and read beneath.
"""
import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw

import cards
import photo

TILE, SHOWN, COLUMNS, LINE, SHEET_MAX = 560, 350, 4, 19, 60
NAMES = {"rrn": "id_number", "reg_no": "id_number", "license_no": "license_number", "country": "nationality", "number": "passport_number"}


def straight(image, entry):
    """The card alone, upright, or the picture as it is where nobody knows where its card lies."""
    if "quad" not in entry:
        return image, {}
    size = (1120, round(1120 / (1.42 if entry["type"] == "passport" else 1.586)))
    corners = [(0, 0), (size[0], 0), size, (0, size[1])]
    card = image.transform(size, Image.PERSPECTIVE, photo.homography(entry["quad"], corners), Image.BICUBIC)
    return card, {NAMES.get(name, name): box for name, box in entry.get("boxes", {}).items()}


def tile(folder, entry, wrong):
    card, boxes = straight(Image.open(folder / entry["file"]).convert("RGB"), entry)
    draw = ImageDraw.Draw(card)
    for line in wrong:
        box = boxes.get(line.split(":")[0])
        if box:
            draw.rectangle([round(box[k] * card.size[k % 2]) + (-6, -6, 6, 6)[k] for k in range(4)], outline="red", width=4)
    card.thumbnail((TILE - 16, SHOWN))
    face = cards.Face(cards.GOTHIC[0])
    told = [part for line in wrong for part in line.replace(" read '", "\n    read '", 1).split("\n")]
    image = Image.new("RGB", (TILE, SHOWN + LINE * (len(told) + 2)), "white")
    image.paste(card, (8, LINE + 6))
    draw = ImageDraw.Draw(image)
    draw.text((8, 4), entry["file"], font=face.at(15), fill="black")
    for k, line in enumerate(told):
        draw.text((8, SHOWN + LINE * (k + 1) + 8), line, font=face.at(12), fill=(170, 0, 0))
    return image


def main():
    out, manifest, failed = sys.argv[1], Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
    entries = [entry for entry in json.loads(manifest.read_text(encoding="utf-8")) if entry["file"] in failed]
    tiles = [tile(manifest.parent, entry, failed[entry["file"]]) for entry in entries[:SHEET_MAX]]
    rows = [tiles[k:k + COLUMNS] for k in range(0, len(tiles), COLUMNS)]
    heights = [max(one.height for one in row) for row in rows]
    sheet = Image.new("RGB", (COLUMNS * TILE, sum(heights) + 40), "white")
    title = f"{len(entries)} pictures failed, {len(tiles)} shown. Each line: field, what is printed, what was read, with what confidence."
    ImageDraw.Draw(sheet).text((8, 8), title, font=cards.Face(cards.GOTHIC[0]).at(20), fill="black")
    y = 40
    for row, height in zip(rows, heights):
        for k, one in enumerate(row):
            sheet.paste(one, (k * TILE, y))
        y += height
    sheet.save(out)


if __name__ == "__main__":
    main()
