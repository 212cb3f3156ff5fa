#include "trust/runtimes/containerd_imports.h"

#include <fnmatch.h>

namespace connected_registry::trust {

namespace fs = std::filesystem;

ContainerdImports find_imports(const HostView& host, const fs::path& file,
                               const std::vector<std::string>& imports) {
  ContainerdImports found;
  for (const std::string& pattern : imports) {
    const fs::path path = fs::path(pattern).is_absolute()
                              ? fs::path(pattern).relative_path().lexically_normal()
                              : (file.parent_path() / pattern).lexically_normal();
    if (pattern.find('*') == std::string::npos) {
      if (host.has_file(path)) {
        found.files.push_back(path);
      } else if (!host.link(path) && host.has_directory(path.parent_path())) {
        found.missing.push_back(path);
      }
      continue;
    }
    for (const std::string& name : host.list(path.parent_path())) {
      if (::fnmatch(path.filename().c_str(), name.c_str(), FNM_PATHNAME) != 0) continue;
      found.files.push_back(path.parent_path() / name);
    }
  }
  return found;
}

}  // namespace connected_registry::trust
