#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "base/base64.h"
#include "base/json.h"

namespace connected_registry::json {
namespace {

std::string written_text(std::string_view text) {
  TextWriter writer(1);
  writer.string(text);
  return writer.text();
}

TEST(TextWriter, puts_commas_and_colons_where_they_belong) {
  TextWriter writer(1);
  writer.begin_object();
  writer.member("a", "b");
  writer.key("c");
  writer.begin_array();
  writer.begin_array();
  writer.end_array();
  writer.begin_object();
  writer.end_object();
  writer.number(-5);
  writer.boolean(true);
  writer.boolean(false);
  writer.raw(R"({"d":1})");
  writer.base64("foob");
  writer.string("");
  writer.end_array();
  writer.key("e");
  writer.raw_prefix(R"({"f":)");
  writer.string("g");
  writer.member("h", "i");
  writer.end_object();
  writer.end_object();
  EXPECT_EQ(writer.view(),
            R"({"a":"b","c":[[],{},-5,true,false,{"d":1},"Zm9vYg==",""],"e":{"f":"g","h":"i"}})");
}

TEST(TextWriter, begins_anew_when_it_is_cleared) {
  TextWriter writer;
  writer.string("a");
  writer.clear();
  writer.string("b");
  EXPECT_EQ(writer.text(), R"("b")");
}

TEST(TextWriter, escapes_what_json_asks_for_and_nothing_else) {
  EXPECT_EQ(written_text("\"\\\b\f\n\r\t/"), R"("\"\\\b\f\n\r\t/")");
  EXPECT_EQ(written_text(std::string_view("\0\x01\x1f \x7f", 5)), "\"\\u0000\\u0001\\u001f \x7f\"");
  EXPECT_EQ(written_text("é€😀"), "\"é€😀\"");
}

// A character may be anywhere in a word of eight bytes, beside any other.
TEST(TextWriter, writes_any_text_so_that_the_strict_reader_gets_it_back) {
  constexpr std::string_view kCharacters("\0\x01\x1f !\"#[\\]a~\x7fz", 14);
  std::mt19937 random(20261126);  // a failure must come back
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 40, 'x');
    for (std::size_t changes = random() % 6; changes > 0 && !text.empty(); --changes) {
      text[random() % text.size()] = kCharacters[random() % kCharacters.size()];
    }
    const std::string json = written_text(text);
    const auto read = parse("[" + json + "]");
    ASSERT_TRUE(read) << json;
    ASSERT_EQ(view((*read)[0]), text) << json;
    ASSERT_EQ(json.size(), to_text((*read)[0]).size()) << "it escapes what need not be";
  }
}

// Its memory is exactly as large as what it asked for, so that a write behind it is one the sanitizers see.
TEST(TextWriter, asks_for_all_the_room_that_a_text_takes) {
  constexpr std::array<char, 3> kKinds{'a', '"', '\x01'};
  for (const char first : kKinds) {
    for (const char second : kKinds) {
      for (std::size_t length = 0; length < 40; ++length) {
        for (std::size_t at = 0; at <= length; ++at) {
          std::string text(length, first);
          text.replace(at, length - at, length - at, second);
          const auto read = parse("[" + written_text(text) + "]");
          ASSERT_TRUE(read);
          ASSERT_EQ(view((*read)[0]), text);
        }
      }
    }
  }
}

TEST(TextWriter, asks_for_all_the_room_that_base64_takes) {
  for (std::size_t length = 0; length < 100; ++length) {
    TextWriter writer(1);
    writer.base64(std::string(length, 'x'));
    ASSERT_EQ(writer.text(), '"' + base64::encode(std::string(length, 'x')) + '"');
  }
}

TEST(TextWriter, grows_under_a_text_that_is_all_escapes) {
  const std::string text(100'000, '\x01');
  const auto read = parse("[" + written_text(text) + "]");
  ASSERT_TRUE(read);
  EXPECT_EQ(view((*read)[0]), text);
}

}  // namespace
}  // namespace connected_registry::json
