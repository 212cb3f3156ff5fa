// One file of ours on a node, placed where another owner's file may be. A file that was there is kept beside
// it. Each function can be interrupted at any moment: the next call finishes or undoes what is half done.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "trust/files/file_context.h"

namespace connected_registry::trust {

// Makes the file hold `body` below our marker; true if that changed something. Keeps a foreign file aside.
// An error of code kAlreadyExists names a path that is left unchanged: a link, a file of ours that somebody
// changed, or a foreign file in the place of ours (`written_before`: ours was there).
Result<bool> place_file(const FileContext& context, const std::filesystem::path& path, std::string_view body,
                        bool written_before);

// Undoes place_file(): moves the kept file back, or removes ours. True if that changed something. Does
// nothing for a file that is not ours. kAlreadyExists as above.
Result<bool> restore_file(const FileContext& context, const std::filesystem::path& path);

}  // namespace connected_registry::trust
