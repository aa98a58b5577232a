"""The network, and its training: each column of a line learns which letter it stands in the middle of, if any.

A syllable is told by its three parts, so that one which was never seen is read as well as another."""
import multiprocessing
import random
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from lines import photo, words

STRIDE = 4  # pixels to a column
INITIALS, VOWELS, FINALS = 19, 21, 28
BLANK, SYLLABLE = 0, 1
MARKS = words.MARKS + words.LETTERS + words.OTHER
KINDS = 2 + len(MARKS)  # nothing, a syllable, or one of the marks
CHANNELS = KINDS + INITIALS + VOWELS + FINALS
IGNORED = -100
HEADS = ((0, KINDS), (KINDS, INITIALS), (KINDS + INITIALS, VOWELS), (KINDS + INITIALS + VOWELS, FINALS))


def codes(letter):
    """(kind, initial, vowel, final)"""
    if letter >= "가" and letter <= "힣":
        code = ord(letter) - 0xac00
        return SYLLABLE, code // 588, code % 588 // 28, code % 28
    return 2 + MARKS.index(letter), IGNORED, IGNORED, IGNORED


def targets(places, columns):
    """What each column should say: kind, initial, vowel, final; or, beside a letter's middle, the kind that it may say for nothing."""
    wanted = np.full((5, columns), IGNORED, np.int64)
    wanted[0] = BLANK
    middles = np.arange(columns) * STRIDE + STRIDE / 2 - .5
    owner = np.full(columns, -1)
    for k, (letter, left, right) in enumerate(places):
        apart, half = np.abs(middles - (left + right) / 2), (right - left) / 2
        soft = (apart < max(4, .6 * half)) & (wanted[0] == BLANK)
        wanted[0, soft] = IGNORED
        wanted[4, soft] = codes(letter)[0]
        for column in set(np.flatnonzero(apart < max(2, .4 * half))) | {int(apart.argmin())}:
            if owner[column] >= 0 and places[owner[column]][0] != letter:
                continue
            owner[column] = k
            wanted[:, column] = (*codes(letter), IGNORED)
    return wanted


def net():
    def block(a, b, kernel=3, stride=1, padding=1, groups=1):
        return [nn.Conv2d(a, b, kernel, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True)]
    layers = [*block(1, 24, 5, 2, 2), *block(24, 32), nn.MaxPool2d(2), *block(32, 64), *block(64, 64), nn.MaxPool2d((2, 1)), *block(64, 96), *block(96, 96),
              nn.MaxPool2d((2, 1)), *block(96, 192, (2, 3), 1, (0, 1)), *block(192, 192, (1, 5), 1, (0, 2), 192), *block(192, 192, 1, 1, 0),
              *block(192, 192, (1, 7), 1, (0, 3), 192), *block(192, 256, 1, 1, 0), nn.Conv2d(256, CHANNELS, 1)]
    return nn.Sequential(*layers)


def draw_batches(seed, queue, held, pool=256, size=32):
    """Forever: lines of about one width together."""
    rng, faces = random.Random(seed), photo.Typefaces(held)
    torch.set_num_threads(1)
    while True:
        drawn = []
        while len(drawn) < pool:
            text = words.line(rng)
            line = photo.take(rng, faces, text)
            if line:
                drawn.append(line)
        drawn.sort(key=lambda line: line[0].shape[1])
        batches = [drawn[k:k + size] for k in range(0, pool, size)]
        rng.shuffle(batches)
        for batch in batches:
            queue.put(stack(batch))


