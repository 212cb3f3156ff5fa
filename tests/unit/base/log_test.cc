#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <thread>

#include "base/json.h"

namespace connected_registry::log {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// What a line says behind its time, level and component.
std::string text_of(std::string_view message, Fields fields) {
  constexpr std::string_view kHead = "time=1970-01-01T00:00:00.000Z level=info component=c ";
  const std::string line = to_line({.component = "c", .message = message}, fields, Format::kText);
  EXPECT_THAT(line, StartsWith(std::string(kHead)));
  return line.substr(kHead.size());
}

std::string json_of(std::string_view message, Fields fields) {
  const std::string line = to_line({.component = "c", .message = message}, fields, Format::kJson);
  EXPECT_TRUE(json::parse(line)) << line;
  return line;
}

// What `call` writes to standard error.
template <typename Call>
std::string written_by(Call call) {
  ::testing::internal::CaptureStderr();
  call();
  return ::testing::internal::GetCapturedStderr();
}

TEST(Log, a_line_of_text_is_logfmt) {
  const TimePoint time = *parse_time("2026-01-31T12:00:00.123456Z");
  const Event event{.time = time, .level = Level::kWarning, .component = "webhook", .message = "not done"};
  EXPECT_EQ(
      to_line(event, {{"what", "Secret a/b"}, {"tries", 3}, {"last", true}}, Format::kText),
      R"(time=2026-01-31T12:00:00.123Z level=warning component=webhook msg="not done" what="Secret a/b" )"
      "tries=3 last=true");
}

TEST(Log, a_line_of_json_is_one_object) {
  const TimePoint time = *parse_time("2026-01-31T12:00:00.120000Z");
  const Event event{.time = time, .level = Level::kError, .component = "webhook", .message = "not done"};
  EXPECT_EQ(to_line(event, {{"what", "Secret a/b"}, {"tries", 3}, {"last", true}}, Format::kJson),
            R"({"time":"2026-01-31T12:00:00.120Z","level":"error","component":"webhook","msg":"not done",)"
            R"("what":"Secret a/b","tries":3,"last":true})");
}

TEST(Log, leaves_out_a_component_that_is_not_set) {
  EXPECT_EQ(to_line({.message = "m"}, {}, Format::kText), "time=1970-01-01T00:00:00.000Z level=info msg=m");
  EXPECT_EQ(to_line({.message = "m"}, {}, Format::kJson),
            R"({"time":"1970-01-01T00:00:00.000Z","level":"info","msg":"m"})");
}

TEST(Log, takes_every_width_of_integer) {
  EXPECT_EQ(text_of("n", {{"a", std::int64_t{-1}},
                          {"b", std::uint64_t{18446744073709551615U}},
                          {"c", std::chrono::seconds(5).count()},
                          {"d", static_cast<short>(7)}}),
            "msg=n a=-1 b=18446744073709551615 c=5 d=7");
}

TEST(Log, writes_an_error_by_its_message) {
  const Error error{ErrorCode::kNotFound, "no such thing"};
  EXPECT_EQ(text_of("failed", {{"error", error}}), R"(msg=failed error="no such thing")");
}

TEST(Log, quotes_what_would_be_read_as_more_than_one_value) {
  EXPECT_EQ(text_of("m", {{"a", ""}, {"b", "x y"}, {"c", "k=v"}, {"d", "\"q\""}, {"e", "back\\slash"}}),
            R"(msg=m a="" b="x y" c="k=v" d="\"q\"" e="back\\slash")");
  EXPECT_EQ(text_of("a message", {}), R"(msg="a message")");
  EXPECT_EQ(text_of("", {}), R"(msg="")");
}

TEST(Log, a_value_from_outside_cannot_forge_a_line) {
  const std::string forged = "x\ntime=2026-01-01T00:00:00Z level=error msg=forged";
  for (const std::string& line : {text_of("m", {{"name", forged}}), text_of(forged, {}),
                                  json_of("m", {{"name", forged}}), json_of(forged, {})}) {
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_THAT(line, HasSubstr("\\ntime"));
  }
}

TEST(Log, a_quote_from_outside_cannot_end_a_value) {
  EXPECT_EQ(text_of("a\" level=\"error", {}), R"(msg="a\" level=\"error")");
  const auto parsed = json::parse(json_of("m", {{"name", R"(x","level":"error)"}}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(json::string_at(*parsed, {"level"}), "info");
}

TEST(Log, escapes_every_control_character) {
  for (int code = 0; code < 0x20; ++code) {
    const std::string value(1, static_cast<char>(code));
    for (const std::string& line : {text_of(value, {{"k", value}}), json_of(value, {{"k", value}})}) {
      for (const char character : line) EXPECT_GE(static_cast<unsigned char>(character), 0x20) << code;
    }
  }
  EXPECT_EQ(text_of("m", {{"k", "\x1b[31m\x7f"}}), R"(msg=m k="\u001b[31m\u007f")");
}

TEST(Log, keeps_text_of_other_languages_and_replaces_what_is_no_text) {
  EXPECT_EQ(text_of("m", {{"k", "Größe"}}), "msg=m k=Größe");
  EXPECT_EQ(text_of("m\xff", {{"k", "a\xc3"}}), "msg=m\xEF\xBF\xBD k=a\xEF\xBF\xBD");
  const auto parsed = json::parse(json_of("m\xff", {{"k", "a\xc3z"}}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(json::string_at(*parsed, {"k"}), "a\xEF\xBF\xBDz");
}

TEST(Log, set_level_names_the_levels_it_knows) {
  EXPECT_TRUE(set_level("debug").has_value());
  EXPECT_TRUE(set_level("info").has_value());
  const auto set = set_level("loud");
  ASSERT_FALSE(set.has_value());
  EXPECT_THAT(set.error().message, HasSubstr("debug, info, warning or error"));
}

TEST(Log, set_format_names_the_formats_it_knows) {
  const auto set = set_format("xml");
  ASSERT_FALSE(set.has_value());
  EXPECT_THAT(set.error().message, HasSubstr("text or json"));
}

TEST(Log, writes_only_from_the_level_set) {
  ASSERT_TRUE(set_level("warning").has_value());
  const std::string written = written_by([] {
    info("quiet");
    warning("loud", {{"k", "v"}});
  });
  ASSERT_TRUE(set_level("info").has_value());
  EXPECT_THAT(written, Not(HasSubstr("quiet")));
  EXPECT_THAT(written,
              ::testing::ContainsRegex("^time=[0-9-]+T[0-9:]+\\.[0-9]+Z level=warning msg=loud k=v\n$"));
}

TEST(Log, writes_the_format_set) {
  ASSERT_TRUE(set_format("json").has_value());
  const std::string written = written_by([] { info("m"); });
  ASSERT_TRUE(set_format("text").has_value());
  EXPECT_THAT(written, AllOf(StartsWith(R"({"time":")"), HasSubstr("\"msg\":\"m\"}\n")));
}

TEST(Log, names_the_component_that_writes) {
  set_component("webhook");
  const std::string written = written_by([] {
    info("a");
    {
      const ComponentScope controller("controller");
      info("b");
      std::thread([] { info("c"); }).join();
      const ComponentScope inner("inner");
      info("d");
    }
    info("e");
  });
  set_component("");
  for (const char* const part :
       {"component=webhook msg=a\n", "component=controller msg=b\n", "component=webhook msg=c\n",
        "component=inner msg=d\n", "component=webhook msg=e\n"}) {
    EXPECT_THAT(written, HasSubstr(part));
  }
}

}  // namespace
}  // namespace connected_registry::log
