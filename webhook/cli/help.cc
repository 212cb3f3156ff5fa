#include "cli/help.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace connected_registry::cli {
namespace {

constexpr std::size_t kColumn = 32;

// The option's name, without its value; empty where the argument does not look like an option.
std::string option_name(std::string_view argument) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kRest = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  constexpr std::size_t kLongest = 40;
  const bool is_long = argument.starts_with("--");
  if (!argument.starts_with('-')) return {};
  const std::size_t dashes = is_long ? 2 : 1;
  if (argument.size() == dashes || kLetters.find(argument[dashes]) == std::string_view::npos) return {};
  // What follows a short option's letter may be its value.
  if (!is_long) return std::string(argument.substr(0, 2));
  const std::string_view name = argument.substr(0, argument.find('='));
  const bool plain = name.find_first_not_of(kRest) == std::string_view::npos && name.size() <= kLongest;
  return plain ? std::string(name) : std::string();
}

std::string plural(std::size_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

}  // namespace

HelpFormatter::HelpFormatter() {
  column_width(kColumn);
  label("SUBCOMMAND", "COMMAND");
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  if (option->get_type_size() == 0 || option->get_type_name().empty()) return {};
  return " " + option->get_type_name();
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  std::string notes;
  const auto add = [&notes](const std::string& note) { notes += (notes.empty() ? "" : "; ") + note; };
  if (option->get_required()) add("required");
  if (option->get_expected_max() == CLI::detail::expected_max_vector_size) add("may be repeated");
  // CLI11 has them in the order of their addresses.
  std::set<std::string> needs;
  for (const CLI::Option* needed : option->get_needs()) needs.insert(needed->get_name());
  for (const std::string& name : needs) add("needs " + name);
  if (!option->get_envname().empty()) add("default: $" + option->get_envname());
  if (!option->get_default_str().empty()) add("default: " + option->get_default_str());
  return option->get_description() + (notes.empty() ? "" : " (" + notes + ")");
}

std::string describe_unexpected(const std::vector<std::string>& arguments) {
  std::string names;
  std::size_t options = 0;
  for (const std::string& argument : arguments) {
    const std::string name = option_name(argument);
    if (name.empty()) continue;
    ++options;
    names += (names.empty() ? "" : ", ") + name;
  }
  const std::size_t others = arguments.size() - options;
  std::string text;
  if (options > 0) text = "unknown " + std::string(options == 1 ? "option " : "options ") + names;
  if (others > 0) {
    text += text.empty() ? "" : "; ";
    text += plural(others, "unexpected argument") + " (not shown, in case of a secret)";
  }
  return text;
}

}  // namespace connected_registry::cli
