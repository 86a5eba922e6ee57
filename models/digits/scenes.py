"""Pictures as the page, a scanner and a webcam would deliver them, for the evaluation only.

The drawn digits are skeletons of their own (not those of strokes.py): a few straight segments on a
280 x 280 pad, as somebody with a mouse makes them in a hurry. Nothing here is used in training.
"""
import numpy as np
from scipy import ndimage

import fonts
import recipe  # noqa: F401  puts models/ on the path
from training import pen

# Corner points on a 280 x 280 pad; a digit has several ways, a way has one or more strokes.
DRAWN = {
    0: [[[(140, 50), (95, 80), (85, 150), (105, 215), (150, 230), (190, 200), (200, 130), (180, 70), (140, 50)]],
        [[(150, 45), (105, 60), (80, 130), (95, 210), (140, 235), (185, 215), (200, 140), (185, 75), (145, 48)]]],
    1: [[[(140, 45), (140, 235)]], [[(105, 90), (145, 45), (145, 235)]],
        [[(110, 95), (150, 50), (145, 230)], [(100, 232), (190, 230)]]],
    2: [[[(85, 95), (105, 60), (150, 48), (190, 75), (185, 120), (130, 180), (80, 230), (205, 228)]],
        [[(90, 80), (140, 45), (190, 85), (165, 140), (85, 230), (200, 232)]]],
    3: [[[(90, 70), (135, 45), (185, 70), (175, 115), (130, 135), (185, 155), (195, 200), (145, 235), (85, 215)]],
        [[(90, 50), (190, 52), (130, 120), (185, 150), (190, 200), (140, 235), (85, 215)]]],
    4: [[[(120, 50), (80, 160), (200, 160)], [(165, 100), (160, 235)]],
        [[(165, 235), (165, 50), (75, 170), (210, 172)]],
        [[(90, 55), (90, 140), (185, 140)], [(185, 50), (180, 235)]]],
    5: [[[(190, 50), (100, 52), (95, 130), (150, 120), (195, 160), (180, 215), (130, 235), (80, 215)]],
        [[(100, 55), (95, 130), (160, 125), (192, 175), (160, 228), (85, 222)], [(98, 55), (195, 50)]]],
    6: [[[(180, 50), (120, 90), (90, 160), (105, 220), (150, 238), (190, 205), (180, 160), (135, 145), (95, 170)]],
        [[(160, 45), (105, 120), (90, 190), (130, 235), (185, 215), (185, 165), (130, 150), (95, 185)]]],
    7: [[[(80, 55), (200, 52), (130, 235)]], [[(80, 60), (195, 55), (140, 235)], [(110, 145), (190, 140)]]],
    8: [[[(185, 75), (140, 48), (100, 75), (115, 120), (180, 165), (190, 210), (140, 238), (90, 210), (100, 165), (170, 120), (188, 78)]],
        [[(140, 135), (100, 100), (110, 60), (145, 45), (180, 62), (182, 105), (140, 135), (92, 175), (100, 220), (145, 238), (190, 218), (188, 170), (140, 135)]]],
    9: [[[(188, 90), (150, 48), (100, 65), (92, 115), (135, 142), (185, 110), (190, 75), (180, 235)]],
        [[(185, 80), (135, 48), (95, 90), (120, 135), (180, 120), (188, 80), (185, 180), (150, 232), (95, 225)]]],
}


def drawn_strokes(digit, rng, sloppiness=7.0):
    """One way of drawing the digit: corners moved, the whole turned and slanted a little."""
    way = DRAWN[digit][rng.integers(len(DRAWN[digit]))]
    turn, slant = rng.normal(0, .06), rng.normal(0, .08)
    matrix = np.array([[np.cos(turn), -np.sin(turn) + slant], [np.sin(turn), np.cos(turn)]])
    return [(np.asarray(s, float) - 140) @ matrix.T + rng.normal(0, sloppiness, (len(s), 2)) for s in way]


def pad(digit, rng):
    """A 280 x 280 drawing pad, black on white or white on black, round pen of 18 to 22 pixels."""
    ink = pen.draw(drawn_strokes(digit, rng), 280, rng.uniform(110, 230), rng.uniform(18, 22), rng,
                       smoothing=int(rng.integers(1, 3)))
    return np.round((ink if rng.random() < .5 else 1 - ink) * 255).astype(np.uint8)


def frame(digit, rng):
    """A 640 x 480 webcam frame of a printed or written digit on a sheet: uneven light, focus, noise;
    in a third of them the sheet ends inside the frame."""
    extent = rng.uniform(110, 260)
    names = fonts.HELD_OUT_HAND + fonts.HELD_OUT_PRINT
    if rng.random() < .5:
        ink = fonts.render(names[rng.integers(len(names))], digit, 400, extent)
    else:
        ink = pen.draw(drawn_strokes(digit, rng), 400, extent, extent * rng.uniform(.04, .1))
    ink = ndimage.rotate(ink, rng.normal(0, 5), reshape=False, order=1)
    y, x = np.mgrid[0:480, 0:640].astype(np.float32)
    light = 1 + rng.normal(0, .25) * (x / 640 - .5) + rng.normal(0, .25) * (y / 480 - .5)
    light -= abs(rng.normal(0, .5)) * ((x / 640 - .5) ** 2 + (y / 480 - .5) ** 2)
    paper, pen = rng.uniform(140, 235), rng.uniform(20, 80)
    picture = np.full((480, 640), paper, np.float32)
    top, left = int(rng.integers(20, 60)), int(rng.integers(60, 180))
    picture[top:top + 400, left:left + 400] += (pen - paper) * np.clip(ink, 0, 1)
    if rng.random() < .33:
        desk = rng.uniform(20, 110)
        picture[:, :int(rng.integers(0, left + 1))] = desk
        if rng.random() < .5:
            picture[480 - int(rng.integers(1, 40)):] = desk
    picture = ndimage.gaussian_filter(picture, rng.uniform(.5, 2.0)) * light
    picture += rng.normal(0, rng.uniform(2, 10), picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def held_out_font(digit, rng):
    """A clean scan in a font family that training never saw."""
    names = fonts.HELD_OUT_HAND + fonts.HELD_OUT_PRINT
    ink = fonts.render(names[rng.integers(len(names))], digit, 120, rng.uniform(40, 90))
    return np.round((1 - ink) * 255).astype(np.uint8)
