// The cost of `connected-registry check` in this process, without its start, on values files of a real size.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "cli/cli.h"

namespace connected_registry {
namespace {

// Returns the largest file of values-examples.
std::string largest_example() {
  std::filesystem::path largest;
  for (const auto& entry : std::filesystem::directory_iterator(CONNECTED_REGISTRY_EXAMPLES)) {
    if (entry.path().extension() != ".yaml") continue;
    if (largest.empty() || file_size(entry.path()) > file_size(largest)) largest = entry.path();
  }
  return largest.string();
}

void check_largest_example(benchmark::State& state) {
  const std::string example = largest_example();
  const char* const arguments[] = {"connected-registry", "check", "-f", example.c_str()};
  for ([[maybe_unused]] const auto& each : state) {
    std::ostringstream out;
    std::ostringstream err;
    if (cli::run(4, arguments, out, err) == cli::kUsage) state.SkipWithError("check could not run");
    benchmark::DoNotOptimize(out.str());
  }
}
BENCHMARK(check_largest_example)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace connected_registry
