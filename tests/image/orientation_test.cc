// EXIF orientations: the eight of them on three kinds of pixels, and notes that are damaged, lie
// about their extent or are not what they should be, which must leave a picture as stored. That
// whole files come out as Pillow's is decode_test.cc's business.
#include "image/orientation.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/image/picture_files.h"

namespace gossamer {
namespace {

using testing::Bytes;

struct Entry {
  uint32_t tag = 0x0112;
  uint32_t type = 3;
  uint32_t count = 1;
  uint32_t value = 6;
};

// A big-endian TIFF structure with one directory at `offset`, which claims `claimed` entries.
Bytes tiff(const std::vector<Entry>& entries, uint32_t offset = 8, int claimed = -1) {
  Bytes out = {'M', 'M', 0, '*'};
  testing::append_big_endian(out, offset, 4);
  const auto count = claimed < 0 ? static_cast<uint32_t>(entries.size()) : uint32_t(claimed);
  testing::append_big_endian(out, count, 2);
  for (const Entry& entry : entries) {
    testing::append_big_endian(out, entry.tag, 2);
    testing::append_big_endian(out, entry.type, 2);
    testing::append_big_endian(out, entry.count, 4);
    testing::append_big_endian(out, entry.value, 2);
    testing::append_big_endian(out, 0, 2);
  }
  testing::append_big_endian(out, 8, 4);  // the next directory is this one: a loop
  return out;
}

int read(const Bytes& bytes) {
  return static_cast<int>(read_orientation(bytes));
}

TEST(OrientationTest, ReadsTheTagWhereverItStands) {
  for (uint32_t value = 1; value <= 8; ++value) {
    EXPECT_EQ(read(tiff({{.value = value}})), static_cast<int>(value));
  }
  EXPECT_EQ(read(tiff({{.tag = 0x010f, .type = 2, .count = 9, .value = 0xffff}, {}})), 6);
  Bytes little = {'I', 'I', '*', 0, 9, 0, 0, 0, 77, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0};
  EXPECT_EQ(read(little), 8);
}

TEST(OrientationTest, TheFirstUsableTagCounts) {
  EXPECT_EQ(read(tiff({{.value = 9}, {.value = 3}, {.value = 6}})), 3);
}

TEST(OrientationTest, OtherValuesTypesAndCountsAreIgnored) {
  for (uint32_t value : {0u, 9u, 0x0600u, 0xffffu}) EXPECT_EQ(read(tiff({{.value = value}})), 1);
  for (uint32_t type : {0u, 1u, 4u, 8u, 0xffffu}) EXPECT_EQ(read(tiff({{.type = type}})), 1);
  for (uint32_t count : {0u, 2u, 0x10000u, 0xffffffffu}) {
    EXPECT_EQ(read(tiff({{.count = count}})), 1);
  }
  EXPECT_EQ(read(tiff({})), 1);
}

TEST(OrientationTest, OtherHeadersAreIgnored) {
  for (size_t i = 0; i < 4; ++i) {
    Bytes bytes = tiff({{}});
    bytes[i] ^= 0x20;
    EXPECT_EQ(read(bytes), 1) << "byte " << i;
  }
}

TEST(OrientationTest, OffsetsOutsideTheDataAreIgnored) {
  const size_t size = tiff({{}}).size();
  for (size_t offset : {size - 1, size, size + 1, size_t{0x7fffffff}, size_t{0xffffffff}}) {
    EXPECT_EQ(read(tiff({{}}, static_cast<uint32_t>(offset))), 1) << offset;
  }
  EXPECT_EQ(read(tiff({{}}, 0)), 1);  // the header taken for a directory
}

TEST(OrientationTest, TruncatedDataAreReadAsFarAsTheyGo) {
  const Bytes whole = tiff({{.tag = 0x0128, .value = 2}, {}}, 8, 65535);
  const size_t needed = 8 + 2 + 2 * 12;
  for (size_t length = 0; length <= whole.size(); ++length) {
    // A copy of exactly this length, so that the sanitizer sees a read past its end.
    const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length));
    EXPECT_EQ(read(cut), length < needed ? 1 : 6) << length;
  }
}

// Pixel i of channel c has the value 4 i + c.
Image numbered(int width, int height, int channels) {
  Image image{.width = width, .height = height, .channels = channels};
  const size_t bytes = static_cast<size_t>(width * height * channels);
  image.pixels.reset(static_cast<uint8_t*>(std::malloc(bytes)));
  for (size_t i = 0; i < bytes; ++i) {
    const size_t pixel = i / static_cast<size_t>(channels);
    image.pixels[i] = static_cast<uint8_t>(4 * pixel + i % static_cast<size_t>(channels));
  }
  return image;
}

