// json::parse_in_place() beside simdjson's On-Demand, over the same reviews and with the same selection.
//
// Both read the values that admission asks for. parse_in_place() builds a document of them, refuses duplicate
// names and checks what it skips; On-Demand does none of these.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/json_in_place.h"
#include "inject/pod.h"
#include "load/review.h"

namespace connected_registry {
namespace {

namespace ondemand = simdjson::ondemand;

// Sizes in bytes: a usual pod's review, and a large one's.
constexpr int kUsual = 8'700;
constexpr int kLarge = 43'000;

// The members of a review that admission asks for.
constexpr std::array<json::Choice, 7> kOfRequest{{{.name = "uid"},
                                                  {.name = "kind"},
                                                  {.name = "resource"},
                                                  {.name = "subResource"},
                                                  {.name = "namespace"},
                                                  {.name = "operation"},
                                                  {.name = "object", .inside = &inject::kPodParts}}};
constexpr json::Selection kRequest{.choices = kOfRequest};
constexpr std::array<json::Choice, 3> kOfReview{
    {{.name = "kind"}, {.name = "apiVersion"}, {.name = "request", .inside = &kRequest}}};
constexpr json::Selection kReview{.choices = kOfReview};

// Adds up the lengths of all strings that are selected, so that each of them is read.
std::size_t read(ondemand::value value, const json::Selection* selection);

std::size_t read_object(ondemand::object object, const json::Selection* selection) {
  std::size_t sum = 0;
  for (auto field : object) {
    const std::string_view name = field.unescaped_key();
    const json::Selection* inside = nullptr;
    if (selection != nullptr) {
      const auto choice = std::find_if(selection->choices.begin(), selection->choices.end(),
                                       [name](const json::Choice& each) { return each.name == name; });
      if (choice == selection->choices.end() ? !selection->others : !choice->selected) continue;
      if (choice != selection->choices.end()) inside = choice->inside;
    }
    sum += name.size() + read(field.value(), inside);
  }
  return sum;
}

std::size_t read(ondemand::value value, const json::Selection* selection) {
  switch (value.type()) {
    case ondemand::json_type::object:
      return read_object(value.get_object(), selection);
    case ondemand::json_type::array: {
      std::size_t sum = 0;
      for (ondemand::value entry : value.get_array()) {
        if (selection != nullptr && !selection->lead.empty()) {
          ondemand::object object = entry.get_object();
          const std::string_view name = object.find_field(selection->member_name()).get_string();
          if (std::find(selection->among.begin(), selection->among.end(), name) == selection->among.end())
            continue;
          object.reset();
          sum += read_object(object, selection);
        } else {
          sum += read(entry, selection);
        }
      }
      return sum;
    }
    case ondemand::json_type::string:
      return std::string_view(value.get_string()).size();
    case ondemand::json_type::number:
      return static_cast<std::size_t>(double(value.get_double()));
    default:
      return 1;
  }
}

template <typename Read>
void run(benchmark::State& state, Read read_text) {
  const std::string body = bench::pod_review("192.100.100.1", static_cast<std::size_t>(state.range(0)));
  std::vector<char> bytes;
  for ([[maybe_unused]] const auto& each : state) {
    bytes.assign(body.begin(), body.end());
    bytes.resize(body.size() + simdjson::SIMDJSON_PADDING);
    benchmark::DoNotOptimize(read_text(std::span(bytes).first(body.size()), bytes.size()));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void json_in_place(benchmark::State& state) {
  run(state,
      [](std::span<char> text, std::size_t) { return json::parse_in_place(text, kReview).has_value(); });
}

void simdjson_on_demand(benchmark::State& state) {
  ondemand::parser parser;
  run(state, [&parser](std::span<char> text, std::size_t capacity) {
    ondemand::document document = parser.iterate(text.data(), text.size(), capacity);
    return read_object(document.get_object(), &kReview);
  });
}

BENCHMARK(json_in_place)->Arg(kUsual)->Arg(kLarge);
BENCHMARK(simdjson_on_demand)->Arg(kUsual)->Arg(kLarge);

}  // namespace
}  // namespace connected_registry
