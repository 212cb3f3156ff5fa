#include "cli/cli.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/log.h"
#include "base/version.h"
#include "cli/help.h"
#include "cli/options.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription =
    "Runs a container registry in a Kubernetes cluster, and makes nodes and pods trust it.";
constexpr const char* kFooter =
    "Exit codes: 0 success, 1 failure, 2 wrong arguments, or the command could not run.\n"
    "\n"
    "Examples:\n"
    "  Check values before an install:\n"
    "    connected-registry check -f values.yaml\n"
    "  Show which nodes trust the registry, and which images it holds:\n"
    "    connected-registry status\n"
    "  Add the registry's CA to the pods of a manifest:\n"
    "    connected-registry inject -f deployment.yaml --address 192.100.100.1\n"
    "  Show the options of a command:\n"
    "    connected-registry help check\n";
constexpr const char* kForPeople = "Commands";
constexpr const char* kForChart = "Commands that the Helm chart runs";

std::string version_line() {
  return "connected-registry " + std::string(version());
}

void add_commands(CLI::App& app, CommandAction& action) {
  add_check(app, action);
  add_status(app, action);
  add_inject(app, action);
  add_version(app, action);
  for (CLI::App* const command : app.get_subcommands({})) command->group(kForPeople);
  add_webhook(app, action);
  add_controller(app, action);
  add_trust_agent(app, action);
  add_watch_certificate(app, action);
  add_synchronize(app, action);
  add_collect_garbage(app, action);
  add_copy_program(app, action);
  add_pull_through(app, action);
  add_preflight(app, action);
  add_uninstall(app, action);
  for (CLI::App* const command : app.get_subcommands({})) {
    if (command->get_group() != kForPeople) command->group(kForChart);
  }
}

// Prints the help of the command named, or of the program where none is.
int show_help(const CLI::App& app, const std::string& name, CommandStreams streams) {
  if (name.empty()) {
    // Not help(), which would show the command that was parsed: help itself.
    streams.out << app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal);
    return kSuccess;
  }
  for (const CLI::App* const command : app.get_subcommands({})) {
    if (command->get_name() != name) continue;
    streams.out << command->help(app.get_name());
    return kSuccess;
  }
  streams.err
      << "connected-registry help: unknown command\nRun connected-registry --help for a list of commands.\n";
  return kUsage;
}

// Reports arguments that could not be parsed. Returns the exit code.
int refuse(const CLI::App& app, const CLI::ParseError& error, CommandStreams streams) {
  const auto chosen = app.get_subcommands();
  const std::string program = "connected-registry" + (chosen.empty() ? "" : " " + chosen.front()->get_name());
  const bool unexpected = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
  const std::vector<std::string> arguments = app.remaining(true);
  std::string message = unexpected ? describe_unexpected(arguments) : error.what();
  if (unexpected && chosen.empty() && !arguments.empty() && !arguments.front().starts_with('-')) {
    message = "the first argument is not a command";
  }
  streams.err << program << ": " << message << "\nRun " << program << " --help for more information.\n";
  return kUsage;
}

// Returns the command that the arguments ask for, or an exit code where the request is answered already. The
// description of all commands goes with this function: a command that runs for months does not keep it.
std::variant<CommandAction, int> parse(const std::vector<std::string>& arguments, CommandStreams streams) {
  CLI::App app(kDescription, "connected-registry");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", version_line, "Show the version");
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  CommandAction action;
  add_commands(app, action);
  std::string topic;
  CLI::App* const help = app.add_subcommand("help", "Show the help of a command")->group(kForPeople);
  help->add_option("COMMAND", topic, "Name of the command (default: all commands)")->type_name("");
  try {
    // CLI11 takes them from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    return asked_for_help ? app.exit(error, streams.out, streams.err) : refuse(app, error, streams);
  }
  if (help->parsed() || !action) return show_help(app, topic, streams);
  log::set_component(app.get_subcommands().front()->get_name());
  return action;
}

int parse_and_run(const std::vector<std::string>& arguments, CommandStreams streams) {
  const std::variant<CommandAction, int> parsed = parse(arguments, streams);
  if (const auto* const code = std::get_if<int>(&parsed)) return *code;
  return std::get<CommandAction>(parsed)(streams);
}

}  // namespace

int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  try {
    return parse_and_run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc),
                         CommandStreams{out, err});
  } catch (const std::exception& error) {
    // Out of memory, or threads: no part can handle that by itself.
    err << "connected-registry: " << error.what() << "\n";
    return kFailure;
  }
}

int run(int argc, char** argv) {
  return run(argc, argv, std::cout, std::cerr);
}

}  // namespace connected_registry::cli
