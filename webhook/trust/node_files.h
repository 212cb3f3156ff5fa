// Makes a node have exactly the trust files that it should have, and takes away those it should not.
//
// Who owns what is read from the node itself, so that any agent, of any age, comes to the same result:
// - a folder of an image host is ours if its hosts.toml begins with our marker;
// - a folder above (certs.d) is ours if it holds kMadeFile; it goes when nothing else is left in it;
// - everything else is foreign: never changed, never removed.
// Folders appear and disappear by one rename, so containerd never sees half of one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "base/result.h"
#include "trust/hosts_toml.h"

namespace connected_registry::trust {

// Left in folders above, which we made: a node that had a certs.d before keeps it.
inline constexpr std::string_view kMadeFile = ".made-by-connected-registry";

// Not thread-safe; one agent a node is what the DaemonSet guarantees, but for a moment two do no harm.
class NodeFiles {
 public:
  // `host_root` is where the node's file system is mounted ("/host"). `roots` are the folders, relative to
  // it, below which folders of ours may lie.
  NodeFiles(std::filesystem::path host_root, names::Installation installation,
            std::vector<std::filesystem::path> roots = containerd_roots());

  // Writes what differs (mode 0644, folders 0755) and removes folders of ours that hold none of `files`, such
  // as those of a former address. All files are handled even if some cannot be; the error names each that
  // could not: a foreign hosts.toml, a symbolic link on the way (not followed: it could lead out of the
  // node's folders), a full disk. Returns how many files and folders changed: 0 where all was right already.
  Result<std::size_t> ensure(const std::vector<DesiredFile>& files) const;

  // Removes all that is ours.
  Result<std::size_t> remove() const { return ensure({}); }

 private:
  std::filesystem::path host_root_;
  names::Installation installation_;
  std::vector<std::filesystem::path> roots_;
};

}  // namespace connected_registry::trust
