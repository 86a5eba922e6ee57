"""The recipe that every picture goes through, called from the runtime's own C++ (models/training).

Enters: gray pictures as uint8 arrays. Leaves: 28 x 28 uint8 arrays, bright figure on 0.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from training import recipe as shared  # noqa: E402

ROOT = shared.ROOT
BUILD = ROOT / "build" / "digits"
MEAN, STD = 0.13, 0.31
RECIPE = shared.Recipe("channels=gray;fit=foreground;box=20", 28, MEAN, STD)


def build():
    """Compiles what `foreground` calls, once for all processes."""
    BUILD.mkdir(parents=True, exist_ok=True)
    shared.build()


def foreground(pictures):
    """(n, height, width) or (height, width) uint8 -> (n, 28, 28) or (28, 28) uint8."""
    return RECIPE.prepare(pictures)


def normalise(figures):
    """uint8 -> the float32 values that the network is fed."""
    return RECIPE.normalise(figures)
