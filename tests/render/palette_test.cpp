#include "render/palette.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "picture/draw.h"

namespace arcadecam::render {
namespace {

picture::Image of_colors(const std::vector<picture::Rgb>& colors) {
  picture::Image image(picture::Size{1, static_cast<std::int64_t>(colors.size())});
  for (std::size_t i = 0; i < colors.size(); ++i)
    image.set(0, static_cast<std::int64_t>(i), colors[i]);
  return image;
}

TEST(Palette, FewColoursStayAsTheyAre) {
  const std::vector<picture::Rgb> colors{{200, 0, 7}, {0, 0, 0}, {1, 0, 0}, {255, 255, 255}};
  Palette palette;
  palette.add(of_colors(colors));
  palette.add(of_colors({{9, 8, 7}, {9, 8, 7}}));
  palette.choose(255);
  EXPECT_EQ(palette.colors(), (std::vector<picture::Rgb>{
                                  {0, 0, 0}, {1, 0, 0}, {9, 8, 7}, {200, 0, 7}, {255, 255, 255}}));
  for (const picture::Rgb& color : colors)
    EXPECT_EQ(palette.colors()[palette.index_of(color)], color);
}

TEST(Palette, CutsWhereColoursSpreadAndTakesMeans) {
  // Two groups: 0, 10, 20 and 200, 210 (grey), the latter with more pixels.
  std::vector<picture::Rgb> colors;
  for (const std::uint8_t grey : {0, 10, 20}) colors.push_back({grey, grey, grey});
  for (int i = 0; i < 3; ++i) {
    colors.push_back({200, 200, 200});
    colors.push_back({210, 210, 210});
  }
  Palette palette;
  palette.add(of_colors(colors));
  palette.choose(1);
  EXPECT_EQ(palette.colors(), (std::vector<picture::Rgb>{{140, 140, 140}}));
  palette.choose(2);
  // Half of the nine pixels are four whole ones: 0, 10, 20 below; the three of 200 would be above.
  EXPECT_EQ(palette.colors(), (std::vector<picture::Rgb>{{10, 10, 10}, {205, 205, 205}}));
  EXPECT_EQ(palette.index_of({20, 20, 20}), 0);
  EXPECT_EQ(palette.index_of({200, 200, 200}), 1);
}

TEST(Palette, ManyColoursBecomeNearOnes) {
  // 4096 colours of a smooth picture: no channel errs by more than a sixteenth.
  std::vector<picture::Rgb> colors;
  for (int r = 0; r < 16; ++r)
    for (int g = 0; g < 16; ++g)
      for (int b = 0; b < 16; ++b)
        colors.push_back({static_cast<std::uint8_t>(17 * r), static_cast<std::uint8_t>(17 * g),
                          static_cast<std::uint8_t>(17 * b)});
  Palette palette;
  palette.add(of_colors(colors));
  palette.choose(255);
  EXPECT_EQ(palette.colors().size(), 255U);
  int largest = 0;
  for (const picture::Rgb& color : colors) {
    const picture::Rgb& shown = palette.colors()[palette.index_of(color)];
    for (std::size_t c = 0; c < 3; ++c)
      largest = std::max(largest, std::abs(int{color[c]} - int{shown[c]}));
  }
  EXPECT_LE(largest, 34);
  EXPECT_GE(largest, 1);
}

}  // namespace
}  // namespace arcadecam::render
