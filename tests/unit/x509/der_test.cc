#include "x509/der.h"

#include <gtest/gtest.h>

namespace connected_registry::x509 {
namespace {

using namespace std::string_view_literals;

bool reads(std::string_view text) {
  DerReader reader(text);
  reader.read_any();
  return reader.at_end();
}

TEST(DerReader, reads_lengths_in_their_shortest_form_only) {
  EXPECT_TRUE(reads("\x04\x00"sv));
  EXPECT_TRUE(reads("\x04\x81\x80" + std::string(128, 'a')));
  EXPECT_FALSE(reads("\x04\x81\x7f" + std::string(127, 'a'))) << "127 fits into one byte";
  EXPECT_FALSE(reads("\x30\x80\x00\x00"sv)) << "indefinite";
  EXPECT_FALSE(
      reads("\x04\x02"
            "a"sv))
      << "cut off";
  EXPECT_FALSE(reads("\x1f\x01\x00"sv)) << "a tag above 30";
  EXPECT_FALSE(reads(""));
}

TEST(DerReader, reads_booleans_of_der) {
  for (const auto& [text, value] : {std::pair{"\x01\x01\x00"sv, false}, {"\x01\x01\xff"sv, true}}) {
    DerReader reader(text);
    EXPECT_EQ(reader.read_boolean(), value);
    EXPECT_TRUE(reader.at_end());
  }
  for (const std::string_view text : {"\x01\x01\x01"sv, "\x01\x00"sv, "\x01\x02\xff\xff"sv}) {
    DerReader reader(text);
    reader.read_boolean();
    EXPECT_TRUE(reader.failed());
  }
}

TEST(DerReader, reads_integers_in_their_shortest_form_only) {
  for (const auto& [text, value] : {std::pair{"\x02\x01\x7f"sv, 127},
                                    {"\x02\x02\x00\x80"sv, 128},
                                    {"\x02\x04\x7f\xff\xff\xff"sv, 0x7fffffff}}) {
    DerReader reader(text);
    EXPECT_EQ(reader.read_small_integer(), value);
    EXPECT_TRUE(reader.at_end());
  }
  for (const std::string_view text : {"\x02\x00"sv, "\x02\x02\x00\x7f"sv, "\x02\x02\xff\x80"sv,
                                      "\x02\x01\x80"sv, "\x02\x05\x00\x80\x00\x00\x00"sv}) {
    DerReader reader(text);
    reader.read_small_integer();
    EXPECT_TRUE(reader.failed());
  }
}

TEST(DerReader, reads_bit_strings_whose_unused_bits_are_zero) {
  unsigned unused = 9;
  DerReader reader("\x03\x02\x05\xa0"sv);
  EXPECT_EQ(reader.read_bit_string(unused), "\xa0"sv);
  EXPECT_EQ(unused, 5U);
  for (const std::string_view text :
       {"\x03\x00"sv, "\x03\x01\x01"sv, "\x03\x02\x08\x00"sv, "\x03\x02\x05\xa1"sv}) {
    DerReader wrong(text);
    wrong.read_bit_string(unused);
    EXPECT_TRUE(wrong.failed());
  }
}

TEST(DerReader, reads_object_identifiers_as_go_does) {
  for (const auto& [text, identifier] : {std::pair{"\x06\x03\x55\x1d\x11"sv, "2.5.29.17"},
                                         {"\x06\x06\x2a\x86\x48\x86\xf7\x0d"sv, "1.2.840.113549"},
                                         {"\x06\x01\x27"sv, "0.39"},
                                         {"\x06\x06\x2a\x87\xff\xff\xff\x7f"sv, "1.2.2147483647"}}) {
    DerReader reader(text);
    EXPECT_EQ(reader.read_object_identifier(), identifier);
    EXPECT_TRUE(reader.at_end());
  }
  for (const std::string_view text :
       {"\x06\x00"sv, "\x06\x02\x2a\x80"sv, "\x06\x03\x2a\x80\x01"sv, "\x06\x06\x2a\x88\x80\x80\x80\x00"sv}) {
    DerReader reader(text);
    reader.read_object_identifier();
    EXPECT_TRUE(reader.failed());
  }
}

TEST(DerReader, stays_failed) {
  DerReader reader("\x05\x00\x05\x00"sv);
  reader.read(der::kSequence);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.read_any().encoding, "");
  EXPECT_FALSE(reader.has_more());
}

}  // namespace
}  // namespace connected_registry::x509
