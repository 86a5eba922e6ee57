// See text.h.
#include "base/text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/utf8.h"

namespace gossamer {

void append(std::string& out, int64_t value) {
  char buffer[24];
  char* const end = buffer + sizeof buffer;
  char* begin = end;
  auto rest = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  do {
    *--begin = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0) *--begin = '-';
  out.append(begin, end);
}

namespace {

double power_of_ten(int n) {
  double power = 1;
  for (int i = 0; i < std::abs(n); ++i) power *= 10;
  return n < 0 ? 1 / power : power;
}

// As printf's %.<digits>g, which would bring all of printf into the module.
void append_real(std::string& out, double value, int significant) {
  if (std::signbit(value)) out += '-';
  value = std::fabs(value);
  if (!std::isfinite(value)) {
    out += std::isnan(value) ? "nan" : "inf";
    return;
  }
  constexpr double kLog10 = 2.302585092994046;
  int exponent = value == 0 ? 0 : static_cast<int>(std::floor(std::log(value) / kLog10));
  const double limit = power_of_ten(significant);
  const auto scale = [&] {
    const int shift = significant - 1 - exponent;
    // In two factors, because a power of ten beyond 308 does not exist.
    return std::nearbyint(value * power_of_ten(shift / 2) * power_of_ten(shift - shift / 2));
  };
  // The logarithm, or rounding up, may be off by one digit.
  if (scale() >= limit) ++exponent;
  if (value != 0 && scale() < limit / 10) --exponent;
  const auto scaled = static_cast<int64_t>(scale());
  std::string digits;
  append(digits, scaled);
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  const bool scientific = exponent < -4 || exponent >= significant;
  const int point = scientific ? 1 : exponent + 1;  // digits before the point
  if (point <= 0) out.append("0.").append(static_cast<size_t>(-point), '0');
  for (int i = 0; i < std::max(point, static_cast<int>(digits.size())); ++i) {
    if (i == point && i > 0) out += '.';
    out += i < static_cast<int>(digits.size()) ? digits[static_cast<size_t>(i)] : '0';
  }
  if (!scientific) return;
  out += exponent < 0 ? "e-" : "e+";
  if (std::abs(exponent) < 10) out += '0';
  append(out, int64_t{std::abs(exponent)});
}

}  // namespace

void append(std::string& out, double value) {
  append_real(out, value, 6);
}

void TextPart::append_to(std::string& out) const {
  switch (kind_) {
    case Kind::kText:
      out.append(text_);
      break;
    case Kind::kCharacter:
      out.push_back(static_cast<char>(integer_));
      break;
    case Kind::kInteger:
      append(out, integer_);
      break;
    case Kind::kReal:
      append(out, real_);
      break;
  }
}

std::string join(std::initializer_list<TextPart> parts) {
  std::string out;
  for (const TextPart& part : parts) part.append_to(out);
  return out;
}

std::string json_quote(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    const size_t length = utf8_length(text);
    if (length == 0) {
      out += "\\ufffd";
      text.remove_prefix(1);
      continue;
    }
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c < 0x20 || c == 0x7F) {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  out += '"';
  return out;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  out_ += json_quote(name);
  out_ += ':';
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  out_ += json_quote(text);
  return *this;
}

JsonWriter& JsonWriter::value(bool b) {
  separate();
  out_ += b ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  separate();
  if (!std::isfinite(number)) {
    out_ += "null";
    return *this;
  }
  append_real(out_, number, 9);
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  need_comma_ = true;
  return *this;
}

void JsonWriter::separate() {
  if (need_comma_) out_ += ',';
  need_comma_ = true;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + 1);
  }
  return parts;
}

std::string_view trim(std::string_view text) {
  static constexpr std::string_view kBlank = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace gossamer
