// IP addresses and address ranges, as in the settings and in NO_PROXY.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connected_registry::net {

// The position of an address in a range. Each number is at most 2^63, even if the range is larger.
struct RangePosition {
  std::uint64_t offset = 0;  // distance from the first address of the range
  std::uint64_t size = 0;    // number of addresses in the range
};

// An IPv4 or IPv6 address in binary form. The text form is that of inet_pton(3): without a zone, a port, or
// leading zeros in IPv4.
class Address {
 public:
  // Returns nullopt if the text is not exactly one address.
  static std::optional<Address> parse(std::string_view text);

  bool is_ipv4() const { return ipv4_; }
  bool is_loopback() const;
  // Returns the canonical text of this address. For IPv6 it follows RFC 5952.
  std::string to_text() const;
  // Returns the IPv4 address in an IPv4-mapped address such as "::ffff:10.0.0.1". Returns any other address
  // unchanged.
  Address without_mapping() const;
  // Returns the reason why this cannot be the address of a Service, as the end of a sentence ("is a loopback
  // address"). Returns an empty text for a usable address. Kubernetes refuses the same addresses for
  // endpoints (RFC 6890, RFC 4291).
  std::string_view problem() const;
  // Returns the position of the address in the range ("192.100.0.0/16"). Returns nullopt if the range does
  // not contain the address, or if the text is not a range.
  std::optional<RangePosition> position_in(std::string_view range) const;

  bool operator==(const Address&) const = default;

 private:
  friend class AddressRange;
  unsigned width() const { return ipv4_ ? 32 : 128; }
  unsigned bit(unsigned index) const;
  bool is_mapped() const;

  std::array<std::uint8_t, 16> bytes_{};  // IPv4 uses the first four bytes
  bool ipv4_ = true;
};

// A range in CIDR notation. Address bits after the prefix are ignored.
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
