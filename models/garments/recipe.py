"""The recipe of the garments model, called from the runtime's own C++ (models/training).

A picture of 28 x 28 is one of the data set, or like one, and is taken as it is. In any other the figure
is found, made bright on black and brought to 28 pixels, which is how the data set was made.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from training import recipe as shared  # noqa: E402

ROOT = shared.ROOT
BUILD = ROOT / "build" / "garments"
SIDE = 28
RECIPE = shared.Recipe("channels=gray;fit=foreground;exact=keep;box=28", SIDE, 0.29, 0.35)
