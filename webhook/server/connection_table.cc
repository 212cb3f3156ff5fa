#include "server/connection_table.h"

#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace connected_registry::server {

bool ConnectionTable::wait_for_room(Deadline deadline) {
  join_ended();
  std::unique_lock lock(mutex_);
  if (running_.size() < limit_) return true;
  evict_longest_idle();
  return ended_one_.wait_until(lock, deadline, [this] { return running_.size() < limit_; });
}

bool ConnectionTable::add(Descriptor socket) {
  const std::lock_guard lock(mutex_);
  running_.emplace_back();
  const auto entry = std::prev(running_.end());
  entry->socket = std::move(socket);
  try {
    entry->thread = std::thread([this, entry] { run(entry); });
  } catch (const std::system_error& error) {
    log::error("no thread for a connection", {{"reason", error.what()}});
    running_.erase(entry);
    return false;
  }
  return true;
}

bool ConnectionTable::wait_until_empty(Deadline deadline) {
  std::unique_lock lock(mutex_);
  return ended_one_.wait_until(lock, deadline, [this] { return running_.empty(); });
}

void ConnectionTable::cut() {
  {
    std::unique_lock lock(mutex_);
    for (const Entry& entry : running_) shutdown(entry.socket.get(), SHUT_RDWR);
    ended_one_.wait(lock, [this] { return running_.empty(); });
  }
  join_ended();
}

void ConnectionTable::run(Entries::iterator entry) {
  // add() holds the mutex until the thread is in the entry: the first mark waits for it.
  const IdleMark mark_idle = [this, entry](bool idle) {
    const std::lock_guard lock(mutex_);
    entry->idle = idle;
    if (idle) entry->idle_since = std::chrono::steady_clock::now();
  };
  serve_(entry->socket.get(), mark_idle);
  const std::lock_guard lock(mutex_);
  // Closed under the mutex: whoever shuts sockets down never meets the number of another's.
  entry->socket = Descriptor();
  ended_.splice(ended_.end(), running_, entry);
  ended_one_.notify_all();
}

void ConnectionTable::evict_longest_idle() {
  // One at a time: whoever asks again before it has ended must not cost a second connection its place.
  if (std::any_of(running_.begin(), running_.end(), [](const Entry& entry) { return entry.evicted; })) return;
  const auto longest =
      std::min_element(running_.begin(), running_.end(), [](const Entry& left, const Entry& right) {
        if (left.idle != right.idle) return left.idle;
        return left.idle && left.idle_since < right.idle_since;
      });
  if (longest == running_.end() || !longest->idle) return;
  log::warning("too many connections: the one that idled for longest is closed",
               {{"connections", running_.size()}});
  longest->evicted = true;
  shutdown(longest->socket.get(), SHUT_RDWR);
}

void ConnectionTable::join_ended() {
  Entries ended;
  {
    const std::lock_guard lock(mutex_);
    ended.swap(ended_);
  }
  for (Entry& entry : ended) entry.thread.join();
}

}  // namespace connected_registry::server
