#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace connected_registry::log {
namespace {

using ::testing::HasSubstr;

TEST(Log, writes_message_and_fields) {
  EXPECT_EQ(format_event("trust written", {{"node", "a-1"}, {"count", 3}, {"done", true}}),
            "trust written node=a-1 count=3 done=true");
}

TEST(Log, takes_every_width_of_integer) {
  EXPECT_EQ(format_event("n", {{"a", std::int64_t{-1}},
                               {"b", std::uint64_t{18446744073709551615U}},
                               {"c", std::chrono::seconds(5).count()},
                               {"d", static_cast<short>(7)}}),
            "n a=-1 b=18446744073709551615 c=5 d=7");
}

TEST(Log, writes_an_error_by_its_message) {
  const Error error{ErrorCode::kNotFound, "no such thing"};
  EXPECT_EQ(format_event("failed", {{"error", error}}), R"(failed error="no such thing")");
}

TEST(Log, quotes_what_would_be_read_as_more_than_one_value) {
  EXPECT_EQ(format_event("m", {{"a", ""}, {"b", "x y"}, {"c", "k=v"}, {"d", "\"q\""}, {"e", "back\\slash"}}),
            R"(m a="" b="x y" c="k=v" d="\"q\"" e="back\\slash")");
}

TEST(Log, a_value_from_outside_cannot_forge_a_line) {
  const std::string text = format_event("m", {{"name", "x\n2026-01-01T00:00:00Z error forged"}});
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("\\n2026"));
}

TEST(Log, a_message_from_outside_cannot_forge_a_line) {
  EXPECT_EQ(format_event("a\nb\rc", {}), "a\\nb\\x0dc");
}

TEST(Log, escapes_every_control_character) {
  for (int code = 0; code < 0x20; ++code) {
    const std::string text = format_event("m", {{"k", std::string(1, static_cast<char>(code))}});
    for (const char character : text) EXPECT_GE(static_cast<unsigned char>(character), 0x20) << code;
  }
  EXPECT_EQ(format_event("m", {{"k", "\x1b[31m\x7f"}}), R"(m k="\x1b[31m\x7f")");
}

TEST(Log, keeps_text_of_other_languages) {
  EXPECT_EQ(format_event("m", {{"k", "Größe"}}), "m k=Größe");
}

TEST(Log, set_level_names_the_levels_it_knows) {
  EXPECT_TRUE(set_level("debug").has_value());
  EXPECT_TRUE(set_level("info").has_value());
  const auto set = set_level("loud");
  ASSERT_FALSE(set.has_value());
  EXPECT_THAT(set.error().message, HasSubstr("debug, info, warning or error"));
}

TEST(Log, writes_only_from_the_level_set) {
  ASSERT_TRUE(set_level("warning").has_value());
  ::testing::internal::CaptureStderr();
  info("quiet");
  warning("loud", {{"k", "v"}});
  const std::string written = ::testing::internal::GetCapturedStderr();
  ASSERT_TRUE(set_level("info").has_value());
  EXPECT_THAT(written, ::testing::Not(HasSubstr("quiet")));
  EXPECT_THAT(written, ::testing::ContainsRegex("^[0-9-]+T[0-9:.]+Z warning loud k=v\n$"));
}

}  // namespace
}  // namespace connected_registry::log
