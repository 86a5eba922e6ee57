"""The recipe that every picture goes through: the runtime's own C++, called by ctypes.

Enters: gray pictures as uint8 arrays. Leaves: 28 x 28 uint8 arrays, bright figure on 0. The shared
library is built on first use into build/digits/ with the system's C++ compiler.
"""
import ctypes
import pathlib
import subprocess

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "digits"
BOX = 20
SCALE, MEAN, STD = 1 / 255, 0.13, 0.31
TEXT = f"channels=gray;fit=foreground;box={BOX};scale=0.00392156862745098;mean={MEAN};std={STD}"

_library = None


def _sources():
    image = [p for p in sorted((ROOT / "src/image").glob("*.cc")) if p.name != "decode.cc"]
    base = [ROOT / "src/base" / name for name in
            ("aligned_buffer.cc", "status.cc", "tensor.cc", "text.cc")]
    return [pathlib.Path(__file__).with_name("recipe_binding.cc"), *image, *base]


def build():
    """Compiles the library when a source is newer than it; returns its path."""
    BUILD.mkdir(parents=True, exist_ok=True)
    target = BUILD / "librecipe.so"
    sources = _sources()
    if not target.exists() or target.stat().st_mtime < max(p.stat().st_mtime for p in sources):
        subprocess.run(["c++", "-std=c++20", "-O2", "-fPIC", "-shared", "-fno-exceptions",
                        "-ffp-contract=off", f"-I{ROOT / 'include'}", f"-I{ROOT / 'src'}",
                        *map(str, sources), "-o", str(target)], check=True)
    return target


def foreground(pictures):
    """(n, height, width) or (height, width) uint8 -> (n, 28, 28) or (28, 28) uint8."""
    global _library
    if _library is None:
        _library = ctypes.CDLL(str(build()))
    single = pictures.ndim == 2
    batch = np.ascontiguousarray(pictures[None] if single else pictures, dtype=np.uint8)
    count, height, width = batch.shape
    out = np.empty((count, 28, 28), np.uint8)
    failed = _library.gossamer_foreground(
        batch.ctypes.data_as(ctypes.c_void_p), count, width, height, BOX,
        out.ctypes.data_as(ctypes.c_void_p))
    if failed:
        raise MemoryError("the recipe ran out of memory")
    return out[0] if single else out


def normalise(figures):
    """uint8 -> the float32 values that the network is fed."""
    return ((figures.astype(np.float32) * SCALE - MEAN) / STD).astype(np.float32)
