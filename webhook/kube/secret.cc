#include "kube/secret.h"

#include <utility>

#include "base/base64.h"

namespace connected_registry::kube {

Result<std::string> secret_value(const json::Value& secret, std::string_view key) {
  const std::string subject =
      "Secret " + std::string(json::string_at(secret, {"metadata", "name"})) + ": " + std::string(key);
  const json::Value* const encoded = json::find(secret, {"data", key});
  if (encoded == nullptr || !encoded->IsString()) return fail(ErrorCode::kNotFound, subject + " is missing");
  auto decoded = base64::decode(json::view(*encoded));
  if (!decoded) return fail(std::move(decoded).error(), subject);
  return decoded;
}

void set_secret_value(json::Document& secret, std::string_view key, std::string_view value) {
  auto& allocator = secret.GetAllocator();
  json::set(json::object_at(secret, "data", allocator), key, base64::encode(value), allocator);
}

}  // namespace connected_registry::kube
