#include "http/memory_budget.h"

namespace connected_registry::http {

bool MemoryBudget::Share::resize(std::size_t size) {
  if (size <= size_) {
    budget_->used_.fetch_sub(size_ - size, std::memory_order_relaxed);
  } else {
    const std::size_t more = size - size_;
    const std::size_t limit = size <= kSmall ? budget_->limit_ : budget_->limit_ - budget_->limit_ / 8;
    const std::size_t before = budget_->used_.fetch_add(more, std::memory_order_relaxed);
    if (before + more > limit) {
      budget_->used_.fetch_sub(more, std::memory_order_relaxed);
      return false;
    }
  }
  size_ = size;
  return true;
}

}  // namespace connected_registry::http
