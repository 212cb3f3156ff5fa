// The connections of a server, the thread that uses each of them, and the deadlines of waiting connections.
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

// Owns the connections. A connection is either parked or taken by one thread, which must put it back.
// Thread-safe.
class ConnectionTable {
 public:
  struct Taken {
    Poller::Id id = 0;
    Connection* connection = nullptr;  // only the thread that took it may use it, until put()
    explicit operator bool() const { return connection != nullptr; }
  };

  // A connection waits at `slow` if its Wait has takes_long, otherwise at `quick`. Both pollers must outlive
  // the table. They may be the same poller.
  ConnectionTable(const Poller& quick, const Poller& slow) : quick_(quick), slow_(slow) {}

  std::size_t size() const;
  // Parks a new connection. Destroys it if a poller has no room for it.
  void add(std::unique_ptr<Connection> connection, int socket);
  // Takes the parked connection with this Id. Returns an empty Taken if the connection was destroyed or
  // another thread has taken it.
  Taken take(Poller::Id id);
  // Takes a parked connection whose deadline has passed. This function and the next two return an empty Taken
  // if there is no such connection.
  Taken take_overdue(Deadline now);
  // Takes the parked connection that has been idle for the longest time.
  Taken take_idle();
  // Takes the parked connection whose end does the least harm. The order of the stages is kLinger,
  // kHandshake, kHead, kIdle. Within a stage, it takes the connection that has been in this stage for the
  // longest time.
  Taken take_to_evict();
  // Parks a taken connection, or destroys it if the event is kGone.
  void put(const Taken& taken, const Wait& wait);

  // Waits until there are no connections, until `deadline`, or until `stop` is requested. Returns true if
  // there are no connections.
  bool wait_until_empty(Deadline deadline, const std::stop_token& stop) const;
  // Destroys all connections. No connection may be taken.
  void clear();

 private:
  using Queue = std::multimap<Deadline, std::uint32_t>;  // slot indexes of parked connections

  struct Slot {
    std::unique_ptr<Connection> connection;
    int socket = -1;
    std::uint32_t generation = 0;  // differs for each connection in the same slot
    Stage stage = Stage::kHandshake;
    Queue::node_type node;     // while it is taken: its node from queue_
    Queue::iterator position;  // while it is parked: its position in queue_
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
