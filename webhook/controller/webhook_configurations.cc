#include "controller/webhook_configurations.h"

#include <string>

#include "base/base64.h"

namespace connected_registry::controller {
namespace {

json::Value operation(std::string_view kind, const std::string& path, std::string_view value,
                      json::Allocator& allocator) {
  json::Value out(rapidjson::kObjectType);
  json::set(out, "op", kind, allocator);
  json::set(out, "path", path, allocator);
  json::set(out, "value", value, allocator);
  return out;
}

}  // namespace

json::Document ca_bundle_patch(const json::Value& configuration, std::string_view bundle) {
  json::Document patch(rapidjson::kArrayType);
  const json::Value* const webhooks = json::find(configuration, {"webhooks"});
  if (webhooks == nullptr || !webhooks->IsArray()) return patch;
  const std::string encoded = base64::encode(bundle);
  auto& allocator = patch.GetAllocator();
  for (rapidjson::SizeType index = 0; index < webhooks->Size(); ++index) {
    const json::Value& webhook = (*webhooks)[index];
    const json::Value* const client = json::find(webhook, {"clientConfig"});
    if (client == nullptr || json::string_at(*client, {"caBundle"}) == encoded) continue;
    const std::string path = "/webhooks/" + std::to_string(index);
    patch.PushBack(operation("test", path + "/name", json::string_at(webhook, {"name"}), allocator),
                   allocator);
    patch.PushBack(operation("add", path + "/clientConfig/caBundle", encoded, allocator), allocator);
  }
  return patch;
}

}  // namespace connected_registry::controller
