#include "net/address.h"

#include <gtest/gtest.h>

namespace connected_registry::net {
namespace {

std::string problem_of(std::string_view text) {
  const auto address = Address::parse(text);
  return address ? std::string(address->problem()) : "not an address";
}

TEST(Address, takes_ordinary_service_addresses) {
  for (const char* text : {"192.100.100.1", "10.0.0.1", "fd00::1", "2001:db8::5"})
    EXPECT_EQ(problem_of(text), "");
}

TEST(Address, names_what_a_service_cannot_have) {
  EXPECT_EQ(problem_of("0.0.0.0"), "is the unspecified address");
  EXPECT_EQ(problem_of("::"), "is the unspecified address");
  EXPECT_EQ(problem_of("127.1.2.3"), "is a loopback address");
  EXPECT_EQ(problem_of("::1"), "is the loopback address");
  EXPECT_EQ(problem_of("169.254.1.1"), "is a link-local address");
  EXPECT_EQ(problem_of("fe80::1"), "is a link-local address");
  EXPECT_EQ(problem_of("febf::1"), "is a link-local address");
  EXPECT_EQ(problem_of("224.0.0.1"), "is a multicast address");
  EXPECT_EQ(problem_of("239.255.255.255"), "is a multicast address");
  EXPECT_EQ(problem_of("ff02::1"), "is a multicast address");
  EXPECT_EQ(problem_of("::ffff:10.0.0.1"), "is an IPv4 address in IPv6 form");
}

TEST(Address, takes_nothing_but_exactly_one_address) {
  for (const char* text : {"", "None", "192.100.100", "192.100.100.256", "192.100.100.01", " 192.100.100.1",
                           "192.100.100.1 ", "192.100.100.1,fd00::1", "192.100.100.1:443", "[fd00::1]",
                           "fd00::1%eth0", "192.100.100.0/24", "host.example"}) {
    EXPECT_FALSE(Address::parse(text)) << text;
  }
  EXPECT_FALSE(Address::parse(std::string_view("10.0.0.1\0x", 10)));
}

TEST(Address, writes_one_text_for_one_address) {
  EXPECT_EQ(Address::parse("FD00:0:0:0::1")->to_text(), "fd00::1");
  EXPECT_EQ(Address::parse("192.100.100.1")->to_text(), "192.100.100.1");
  EXPECT_EQ(Address::parse("::10.188.0.1")->to_text(), "::abc:1");
  EXPECT_EQ(Address::parse("::0:abc")->to_text(), "::abc");
  EXPECT_EQ(Address::parse("::FFFF:abc:1")->to_text(), "::ffff:10.188.0.1");
  EXPECT_TRUE(Address::parse("192.100.100.1")->is_ipv4());
  EXPECT_FALSE(Address::parse("fd00::1")->is_ipv4());
}

TEST(Address, has_a_position_in_a_range) {
  const auto position = [](const char* address, const char* range) {
    const auto found = Address::parse(address)->position_in(range);
    return found ? std::to_string(found->offset) + " of " + std::to_string(found->size) : "none";
  };
  EXPECT_EQ(position("192.100.1.2", "192.100.0.0/16"), "258 of 65536");
  EXPECT_EQ(position("192.100.1.2", "0.0.0.0/0"), "3227779330 of 4294967296");
  EXPECT_EQ(position("192.101.1.2", "192.100.0.0/16"), "none");
  EXPECT_EQ(position("fd00::5", "fd00::/112"), "5 of 65536");
  for (const char* range :
       {"", "192.100.0.0", "192.100.0.0/33", "192.100.0.0/", "192.100.0.0/+8", "a/8", "fd00::/8"}) {
    EXPECT_EQ(position("192.100.1.2", range), "none") << range;
  }
}

TEST(Address, has_its_position_cut_to_two_to_the_sixty_third) {
  const auto position = [](const char* address, const char* range) {
    return Address::parse(address)->position_in(range).value();
  };
  constexpr std::uint64_t kCut = std::uint64_t{1} << 63U;
  EXPECT_EQ(position("fd00::7fff:ffff:ffff:ffff", "fd00::/65").offset, kCut - 1);
  EXPECT_EQ(position("fd00::1", "fd00::/65").size, kCut);
  EXPECT_EQ(position("fd00::1", "fd00::/66").size, kCut / 2);
  EXPECT_EQ(position("fd00::1", "fd00::/64").size, kCut);
  EXPECT_EQ(position("fd00::1", "fd00::/64").offset, 1);
  EXPECT_EQ(position("fd00::8000:0:0:0", "fd00::/64").offset, kCut);
  EXPECT_EQ(position("fd00::8000:0:0:1", "fd00::/64").offset, kCut);
  EXPECT_EQ(position("fd00:0:0:1::1", "fd00::/8").offset, kCut);
}

TEST(Address, knows_an_ipv4_address_in_ipv6_form) {
  EXPECT_EQ(Address::parse("::ffff:10.0.0.1")->without_mapping(), *Address::parse("10.0.0.1"));
  EXPECT_EQ(Address::parse("::fffe:10.0.0.1")->without_mapping(), *Address::parse("::fffe:10.0.0.1"));
}

}  // namespace
}  // namespace connected_registry::net
