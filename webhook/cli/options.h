// Options that several commands have.
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

// A command with its parsed arguments; returns the exit code.
using CommandAction = std::function<int(CommandStreams)>;

// Adds the required options --name and --namespace.
void add_installation(CLI::App& command, names::Installation& installation);

// Adds an option that takes an integer from `least` to `most`. Its default is the value of `target`.
CLI::Option* add_integer(CLI::App& command, const std::string& name, int& target, int least, int most,
                         const std::string& type, const std::string& description);

// Adds an option that takes a TCP port from 1 to 65535. Its default is the value of `port`.
void add_port(CLI::App& command, const std::string& name, int& port, const std::string& description);

// Adds an option that may be repeated. Each time it takes one argument, whatever that looks like.
CLI::Option* add_repeated(CLI::App& command, const std::string& name, std::vector<std::string>& target,
                          const std::string& type, const std::string& description);

// Adds an option that takes one of a few words, shown as "text|json". The first one is the default.
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

// Adds --log-level and --log-format, which are applied when they are parsed.
void add_log_options(CLI::App& command);

// Sets the gauge connected_registry_build_info to 1 for the version that runs.
void set_build_info(metrics::Registry& metrics);

// Returns why the text is no IPv4 address and no IPv6 address without brackets; empty where it is one.
std::string check_address(const std::string& text);

// Add one command each, which sets `action` when the arguments name it. One function a file.
void add_webhook(CLI::App& app, CommandAction& action);
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
