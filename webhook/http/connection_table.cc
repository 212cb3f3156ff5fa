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
  const Wait wait = connection->begin();
  const MutexLock lock(mutex_);
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  Slot& slot = slots_[index];
  // Under the mutex: no thread can take it before it is parked.
  if (!quick_.add(socket, id_of(index)) || (&slow_ != &quick_ && !slow_.add(socket, id_of(index)))) return;
  free_.pop_back();
  slot.connection = std::move(connection);
  slot.socket = socket;
  slot.stage = wait.stage;
  slot.taken = false;
  slot.position = queue_.emplace(wait.deadline, index);
  ++size_;
  poller(wait).arm(socket, id_of(index), wait.event);
}

ConnectionTable::Taken ConnectionTable::take_slot(std::uint32_t index) {
  Slot& slot = slots_[index];
  slot.taken = true;
  slot.node = queue_.extract(slot.position);
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

// All in a stage have the same timeout, so the one with the first deadline has been there for longest.
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
  for (const Stage stage : {Stage::kLinger, Stage::kHandshake, Stage::kHead, Stage::kIdle}) {
    if (const Taken taken = take_first(stage)) return taken;
  }
  return {};
}

void ConnectionTable::park(std::uint32_t index, const Wait& wait) {
  Slot& slot = slots_[index];
  slot.node.key() = wait.deadline;
  slot.position = queue_.insert(std::move(slot.node));
  slot.stage = wait.stage;
  slot.taken = false;
  // Under the mutex: otherwise the descriptor could be another connection's by now.
  poller(wait).arm(slot.socket, id_of(index), wait.event);
}

void ConnectionTable::put(const Taken& taken, const Wait& wait) {
  const auto index = static_cast<std::uint32_t>(taken.id);
  std::unique_ptr<Connection> gone;  // destroyed after the mutex is free
  const MutexLock lock(mutex_);
  if (wait.event != Wait::Event::kGone) return park(index, wait);
  Slot& slot = slots_[index];
  gone = std::move(slot.connection);
  slot.node = {};
  slot.socket = -1;
  ++slot.generation;
  free_.push_back(index);
  if (--size_ == 0) emptied_.notify_all();
}

bool ConnectionTable::wait_until_empty(Deadline deadline, const std::stop_token& stop) const {
  MutexLock lock(mutex_);
  return emptied_.wait_until(lock, stop, deadline, [this]() REQUIRES(mutex_) { return size_ == 0; });
}

void ConnectionTable::clear() {
  const MutexLock lock(mutex_);
  queue_.clear();
  slots_.clear();
  free_.clear();
  size_ = 0;
}

}  // namespace connected_registry::http
