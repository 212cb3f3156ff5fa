// Admission reviews as the API server sends them, of a given size.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace connected_registry::bench {

// The uid of a review. Another of the same length may replace it; it is the first such text.
inline constexpr std::string_view kUid = "705ab4f5-6393-11e8-b7cc-42010a800002";

// Returns the review of a new pod whose first two containers use an image of `host`. Containers and variables
// fill it to about `size` bytes, which is at least 8,000.
std::string pod_review(std::string_view host, std::size_t size);

// Returns the whole request, with the header fields that kube-apiserver sends.
std::string admission_request(std::string_view body, bool keep_alive);

}  // namespace connected_registry::bench
