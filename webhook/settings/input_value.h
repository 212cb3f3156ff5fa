// A value of the chart's values as the settings are read from it, whatever holds it: JSON here, a values file
// in values/.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "settings/finding.h"

namespace connected_registry::settings {

// A read-only view. The document that it points into must outlive it.
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
  virtual bool truth() const = 0;                  // of kBool
  virtual std::string_view text() const = 0;       // of kText
  virtual std::string number() const = 0;          // of kNumber, as JSON writes it
  virtual std::optional<int> integer() const = 0;  // of kNumber; nullopt: a fraction, or too large
  virtual std::size_t size() const = 0;            // of kList and kMap
  // Returns an entry of kList, below size().
  virtual std::unique_ptr<InputValue> entry(std::size_t index) const = 0;
  // Returns a member of kMap; nullptr where there is none.
  virtual std::unique_ptr<InputValue> member(std::string_view name) const = 0;
  // Returns where the value is written; nullopt where the user did not write it. The path is not set.
  virtual std::optional<SettingLocation> location() const = 0;
};

// Views JSON, which has no locations.
std::unique_ptr<InputValue> view_json(const json::Value& value);

}  // namespace connected_registry::settings
