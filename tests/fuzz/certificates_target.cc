// PEM of a user's own: certificates, a key and a CA, as the Secret of tls.secret may hold them.
#include "base/base64.h"
#include "base/json.h"
#include "base/timestamp.h"
#include "settings/tls_rules.h"
#include "target.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  static const TimePoint now = *parse_time("2030-01-01T00:00:00Z");
  const std::string encoded = base64::encode(input);
  json::Document secret(rapidjson::kObjectType);
  auto& allocator = secret.GetAllocator();
  json::Value& data = json::object_at(secret, "data", allocator);
  for (const char* key : {"tls.crt", "tls.key", "ca.crt"}) json::set(data, key, encoded, allocator);
  // One text cannot be a certificate and a key, so there always is a finding.
  const auto findings = settings::check_tls_secret(secret, "192.100.100.1", now);
  require(!findings.empty() || input.find("PRIVATE KEY") != std::string_view::npos,
          "a Secret without a key is found fault with");
}

}  // namespace connected_registry::fuzz
