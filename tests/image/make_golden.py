"""Writes golden.txt, what Pillow makes of small pseudo-random pictures, and files.txt, small picture
files with their pixels. Run with Debian's Python (python3-pil); the tests only read the results.

files.txt, one file per line: name width height channels, the file in hex, its pixels, upright, in hex.
golden.txt, one case per line: kind filter in_w in_h channels out_w out_h extra, the bytes in hex. The
input is not stored: byte i is (state >> 16) & 255 of state = state * 1103515245 + 12345 mod 2^31, from seed
in_w * 1000 + in_h (see noise() in golden_test.cc).
"""
import io
import pathlib
import struct
import zlib

from PIL import Image, ImageOps

FILTERS = {"nearest": Image.Resampling.NEAREST, "bilinear": Image.Resampling.BILINEAR,
           "bicubic": Image.Resampling.BICUBIC}
MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def noise(width, height, channels):
    state, out = width * 1000 + height, bytearray()
    for _ in range(width * height * channels):
        state = (state * 1103515245 + 12345) % 2**31
        out.append(state >> 16 & 255)
    return Image.frombytes(MODES[channels], (width, height), bytes(out))


def shorter_side(image, filter_, resize, width, height):
    """torchvision's Resize and CenterCrop, whose sizes are int(size * long / short) and round(x / 2)."""
    w, h = image.size
    size = (resize, int(resize * h / w)) if w <= h else (int(resize * w / h), resize)
    left, top = int(round((size[0] - width) / 2.0)), int(round((size[1] - height) / 2.0))
    return image.resize(size, filter_).crop((left, top, left + width, top + height))


def on_white(image):
    page = Image.new("RGB", image.size, (255, 255, 255))
    page.paste(image, mask=image.getchannel("A"))
    return page


def cases():
    for name, filter_ in FILTERS.items():
        for channels in (1, 3):
            for in_w, in_h, out_w, out_h in ((7, 5, 3, 4), (5, 7, 13, 9), (33, 21, 8, 8), (64, 47, 21, 15),
                                             (1, 9, 4, 5), (300, 2, 7, 5), (10, 10, 10, 4), (2, 2, 9, 9)):
                image = noise(in_w, in_h, channels)
                yield ("resize", name, image, out_w, out_h, 0, image.resize((out_w, out_h), filter_))
        for in_w, in_h, resize, out_w, out_h in ((40, 30, 17, 12, 12), (31, 50, 16, 16, 15), (20, 61, 11, 8, 11)):
            image = noise(in_w, in_h, 3)
            yield ("shorter", name, image, out_w, out_h, resize,
                   shorter_side(image, filter_, resize, out_w, out_h))
        for in_w, in_h, out_w, out_h in ((40, 30, 16, 16), (9, 31, 12, 12), (50, 7, 15, 14), (16, 16, 9, 9)):
            image = noise(in_w, in_h, 3)
            yield ("letterbox", name, image, out_w, out_h, 0,
                   ImageOps.pad(image, (out_w, out_h), filter_, color=(10, 20, 30)))
    image = noise(17, 9, 3)
    yield "gray", "nearest", image, 17, 9, 0, image.convert("L")
    image = noise(19, 11, 4)
    yield "white", "nearest", image, 19, 11, 0, on_white(image)
    yield "gray", "nearest", image, 19, 11, 0, on_white(image).convert("L")


def picture_files():
    """Smooth pictures, so that a JPEG of them is small and its decoders agree."""
    ramp = Image.linear_gradient("L").resize((24, 20))
    color = Image.merge("RGB", (ramp, ramp.transpose(Image.Transpose.FLIP_LEFT_RIGHT).rotate(180),
                                ramp.resize((24, 20)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)))
    yield "baseline", "JPEG", color, {"quality": 90, "subsampling": 0, "optimize": True}
    yield "subsampled", "JPEG", color, {"quality": 90, "subsampling": 2, "optimize": True}
    yield "progressive", "JPEG", color, {"quality": 90, "progressive": True}
    yield "gray_jpeg", "JPEG", ramp, {"quality": 80, "optimize": True}
    yield "gray_png", "PNG", ramp, {}
    yield "color_png", "PNG", color, {}
    yield "palette_png", "PNG", color.quantize(7), {}
    yield "one_bit_png", "PNG", ramp.convert("1"), {}
    alpha = ramp.resize((9, 7))
    yield "gray_alpha_png", "PNG", Image.merge("LA", (alpha, alpha.rotate(180))), {}
    yield "color_alpha_png", "PNG", Image.merge("RGBA", (alpha, alpha, alpha.rotate(180), alpha)), {}


def exif(orientation, order):
    """EXIF data of two entries, the orientation after a resolution unit."""
    magic = {"<": b"II", ">": b"MM"}[order]
    entries = [(0x0128, 2), (0x0112, orientation)] if orientation % 2 else [(0x0112, orientation)]
    packed = b"".join(struct.pack(order + "HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    return magic + struct.pack(order + "HIH", 42, 8, len(entries)) + packed + bytes(4)


def with_exif(file, tiff):
    """The file with EXIF data where cameras and editors put it: first in a JPEG, before a PNG's pixels."""
    if file[0] == 0xff:
        body = b"Exif\0\0" + tiff
        return file[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + file[2:]
    pixels = file.index(b"IDAT") - 4
    chunk = b"eXIf" + tiff
    return (file[:pixels] + struct.pack(">I", len(tiff)) + chunk + struct.pack(">I", zlib.crc32(chunk))
            + file[pixels:])


def turned_files():
    """All orientations in both formats; both byte orders, every number of channels."""
    for orientation in range(1, 9):
        ramp = Image.linear_gradient("L").resize((16, 8)).rotate(-30, fillcolor=200)
        yield f"turned_jpeg_{orientation}", "JPEG", ramp, {"optimize": True}, exif(orientation, "<>"[orientation % 2])
        image = noise(5, 3, (1, 3, 4)[orientation % 3])
        yield f"turned_png_{orientation}", "PNG", image, {}, exif(orientation, "><"[orientation % 2])


def write_files(out):
    untouched = [(*entry, None) for entry in picture_files()]
    for name, kind, image, options, tiff in [*untouched, *turned_files()]:
        buffer = io.BytesIO()
        image.save(buffer, kind, **options)
        file = buffer.getvalue() if tiff is None else with_exif(buffer.getvalue(), tiff)
        mode = {"1": "L", "P": "RGB", "LA": "RGBA"}
        decoded = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
        decoded = decoded.convert(mode.get(decoded.mode, decoded.mode))
        print(name, *decoded.size, len(decoded.getbands()), file.hex(), decoded.tobytes().hex(), file=out)


def main():
    with open(pathlib.Path(__file__).with_name("files.txt"), "w", encoding="ascii") as out:
        write_files(out)
    with open(pathlib.Path(__file__).with_name("golden.txt"), "w", encoding="ascii") as out:
        for kind, name, image, out_w, out_h, extra, result in cases():
            channels = len(image.getbands())
            print(kind, name, *image.size, channels, out_w, out_h, extra, result.tobytes().hex(),
                  file=out)


if __name__ == "__main__":
    main()
