// IP addresses as the settings give them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connected_registry::net {

// Where an address lies in a range. Both are cut to 2^63 in a range larger than that.
struct RangePosition {
  std::uint64_t offset = 0;  // from the range's first address
  std::uint64_t size = 0;    // of the range
};

// An IPv4 or IPv6 address in binary, by inet_pton: no zone, no port, no leading zeros in IPv4.
class Address {
 public:
  // nullopt where the text is not exactly one address.
  static std::optional<Address> parse(std::string_view text);

  bool is_ipv4() const { return ipv4_; }
  // The one text of this address: RFC 5952 for IPv6.
  std::string to_text() const;
  // What keeps it from being a Service's address, as the end of a sentence ("is a loopback address"); empty
  // where nothing does. What Kubernetes refuses for endpoints, by RFC 6890 and RFC 4291.
  std::string_view problem() const;
  // nullopt where it does not lie in the range ("192.100.0.0/16"), or where that is none.
  std::optional<RangePosition> position_in(std::string_view range) const;

 private:
  std::array<std::uint8_t, 16> bytes_{};  // the first four of them for IPv4
  bool ipv4_ = true;
};

}  // namespace connected_registry::net
