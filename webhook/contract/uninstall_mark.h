// The annotation that an uninstall sets. It tells the controller and the agents to remove the objects and
// files that they otherwise create.
#pragma once

#include <chrono>

#include "base/json.h"
#include "base/timestamp.h"

namespace connected_registry::contract {

// The annotation expires after this time. An interrupted uninstall is therefore undone automatically.
inline constexpr std::chrono::minutes kUninstallingLasts{10};

// Returns true if the object has names::kUninstallingAnnotation, and the difference between its time and
// `now`, in either direction, is less than kUninstallingLasts. A time after `now` is possible because the
// clocks of machines differ. The object may have any kind.
bool is_uninstalling(const json::Value& object, TimePoint now);

}  // namespace connected_registry::contract
