// Building text for messages and JSON. std::format and iostreams would add more code to the wasm
// module than the rest of the error handling together, so messages are concatenated from parts.
#ifndef GOSSAMER_BASE_TEXT_H_
#define GOSSAMER_BASE_TEXT_H_

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer {

inline void append(std::string& out, std::string_view text) {
  out.append(text);
}
inline void append(std::string& out, char c) {
  out.push_back(c);
}
template <std::integral T>
void append(std::string& out, T value) {
  char buffer[24];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, static_cast<int64_t>(value));
  (void)error;  // 24 characters hold any int64
  out.append(buffer, end);
}
// Shortest of "%.6g".
void append(std::string& out, double value);

// concat("axis ", 3, " of ", name)
template <typename... Parts>
std::string concat(const Parts&... parts) {
  std::string out;
  (append(out, parts), ...);
  return out;
}

// The text between quotes, with what JSON requires escaped. Bytes that are not UTF-8 become U+FFFD,
// because names in hostile models reach JSON.parse.
std::string json_quote(std::string_view text);

// Writes one JSON document, inserting commas. Keys and values alternate inside objects.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool b);
  JsonWriter& value(double number);  // NaN and infinity become null
  template <std::integral T>
  JsonWriter& value(T number) {
    separate();
    append(out_, number);
    return *this;
  }
  template <typename T>
  JsonWriter& member(std::string_view name, const T& v) {
    return key(name).value(v);
  }
  const std::string& text() const { return out_; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  std::string out_;
  bool need_comma_ = false;
};

// Splits at `separator`; the parts are views into `text`. An empty text gives no parts.
std::vector<std::string_view> split(std::string_view text, char separator);
// Without leading and trailing blanks, tabs and line breaks.
std::string_view trim(std::string_view text);

}  // namespace gossamer

#endif  // GOSSAMER_BASE_TEXT_H_
