// The loop of the programs whose verdicts the chart's tests compare with those of other programs.
#pragma once

#include <iostream>
#include <string>

#include "base/json.h"

namespace connected_registry {

// Reads a JSON object from each line of standard input. Writes the result of `answer`, a JSON text, as one
// line of standard output, in the same order. Returns the exit code: 1 if a line is not JSON, otherwise 0.
template <typename Answer>
int answer_lines(Answer answer) {
  for (std::string line; std::getline(std::cin, line);) {
    const auto question = json::parse(line);
    if (!question) {
      std::cerr << question.error().message << "\n";
      return 1;
    }
    std::cout << answer(*question) << "\n";
  }
  return 0;
}

}  // namespace connected_registry
