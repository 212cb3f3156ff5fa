// The command line. Users and the containers of the image run the same program.
#pragma once

#include <iosfwd>

namespace connected_registry::cli {

// The exit codes of every command.
inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;  // the command ran and failed
inline constexpr int kUsage = 2;    // the command could not run: wrong arguments, or a missing requirement

// Runs the command that the arguments name and returns the exit code. Writes results to `out`, usage errors
// to `err`, and logs to standard error.
int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

// Runs the command with standard output as `out` and standard error as `err`.
int run(int argc, char** argv);

}  // namespace connected_registry::cli
