"""Drawings and rendered photographs of garments, for the evaluation and the repository's tests only.

The shapes are those of heldout_shapes.py. Drawings are made as the page's pad makes them: 448 x 448
pixels, a round black pen of 6.2 % on white. Photographs are silhouettes filled with a stuff, shaded, with
folds and seams, on a lit background, out of focus and noisy. Nothing here is used in training.
"""
import colorsys

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from heldout_shapes import SHAPES
import recipe  # noqa: F401  puts models/ on the path
from training import pen

PAD = 448
PEN = .062 * PAD


def _placed(label, rng, width, height, low, high, sloppiness):
    """One of the label's shapes in pixels: corners moved, slanted, shoes and bags at times mirrored.
    Returns outlines, straps, details and the scale."""
    shape = SHAPES[label][rng.integers(len(SHAPES[label]))]
    every = np.vstack([np.asarray(line, float) for line in shape.outlines + shape.straps])
    middle = (every.min(0) + every.max(0)) / 2
    extent = (every.max(0) - every.min(0)).max()
    scale = min(width, height) * rng.uniform(low, high) / extent
    turn, slant = rng.normal(0, .04), rng.normal(0, .03)
    matrix = np.array([[np.cos(turn), -np.sin(turn) + slant], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.diag([rng.uniform(.92, 1.08), rng.uniform(.95, 1.05)])
    if rng.random() < .25:
        matrix = matrix @ np.diag([-1, 1])
    room = np.array([width, height]) - extent * scale * np.array([1.0, 1.0]) - 44
    shift = np.array([width, height]) / 2 + rng.uniform(-.5, .5, 2) * np.maximum(room, 0)
    moved = {}

    def place(line):
        corners = []
        for corner in line:
            if corner not in moved:  # lines that meet keep meeting
                moved[corner] = rng.normal(0, sloppiness, 2)
            corners.append((np.asarray(corner, float) + moved[corner] - middle) @ matrix.T * scale + shift)
        return np.array(corners)

    return ([place(line) for line in shape.outlines], [place(line) for line in shape.straps],
            [place(line) for line in shape.details], scale, shape.strap_width)


def drawing(label, rng):
    """Outline, straps and most of the details, drawn with the pad's pen."""
    outlines, straps, details, _, _ = _placed(label, rng, PAD, PAD, .6, .88, 1.2)
    image = Image.new("L", (PAD, PAD), 255)
    canvas = ImageDraw.Draw(image)
    for line in outlines:
        pen.line(canvas, np.vstack([line, line[:1]]), PEN, fill=0)
    for line in straps:
        pen.line(canvas, line, PEN, fill=0)
    for line in details:
        if rng.random() < .75:
            pen.line(canvas, line, PEN, fill=0)
    return np.asarray(image)


def filled_drawing(label, rng):
    """The same, coloured in: a black shape, its straps drawn with the pen, seams left white."""
    outlines, straps, details, _, _ = _placed(label, rng, PAD, PAD, .6, .88, 1.2)
    image = Image.new("L", (PAD, PAD), 255)
    canvas = ImageDraw.Draw(image)
    for line in outlines:
        canvas.polygon([tuple(p) for p in line], fill=0)
        pen.line(canvas, np.vstack([line, line[:1]]), PEN * .5, fill=0)
    for line in straps:
        pen.line(canvas, line, PEN * .7, fill=0)
    for line in details:
        pen.line(canvas, line, PEN * .3, fill=255)
    return np.asarray(image)


def _noise_field(rng, height, width, cells):
    """Smooth, about -1..1."""
    coarse = rng.normal(0, .6, (max(cells * height // width, 2), cells)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


def _stuff(rng, height, width):
    """The brightness of a cloth about 1: plain, woven, striped or checked."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    kind = rng.choice(["plain", "woven", "stripes", "checks", "spots"], p=[.4, .25, .15, .1, .1])
    period = width * rng.uniform(.03, .07)
    depth = rng.uniform(.1, .3)
    if kind == "woven":
        return 1 + .05 * np.sin(x * 2.2) * np.sin(y * 2.2) + .06 * _noise_field(rng, height, width, 60)
    if kind == "stripes":
        along = y if rng.random() < .6 else x
        return 1 - depth * (np.sin(along * 2 * np.pi / period) > .2)
    if kind == "checks":
        return 1 - depth / 2 * (np.sin(x * 2 * np.pi / period) > 0) - depth / 2 * (np.sin(y * 2 * np.pi / period) > 0)
    if kind == "spots":
        return 1 - depth * (np.sin(x * 2 * np.pi / period) * np.sin(y * 2 * np.pi / period) > .5)
    return np.ones((height, width), np.float32)


def _colour(rng, brightness):
    """RGB whose luminance is `brightness`."""
    rgb = np.array(colorsys.hsv_to_rgb(rng.random(), rng.uniform(0, .6), 1.0))
    return rgb * brightness / (rgb @ np.array([.299, .587, .114]))


def photograph(label, rng, width=640, height=480):
    """RGB. The garment is darker or brighter than what is behind it by at least 70 gray levels."""
    outlines, straps, details, scale, strap_width = _placed(label, rng, width, height, .62, .9, .7)
    image = Image.new("L", (width, height), 0)
    canvas = ImageDraw.Draw(image)
    for line in outlines:
        smooth = pen.curve(np.vstack([line, line[:1]]), 4) if rng.random() < .3 else line
        canvas.polygon([tuple(p) for p in smooth], fill=255)
    for line in straps:
        pen.line(canvas, line, strap_width * scale, fill=255)
    mask = np.asarray(image, np.float32) / 255
    seams = Image.new("L", (width, height), 0)
    for line in details:
        pen.line(ImageDraw.Draw(seams), line, max(scale * 1.7, 1), fill=255)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)

    # Round at the edges, folds that run down, seams, light that falls off to one side.
    depth = np.minimum(ndimage.distance_transform_edt(mask > .5) / (9 * scale), 1)
    folds = np.sin(x / scale * rng.uniform(.25, .5) + 2.5 * _noise_field(rng, height, width, 6))
    shade = .78 + .22 * np.sqrt(depth) + rng.uniform(.02, .1) * folds
    shade -= rng.uniform(.1, .3) * np.asarray(seams, np.float32) / 255
    light = 1 + rng.normal(0, .12) * (x / width - .5) + rng.normal(0, .12) * (y / height - .5)
    light -= abs(rng.normal(0, .2)) * ((x / width - .5) ** 2 + (y / height - .5) ** 2)

    ground = rng.uniform(150, 235) if rng.random() < .75 else rng.uniform(15, 70)
    cloth = rng.uniform(20, ground - 85) if ground > 100 else rng.uniform(ground + 100, 235)
    behind = _colour(rng, ground)[None, None] * (1 + .03 * _noise_field(rng, height, width, 25))[..., None]
    if rng.random() < .5:  # a soft shadow
        fallen = ndimage.gaussian_filter(ndimage.shift(mask, (4 * scale / 2, 3 * scale / 2)), 2.5 * scale)
        behind = behind * (1 - .2 * fallen)[..., None]
    garment = _colour(rng, cloth)[None, None] * (_stuff(rng, height, width) * shade)[..., None]
    cover = ndimage.gaussian_filter(mask, .7)[..., None]
    picture = (behind * (1 - cover) + garment * cover) * light[..., None]
    picture = ndimage.gaussian_filter(picture, (*[rng.uniform(.4, 1.6) * width / 640] * 2, 0))
    picture += rng.normal(0, rng.uniform(1, 8), picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


KINDS = {"drawings": drawing, "filled drawings": filled_drawing, "photographs": photograph}
