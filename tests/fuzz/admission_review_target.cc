// The body of an admission request, parsed in place.
#include "admission/review.h"
#include "target.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  const auto request = admission::parse_admission_review(input);
  if (!request) {
    require(!request.error().message.empty(), "an error has a reason");
    return;
  }
  const auto strict = json::parse(input);
  // RapidJSON refuses a large exponent even of zero: 0e400.
  require(strict || strict.error().message.find("Number too big") != std::string::npos,
          "a text that is parsed in place is JSON to the strict parser, too");
  require(!request->uid.empty(), "a review has a uid");
  if (request->object != nullptr) {
    require(json::parse(json::to_text(*request->object)).has_value(), "an object can be written and read");
  }
  admission::AdmissionResponse response;
  response.warnings.emplace_back(input);
  require(json::parse(admission::admission_review_response(request->uid, response)).has_value(),
          "a response is JSON");
}

}  // namespace connected_registry::fuzz