TEST(OrientationTest, TurnsEveryWay) {
  // 0 1 2
  // 3 4 5
  const std::vector<int> expected[] = {{0, 1, 2, 3, 4, 5}, {2, 1, 0, 5, 4, 3}, {5, 4, 3, 2, 1, 0},
                                       {3, 4, 5, 0, 1, 2}, {0, 3, 1, 4, 2, 5}, {3, 0, 4, 1, 5, 2},
                                       {5, 2, 4, 1, 3, 0}, {2, 5, 1, 4, 0, 3}};
  for (int channels : {1, 3, 4}) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      Image image = numbered(3, 2, channels);
      ASSERT_TRUE(turn_upright(image, static_cast<Orientation>(orientation)).is_ok());
      EXPECT_EQ(image.width, orientation >= 5 ? 2 : 3);
      EXPECT_EQ(image.height, orientation >= 5 ? 3 : 2);
      for (size_t i = 0; i < 6; ++i) {
        for (int c = 0; c < channels; ++c) {
          const size_t at = i * static_cast<size_t>(channels) + static_cast<size_t>(c);
          EXPECT_EQ(image.pixels[at], 4 * expected[static_cast<size_t>(orientation - 1)][i] + c)
              << "orientation " << orientation << ", " << channels << " channels, pixel " << i;
        }
      }
    }
  }
}

// A 3 x 2 PNG with chunks around its pixels.
Bytes png_with(const std::vector<Bytes>& before, const std::vector<Bytes>& after = {}) {
  const Bytes plain = testing::make_png(3, 2, 8, 0, {0, 1, 2, 3, 0, 4, 5, 6});
  const ptrdiff_t header_end = 8 + 25;
  const ptrdiff_t end = static_cast<ptrdiff_t>(plain.size()) - 12;
  Bytes file(plain.begin(), plain.begin() + header_end);
  for (const Bytes& data : before) testing::append_png_chunk(file, "eXIf", data);
  file.insert(file.end(), plain.begin() + header_end, plain.begin() + end);
  for (const Bytes& data : after) testing::append_png_chunk(file, "eXIf", data);
  file.insert(file.end(), plain.begin() + end, plain.end());
  return file;
}

Bytes jpeg_with(const std::vector<Bytes>& segments) {
  const Bytes plain = testing::make_jpeg(16, 8, {0});
  Bytes file(plain.begin(), plain.begin() + 2);
  for (const Bytes& data : segments) testing::append_jpeg_segment(file, 0xE1, data);
  file.insert(file.end(), plain.begin() + 2, plain.end());
  return file;
}

Bytes exif_segment(const Bytes& data) {
  Bytes out = {'E', 'x', 'i', 'f', 0, 0};
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

bool is_turned(const Bytes& file) {
  const Result<Image> image = decode_image(file);
  EXPECT_TRUE(image.is_ok()) << image.status().to_string();
  return image.is_ok() && image->height > image->width;
}

TEST(OrientationTest, FilesAreTurnedByTheirFirstExifData) {
  const Bytes turned = tiff({{.value = 6}});
  const Bytes upright = tiff({{.value = 1}});
  EXPECT_TRUE(is_turned(png_with({turned})));
  EXPECT_TRUE(is_turned(png_with({turned, upright})));
  EXPECT_FALSE(is_turned(png_with({upright, turned})));
  EXPECT_FALSE(is_turned(png_with({}, {turned})));  // browsers show this one as stored
  const Bytes xmp = {'h', 't', 't', 'p', ':', '/', '/'};
  EXPECT_TRUE(is_turned(jpeg_with({exif_segment(turned)})));
  EXPECT_TRUE(is_turned(jpeg_with({xmp, exif_segment(turned), exif_segment(upright)})));
  EXPECT_FALSE(is_turned(jpeg_with({exif_segment(upright), exif_segment(turned)})));
  EXPECT_FALSE(is_turned(jpeg_with({turned})));
}

// As browsers see them: the byte of padding may be anything, and a PNG chunk's checksum must be
// right.
TEST(OrientationTest, PaddingAndChecksums) {
  const Bytes turned = tiff({{.value = 6}});
  Bytes padded = exif_segment(turned);
  padded[5] = 1;
  EXPECT_TRUE(is_turned(jpeg_with({padded})));
  Bytes file = png_with({turned});
  const ptrdiff_t crc = 8 + 25 + 8 + static_cast<ptrdiff_t>(turned.size());
  file[static_cast<size_t>(crc)] ^= 1;
  EXPECT_FALSE(is_turned(file));
}

TEST(OrientationTest, UnreadableExifDataLeaveAFileAsStored) {
  const Bytes bad[] = {{},
                       {'M', 'M'},
                       {'M', 'M', 0, '*', 0, 0, 0, 8},
                       Bytes(5000, 0xff),
                       tiff({{.value = 9}}),
                       tiff({{}}, 0xfffffff0)};
  for (const Bytes& data : bad) {
    EXPECT_FALSE(is_turned(png_with({data})));
    EXPECT_FALSE(is_turned(jpeg_with({exif_segment(data)})));
  }
  EXPECT_FALSE(is_turned(jpeg_with({{'E', 'x', 'i', 'f', 0}})));
}

TEST(OrientationTest, DamagedExifDataNeverFail) {
  const Bytes good = tiff({{.tag = 0x0128, .value = 2}, {}});
  for (size_t at = 0; at < good.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      Bytes damaged = good;
      damaged[at] = static_cast<uint8_t>(value);
      ASSERT_TRUE(decode_image(png_with({damaged})).is_ok()) << at << ' ' << value;
    }
  }
}

}  // namespace
}  // namespace gossamer
