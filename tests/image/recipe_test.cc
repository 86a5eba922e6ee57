// parse_recipe: what it accepts, and that everything else is an ARGUMENT error.
#include <gtest/gtest.h>

#include <string>

#include "gossamer/image.h"

namespace gossamer {
namespace {

TEST(RecipeTest, EmptyTextIsStretchedRgbScaledByTheInputsType) {
  for (const char* text : {"", " \n ; ;\r\n"}) {
    const Result<Recipe> recipe = parse_recipe(text);
    ASSERT_TRUE(recipe.is_ok()) << recipe.status().to_string();
    EXPECT_EQ(recipe->channels, Recipe::Channels::kRgb);
    EXPECT_EQ(recipe->fit, Recipe::Fit::kStretch);
    EXPECT_EQ(recipe->filter, Recipe::Filter::kBilinear);
    EXPECT_EQ(recipe->scale, 0.0f);
  }
}

TEST(RecipeTest, ReadsEveryKey) {
  const Result<Recipe> recipe = parse_recipe(
      "channels = bgr; fit=shorter\nfilter=bicubic; resize=256; box=20; fill=1, 2,3;"
      "scores=sigmoid;scale=3.92156862745098e-3; mean=0.485,0.456,0.406; std=+0.229,.224,0.225;");
  ASSERT_TRUE(recipe.is_ok()) << recipe.status().to_string();
  EXPECT_EQ(recipe->channels, Recipe::Channels::kBgr);
  EXPECT_EQ(recipe->fit, Recipe::Fit::kShorterSide);
  EXPECT_EQ(recipe->filter, Recipe::Filter::kBicubic);
  EXPECT_EQ(recipe->scores, Recipe::Scores::kSigmoid);
  EXPECT_EQ(scores_name(recipe->scores), "sigmoid");
  EXPECT_EQ(recipe->resize, 256);
  EXPECT_EQ(recipe->box, 20);
  EXPECT_EQ(recipe->fill, (std::array<int, 3>{1, 2, 3}));
  EXPECT_EQ(recipe->scale, 3.92156862745098e-3f);
  EXPECT_EQ(recipe->mean, (std::array<float, 3>{0.485f, 0.456f, 0.406f}));
  EXPECT_EQ(recipe->std, (std::array<float, 3>{0.229f, 0.224f, 0.225f}));
}

TEST(RecipeTest, OneNumberServesAllChannels) {
  const Result<Recipe> recipe = parse_recipe("mean=-1.5;std=2;fill=114;scale=1e0");
  ASSERT_TRUE(recipe.is_ok()) << recipe.status().to_string();
  EXPECT_EQ(recipe->mean, (std::array<float, 3>{-1.5f, -1.5f, -1.5f}));
  EXPECT_EQ(recipe->std, (std::array<float, 3>{2, 2, 2}));
  EXPECT_EQ(recipe->fill, (std::array<int, 3>{114, 114, 114}));
}

TEST(RecipeTest, ReadsEveryName) {
  for (const char* text :
       {"channels=rgb", "channels=gray", "fit=stretch", "fit=letterbox", "fit=foreground",
        "exact=find", "exact=keep", "filter=nearest", "filter=bilinear"}) {
    EXPECT_TRUE(parse_recipe(text).is_ok()) << text;
  }
}

class BadRecipeTest : public testing::TestWithParam<const char*> {};

TEST_P(BadRecipeTest, IsAnArgumentError) {
  const Result<Recipe> recipe = parse_recipe(GetParam());
  ASSERT_FALSE(recipe.is_ok());
  EXPECT_EQ(recipe.status().code(), Code::kArgument);
  EXPECT_FALSE(recipe.status().info().message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadRecipeTest,
    testing::Values("colour=rgb", "channels", "=", "channels=cmyk", "fit=", "fit=cover",
                    "exact=yes", "filter=lanczos", "resize=0", "resize=-1", "resize=2.5",
                    "resize=9000", "resize=1,2,3", "box=0", "box=x", "fill=256", "fill=-1",
                    "fill=1.5", "fill=1,2", "fill=1,2,3,4", "scale=0", "scale=nan", "scale=inf",
                    "scale=1,2,3", "scale=1e999", "scale=", "scale=0x10", "scale=1e", "scale=1 2",
                    "scale=--1", "scale=.", "mean=", "mean=1,,2", "mean=1,2", "mean=1,2,3,4",
                    "mean=1e7", "mean=1,2,3,", "std=0", "std=-1", "std=1,0,1", "std=nan",
                    "channels=gray;mean=1,2,3", "mean=1,2,3;channels=gray", "mean=0;mean=0",
                    "fit=stretch\nfit=stretch"));

TEST(RecipeTest, NamesTheKeyAndWhatItTakes) {
  const Result<Recipe> recipe = parse_recipe("fit=cover");
  ASSERT_FALSE(recipe.is_ok());
  EXPECT_EQ(recipe.status().info().attribute, "fit");
  EXPECT_EQ(recipe.status().info().got, "cover");
  EXPECT_EQ(recipe.status().info().expected, "stretch, shorter, letterbox, foreground");
}

}  // namespace
}  // namespace gossamer
