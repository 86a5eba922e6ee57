// The web module prints nothing. Before it aborts on what should never happen, libc++ writes a line
// to stderr; those lines alone would bring all of printf, 8 KB, into every page. Here the functions
// that it calls are replaced by empty ones. The abort itself is a trap, which the JavaScript side
// reports (web/lib/engine.js).
#include <cstdarg>
#include <cstdio>
#include <cwchar>

#define GOSSAMER_SILENT(function, ...) \
  int function(__VA_ARGS__) {          \
    return 0;                          \
  }

extern "C" {

// The second and third of each kind are what Emscripten makes of calls without floating point.
GOSSAMER_SILENT(fprintf, FILE*, const char*, ...)
GOSSAMER_SILENT(fiprintf, FILE*, const char*, ...)
GOSSAMER_SILENT(__small_fprintf, FILE*, const char*, ...)
GOSSAMER_SILENT(vfprintf, FILE*, const char*, va_list)
GOSSAMER_SILENT(vfiprintf, FILE*, const char*, va_list)
GOSSAMER_SILENT(__small_vfprintf, FILE*, const char*, va_list)
GOSSAMER_SILENT(sprintf, char*, const char*, ...)
GOSSAMER_SILENT(siprintf, char*, const char*, ...)
GOSSAMER_SILENT(__small_sprintf, char*, const char*, ...)
GOSSAMER_SILENT(snprintf, char*, size_t, const char*, ...)
GOSSAMER_SILENT(vsnprintf, char*, size_t, const char*, va_list)
GOSSAMER_SILENT(swprintf, wchar_t*, size_t, const wchar_t*, ...)

}  // extern "C"
