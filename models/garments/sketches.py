"""Garments from formulas, for training: proportions, sleeves, necks, heels and handles at random.

The held-out shapes (heldout_shapes.py) are written down by hand and share nothing with these. A sketch
is closed outlines, open straps of the garment's own stuff, and details (seams, buttons), in units of
about one garment, y downwards.
"""
import numpy as np

import recipe  # noqa: F401  puts models/ on the path
from training import pen


def _mirror(line):
    return [(-x, y) for x, y in line]


def _both(half):
    """Left half from top to bottom -> the whole outline about x = 0."""
    return list(half) + _mirror(half)[::-1]


def _arc(cx, cy, rx, ry, start, end, n=7):
    t = np.radians(np.linspace(start, end, n))
    return list(zip(cx + rx * np.cos(t), cy + ry * np.sin(t)))


def _upper(rng, sleeve, length, flare, waist, neck_depth, tilt=None):
    """Half of an upper garment: neck, shoulder, sleeve of a length (0 none), side, hem.
    Shoulders are 2 units apart."""
    neck = rng.uniform(.28, .45)
    drop = rng.uniform(.1, .3)
    half = [(0, neck_depth), (-neck * rng.uniform(.5, .8), neck_depth * .75), (-neck, 0)]
    armpit = rng.uniform(.65, .95)
    side = -rng.uniform(.72, .9)
    shoulder = (-1, drop)
    if sleeve > 0:
        angle = rng.uniform(.1, .9) if tilt is None else tilt
        wide = rng.uniform(.3, .45) * (1 if sleeve < .9 else rng.uniform(.65, 1))
        end = (shoulder[0] - sleeve * np.sin(angle), shoulder[1] + sleeve * np.cos(angle))
        inner = (end[0] + wide * np.cos(angle), end[1] + wide * np.sin(angle))
        half += [shoulder, end, (min(inner[0], side), inner[1]), (side, max(armpit, .6))]
    else:
        half += [(-rng.uniform(.6, .8), drop * .7), (-rng.uniform(.55, .7), armpit * .6), (side, armpit)]
    half += [(side * waist, armpit + (length - armpit) * rng.uniform(.25, .5)), (side * flare, length)]
    return half + [(0, length + rng.uniform(-.03, .06))]


def _buttons(rng, x, top, bottom):
    return [[(x, y), (x + .02, y + .02)] for y in np.linspace(top, bottom, int(rng.integers(3, 6)))]


def _cuffs(half):
    """A line across the end of the sleeve, just above it."""
    shoulder, end, inner = (np.array(half[i]) for i in (3, 4, 5))
    up = (shoulder - end) * .12
    line = [tuple(end + up), tuple(inner + up)]
    return [line, _mirror(line)]


def tshirt(rng):
    depth = rng.choice([rng.uniform(.08, .25), rng.uniform(.3, .7)])
    top = rng.random() < .15
    half = _upper(rng, 0 if top else rng.uniform(.4, .8), rng.uniform(1.9, 2.6), rng.uniform(.95, 1.1),
                  rng.uniform(.9, 1.02), depth)
    details = []
    if rng.random() < .4:
        details.append(_arc(0, 0, .4, depth + .15, 0, 180))
    if rng.random() < .2:
        details.append([(-.75, half[-1][1] - .15), (.75, half[-1][1] - .15)])
    return [_both(half)], [], details


def pullover(rng):
    length = rng.uniform(1.9, 2.5)
    half = _upper(rng, rng.uniform(1.4, 2.1), length, rng.uniform(.95, 1.05), rng.uniform(.98, 1.08),
                  rng.uniform(.05, .3), tilt=rng.uniform(.05, .5))
    if rng.random() < .25:  # a collar that is turned down
        half[0:3] = [(0, -.2), (-.3, -.2), (-.33, .02)]
    details = []
    if rng.random() < .5:
        details.append([(-.8, length - .2), (.8, length - .2)])
    if rng.random() < .4:
        details += _cuffs(half)
    if rng.random() < .5:
        details.append(_arc(0, 0, .42, .38, 0, 180))
    return [_both(half)], [], details


def dress(rng):
    length = rng.uniform(3.2, 4.6)
    sleeve = rng.choice([0, 0, rng.uniform(.3, .7), rng.uniform(1.3, 1.9)], p=[.4, .2, .3, .1])
    waist = rng.uniform(.68, .95)
    half = _upper(rng, sleeve, length, rng.uniform(.9, 1.9), waist, rng.uniform(.1, .6), tilt=rng.uniform(.05, .6))
    straps = []
    if sleeve == 0 and rng.random() < .4:
        half[0:5] = [(0, .55), (-.3, .5), (-.6, .5)]
        line = [(-.5, .5), (-rng.uniform(.3, .5), rng.uniform(-.3, 0))]
        straps = [line, _mirror(line)]
    y = half[-3][1]
    details = [[(half[-3][0], y), (-half[-3][0], y)]] if rng.random() < .5 else []
    if rng.random() < .3:
        details += [[(x, y + .2), (x * 1.3, length - .1)] for x in (-.3, .3)]
    return [_both(half)], straps, details


