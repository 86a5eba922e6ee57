"""From a garment to a picture somebody might have taken or drawn of it, for training.

Garments come from the data set (`from_data`) or from sketches (`from_sketch`) as two planes: `cover`, how
much of a pixel is garment, and `tone`, how far its brightness is from that of the background. Pictures are
uint8 gray. Everything random comes from the generator that is passed in.
"""
import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

import recipe  # noqa: F401  puts models/ on the path
from training import pen

SIZE = 128


def _field(rng, cells, amplitude):
    coarse = rng.normal(0, amplitude, (cells, cells)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((SIZE, SIZE), Image.Resampling.BICUBIC))


def from_data(picture, rng):
    """A 28 x 28 picture of the data set, enlarged and placed in SIZE x SIZE."""
    extent = int(rng.integers(60, 118))
    large = Image.fromarray(picture).resize((extent, extent), Image.Resampling.BICUBIC)
    if rng.random() < .5:
        large = large.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    tone = np.zeros((SIZE, SIZE), np.float32)
    left, top = rng.integers(3, SIZE - extent - 2, 2)
    tone[top:top + extent, left:left + extent] = np.asarray(large, np.float32) / 255
    solid = ndimage.binary_closing(tone > rng.uniform(.05, .12), iterations=2)
    return ndimage.gaussian_filter(solid.astype(np.float32), .8), tone


def _layout(parts, rng):
    """The parts of a sketch in pixels."""
    outlines, straps, details = parts
    every = np.vstack(outlines + straps)
    low, high = every.min(0), every.max(0)
    extent = rng.uniform(60, 112)
    scale = extent / (high - low).max()
    room = SIZE - (high - low) * scale - 10
    shift = SIZE / 2 + rng.uniform(-.5, .5, 2) * np.maximum(room, 0)
    middle = (low + high) / 2
    return [[(line - middle) * scale + shift for line in lines] for lines in (outlines, straps, details)], extent


def _raster(draw, smoothing=2):
    image = Image.new("L", (SIZE * smoothing, SIZE * smoothing), 0)
    draw(ImageDraw.Draw(image), smoothing)
    return np.asarray(image.resize((SIZE, SIZE), Image.Resampling.BOX), np.float32) / 255


def from_sketch(parts, rng):
    """A sketch filled with a stuff, its details a little darker or paler."""
    (outlines, straps, details), extent = _layout(parts, rng)
    strap = extent * rng.uniform(.025, .09)

    def fill(canvas, k):
        for line in outlines:
            canvas.polygon([tuple(p) for p in line * k], fill=255)
        for line in straps:
            pen.line(canvas, line * k, strap * k)

    width = extent * rng.uniform(.008, .04)
    seams = _raster(lambda canvas, k: [pen.line(canvas, line * k, max(width * k, 1)) for line in details])
    cover = _raster(fill)
    tone = cover * (1 - rng.uniform(0, .9) * seams if rng.random() < .8 else 1)
    return cover, tone


def outline_of_sketch(parts, rng):
    """Ink of a sketch drawn with a pen; some details are left out."""
    (outlines, straps, details), extent = _layout(parts, rng)
    width = extent * rng.uniform(.02, .12)
    kept = [line for line in details if rng.random() < .8]
    return _raster(lambda canvas, k: [pen.line(canvas, line * k, width * k)
                                      for line in outlines + straps + kept])


def outline_of_data(cover, tone, rng):
    """Ink along a garment's edge, and where its brightness changes most."""
    solid = ndimage.binary_opening(cover > .5)
    if rng.random() < .5:
        solid = ndimage.binary_fill_holes(solid)
    edge = solid & ~ndimage.binary_erosion(solid, iterations=2)
    if rng.random() < .7:
        smooth = ndimage.gaussian_filter(tone, rng.uniform(1, 2.5))
        change = np.hypot(ndimage.sobel(smooth, 0), ndimage.sobel(smooth, 1))
        inside = ndimage.binary_erosion(solid, iterations=4)
        if inside.any():
            edge |= inside & (change > max(np.quantile(change[inside], rng.uniform(.8, .95)), .15))
    reach = int(rng.integers(1, 4))
    return ndimage.gaussian_filter(ndimage.binary_dilation(edge, iterations=reach).astype(np.float32), .6)


def warp(planes, rng):
    """The planes bent alike."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    amplitude = rng.uniform(0, 2.5)
    at = [y + _field(rng, 5, amplitude), x + _field(rng, 5, amplitude)]
    return [ndimage.map_coordinates(plane, at, order=1, mode="constant") for plane in planes]


def on_pad(ink, rng):
    """Black on white, or the reverse."""
    value = np.clip(ink, 0, 1) * 255
    return (255 - value if rng.random() < .7 else value).astype(np.uint8)


def _pattern(rng):
    """The brightness of a stuff about 1."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    kind = rng.integers(5)
    if kind == 0:
        turn = rng.uniform(0, np.pi)
        return 1 + rng.uniform(.05, .3) * np.sin((x * np.cos(turn) + y * np.sin(turn)) * rng.uniform(.2, 1.5))
    if kind == 1:
        return 1 + _field(rng, int(rng.integers(8, 50)), rng.uniform(.05, .25))
    return np.ones((SIZE, SIZE), np.float32)


def photograph(cover, tone, rng):
    """Cloth before something plain, under uneven light, out of focus and noisy."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) / SIZE - .5
    if rng.random() < .6:
        round_edge = np.minimum(ndimage.distance_transform_edt(cover > .5) / rng.uniform(3, 14), 1)
        tone = tone * (1 - rng.uniform(0, .35) * (1 - round_edge))
    tone = tone * _pattern(rng) * (1 + _field(rng, 5, rng.uniform(0, .15)))
    strength = rng.uniform(60, 190)
    ground = rng.uniform(max(strength, 120), 250) if rng.random() < .75 else rng.uniform(5, 250 - strength)
    sign = -1 if ground >= max(strength, 120) else 1
    behind = ground * (1 + _field(rng, int(rng.integers(3, 30)), rng.uniform(0, .03)))
    if rng.random() < .4:
        fallen = ndimage.gaussian_filter(ndimage.shift(cover, rng.uniform(-6, 6, 2), order=1), rng.uniform(2, 6))
        behind = behind * (1 - rng.uniform(0, .25) * fallen)
    picture = behind * (1 - cover) + cover * (ground + sign * strength * tone)
    light = 1 + rng.normal(0, .15) * x + rng.normal(0, .15) * y - abs(rng.normal(0, .25)) * (x * x + y * y)
    picture = ndimage.gaussian_filter(picture, rng.uniform(0, 1.2)) * light
    return np.clip(picture + rng.normal(0, rng.uniform(0, 7), picture.shape), 0, 255).astype(np.uint8)
