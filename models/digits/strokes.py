"""Digits as people draw them with a mouse or a finger: skeletons, bent at random, drawn with a pen.

A style is a list of strokes; a stroke is a list of points in the unit square, y downwards. Strokes
marked smooth become curves through their points, the others stay straight segments.
"""
import math

import numpy as np
from PIL import Image, ImageDraw

SMOOTH, STRAIGHT = True, False


def _loop(cx, cy, rx, ry, start=-90, sweep=360, n=14):
    angles = np.radians(start - np.linspace(0, sweep, n))
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


STYLES = {
    0: [
        [(SMOOTH, _loop(.5, .5, .4, .5))],
        [(SMOOTH, _loop(.5, .5, .4, .5, start=-60, sweep=375))],
        [(SMOOTH, _loop(.5, .5, .33, .5, start=-110, sweep=345))],
        [(STRAIGHT, _loop(.5, .5, .42, .5, n=8))],
        [(STRAIGHT, [(.5, 0), (.15, .2), (.05, .6), (.3, .97), (.7, .97), (.95, .6), (.85, .2), (.5, 0)])],
        [(STRAIGHT, [(.25, 0), (.05, .3), (.05, .7), (.25, 1), (.75, 1), (.95, .7), (.95, .3), (.75, 0), (.25, 0)])],
        [(STRAIGHT, [(.1, .02), (.08, .98), (.9, 1), (.92, 0), (.1, .02)])],
    ],
    1: [
        [(STRAIGHT, [(.5, 0), (.5, 1)])],
        [(STRAIGHT, [(.6, 0), (.4, 1)])],
        [(STRAIGHT, [(.25, .25), (.55, 0), (.55, 1)])],
        [(STRAIGHT, [(.1, .4), (.6, 0), (.55, 1)])],
        [(STRAIGHT, [(.25, .22), (.52, 0), (.52, 1)]), (STRAIGHT, [(.2, 1), (.85, 1)])],
        [(SMOOTH, [(.25, .3), (.45, .15), (.55, 0)]), (STRAIGHT, [(.55, 0), (.52, 1)])],
        [(STRAIGHT, [(.3, .2), (.5, 0), (.5, .5), (.5, 1)]), (STRAIGHT, [(.3, 1), (.7, .99)])],
    ],
    2: [
        [(SMOOTH, [(.08, .25), (.25, .03), (.6, 0), (.88, .2), (.78, .48), (.4, .78), (.05, 1)]),
         (STRAIGHT, [(.05, 1), (.95, .98)])],
        [(SMOOTH, [(.08, .22), (.4, 0), (.85, .15), (.8, .45), (.45, .75), (.15, .97), (.05, .85),
                   (.2, .78), (.5, .9), (.95, .95)])],
        [(STRAIGHT, [(.08, .2), (.45, 0), (.9, .2), (.7, .5), (.08, 1), (.95, 1)])],
        [(STRAIGHT, [(.05, .25), (.25, .03), (.7, .03), (.92, .25), (.85, .5), (.05, 1), (.95, 1)])],
        [(STRAIGHT, [(.1, .05), (.9, .02), (.85, .45), (.1, .98), (.95, 1)])],
        [(SMOOTH, [(.1, .15), (.5, 0), (.9, .25), (.6, .6), (.1, .95)]), (SMOOTH, [(.1, .95), (.5, .9), (.95, 1)])],
    ],
    3: [
        [(SMOOTH, [(.08, .14), (.4, 0), (.82, .1), (.82, .36), (.35, .48)]),
         (SMOOTH, [(.35, .48), (.85, .58), (.92, .82), (.55, 1), (.05, .88)])],
        [(SMOOTH, [(.1, .1), (.5, 0), (.85, .22), (.45, .47), (.9, .7), (.6, .98), (.05, .9)])],
        [(STRAIGHT, [(.1, 0), (.88, .02), (.42, .4)]), (SMOOTH, [(.42, .4), (.85, .5), (.92, .78), (.5, 1), (.06, .9)])],
        [(STRAIGHT, [(.1, .08), (.5, 0), (.85, .18), (.75, .4), (.4, .48), (.8, .58), (.92, .8), (.6, 1), (.08, .93)])],
        [(STRAIGHT, [(.1, .02), (.85, .05), (.45, .45), (.9, .7), (.55, .98), (.08, .92)])],
        [(STRAIGHT, [(.08, .1), (.55, 0), (.9, .25), (.4, .48), (.92, .75), (.5, 1), (.08, .88)])],
        [(STRAIGHT, [(.1, 0), (.9, 0), (.9, .5), (.35, .5), (.9, .5), (.9, 1), (.1, 1)])],
    ],
    4: [
        [(STRAIGHT, [(.3, 0), (.08, .58), (.95, .58)]), (STRAIGHT, [(.72, .2), (.68, 1)])],
        [(STRAIGHT, [(.95, .66), (.04, .66), (.66, 0), (.66, 1)])],
        [(STRAIGHT, [(.62, 0), (.05, .62), (.95, .65)]), (STRAIGHT, [(.64, .3), (.62, 1)])],
        [(SMOOTH, [(.15, 0), (.1, .32), (.3, .5), (.85, .44)]), (STRAIGHT, [(.85, 0), (.8, 1)])],
        [(STRAIGHT, [(.12, 0), (.1, .5), (.92, .5)]), (STRAIGHT, [(.8, 0), (.8, 1)])],
        [(STRAIGHT, [(.45, 0), (.05, .6), (.9, .6)]), (STRAIGHT, [(.65, .35), (.55, 1)])],
        [(STRAIGHT, [(.7, 0), (.05, .7), (.95, .7)]), (STRAIGHT, [(.7, 0), (.7, 1)])],
    ],
    5: [
        [(STRAIGHT, [(.88, 0), (.2, .02), (.15, .44)]),
         (SMOOTH, [(.15, .44), (.5, .36), (.88, .58), (.82, .88), (.45, 1), (.06, .88)])],
        [(SMOOTH, [(.18, 0), (.14, .44), (.55, .38), (.9, .65), (.6, .98), (.08, .92)]), (STRAIGHT, [(.2, .02), (.92, 0)])],
        [(SMOOTH, [(.85, .02), (.3, .05), (.15, .35), (.5, .45), (.85, .65), (.65, .95), (.1, .95)])],
        [(STRAIGHT, [(.9, 0), (.15, 0), (.12, .45), (.6, .4), (.9, .6), (.85, .85), (.55, 1), (.08, .93)])],
        [(STRAIGHT, [(.85, .02), (.15, 0), (.15, .45), (.8, .45), (.88, .75), (.6, 1), (.1, .95)])],
        [(STRAIGHT, [(.9, 0), (.1, 0), (.1, .48), (.9, .48), (.9, 1), (.1, 1)])],
        [(STRAIGHT, [(.15, .05), (.12, .5), (.55, .42), (.9, .65), (.65, .95), (.1, .95)]), (STRAIGHT, [(.15, .05), (.85, .02)])],
    ],
    6: [
        [(SMOOTH, [(.75, 0), (.38, .2), (.1, .6), (.2, .92), (.55, 1), (.88, .78), (.65, .52), (.3, .58), (.13, .75)])],
        [(SMOOTH, [(.6, 0), (.25, .35), (.1, .7), (.35, .98), (.75, .95), (.85, .65), (.5, .52), (.15, .7)])],
        [(STRAIGHT, [(.7, 0), (.3, .25), (.1, .6), (.2, .92), (.6, 1), (.9, .8), (.75, .55), (.4, .52), (.12, .68)])],
        [(STRAIGHT, [(.65, 0), (.1, .6), (.15, .95), (.8, .98), (.85, .6), (.15, .62)])],
        [(SMOOTH, [(.3, 0), (.12, .4), (.12, .8), (.45, 1), (.85, .85), (.75, .58), (.4, .55), (.14, .72)])],
        [(STRAIGHT, [(.85, .05), (.4, .05), (.12, .4), (.12, .9), (.5, 1), (.9, .85), (.85, .55), (.4, .48), (.12, .6)])],
    ],
    7: [
        [(STRAIGHT, [(.05, .02), (.92, 0), (.4, 1)])],
        [(STRAIGHT, [(.05, 0), (.9, .02), (.45, 1)]), (STRAIGHT, [(.3, .5), (.85, .47)])],
        [(STRAIGHT, [(.06, .15), (.06, 0), (.92, 0), (.5, 1)])],
        [(STRAIGHT, [(.05, .03), (.9, 0)]), (SMOOTH, [(.9, 0), (.6, .4), (.45, 1)])],
        [(SMOOTH, [(.05, .1), (.3, .02), (.6, .06), (.92, 0)]), (STRAIGHT, [(.92, 0), (.35, 1)])],
        [(STRAIGHT, [(.1, 0), (.85, 0), (.75, 1)])],
        [(STRAIGHT, [(.05, 0), (.9, 0), (.6, .5), (.5, 1)]), (STRAIGHT, [(.35, .52), (.8, .5)])],
    ],
    8: [
        [(SMOOTH, [(.82, .16), (.5, 0), (.18, .2), (.5, .48), (.88, .76), (.5, 1), (.12, .78), (.5, .48), (.8, .26), (.82, .16)])],
        [(SMOOTH, _loop(.5, .24, .3, .24)), (SMOOTH, _loop(.5, .74, .4, .26))],
        [(SMOOTH, [(.5, .48), (.18, .25), (.5, 0), (.82, .25), (.5, .48), (.12, .75), (.5, 1), (.88, .75), (.5, .48)])],
        [(STRAIGHT, [(.5, .47), (.2, .3), (.25, .05), (.75, .03), (.8, .3), (.5, .47), (.12, .7), (.25, .97), (.75, .98), (.9, .72), (.5, .47)])],
        [(STRAIGHT, [(.85, .1), (.4, 0), (.15, .2), (.8, .7), (.7, .97), (.3, 1), (.1, .78), (.85, .25), (.85, .1)])],
        [(STRAIGHT, [(.15, 0), (.85, 0), (.15, 1), (.85, 1), (.15, 0)])],
        [(STRAIGHT, [(.1, 0), (.9, 0), (.9, 1), (.1, 1), (.1, 0)]), (STRAIGHT, [(.1, .5), (.9, .5)])],
        [(STRAIGHT, _loop(.5, .25, .3, .25, n=7)), (STRAIGHT, _loop(.5, .75, .38, .25, n=8))],
    ],
    9: [
        [(SMOOTH, [(.85, .25), (.5, 0), (.14, .25), (.45, .5), (.84, .28)]), (STRAIGHT, [(.86, .2), (.8, 1)])],
        [(SMOOTH, [(.85, .2), (.45, 0), (.12, .28), (.45, .5), (.82, .35), (.86, .2), (.84, .7), (.55, 1), (.15, .9)])],
        [(SMOOTH, _loop(.48, .26, .36, .26, start=0)), (SMOOTH, [(.84, .26), (.78, .6), (.5, 1)])],
        [(STRAIGHT, [(.85, .15), (.45, 0), (.12, .22), (.3, .5), (.8, .4), (.85, .15), (.8, 1)])],
        [(STRAIGHT, [(.88, .3), (.6, 0), (.2, .08), (.12, .35), (.4, .52), (.85, .35), (.85, .75), (.6, 1), (.15, .95)])],
        [(STRAIGHT, [(.88, .5), (.12, .5), (.12, 0), (.88, 0), (.88, 1)])],
        [(STRAIGHT, [(.85, .05), (.2, .05), (.12, .45), (.8, .45), (.85, .05), (.6, 1)])],
    ],
}