def coat(rng):
    length = rng.uniform(2.3, 3.6)
    half = _upper(rng, rng.uniform(1.5, 2.2), length, rng.uniform(.95, 1.2), rng.uniform(.9, 1.05),
                  rng.uniform(.05, .3), tilt=rng.uniform(.02, .4))
    if rng.random() < .3:  # a hood or a high collar
        half[0:3] = [(0, -.3), (-.3, -.28), (-.45, .08)]
    details = []
    lapel = rng.uniform(.5, 1.1)
    front = rng.choice([0, -.12, .12])
    if rng.random() < .92:
        details.append([(front, rng.choice([0.15, lapel])), (front, length)])
    if rng.random() < .6:
        details.append([(-.38, 0), (front, lapel), (.38, 0)])
    if rng.random() < .5:
        y = rng.uniform(.6, .75) * length
        details += [line for line in ([(-.6, y), (-.3, y - .06)],) for line in (line, _mirror(line))]
    if rng.random() < .25:
        details.append([(-.75, length * .5), (.75, length * .5)])
    if rng.random() < .3:
        details += _buttons(rng, front + .15, lapel + .1, length - .5)
    if rng.random() < .3:
        details += _cuffs(half)
    return [_both(half)], [], details


def shirt(rng):
    length = rng.uniform(2.0, 2.7)
    short = rng.random() < .35
    half = _upper(rng, rng.uniform(.45, .8) if short else rng.uniform(1.4, 2.0), length,
                  rng.uniform(.95, 1.1), rng.uniform(.9, 1.02), rng.uniform(.05, .25), tilt=rng.uniform(.1, .7))
    if rng.random() < .5:  # a curved hem
        half[-1:] = [(-.35, length + rng.uniform(.05, .2)), (0, length + rng.uniform(-.05, .1))]
    deep = rng.uniform(.3, .55)
    details = []
    if rng.random() < .85:
        details.append([(-.42, 0), (-.2, deep), (0, .18), (.2, deep), (.42, 0)])
    if rng.random() < .8:
        details.append([(0, .2), (0, length)])
    if rng.random() < .6:
        details += _buttons(rng, rng.choice([0, .12]), .5, length - .3)
    if rng.random() < .35:
        details.append([(.3, .8), (.6, .8), (.6, 1.1), (.3, 1.1), (.3, .8)])
    if not short and rng.random() < .4:
        details += _cuffs(half)
    return [_both(half)], [], details


def trouser(rng):
    waist, hip, gap = rng.uniform(.55, .75), rng.uniform(.68, .85), rng.uniform(.02, .15)
    leg, spread = rng.uniform(.28, .6), rng.uniform(0, .35)
    length = rng.uniform(1.5, 2.2) if rng.random() < .07 else rng.uniform(2.9, 4.2)
    crotch = rng.uniform(.8, 1.15)
    centre = .4 + spread
    outer, inner = max(centre + leg / 2, .3), max(centre - leg / 2, gap)
    half = [(0, 0), (-waist, 0), (-hip, crotch * .7), (-outer, length), (-inner, length), (-gap, crotch + .15),
            (0, crotch)]
    details = []
    if rng.random() < .5:
        details.append([(-waist, .18), (waist, .18)])
    if rng.random() < .4:
        details.append([(0, 0), (0, crotch)])
    if rng.random() < .3:
        details += [[(-waist * .8, .2), (-waist, .5)], [(waist * .8, .2), (waist, .5)]]
    return [_both(half)], [], details


def _sole(heel, front):
    """Under a foot of length 3, toe at x = 0: height of heel and of the sole in front."""
    return [(0, 0), (.9, -.02), (1.7, -heel * .5), (2.4, -heel), (3, -heel)], front


def sneaker(rng):
    high, toe = rng.uniform(.85, 1.25), rng.uniform(.35, .55)
    ankle = rng.uniform(1.5, 1.9)
    sole = rng.uniform(.12, .28)
    outline = [(0, 0), (.03, -toe * .7), (.35, -toe), (.9, -toe - .12), (ankle, -high), (ankle + .25, -high - .02),
               (ankle + .5, -high + rng.uniform(.05, .3)), (2.7, -high + rng.uniform(.0, .25)), (2.9, -high - rng.uniform(-.1, .12)),
               (3.02, -.6), (3, 0)]
    details = []
    if rng.random() < .8:
        details.append([(0, -sole), (3, -sole)])
    if rng.random() < .7:
        for t in np.linspace(.2, .85, int(rng.integers(2, 5))):
            x, y = .9 + t * (ankle - .9), -toe - .12 - t * (high - toe - .12)
            details.append([(x, y), (x + .25, y + .25)])
    if rng.random() < .4:
        details.append([(ankle - .3, -sole), (ankle + .3, -high * .6), (2.6, -high * .5)])
    return [outline], [], details


