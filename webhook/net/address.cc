#include "net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
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
  const bool mapped =
      std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t byte) { return byte == 0; }) &&
      bytes[10] == 0xff && bytes[11] == 0xff;
  if (mapped) return "is an IPv4 address in IPv6 form";
  return {};
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  // inet_pton reads up to a NUL: one inside the text would hide what follows it.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes_.data()) == 1) return address;
  address.ipv4_ = false;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  return std::nullopt;
}

std::string Address::to_text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(ipv4_ ? AF_INET : AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string_view Address::problem() const {
  return ipv4_ ? ipv4_problem(bytes_) : ipv6_problem(bytes_);
}

std::optional<RangePosition> Address::position_in(std::string_view range) const {
  constexpr unsigned kMostBits = 63;
  const std::size_t slash = range.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto first = parse(range.substr(0, slash));
  unsigned prefix = 0;
  const char* const end = range.data() + range.size();
  const auto read = std::from_chars(range.data() + slash + 1, end, prefix);
  const unsigned width = ipv4_ ? 32 : 128;
  if (!first || first->ipv4_ != ipv4_ || read.ec != std::errc() || read.ptr != end || prefix > width)
    return std::nullopt;
  RangePosition place;
  bool large = false;
  for (unsigned bit = 0; bit < width; ++bit) {
    const auto at = [bit](const Address& address) {
      return (static_cast<unsigned>(address.bytes_[bit / 8]) >> (7 - bit % 8)) & 1U;
    };
    if (bit < prefix) {
      if (at(*this) != at(*first)) return std::nullopt;
      continue;
    }
    large = large || place.offset >> (kMostBits - 1) != 0;
    place.offset = place.offset << 1U | at(*this);
  }
  constexpr std::uint64_t kLargest = std::uint64_t{1} << kMostBits;
  if (large) place.offset = kLargest;
  place.size = width - prefix > kMostBits ? kLargest : std::uint64_t{1} << (width - prefix);
  return place;
}

}  // namespace connected_registry::net
