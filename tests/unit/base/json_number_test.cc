#include "base/json_number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "base/json.h"

namespace connected_registry::json {
namespace {

TEST(JsonNumber, is_whole_where_it_fits_and_a_double_otherwise) {
  EXPECT_EQ(read_number("-9223372036854775808"), Number(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(read_number("9223372036854775807"), Number(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(read_number("18446744073709551615"), Number(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_EQ(read_number("18446744073709551616"), Number(18446744073709551616.0));
  EXPECT_EQ(read_number("-9223372036854775809"), Number(-9223372036854775809.0));
  EXPECT_EQ(read_number("1.0"), Number(1.0));
  EXPECT_EQ(read_number("1e3"), Number(1000.0));
}

TEST(JsonNumber, takes_what_is_too_small_for_zero_and_refuses_what_is_too_large_or_too_long) {
  EXPECT_EQ(read_number("1e-400"), Number(0.0));
  EXPECT_EQ(read_number("5e-324"), Number(std::numeric_limits<double>::denorm_min()));
  EXPECT_EQ(read_number("1e400"), std::nullopt);
  EXPECT_EQ(read_number("-1e400"), std::nullopt);
  EXPECT_EQ(read_number(std::string(400, '9')), std::nullopt);
  EXPECT_EQ(read_number("1e99999999999999999999"), std::nullopt);
  EXPECT_NE(read_number("0." + std::string(kMaxNumberLength - 2, '1')), std::nullopt);
  EXPECT_EQ(read_number("0." + std::string(kMaxNumberLength - 1, '1')), std::nullopt);
}

// Each of these was a crash, or another number, in RapidJSON 1.1.0.
TEST(JsonNumber, of_a_document_is_what_it_says_however_it_is_written) {
  const std::string tiny = "0." + std::string(400, '0') + "1";
  for (const std::string& text : {tiny, tiny + "e401", std::string("184467440737095516157"),
                                  std::string("4885442455153.4343751914226918608869e290"),
                                  "0." + std::string(340, '0') + "1", "1" + std::string(300, '0') + ".5"}) {
    const auto document = parse("[" + text + "]");
    ASSERT_TRUE(document) << text;
    EXPECT_EQ((*document)[0].GetDouble(), std::strtod(text.c_str(), nullptr)) << text;
  }
  EXPECT_EQ(parse("[1e300000]").error().message.substr(0, 24), "not valid JSON at byte 1");
}

TEST(JsonNumber, is_what_the_c_library_reads) {
  std::mt19937 random(20261126);  // a failure must come back
  const auto digits = [&random](std::size_t most) {
    std::string out;
    for (std::size_t i = random() % most + 1; i > 0; --i) out += static_cast<char>('0' + random() % 10);
    return out;
  };
  for (int round = 0; round < 20'000; ++round) {
    std::string text = random() % 2 == 0 ? "-" : "";
    text += random() % 3 == 0 ? "0" : "1" + digits(25);
    if (random() % 2 == 0)
      text += "." + std::string(random() % 3 == 0 ? random() % 360 : 0, '0') + digits(25);
    if (random() % 2 == 0) text += (random() % 2 == 0 ? "e-" : "E") + digits(3);
    const double expected = std::strtod(text.c_str(), nullptr);
    const auto document = parse("[" + text + "]");
    // RapidJSON refuses zero with an exponent that is too large for others.
    ASSERT_TRUE(document.has_value() == std::isfinite(expected) || expected == 0) << text;
    if (document) {
      ASSERT_EQ((*document)[0].GetDouble(), expected) << text;
    }
  }
}

}  // namespace
}  // namespace connected_registry::json
