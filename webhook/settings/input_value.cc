#include "settings/input_value.h"

namespace connected_registry::settings {
namespace {

class JsonInputValue : public InputValue {
 public:
  explicit JsonInputValue(const json::Value& value) : value_(value) {}

  Kind kind() const override {
    if (value_.IsBool()) return Kind::kBool;
    if (value_.IsNumber()) return Kind::kNumber;
    if (value_.IsString()) return Kind::kText;
    if (value_.IsArray()) return Kind::kList;
    return value_.IsObject() ? Kind::kMap : Kind::kNull;
  }
  bool truth() const override { return value_.GetBool(); }
  std::string_view text() const override { return json::view(value_); }
  std::string number() const override { return json::to_text(value_); }
  std::optional<int> integer() const override {
    return value_.IsInt() ? std::optional(value_.GetInt()) : std::nullopt;
  }
  std::size_t size() const override { return value_.IsArray() ? value_.Size() : value_.MemberCount(); }
  std::unique_ptr<InputValue> entry(std::size_t index) const override {
    return view_json(value_[static_cast<rapidjson::SizeType>(index)]);
  }
  std::unique_ptr<InputValue> member(std::string_view name) const override {
    const json::Value* const found = json::member(value_, name);
    return found == nullptr ? nullptr : view_json(*found);
  }
  std::optional<SettingLocation> location() const override { return std::nullopt; }

 private:
  const json::Value& value_;
};

}  // namespace

std::unique_ptr<InputValue> view_json(const json::Value& value) {
  return std::make_unique<JsonInputValue>(value);
}

}  // namespace connected_registry::settings
