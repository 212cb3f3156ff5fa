// What a fuzz target is: one function over hostile bytes, built twice. With Clang it is a libFuzzer program
// that looks for inputs by coverage (`hack/test fuzz`); with any compiler it is a GoogleTest program that
// tries its seeds and 2,000 mutations of them with a fixed seed (`hack/test unit`).
//
// A new one: NAME_target.cc that defines run(), a line in CMakeLists.txt, and seeds in seeds/NAME.
#pragma once

#include <string_view>

namespace connected_registry::fuzz {

// The target's own. Returns whatever the bytes are: a crash, a time of more than ten seconds and a require()
// that fails are what is looked for. The view lives as long as the call.
void run(std::string_view input);

// Ends the program, after saying `what`, where that does not hold.
void require(bool holds, std::string_view what);

}  // namespace connected_registry::fuzz
