// The cases of tests/golden/rules for admission and for what only a cluster can answer. Those of the chart
// and of `check` are tried by tests/chart/test_rule_cases.py, which also sees that none is missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "admission/validate.h"
#include "base/base64.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/rule_material.h"
#include "settings/cluster_rules.h"
#include "settings/rules.h"
#include "settings/settings.h"
#include "support/golden.h"
#include "values/yaml_reader.h"

namespace connected_registry::cli {
namespace {

namespace fs = std::filesystem;
using Ids = std::set<std::string>;

constexpr const char* kBase = R"({"service":{"clusterIP":"192.100.100.1"}})";

json::Document copy_of(const json::Value& value) {
  json::Document document;
  static_cast<json::Value&>(document).CopyFrom(value, document.GetAllocator());
  return document;
}

// What a member of a case holds; null where there is none.
json::Document member(const json::Value& value, std::string_view name) {
  const json::Value* found = json::find(value, {name});
  return found == nullptr ? json::Document() : copy_of(*found);
}

// "CR002 service.clusterIP: …" → CR002
void add_ids(std::string_view lines, Ids& ids) {
  constexpr std::size_t kLength = 5;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    ids.emplace(lines.substr(0, std::min(kLength, end)));
    lines.remove_prefix(end);
  }
}

class RuleCases : public ::testing::Test {
 protected:
  // Calls `judge` with each case of a layer, and with "bad" and "good": it says which rules are broken.
  void try_all(std::string_view layer, const std::function<Ids(const json::Value&, const char*)>& judge) {
    int tried = 0;
    for (const auto& entry : fs::directory_iterator(golden_directory() + "/rules")) {
      const std::string rule = entry.path().stem().string();
      if (entry.path().extension() != ".yaml" || !rule.starts_with("CR")) continue;
      const json::Document cases = read(entry.path());
      for (const json::Value& each : json::find(cases, {"cases"})->GetArray()) {
        if (!is_of(rule, each, layer)) continue;
        for (const char* kind : {"bad", "good"}) {
          const Ids ids = judge(each, kind);
          ++tried;
          EXPECT_EQ(ids.contains(rule), std::string_view(kind) == "bad")
              << rule << ", " << kind << ": " << json::to_text(each).substr(0, 400);
        }
      }
    }
    EXPECT_GT(tried, 20);
  }

  settings::Settings settings_of(const json::Value& values) const {
    std::vector<settings::Finding> ignored;
    settings::Settings settings = settings::read_values(*settings::view_json(complete(values)), ignored);
    settings.release_name = "connected-registry";
    settings.release_namespace = "edge";
    return settings;
  }

  // The values as a case means them: with an address.
  static json::Document complete(const json::Value& values) {
    json::Document document = json::parse(kBase).value();
    if (!values.IsObject()) return document;
    for (auto each = values.MemberBegin(); each != values.MemberEnd(); ++each) {
      json::Value value(each->value, document.GetAllocator());
      json::set(document, json::view(each->name), std::move(value), document.GetAllocator());
    }
    return document;
  }

  const TimePoint now = system_now();
  testing::RuleMaterial material{now};

 private:
  json::Document read(const fs::path& path) {
    // A list is no values file.
    const auto node = values::read_yaml("cases:\n" + file::read(path).value(), 0);
    EXPECT_TRUE(node) << path << ": " << node.error().message;
    json::Document document;
    return json::parse(material.filled(json::to_text(values::to_json(*node, document.GetAllocator()))))
        .value();
  }

  // A case without layers of its own is for all that docs/rules.md names for its rule.
  static bool is_of(const std::string& rule, const json::Value& each, std::string_view layer) {
    if (json::find(each, {"elsewhere"}) != nullptr) return false;
    const json::Value* layers = json::find(each, {"layers"});
    if (layers == nullptr) return is_documented(rule, layer);
    return std::any_of(layers->Begin(), layers->End(),
                       [&](const json::Value& one) { return json::view(one) == layer; });
  }

