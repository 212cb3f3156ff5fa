// The form of --help, and the messages about arguments that no command knows.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace connected_registry::cli {

// Formats help as kubectl does: an option with the name of its value, then what it does and its default.
// Shows nothing of how CLI11 checks a value.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter();

 protected:
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

// Describes arguments that were not expected. Names options alone, without their values: any other argument
// may be a password, so it is only counted.
std::string describe_unexpected(const std::vector<std::string>& arguments);

}  // namespace connected_registry::cli
