#include "values/node_value.h"

#include <limits>
#include <string>
#include <utility>

#include "base/json.h"

namespace connected_registry::values {
namespace {

const Node& null_node() {
  static const Node node;
  return node;
}

class NodeInputValue : public settings::InputValue {
 public:
  // `given` is nullptr where the user did not write the value.
  NodeInputValue(const Node& value, const Node* given, const SourceLocation& key)
      : value_(value), given_(given), key_(key) {}

  Kind kind() const override {
    switch (value_.kind) {
      case Node::Kind::kNull:
        break;
      case Node::Kind::kBool:
        return Kind::kBool;
      case Node::Kind::kInteger:
      case Node::Kind::kNumber:
        return Kind::kNumber;
      case Node::Kind::kText:
        return Kind::kText;
      case Node::Kind::kList:
        return Kind::kList;
      case Node::Kind::kMap:
        return Kind::kMap;
    }
    return Kind::kNull;
  }
  bool truth() const override { return value_.truth; }
  std::string_view text() const override { return value_.text; }
  std::string number() const override {
    json::Document document;
    return json::to_text(to_json(value_, document.GetAllocator()));
  }
  std::optional<int> integer() const override {
    constexpr std::int64_t kLeast = std::numeric_limits<int>::min();
    constexpr std::int64_t kMost = std::numeric_limits<int>::max();
    if (value_.kind != Node::Kind::kInteger) return std::nullopt;
    if (value_.integer < kLeast || value_.integer > kMost) return std::nullopt;
    return static_cast<int>(value_.integer);
  }
  std::size_t size() const override { return value_.is_list() ? value_.list.size() : value_.map.size(); }
  std::unique_ptr<InputValue> entry(std::size_t index) const override {
    // A list replaces the default's as a whole.
    const bool is_given = given_ != nullptr && given_->is_list() && index < given_->list.size();
    const Node* const given = is_given ? &given_->list[index] : nullptr;
    return std::make_unique<NodeInputValue>(value_.list[index], given,
                                            is_given ? given->at : SourceLocation{});
  }
  std::unique_ptr<InputValue> member(std::string_view name) const override {
    const Member* const member = find(value_, name);
    const Member* const given = given_ == nullptr ? nullptr : find(*given_, name);
    if (member == nullptr && given == nullptr) return nullptr;
    return std::make_unique<NodeInputValue>(member == nullptr ? null_node() : member->value,
                                            given == nullptr ? nullptr : &given->value,
                                            given == nullptr ? SourceLocation{} : given->at);
  }
  std::optional<settings::SettingLocation> location() const override {
    if (given_ == nullptr || !key_.known()) return std::nullopt;
    return location_of(key_, *given_);
  }

 private:
  const Node& value_;
  const Node* given_;
  SourceLocation key_;
};

}  // namespace

settings::SettingLocation location_of(const SourceLocation& key, const Node& given) {
  settings::SettingLocation location;
  location.key = key;
  const bool is_scalar = !given.is_map() && !given.is_list() && !given.is_null();
  // An alias may stand for a value of another place.
  if (!is_scalar || given.at.source != key.source) return location;
  location.value = given.at;
  if (given.is_text()) location.text_size = given.text.size();
  return location;
}

std::unique_ptr<settings::InputValue> view_node(const Node& values, const Node& given) {
  return std::make_unique<NodeInputValue>(values, &given, SourceLocation{});
}

}  // namespace connected_registry::values
