// See picture_files.h.
#include "tests/image/picture_files.h"

#include <algorithm>
#include <fstream>
#include <span>

namespace gossamer::testing {
namespace {

Bytes from_hex(const std::string& hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes out(hex.size() / 2);
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<uint8_t>(digit(hex[2 * i]) * 16 + digit(hex[2 * i + 1]));
  }
  return out;
}

void append(Bytes& out, const Bytes& data) {
  out.insert(out.end(), data.begin(), data.end());
}

}  // namespace

std::vector<SampleFile> read_sample_files(std::string_view list) {
  std::ifstream in(GOSSAMER_SOURCE_DIR "/tests/image/" + std::string(list));
  std::vector<SampleFile> samples;
  std::string file, pixels;
  for (SampleFile s; in >> s.name >> s.width >> s.height >> s.channels >> file >> pixels;) {
    s.file = from_hex(file);
    s.pixels = from_hex(pixels);
    samples.push_back(s);
  }
  return samples;
}

SampleFile sample_file(std::string_view name) {
  const std::vector<SampleFile> samples = read_sample_files();
  return *std::find_if(samples.begin(), samples.end(),
                       [name](const SampleFile& s) { return s.name == name; });
}

void append_big_endian(Bytes& out, uint32_t value, int bytes) {
  while (bytes-- > 0) out.push_back(static_cast<uint8_t>(value >> (8 * bytes)));
}

namespace {

uint32_t crc32(std::span<const uint8_t> bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc % 2 == 0 ? crc / 2 : crc / 2 ^ 0xEDB88320;
  }
  return ~crc;
}

}  // namespace

void append_png_chunk(Bytes& out, std::string_view name, const Bytes& data) {
  append_big_endian(out, static_cast<uint32_t>(data.size()), 4);
  out.insert(out.end(), name.begin(), name.end());
  append(out, data);
  append_big_endian(out, crc32(std::span(out).last(name.size() + data.size())), 4);
}

Bytes make_png(uint32_t width, uint32_t height, int depth, int color, const Bytes& scanlines) {
  Bytes out = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  Bytes header;
  append_big_endian(header, width, 4);
  append_big_endian(header, height, 4);
  header.insert(header.end(), {static_cast<uint8_t>(depth), static_cast<uint8_t>(color), 0, 0, 0});
  append_png_chunk(out, "IHDR", header);
  Bytes data = {0x78, 0x01, 0x01};  // zlib header; last block, stored
  const uint32_t length = static_cast<uint32_t>(scanlines.size());
  for (uint32_t word : {length, ~length}) {
    data.insert(data.end(), {static_cast<uint8_t>(word), static_cast<uint8_t>(word >> 8)});
  }
  append(data, scanlines);
  append_big_endian(data, 0, 4);
  append_png_chunk(out, "IDAT", data);
  append_png_chunk(out, "IEND", {});
  return out;
}

void append_jpeg_segment(Bytes& out, uint8_t marker, const Bytes& data) {
  out.insert(out.end(), {0xFF, marker});
  append_big_endian(out, static_cast<uint32_t>(data.size() + 2), 2);
  append(out, data);
}

Bytes start_jpeg(uint32_t width, uint32_t height, uint8_t frame_marker) {
  Bytes out = {0xFF, 0xD8};
  Bytes quantisation(65, 1);
  quantisation[0] = 0;
  append_jpeg_segment(out, 0xDB, quantisation);
  Bytes frame = {8};
  append_big_endian(frame, height, 2);
  append_big_endian(frame, width, 2);
  frame.insert(frame.end(), {1, 1, 0x11, 0});
  append_jpeg_segment(out, frame_marker, frame);
  return out;
}

Bytes huffman_table(int count, int length) {
  Bytes table(17 + static_cast<size_t>(count), 0);
  table[static_cast<size_t>(length)] = static_cast<uint8_t>(count);
  return table;
}

Bytes make_jpeg(uint32_t width, uint32_t height, const Bytes& entropy) {
  Bytes out = start_jpeg(width, height);
  Bytes table = huffman_table(1, 1);
  append_jpeg_segment(out, 0xC4, table);
  table[0] = 0x10;
  append_jpeg_segment(out, 0xC4, table);
  append_jpeg_segment(out, 0xDA, {1, 1, 0, 0, 63, 0});
  append(out, entropy);
  out.insert(out.end(), {0xFF, 0xD9});
  return out;
}

}  // namespace gossamer::testing
