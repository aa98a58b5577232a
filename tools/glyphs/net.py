"""The network that vision/glyph.c runs: how a glyph is described, how the weights are learnt and written down.

A glyph is a grey picture of WIDE x TALL points, 0 black to 1 white. What is said of it is gradients by direction over a grid of
fields, and the ink of each field; one hidden layer makes classes of that."""
import numpy as np

WIDE, TALL, FIELD, BINS = 16, 24, 4, 8
REACH = 1.2  # height of the picture in heights of the ink


def sample(grey, x, y):
    """Bilinear, the nearest point outside."""
    x = np.clip(x, 0, grey.shape[1] - 1.001)
    y = np.clip(y, 0, grey.shape[0] - 1.001)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, low = np.minimum(left + 1, grey.shape[1] - 1), np.minimum(top + 1, grey.shape[0] - 1)
    fx, fy = x - left, y - top
    upper = grey[top, left] * (1 - fx) + grey[top, right] * fx
    lower = grey[low, left] * (1 - fx) + grey[low, right] * fx
    return upper * (1 - fy) + lower * fy


def cut(grey, centre, width, middle, height):
    """The part of a picture around a point, `width` x `height` points of it, as a glyph's picture."""
    x = centre + (np.arange(2 * WIDE) + 0.5 - WIDE) / (2 * WIDE) * width - 0.5
    y = middle + (np.arange(2 * TALL) + 0.5 - TALL) / (2 * TALL) * height - 0.5
    return sample(grey, x[None, :], y[:, None]).reshape(TALL, 2, WIDE, 2).mean((1, 3))


def describe(glyphs):
    right = np.zeros_like(glyphs)
    down = np.zeros_like(glyphs)
    right[:, :, 1:-1] = glyphs[:, :, 2:] - glyphs[:, :, :-2]
    down[:, 1:-1, :] = glyphs[:, 2:, :] - glyphs[:, :-2, :]
    size = np.hypot(right, down)
    turn = (np.arctan2(down, right) / (2 * np.pi) * BINS) % BINS
    low = np.floor(turn).astype(int) % BINS
    part = turn - np.floor(turn)
    count, rows, columns = len(glyphs), TALL // FIELD, WIDE // FIELD
    fields = np.zeros((count, rows, columns, BINS))
    for b in range(BINS):
        share = size * ((low == b) * (1 - part) + ((low + 1) % BINS == b) * part)
        fields[:, :, :, b] = share.reshape(count, rows, FIELD, columns, FIELD).sum((2, 4))
    fields = np.sqrt(fields.reshape(count, -1))
    fields /= np.linalg.norm(fields, axis=1, keepdims=True) + 1e-6
    light = glyphs.reshape(count, rows, FIELD, columns, FIELD).mean((2, 4)).reshape(count, -1)
    ink = light.max(1, keepdims=True) - light
    ink /= np.linalg.norm(ink, axis=1, keepdims=True) + 1e-6
    return np.concatenate([fields, ink], 1).astype(np.float32)


def shares(weights, inputs):
    hidden = np.maximum(inputs @ weights[0] + weights[1], 0)
    out = hidden @ weights[2] + weights[3]
    share = np.exp(out - out.max(1, keepdims=True))
    return hidden, share / share.sum(1, keepdims=True)


def train(rng, inputs, wanted, hidden, classes, rounds):
    """Adam over mini-batches, with labels that leave a little doubt."""
    shapes = [(inputs.shape[1], hidden), (hidden,), (hidden, classes), (classes,)]
    weights = [rng.normal(0, 1 / np.sqrt(s[0]) if len(s) > 1 else 0, s).astype(np.float32) for s in shapes]
    first, second, step = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights], 0
    for turn in range(rounds):
        rate = 0.004 * (1 - turn / rounds) + 0.0001
        order = rng.permutation(len(inputs))
        for at in range(0, len(order), 256):
            x, y = inputs[order[at:at + 256]], wanted[order[at:at + 256]]
            inner, share = shares(weights, x)
            share[np.arange(len(y)), y] -= 0.98
            share -= 0.02 / classes
            share /= len(y)
            back = (share @ weights[2].T) * (inner > 0)
            slopes = [x.T @ back, back.sum(0), inner.T @ share, share.sum(0)]
            step += 1
            for k, slope in enumerate(slopes):
                first[k] = 0.9 * first[k] + 0.1 * slope
                second[k] = 0.999 * second[k] + 0.001 * slope ** 2
                weights[k] -= rate * (first[k] / (1 - 0.9 ** step)) / (np.sqrt(second[k] / (1 - 0.999 ** step)) + 1e-8)
    return weights


def quantise(weights):
    """Whole numbers of eight bits, and the scale of each table."""
    kept = []
    for part in weights:
        scale = float(np.abs(part).max()) / 127
        kept.append((np.rint(part / scale).astype(int), scale))
    return kept


def restore(kept):
    return [(part * scale).astype(np.float32) for part, scale in kept]


def write(name, alphabet, kept, made_of):
    """The C source of a `struct glyph_net`."""
    out = ["/* clang-format off */", f"/* {made_of} Do not edit. */", '#include "vision/glyph.h"', ""]
    for table, (part, _) in zip(("hidden", "hidden_bias", "output", "output_bias"), kept):
        out.append(f"static const int8_t {table}[] = {{")
        row = "   "
        for value in part.flatten():
            if len(row) + len(f" {value},") > 108:
                out.append(row)
                row = "   "
            row += f" {value},"
        out += [row.rstrip(",") + "};", ""]
    scales = ", ".join(f"{scale:.8g}f" for _, scale in kept)
    out += [f"const struct glyph_net {name} = {{", f"    {len(alphabet)}, {len(kept[1][0])}, \"{alphabet}\", hidden, hidden_bias, "
            "output, output_bias,", f"    {{{scales}}}}};"]
    print("\n".join(out))
