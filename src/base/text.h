// Building text for messages and JSON. std::format and iostreams would add more code to the wasm
// module than the rest of the error handling together, so messages are concatenated from parts.
#ifndef GOSSAMER_BASE_TEXT_H_
#define GOSSAMER_BASE_TEXT_H_

#include <cmath>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer {

void append(std::string& out, int64_t value);
// Shortest of "%.6g".
void append(std::string& out, double value);

// A piece of text to be, borrowed; what a concat() is made of. One type for all keeps the call
// sites, of which error messages make hundreds, small.
class TextPart {
 public:
  TextPart(std::string_view text) : kind_(Kind::kText), text_(text) {}     // NOLINT
  TextPart(const char* text) : TextPart(std::string_view(text)) {}         // NOLINT
  TextPart(const std::string& text) : TextPart(std::string_view(text)) {}  // NOLINT
  TextPart(char c) : kind_(Kind::kCharacter), integer_(c) {}               // NOLINT
  template <std::integral T>
  TextPart(T value) : kind_(Kind::kInteger), integer_(static_cast<int64_t>(value)) {}  // NOLINT
  TextPart(double value) : kind_(Kind::kReal), real_(value) {}                         // NOLINT
  void append_to(std::string& out) const;

 private:
  enum class Kind : uint8_t { kText, kCharacter, kInteger, kReal };
  Kind kind_;
  union {
    std::string_view text_;
    int64_t integer_;
    double real_;
  };
};
std::string join(std::initializer_list<TextPart> parts);

// concat("axis ", 3, " of ", name)
template <typename... Parts>
std::string concat(const Parts&... parts) {
  return join({TextPart(parts)...});
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
    append(out_, static_cast<int64_t>(number));
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
