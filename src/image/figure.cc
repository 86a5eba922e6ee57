// See figure.h. Labelling is by flood fill with an explicit stack, because recursion would be as
// deep as the longest stroke.
#include "image/figure.h"

#include <array>
#include <new>
#include <span>

namespace gossamer {
namespace {

struct Mark {
  Box box;
  uint32_t pixels = 0;
  uint32_t mass = 0;  // ink, each pixel counted up to kMassCap
  uint32_t sum_x = 0;
  uint32_t sum_y = 0;
  uint32_t contact = 0;  // pixels on the picture's border
  bool is_member = false;
  uint64_t rating = 0;
};

// A dark table edge must not outweigh pencil by contrast as well as by area.
constexpr int kMassCap = 80;
constexpr uint32_t kMinPixels = 10;

// Pixels still to be visited; each is pushed once, so the plane's size is enough.
struct Stack {
  int32_t* items;
  size_t count = 0;
  void push(int32_t item) { items[count++] = item; }
  int32_t pop() { return items[--count]; }
};

// Labels the mark that contains `start`. Labels: 0 is not visited.
Mark flood(const Plane<uint8_t>& ink, int threshold, int32_t start, int32_t label,
           Plane<int32_t>& labels, Stack stack) {
  const int width = ink.width();
  const int height = ink.height();
  Mark mark;
  mark.box = {width, height, 0, 0};
  labels.data()[start] = label;
  stack.push(start);
  while (stack.count > 0) {
    const int32_t at = stack.pop();
    const int x = at % width;
    const int y = at / width;
    mark.box = {std::min(mark.box.left, x), std::min(mark.box.top, y),
                std::max(mark.box.right, x + 1), std::max(mark.box.bottom, y + 1)};
    ++mark.pixels;
    mark.mass += static_cast<uint32_t>(std::min(int{ink.data()[at]}, kMassCap));
    mark.sum_x += static_cast<uint32_t>(x);
    mark.sum_y += static_cast<uint32_t>(y);
    mark.contact += x == 0 || y == 0 || x == width - 1 || y == height - 1;
    for (int v = std::max(y - 1, 0); v <= std::min(y + 1, height - 1); ++v) {
      for (int u = std::max(x - 1, 0); u <= std::min(x + 1, width - 1); ++u) {
        if (labels.row(v)[u] != 0 || ink.row(v)[u] < threshold) continue;
        labels.row(v)[u] = label;
        stack.push(v * width + u);
      }
    }
  }
  return mark;
}

// Mass, less for marks off the centre and much less for marks that lie along the border.
uint64_t rate(const Mark& mark, int width, int height) {
  // Twice the distance of the centroid from the centre, against the sum of the sides: 0..1 in
  // 1/256.
  const auto offset = [&mark](uint32_t sum, int extent) {
    const int64_t twice = 2 * int64_t{sum / mark.pixels} + 1 - extent;
    return static_cast<uint64_t>(twice < 0 ? -twice : twice);
  };
  const uint64_t off = (offset(mark.sum_x, width) + offset(mark.sum_y, height)) * 256 /
                       static_cast<uint64_t>(width + height);
  const uint64_t centred = uint64_t{mark.mass} * (320 - std::min<uint64_t>(off, 256)) / 320;
  const uint64_t edge =
      256 + 2560 * uint64_t{mark.contact} / static_cast<uint64_t>(mark.box.longer_side());
  return centred * 65536 / (edge * edge) + 1;
}

int overlap(int a0, int a1, int b0, int b1) {
  return std::min(a1, b1) - std::max(a0, b0);
}

// Whether `mark` is another stroke of the figure `main`: close to it and not merely beside it, as
// the next digit of a number would be.
bool belongs(const Mark& mark, const Mark& main) {
  if (mark.mass * 32 < main.mass) return false;
  const int reach = main.box.longer_side();
  if (static_cast<int>(mark.contact) * 4 > mark.box.longer_side()) return false;
  const int shared_x = overlap(mark.box.left, mark.box.right, main.box.left, main.box.right);
  const int shared_y = overlap(mark.box.top, mark.box.bottom, main.box.top, main.box.bottom);
  if (-shared_x * 16 <= reach && -shared_y * 16 <= reach) return true;
  return shared_x * 3 >= std::min(mark.box.width(), main.box.width()) && -shared_y * 4 <= reach;
}

// The marks of a picture. Pixels carry the label 1 + index of their mark.
class Marks {
 public:
  // Marks have at least one pixel between them, which bounds their number. Errors: OOM.
  static Result<Marks> make(const Plane<uint8_t>& ink) {
    Marks marks;
    const auto half = [](int side) { return static_cast<size_t>(side + 1) / 2; };
    const size_t most = half(ink.width()) * half(ink.height());
    GOSSAMER_ASSIGN(marks.memory_, AlignedBuffer::allocate(most * sizeof(Mark)));
    GOSSAMER_ASSIGN(marks.labels_, Plane<int32_t>::make(ink.width(), ink.height()));
    GOSSAMER_ASSIGN(marks.stack_, Plane<int32_t>::make(ink.width(), ink.height()));
    return marks;
  }

