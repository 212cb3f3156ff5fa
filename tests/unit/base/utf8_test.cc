#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry::utf8 {
namespace {

TEST(Utf8, takes_characters_of_every_length_at_every_place) {
  for (std::size_t before = 0; before < 20; ++before) {
    for (const char* character : {"a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                  "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
      const std::string text = std::string(before, 'x') + character + "yyyyyyyyy";
      EXPECT_EQ(valid_length(text), text.size()) << character;
    }
  }
  EXPECT_EQ(valid_length(""), 0U);
}

TEST(Utf8, ends_where_a_character_is_none) {
  for (std::size_t before = 0; before < 20; ++before) {
    for (const char* wrong : {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\xbf",
                              "\xe2\x82", "\xe2(\xa1", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x92",
                              "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
      EXPECT_EQ(valid_length(std::string(before, 'x') + wrong), before) << wrong;
    }
  }
}

}  // namespace
}  // namespace connected_registry::utf8