def _curve(points, steps=8):
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


def bend(style, rng, jitter, tremor=0.0):
    """One drawing of a style: points moved, some curves coarse, the whole slanted and squeezed."""
    slant, turn = rng.normal(0, .14), rng.normal(0, .1)
    aspect = rng.uniform(.5, 1.0)
    matrix = np.array([[aspect, slant], [0, 1.0]])
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]) @ matrix
    strokes = []
    moved = {}
    for smooth, points in style:
        out = []
        for x, y in points:
            key = (round(x, 3), round(y, 3))  # strokes that meet keep meeting, mostly
            if key not in moved or rng.random() < .25:
                moved[key] = np.array([x, y]) + rng.normal(0, jitter, 2)
            out.append(moved[key])
        line = _curve(out, int(rng.choice([2, 3, 8, 8]))) if smooth else np.asarray(out)
        line = (line - .5) @ matrix.T
        strokes.append(line + rng.normal(0, tremor, line.shape))
    return strokes


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
    r = width * smoothing / 2
    for stroke in strokes:
        line = [tuple(p) for p in ((stroke - centre) * scale + size / 2 + offset) * smoothing]
        pen.line(line, fill=255, width=max(round(2 * r), 1))
        for x, y in line:
            pen.ellipse((x - r, y - r, x + r, y + r), fill=255)
    if smoothing > 1:
        image = image.resize((size, size), Image.Resampling.BOX)
    return np.asarray(image, np.float32) / 255
