#include "base/base64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <random>

namespace connected_registry::base64 {
namespace {

using ::testing::HasSubstr;

TEST(Base64, encodes_the_vectors_of_rfc_4648) {
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foo"), "Zm9v");
  EXPECT_EQ(encode("foob"), "Zm9vYg==");
  EXPECT_EQ(encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
}

TEST(Base64, decodes_what_it_encoded_for_any_bytes) {
  std::mt19937 random(20260131);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure must come back
  std::uniform_int_distribution<int> byte(0, 255);
  for (std::size_t length = 0; length < 400; ++length) {
    std::string bytes(length, '\0');
    for (char& character : bytes) character = static_cast<char>(byte(random));
    const std::string text = encode(bytes);
    EXPECT_EQ(text.size(), (length + 2) / 3 * 4);
    const auto decoded = decode(text);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
    EXPECT_EQ(*decoded, bytes);
  }
}

TEST(Base64, encodes_as_openssl_does) {
  std::mt19937 random(20261126);  // a failure must come back
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 100, '\0');
    for (char& character : bytes) character = static_cast<char>(random());
    std::string expected(encoded_size(bytes.size()) + 1, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(expected.data()),
                    reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    expected.pop_back();
    ASSERT_EQ(encode(bytes), expected);
  }
}

// Neither buffer has a byte to spare, so that the sanitizers see an access behind it.
TEST(Base64, reads_and_writes_within_its_buffers) {
  for (std::size_t length = 1; length < 100; ++length) {
    const auto bytes = std::make_unique<char[]>(length);  // NOLINT(*-avoid-c-arrays)
    std::fill_n(bytes.get(), length, 'x');
    const auto target = std::make_unique<char[]>(encoded_size(length));  // NOLINT(*-avoid-c-arrays)
    encode({bytes.get(), length}, target.get());
    const auto decoded = decode({target.get(), encoded_size(length)});
    ASSERT_TRUE(decoded);
    ASSERT_EQ(*decoded, std::string(length, 'x'));
  }
}

TEST(Base64, decodes_lines_as_the_base64_command_writes_them) {
  const std::string bytes(200, 'x');
  std::string text = encode(bytes);
  for (std::size_t offset = 76; offset < text.size(); offset += 77) text.insert(offset, 1, '\n');
  text += "\r\n";
  EXPECT_EQ(decode(text).value_or(""), bytes);
}

TEST(Base64, never_crashes_and_never_grows_on_random_text) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure must come back
  constexpr std::string_view kPieces = "ABCDabcd0189+/==-_ \n\x80";
  std::uniform_int_distribution<std::size_t> piece(0, kPieces.size() - 1);
  for (int round = 0; round < 5000; ++round) {
    std::string text(static_cast<std::size_t>(round % 24), '\0');
    for (char& character : text) character = kPieces[piece(random)];
    const auto decoded = decode(text);
    if (decoded) {
      EXPECT_LE(decoded->size(), text.size());
    }
  }
}

TEST(Base64, names_the_offset_of_a_wrong_character_and_not_the_text) {
  const auto decoded = decode("c2Vj*mV0");
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(decoded.error().message, HasSubstr("byte 4"));
  EXPECT_THAT(decoded.error().message, ::testing::Not(HasSubstr("c2Vj")));
}

TEST(Base64, refuses_padding_that_is_wrong) {
  for (const std::string_view text : {"=", "==", "====", "A===", "Zg=", "Zg===", "Zg==Zg==", "Z=g="}) {
    EXPECT_FALSE(decode(text).has_value()) << text;
  }
}

TEST(Base64, refuses_a_text_that_is_cut_off) {
  EXPECT_FALSE(decode("Zm9vY").has_value());
  EXPECT_FALSE(decode("Zm9vYm").has_value());
}

TEST(Base64, refuses_the_url_alphabet) {
  EXPECT_FALSE(decode("ab-_").has_value());
}

}  // namespace
}  // namespace connected_registry::base64
