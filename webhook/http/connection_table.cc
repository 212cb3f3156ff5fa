#include "http/connection_table.h"

#include <array>
#include <utility>

namespace connected_registry::http {
namespace {

constexpr unsigned kGenerationShift = 32;

}  // namespace

std::size_t ConnectionTable::size() const {
  const MutexLock lock(mutex_);
  return size_;
}

Poller::Id ConnectionTable::id_of(std::uint32_t index) const {
  return Poller::Id{slots_[index].generation} << kGenerationShift | index;
}

void ConnectionTable::add(std::unique_ptr<Connection> connection, int socket) {
  const Next next = connection->begin();
  const MutexLock lock(mutex_);
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  Slot& slot = slots_[index];
  // Under the mutex: nobody takes it before it is parked.
  if (!quick_.add(socket, id_of(index)) || (&slow_ != &quick_ && !slow_.add(socket, id_of(index)))) return;
  free_.pop_back();
  slot.connection = std::move(connection);
  slot.socket = socket;
  slot.stage = next.stage;
  slot.taken = false;
  slot.place = queue_.emplace(next.deadline, index);
  ++size_;
  lane(next).arm(socket, id_of(index), next.event);
}

ConnectionTable::Taken ConnectionTable::take_slot(std::uint32_t index) {
  Slot& slot = slots_[index];
  slot.taken = true;
  slot.parked = queue_.extract(slot.place);
  return {id_of(index), slot.connection.get()};
}

ConnectionTable::Taken ConnectionTable::take(Poller::Id id) {
  const auto index = static_cast<std::uint32_t>(id);
  const MutexLock lock(mutex_);
  if (index >= slots_.size() || id_of(index) != id || slots_[index].taken) return {};
  return take_slot(index);
}

ConnectionTable::Taken ConnectionTable::take_overdue(Deadline now) {
  const MutexLock lock(mutex_);
  if (queue_.empty() || queue_.begin()->first > now) return {};
  return take_slot(queue_.begin()->second);
}

// Of those in a stage, which all have the same time, the first to be late has been there for longest.
ConnectionTable::Taken ConnectionTable::take_first(Stage stage) {
  for (const auto& [deadline, index] : queue_) {
    if (slots_[index].stage == stage) return take_slot(index);
  }
  return {};
}

ConnectionTable::Taken ConnectionTable::take_idle() {
  const MutexLock lock(mutex_);
  return take_first(Stage::kIdle);
}

ConnectionTable::Taken ConnectionTable::take_to_evict() {
  const MutexLock lock(mutex_);
  for (const Stage stage : {Stage::kEnd, Stage::kHandshake, Stage::kHead, Stage::kIdle}) {
    if (const Taken taken = take_first(stage)) return taken;
  }
  return {};
}

void ConnectionTable::park(std::uint32_t index, const Next& next) {
  Slot& slot = slots_[index];
  slot.parked.key() = next.deadline;
  slot.place = queue_.insert(std::move(slot.parked));
  slot.stage = next.stage;
  slot.taken = false;
  // Under the mutex: its descriptor could otherwise have become another connection's.
  lane(next).arm(slot.socket, id_of(index), next.event);
}

void ConnectionTable::put(const Taken& taken, const Next& next) {
  const auto index = static_cast<std::uint32_t>(taken.id);
  std::unique_ptr<Connection> gone;  // destroyed after the mutex is free
  const MutexLock lock(mutex_);
  if (next.event != Next::Event::kGone) return park(index, next);
  Slot& slot = slots_[index];
  gone = std::move(slot.connection);
  slot.parked = {};
  slot.socket = -1;
  ++slot.generation;
  free_.push_back(index);
  if (--size_ == 0) emptied_.notify_all();
}

bool ConnectionTable::wait_until_empty(Deadline deadline) const {
  MutexLock lock(mutex_);
  return emptied_.wait_until(lock, deadline, [this]() REQUIRES(mutex_) { return size_ == 0; });
}

void ConnectionTable::clear() {
  const MutexLock lock(mutex_);
  queue_.clear();
  slots_.clear();
  free_.clear();
  size_ = 0;
}

}  // namespace connected_registry::http
