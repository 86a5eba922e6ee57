// See background.h.
#include "image/background.h"

#include <array>
#include <cmath>

#include "image/resize.h"

namespace gossamer {
namespace {

constexpr int kTerms = 6;
using Surface = std::array<double, kTerms>;
using Histogram = std::array<uint32_t, 256>;

// The first value that at least `share` of 256 of the counts do not exceed.
int quantile(const Histogram& histogram, uint64_t share) {
  uint64_t total = 0;
  for (uint32_t count : histogram) total += count;
  uint64_t below = 0;
  for (int value = 0; value < 256; ++value) {
    below += histogram[static_cast<size_t>(value)];
    if (below * 256 >= total * share && below > 0) return value;
  }
  return 255;
}

// Positions run from -1 to 1, to keep the normal equations well conditioned.
struct Axis {
  explicit Axis(int extent) : step(extent > 1 ? 2.0 / (extent - 1) : 0.0) {}
  double at(int i) const { return i * step - 1.0; }
  double step;
};

std::array<double, kTerms> terms_at(double x, double y) {
  return {1.0, x, y, x * x, x * y, y * y};
}

int surface_level(const Surface& surface, double x, double y) {
  const double along_x = surface[1] + surface[3] * x + surface[4] * y;
  const double along_y = surface[2] + surface[5] * y;
  const double sum = surface[0] + along_x * x + along_y * y + 0.5;
  return sum <= 0 ? 0 : sum >= 255 ? 255 : static_cast<int>(sum);
}

// Least squares by Gaussian elimination. A tiny ridge keeps it solvable for a picture one pixel
// wide.
Surface solve(std::array<std::array<double, kTerms + 1>, kTerms> m) {
  for (size_t i = 0; i < kTerms; ++i) m[i][i] += 1e-6 * (m[0][0] + 1.0);
  for (size_t pivot = 0; pivot < kTerms; ++pivot) {
    for (size_t r = pivot + 1; r < kTerms; ++r) {
      const double factor = m[r][pivot] / m[pivot][pivot];
      for (size_t c = pivot; c <= kTerms; ++c) {
        const double part = factor * m[pivot][c];
        m[r][c] -= part;
      }
    }
  }
  Surface surface{};
  for (size_t i = kTerms; i-- > 0;) {
    double rest = m[i][kTerms];
    for (size_t c = i + 1; c < kTerms; ++c) {
      const double part = m[i][c] * surface[c];
      rest -= part;
    }
    surface[i] = rest / m[i][i];
  }
  return surface;
}

// Calls visit(x, y, value) for pixels of the border, or of the whole picture: every one of a small
// picture, a regular grid of a large one, because six coefficients need no more than a few
// thousand.
template <typename Visit>
void for_pixels(const Plane<uint8_t>& gray, bool border_only, const Visit& visit) {
  const int shorter = std::min(gray.width(), gray.height());
  const int rim = std::max(shorter / 16, 1);
  const int step = std::max(shorter / 80, 1);
  for (int y = 0; y < gray.height(); y += step) {
    const bool whole = !border_only || y < rim || y >= gray.height() - rim;
    for (int x = 0; x < gray.width(); x += step) {
      if (!whole && x >= rim) x = std::max(gray.width() - rim, x);
      visit(x, y, int{gray.row(y)[x]});
    }
  }
}

// Fits to the pixels whose distance from the former surface is at most `tolerance`.
Surface fit(const Plane<uint8_t>& gray, bool border_only, const Surface& former, int tolerance) {
  const Axis horizontal(gray.width());
  const Axis vertical(gray.height());
  std::array<std::array<double, kTerms + 1>, kTerms> m{};
  for_pixels(gray, border_only, [&](int px, int py, int value) {
    const double x = horizontal.at(px);
    const double y = vertical.at(py);
    if (std::abs(value - surface_level(former, x, y)) > tolerance) return;
    const std::array<double, kTerms> terms = terms_at(x, y);
    for (size_t r = 0; r < kTerms; ++r) {
      for (size_t c = r; c < kTerms; ++c) {
        const double part = terms[r] * terms[c];
        m[r][c] += part;
      }
      const double part = terms[r] * value;
      m[r][kTerms] += part;
    }
  });
  for (size_t r = 1; r < kTerms; ++r) {
    for (size_t c = 0; c < r; ++c) m[r][c] = m[c][r];
  }
  return solve(m);
}

Histogram distances(const Plane<uint8_t>& gray, bool border_only, const Surface& surface) {
  const Axis horizontal(gray.width());
  const Axis vertical(gray.height());
  Histogram histogram{};
  for_pixels(gray, border_only, [&](int x, int y, int value) {
    const int level = surface_level(surface, horizontal.at(x), vertical.at(y));
    ++histogram[static_cast<size_t>(std::abs(value - level))];
  });
  return histogram;
}

// Half of all distances are within 0.67 standard deviations; three of these are allowed.
int tolerance_for(const Histogram& histogram) {
  return std::max(quantile(histogram, 128) * 9 / 2, 8);
}

Histogram border_levels(const Plane<uint8_t>& gray) {
  Histogram levels{};
  for_pixels(gray, true, [&](int, int, int value) { ++levels[static_cast<size_t>(value)]; });
  return levels;
}

// The border's surface, or none where the border does not agree on one.
bool fit_border(const Plane<uint8_t>& gray, int median, Surface& surface) {
  surface = {static_cast<double>(median), 0, 0, 0, 0, 0};
  int tolerance = 64;  // wide at first, so that a strong gradient is taken up
  for (int round = 0; round < 5; ++round) {
    surface = fit(gray, true, surface, tolerance);
    tolerance = std::min(tolerance_for(distances(gray, true, surface)), tolerance);
  }
  return quantile(distances(gray, true, surface), 205) <= std::max(tolerance, 12);  // 205/256: 80%
}

// Median over a window of half the extent, on a copy small enough to count every window.
Result<Plane<uint8_t>> local_median(const Plane<uint8_t>& gray) {
  constexpr int kSmallSide = 40;
  const int longest = std::max(gray.width(), gray.height());
  const auto shrink = [&](int side) { return std::max(side * kSmallSide / longest, 1); };
  GOSSAMER_ASSIGN(
      const Plane<uint8_t> small,
      resize_gray(gray_view(gray), ResizePlan::whole(shrink(gray.width()), shrink(gray.height()))));
  GOSSAMER_ASSIGN(Plane<uint8_t> median, Plane<uint8_t>::make(small.width(), small.height()));
  const int radius = std::max(std::min(small.width(), small.height()) / 4, 1);
  for (int y = 0; y < small.height(); ++y) {
    for (int x = 0; x < small.width(); ++x) {
      Histogram window{};
      for (int v = std::max(y - radius, 0); v <= std::min(y + radius, small.height() - 1); ++v) {
        for (int u = std::max(x - radius, 0); u <= std::min(x + radius, small.width() - 1); ++u) {
          ++window[small.row(v)[u]];
        }
      }
      median.row(y)[x] = static_cast<uint8_t>(quantile(window, 128));
    }
  }
  return resize_gray(gray_view(median), ResizePlan::whole(gray.width(), gray.height()));
}

}  // namespace

Result<Background> estimate_background(const Plane<uint8_t>& gray) {
  Background background;
  const Histogram levels = border_levels(gray);
  const int median = quantile(levels, 128);
  Surface surface{};
  int most = 255;  // of a distance that is noise
  if (quantile(levels, 0) == quantile(levels, 256)) {
    // One level all around, as on a drawing pad or a cleaned scan.
    most = 0;
    GOSSAMER_ASSIGN(background.level, Plane<uint8_t>::make(gray.width(), gray.height()));
    std::fill_n(background.level.data(), gray.size(), static_cast<uint8_t>(median));
  } else if (fit_border(gray, median, surface)) {
    for (int round = 0; round < 3; ++round) {
      // The border decides what agrees: the figure may fill more of the inside than the background.
      surface = fit(gray, false, surface, tolerance_for(distances(gray, true, surface)));
    }
    most = quantile(distances(gray, true, surface), 205);
    GOSSAMER_ASSIGN(background.level, Plane<uint8_t>::make(gray.width(), gray.height()));
    const Axis horizontal(gray.width());
    const Axis vertical(gray.height());
    for (int y = 0; y < gray.height(); ++y) {
      for (int x = 0; x < gray.width(); ++x) {
        const int level = surface_level(surface, horizontal.at(x), vertical.at(y));
        background.level.row(y)[x] = static_cast<uint8_t>(level);
      }
    }
  } else {
    GOSSAMER_ASSIGN(background.level, local_median(gray));
  }
  Histogram histogram{};
  for (size_t i = 0; i < gray.size(); ++i) {
    ++histogram[static_cast<size_t>(std::abs(gray.data()[i] - background.level.data()[i]))];
  }
  // The median is the figure's, and not noise, where the figure covers more than half of the
  // picture.
  background.noise = (std::min(quantile(histogram, 128), most) * 3 + 1) / 2;
  return background;
}

}  // namespace gossamer
