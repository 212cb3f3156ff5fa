// The golden files of tests/golden.
#pragma once

#include <string>

// Path of tests/golden in the source tree.
std::string golden_directory();
