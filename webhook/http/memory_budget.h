// Bounds the memory of requests that have come in part, of all clients together.
//
// A request that comes whole in one go needs none of it: so small requests are served while large or slow
// ones have used it up.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace connected_registry::http {

// Thread-safe.
class MemoryBudget {
 public:
  // `limit` bytes in all. The last eighth is for those that hold no more than kSmall.
  static constexpr std::size_t kSmall = std::size_t{64} << 10;

  explicit MemoryBudget(std::size_t limit) : limit_(limit) {}

  std::size_t used() const { return used_.load(std::memory_order_relaxed); }

  // What one client holds; gives it back when it goes. Not thread-safe itself.
  class Share {
   public:
    explicit Share(MemoryBudget& budget) : budget_(&budget) {}
    ~Share() { resize(0); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    Share(Share&&) = delete;
    Share& operator=(Share&&) = delete;

    // Holds `size` bytes from now on; false where there are not so many, and then as many as before.
    bool resize(std::size_t size);
    std::size_t size() const { return size_; }

   private:
    MemoryBudget* budget_;
    std::size_t size_ = 0;
  };

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> used_{0};
};

}  // namespace connected_registry::http
