// The annotation by which an uninstall tells the controller and the agents to remove instead of set up.
#pragma once

#include <chrono>

#include "base/json.h"
#include "base/timestamp.h"

namespace connected_registry::contract {

// The annotation expires after this time: an interrupted uninstall is undone by itself.
inline constexpr std::chrono::minutes kUninstallingLasts{10};

// Reports whether the object, of any kind, has names::kUninstallingAnnotation with a time less than
// kUninstallingLasts from `now`, before or after it: the clocks of machines differ.
bool is_uninstalling(const json::Value& object, TimePoint now);

}  // namespace connected_registry::contract
