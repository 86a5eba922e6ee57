"""From clean ink to a picture somebody might have taken: bent shapes, other pens, paper, light, noise.

Ink is float32 0..1 on a square; pictures are uint8 gray. Everything random comes from the generator
that is passed in.
"""
import numpy as np
from PIL import Image
from scipy import ndimage


def _field(rng, size, cells, amplitude):
    """A smooth random displacement, `amplitude` pixels strong."""
    coarse = rng.normal(0, amplitude, (cells, cells)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC))


def warp(ink, rng, strength=1.0):
    """Turns, shears, stretches and bends."""
    size = ink.shape[0]
    turn, shear = rng.normal(0, .13 * strength), rng.normal(0, .16 * strength)
    stretch = np.exp(rng.normal(0, .14 * strength, 2))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[1, 0], [shear, 1]]) @ np.diag(1 / stretch)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) - (size - 1) / 2
    amplitude = size * .022 * strength
    v = matrix[0, 0] * y + matrix[0, 1] * x + (size - 1) / 2 + _field(rng, size, 5, amplitude)
    u = matrix[1, 0] * y + matrix[1, 1] * x + (size - 1) / 2 + _field(rng, size, 5, amplitude)
    return ndimage.map_coordinates(ink, [v, u], order=1, mode="constant")


def _disc(diameter):
    r = (diameter - 1) / 2
    y, x = np.mgrid[0:diameter, 0:diameter] - r
    return x * x + y * y <= r * r + .3


def change_pen(ink, rng, thinnest=3, thickest=7):
    """Thinner or thicker strokes; ink that would vanish is left as it is."""
    choice = rng.random()
    if choice < .3:
        return ndimage.grey_dilation(ink, footprint=_disc(int(rng.integers(2, thickest + 1))))
    if choice < .5:
        thin = ndimage.grey_erosion(ink, footprint=_disc(int(rng.integers(2, thinnest + 1))))
        if thin.sum() > .45 * ink.sum():
            return thin
    return ink


def on_pad(ink, rng):
    """A drawing pad: pure black on white, or the reverse."""
    value = np.clip(ink, 0, 1) * 255
    return (value if rng.random() < .5 else 255 - value + .5).astype(np.uint8)


def photograph(ink, rng, roughness=1.0):
    """Paper under uneven light, out of focus and noisy."""
    height, width = ink.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - .5, y / height - .5
    light = 1 + rng.normal(0, .2 * roughness) * x + rng.normal(0, .2 * roughness) * y \
        - abs(rng.normal(0, .3 * roughness)) * (x * x + y * y)
    paper, pen = rng.uniform(150, 250), rng.uniform(10, 90)
    if rng.random() < .25:
        paper, pen = pen, paper
    blurred = ndimage.gaussian_filter(np.clip(ink, 0, 1), rng.uniform(.2, 1.4))
    picture = (paper + (pen - paper) * blurred) * light
    picture += rng.normal(0, rng.uniform(0, 9) * roughness, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def to_picture(ink, rng):
    return on_pad(ink, rng) if rng.random() < .5 else photograph(ink, rng)


def to_coarse(ink, rng):
    """As scikit-learn's digits were made: fills of 4 x 4 pixels of a 32 x 32 bitmap, on 8 x 8."""
    rows, columns = np.nonzero(ink > .5)
    if len(rows) == 0:
        return None
    cut = ink[rows.min():rows.max() + 1, columns.min():columns.max() + 1]
    width = int(np.clip(round(32 * cut.shape[1] / cut.shape[0] * rng.uniform(.9, 1.2)), 8, 32))
    cut = np.asarray(Image.fromarray(cut).resize((width, 32), Image.Resampling.BOX)) > .45
    bitmap = np.zeros((32, 32), np.float32)
    left = (32 - width) // 2
    bitmap[:, left:left + width] = cut
    return frame_coarse(bitmap.reshape(8, 4, 8, 4).sum((1, 3)))


def frame_coarse(counts):
    """8 x 8 counts of 0..16 as a picture: white on black, with a margin of two pixels."""
    picture = np.zeros((12, 12), np.uint8)
    picture[2:10, 2:10] = np.round(np.clip(counts, 0, 16) * (255 / 16)).astype(np.uint8)
    return picture
