#include "net/endpoint.h"

#include <gtest/gtest.h>

namespace connected_registry::net {
namespace {

TEST(Endpoint, is_a_host_with_a_port_or_without) {
  EXPECT_EQ(Endpoint::parse("contoso.azurecr.io"), (Endpoint{.host = "contoso.azurecr.io"}));
  EXPECT_EQ(Endpoint::parse("10.0.0.1:5443"), (Endpoint{.host = "10.0.0.1", .port = 5443}));
  EXPECT_EQ(Endpoint::parse("[fd00::1]:5000"), (Endpoint{.host = "fd00::1", .port = 5000}));
  EXPECT_EQ(Endpoint::parse("[fd00::1]"), (Endpoint{.host = "fd00::1"}));
  EXPECT_EQ(Endpoint::parse("A-1.b:65535"), (Endpoint{.host = "A-1.b", .port = 65535}));
}

TEST(Endpoint, is_nothing_else) {
  for (const char* text : {"",           ":",           ":80",
                           "a:",         "a:0",         "a:65536",
                           "a:000080",   "a:+80",       "a:8 0",
                           "a:b",        "a:1:2",       "[",
                           "]",          "[]",          "[]:80",
                           "[a]",        "[10.0.0.1]",  "[fd00::1",
                           "fd00::1]",   "fd00::1",     "[fd00::1]5000",
                           "[fd00::1]:", "[[fd00::1]]", "[fd00::1%eth0]",
                           "https://a",  "a/b",         "a b",
                           " a",         "a\n",         "a..b",
                           ".a",         "a.",          "-a",
                           "a-",         "a_b",         "1.2.3",
                           "1.2.3.400",  "\u00e9",      "user@a"}) {
    EXPECT_FALSE(Endpoint::parse(text)) << text;
  }
  EXPECT_TRUE(Endpoint::parse(std::string(63, 'a')));
  EXPECT_FALSE(Endpoint::parse(std::string(64, 'a')));
}

TEST(Endpoint, is_written_as_it_is_read) {
  for (const char* text : {"a", "a.b:1", "10.0.0.1:5443", "[fd00::1]", "[fd00::1]:5000"}) {
    EXPECT_EQ(Endpoint::parse(text)->to_text(), text);
  }
  EXPECT_EQ(bracketed("fd00::1"), "[fd00::1]");
  EXPECT_EQ(bracketed("10.0.0.1"), "10.0.0.1");
}

}  // namespace
}  // namespace connected_registry::net
