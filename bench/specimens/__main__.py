"""usage: specimens OUT [--families NAME,...] [--kinds KIND,...] [--levels 0,1,...] [--harms HARM,...] [--people N] [--others N]
                       [--attacks none,screen,...]

Draws and photographs made-up documents, all marked SPECIMEN, into the folder OUT with a manifest.json that has the truth of each, in the
form that bench-documents reads. A family (dev01, dev02, ... or held01, ...) is a way of printing, see cards.py; what is made depends
on the arguments alone. Fonts and libraries are Debian's (tools/packages).
"""
import argparse
import json
import random
from pathlib import Path

import cards
import forge
import others
import people
import photo


# The fields that can be hidden: by their box, with the contract's name.
FIELDS = {"name": "name", "rrn": "id_number", "reg_no": "id_number", "license_no": "license_number", "license_class": "license_class",
          "issue_date": "issue_date", "country": "nationality", "mrz1": "mrz", "mrz2": "mrz"}


def hidden(kind):
    return [box for box in FIELDS if (kind in ("passport", "td1", "td2")) == box.startswith("mrz")]


# What comes behind a resident card and is not its back.
FOREIGN = ("resident", "driver", "alien", "passport", "driver_back", "resident_back")


def front_of(wanted, family, kind, index):
    """A resident card of who the back of this kind is of; it is read with it."""
    truth = people.person("resident", random.Random(f"{family}/{kind}/{index}/person"))
    front = cards.draw(cards.Family(family, "resident"), truth, index)
    name = f"{family}_{kind}_front_{index:02d}.jpg"
    (wanted.out / name).write_bytes(photo.take(front.image, 1, random.Random(f"{family}/{kind}/front/{index}"))[0])
    return name


def foreign_backs(wanted, family, index):
    """Another person's card or back, at each level of another kind."""
    front, entries = front_of(wanted, family, "foreign_back", index), []
    for level in map(int, filter(None, wanted.levels.split(","))):
        what = FOREIGN[(index + level) % len(FOREIGN)]
        truth = people.person(what, random.Random(f"{family}/foreign/{index}/{level}/person"))
        card = cards.draw(cards.Family(family, what), truth, index)
        jpeg, size, quad = photo.take(card.image, level, random.Random(f"{family}/foreign/{index}/{level}/photo"))
        name = f"{family}_foreign_{what}_{index:02d}_L{level}.jpg"
        (wanted.out / name).write_bytes(jpeg)
        entries.append({"file": name, "type": "foreign_back", "level": level, "width": size[0], "height": size[1], "quad": quad, "family": family, "index": index,
                        "front": front, "what": what, "truth": truth})
    return entries


def document(wanted, family, kind, index, attack):
    """The entries of one document's pictures."""
    truth = people.person(kind, random.Random(f"{family}/{kind}/{index}/person"))
    rng = random.Random(f"{family}/{kind}/{index}/{attack}")
    card = cards.draw(cards.Family(family, kind), forge.printed_otherwise(truth, rng) if attack == "fields" else truth, index)
    if attack in forge.ON_CARD:
        forge.ON_CARD[attack](card, truth, rng)
    entry = {"type": kind, "family": family, "index": index, "boxes": card.boxes, "truth": truth, "attack": attack}
    if kind == "resident_back":
        entry["front"] = front_of(wanted, family, kind, index)
    entries = []
    for level in map(int, filter(None, wanted.levels.split(","))):
        rng = random.Random(f"{family}/{kind}/{index}/{level}/photo")
        jpeg, size, quad = photo.take(card.image, level, rng, big=level == 2 and index == 0 and family.endswith("1"))
        if attack in forge.IN_PICTURE:
            jpeg, size, quad = forge.IN_PICTURE[attack](jpeg, level, rng, quad, card)
        name = f"{family}_{kind}_{index:02d}_L{level}{'' if attack == 'none' else '_' + attack}.jpg"
        (wanted.out / name).write_bytes(jpeg)
        entries.append({"file": name, "level": level, "width": size[0], "height": size[1], "quad": quad, **entry})
    return entries + (harmed(wanted, card, entry) if attack == "none" else [])


def harmed(wanted, card, entry):
    """The same, with what keeps it from being read."""
    family, kind, index = entry["family"], entry["type"], entry["index"]
    entries = []
    for harm in filter(None, wanted.harms.split(",")):
        code, over = photo.HARMS[harm]
        for box in [box for box in hidden(kind) if box in card.boxes] if over else [None]:
            rng = random.Random(f"{family}/{kind}/{index}/{harm}/{box}")
            jpeg, size, quad = photo.take_harmed(card.image, harm, card.boxes.get(box), rng)
            name = f"{family}_{kind}_{index:02d}_{harm}{'_' + box if box else ''}.jpg"
            (wanted.out / name).write_bytes(jpeg)
            entries.append({"file": name, "level": 2, "width": size[0], "height": size[1], "quad": quad, "harm": {"code": code, "field": FIELDS.get(box)}, **entry})
    return entries


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[0][7:], description=__doc__.split("\n", 2)[2])
    parser.add_argument("out", type=Path)
    parser.add_argument("--families", default=",".join(f"dev{n:02d}" for n in range(1, 9)))
    parser.add_argument("--kinds", default="resident,driver,alien,passport")
    parser.add_argument("--levels", default="0,1,2,3,4,5")
    parser.add_argument("--harms", default="", help="also pictures that cannot be read: " + ", ".join(photo.HARMS))
    parser.add_argument("--people", type=int, default=2, help="documents of each family and kind")
    parser.add_argument("--attacks", default="none", help=f"none, fields, {', '.join((*forge.ON_CARD, *forge.IN_PICTURE))}")
    parser.add_argument("--others", type=int, default=0, help="also pictures of what is no identity document")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    manifest = []
    for family in filter(None, wanted.families.split(",")):
        for kind in wanted.kinds.split(","):
            for index in range(wanted.people):
                if kind == "foreign_back":
                    manifest += foreign_backs(wanted, family, index)
                    continue
                for attack in wanted.attacks.split(","):
                    if attack != "fields" or kind == "passport":
                        manifest += document(wanted, family, kind, index, attack)
    for index in range(wanted.others):
        what, image = others.draw(index)
        level = (0, 2, 3)[index // len(others.KINDS) % 3]
        jpeg, size, quad = photo.take(image, level, random.Random(f"other/{index}/photo"))
        name = f"other_{what}_{index:03d}_L{level}.jpg"
        (wanted.out / name).write_bytes(jpeg)
        manifest.append({"file": name, "type": "none", "level": level, "index": index, "width": size[0], "height": size[1]})
    (wanted.out / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=0), encoding="utf-8")
    print(f"{len(manifest)} pictures in {wanted.out}")


if __name__ == "__main__":
    main()
