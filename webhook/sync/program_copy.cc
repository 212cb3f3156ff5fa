#include "sync/program_copy.h"

#include <link.h>

#include <set>
#include <string>
#include <string_view>
#include <system_error>

namespace connected_registry::sync {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kProgram = "connected-registry";
constexpr std::string_view kLoader = "loader";

// Adds a library that the loader has mapped into this process. The first one is the program itself, without a
// name.
int add_library(dl_phdr_info* info, std::size_t /*size*/, void* target) {
  const std::string_view name = info->dlpi_name == nullptr ? "" : info->dlpi_name;
  if (name.starts_with('/')) static_cast<std::set<std::string>*>(target)->emplace(name);
  return 0;
}

Status install_file(const fs::path& from, const fs::path& to) {
  std::error_code problem;
  // Follows links, so that the copy is the file itself.
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, problem);
  if (!problem) {
    fs::permissions(to,
                    fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                        fs::perms::others_read | fs::perms::others_exec,
                    problem);
  }
  if (!problem) return {};
  return fail(ErrorCode::kIo, "copy " + from.string() + " to " + to.string() + ": " + problem.message());
}

bool is_loader(const fs::path& library) {
  return library.filename().string().starts_with("ld-") || library.filename().string().starts_with("ld64");
}

}  // namespace

Status copy_program(const fs::path& directory) {
  std::set<std::string> libraries;
  ::dl_iterate_phdr(add_library, &libraries);
  if (auto copied = install_file("/proc/self/exe", directory / kProgram); !copied) return copied;
  bool has_loader = false;
  for (const fs::path library : libraries) {
    has_loader = has_loader || is_loader(library);
    const fs::path target = directory / (is_loader(library) ? fs::path(kLoader) : library.filename());
    if (auto copied = install_file(library, target); !copied) return copied;
  }
  if (has_loader) return {};
  return fail(ErrorCode::kInternal, "this program has no loader: it is linked statically");
}

}  // namespace connected_registry::sync
