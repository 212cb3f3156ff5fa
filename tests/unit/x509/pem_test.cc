#include "x509/pem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "x509/material.h"

namespace connected_registry::x509 {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kBlock =
    "-----BEGIN THING-----\n"
    "aGVsbG8=\n"
    "-----END THING-----\n";

std::string error_of(std::string_view text) {
  const auto blocks = read_pem(text);
  if (blocks) return "";
  EXPECT_EQ(blocks.error().code, ErrorCode::kInvalidArgument);
  return blocks.error().message;
}

std::string with(std::string_view before, std::string_view after) {
  return std::string(before) + std::string(kBlock) + std::string(after);
}

TEST(Pem, reads_a_block_with_its_label_and_line) {
  const auto blocks = read_pem(with("# a comment\n\n", ""));
  ASSERT_TRUE(blocks.has_value()) << blocks.error().message;
  ASSERT_EQ(blocks->size(), 1U);
  EXPECT_EQ(blocks->front().label, "THING");
  EXPECT_EQ(blocks->front().der, "hello");
  EXPECT_EQ(blocks->front().line, 3U);
  EXPECT_FALSE(blocks->front().encrypted);
}

TEST(Pem, reads_several_blocks_with_comments_around_them) {
  const auto blocks = read_pem(with("first\n", "\tbetween: two\n") + std::string(kBlock) + "last");
  ASSERT_TRUE(blocks.has_value()) << blocks.error().message;
  EXPECT_EQ(blocks->size(), 2U);
  EXPECT_EQ((*blocks)[1].line, 6U);
}

TEST(Pem, reads_a_last_line_without_a_line_end) {
  std::string text(kBlock);
  text.pop_back();
  EXPECT_EQ(error_of(text), "");
}

TEST(Pem, spaces_at_the_end_of_a_line_do_not_count) {
  EXPECT_EQ(error_of("-----BEGIN THING----- \naGVsbG8= \t\n-----END THING-----  \n"), "");
}

TEST(Pem, refuses_a_byte_order_mark) {
  EXPECT_THAT(error_of(with("\xef\xbb\xbf", "")), HasSubstr("byte order mark"));
}

TEST(Pem, refuses_a_carriage_return_and_names_its_line) {
  EXPECT_THAT(error_of("-----BEGIN THING-----\r\naGVsbG8=\r\n-----END THING-----\r\n"),
              HasSubstr("line 1: holds a carriage return"));
  EXPECT_THAT(error_of(with("a\nb\r\n", "")), HasSubstr("line 2: holds a carriage return"));
}

TEST(Pem, refuses_control_characters_anywhere) {
  EXPECT_THAT(error_of(with(std::string("\0", 1), "")), HasSubstr("line 1: holds a control character"));
  EXPECT_THAT(error_of(with("", "\x1b[2J")), HasSubstr("line 4: holds a control character"));
}

TEST(Pem, refuses_a_begin_that_is_indented_or_quoted) {
  for (const std::string_view before : {" ", "\t", "\"", "“", "tls.crt: "}) {
    EXPECT_THAT(error_of(with(before, "")), HasSubstr("line 1: a BEGIN or END line must stand alone"))
        << before;
  }
}

TEST(Pem, refuses_an_end_with_something_behind_it) {
  std::string text(kBlock);
  text.insert(text.size() - 1, "”");
  EXPECT_THAT(error_of(text), HasSubstr("line 3"));
}

TEST(Pem, refuses_a_block_without_its_end) {
  EXPECT_THAT(error_of("-----BEGIN THING-----\naGVsbG8=\n"), HasSubstr("line 1: the block has no END line"));
  EXPECT_THAT(error_of("-----BEGIN THING-----"), HasSubstr("no END line"));
  EXPECT_THAT(error_of("-----BEGIN THING-----\naGVsbG8=\n" + std::string(kBlock)), HasSubstr("line 3"));
}

TEST(Pem, refuses_an_end_without_its_begin) {
  EXPECT_NE(error_of("aGVsbG8=\n-----END THING-----\n"), "");
  EXPECT_NE(error_of("-----BEGIN THING-----\naGVsbG8=\n-----END OTHER-----\n"), "");
}

TEST(Pem, refuses_a_body_that_is_not_base64_and_does_not_quote_it) {
  const std::string error = error_of("-----BEGIN THING-----\nSECRET*=\n-----END THING-----\n");
  EXPECT_THAT(error, HasSubstr("not base64"));
  EXPECT_THAT(error, ::testing::Not(HasSubstr("SECRET")));
  EXPECT_NE(error_of("-----BEGIN THING-----\naGVsbG8\n-----END THING-----\n"), "");
}

TEST(Pem, refuses_an_empty_body_and_an_empty_line_within) {
  EXPECT_NE(error_of("-----BEGIN THING-----\n-----END THING-----\n"), "");
  EXPECT_THAT(error_of("-----BEGIN THING-----\naGVs\n\nbG8=\n-----END THING-----\n"), HasSubstr("line 3"));
}

TEST(Pem, refuses_labels_that_are_none) {
  EXPECT_NE(error_of("-----BEGIN -----\naGVsbG8=\n-----END -----\n"), "");
  EXPECT_NE(error_of("-----BEGIN A-----BEGIN B-----\naGVsbG8=\n-----END A-----BEGIN B-----\n"), "");
  EXPECT_NE(error_of("----BEGIN A----\naGVsbG8=\n----END A----\n"), "");
}

TEST(Pem, refuses_text_without_a_block) {
  for (const std::string_view text : {"", "\n", "not pem", "aGVsbG8="}) {
    EXPECT_THAT(error_of(text), HasSubstr("not PEM")) << text;
  }
}

TEST(Pem, marks_a_traditional_encrypted_block_and_refuses_other_headers) {
  const auto blocks = read_pem(testing::golden("encrypted-traditional.key"));
  ASSERT_TRUE(blocks.has_value()) << blocks.error().message;
  EXPECT_TRUE(blocks->front().encrypted);
  EXPECT_THAT(error_of("-----BEGIN THING-----\nComment: x\n\naGVsbG8=\n-----END THING-----\n"),
              HasSubstr("header"));
}

TEST(Pem, never_crashes_on_a_text_with_bytes_changed) {
  const std::string original = testing::golden("self-signed-with-text.crt");
  std::mt19937 random(11);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure must come back
  std::uniform_int_distribution<std::size_t> place(0, original.size() - 1);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int round = 0; round < 500; ++round) {
    std::string text = original;
    for (int change = 0; change < 3; ++change) text[place(random)] = static_cast<char>(byte(random));
    text.resize(place(random) + 1);
    const auto certificates = parse_bundle(text);
    if (!certificates) {
      EXPECT_FALSE(certificates.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace connected_registry::x509