def boot(rng):
    shaft = rng.uniform(1.7, 2.6)
    front = rng.uniform(1.15, 1.6)
    heel = 0 if rng.random() < .5 else rng.uniform(.2, .8)
    back = rng.uniform(2.85, 3.0)
    toe = rng.uniform(.25, .5)
    top = [(.05, -toe), (.5, -toe - .15 - heel * .1), (front - .15, -.75 - heel * .5), (front, -1.1 - heel * .6),
           (front + rng.uniform(-.05, .1), -shaft - heel * .3), (back - rng.uniform(-.05, .1), -shaft - rng.uniform(-.1, .1) - heel * .3)]
    down = [(back - .08, -1.0 - heel * .6), (3.02, -.6 - heel * .5)]
    if heel > .15:
        thin = rng.uniform(.15, .55)
        down += [(3.0, 0), (3.0 - thin, 0), (2.95 - thin, -heel), (2.0, -heel * .8), (1.2, -.02)]
    else:
        down += [(3.05, 0)]
        if rng.random() < .5:
            down += [(2.2, 0), (2.15, -.12), (1.4, -.05)]
    details = []
    if rng.random() < .4:
        details.append([(.05, -.2), (3, -.2 - heel * .8)])
    if rng.random() < .4:
        details += [[(front + .3, -shaft), (front + .45, -1.0)], [(front + .45, -1.0), (front + .8, -1.0)]]
    return [[(0, 0), *top, *down]], [], details


def sandal(rng):
    heel = 0 if rng.random() < .5 else rng.uniform(.3, 1.1)
    thick = rng.uniform(.1, .25)
    line, _ = _sole(heel, thick)
    upper = [(x, y - thick) for x, y in line]
    kind = rng.random()
    if heel and kind < .6:  # a heel of its own
        thin = rng.uniform(.12, .4)
        outline = upper + [(3, 0), (3 - thin, 0), (2.9 - thin, -heel)] + line[-3::-1]
    elif heel:  # a wedge
        outline = upper + [(3, 0), (0, 0)]
    else:
        outline = upper + line[::-1]
    straps = []

    def over(x, width, height):
        base = np.interp([x, x + width], [p[0] for p in upper], [p[1] for p in upper])
        return [(x, base[0]), (x + width * rng.uniform(.2, .45), base.min() - height),
                (x + width * rng.uniform(.55, .8), base.min() - height), (x + width, base[1])]

    for x in np.linspace(.3, 1.3, int(rng.integers(1, 4))):
        straps.append(over(x, rng.uniform(.4, 1.0), rng.uniform(.35, .75)))
    if rng.random() < .75:
        straps.append(over(rng.uniform(2.0, 2.3), rng.uniform(.6, .8), rng.uniform(.6, 1.2)))
    if rng.random() < .3:
        straps.append([straps[0][1], straps[-1][1]])
    return [outline], straps, []


def bag(rng):
    wide, high = 1.0, rng.uniform(.5, 1.25)
    lean = rng.uniform(-.12, .2)
    r = rng.uniform(0, .2)
    half = [(0, 0), (-wide + lean + r, 0), (-wide + lean, r), (-wide, high - r), (-wide + r, high), (0, high)]
    kind = rng.random()
    straps = []
    if kind < .55:
        w, h = rng.uniform(.3, .8), rng.uniform(.25, 1.0)
        straps.append(_arc(0, .02, w, h, 180, 360, int(rng.choice([4, 5, 9]))))
    elif kind < .7:
        w, h = rng.uniform(.2, .35), rng.uniform(.3, .7)
        straps += [_arc(x, .02, w, h, 180, 360, int(rng.choice([4, 9]))) for x in (-.4, .4)]
    elif kind < .85:
        straps.append(_arc(0, .1, wide - lean, rng.uniform(.8, 1.4), 180, 360, 7))
    details = []
    if rng.random() < .5:
        details.append([(-wide, high * .35), (wide, high * .35)])
    elif rng.random() < .5:
        details.append([(-wide, .05), (0, high * rng.uniform(.4, .7)), (wide, .05)])
    if rng.random() < .3:
        details.append([(0, high * .4), (.03, high * .5)])
    return [_both(half)], straps, details


MAKERS = [tshirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, boot]


def sketch(label, rng):
    """Outlines, straps and details as arrays: bent, slanted, some of the corners rounded."""
    parts = MAKERS[label](rng)
    jitter = rng.uniform(.01, .05)
    turn, shear = rng.normal(0, .05), rng.normal(0, .04)
    matrix = np.array([[np.cos(turn), -np.sin(turn) + shear], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.diag(np.exp(rng.normal(0, .07, 2)))
    if rng.random() < .3:
        matrix = matrix @ np.diag([-1, 1])
    smooth = rng.random() < .4
    moved = {}

    def place(line, closed):
        for corner in line:
            moved.setdefault(corner, rng.normal(0, jitter, 2))
        points = np.array([np.asarray(c, float) + moved[c] for c in line])
        if closed:
            points = np.vstack([points, points[:1]])
        return (pen.curve(points, 4) if smooth and len(points) > 2 else points) @ matrix.T

    outlines, straps, details = parts
    return ([place([tuple(p) for p in line], True) for line in outlines],
            [place([tuple(p) for p in line], False) for line in straps],
            [place([tuple(p) for p in line], False) for line in details])
