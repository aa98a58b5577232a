"""The camera and the room: light, shake, noise, JPEG; and what prints and screens do to a picture."""
import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from head import HEIGHT, WIDTH


class Camera:
    """One camera in one place: its frames have the same light and noise."""

    def __init__(self, rng):
        self.rng = rng
        self.gain = rng.uniform(0.7, 1.2)
        self.tint = [rng.uniform(0.94, 1.06) for _ in range(3)]
        self.noise = rng.uniform(1.5, 5)
        self.quality = rng.randrange(72, 93)
        self.drift = rng.uniform(-0.02, 0.02)
        self.random = np.random.default_rng(rng.randrange(1 << 32))
        self.taken = 0

    def shot(self, image):
        """The frame, as JPEG bytes."""
        self.taken += 1
        shift = [self.rng.gauss(0, 1.5) for _ in range(2)]
        image = image.convert("RGB").transform((WIDTH, HEIGHT), Image.Transform.AFFINE, (1, 0, shift[0], 0, 1, shift[1]), Image.Resampling.BILINEAR)
        if self.rng.random() < 0.25:
            image = image.filter(ImageFilter.GaussianBlur(self.rng.uniform(0.4, 1.3)))
        light = self.gain * (1 + self.drift * self.taken + self.rng.gauss(0, 0.01))
        pixels = np.asarray(image, np.float32) * light * np.array(self.tint, np.float32)
        pixels += self.random.standard_normal(pixels.shape, np.float32) * self.noise
        return encoded(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), self.quality)


def encoded(image, quality):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def room(rng):
    """What is behind a picture that is held before the camera."""
    coarse = np.random.default_rng(rng.randrange(1 << 32)).uniform(40, 200, (5, 7, 3))
    image = Image.fromarray((coarse * 0.5 + coarse.mean(2, keepdims=True) * 0.5).astype(np.uint8)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randrange(3, 9)):
        x, y = rng.randrange(-50, WIDTH), rng.randrange(-50, HEIGHT)
        grey = rng.randrange(20, 230)
        draw.rectangle((x, y, x + rng.randrange(20, 260), y + rng.randrange(20, 260)), fill=(grey, min(255, grey + rng.randrange(25)), grey))
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 3)))


def printed(image, rng):
    """Paper has less contrast and colour than a face, and dots."""
    pixels = np.asarray(image, np.float32)
    grey = pixels.mean(2, keepdims=True)
    pixels = grey + (pixels - grey) * rng.uniform(0.55, 0.9)
    pixels = 128 + (pixels - 120) * rng.uniform(0.7, 0.9)
    ys, xs = np.mgrid[0:pixels.shape[0], 0:pixels.shape[1]]
    angle, pitch = rng.uniform(0, math.pi), rng.uniform(1.3, 2.2)
    dots = np.sin((xs * math.cos(angle) + ys * math.sin(angle)) * math.pi / pitch) * np.sin((ys * math.cos(angle) - xs * math.sin(angle)) * math.pi / pitch)
    return Image.fromarray(np.clip(pixels + rng.uniform(2, 8) * dots[..., None], 0, 255).astype(np.uint8))


def displayed(image, rng):
    """A screen glows, is bluish, and beats with the camera's pixels."""
    pixels = np.asarray(image, np.float32)
    ys, xs = np.mgrid[0:pixels.shape[0], 0:pixels.shape[1]]
    beat = np.sin(xs * rng.uniform(0.2, 1.2) + ys * rng.uniform(0.05, 0.6)) * rng.uniform(1, 6)
    pixels = 255 * (pixels / 255) ** rng.uniform(0.8, 1.0) * np.array([0.96, 1.0, 1.06], np.float32) + beat[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
