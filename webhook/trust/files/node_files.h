// The trust files of one node: writes the desired files, and removes all other files of this installation.
//
// This directory is a small library that manages our files among the files of other owners. It does not
// depend on the agent or on the runtimes. The files of the library, from the lowest layer to the highest:
//   file_system       an interface to the system calls; host_view reads through this interface
//   file_context      the file system and the installation: the common arguments of the functions
//   marker            the first line of each of our files: its owner, and the hash of the other lines
//   toml_reader       TOML text as a table
//   toml_edit         setting a key in TOML text, and removing the key
//   path_check        the directories on the way to a file: no links, and no other users who can change them
//   file_state        the attributes, the content and the owner of a path
//   file_replacement  replacing a file in one step, with or without keeping the original
//   directory_record  a hidden file: if we created its directory, and which files we wrote there
//   placed_file       one of our files
//   edited_file       one file of another owner, with our lines in it
//   file_reconciler   one pass over the node
//   node_files        the entry point
//
// The library stores no state of its own. It reads the owner of each file from the node, so that agents of
// all versions get the same result:
// - Each of our files has our marker with the hash of its content. If another program changes the file, the
//   file no longer counts as ours.
// - If a file existed before, it is kept next to our file and restored later.
// - A directory that we created has a record. The directory is removed with the last file in it.
// Every function can be interrupted at any moment. Each path then contains the complete old file or the
// complete new file, and the next pass finishes or undoes an incomplete change. Symbolic links are never
// followed. The check of a directory and the write in it are separate system calls, so nothing is changed
// below a directory in which another user than root can replace entries between the two.
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

// One of our files that the node should have. NodeFiles adds our marker above the body.
struct DesiredFile {
  std::filesystem::path path;  // below the host's root: "etc/containerd/certs.d/192.100.100.1/hosts.toml"
  std::string body;

  bool operator==(const DesiredFile&) const = default;
};

// Keys that NodeFiles sets in a file of another owner.
struct DesiredSettings {
  std::filesystem::path path;
  std::vector<TomlSetting> settings;

  bool operator==(const DesiredSettings&) const = default;
};

// All places below the host's root where our files can be, including files that are not desired now.
struct Layout {
  std::set<std::filesystem::path> host_roots = {};  // each contains one directory for each image host
  std::set<std::filesystem::path> files = {};       // single files
  // Files of other owners that get our keys. If such a file did not exist before, the complete file is ours.
  std::set<std::filesystem::path> edited = {};
  // Directories that a runtime gives to the group of its administrators. Only here, and below, may a group
  // write: its members can become root through the runtime anyway.
  std::set<std::filesystem::path> administered = {};
};

struct NodeFilesResult {
  std::size_t changes = 0;                // changed files and directories; 0: all were already correct
  std::vector<std::string> problems;      // reasons for a missing desired file or a remaining undesired file
  std::vector<std::string> left_to_user;  // our files that another program changed: left unchanged

  bool good() const { return problems.empty(); }
};

// Joins texts into one line: "one; another".
std::string joined(const std::vector<std::string>& texts);

// Not thread-safe: use it from one thread. The DaemonSet runs one agent on a node. If two agents run at the
// same time for a moment, this does no harm.
class NodeFiles {
 public:
  // `host_root` is the mount point of the node's file system ("/host"). `files` must outlive this object.
  NodeFiles(FileSystem& files, std::filesystem::path host_root, names::Installation installation,
            Layout layout);

  // Writes the files that differ (mode 0644, directories 0755) and removes all our other files, for example
  // the files of a previous address. Writes the files of one directory in the given order. After an error,
  // skips the remaining files of the directory and continues with the next directory.
  NodeFilesResult ensure(const std::vector<DesiredFile>& files,
                         const std::vector<DesiredSettings>& settings = {}) const;

  // Removes all our files and restores the originals.
  NodeFilesResult remove() const { return ensure({}); }

 private:
  FileSystem& files_;
  std::filesystem::path host_root_;
  names::Installation installation_;
  Layout layout_;
};

}  // namespace connected_registry::trust
