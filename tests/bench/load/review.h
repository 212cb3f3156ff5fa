// Admission reviews as the API server sends them, of a size.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace connected_registry::worker {

// The uid of a review is so long and is its first such text.
inline constexpr std::string_view kUid = "705ab4f5-6393-11e8-b7cc-42010a800002";

// The creation of a pod whose first two containers use an image of `host`. Its text has about `size` bytes
// (8,000 and more); containers and variables fill it.
std::string pod_review(std::string_view host, std::size_t size);

// The whole request, with the header fields that kube-apiserver sends.
std::string admission_request(std::string_view body, bool keep_alive);

}  // namespace connected_registry::worker
