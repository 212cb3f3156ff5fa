#include <filesystem>
#include <memory>

#include "cli/cli.h"
#include "cli/options.h"
#include "sync/program_copy.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Copy this program to where containers of other images run it";
constexpr const char* kFooter =
    R"(Writes the program, its libraries and their loader into a directory that an init container shares with others.

Example:
  connected-registry copy-program --target /run/tools
  /run/tools/loader --library-path /run/tools /run/tools/connected-registry version
)";

int copy(const std::filesystem::path& target, std::ostream& err) {
  const auto copied = sync::copy_program(target);
  if (copied) return kSuccess;
  err << "connected-registry copy-program: " << copied.error().message << "\n";
  return kFailure;
}

}  // namespace

void add_copy_program(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("copy-program", kDescription);
  command->footer(kFooter);
  const auto target = std::make_shared<std::filesystem::path>();
  command->add_option("--target", *target, "Directory, which must be there")
      ->required()
      ->type_name("DIRECTORY");
  command->callback(
      [target, &chosen] { chosen = [target](Streams streams) { return copy(*target, streams.err); }; });
}

}  // namespace connected_registry::cli
