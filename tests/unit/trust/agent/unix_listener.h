// A listening socket of this process, at the path of a runtime's socket.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>

namespace connected_registry::trust::testing {

class UnixListener {
 public:
  explicit UnixListener(const std::filesystem::path& path) : descriptor_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    std::filesystem::create_directories(path.parent_path());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);  // NOLINT(*-array-to-pointer-decay)
    const auto* const general = reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
    EXPECT_EQ(::bind(descriptor_, general, sizeof address), 0);
    EXPECT_EQ(::listen(descriptor_, 4), 0);
  }
  ~UnixListener() { ::close(descriptor_); }
  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;
  UnixListener(UnixListener&&) = delete;
  UnixListener& operator=(UnixListener&&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace connected_registry::trust::testing