  // "*error; chart, check, admission.*" below the rule's heading.
  static bool is_documented(const std::string& rule, std::string_view layer) {
    static const std::string text = file::read(golden_directory() + "/../../docs/rules.md").value();
    const std::size_t heading = text.find("\n## " + rule + "\n");
    const std::size_t begin = text.find("; ", heading);
    const std::string line = ", " + text.substr(begin + 2, text.find(".*", begin) - begin - 2) + ",";
    EXPECT_NE(heading, std::string::npos) << rule;
    return line.find(", " + std::string(layer) + ",") != std::string::npos;
  }
};

// The Secret with the settings, as the API server hands it over.
json::Document settings_secret(const json::Value& values) {
  json::Document document(rapidjson::kObjectType);
  auto& allocator = document.GetAllocator();
  json::set(document, "formVersion", json::Value(settings::kFormVersion), allocator);
  json::set(document, "values", json::Value(values, allocator), allocator);
  json::Document secret(rapidjson::kObjectType);
  json::Value& data = json::object_at(secret, "data", secret.GetAllocator());
  json::set(data, "settings.json", base64::encode(json::to_text(document)), secret.GetAllocator());
  return secret;
}

json::Document tls_secret(const json::Value& data) {
  json::Document secret = json::parse(R"({"metadata":{"name":"k8secret"}})").value();
  json::set(secret, "data", json::Value(data, secret.GetAllocator()), secret.GetAllocator());
  return secret;
}

Ids ids_of(const admission::AdmissionResponse& response) {
  Ids ids;
  add_ids(response.message, ids);
  for (const std::string& warning : response.warnings) add_ids(warning, ids);
  return ids;
}

TEST_F(RuleCases, admission_refuses_what_breaks_a_rule_and_takes_what_just_does_not) {
  settings::Settings in_force;
  in_force.service_cluster_ip = "192.100.100.1";
  in_force.tls.secret = "k8secret";
  const names::Installation installation{.name = "registry", .namespace_ = "shop"};
  try_all("admission", [&](const json::Value& each, const char* kind) {
    admission::AdmissionRequest request;
    request.resource = "secrets";
    request.operation = "CREATE";
    const std::string settings_name = installation.settings_secret();
    json::Document object;
    json::Document former;
    if (const json::Document secret = member(each, "secret"); secret.IsObject()) {
      object = tls_secret(member(secret, kind));
      request.name = "k8secret";
    } else if (const json::Document change = member(each, "change"); change.IsObject()) {
      object = settings_secret(complete(member(change, kind)));
      request.name = settings_name;
      former = settings_secret(complete(member(change, "from")));
      request.operation = "UPDATE";
      request.old_object = &former;
    } else {
      object = settings_secret(complete(member(each, kind)));
      request.name = settings_name;
    }
    request.object = &object;
    return ids_of(admission::validate(request, installation, in_force.service_cluster_ip, now));
  });
}

// A text of the facts; nothing where it is not given.
std::optional<std::string> text_at(const json::Value& facts, std::string_view name) {
  const json::Value* found = json::find(facts, {name});
  if (found == nullptr) return std::nullopt;
  return std::string(json::view(*found));
}

std::optional<bool> switch_at(const json::Value& facts, std::string_view name) {
  const json::Value* found = json::find(facts, {name});
  if (found == nullptr) return std::nullopt;
  return found->GetBool();
}

// null: the cluster has no such Secret.
std::optional<std::shared_ptr<const json::Document>> secret_at(const json::Value& facts,
                                                               std::string_view name) {
  const json::Value* found = json::find(facts, {name});
  if (found == nullptr) return std::nullopt;
  if (found->IsNull()) return nullptr;
  return std::make_shared<const json::Document>(tls_secret(*found));
}

settings::ClusterFacts facts_of(const json::Value& given) {
  settings::ClusterFacts facts;
  facts.address_refusal = text_at(given, "addressRefusal");
  facts.has_cert_manager = switch_at(given, "hasCertManager");
  facts.other_cert_manager = text_at(given, "otherCertManager");
  facts.pod_security = text_at(given, "podSecurity");
  facts.tls_secret = secret_at(given, "tlsSecret");
  facts.connection_secret = secret_at(given, "connectionSecret");
  facts.volume_request = text_at(given, "volumeRequest");
  facts.has_existing_claim = switch_at(given, "hasExistingClaim");
  if (const json::Value* count = json::find(given, {"labelledNodes"}))
    facts.labelled_nodes = count->GetUint();
  if (const json::Value* ranges = json::find(given, {"ranges"})) {
    facts.ranges.emplace();
    for (const json::Value& each : ranges->GetArray()) facts.ranges->emplace_back(json::view(each));
  }
  if (const json::Value* classes = json::find(given, {"storageClasses"})) {
    facts.storage_classes.emplace();
    for (auto each = classes->MemberBegin(); each != classes->MemberEnd(); ++each) {
      facts.storage_classes->push_back(
          {.name = std::string(json::view(each->name)), .is_default = each->value.GetBool()});
    }
  }
  return facts;
}

TEST_F(RuleCases, the_cluster_refuses_what_breaks_a_rule_and_takes_what_just_does_not) {
  try_all("cluster", [&](const json::Value& each, const char* kind) {
    settings::Settings settings = settings_of(member(each, "values"));
    settings::ClusterFacts facts;
    if (const json::Document secret = member(each, "secret"); secret.IsObject()) {
      settings.cert_manager_install = settings.cert_manager_enabled = false;
      settings.tls.secret = "k8secret";
      facts.tls_secret = std::make_shared<const json::Document>(tls_secret(member(secret, kind)));
    } else {
      facts = facts_of(member(member(each, "facts"), kind));
    }
    Ids ids;
    for (const settings::Finding& finding : settings::check_cluster(settings, facts, now))
      ids.emplace(finding.id);
    return ids;
  });
}

}  // namespace
}  // namespace connected_registry::cli
