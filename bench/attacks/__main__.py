"""usage: attacks OUT FOUND [--kinds KIND,...]

Makes simulated attacks on face recognition out of pictures of people, into the folder OUT with a manifest.json in the form that
bench-attacks reads. FOUND is what `bench-attacks --find` says of those pictures: a JSON object a line with file, person, box and points. All
of it is simulated, by a program that knows no more of printers, screens and cameras than stands in it. `retaken` is no attack: the same
picture by the same camera, with nothing between. What is made depends on the arguments alone. Libraries are Debian's (tools/packages).
"""
import argparse
import json
import random
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "specimens"))
import instruments  # noqa: E402


def make(out, source, kind, wearer, index):
    rng = random.Random(f"{source['file']}/{kind}/{index}")
    jpeg = instruments.KINDS[kind](source, wearer, rng)
    name = f"{kind}_{source['half']}_{source['person']}_{index:02d}.jpg"
    (out / name).write_bytes(jpeg)
    return {"file": name, "kind": f"{kind} (simulated)", "half": source["half"], "person": source["person"], "live": kind == "retaken"}


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[0][7:], description=__doc__.split("\n", 2)[2])
    parser.add_argument("out", type=Path)
    parser.add_argument("found", type=Path)
    parser.add_argument("--kinds", default=",".join(instruments.KINDS))
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    sources = [json.loads(line) for line in wanted.found.read_text(encoding="utf-8").splitlines()]
    manifest = []
    for index, source in enumerate(sources):
        # Who wears or holds it is before a camera, of the same half, and another person where there is one.
        wearers = [one for one in sources if one["half"] == source["half"] and one["worn"] and one["person"] != source["person"]]
        for kind in wanted.kinds.split(","):
            wearer = random.Random(f"{source['file']}/{kind}/wearer").choice(wearers)
            manifest.append(make(wanted.out, source, kind, wearer, index))
    (wanted.out / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=0), encoding="utf-8")
    print(f"{len(manifest)} pictures in {wanted.out}")


if __name__ == "__main__":
    main()
