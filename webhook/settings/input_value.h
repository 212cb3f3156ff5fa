// An interface to the chart's values that the settings are read from. One implementation is for JSON (here),
// the other is for values files (values/node_value.h).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "settings/finding.h"

namespace connected_registry::settings {

// A read-only view of a value. The document that contains the value must outlive the view.
class InputValue {
 public:
  enum class Kind { kNull, kBool, kNumber, kText, kList, kMap };

  InputValue() = default;
  InputValue(const InputValue&) = delete;
  InputValue& operator=(const InputValue&) = delete;
  InputValue(InputValue&&) = delete;
  InputValue& operator=(InputValue&&) = delete;
  virtual ~InputValue() = default;

  virtual Kind kind() const = 0;
  virtual bool truth() const = 0;                  // kBool
  virtual std::string_view text() const = 0;       // kText
  virtual std::string number() const = 0;          // kNumber, in the syntax of JSON
  virtual std::optional<int> integer() const = 0;  // kNumber; nullopt: not an integer, or too large for int
  virtual std::size_t size() const = 0;            // kList and kMap: number of entries or members
  // Returns an entry of a kList. `index` must be less than size().
  virtual std::unique_ptr<InputValue> entry(std::size_t index) const = 0;
  // Returns the member of a kMap, or nullptr if it does not exist.
  virtual std::unique_ptr<InputValue> member(std::string_view name) const = 0;
  // Returns the location of the value, or nullopt if the user did not write it. The path of the location is
  // not set.
  virtual std::optional<SettingLocation> location() const = 0;
};

// Returns a view of a JSON value. The view has no locations.
std::unique_ptr<InputValue> view_json(const json::Value& value);

}  // namespace connected_registry::settings
