"""Writes torchvision.txt: what torchvision's transforms, as the reference networks were trained with, make of
larger pictures. Run with Debian's Python (python3-pil, python3-torchvision); the tests only read the result.

One case per line:
    in_w in_h geometry normalisation layout channels out_h out_w tolerance checksum index:byte:value ...
geometry and normalisation are two halves of a recipe as image.h reads it. The input is not stored: see scene().
checksum is FNV-1a (32 bits) over the bytes before normalisation, in the order of `layout`; "-" where bytes may
differ by `tolerance`. The samples are elements of the tensor: the byte, and the value after normalisation.
"""
import pathlib

import numpy
import torch
from PIL import Image, ImageOps
from torchvision import transforms
from torchvision.transforms import InterpolationMode, functional

MODES = {"bilinear": InterpolationMode.BILINEAR, "bicubic": InterpolationMode.BICUBIC,
         "nearest": InterpolationMode.NEAREST}
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
HALVES = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
SAMPLES = 16


def scene(width, height):
    """Rings that get finer to the right and below, and noise over them; scene() in torchvision_test.cc."""
    x = numpy.arange(width, dtype=numpy.uint32)[None, :, None]
    y = numpy.arange(height, dtype=numpy.uint32)[:, None, None]
    c = numpy.arange(3, dtype=numpy.uint32)[None, None, :]
    noise = (x * numpy.uint32(73856093)) ^ (y * numpy.uint32(19349663)) ^ (c * numpy.uint32(83492791))
    value = ((x * x + y * y * 3 + x * c * 40) >> 7) + (noise >> 25)
    return Image.fromarray((value & 255).astype(numpy.uint8), "RGB")


def to_bytes(image):
    """Channels first, like ToTensor, but the bytes."""
    array = numpy.asarray(image)
    return torch.from_numpy(numpy.array(array if array.ndim == 3 else array[:, :, None])).permute(2, 0, 1)


def text(numbers):
    return ",".join(f"{number:g}" for number in (numbers if len(set(numbers)) > 1 else numbers[:1]))


def line(image, geometry, pixels, statistics, layout="nchw", tolerance=0):
    mean, std = (part[:pixels.shape[0]] for part in statistics)
    values = functional.normalize(pixels.to(torch.float32) / 255, mean, std)
    if layout == "nhwc":
        pixels, values = pixels.permute(1, 2, 0), values.permute(1, 2, 0)
    flat, floats = pixels.reshape(-1).numpy(), values.reshape(-1).numpy()
    checksum = 2166136261
    for byte in flat.tobytes():
        checksum = (checksum ^ byte) * 16777619 & 0xffffffff
    # Spread over the whole tensor, the last element among them.
    where = [(i + 1) * len(flat) // SAMPLES - 1 - (i * 7919) % (len(flat) // SAMPLES) * (i < SAMPLES - 1)
             for i in range(SAMPLES)]
    channels, (height, width) = len(mean), pixels.shape[-2:] if layout == "nchw" else pixels.shape[:2]
    samples = [f"{i}:{flat[i]}:{floats[i]:.9g}" for i in where]
    return " ".join(map(str, (*image.size, geometry, f"mean={text(mean)};std={text(std)}", layout, channels, height,
                              width, tolerance, f"{checksum:08x}" if tolerance == 0 else "-", *samples)))


def shorter(image, filter_, resize, crop, statistics, **more):
    """Resize and CenterCrop; on a tensor (tolerance 1) torch's own antialiased interpolation."""
    source = to_bytes(image) if more.get("tolerance") else image
    chain = transforms.Compose([transforms.Resize(resize, MODES[filter_], antialias=True),
                                transforms.CenterCrop(crop)])
    fitted = chain(source)
    pixels = fitted if more.get("tolerance") else to_bytes(fitted)
    return line(image, f"fit=shorter;resize={resize};filter={filter_}", pixels, statistics, **more)


def cases():
    # The recipes of the reference networks, and the two other ones that are common, up and down.
    networks = (("bilinear", 256, 224, IMAGENET), ("bilinear", 342, 299, IMAGENET), ("bilinear", 384, 384, IMAGENET),
                ("bilinear", 480, 480, IMAGENET), ("bicubic", 256, 224, IMAGENET), ("bicubic", 480, 480, HALVES))
    for size in ((1280, 720), (720, 1281), (640, 480), (333, 500), (256, 256), (33, 21), (17, 300)):
        for network in networks:
            yield shorter(scene(*size), *network)
    yield shorter(scene(4000, 3000), *networks[0])
    yield shorter(scene(4000, 3000), *networks[5])
    yield shorter(scene(1280, 720), "nearest", 256, 224, IMAGENET)

    image = scene(1280, 720)
    for filter_, mode in MODES.items():
        for size in ((224, 224), (97, 131), (1500, 803)):
            if filter_ == "nearest" and size[0] != 224:
                continue
            stretched = functional.resize(image, (size[1], size[0]), mode)
            yield line(image, f"fit=stretch;filter={filter_}", to_bytes(stretched), IMAGENET)
    image = scene(500, 375)
    fitted = functional.center_crop(functional.resize(image, 256), 224)
    yield line(image, "fit=shorter;resize=256;channels=bgr", to_bytes(fitted).flip(0), IMAGENET)
    yield line(image, "fit=shorter;resize=256", to_bytes(fitted), IMAGENET, layout="nhwc")
    yield line(image, "fit=shorter;resize=256;channels=bgr", to_bytes(fitted).flip(0), HALVES, layout="nhwc")
    for size in ((1280, 720), (500, 375), (21, 19)):
        image = scene(*size)
        gray = functional.resize(functional.to_grayscale(image), (28, 28))
        yield line(image, "fit=stretch;channels=gray", to_bytes(gray), ((0.1307,), (0.3081,)))
        three = functional.resize(functional.to_grayscale(image, 3), (32, 32))
        yield line(image, "fit=stretch;channels=gray", to_bytes(three), HALVES, layout="nhwc")
        for filter_ in ("bilinear", "bicubic"):
            padded = ImageOps.pad(image, (224, 224), getattr(Image.Resampling, filter_.upper()), color=(114, 114, 114))
            yield line(image, f"fit=letterbox;fill=114;filter={filter_}", to_bytes(padded), IMAGENET)
    # Tensors are resized in floats and rounded once, pictures in fixed point and twice.
    for size in ((1280, 720), (33, 21)):
        for filter_ in ("bilinear", "bicubic"):
            yield shorter(scene(*size), filter_, 256, 224, IMAGENET, tolerance=1)


def main():
    with open(pathlib.Path(__file__).with_name("torchvision.txt"), "w", encoding="ascii") as out:
        for case in cases():
            print(case, file=out)


if __name__ == "__main__":
    main()
