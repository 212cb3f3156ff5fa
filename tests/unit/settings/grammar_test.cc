#include "settings/grammar.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry::settings {
namespace {

TEST(Grammar, takes_quantities_above_zero) {
  for (const char* text :
       {"500Gi", "1", "0.5Ti", ".5G", "1.", "+5M", "1e12", "1E3", "1E", "2k", "100m", "5e-1"}) {
    EXPECT_TRUE(is_positive_quantity(text)) << text;
  }
  for (const char* text : {"", "0", "0Gi", "0.0", "-5Gi", "Gi", "5gb", "5 Gi", "5Gi ", "1.2.3", "five", "1e",
                           "1e+", "5GiB", "+", "0e5"}) {
    EXPECT_FALSE(is_positive_quantity(text)) << text;
  }
}

TEST(Grammar, values_quantities_by_their_suffix) {
  const char* const ascending[] = {"1n", "1u",  "1m", "1",   "1k", "1Ki", "1M", "1023Ki", "1Mi",
                                   "1G", "1Gi", "1T", "1Ti", "1P", "1Pi", "1E", "1023Pi", "1Ei"};
  for (std::size_t index = 1; index < std::size(ascending); ++index) {
    EXPECT_LT(quantity_value(ascending[index - 1]), quantity_value(ascending[index])) << ascending[index];
  }
  EXPECT_EQ(quantity_value("1Ei"), 0x1p60);
  EXPECT_EQ(quantity_value("+1.5Gi"), 1.5 * 0x1p30);
  EXPECT_EQ(quantity_value("2e3"), 2000);
  EXPECT_EQ(quantity_value("five"), std::nullopt);
}

TEST(Grammar, takes_repositories_without_a_host) {
  for (const char* text : {"app", "app/web", "a.b/c_d/e__f/g---h", "app:1.2", "app/web:Latest_1-x"}) {
    EXPECT_TRUE(is_repository(text)) << text;
  }
  for (const char* text : {"", "/app", "app/", "app//web", "App", "app:", "app:-1", "app..b", "a___b", "app_",
                           "-app", "host:5000/app", "app@sha256:ab", "app web", "app:1:2"}) {
    EXPECT_FALSE(is_repository(text)) << text;
  }
  EXPECT_TRUE(is_repository("app:" + std::string(128, 'a')));
  EXPECT_FALSE(is_repository("app:" + std::string(129, 'a')));
}

TEST(Grammar, takes_hosts_that_image_references_take_for_hosts) {
  for (const char* text : {"contoso.azurecr.io", "contoso:443", "localhost", "10.0.0.1", "[fd00::1]"}) {
    EXPECT_TRUE(is_image_host(text)) << text;
  }
  for (const char* text : {"", "contoso", "localhost/", "https://contoso.azurecr.io", "contoso:0", "a_b.c"}) {
    EXPECT_FALSE(is_image_host(text)) << text;
  }
}

TEST(Grammar, takes_registry_names_of_5_to_50_letters_and_digits) {
  EXPECT_TRUE(is_registry_name("Edge1"));
  EXPECT_TRUE(is_registry_name(std::string(50, 'a')));
  EXPECT_FALSE(is_registry_name("Edge"));
  EXPECT_FALSE(is_registry_name(std::string(51, 'a')));
  EXPECT_FALSE(is_registry_name("edge-1"));
  EXPECT_FALSE(is_registry_name("\xC3\xA9tage"));
}

TEST(Grammar, reads_a_megabyte_without_recursion) {
  const std::string long_text(std::size_t{1} << 20, 'a');
  EXPECT_TRUE(is_repository(long_text));
  EXPECT_FALSE(is_image_host(long_text));
  EXPECT_FALSE(is_positive_quantity(long_text));
}

}  // namespace
}  // namespace connected_registry::settings
