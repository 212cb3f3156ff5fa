// A fuzz target: one function over hostile bytes, built twice. With Clang it is a libFuzzer program that
// searches for inputs by coverage (`hack/test fuzz`). With any compiler it is a GoogleTest program that runs
// its seeds and 2,000 mutations of them with a fixed seed (`hack/test unit`).
//
// To add a target, write NAME_target.cc with run(), a line in CMakeLists.txt, and seeds in seeds/NAME.
#pragma once

#include <string_view>

namespace connected_registry::fuzz {

// Defined by the target. Must return for any bytes: a crash, a run of more than ten seconds and a require()
// that fails are defects. The view lives as long as the call.
void run(std::string_view input);

// Writes `what` and ends the program where the condition does not hold.
void require(bool holds, std::string_view what);

}  // namespace connected_registry::fuzz
