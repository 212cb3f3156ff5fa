#include "inject/policy_document.h"

#include <utility>
#include <vector>

#include "base/json.h"
#include "x509/certificate.h"

namespace connected_registry::inject {
namespace {

constexpr int kFormVersion = 1;
constexpr std::string_view kDocument = "policy.json";

// The members of the document with the members of Policy that they contain. Rendering and parsing use the
// same list, so that neither forgets one.
template <typename PolicyType, typename Visit>
void for_each_member(PolicyType& policy, const Visit& visit) {
  visit("installation", policy.installation);
  visit("address", policy.address);
  visit("hosts", policy.hosts);
  visit("directoryHosts", policy.directory_hosts);
  visit("excludedNamespaces", policy.excluded_namespaces);
  visit("namespacesByLabel", policy.namespaces_by_label);
  visit("pullSecret", policy.pull_secret);
  visit("pullSecretNamespaces", policy.pull_secret_namespaces);
  visit("frozen", policy.frozen);
  visit("subjectHashes", policy.subject_hashes);
  visit("bundle", policy.bundle);
}

class Writer {
 public:
  explicit Writer(json::Document& document) : document_(document) {}

  void operator()(std::string_view name, const std::string& text) const {
    json::set(document_, name, text, document_.GetAllocator());
  }
  void operator()(std::string_view name, bool value) const {
    json::set(document_, name, json::Value(value), document_.GetAllocator());
  }
  void operator()(std::string_view name, const std::vector<std::string>& texts) const {
    auto& allocator = document_.GetAllocator();
    json::Value array(rapidjson::kArrayType);
    for (const std::string& text : texts) array.PushBack(json::string_value(text, allocator), allocator);
    json::set(document_, name, std::move(array), allocator);
  }

 private:
  json::Document& document_;
};

// Remembers the first member that has a wrong type.
class Reader {
 public:
  explicit Reader(const json::Value& document) : document_(document) {}

  void operator()(std::string_view name, std::string& text) {
    const json::Value* const found = json::member(document_, name);
    if (found == nullptr) return;
    if (!found->IsString()) return refuse(name, "a string");
    text = json::view(*found);
  }
  void operator()(std::string_view name, bool& value) {
    const json::Value* const found = json::member(document_, name);
    if (found == nullptr) return;
    if (!found->IsBool()) return refuse(name, "true or false");
    value = found->GetBool();
  }
  void operator()(std::string_view name, std::vector<std::string>& texts) {
    const json::Value* const found = json::member(document_, name);
    if (found == nullptr) return;
    if (!found->IsArray()) return refuse(name, "a list");
    for (const json::Value& each : found->GetArray()) {
      if (!each.IsString()) return refuse(name, "a list of strings");
      texts.emplace_back(json::view(each));
    }
  }

  const std::string& problem() const { return problem_; }

 private:
  void refuse(std::string_view name, std::string_view expected) {
    if (problem_.empty()) problem_ = std::string(name) + " is not " + std::string(expected);
  }

  const json::Value& document_;
  std::string problem_;
};

}  // namespace

std::string render_policy_document(const Policy& policy) {
  json::Document document(rapidjson::kObjectType);
  json::set(document, "formVersion", json::Value(kFormVersion), document.GetAllocator());
  for_each_member(policy, Writer(document));
  return json::to_text(document);
}

Result<Policy> parse_policy_document(std::string_view text) {
  auto document = json::parse(text);
  if (!document) return fail(std::move(document).error(), std::string(kDocument));
  const auto refuse = [](const std::string& problem) {
    return fail(ErrorCode::kInvalidArgument, std::string(kDocument) + ": " + problem);
  };
  const json::Value* const version = json::member(*document, "formVersion");
  if (version == nullptr || !version->IsInt() || version->GetInt() != kFormVersion) {
    return refuse("formVersion is not " + std::to_string(kFormVersion) +
                  ": a controller of another version wrote it");
  }
  Policy policy;
  Reader reader(*document);
  for_each_member(policy, [&reader](std::string_view name, auto& member) { reader(name, member); });
  if (!reader.problem().empty()) return refuse(reader.problem());
  if (!policy.bundle.empty()) {
    if (const auto certificates = x509::parse_bundle(policy.bundle); !certificates) {
      return refuse("bundle: " + certificates.error().message);
    }
  }
  return policy;
}

}  // namespace connected_registry::inject
