#include "inject/proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace connected_registry::inject {
namespace {

struct Bytes {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t bits = 0;  // 32 or 128; 0: no address
};

Bytes parse(std::string_view text) {
  constexpr std::size_t kIpv4Bits = 32;
  constexpr std::size_t kIpv6Bits = 128;
  Bytes out;
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const std::string copy(text);
  if (inet_pton(AF_INET, copy.c_str(), out.bytes.data()) == 1) {
    out.bits = kIpv4Bits;
  } else if (inet_pton(AF_INET6, copy.c_str(), out.bytes.data()) == 1) {
    out.bits = kIpv6Bits;
  }
  return out;
}

bool share_prefix(const Bytes& left, const Bytes& right, std::size_t bits) {
  constexpr std::size_t kByte = 8;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const auto mask = static_cast<unsigned>(0x80U >> (bit % kByte));
    if (((left.bytes[bit / kByte] ^ right.bytes[bit / kByte]) & mask) != 0) return false;
  }
  return true;
}

// One entry: an address or a range, and with a port it is for that port alone.
bool covers(std::string_view entry, const Bytes& address) {
  const std::size_t slash = entry.find('/');
  if (slash != std::string_view::npos) {
    const Bytes range = parse(entry.substr(0, slash));
    const std::string_view length = entry.substr(slash + 1);
    std::size_t bits = 0;
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
    const bool good = error == std::errc() && end == length.data() + length.size() && bits <= range.bits;
    return good && range.bits == address.bits && range.bits > 0 && share_prefix(range, address, bits);
  }
  constexpr std::string_view kHttps = ":443";
  Bytes single = parse(entry);
  if (single.bits == 0 && entry.ends_with(kHttps)) {
    single = parse(entry.substr(0, entry.size() - kHttps.size()));
  }
  return single.bits == address.bits && share_prefix(single, address, single.bits);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <std::size_t kSize>
bool is_one_of(std::string_view name, const std::array<std::string_view, kSize>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool exempts(std::string_view no_proxy, std::string_view address) {
  const Bytes wanted = parse(address);
  if (wanted.bits == 0) return true;
  for (std::size_t begin = 0; begin <= no_proxy.size();) {
    const std::size_t end = std::min(no_proxy.find(',', begin), no_proxy.size());
    const std::string_view entry = trimmed(no_proxy.substr(begin, end - begin));
    if (entry == "*" || covers(entry, wanted)) return true;
    begin = end + 1;
  }
  return false;
}

bool is_kept_from(std::span<const OwnVariable> variables, std::string_view address) {
  bool has_proxy = false;
  bool exempted = false;
  for (const OwnVariable& each : variables) {
    if (is_one_of(each.name, kProxyVariables)) {
      has_proxy = has_proxy || each.is_from_elsewhere || !each.value.empty();
    }
    if (is_one_of(each.name, kNoProxyVariables)) {
      exempted = exempted || each.is_from_elsewhere || exempts(each.value, address);
    }
  }
  return has_proxy && !exempted;
}

}  // namespace connected_registry::inject
