"""Digits rendered from fonts that Debian packages. Whole families are kept out of training for the test.

Packages: see FONT_PACKAGES. Only outline fonts with ordinary digits are listed; a file that is not
installed is an error, so that a run is the same everywhere.
"""
import functools
import pathlib

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONT_PACKAGES = """
fonts-bwht fonts-comfortaa fonts-comic-neue fonts-crosextra-caladea fonts-crosextra-carlito
fonts-dancingscript fonts-dejavu-core fonts-dkg-handwriting fonts-dustin fonts-ecolier-court
fonts-fantasque-sans fonts-femkeklaver fonts-freefont-ttf fonts-humor-sans fonts-isabella fonts-jura
fonts-kaushanscript fonts-kiloji fonts-klee fonts-kristi fonts-lato fonts-leckerli-one
fonts-liberation fonts-linuxlibertine fonts-open-sans fonts-opendyslexic fonts-quicksand
fonts-radisnoir fonts-rufscript fonts-sjfonts fonts-tomsontalks fonts-breip
""".split()

# Looking like handwriting; drawn more often.
HAND = """
BecauseWeBuild-Regular.otf BecauseWeConnect-Regular.otf BecauseWeCreate-Regular.otf
BecauseWeLearn-Regular.otf BecauseWeMentor-Regular.otf BecauseWeOrganize-Regular.otf
Breip.ttf Delphine.ttf Domestic_Manners.ttf El_Abogado_Loco.ttf Ecolier-court.ttf Humor-Sans.ttf
Isabella.ttf Junkyard.ttf KaushanScript-Regular.otf Kristi.ttf LeckerliOne-Regular.ttf
PenguinAttack.ttf TomsonTalks.ttf RadisSans-medium.otf kiloji.ttf kiloji_b.ttf kiloji_d.ttf kiloji_p.ttf
DancingScript-Regular.otf DancingScript-Bold.otf ComicNeue-Regular.otf ComicNeue-Bold.otf
ComicNeue-Light.otf ComicNeue-Italic.otf
""".split()
PRINT = """
Comfortaa-Regular.ttf Comfortaa-Bold.ttf Comfortaa-Light.ttf Carlito-Regular.ttf Carlito-Bold.ttf
Carlito-Italic.ttf DejaVuSans.ttf DejaVuSans-Bold.ttf DejaVuSans-Oblique.ttf DejaVuSans-ExtraLight.ttf
DejaVuSansMono.ttf DejaVuSerif.ttf DejaVuSerif-Bold.ttf Dustismo.ttf Dustismo_Roman.ttf
Dustismo_Roman_Italic.ttf FreeSans.ttf FreeSansBold.ttf FreeSerif.ttf FreeSerifItalic.ttf FreeMono.ttf
Lato-Regular.ttf Lato-Bold.ttf Lato-Thin.ttf Lato-Black.ttf Lato-Italic.ttf Jura-Light.otf Jura-Bold.otf
LiberationSans-Regular.ttf LiberationSans-Bold.ttf LiberationSans-Italic.ttf
LiberationSerif-Regular.ttf LiberationSerif-Bold.ttf LiberationMono-Regular.ttf LinLibertine_R.otf
LinLibertine_RB.otf LinBiolinum_R.otf OpenDyslexic-Regular.otf OpenDyslexic-Bold.otf
OpenDyslexicMono-Regular.otf
""".split()
# Never seen in training. Only Liberation Sans Narrow has a sister there (its wider one).
HELD_OUT_HAND = """
dkg.ttf dkgBd.ttf dkgIt.ttf Rufscript010.ttf SteveHand.ttf KleeOne-Regular.ttf KleeOne-SemiBold.ttf
""".split()
HELD_OUT_PRINT = """
Caladea-Regular.ttf Caladea-Bold.ttf Caladea-Italic.ttf OpenSans-Regular.ttf OpenSans-ExtraBold.ttf
OpenSans-LightItalic.ttf Quicksand-Light.ttf Quicksand-Bold.ttf LiberationSansNarrow-Regular.ttf
""".split()


@functools.lru_cache(None)
def _installed():
    return {p.name: p for p in sorted(pathlib.Path("/usr/share/fonts").rglob("*.[ot]tf"))}


@functools.lru_cache(256)
def _font(name, size):
    if name not in _installed():
        raise FileNotFoundError(f"{name}: install {' '.join(FONT_PACKAGES)}")
    return ImageFont.truetype(str(_installed()[name]), size)


def render(name, digit, size, extent):
    """A digit centred in a size x size picture, its longer side about `extent` pixels.
    Returns ink as float32 0..1."""
    left, top, right, bottom = _font(name, 100).getbbox(str(digit))
    pixels = max(round(100 * extent / max(right - left, bottom - top, 1)), 4)
    font = _font(name, min(pixels, 600))
    left, top, right, bottom = font.getbbox(str(digit))
    image = Image.new("L", (size, size), 0)
    at = ((size - left - right) / 2, (size - top - bottom) / 2)
    ImageDraw.Draw(image).text(at, str(digit), fill=255, font=font)
    return np.asarray(image, np.float32) / 255
