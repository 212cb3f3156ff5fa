// A bound on the memory of requests that have come in part, of all clients together. A request that comes in
// one piece needs none of it, so small requests are served even while large or slow ones have used it up.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace connected_registry::http {

// Thread-safe.
class MemoryBudget {
 public:
  // A share of no more than this may use the last eighth of the budget, too.
  static constexpr std::size_t kSmall = std::size_t{64} << 10;

  // `limit`: bytes in all.
  explicit MemoryBudget(std::size_t limit) : limit_(limit) {}

  std::size_t used() const { return used_.load(std::memory_order_relaxed); }

  // One client's part of the budget, returned on destruction. Not thread-safe itself.
  class Share {
   public:
    explicit Share(MemoryBudget& budget) : budget_(&budget) {}
    ~Share() { resize(0); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    Share(Share&&) = delete;
    Share& operator=(Share&&) = delete;

    // Changes the share to `size` bytes. Returns false, and keeps the former size, where the budget is too
    // small.
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
