// Options that several commands use.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "contract/names.h"
#include "metrics/registry.h"

namespace connected_registry::cli {

// The streams that a command writes to.
struct CommandStreams {
  std::ostream& out;
  std::ostream& err;
};

// A command with its parsed arguments. It returns the exit code.
using CommandAction = std::function<int(CommandStreams)>;

// Adds the required options --name and --namespace.
void add_installation(CLI::App& command, names::Installation& installation);

// Adds an option with an integer value from `least` to `most`. Its default is the value of `target`.
CLI::Option* add_integer(CLI::App& command, const std::string& name, int& target, int least, int most,
                         const std::string& type, const std::string& description);

// Adds an option with a TCP port from 1 to 65535 as its value. Its default is the value of `port`.
void add_port(CLI::App& command, const std::string& name, int& port, const std::string& description);

// Adds an option that may be repeated. Each use of the option has exactly one argument, even if the argument
// looks like an option.
CLI::Option* add_repeated(CLI::App& command, const std::string& name, std::vector<std::string>& target,
                          const std::string& type, const std::string& description);

// Adds an option with one of several words as its value. Help shows the words as "text|json". The first word
// is the default.
template <typename Choice>
CLI::Option* add_choice(CLI::App& command, const std::string& name, Choice& target,
                        const std::vector<std::pair<std::string, Choice>>& choices,
                        const std::string& description) {
  std::string type;
  for (const auto& [word, value] : choices) type += (type.empty() ? "" : "|") + word;
  const auto set = [&target, choices](const std::string& text) {
    for (const auto& [word, value] : choices) {
      if (word == text) target = value;
    }
  };
  const auto check = [choices, type](const std::string& text) {
    for (const auto& [word, value] : choices) {
      if (word == text) return std::string();
    }
    return "'" + text + "' is not one of " + type;
  };
  return command.add_option_function<std::string>(name, set, description)
      ->check(check)
      ->type_name(type)
      ->default_str(choices.front().first);
}

// Adds --log-level and --log-format. They are applied when they are parsed.
void add_log_options(CLI::App& command);

// Sets the gauge connected_registry_build_info to 1 for the version of this program.
void set_build_info(metrics::Registry& metrics);

// Returns an empty text if the argument is an IPv4 address or an IPv6 address without brackets. Otherwise
// returns the error.
std::string check_address(const std::string& text);

// Each function adds one command. If the arguments name this command, `action` becomes the action of the
// command. Each function is defined in its own file.
void add_webhook(CLI::App& app, CommandAction& action);
void add_controller(CLI::App& app, CommandAction& action);
void add_trust_agent(CLI::App& app, CommandAction& action);
void add_watch_certificate(CLI::App& app, CommandAction& action);
void add_synchronize(CLI::App& app, CommandAction& action);
void add_collect_garbage(CLI::App& app, CommandAction& action);
void add_copy_program(CLI::App& app, CommandAction& action);
void add_pull_through(CLI::App& app, CommandAction& action);
void add_uninstall(CLI::App& app, CommandAction& action);
void add_status(CLI::App& app, CommandAction& action);
void add_check(CLI::App& app, CommandAction& action);
void add_inject(CLI::App& app, CommandAction& action);
void add_preflight(CLI::App& app, CommandAction& action);
void add_version(CLI::App& app, CommandAction& action);

}  // namespace connected_registry::cli
