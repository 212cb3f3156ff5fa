// A limit on the memory for incomplete requests of all clients together. A request that arrives in one piece
// needs no memory from the budget. The server can therefore answer small requests even if large or slow
// requests have used the whole budget.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace connected_registry::http {

// Thread-safe.
class MemoryBudget {
 public:
  // Maximum size of a share that may use the whole budget. A larger share may not use the last eighth of the
  // budget.
  static constexpr std::size_t kSmall = std::size_t{64} << 10;

  // `limit` is the size of the budget in bytes.
  explicit MemoryBudget(std::size_t limit) : limit_(limit) {}

  std::size_t used() const { return used_.load(std::memory_order_relaxed); }

  // One client's part of the budget. The destructor returns it. A Share itself is not thread-safe.
  class Share {
   public:
    explicit Share(MemoryBudget& budget) : budget_(&budget) {}
    ~Share() { resize(0); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    Share(Share&&) = delete;
    Share& operator=(Share&&) = delete;

    // Changes the share to `size` bytes. If the budget is too small, returns false and keeps the previous
    // size.
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
