"""A model's recipe for training scripts: the runtime's own C++, called by ctypes.

Enters: pictures as uint8 arrays, gray or with colour channels. Leaves: what the network sees of them,
gray, uint8. The shared library is built on first use into build/training/ with the system's C++
compiler.
"""
import ctypes
import pathlib
import subprocess

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "training"

_library = None


def _sources():
    image = [p for p in sorted((ROOT / "src/image").glob("*.cc")) if p.name != "decode.cc"]
    base = [ROOT / "src/base" / f"{name}.cc" for name in
            ("aligned_buffer", "convert", "float16", "status", "tensor", "text", "utf8")]
    return [pathlib.Path(__file__).with_name("recipe_binding.cc"), *image, *base]


def build():
    """Compiles the library when a source is newer than it; returns its path."""
    BUILD.mkdir(parents=True, exist_ok=True)
    target = BUILD / "librecipe.so"
    sources = _sources()
    headers = [*(ROOT / "src/image").glob("*.h"), *(ROOT / "include/gossamer").glob("*.h")]
    newest = max(p.stat().st_mtime for p in [*sources, *headers])
    if not target.exists() or target.stat().st_mtime < newest:
        subprocess.run(["c++", "-std=c++20", "-O2", "-fPIC", "-shared", "-fno-exceptions",
                        "-ffp-contract=off", f"-I{ROOT / 'include'}", f"-I{ROOT / 'src'}",
                        *map(str, sources), "-o", str(target)], check=True)
    return target


class Recipe:
    """`pixels` is the part of the recipe that says which pixels are taken, `side` the input's size."""

    def __init__(self, pixels, side, mean, std):
        self.pixels, self.side, self.mean, self.std = pixels, side, mean, std

    @property
    def text(self):
        """As the model carries it."""
        return f"{self.pixels};scale=0.00392156862745098;mean={self.mean};std={self.std}"

    def prepare(self, pictures):
        """One picture, (height, width) or (height, width, channels), or a batch (n, height, width)
        of gray ones -> (side, side) or (n, side, side)."""
        global _library
        if _library is None:
            _library = ctypes.CDLL(str(build()))
        colours = pictures.ndim == 3 and pictures.shape[2] in (3, 4)
        single = pictures.ndim == 2 or colours
        batch = np.ascontiguousarray(pictures[None] if single else pictures, dtype=np.uint8)
        out = np.empty((len(batch), self.side, self.side), np.uint8)
        failed = _library.gossamer_prepare(
            batch.ctypes.data_as(ctypes.c_void_p), len(batch), batch.shape[2], batch.shape[1],
            batch.shape[3] if colours else 1, self.pixels.encode(), self.side,
            out.ctypes.data_as(ctypes.c_void_p))
        if failed:
            raise ValueError(f"the recipe '{self.pixels}' failed")
        return out[0] if single else out

    def normalise(self, figures):
        """uint8 -> the float32 values that the network is fed."""
        return ((figures.astype(np.float32) * (1 / 255) - self.mean) / self.std).astype(np.float32)
