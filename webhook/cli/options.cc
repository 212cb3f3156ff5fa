#include "cli/options.h"

#include "base/log.h"
#include "base/version.h"
#include "net/address.h"

namespace connected_registry::cli {
namespace {

// Accepts the names of the other programs in our pods, so that one setting suits all of them.
std::string level_of(const std::string& text) {
  if (text == "trace") return "debug";
  if (text == "warn") return "warning";
  return text;
}

std::string check_level(const std::string& text) {
  const auto set = log::set_level(level_of(text));
  return set ? std::string() : set.error().message;
}

std::string check_format(const std::string& text) {
  const auto set = log::set_format(text);
  return set ? std::string() : set.error().message;
}

// A label of RFC 1123, or several with dots: the names that Kubernetes accepts.
std::string check_name(const std::string& text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-.";
  constexpr std::size_t kLongest = 253;
  const bool good = !text.empty() && text.size() <= kLongest &&
                    text.find_first_not_of(kAllowed) == std::string::npos && text.front() != '-' &&
                    text.front() != '.' && text.back() != '-' && text.back() != '.';
  return good ? std::string()
              : "'" + text + "' is not a valid Kubernetes name (lower-case letters, digits, '-', '.')";
}

}  // namespace

void add_installation(CLI::App& command, names::Installation& installation) {
  command
      .add_option("--name", installation.name,
                  "Full name of the installation: the first part of its objects' names")
      ->required()
      ->check(check_name)
      ->type_name("NAME");
  command.add_option("--namespace", installation.namespace_, "Namespace of the release")
      ->required()
      ->check(check_name)
      ->type_name("NAME");
}

CLI::Option* add_integer(CLI::App& command, const std::string& name, int& target, int least, int most,
                         const std::string& type, const std::string& description) {
  // Without a description: help would show it.
  return command.add_option(name, target, description)
      ->check(CLI::Range(least, most).description(""))
      ->capture_default_str()
      ->type_name(type);
}

void add_port(CLI::App& command, const std::string& name, int& port, const std::string& description) {
  constexpr int kLargest = 65535;
  add_integer(command, name, port, 1, kLargest, "PORT", description);
}

CLI::Option* add_repeated(CLI::App& command, const std::string& name, std::vector<std::string>& target,
                          const std::string& type, const std::string& description) {
  return command.add_option(name, target, description)
      ->type_name(type)
      ->type_size(1)
      ->allow_extra_args(false);
}

void add_log_options(CLI::App& command) {
  command.add_option("--log-level", "Least important log messages to write")
      ->check(check_level)
      ->default_str("info")
      ->type_name("debug|info|warning|error");
  command.add_option("--log-format", "Form of the log lines: text is logfmt, json is one object a line")
      ->check(check_format)
      ->default_str("text")
      ->type_name("text|json");
}

void set_build_info(metrics::Registry& metrics) {
  metrics
      .gauge("connected_registry_build_info", "The version that runs", {{"version", std::string(version())}})
      .set(1);
}

std::string check_address(const std::string& text) {
  return net::Address::parse(text) ? std::string() : "'" + text + "' is not an IPv4 or IPv6 address";
}

}  // namespace connected_registry::cli
