// What the API means by an answer that is no success. Internal to this module.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::kube {

// From an HTTP status and the body that came with it: a Status object (meta/v1) or anything.
Error error_of_answer(int http_status, std::string_view body);

// From a Status object, as a watch's ERROR event carries one.
Error error_of_status(const json::Value& status);

}  // namespace connected_registry::kube
