#include "inject/apply_patch.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace connected_registry::inject {
namespace {

using json::Value;

// Removes the first token of a JSON Pointer and returns it unescaped.
std::string next_token(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const std::size_t end = std::min(pointer.find('/'), pointer.size());
  std::string token;
  for (std::size_t i = 0; i < end; ++i) {
    if (pointer[i] == '~' && i + 1 < end) {
      token += pointer[++i] == '0' ? '~' : '/';
    } else {
      token += pointer[i];
    }
  }
  pointer.remove_prefix(end);
  return token;
}

std::optional<rapidjson::SizeType> index_of(const std::string& token) {
  rapidjson::SizeType index = 0;
  const char* const end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, index);
  if (error != std::errc() || stop != end) return std::nullopt;
  return index;
}

Value* step(Value& at, const std::string& token) {
  if (at.IsObject()) {
    const auto member = at.FindMember(token);
    return member == at.MemberEnd() ? nullptr : &member->value;
  }
  const auto index = index_of(token);
  return at.IsArray() && index && *index < at.Size() ? &at[*index] : nullptr;
}

bool add(Value& root, std::string_view pointer, const Value& value, json::Allocator& allocator) {
  Value* at = &root;
  std::string token = next_token(pointer);
  while (!pointer.empty()) {
    at = step(*at, token);
    if (at == nullptr) return false;
    token = next_token(pointer);
  }
  if (at->IsObject()) {
    json::set(*at, token, Value(value, allocator), allocator);
    return true;
  }
  // Injection only appends to arrays.
  if (!at->IsArray() || token != "-") return false;
  at->PushBack(Value(value, allocator), allocator);
  return true;
}

}  // namespace

Result<json::Document> apply_patch(const Value& document, std::string_view patch) {
  json::Document out;
  out.CopyFrom(document, out.GetAllocator());
  if (patch.empty()) return out;
  const auto operations = json::parse(patch);
  if (!operations) return fail(operations.error(), "patch");
  for (const Value& operation : operations->GetArray()) {
    const std::string_view path = json::string_at(operation, {"path"});
    if (json::string_at(operation, {"op"}) != "add" || !path.starts_with('/') ||
        !add(out, path, *json::find(operation, {"value"}), out.GetAllocator())) {
      return fail(ErrorCode::kInternal, "does not apply: " + json::to_text(operation));
    }
  }
  return out;
}

}  // namespace connected_registry::inject
