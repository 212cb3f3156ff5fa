#include "net/no_proxy.h"

#include <gtest/gtest.h>

namespace connected_registry::net {
namespace {

bool exempt(std::string_view list, std::string_view host, std::uint16_t port = 443) {
  return is_exempt_from_proxy(list, host, port);
}

TEST(NoProxy, exempts_an_address_by_itself_a_range_or_everything) {
  for (const char* list :
       {"192.100.100.1", "a,192.100.100.1", " 192.100.100.1 ,b", "192.100.0.0/16", "0.0.0.0/0",
        "192.100.100.1/32", "*", "a, *", "192.100.100.1:443", "192.100.100.1:", "[192.100.100.1]:443",
        "::ffff:192.100.100.1", "::ffff:192.100.0.0/112", "192.100.100.1/016"}) {
    EXPECT_TRUE(exempt(list, "192.100.100.1")) << list;
  }
  for (const char* list :
       {"", ",", "192.100.100.10", "192.100.100", ".192.100.100.1", "192.101.0.0/16", "192.100.100.1/33",
        "192.100.100.1/", "192.100.100.1/x", "192.100.100.1:5000", "192.100.100.1:0443", "::/0", "/8",
        "registry.example", "[192.100.100.1]", "*.1", "192.100.100.1 192.100.100.1", "::ffff:0:0/95"}) {
    EXPECT_FALSE(exempt(list, "192.100.100.1")) << list;
  }
}

TEST(NoProxy, exempts_an_ipv6_address_in_brackets_only_with_a_port) {
  for (const char* list : {"fd00::1", "FD00:0::0001", "fd00::/8", "[fd00::1]:443"}) {
    EXPECT_TRUE(exempt(list, "fd00::1")) << list;
  }
  for (const char* list : {"[fd00::1]", "fd00::2", "0.0.0.0/0", "fd00::1/129", "[fd00::1]:80"}) {
    EXPECT_FALSE(exempt(list, "fd00::1")) << list;
  }
}

TEST(NoProxy, exempts_names_and_suffixes) {
  for (const char* list : {"localhost,.example.com", "example.com", "*.example.com", "EXAMPLE.com:443",
                           "a.example.com", "\texample.com\r\n"}) {
    EXPECT_TRUE(exempt(list, "A.example.com")) << list;
  }
  for (const char* list : {"ample.com", ".a.example.com", "*.a.example.com", "example.com:80", "*example.com",
                           "10.0.0.0/8", "a*", ":443"}) {
    EXPECT_FALSE(exempt(list, "a.example.com")) << list;
  }
  EXPECT_TRUE(exempt("example.com:5000", "a.example.com", 5000));
}

TEST(NoProxy, always_exempts_this_machine) {
  for (const char* host : {"localhost", "127.1.2.3", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(exempt("", host)) << host;
  EXPECT_FALSE(exempt("", "128.0.0.1"));
}

}  // namespace
}  // namespace connected_registry::net
