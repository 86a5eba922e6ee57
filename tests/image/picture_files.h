// Picture files for the tests: samples in lists, and PNG and JPEG files built by hand so
// that they can be wrong in one chosen way.
#ifndef GOSSAMER_TESTS_IMAGE_PICTURE_FILES_H_
#define GOSSAMER_TESTS_IMAGE_PICTURE_FILES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer::testing {

using Bytes = std::vector<uint8_t>;

struct SampleFile {
  std::string name;
  int width = 0, height = 0, channels = 0;
  Bytes file;
  Bytes pixels;
};

// All samples of a list in tests/image; empty when it cannot be read. files.txt has the pixels that
// Pillow decodes, upright; colors.txt those that Chromium shows.
std::vector<SampleFile> read_sample_files(std::string_view list = "files.txt");
// Requires that `name` exists.
SampleFile sample_file(std::string_view name);

void append_big_endian(Bytes& out, uint32_t value, int bytes);
// Length, name, data, and a checksum of 0, which the decoder does not look at.
void append_png_chunk(Bytes& out, std::string_view name, const Bytes& data);
// `scanlines` as they stand after inflating: a filter byte, then the row. Stored without
// compression.
Bytes make_png(uint32_t width, uint32_t height, int depth, int color, const Bytes& scanlines);

// 0xFF, marker, length, data.
void append_jpeg_segment(Bytes& out, uint8_t marker, const Bytes& data);
// SOI, DQT and a frame header of one gray component.
Bytes start_jpeg(uint32_t width, uint32_t height, uint8_t frame_marker = 0xC0);
// A Huffman table with `count` codes of the given length.
Bytes huffman_table(int count, int length);
// A whole gray JPEG with one code per table; its picture data is `entropy`.
Bytes make_jpeg(uint32_t width, uint32_t height, const Bytes& entropy);

}  // namespace gossamer::testing

#endif  // GOSSAMER_TESTS_IMAGE_PICTURE_FILES_H_
