// The command line: one program for the image's parts and for people.
#pragma once

#include <iosfwd>

namespace connected_registry::cli {

// The exit codes of every command.
inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;  // it ran, and did not succeed
inline constexpr int kUsage = 2;    // it could not run: wrong arguments, or something it needs is missing

// Runs the command that the arguments name and returns the exit code. Results go to `out`,
// errors of usage to `err`, logs to standard error.
int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

// Runs with standard output and standard error.
int run(int argc, char** argv);

}  // namespace connected_registry::cli
