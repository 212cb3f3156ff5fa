#include "net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <system_error>

namespace connected_registry::net {
namespace {

std::string_view ipv4_problem(const std::array<std::uint8_t, 16>& bytes) {
  if (std::all_of(bytes.begin(), bytes.begin() + 4, [](std::uint8_t byte) { return byte == 0; })) {
    return "is the unspecified address";
  }
  if (bytes[0] == 127) return "is a loopback address";
  if (bytes[0] == 169 && bytes[1] == 254) return "is a link-local address";
  if (bytes[0] >= 224 && bytes[0] <= 239) return "is a multicast address";
  return {};
}

std::string_view ipv6_problem(const std::array<std::uint8_t, 16>& bytes) {
  const bool zeros_before_last =
      std::all_of(bytes.begin(), bytes.begin() + 15, [](std::uint8_t byte) { return byte == 0; });
  if (zeros_before_last && bytes[15] == 0) return "is the unspecified address";
  if (zeros_before_last && bytes[15] == 1) return "is the loopback address";
  if (bytes[0] == 0xfe && (bytes[1] & 0xc0U) == 0x80U) return "is a link-local address";
  if (bytes[0] == 0xff) return "is a multicast address";
  return {};
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  // inet_pton reads up to a NUL: one inside the text would hide the rest.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes_.data()) == 1) return address;
  address.ipv4_ = false;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  return std::nullopt;
}

unsigned Address::bit(unsigned index) const {
  return (static_cast<unsigned>(bytes_[index / 8]) >> (7 - index % 8)) & 1U;
}

bool Address::is_mapped() const {
  return !ipv4_ && bytes_[10] == 0xff && bytes_[11] == 0xff &&
         std::all_of(bytes_.begin(), bytes_.begin() + 10, [](std::uint8_t byte) { return byte == 0; });
}

Address Address::without_mapping() const {
  if (!is_mapped()) return *this;
  Address address;
  std::copy(bytes_.begin() + 12, bytes_.end(), address.bytes_.begin());
  return address;
}

bool Address::is_loopback() const {
  if (ipv4_) return bytes_[0] == 127;
  return bytes_[15] == 1 &&
         std::all_of(bytes_.begin(), bytes_.begin() + 15, [](std::uint8_t byte) { return byte == 0; });
}

std::string Address::to_text() const {
  // inet_ntop writes "::abc:def" as "::10.188.13.239", which Go and Kubernetes do not.
  const bool compatible =
      !ipv4_ && std::all_of(bytes_.begin(), bytes_.begin() + 12, [](std::uint8_t byte) { return byte == 0; });
  if (compatible && (bytes_[12] != 0 || bytes_[13] != 0)) {
    std::array<char, sizeof("::ffff:ffff")> text{};
    std::snprintf(text.data(), text.size(), "::%x:%x", static_cast<unsigned>(bytes_[12] << 8 | bytes_[13]),
                  static_cast<unsigned>(bytes_[14] << 8 | bytes_[15]));
    return text.data();
  }
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(ipv4_ ? AF_INET : AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string_view Address::problem() const {
  if (is_mapped()) return "is an IPv4 address in IPv6 form";
  return ipv4_ ? ipv4_problem(bytes_) : ipv6_problem(bytes_);
}

std::optional<RangePosition> Address::position_in(std::string_view range) const {
  constexpr unsigned kMostBits = 63;
  constexpr std::uint64_t kLargest = std::uint64_t{1} << kMostBits;
  const auto parsed = AddressRange::parse(range);
  if (!parsed || !parsed->contains(*this)) return std::nullopt;
  const unsigned free_bits = width() - parsed->prefix();
  RangePosition position{.offset = 0,
                         .size = free_bits < kMostBits ? std::uint64_t{1} << free_bits : kLargest};
  for (unsigned index = parsed->prefix(); index < width(); ++index) {
    if (position.offset >= kLargest / 2) {
      position.offset = kLargest;
      break;
    }
    position.offset = position.offset << 1U | bit(index);
  }
  return position;
}

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto first = Address::parse(text.substr(0, slash));
  AddressRange range;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + slash + 1, end, range.prefix_);
  if (!first || read.ec != std::errc() || read.ptr != end || range.prefix_ > first->width()) {
    return std::nullopt;
  }
  range.first_ = *first;
  // A range within ::ffff:0:0/96 is one of IPv4.
  constexpr unsigned kMappedPrefix = 96;
  if (first->is_mapped() && range.prefix_ >= kMappedPrefix) {
    range.first_ = first->without_mapping();
    range.prefix_ -= kMappedPrefix;
  }
  return range;
}

bool AddressRange::contains(const Address& address) const {
  if (address.ipv4_ != first_.ipv4_) return false;
  for (unsigned index = 0; index < prefix_; ++index) {
    if (address.bit(index) != first_.bit(index)) return false;
  }
  return true;
}

}  // namespace connected_registry::net
