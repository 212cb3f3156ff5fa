// Random mutations of texts. The same state of the generator gives the same mutation on every machine.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace connected_registry::fuzz {

// Returns one of the seeds with a few changes: bytes flipped, inserted or removed, parts repeated, moved, or
// replaced by parts of another seed, and tokens that are difficult for parsers.
std::string mutated(const std::vector<std::string>& seeds, std::mt19937_64& random);

}  // namespace connected_registry::fuzz
