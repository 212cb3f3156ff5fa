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

TEST(Grammar, takes_schedules) {
  for (const char* text :
       {"*/5 * * * *", "0 3  * * Mon-Fri", "@hourly", "@every 10m", "@every 1h30m", "? 1,2 * JAN *"}) {
    EXPECT_TRUE(is_schedule(text)) << text;
  }
  for (const char* text : {"", "* * * *", "* * * * * *", "*/5 * * * * ", " * * * * *", "@every", "@every ",
                           "@every 10", "@every m", "@every 5d", "@now", "* * * * $"}) {
    EXPECT_FALSE(is_schedule(text)) << text;
  }
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

TEST(Grammar, takes_endpoints_without_scheme_and_path) {
  for (const char* text : {"contoso.azurecr.io", "contoso", "a-b.c:8443", "10.0.0.1", "10.0.0.1:5000",
                           "[fd00::1]", "[fd00::1]:443"}) {
    EXPECT_TRUE(is_endpoint(text)) << text;
  }
  for (const char* text : {"", "https://contoso.azurecr.io", "contoso.azurecr.io/", "contoso:", "contoso:0",
                           "contoso:65536", "contoso:http", "-a.b", "a-.b", "a..b", "10.0.0.256", "fd00::1",
                           "[fd00::1", "[10.0.0.1]", "[fd00::1]443", "a b", "a_b", "contoso.azurecr.io."}) {
    EXPECT_FALSE(is_endpoint(text)) << text;
  }
  EXPECT_FALSE(is_endpoint(std::string(64, 'a') + ".io"));
}

TEST(Grammar, takes_registry_names_of_5_to_40_letters_and_digits) {
  EXPECT_TRUE(is_registry_name("Edge1"));
  EXPECT_TRUE(is_registry_name(std::string(40, 'a')));
  EXPECT_FALSE(is_registry_name("Edge"));
  EXPECT_FALSE(is_registry_name(std::string(41, 'a')));
  EXPECT_FALSE(is_registry_name("edge-1"));
  EXPECT_FALSE(is_registry_name("\xC3\xA9tage"));
}

TEST(Grammar, judges_a_megabyte_without_recursion) {
  const std::string long_text(std::size_t{1} << 20, 'a');
  EXPECT_FALSE(is_schedule(long_text));
  EXPECT_TRUE(is_repository(long_text));
  EXPECT_FALSE(is_endpoint(long_text));
  EXPECT_FALSE(is_positive_quantity(long_text));
}

}  // namespace
}  // namespace connected_registry::settings