def stack(batch):
    columns = max(-(-line[0].shape[1] // STRIDE) for line in batch)
    images = np.zeros((len(batch), 1, photo.HEIGHT, columns * STRIDE), np.float32)
    wanted = np.zeros((len(batch), 5, columns), np.int64)
    for k, (pixels, places) in enumerate(batch):
        images[k, 0, :, :pixels.shape[1]] = pixels
        wanted[k] = targets(places, columns)
    return (images * 255).astype(np.uint8), wanted, ["".join(c for c, *_ in places) for _, places in batch]


def loss_of(out, wanted):
    total = 0
    for head, (first, count) in enumerate(HEADS):
        total = total + functional.cross_entropy(out[:, first:first + count, 0], wanted[:, head], ignore_index=IGNORED)
    soft = wanted[:, 4] != IGNORED
    kinds = functional.log_softmax(out[:, :KINDS, 0], 1)
    either = torch.logaddexp(kinds[:, BLANK], kinds.gather(1, wanted[:, 4:].clamp(min=0))[:, 0])
    return total - (either * soft).sum() / soft.sum().clamp(min=1)


def read(out):
    """Text of each line by its likeliest columns; out is (lines, CHANNELS, 1, columns)."""
    best = [out[:, first:first + count, 0].argmax(1).numpy() for first, count in HEADS]
    texts = []
    for kind, initial, vowel, final in zip(*best):
        text, last = "", None
        for k, what in enumerate(kind):
            letter = None if what == BLANK else chr(0xac00 + initial[k] * 588 + vowel[k] * 28 + final[k]) if what == SYLLABLE else MARKS[what - 2]
            if letter is not None and letter != last:
                text += letter
            last = letter
        texts.append(text)
    return texts


def errors(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        last, row[0] = row[0], i + 1
        for k, y in enumerate(b):
            last, row[k + 1] = row[k + 1], min(row[k] + 1, row[k + 1] + 1, last + (x != y))
    return row[-1]


def judge(model, batches, show=0):
    model.eval()
    wrong = letters = lines = wrong_lines = 0
    with torch.no_grad():
        for images, _, texts in batches:
            for said, text in zip(read(model(torch.from_numpy(images).float() / 255)), texts):
                said, text = said.replace(" ", ""), text.replace(" ", "")
                off = errors(said, text)
                wrong, letters, lines, wrong_lines = wrong + off, letters + len(text), lines + 1, wrong_lines + (off > 0)
                if off and show > 0:
                    show -= 1
                    print(f"    {text}  read as  {said}", file=sys.stderr)
    model.train()
    return f"{wrong} of {letters} letters ({100 * wrong / letters:.2f} %), {wrong_lines} of {lines} lines"


def export(model, path):
    """As ONNX, the means of the batches folded into the weights; these at half precision, of which the file packs better."""
    flat, layers = [], list(model.eval())
    for layer in layers:
        flat.append(torch.nn.utils.fusion.fuse_conv_bn_eval(flat.pop(), layer) if isinstance(layer, nn.BatchNorm2d) else layer)
    for weights in nn.Sequential(*flat).parameters():
        weights.data = weights.data.half().float()
    torch.onnx.export(nn.Sequential(*flat), torch.zeros(1, 1, photo.HEIGHT, 256), path, input_names=["line"], output_names=["columns"], opset_version=11,
                      dynamic_axes={"line": {3: "width"}, "columns": {3: "columns"}})


def run(args):
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    model = net()
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=1e-3)
    spent, steps = 0.0, 0
    if args.state and args.state.exists():
        kept = torch.load(args.state)
        model.load_state_dict(kept["model"])
        optimizer.load_state_dict(kept["optimizer"])
        spent, steps = kept["spent"], kept["steps"]
    queue = multiprocessing.Queue(64)
    makers = [multiprocessing.Process(target=draw_batches, args=(args.seed * 1000 + steps + k, queue, False), daemon=True) for k in range(args.makers)]
    for maker in makers:
        maker.start()
    held_queue = multiprocessing.Queue(2)
    held_maker = multiprocessing.Process(target=draw_batches, args=(args.seed + 77, held_queue, True), daemon=True)
    held_maker.start()
    checks = [held_queue.get() for _ in range(24)]
    held_maker.terminate()
    print(f"{sum(p.numel() for p in model.parameters())} weights", file=sys.stderr)
    began, total, since, told = time.time(), 0.0, 0, time.time()
    while (passed := time.time() - began) < args.minutes * 60:
        share = passed / (args.minutes * 60)
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1, (steps + 1) / 200) * (.5 + .5 * np.cos(np.pi * share)) + 1e-5
        images, wanted, _ = queue.get()
        loss = loss_of(model(torch.from_numpy(images).float() / 255), torch.from_numpy(wanted))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
        optimizer.step()
        total, since, steps = total + loss.item(), since + 1, steps + 1
        if time.time() - told > 120:
            print(f"{(spent + passed) / 60:.0f} min, {steps} steps, loss {total / since:.4f}, other typefaces: {judge(model, checks)}", file=sys.stderr, flush=True)
            total, since, told = 0.0, 0, time.time()
            if args.state:
                torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent + passed, "steps": steps}, args.state)
    if args.state:
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent + time.time() - began, "steps": steps}, args.state)
    print(f"other typefaces: {judge(model, checks, 40)}", file=sys.stderr)
    if args.out:
        export(model, args.out)
    for maker in makers:
        maker.terminate()
