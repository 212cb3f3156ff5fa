// Changes PEM in the ways in which people, editors and disks damage it.
#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace connected_registry::controller::testing {

using Random = std::mt19937;

// Returns a number below `bound`; 0 where that is 0. The same for a seed on every machine.
std::size_t below(Random& random, std::size_t bound);

// Changes a PEM text, or leaves it where the change does not apply. Returns the change's name.
std::string change_text(std::string& text, Random& random);

// Changes the base64 of a part.
void change_encoding(std::string& text, Random& random);

}  // namespace connected_registry::controller::testing
