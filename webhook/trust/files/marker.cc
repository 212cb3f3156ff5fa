#include "trust/files/marker.h"

#include "base/sha256.h"
#include "contract/node_file_marks.h"

namespace connected_registry::trust {
namespace {

constexpr std::string_view kAdvice = " Removed at uninstall. Do not edit. sha256:";

}  // namespace

std::string mark(const names::Installation& installation, std::string_view body) {
  std::string content = contract::marker_start(installation);
  content += kAdvice;
  content += sha256_hex(body);
  content += '\n';
  content += body;
  return content;
}

Owner owner_of(std::string_view content, const names::Installation& installation) {
  if (!content.starts_with(contract::kMarkerStart)) return Owner::kForeign;
  const std::size_t end = content.find('\n');
  if (end == std::string_view::npos) return Owner::kChanged;
  const std::string_view line = content.substr(0, end);
  const std::size_t advice = line.find(kAdvice);
  if (advice == std::string_view::npos) return Owner::kChanged;
  if (line.substr(advice + kAdvice.size()) != sha256_hex(content.substr(end + 1))) return Owner::kChanged;
  return line.substr(0, advice) == contract::marker_start(installation) ? Owner::kUs : Owner::kSibling;
}

std::string_view body_of(std::string_view content) {
  const std::size_t end = content.find('\n');
  return end == std::string_view::npos ? std::string_view() : content.substr(end + 1);
}

}  // namespace connected_registry::trust
