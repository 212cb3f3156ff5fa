// The body of an admission request, read in place.
#include "admission/review.h"
#include "target.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  const auto request = admission::parse_admission_review(input);
  if (!request) {
    require(!request.error().message.empty(), "an error says what is wrong");
    return;
  }
  const auto strict = json::parse(input);
  // RapidJSON judges an exponent without a look at what it is for: 0e400 is zero, and refused.
  require(strict || strict.error().message.find("Number too big") != std::string::npos,
          "what is read in place is JSON to the strict reader as well");
  require(!request->uid.empty(), "a review has a uid");
  if (request->object != nullptr) {
    require(json::parse(json::to_text(*request->object)).has_value(), "an object can be written and read");
  }
  admission::AdmissionResponse response;
  response.warnings.emplace_back(input);
  require(json::parse(admission::admission_review_response(request->uid, response)).has_value(),
          "an answer is JSON");
}

}  // namespace connected_registry::fuzz
