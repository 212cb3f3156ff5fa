// Random changes of a text, the same for the same state of the generator on every machine.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace connected_registry::fuzz {

// A few changes of one of the seeds: bytes flipped, put in and taken out, parts repeated, moved, or replaced
// by parts of another seed, and what parsers of text stumble over.
std::string mutated(const std::vector<std::string>& seeds, std::mt19937_64& random);

}  // namespace connected_registry::fuzz
