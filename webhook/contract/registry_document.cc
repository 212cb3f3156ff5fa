#include "contract/registry_document.h"

#include "base/json.h"
#include "net/address.h"

namespace connected_registry::contract {
namespace {

constexpr int kFormVersion = 1;
constexpr int kLargestPort = 65535;

}  // namespace

std::string render_registry_document(const RegistryDocument& document) {
  json::Document out(rapidjson::kObjectType);
  auto& allocator = out.GetAllocator();
  json::set(out, "formVersion", json::Value(kFormVersion), allocator);
  json::set(out, "address", document.address, allocator);
  json::set(out, "port", json::Value(document.port), allocator);
  if (document.scheme == Scheme::kHttp) json::set(out, "scheme", "http", allocator);
  if (document.frozen) json::set(out, "frozen", json::Value(true), allocator);
  return json::to_text(out);
}

Result<RegistryDocument> parse_registry_document(std::string_view text) {
  auto parsed = json::parse(text);
  if (!parsed) return fail(std::move(parsed.error()), "registry.json");
  const json::Value* version = json::find(*parsed, {"formVersion"});
  if (version == nullptr || !version->IsInt() || version->GetInt() != kFormVersion) {
    return fail(ErrorCode::kInvalidArgument, "registry.json: formVersion is not " +
                                                 std::to_string(kFormVersion) +
                                                 ": the controller that wrote it is of another version");
  }
  RegistryDocument document{.address = std::string(json::string_at(*parsed, {"address"})), .port = 0};
  const auto address = net::Address::parse(document.address);
  if (!address || address->to_text() != document.address) {
    return fail(ErrorCode::kInvalidArgument, "registry.json: address is not an IP address in its usual form");
  }
  const json::Value* port = json::find(*parsed, {"port"});
  if (port == nullptr || !port->IsInt() || port->GetInt() < 1 || port->GetInt() > kLargestPort) {
    return fail(ErrorCode::kInvalidArgument, "registry.json: port is not a number from 1 to 65535");
  }
  document.port = port->GetInt();
  if (const json::Value* scheme = json::find(*parsed, {"scheme"}); scheme != nullptr) {
    if (!scheme->IsString() || json::view(*scheme) != "http") {
      return fail(ErrorCode::kInvalidArgument, "registry.json: scheme is not http");
    }
    document.scheme = Scheme::kHttp;
  }
  if (const json::Value* frozen = json::find(*parsed, {"frozen"}); frozen != nullptr) {
    if (!frozen->IsBool()) {
      return fail(ErrorCode::kInvalidArgument, "registry.json: frozen is not true or false");
    }
    document.frozen = frozen->GetBool();
  }
  return document;
}

}  // namespace connected_registry::contract
