// Makes a node have exactly the trust files that it should have, and takes away those it should not.
//
// Who owns what is read from the node itself (marker.h), so that any agent, of any age, comes to the same
// result:
// - a file of ours carries our marker and the hash of what we wrote; one that somebody changed since is
// theirs;
// - a file that was there before is kept beside ours, and comes back;
// - a directory is ours if its record (directory_record.h) says that we made it; it goes when nothing else is
// left in it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/names.h"
#include "trust/files/file_system.h"
#include "trust/files/toml_edit.h"

namespace connected_registry::trust {

// A file that the node should have, relative to the host's root. Our marker goes above its body.
struct DesiredFile {
  std::filesystem::path path;  // "etc/containerd/certs.d/192.100.100.1/hosts.toml"
  std::string body;

  bool operator==(const DesiredFile&) const = default;
};

// One file of somebody else's in which something is set.
struct DesiredSettings {
  std::filesystem::path path;
  std::vector<TomlSetting> settings;

  bool operator==(const DesiredSettings&) const = default;
};

// Where files of ours can be, relative to the host's root, whatever is wanted now.
struct Layout {
  std::set<std::filesystem::path> host_roots = {};  // each holds a directory for each image host
  std::set<std::filesystem::path> files = {};       // single ones
  // Somebody else's in which we set something; ours where there was none.
  std::set<std::filesystem::path> edited = {};
};

struct Outcome {
  std::size_t changes = 0;            // files and directories; 0 where all was right already
  std::vector<std::string> problems;  // why something wanted is not there, or something of ours still is
  std::vector<std::string> left;      // of somebody else, where we were: left alone, for a person to decide

  bool good() const { return problems.empty(); }
};

// All of them in one line.
std::string joined(const std::vector<std::string>& texts);

// Not thread-safe; one agent a node is what the DaemonSet guarantees, but for a moment two do no harm.
class NodeFiles {
 public:
  // `host_root` is where the node's file system is mounted ("/host").
  NodeFiles(FileSystem& files, std::filesystem::path host_root, names::Installation installation,
            Layout layout);

  // Writes what differs (mode 0644, directories 0755) and takes back whatever else is ours, such as the files
  // of a former address. In a directory, files are written in the order given, and none after one that could
  // not be. All directories are handled even if some cannot be.
  Outcome ensure(const std::vector<DesiredFile>& files,
                 const std::vector<DesiredSettings>& settings = {}) const;

  // Takes back all that is ours.
  Outcome remove() const { return ensure({}); }

 private:
  FileSystem& files_;
  std::filesystem::path host_root_;
  names::Installation installation_;
  Layout layout_;
};

}  // namespace connected_registry::trust
