// One folder on a node: what is in it, whose it is, and its changes that are safe at any moment. For
// NodeFiles.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "base/result.h"

namespace connected_registry::trust {

enum class Owner {
  kNobody,   // there is no hosts.toml
  kUs,       // begins with our marker
  kSibling,  // begins with the marker of another installation of this project
  kForeign,  // anything else
};

struct NamedContent {
  std::string name;
  std::string content;
};

// Fails if a step from `root` down to `relative` is a symbolic link, or is there and not a folder.
Status check_way(const std::filesystem::path& root, const std::filesystem::path& relative);

// Names in a folder, sorted; none where it is not there.
Result<std::vector<std::string>> entries_of(const std::filesystem::path& folder);

Result<Owner> owner_of(const std::filesystem::path& folder, const names::Installation& installation);

// Name for the time in which a folder comes or goes. Tells its installation, so that only that one cleans it
// up.
std::string temporary_name(const names::Installation& installation, std::string_view name);

// Makes the folder with these files in one step; it may be there if it is empty.
Status make_folder(const std::filesystem::path& folder, const std::vector<NamedContent>& files,
                   const names::Installation& installation);

// Writes the file if its content or mode differs; true if it did.
Result<bool> update_file(const std::filesystem::path& path, std::string_view content);

// Removes a folder that holds nothing but files of ours, in one step. True if it did; false if it holds
// others.
Result<bool> discard_folder(const std::filesystem::path& folder, const names::Installation& installation);

// Removes our files from a folder that holds others as well. How many.
Result<std::size_t> strip_folder(const std::filesystem::path& folder);

// Removes what make_folder and discard_folder left in `parent` at a crash. How many.
Result<std::size_t> clean_up(const std::filesystem::path& parent, const names::Installation& installation);

}  // namespace connected_registry::trust
