#include "trust/files/file_state.h"

#include <unistd.h>

#include <utility>

namespace connected_registry::trust {

Result<FileState> read_state(const FileContext& context, const std::filesystem::path& path) {
  const auto attributes = context.files.inspect(path);
  if (!attributes) return tl::unexpected(attributes.error());
  FileState state{.attributes = *attributes};
  // This process owns the files it writes. Without capabilities, even root cannot read every user's files.
  const bool may_be_ours = attributes->owner == ::geteuid() && attributes->size <= FileSystem::kLongest;
  if (attributes->kind != FileKind::kFile || !may_be_ours) return state;
  auto content = context.files.read(path);
  if (!content) return tl::unexpected(std::move(content.error()));
  state.is_read = true;
  state.content = std::move(*content);
  state.owner = owner_of(state.content, context.installation);
  return state;
}

}  // namespace connected_registry::trust