  void label(const Plane<uint8_t>& ink, int threshold) {
    const int32_t size = static_cast<int32_t>(ink.size());
    for (int32_t at = 0; at < size; ++at) {
      if (labels_.data()[at] != 0 || ink.data()[at] < threshold) continue;
      Mark mark = flood(ink, threshold, at, ++count_, labels_, Stack{stack_.data()});
      mark.rating = mark.pixels < kMinPixels ? 0 : rate(mark, ink.width(), ink.height());
      new (items() + count_ - 1) Mark(mark);
    }
  }

  std::span<Mark> all() { return {items(), static_cast<size_t>(count_)}; }
  bool is_member(size_t pixel) {
    const int32_t label = labels_.data()[pixel];
    return label != 0 && items()[label - 1].is_member;
  }

 private:
  Mark* items() { return memory_.as<Mark>(); }

  AlignedBuffer memory_;
  Plane<int32_t> labels_;
  Plane<int32_t> stack_;
  int32_t count_ = 0;
};

}  // namespace

int peak_within(const Plane<uint8_t>& mask, const Plane<uint8_t>& ink) {
  std::array<uint32_t, 256> histogram{};
  uint32_t pixels = 0;
  for (size_t i = 0; i < ink.size(); ++i) {
    if (mask.data()[i] == 0) continue;
    ++histogram[ink.data()[i]];
    ++pixels;
  }
  uint32_t above = 0;
  int peak = 255;
  for (; peak > 0; --peak) {
    above += histogram[static_cast<size_t>(peak)];
    if (pixels != 0 && above * 10 >= pixels) break;
  }
  return peak;
}

Result<Figure> find_figure(const Plane<uint8_t>& ink, int threshold) {
  GOSSAMER_ASSIGN(Marks marks, Marks::make(ink));
  marks.label(ink, threshold);

  Figure figure;
  GOSSAMER_ASSIGN(figure.mask, Plane<uint8_t>::make(ink.width(), ink.height()));
  const Mark* best = nullptr;
  for (const Mark& mark : marks.all()) {
    if (mark.rating <= figure.rating) continue;
    figure.rating = mark.rating;
    best = &mark;
  }
  if (best == nullptr) return figure;
  const Mark main = *best;
  figure.box = main.box;
  for (Mark& mark : marks.all()) {
    mark.is_member = &mark == best || belongs(mark, main);
    if (mark.is_member) figure.box = unite(figure.box, mark.box);
  }
  for (size_t i = 0; i < ink.size(); ++i) figure.mask.data()[i] = marks.is_member(i);
  figure.peak = peak_within(figure.mask, ink);
  return figure;
}

}  // namespace gossamer
