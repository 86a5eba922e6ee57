"""Drawing with a round pen: smooth curves through points, and ink of them as float32 0..1."""
import numpy as np
from PIL import Image, ImageDraw


def curve(points, steps=8):
    """Catmull-Rom through the points."""
    p = np.asarray(points, float)
    if len(p) < 3:
        return p
    closed = np.allclose(p[0], p[-1], atol=1e-6)
    before = p[-2] if closed else 2 * p[0] - p[1]
    after = p[1] if closed else 2 * p[-1] - p[-2]
    q = np.vstack([before, p, after])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(q, q[1:], q[2:], q[3:]):
        parts.append(.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t ** 2
                           + (3 * b - a - 3 * c + d) * t ** 3))
    return np.vstack(parts + [p[-1:]])


def line(pen, points, width, fill=255):
    """A line of an ImageDraw with round joints and ends."""
    r = width / 2
    points = [tuple(p) for p in points]
    pen.line(points, fill=fill, width=max(round(width), 1))
    for x, y in points:
        pen.ellipse((x - r, y - r, x + r, y + r), fill=fill)


def draw(strokes, size, extent, width, rng=None, smoothing=2):
    """Strokes centred in a size x size picture, longer side `extent` pixels, round pen of `width`.
    Returns ink as float32 0..1."""
    points = np.vstack(strokes)
    low, high = points.min(0), points.max(0)
    scale = extent / max((high - low).max(), 1e-3)
    centre = (low + high) / 2
    offset = np.zeros(2) if rng is None else rng.uniform(-.5, .5, 2) * max(size - extent - width, 0)
    image = Image.new("L", (size * smoothing, size * smoothing), 0)
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        line(pen, ((stroke - centre) * scale + size / 2 + offset) * smoothing, width * smoothing)
    if smoothing > 1:
        image = image.resize((size, size), Image.Resampling.BOX)
    return np.asarray(image, np.float32) / 255
