// The native half of `npm run fuzz:models`: loads models that somebody damaged. Enters, on stdin:
// each file's length (4 bytes, low one first), then its bytes. Leaves, on stdout: one line of JSON
// a file, {code, milliseconds, text}: OK when the model was loaded and run once, else the error. A
// file is written beside the files in FOLDER, where weights of other models lie, and loaded from
// there, as the command line does. What must not happen ends the process, and the other side
// notices.
#include <sys/resource.h>

#include <cstdio>
#include <ctime>
#include <string>

#include "base/text.h"
#include "gossamer/session.h"
#include "session/describe.h"

namespace gossamer {
namespace {

// So small that no honest reading of any of the models needs more, and that no file takes long.
constexpr uint64_t kMaxMemory = uint64_t{32} << 20;
constexpr uint64_t kMaxWork = uint64_t{1} << 22;
// Of address space, all told. Sanitizers reserve terabytes of it.
constexpr rlim_t kAddressSpace = rlim_t{256} << 20;

void limit_memory() {
#ifndef GOSSAMER_SANITIZED
  const rlimit limit{kAddressSpace, kAddressSpace};
  setrlimit(RLIMIT_AS, &limit);
#endif
}

// Ones and twos for open extents, the same small numbers for every input.
Status fill_inputs(Session& session) {
  for (size_t i = 0; i < session.inputs().size(); ++i) {
    const auto index = static_cast<int>(i);
    Shape shape;
    for (const int64_t extent : session.inputs()[i].shape) {
      shape.push_back(extent >= 0 ? extent : 1 + static_cast<int64_t>(i % 2));
    }
    GOSSAMER_TRY(session.set_input_shape(index, shape));
    const MutableTensorView input = session.input(index);
    auto* bytes = input.as<uint8_t>();
    for (size_t k = 0; k < input.bytes(); ++k) bytes[k] = static_cast<uint8_t>(k % 7 == 3 ? 1 : 0);
  }
  return Status::ok();
}

// A model for pictures is shown one as well, by whatever recipe it has; it may refuse.
void show_picture(Session& session) {
  static constexpr uint8_t kPixels[3 * 3 * 4] = {255, 0, 0, 255, 0, 255, 0, 128};
  if (session.inputs().empty()) return;
  static_cast<void>(session.set_image(0, {kPixels, 3, 3, 4, 12}));
}

Status load(const std::string& path) {
  SessionOptions options;
  options.max_memory_bytes = kMaxMemory;
  options.max_multiply_adds = kMaxWork;
  GOSSAMER_ASSIGN(auto source, ModelSource::from_file(path));
  GOSSAMER_ASSIGN(auto session, Session::create(std::move(source), options));
  GOSSAMER_TRY(fill_inputs(*session));
  show_picture(*session);
  GOSSAMER_TRY(session->run());
  for (size_t i = 0; i < session->outputs().size(); ++i) {
    static_cast<void>(session->classify(static_cast<int>(i), 5));
  }
  static_cast<void>(describe_json(*session));
  return Status::ok();
}

bool read_exactly(void* target, size_t bytes) {
  return std::fread(target, 1, bytes, stdin) == bytes;
}

bool write_file(const std::string& path, const std::string& bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return std::fclose(file) == 0 && written;
}

void answer(const Status& status, double milliseconds) {
  JsonWriter json;
  json.begin_object()
      .member("code", status.is_ok() ? "OK" : code_name(status.code()))
      .member("milliseconds", milliseconds)
      .member("text", status.is_ok() ? std::string() : status.to_string().substr(0, 300));
  std::puts(json.end_object().text().c_str());
  std::fflush(stdout);
}

int serve(const std::string& folder) {
  const std::string path = folder + "/model.onnx";
  for (uint8_t head[4]; read_exactly(head, sizeof(head));) {
    const size_t length =
        size_t{head[0]} | size_t{head[1]} << 8 | size_t{head[2]} << 16 | size_t{head[3]} << 24;
    std::string bytes(length, '\0');
    if (!read_exactly(bytes.data(), length) || !write_file(path, bytes)) return 2;
    const std::clock_t start = std::clock();
    const Status status = load(path);
    answer(status, 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return 0;
}

}  // namespace
}  // namespace gossamer

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: gossamer_load_models FOLDER\n", stderr);
    return 2;
  }
  gossamer::limit_memory();
  return gossamer::serve(arguments[1]);
}
