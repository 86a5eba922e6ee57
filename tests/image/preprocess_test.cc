// preprocess: layouts, channel orders, normalisation, and the errors for unusable pictures and
// inputs. That sizes come out as Pillow's is golden_test.cc's business.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/float16.h"
#include "gossamer/image.h"

namespace gossamer {
namespace {

Recipe must_parse(const char* text) {
  Result<Recipe> recipe = parse_recipe(text);
  EXPECT_TRUE(recipe.is_ok()) << recipe.status().to_string();
  return recipe.is_ok() ? recipe.value() : Recipe();
}

// Two pixels side by side: (10, 20, 30) and (40, 50, 60).
const std::vector<uint8_t> kTwoPixels = {10, 20, 30, 40, 50, 60};
const ImageView kTwoPixelView{kTwoPixels.data(), 2, 1, 3, 6};

std::vector<float> run(const ImageView& image, const char* recipe, const Shape& shape) {
  std::vector<float> out(static_cast<size_t>(shape.elements()), -999.0f);
  const Status status =
      preprocess(image, must_parse(recipe), {DataType::kFloat32, shape, out.data()});
  EXPECT_TRUE(status.is_ok()) << status.to_string();
  return out;
}

TEST(PreprocessTest, WritesPlanesOrPixels) {
  EXPECT_EQ(run(kTwoPixelView, "scale=1", {1, 3, 1, 2}),
            (std::vector<float>{10, 40, 20, 50, 30, 60}));
  EXPECT_EQ(run({kTwoPixels.data(), 1, 2, 3, 3}, "scale=1", {1, 2, 1, 3}),
            (std::vector<float>{10, 20, 30, 40, 50, 60}));
}

// Without batch, channel or rows: the same numbers in the same order.
TEST(PreprocessTest, TakesPicturesOfFewerExtents) {
  const std::vector<uint8_t> gray(size_t{8} * 9, 7);
  const ImageView view{gray.data(), 8, 9, 1, 8};
  const std::vector<float> sevens(gray.size(), 7.0f);
  for (const Shape& shape : {Shape{1, 9, 8}, Shape{9, 8, 1}, Shape{9, 8}}) {
    EXPECT_EQ(run(view, "scale=1", shape), sevens) << shape.to_string();
  }
  const ImageView square{gray.data(), 8, 8, 1, 8};
  const std::vector<float> fewer(64, 7.0f);
  EXPECT_EQ(run(square, "scale=1", {1, 64}), fewer);
  EXPECT_EQ(run(square, "scale=1", {64}), fewer);
  std::vector<float> planes(size_t{3} * 64);
  for (size_t i = 0; i < planes.size(); ++i) planes[i] = i < 64 ? 1.0f : i < 128 ? 2.0f : 3.0f;
  std::vector<uint8_t> colours;
  for (int i = 0; i < 64; ++i) colours.insert(colours.end(), {1, 2, 3});
  EXPECT_EQ(run({colours.data(), 8, 8, 3, 24}, "scale=1", {3, 8, 8}), planes);
}

TEST(PreprocessTest, SwapsToBgr) {
  EXPECT_EQ(run(kTwoPixelView, "scale=1;channels=bgr", {1, 3, 1, 2}),
            (std::vector<float>{30, 60, 20, 50, 10, 40}));
}

TEST(PreprocessTest, GrayIsRoundedLuma) {
  // (19595 * 10 + 38470 * 20 + 7471 * 30 + 32768) >> 16 = 18, and 48.
  EXPECT_EQ(run(kTwoPixelView, "scale=1;channels=gray", {1, 1, 1, 2}),
            (std::vector<float>{18, 48}));
  EXPECT_EQ(run(kTwoPixelView, "scale=1;channels=gray", {1, 3, 1, 2}),
            (std::vector<float>{18, 48, 18, 48, 18, 48}));
}

TEST(PreprocessTest, OneChannelInputTakesGrayOfAnRgbRecipe) {
  EXPECT_EQ(run(kTwoPixelView, "scale=1", {1, 1, 1, 2}), (std::vector<float>{18, 48}));
}

TEST(PreprocessTest, NormalisesPerChannel) {
  const std::vector<float> out = run(kTwoPixelView, "scale=0.5;mean=1,2,3;std=2,4,5", {1, 3, 1, 2});
  EXPECT_EQ(out, (std::vector<float>{2, 9.5f, 2, 5.75f, 2.4f, 5.4f}));
}

template <typename T>
std::vector<T> run_as(DataType type, const char* recipe, const Shape& shape) {
  std::vector<T> out(static_cast<size_t>(shape.elements()), T{99});
  const Status status = preprocess(kTwoPixelView, must_parse(recipe), {type, shape, out.data()});
  EXPECT_TRUE(status.is_ok()) << status.to_string();
  return out;
}

TEST(PreprocessTest, BytesArePixelsAsTheyAre) {
  EXPECT_EQ(run_as<uint8_t>(DataType::kUint8, "", {1, 3, 1, 2}),
            (std::vector<uint8_t>{10, 40, 20, 50, 30, 60}));
  EXPECT_EQ(run_as<uint8_t>(DataType::kUint8, "channels=bgr", {1, 2, 2, 3}),
            (std::vector<uint8_t>{30, 20, 10, 60, 50, 40, 30, 20, 10, 60, 50, 40}));
}

TEST(PreprocessTest, BytesTakeWhatTheRecipeStatesRoundedAndClamped) {
  // 12.5 and 162.5 to even, 13.5 to even, 163.5 too, 300 and 600 clamped.
  EXPECT_EQ(run_as<uint8_t>(DataType::kUint8, "scale=5;mean=37.5,86.5,0;std=1,1,0.5", {1, 3, 1, 2}),
            (std::vector<uint8_t>{12, 162, 14, 164, 255, 255}));
  EXPECT_EQ(run_as<int8_t>(DataType::kInt8, "mean=128", {1, 3, 1, 2}),
            (std::vector<int8_t>{-118, -88, -108, -78, -98, -68}));
  EXPECT_EQ(run_as<int8_t>(DataType::kInt8, "scale=4;mean=180", {1, 3, 1, 2}),
            (std::vector<int8_t>{-128, -20, -100, 20, -60, 60}));
}

TEST(PreprocessTest, HalfPrecisionRoundsOnce) {
  // 10/255 and 40/255 to the nearest of 11 bits.
  EXPECT_EQ(run_as<uint16_t>(DataType::kFloat16, "channels=gray", {1, 1, 1, 2}),
            (std::vector<uint16_t>{float16_from(18.0 / 255), float16_from(48.0 / 255)}));
  EXPECT_EQ(run_as<uint16_t>(DataType::kFloat16, "scale=1", {1, 3, 1, 2}),
            (std::vector<uint16_t>{0x4900, 0x5100, 0x4d00, 0x5240, 0x4f80, 0x5380}));
}

TEST(PreprocessTest, OtherFloatsTakePixelsToo) {
  EXPECT_EQ(run_as<double>(DataType::kFloat64, "scale=1", {1, 3, 1, 2}),
            (std::vector<double>{10, 40, 20, 50, 30, 60}));
  EXPECT_EQ(run_as<uint16_t>(DataType::kBfloat16, "scale=1", {1, 3, 1, 2}),
            (std::vector<uint16_t>{0x4120, 0x4220, 0x41a0, 0x4248, 0x41f0, 0x4270}));
}

TEST(PreprocessTest, FillIsInTheOrderOfTheChannels) {
  const std::vector<uint8_t> pixel = {200, 100, 50};
  EXPECT_EQ(run({pixel.data(), 1, 1, 3, 3}, "scale=1;fit=letterbox;fill=1,2,3;channels=bgr",
                {1, 3, 1, 2}),
            (std::vector<float>{50, 1, 100, 2, 200, 3}));
}

TEST(PreprocessTest, TransparentIsWhite) {
  const std::vector<uint8_t> rgba = {200, 100, 0, 0, 200, 100, 0, 255};
  EXPECT_EQ(run({rgba.data(), 2, 1, 4, 8}, "scale=1", {1, 3, 1, 2}),
            (std::vector<float>{255, 200, 255, 100, 255, 0}));
}

TEST(PreprocessTest, OneTransparentPixelAnywhereInARowIsSeen) {
  for (int width = 1; width <= 9; ++width) {
    for (int at = 0; at < width; ++at) {
      std::vector<uint8_t> rgba(static_cast<size_t>(width) * 4, 255);
      for (int x = 0; x < width; ++x) rgba[static_cast<size_t>(4 * x)] = 40;
      rgba[static_cast<size_t>(4 * at)] = 50;
      rgba[static_cast<size_t>(4 * at + 3)] = 51;  // a fifth: 50 / 5 + 255 * 4 / 5
      std::vector<float> expected(static_cast<size_t>(width) * 3, 255);
      std::fill_n(expected.begin(), width, 40.0f);
      expected[static_cast<size_t>(at)] = 214;
      EXPECT_EQ(run({rgba.data(), width, 1, 4, rgba.size()}, "scale=1", {1, 3, 1, width}), expected)
          << at << " of " << width;
    }
  }
}

TEST(PreprocessTest, HonoursTheStride) {
  const std::vector<uint8_t> padded = {1, 2, 99, 3, 4, 99};
  EXPECT_EQ(run({padded.data(), 2, 2, 1, 3}, "scale=1;channels=gray", {1, 1, 2, 2}),
            (std::vector<float>{1, 2, 3, 4}));
}

TEST(PreprocessTest, ShorterSideCropsTheMiddle) {
  // 6 x 2 to 12 x 4, of which columns 4 to 7 are inputs 2, 2, 3, 3.
  const std::vector<uint8_t> image = {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15};
  EXPECT_EQ(run({image.data(), 6, 2, 1, 6}, "scale=1;channels=gray;fit=shorter;filter=nearest",
                {1, 1, 4, 4}),
            (std::vector<float>{2, 2, 3, 3, 2, 2, 3, 3, 12, 12, 13, 13, 12, 12, 13, 13}));
}

TEST(PreprocessTest, AVeryLongPictureIsCroppedWithoutBuildingItWhole) {
  const std::vector<uint8_t> image(kMaxImageSide, 77);
  const std::vector<float> out =
      run({image.data(), kMaxImageSide, 1, 1, kMaxImageSide},
          "scale=1;channels=gray;fit=shorter;resize=224", {1, 1, 224, 224});
  for (float value : out) ASSERT_EQ(value, 77.0f);
  const std::vector<float> boxed = run({image.data(), kMaxImageSide, 1, 1, kMaxImageSide},
                                       "scale=1;channels=gray;fit=letterbox;fill=5", {1, 1, 8, 8});
  EXPECT_EQ(boxed[0], 5.0f);
  EXPECT_EQ(boxed[3 * 8], 5.0f);
  EXPECT_EQ(boxed[4 * 8], 77.0f);  // 7 rows of fill: 3.5 above, rounded to even
}

TEST(PreprocessTest, ALongPictureIsNotEnlargedBeyondWhatCanBeCounted) {
  const std::vector<uint8_t> image(kMaxImageSide);
  std::vector<float> out(kMaxImageSide);
  for (const char* filter : {"nearest", "bilinear"}) {
    const std::string recipe = std::string("fit=shorter;channels=gray;filter=") + filter;
    const Status status =
        preprocess({image.data(), 1, kMaxImageSide, 1, 1}, must_parse(recipe.c_str()),
                   {DataType::kFloat32, {1, 1, kMaxImageSide, 1}, out.data()});
    EXPECT_EQ(status.code(), Code::kImage) << status.to_string();
  }
}

// Whatever lies outside the used part, transparent pixels among it, nothing changes.
TEST(PreprocessTest, OnlyUsedPixelsCount) {
  uint32_t state = 7;
  const auto random = [&state] {
    state = state * 1664525u + 1013904223u;
    return static_cast<uint8_t>(state >> 24);
  };
  const int sizes[][2] = {{300, 40}, {40, 300}, {200, 201}, {64, 64}, {7, 90}};
  for (const char* more : {"bilinear", "bicubic", "nearest", "bicubic;channels=gray"}) {
    for (const auto& [width, height] : sizes) {
      for (const int side : {8, 16}) {
        const Recipe recipe =
            must_parse((std::string("fit=shorter;resize=16;filter=") + more).c_str());
        const Shape shape{1, 3, side, side};
        std::vector<float> expected(static_cast<size_t>(shape.elements())), got(expected);
        const MutableTensorView input{DataType::kFloat32, shape, got.data()};
        const PixelArea used = used_pixels(width, height, recipe, input);
        std::vector<uint8_t> whole(static_cast<size_t>(width * height * 4));
        for (uint8_t& value : whole) value = random();
        std::vector<uint8_t> part = whole;
        for (int i = 0; i < width * height; ++i) {
          const int x = i % width - used.x, y = i / width - used.y;
          if (x >= 0 && y >= 0 && x < used.width && y < used.height) continue;
          for (int c = 0; c < 4; ++c) part[static_cast<size_t>(4 * i + c)] = random();
        }
        const auto stride = static_cast<size_t>(width) * 4;
        ASSERT_TRUE(preprocess({part.data(), width, height, 4, stride}, recipe, input).is_ok());
        ASSERT_TRUE(preprocess({whole.data(), width, height, 4, stride}, recipe,
                               {DataType::kFloat32, shape, expected.data()})
                        .is_ok());
        EXPECT_EQ(got, expected) << more << ' ' << width << 'x' << height << " to " << side;
        EXPECT_GE(used.x, 0);
        EXPECT_GE(used.y, 0);
        EXPECT_LE(used.x + used.width, width);
        EXPECT_LE(used.y + used.height, height);
      }
    }
  }
}

TEST(PreprocessTest, ACropUsesLittleOfALongPicture) {
  float out[3 * 8 * 8];
  const MutableTensorView input{DataType::kFloat32, {1, 3, 8, 8}, out};
  const PixelArea used = used_pixels(1000, 100, must_parse("fit=shorter;resize=8"), input);
  EXPECT_GE(used.x, 400);
  EXPECT_LE(used.x + used.width, 600);
  EXPECT_EQ(used.height, 100);
  for (const char* recipe :
       {"fit=stretch", "fit=letterbox", "fit=foreground", "fit=shorter;resize=4"}) {
    const PixelArea whole = used_pixels(1000, 100, must_parse(recipe), input);
    EXPECT_EQ(whole.x + whole.y, 0) << recipe;
    EXPECT_EQ(whole.width, 1000) << recipe;
    EXPECT_EQ(whole.height, 100) << recipe;
  }
}

// Light all over but for a corner: whoever looks for a figure finds it there, and centres it.
TEST(PreprocessTest, APictureOfTheInputsSizeIsKeptWhereTheRecipeSaysSo) {
  std::vector<uint8_t> picture(28 * 28, 200);
  for (size_t y = 20; y < 26; ++y) std::fill_n(&picture[y * 28 + 2], 5, uint8_t{10});
  std::vector<uint8_t> out(28 * 28);
  const MutableTensorView input{DataType::kUint8, {1, 1, 28, 28}, out.data()};
  const auto prepare = [&](const ImageView& image, const char* recipe) {
    EXPECT_TRUE(preprocess(image, must_parse(recipe), input).is_ok()) << recipe;
    return out;
  };
  const ImageView view{picture.data(), 28, 28, 1, 28};
  EXPECT_EQ(prepare(view, "fit=foreground;exact=keep"), picture);
  const std::vector<uint8_t> found = prepare(view, "fit=foreground");
  EXPECT_NE(found, picture);
  EXPECT_EQ(found[0], 0);
  EXPECT_EQ(prepare(view, "fit=foreground;exact=find"), found);
  // One row less: another size, in which the figure is looked for.
  EXPECT_EQ(prepare({picture.data(), 28, 27, 1, 28}, "fit=foreground;exact=keep")[0], 0);
}

TEST(PreprocessTest, AKeptPictureInColoursBecomesGray) {
  const std::vector<uint8_t> red = {255, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0};
  uint8_t out[4];
  ASSERT_TRUE(preprocess({red.data(), 2, 2, 3, 6}, must_parse("fit=foreground;exact=keep;box=2"),
                         {DataType::kUint8, {1, 1, 2, 2}, out})
                  .is_ok());
  EXPECT_EQ(std::vector<uint8_t>(out, out + 4), (std::vector<uint8_t>{76, 0, 255, 76}));
}

struct BadImage {
  const char* name;
  ImageView view;
};

TEST(PreprocessTest, UnusablePixelsAreImageErrors) {
  const uint8_t* pixels = kTwoPixels.data();
  const BadImage bad[] = {{"null", {nullptr, 2, 1, 3, 6}},
                          {"no width", {pixels, 0, 1, 3, 6}},
                          {"negative height", {pixels, 2, -1, 3, 6}},
                          {"two channels", {pixels, 2, 1, 2, 6}},
                          {"short stride", {pixels, 2, 1, 3, 5}},
                          {"too wide", {pixels, kMaxImageSide + 1, 1, 1, kMaxImageSide + 1}},
                          {"too many", {pixels, 60000, 60000, 1, 60000}}};
  float out[6];
  for (const BadImage& b : bad) {
    const Status status = preprocess(b.view, {}, {DataType::kFloat32, {1, 3, 1, 2}, out});
    EXPECT_EQ(status.code(), Code::kImage) << b.name;
  }
}

TEST(PreprocessTest, InputsThatAreNotOneImageAreArgumentErrors) {
  float out[64];
  const auto code = [&out](DataType type, const Shape& shape) {
    return preprocess(kTwoPixelView, {}, {type, shape, out}).code();
  };
  EXPECT_EQ(code(DataType::kInt32, {1, 3, 2, 2}), Code::kArgument);
  EXPECT_EQ(code(DataType::kInt64, {1, 3, 2, 2}), Code::kArgument);
  EXPECT_EQ(code(DataType::kFloat32, {3, 2, 2}), Code::kArgument);
  EXPECT_EQ(code(DataType::kFloat32, {2, 3, 2, 2}), Code::kArgument);
  EXPECT_EQ(code(DataType::kFloat32, {1, 2, 2, 2}), Code::kArgument);
  EXPECT_EQ(code(DataType::kFloat32, {1, 3, 0, 2}), Code::kArgument);
  EXPECT_EQ(preprocess(kTwoPixelView, {}, {DataType::kFloat32, {1, 3, 2, 2}, nullptr}).code(),
            Code::kArgument);
}

TEST(PreprocessTest, CropLargerThanThePictureIsAnArgumentError) {
  float out[64];
  const Status status = preprocess(kTwoPixelView, must_parse("fit=shorter;resize=3;channels=gray"),
                                   {DataType::kFloat32, {1, 1, 4, 4}, out});
  EXPECT_EQ(status.code(), Code::kArgument);
  EXPECT_EQ(status.info().attribute, "resize");
}

TEST(PreprocessTest, BoxLargerThanTheInputIsAnArgumentError) {
  float out[64];
  const Status status = preprocess(kTwoPixelView, must_parse("fit=foreground;box=5;channels=gray"),
                                   {DataType::kFloat32, {1, 1, 4, 4}, out});
  EXPECT_EQ(status.code(), Code::kArgument);
  EXPECT_EQ(status.info().attribute, "box");
}

// The sizes are such that products of 32 bits would wrap round, the last one to 0. Nothing is
// written, so the input needs no memory.
TEST(PreprocessTest, VeryLargeInputsAreRefusedBeforeMemoryIsTaken) {
  uint8_t nothing = 0;
  const auto refuse = [&](const char* recipe, const Shape& shape) {
    const std::vector<uint8_t> column(kMaxImageSide);
    return preprocess({column.data(), 1, kMaxImageSide, 1, 1}, must_parse(recipe),
                      {DataType::kUint8, shape, &nothing}, uint64_t{1} << 30);
  };
  EXPECT_EQ(refuse("fit=foreground;channels=gray", {1, 1, 22938, 22938}).code(), Code::kArgument);
  EXPECT_EQ(refuse("fit=foreground;channels=gray", {1, 1, 65535, 65535}).code(), Code::kArgument);
  for (const char* recipe :
       {"fit=foreground;box=8192;channels=gray", "fit=stretch", "fit=letterbox"}) {
    const Status status = refuse(recipe, {1, 1, 65535, 65535});
    EXPECT_EQ(status.code(), Code::kBudget) << status.to_string();
  }
  // One row of the result, made from 65535 rows of that length.
  EXPECT_EQ(refuse("fit=stretch", {1, 3, 1, 65535}).code(), Code::kBudget);
}

TEST(PreprocessTest, MemoryMayBeLimited) {
  const std::vector<uint8_t> image(200 * 100, 9);
  std::vector<float> out(28 * 28);
  const auto code = [&](const char* recipe, uint64_t max_bytes) {
    return preprocess({image.data(), 200, 100, 1, 200}, must_parse(recipe),
                      {DataType::kFloat32, {1, 1, 28, 28}, out.data()}, max_bytes)
        .code();
  };
  for (const char* fit : {"fit=stretch", "fit=letterbox", "fit=shorter"}) {
    EXPECT_EQ(code(fit, 2000), Code::kBudget) << fit;
    EXPECT_EQ(code(fit, 20000), Code::kOk) << fit;
  }
  EXPECT_EQ(code("fit=foreground", 1 << 20), Code::kBudget);
  EXPECT_EQ(code("fit=foreground", 8 << 20), Code::kOk);
}

}  // namespace
}  // namespace gossamer
