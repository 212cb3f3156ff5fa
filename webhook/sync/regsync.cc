#include "sync/regsync.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <utility>

#include "base/json.h"

namespace connected_registry::sync {
namespace {

// regsync expands Go templates in these values. A value with braces becomes a template that yields it.
std::string literal(const std::string& text) {
  if (text.find("{{") == std::string::npos) return text;
  json::Document value;
  value.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), value.GetAllocator());
  return "{{ " + json::to_text(value) + " }}";
}

json::Value texts(const std::vector<std::string>& list, json::Allocator& allocator) {
  json::Value array(rapidjson::kArrayType);
  for (const std::string& text : list) array.PushBack(json::string_value(text, allocator), allocator);
  return array;
}

json::Value credentials(const Parent& parent, json::Allocator& allocator) {
  json::Value host(rapidjson::kObjectType);
  json::set(host, "registry", parent.access.endpoint, allocator);
  if (!parent.access.username.empty()) {
    json::set(host, "user", literal(parent.access.username), allocator);
    json::set(host, "pass", literal(parent.access.password), allocator);
  }
  if (!parent.ca_bundle.empty()) json::set(host, "regcert", literal(parent.ca_bundle), allocator);
  return host;
}

json::Value defaults(std::string_view user_agent, json::Allocator& allocator) {
  json::Value value(rapidjson::kObjectType);
  json::set(value, "parallel", json::Value(2), allocator);
  // There is none in the pod.
  json::set(value, "skipDockerConfig", json::Value(true), allocator);
  // Signatures and other artifacts that refer to an image, in either form.
  json::set(value, "referrers", json::Value(true), allocator);
  json::set(value, "digestTags", json::Value(true), allocator);
  json::set(value, "userAgent", user_agent, allocator);
  return value;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// Cuts the text between '?' and the end of the word: a URL may carry a signature in its query.
std::string without_queries(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t question = text.find('?');
    out.append(text.substr(0, question));
    if (question == std::string_view::npos) break;
    text.remove_prefix(question);
    out.append("?…");
    text.remove_prefix(std::min(text.find_first_of(" \t\n\"'\\"), text.size()));
  }
  return out;
}

// Returns "1.0" of "127.0.0.1:5000/team/app:1.0".
std::string_view tag_of(std::string_view reference) {
  const std::size_t slash = reference.rfind('/');
  const std::size_t colon = reference.rfind(':');
  if (colon == std::string_view::npos || (slash != std::string_view::npos && colon < slash)) return {};
  return reference.substr(colon + 1);
}

bool names_a_tag(std::string_view message) {
  constexpr std::array<std::string_view, 3> kMessages = {"Image matches", "Image sync needed",
                                                         "Image refreshing"};
  return std::find(kMessages.begin(), kMessages.end(), message) != kMessages.end();
}

}  // namespace

std::string_view classify(std::string_view error) {
  struct ErrorPattern {
    std::string_view text;
    std::string_view reason;
  };
  // The first match counts: more specific ones come first.
  constexpr std::array<ErrorPattern, 26> kPatterns{{
      {"no space left", reason::kStorage},
      {"disk quota exceeded", reason::kStorage},
      {"127.0.0.1:5000: connect", reason::kStorage},
      {"unauthorized", reason::kUnauthorized},
      {"http 401", reason::kUnauthorized},
      {"access denied", reason::kDenied},
      {"forbidden", reason::kDenied},
      {"http 403", reason::kDenied},
      {"x509:", reason::kCertificate},
      {"certificate", reason::kCertificate},
      {"tls:", reason::kCertificate},
      {"connection refused", reason::kUnreachable},
      {"no such host", reason::kUnreachable},
      {"i/o timeout", reason::kUnreachable},
      {"timed out", reason::kUnreachable},
      {"deadline exceeded", reason::kUnreachable},
      {"no route to host", reason::kUnreachable},
      {"network is unreachable", reason::kUnreachable},
      {"connection reset", reason::kUnreachable},
      {"server misbehaving", reason::kUnreachable},
      {"proxyconnect", reason::kUnreachable},
      {"unexpected eof", reason::kUnreachable},
      {"http 502", reason::kUnreachable},
      {"http 503", reason::kUnreachable},
      {"not found", reason::kNotFound},
      {"http 404", reason::kNotFound},
  }};
  const std::string text = lower(error);
  for (const ErrorPattern& pattern : kPatterns) {
    if (text.find(pattern.text) != std::string::npos) return pattern.reason;
  }
  return reason::kFailed;
}

std::string render_configuration(const Parent& parent, const Repository& repository, std::string_view target,
                                 std::string_view user_agent) {
  json::Document document(rapidjson::kObjectType);
  auto& allocator = document.GetAllocator();
  json::set(document, "version", json::Value(1), allocator);
  json::Value hosts(rapidjson::kArrayType);
  hosts.PushBack(credentials(parent, allocator), allocator);
  json::Value own(rapidjson::kObjectType);
  json::set(own, "registry", target, allocator);
  json::set(own, "tls", "disabled", allocator);
  hosts.PushBack(own, allocator);
  json::set(document, "creds", std::move(hosts), allocator);
  json::set(document, "defaults", defaults(user_agent, allocator), allocator);
  json::Value step(rapidjson::kObjectType);
  json::set(step, "source", parent.access.endpoint + "/" + repository.reference(), allocator);
  json::set(step, "target", std::string(target) + "/" + repository.reference(), allocator);
  json::set(step, "type", repository.tag.empty() ? "repository" : "image", allocator);
  if (repository.filter != TagFilter{}) {
    json::Value& tags = json::object_at(step, "tags", allocator);
    json::set(tags, "allow", texts(repository.filter.allow, allocator), allocator);
    json::set(tags, "deny", texts(repository.filter.deny, allocator), allocator);
  }
  json::Value steps(rapidjson::kArrayType);
  steps.PushBack(step, allocator);
  json::set(document, "sync", std::move(steps), allocator);
  return json::to_text(document);
}

std::string RegsyncLogParser::clean(std::string_view text) const {
  std::string out = without_queries(text);
  if (secret_.empty()) return out;
  for (std::size_t at = out.find(secret_); at != std::string::npos; at = out.find(secret_, at)) {
    out.replace(at, secret_.size(), "***");
    at += 3;
  }
  return out;
}

std::optional<RegsyncLogLine> RegsyncLogParser::parse(std::string_view line) {
  const auto event = json::parse(line);
  if (!event || !event->IsObject()) return std::nullopt;
  const std::string_view message = json::string_at(*event, {"msg"});
  const std::string_view target = json::string_at(*event, {"target"});
  const std::string_view error = json::string_at(*event, {"error"});
  if (names_a_tag(message) && !tag_of(target).empty()) tags_.emplace(tag_of(target));
  std::string level = lower(json::string_at(*event, {"level"}));
  if (level == "warn") level = "warning";
  // Logged for every image at every run, since its referrers may have changed.
  if (message == "Image refreshing") level = "debug";
  if (level.starts_with("error") && message_.empty()) {
    message_ = clean(error.empty() ? message : error);
    reason_ = classify(message_);
  }
  std::string shown = clean(message);
  const std::string_view about = target.empty() ? json::string_at(*event, {"source"}) : target;
  if (!about.empty()) shown += ": " + clean(about);
  if (!error.empty()) shown += ": " + clean(error);
  return RegsyncLogLine{.level = std::move(level), .message = std::move(shown)};
}

}  // namespace connected_registry::sync
