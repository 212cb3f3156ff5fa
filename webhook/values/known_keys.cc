#include "values/known_keys.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <utility>

#include "values/source_text.h"

namespace connected_registry::values {
namespace {

constexpr int kMaxReferences = 8;
constexpr std::size_t kLongestName = 63;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char each) { return static_cast<char>(std::tolower(each)); });
  return out;
}

std::string_view last_name(std::string_view path) {
  return path.substr(path.rfind('.') + 1);  // npos + 1 is 0
}

void collect(const json::Value& schema, const json::Value& root, const std::string& path, std::size_t depth,
             std::vector<std::string>& out) {
  const json::Value* properties = json::find(resolved(schema, root), {"properties"});
  if (properties == nullptr || !properties->IsObject() || depth == json::kMaxDepth) return;
  for (auto property = properties->MemberBegin(); property != properties->MemberEnd(); ++property) {
    const std::string name = below(path, json::view(property->name));
    out.push_back(name);
    collect(property->value, root, name, depth + 1, out);
  }
}

// Of Levenshtein, in bytes.
std::size_t distance(std::string_view left, std::string_view right) {
  // row[j]: from left's begin to right's first j + 1 bytes; `edge` is the column before them.
  std::vector<std::size_t> row(right.size());
  std::iota(row.begin(), row.end(), std::size_t{1});
  std::size_t edge = 0;
  for (const char each : left) {
    std::size_t diagonal = edge++;
    std::size_t before = edge;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (each == right[j] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({before + 1, row[j] + 1, replaced}));
      before = row[j];
    }
  }
  return row.empty() ? left.size() : row[right.size() - 1];
}

// Curly quotes around a name are not a part of it.
std::string without_quotes(std::string text) {
  for (const std::string_view quote : {"“", "”", "„", "‟", "‘", "’", "\"", "'"}) {
    for (std::size_t at = text.find(quote); at != std::string::npos; at = text.find(quote)) {
      text.erase(at, quote.size());
    }
  }
  return text;
}

}  // namespace

std::string below(std::string_view path, std::string_view name) {
  std::string out(path);
  return out.append(path.empty() ? "" : ".").append(name);
}

std::string below(std::string_view path, std::size_t index) {
  return std::string(path) + "[" + std::to_string(index) + "]";
}

const json::Value& resolved(const json::Value& schema, const json::Value& root) {
  constexpr std::string_view kDefinitions = "#/definitions/";
  const json::Value* current = &schema;
  for (int step = 0; step < kMaxReferences; ++step) {
    const std::string_view reference = json::string_at(*current, {"$ref"});
    if (!reference.starts_with(kDefinitions)) break;
    const json::Value* target = json::find(root, {"definitions", reference.substr(kDefinitions.size())});
    if (target == nullptr) break;
    current = target;
  }
  return *current;
}

std::vector<std::string> known_keys(const json::Value& root) {
  std::vector<std::string> keys;
  collect(root, root, "", 0, keys);
  return keys;
}

std::string nearest_key(std::string_view path, const std::vector<std::string>& known) {
  if (last_name(path).size() > kLongestName || path.size() > 4 * kLongestName) return {};
  const std::string wanted = without_quotes(lower(path));
  const std::string_view name = last_name(wanted);
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string nearest;
  for (const std::string& each : known) {
    const std::string candidate = lower(each);
    // A right name at a wrong place is nearer than the place with another name, but not as near as one
    // letter.
    const std::size_t elsewhere = distance(name, last_name(candidate)) + 1;
    const std::size_t score = std::min(distance(wanted, candidate), elsewhere);
    if (score >= best) continue;
    best = score;
    nearest = each;
  }
  return nearest;
}

bool is_secret(std::string_view path) {
  constexpr std::array<std::string_view, 5> kSecret{"connectionString", "tls.crt", "tls.key", "tls.cacrt",
                                                    "parent.caBundle"};
  const std::string name = lower(path);
  return std::any_of(kSecret.begin(), kSecret.end(),
                     [&](std::string_view each) { return name.starts_with(lower(each)); }) ||
         // The address of a proxy may hold a password.
         name.find("proxy") != std::string::npos || name.find("password") != std::string::npos ||
         name.find("token") != std::string::npos;
}

std::string shown_name(std::string_view name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ $\"'";
  bool plain = !name.empty() && name.size() <= kLongestName;
  std::string ascii(without_quotes(std::string(name)));
  plain = plain && ascii.find_first_not_of(kAllowed) == std::string::npos;
  return plain ? std::string(name) : "…";
}

}  // namespace connected_registry::values
