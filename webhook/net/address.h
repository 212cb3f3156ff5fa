// IP addresses and ranges of them, as the settings and NO_PROXY give them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connected_registry::net {

// The position of an address in a range. Both numbers are cut to 2^63 in a range larger than that.
struct RangePosition {
  std::uint64_t offset = 0;  // from the range's first address
  std::uint64_t size = 0;    // of the range
};

// An IPv4 or IPv6 address in binary, by inet_pton: no zone, no port, no leading zeros in IPv4.
class Address {
 public:
  // Returns nullopt where the text is not exactly one address.
  static std::optional<Address> parse(std::string_view text);

  bool is_ipv4() const { return ipv4_; }
  bool is_loopback() const;
  // Returns the one text of this address: RFC 5952 for IPv6.
  std::string to_text() const;
  // Returns the IPv4 address that "::ffff:10.0.0.1" holds, and any other address unchanged.
  Address without_mapping() const;
  // Returns what keeps it from being a Service's address, as the end of a sentence ("is a loopback address"),
  // and nothing for a good one. Kubernetes refuses the same for endpoints (RFC 6890, RFC 4291).
  std::string_view problem() const;
  // Returns nullopt where it does not lie in the range ("192.100.0.0/16"), or where that is none.
  std::optional<RangePosition> position_in(std::string_view range) const;

  bool operator==(const Address&) const = default;

 private:
  friend class AddressRange;
  unsigned width() const { return ipv4_ ? 32 : 128; }
  unsigned bit(unsigned index) const;
  bool is_mapped() const;

  std::array<std::uint8_t, 16> bytes_{};  // the first four of them for IPv4
  bool ipv4_ = true;
};

// A range in CIDR notation; bits of the address behind the prefix do not matter.
class AddressRange {
 public:
  static std::optional<AddressRange> parse(std::string_view text);

  bool contains(const Address& address) const;
  unsigned prefix() const { return prefix_; }

 private:
  Address first_;
  unsigned prefix_ = 0;
};

}  // namespace connected_registry::net
