// The command line: one program for the image's parts and for people.
#pragma once

#include <iosfwd>

namespace connected_registry::cli {

// Exit codes of every command.
inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;  // it ran, and what it was asked for did not come to be
inline constexpr int kUsage = 2;    // it could not run: wrong arguments, or not where it can work

// Runs the command that the arguments name and returns the exit code. What was asked for goes to `out`; usage
// errors go to `err`. Logs go to standard error.
int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

// On standard output and standard error.
int run(int argc, char** argv);

}  // namespace connected_registry::cli
