// Formats the output of --help and the messages about unknown arguments.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace connected_registry::cli {

// Formats help as kubectl does: the option with the name of its value, then its description and its default.
// Does not show CLI11's checks of the value.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter();

 protected:
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

// Returns a message about unexpected arguments. It contains the names of options without their values. Other
// arguments are only counted, because any of them may be a password.
std::string describe_unexpected(const std::vector<std::string>& arguments);

}  // namespace connected_registry::cli
