// The sign by which an uninstall tells controller and agents to take down instead of set up.
#pragma once

#include <chrono>

#include "base/json.h"
#include "base/timestamp.h"

namespace connected_registry::contract {

// How long the sign counts. An uninstall that was broken off heals itself after that.
inline constexpr std::chrono::minutes kUninstallingLasts{10};

// True if the object (of any kind) carries names::kUninstallingAnnotation with a time less than
// kUninstallingLasts away from `now` (in the future too: clocks of machines differ).
bool is_uninstalling(const json::Value& object, TimePoint now);

}  // namespace connected_registry::contract
