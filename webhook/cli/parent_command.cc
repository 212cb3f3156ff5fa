#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "settings/connection_string.h"
#include "settings/parent.h"
#include "settings/rules.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Take a connection string apart for regsync";
constexpr const char* kFooter =
    R"(Writes the files endpoint, username and password, which regsync's configuration reads. A connection string that
cannot work is refused with the rules' findings, which show nothing of it.

Example, in an init container:
  connected-registry parent --connection-string /etc/connected-registry/connection/connectionString \
    --target /run/parent
)";
constexpr mode_t kFileMode = 0600;

struct Options {
  std::filesystem::path connection_string;
  std::filesystem::path target;
};

int take_apart(const Options& options, std::ostream& err) {
  const Result<std::string> content = file::read(options.connection_string);
  if (!content) {
    err << "connected-registry: parent: cannot read the connection string: " << content.error().message
        << "; it is the key connectionString of a Secret\n";
    return kFailure;
  }
  const std::string_view text = settings::without_line_end(*content);
  const auto findings = settings::check_connection_string(text);
  for (const settings::Finding& finding : findings) err << settings::to_line(finding) << "\n";
  if (settings::has_errors(findings)) return kFailure;
  const settings::ParentAccess access = settings::parent_access(settings::parse_connection_string(text));
  const std::array<std::pair<const char*, std::string_view>, 3> files = {
      {{"endpoint", access.endpoint}, {"username", access.username}, {"password", access.password}}};
  for (const auto& [name, bytes] : files) {
    if (const Status written = file::write_atomically(options.target / name, bytes, kFileMode); !written) {
      err << "connected-registry: parent: cannot write " << name << ": " << written.error().message << "\n";
      return kFailure;
    }
  }
  return kSuccess;
}

}  // namespace

void add_parent(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("parent", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<Options>();
  command->add_option("--connection-string", options->connection_string, "File that holds it")
      ->required()
      ->type_name("FILE");
  command->add_option("--target", options->target, "Folder for the files endpoint, username and password")
      ->required()
      ->type_name("FOLDER");
  command->callback([options, &chosen] {
    chosen = [options](Streams streams) { return take_apart(*options, streams.err); };
  });
}

}  // namespace connected_registry::cli
