// decode_image on sound files, on files cut or damaged anywhere, and on files that lie about their
// size. Run under the address sanitizer, the damaged ones also show that nothing is read or written
// out of bounds.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "gossamer/image.h"
#include "tests/image/picture_files.h"

namespace gossamer {
namespace {

using testing::Bytes;

// The code of a failed decode; kOk when it succeeded.
Code decode_code(const Bytes& file) {
  return decode_image(file).status().code();
}

TEST(DecodeTest, SamplesDecodeAsInPillow) {
  const auto samples = testing::read_sample_files();
  ASSERT_EQ(samples.size(), 26u);
  for (const auto& sample : samples) {
    const Result<Image> image = decode_image(sample.file);
    ASSERT_TRUE(image.is_ok()) << sample.name << ": " << image.status().to_string();
    EXPECT_EQ(image->width, sample.width) << sample.name;
    EXPECT_EQ(image->height, sample.height) << sample.name;
    ASSERT_EQ(image->channels, sample.channels) << sample.name;
    // PNG is exact; JPEG decoders may round differently and smooth chroma differently.
    const int tolerance = sample.file[0] == 0x89 ? 0 : sample.name == "subsampled" ? 8 : 3;
    int worst = 0;
    for (size_t i = 0; i < sample.pixels.size(); ++i) {
      worst = std::max(worst, std::abs(image->pixels[i] - sample.pixels[i]));
    }
    EXPECT_LE(worst, tolerance) << sample.name;
  }
}

TEST(DecodeTest, HandMadeFilesDecode) {
  EXPECT_EQ(decode_code(testing::make_png(2, 2, 8, 0, {0, 1, 2, 0, 3, 4})), Code::kOk);
  EXPECT_EQ(decode_code(testing::make_jpeg(8, 8, {0})), Code::kOk);
}

TEST(DecodeTest, OtherFormatsAreNamed) {
  const auto got = [](std::string_view text) {
    const Result<Image> image = decode_image(Bytes(text.begin(), text.end()));
    EXPECT_EQ(image.status().code(), Code::kImage);
    return image.is_ok() ? std::string() : image.status().info().got;
  };
  EXPECT_EQ(got(""), "an empty file");
  EXPECT_EQ(got("GIF89a\x01\x02"), "a GIF");
  EXPECT_EQ(got("RIFF1234WEBPVP8 "), "a WebP");
  EXPECT_EQ(got("BM123456"), "a BMP");
  EXPECT_EQ(got(std::string_view("\0\0\0\x20"
                                 "ftypheic",
                                 12)),
            "a HEIC, AVIF or video file");
  EXPECT_EQ(got("<!DOCTYPE html><html>"), "a web page or SVG");
  EXPECT_EQ(got("version https://git-lfs.github.com/spec/v1"), "a Git LFS pointer");
  EXPECT_EQ(got("hello"), "an unknown format");
}

// The first `length` bytes, exactly, so that the sanitizer sees a read past their end.
Bytes cut_to(const Bytes& file, size_t length) {
  return Bytes(file.begin(), file.begin() + static_cast<ptrdiff_t>(length));
}

TEST(DecodeTest, EveryTruncationIsAnImageErrorOrCostsLittle) {
  for (const auto& sample : testing::read_sample_files()) {
    const bool jpeg = sample.file[0] == 0xFF;
    size_t decoded = 0;
    for (size_t length = 0; length < sample.file.size(); ++length) {
      const Result<Image> image = decode_image(cut_to(sample.file, length));
      decoded += image.is_ok() ? 1 : 0;
      ASSERT_TRUE(image.status().code() == Code::kImage || (jpeg && image.is_ok()))
          << sample.name << " cut to " << length;
    }
    EXPECT_LE(decoded, jpeg ? sample.file.size() / 3 : 0) << sample.name;
  }
}

TEST(DecodeTest, AJpegWithoutItsEndMarkerIsReadAsIfItHadOne) {
  for (const char* name : {"baseline", "subsampled", "progressive", "gray_jpeg"}) {
    const auto sample = testing::sample_file(name);
    const Result<Image> whole = decode_image(sample.file);
    for (const size_t missing : {1, 2}) {  // half of it, all of it
      const Result<Image> image = decode_image(cut_to(sample.file, sample.file.size() - missing));
      ASSERT_TRUE(image.is_ok()) << name << ": " << image.status().to_string();
      EXPECT_EQ(Bytes(image->pixels.get(), image->pixels.get() + sample.pixels.size()),
                Bytes(whole->pixels.get(), whole->pixels.get() + sample.pixels.size()))
          << name;
    }
  }
}

TEST(DecodeTest, AJpegThatLacksMoreThanItsEndIsRefused) {
  const Bytes file = testing::sample_file("baseline").file;
  const Status status = decode_image(cut_to(file, file.size() - 40)).status();
  EXPECT_EQ(status.code(), Code::kImage);
  EXPECT_NE(status.to_string().find("cut short"), std::string::npos) << status.to_string();
}

TEST(DecodeTest, ColorsAreThoseThatBrowsersShow) {
  const auto samples = testing::read_sample_files("colors.txt");
  ASSERT_EQ(samples.size(), 27u);
  for (const auto& sample : samples) {
    const Result<Image> image = decode_image(sample.file);
    ASSERT_TRUE(image.is_ok()) << sample.name << ": " << image.status().to_string();
    ASSERT_EQ(image->channels, sample.channels) << sample.name;
    const int tolerance = sample.file[0] == 0x89 ? 1 : 4;
    int worst = 0;
    for (size_t i = 0; i < sample.pixels.size(); ++i) {
      worst = std::max(worst, std::abs(image->pixels[i] - sample.pixels[i]));
    }
    EXPECT_LE(worst, tolerance) << sample.name;
  }
}

TEST(DecodeTest, FlippedBytesNeverDoHarm) {
  uint32_t state = 1;
  int decoded = 0;
  for (const auto& sample : testing::read_sample_files()) {
    for (int round = 0; round < 400; ++round) {
      Bytes file = sample.file;
      for (int flips = 1 + round % 4; flips > 0; --flips) {
        state = state * 1664525u + 1013904223u;
        file[(state >> 8) % file.size()] = static_cast<uint8_t>(state >> 24);
      }
      const Result<Image> image = decode_image(file);
      decoded += image.is_ok();
      if (!image.is_ok()) {
        ASSERT_EQ(image.status().code(), Code::kImage);
      }
    }
  }
  EXPECT_GT(decoded, 0);  // some damage only changes colours
}

TEST(DecodeTest, SizesBeyondTheLimitAreRefused) {
  const auto status = [](const Bytes& file) { return decode_image(file).status(); };
  EXPECT_EQ(status(testing::make_png(70000, 1, 8, 0, {0, 0})).code(), Code::kImage);
  EXPECT_EQ(status(testing::make_png(0x80000000u, 0x80000000u, 8, 6, {0, 0})).code(), Code::kImage);
  EXPECT_EQ(status(testing::make_png(0, 5, 8, 0, {0, 0})).code(), Code::kImage);
  const Status large = status(testing::make_jpeg(60000, 60000, {0}));
  EXPECT_EQ(large.code(), Code::kImage);
  EXPECT_NE(large.info().message.find("too large"), std::string::npos);
}

// 158 bytes that claim 8000 x 8000 would take over 100 MB without holding a picture.
TEST(DecodeTest, SmallFilesThatClaimHugePicturesAreRefused) {
  const Status jpeg = decode_image(testing::make_jpeg(8000, 8000, {0})).status();
  EXPECT_EQ(jpeg.code(), Code::kImage);
  EXPECT_NE(jpeg.info().message.find("too short"), std::string::npos);
  const Status png = decode_image(testing::make_png(8000, 8000, 8, 6, {0, 0})).status();
  EXPECT_EQ(png.code(), Code::kImage);
  EXPECT_NE(png.info().message.find("too short"), std::string::npos);
}

// 16 lengths with up to 255 codes each: stb_image 2.27 writes past its 257 entries.
TEST(DecodeTest, HuffmanTablesWithTooManyCodesAreRefused) {
  Bytes table(17 + 510, 0);
  table[8] = table[9] = 255;
  Bytes before = testing::start_jpeg(8, 8);
  testing::append_jpeg_segment(before, 0xC4, table);
  testing::append_jpeg_segment(before, 0xDA, {1, 1, 0, 0, 63, 0});
  before.insert(before.end(), {0, 0xFF, 0xD9});
  EXPECT_EQ(decode_code(before), Code::kImage);

  // Between two scans, where the decoder reads tables as well.
  Bytes after = testing::make_jpeg(8, 8, {0});
  after.resize(after.size() - 2);
  testing::append_jpeg_segment(after, 0xC4, table);
  after.insert(after.end(), {0xFF, 0xD9});
  EXPECT_EQ(decode_code(after), Code::kImage);
  EXPECT_EQ(decode_image(after).status().info().message,
            "the JPEG file has a broken Huffman table");
}

TEST(DecodeTest, HuffmanTablesLongerThanTheirSegmentAreRefused) {
  for (const Bytes& table :
       {Bytes{0}, Bytes(16, 0), Bytes{0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2},
        Bytes(17, 0x25)}) {
    Bytes file = testing::start_jpeg(8, 8);
    testing::append_jpeg_segment(file, 0xC4, table);
    testing::append_jpeg_segment(file, 0xDA, {1, 1, 0, 0, 63, 0});
    file.insert(file.end(), {0, 0xFF, 0xD9});
    EXPECT_EQ(decode_image(file).status().info().message,
              "the JPEG file has a broken Huffman table");
  }
}

TEST(DecodeTest, ATableHiddenInPictureDataIsChecked) {
  // FF C4 inside another segment's payload, after the first scan: a decoder that lost its place
  // could take it for a table.
  Bytes file = testing::make_jpeg(8, 8, {0});
  file.resize(file.size() - 2);
  testing::append_jpeg_segment(file, 0xFE, {0xFF, 0xC4, 0x02, 0x11, 0, 255, 255});
  file.insert(file.end(), {0xFF, 0xD9});
  EXPECT_EQ(decode_image(file).status().info().message, "the JPEG file has a broken Huffman table");
}

TEST(DecodeTest, TooManyScansAreRefused) {
  Bytes file = testing::make_jpeg(8, 8, {0});
  file.resize(file.size() - 2);
  for (int i = 0; i < 200; ++i) {
    testing::append_jpeg_segment(file, 0xDA, {1, 1, 0, 0, 63, 0});
    file.push_back(0);
  }
  file.insert(file.end(), {0xFF, 0xD9});
  EXPECT_EQ(decode_image(file).status().info().message, "the JPEG file has too many scans");
}

TEST(DecodeTest, LosslessAndArithmeticJpegsAreNamed) {
  for (uint8_t marker : {uint8_t{0xC3}, uint8_t{0xC9}}) {
    Bytes file = testing::start_jpeg(8, 8, marker);
    testing::append_jpeg_segment(file, 0xDA, {1, 1, 0, 0, 63, 0});
    file.insert(file.end(), {0, 0xFF, 0xD9});
    EXPECT_EQ(decode_image(file).status().info().message, "this kind of JPEG is not supported");
  }
}

TEST(DecodeTest, BytesAfterTheEndMarkerAreIgnored) {
  Bytes file = testing::sample_file("baseline").file;
  file.insert(file.end(), {0xFF, 0xC4, 0x00, 0x13, 0, 255, 255});  // as in a motion photo
  EXPECT_EQ(decode_code(file), Code::kOk);
}

// A chunk of 2^31 - 1 bytes, and one that just leaves no room for its checksum.
TEST(DecodeTest, PngChunksLongerThanTheFileAreRefused) {
  Bytes file = testing::make_png(2, 2, 8, 0, {0, 1, 2, 0, 3, 4});
  const size_t idat_length = 8 + 25;
  for (uint32_t length : {0x7fffffffu, 0xffffffffu, static_cast<uint32_t>(file.size())}) {
    Bytes broken = file;
    for (size_t i = 0; i < 4; ++i) {
      broken[idat_length + i] = static_cast<uint8_t>(length >> (24 - 8 * i));
    }
    EXPECT_EQ(decode_code(broken), Code::kImage) << length;
  }
}

// Deflate data that grows without end: stb_image doubles its buffer until the limit stops it.
TEST(DecodeTest, PngThatInflatesBeyondItsSizeIsRefused) {
  Bytes file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  Bytes header;
  testing::append_big_endian(header, 4, 4);
  testing::append_big_endian(header, 4, 4);
  header.insert(header.end(), {8, 0, 0, 0, 0});
  testing::append_png_chunk(file, "IHDR", header);
  // A fixed-Huffman block: a literal 0 (8 bits 00110000), then length 258 (11000101), distance 1
  // (00000) over and over. From the 12th bit on that is 13 bits per 258 bytes.
  Bytes bits = {0x78, 0x01};
  uint32_t pending = 0;
  int count = 0;
  const auto put = [&](uint32_t value, int length) {  // most significant bit of the code first
    while (length-- > 0) {
      pending |= (value >> length & 1) << count;
      if (++count == 8) {
        bits.push_back(static_cast<uint8_t>(pending));
        pending = 0;
        count = 0;
      }
    }
  };
  put(0b1, 1);   // last block
  put(0b10, 2);  // fixed codes (the two bits are sent low bit first)
  put(0b00110000, 8);
  for (int i = 0; i < 60000; ++i) {
    put(0b11000101, 8);
    put(0b00000, 5);
  }
  put(0b0000000, 7);
  put(0, 8);
  testing::append_png_chunk(file, "IDAT", bits);
  testing::append_png_chunk(file, "IEND", {});
  const Status status = decode_image(file).status();
  EXPECT_EQ(status.code(), Code::kImage);
  EXPECT_NE(status.to_string().find("more memory"), std::string::npos) << status.to_string();
}

}  // namespace
}  // namespace gossamer
