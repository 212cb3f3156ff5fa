#include "net/url.h"

#include <gtest/gtest.h>

namespace connected_registry::net {
namespace {

TEST(Url, keeps_unreserved_characters_only) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a/b?c#d e%f+g&h=i:j"), "a%2Fb%3Fc%23d%20e%25f%2Bg%26h%3Di%3Aj");
  EXPECT_EQ(percent_encode("é\r\n"), "%C3%A9%0D%0A");
  EXPECT_EQ(percent_encode(std::string_view("\0", 1)), "%00");
}

TEST(Query, joins_parameters_in_order) {
  EXPECT_EQ(Query().text(), "");
  EXPECT_EQ(Query().add("a", "1").add("b", "x y").text(), "?a=1&b=x%20y");
}

TEST(Query, leaves_out_what_is_empty) {
  EXPECT_EQ(Query().add("a", "").add("b", "2").text(), "?b=2");
}

}  // namespace
}  // namespace connected_registry::net
