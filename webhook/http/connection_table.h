// A server's connections: which thread has which, and the deadlines of those that wait.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/mutex.h"
#include "http/connection.h"
#include "http/poller.h"

namespace connected_registry::http {

// Owns the connections. Each is parked, or one thread has taken it and puts it back. Thread-safe.
class ConnectionTable {
 public:
  struct Taken {
    Poller::Id id = 0;
    Connection* connection = nullptr;  // used by the thread that took it, until put()
    explicit operator bool() const { return connection != nullptr; }
  };

  // Connections with a Wait that takes long are armed at `slow`, the others at `quick`. Both pollers outlive
  // the table; they may be the same.
  ConnectionTable(const Poller& quick, const Poller& slow) : quick_(quick), slow_(slow) {}

  std::size_t size() const;
  // Parks a new connection. Destroys it where a poller has no room.
  void add(std::unique_ptr<Connection> connection, int socket);
  // Returns nothing where the connection has gone or another thread has it.
  Taken take(Poller::Id id);
  // Takes a parked connection whose deadline has passed.
  Taken take_overdue(Deadline now);
  // Takes the parked connection that has idled for longest.
  Taken take_idle();
  // Takes the parked connection whose end costs least: the one that has been in its handshake or head for
  // longest, else the one that has idled for longest.
  Taken take_to_evict();
  // Parks a taken connection, or destroys it where the event is kGone.
  void put(const Taken& taken, const Wait& wait);

  // Waits until no connection is left, until `deadline`, or until `stop`. Reports whether none is left.
  bool wait_until_empty(Deadline deadline, const std::stop_token& stop) const;
  // Destroys all connections, none of which may be taken.
  void clear();

 private:
  using Queue = std::multimap<Deadline, std::uint32_t>;  // of parked connections: index of the slot

  struct Slot {
    std::unique_ptr<Connection> connection;
    int socket = -1;
    std::uint32_t generation = 0;  // differs between connections that had the same slot
    Stage stage = Stage::kHandshake;
    Queue::node_type node;     // while it is taken: its former entry in the queue
    Queue::iterator position;  // while it is parked
    bool taken = true;
  };

  Poller::Id id_of(std::uint32_t index) const REQUIRES(mutex_);
  Taken take_slot(std::uint32_t index) REQUIRES(mutex_);
  Taken take_first(Stage stage) REQUIRES(mutex_);
  void park(std::uint32_t index, const Wait& wait) REQUIRES(mutex_);
  const Poller& poller(const Wait& wait) const { return wait.takes_long ? slow_ : quick_; }

  const Poller& quick_;
  const Poller& slow_;
  mutable Mutex mutex_;
  mutable std::condition_variable_any emptied_;
  std::vector<Slot> slots_ GUARDED_BY(mutex_);
  std::vector<std::uint32_t> free_ GUARDED_BY(mutex_);
  Queue queue_ GUARDED_BY(mutex_);
  std::size_t size_ GUARDED_BY(mutex_) = 0;
};

}  // namespace connected_registry::http
