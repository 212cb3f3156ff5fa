// The trust files of one node: makes the node hold exactly the desired files, and removes all others of ours.
//
// This directory is a small library, "our files among other owners' files". It depends on nothing of the
// agent or of the runtimes. From the bottom up:
//   file_system       the system calls, as an interface; host_view reads through it
//   file_context      the file system and the installation that the functions work for
//   marker            the first line of each file of ours: its owner, and the hash of the rest
//   toml_edit         setting a key in TOML text, and removing it
//   file_state        a path's attributes, content and owner
//   file_replacement  replacing a file in one step, with or without keeping the original
//   directory_record  a hidden file: whether we created a directory, and what we wrote in it
//   placed_file       one file of ours; edited_file: one file of another owner
//   file_reconciler   one pass over the node
//   node_files        the entry point
//
// The library keeps no state. It reads the owner of each file from the node, so that agents of all versions
// come to the same result:
// - A file of ours has our marker and the hash of its content. After a change by somebody else it is theirs.
// - A file that existed before is kept beside ours and comes back.
// - A directory that we created has a record. It is removed with the last file in it.
// Every call can be interrupted at any moment: each path then holds the whole old file or the whole new one,
// and the next pass finishes or undoes what is half done. Symbolic links are never followed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/names.h"
#include "trust/files/file_system.h"
#include "trust/files/toml_edit.h"

namespace connected_registry::trust {

// Names of the files in the directory of an image host. hosts.toml refers to ca.crt.
inline constexpr std::string_view kHostsFile = "hosts.toml";
inline constexpr std::string_view kAuthorityFile = "ca.crt";

// A file of ours that the node should have. Our marker is added above its body.
struct DesiredFile {
  std::filesystem::path path;  // below the host's root: "etc/containerd/certs.d/192.100.100.1/hosts.toml"
  std::string body;

  bool operator==(const DesiredFile&) const = default;
};

// Keys that a file of another owner should have.
struct DesiredSettings {
  std::filesystem::path path;
  std::vector<TomlSetting> settings;

  bool operator==(const DesiredSettings&) const = default;
};

// All places below the host's root where files of ours can be, whether they are desired now or not.
struct Layout {
  std::set<std::filesystem::path> host_roots = {};  // each holds one directory for each image host
  std::set<std::filesystem::path> files = {};       // single files
  // Files of other owners in which we set keys. If there was no such file, the whole file is ours.
  std::set<std::filesystem::path> edited = {};
};

struct NodeFilesResult {
  std::size_t changes = 0;                // changed files and directories; 0: all were right already
  std::vector<std::string> problems;      // reasons why a desired file is missing, or one of ours remains
  std::vector<std::string> left_to_user;  // files in our places that somebody changed: left unchanged

  bool good() const { return problems.empty(); }
};

// Joins texts to one line: "one; another".
std::string joined(const std::vector<std::string>& texts);

// Not thread-safe. The DaemonSet runs one agent on a node; two at the same time for a moment do no harm.
class NodeFiles {
 public:
  // `host_root` is where the node's file system is mounted ("/host"). `files` must outlive this object.
  NodeFiles(FileSystem& files, std::filesystem::path host_root, names::Installation installation,
            Layout layout);

  // Writes the files that differ (mode 0644, directories 0755) and removes all others of ours, such as those
  // of a former address. Writes the files of one directory in the given order and stops there at the first
  // error. Other directories are still handled.
  NodeFilesResult ensure(const std::vector<DesiredFile>& files,
                         const std::vector<DesiredSettings>& settings = {}) const;

  // Removes all files of ours and restores the originals.
  NodeFilesResult remove() const { return ensure({}); }

 private:
  FileSystem& files_;
  std::filesystem::path host_root_;
  names::Installation installation_;
  Layout layout_;
};

}  // namespace connected_registry::trust
