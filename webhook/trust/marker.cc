#include "trust/marker.h"

#include <openssl/evp.h>

#include <array>

namespace connected_registry::trust {
namespace {

constexpr std::string_view kAdvice = " Removed at uninstall. Do not edit. sha256:";

}  // namespace

std::string marker_start(const names::Installation& installation) {
  return std::string(kMarkerStart) + installation.name_space + "/" + installation.name + ".";
}

std::string mark(const names::Installation& installation, std::string_view body) {
  std::string content = marker_start(installation);
  content += kAdvice;
  content += sha256_hex(body);
  content += '\n';
  content += body;
  return content;
}

Owner owner_of(std::string_view content, const names::Installation& installation) {
  if (!content.starts_with(kMarkerStart)) return Owner::kForeign;
  const std::size_t end = content.find('\n');
  if (end == std::string_view::npos) return Owner::kChanged;
  const std::string_view line = content.substr(0, end);
  const std::size_t advice = line.find(kAdvice);
  if (advice == std::string_view::npos) return Owner::kChanged;
  if (line.substr(advice + kAdvice.size()) != sha256_hex(content.substr(end + 1))) return Owner::kChanged;
  return line.substr(0, advice) == marker_start(installation) ? Owner::kUs : Owner::kSibling;
}

std::string_view body_of(std::string_view content) {
  const std::size_t end = content.find('\n');
  return end == std::string_view::npos ? std::string_view() : content.substr(end + 1);
}

std::string sha256_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::string out;
  for (unsigned index = 0; index < length; ++index) {
    out += kDigits[digest[index] >> 4U];
    out += kDigits[digest[index] & 0xfU];
  }
  return out;
}

}  // namespace connected_registry::trust
