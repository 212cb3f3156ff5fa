// The connections of a server: who has which, and until when those that nobody has may wait.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/mutex.h"
#include "http/connection.h"
#include "http/poller.h"

namespace connected_registry::http {

// Thread-safe. A connection is parked, or some thread has taken it and gives it back.
class ConnectionTable {
 public:
  struct Taken {
    Poller::Id id = 0;
    Connection* connection = nullptr;  // whoever took it may use it until it is put back
    explicit operator bool() const { return connection != nullptr; }
  };

  // Parked where what takes long keeps nothing else waiting. Both pollers outlive the table; they may be one.
  ConnectionTable(const Poller& quick, const Poller& slow) : quick_(quick), slow_(slow) {}

  std::size_t size() const;
  // Parks a new connection; it goes where a poller has no room.
  void add(std::unique_ptr<Connection> connection, int socket);
  // Nothing where it has gone, or somebody has it already.
  Taken take(Poller::Id id);
  // A parked one whose deadline has passed.
  Taken take_overdue(Deadline now);
  // A parked one that is idle.
  Taken take_idle();
  // The parked one that is best closed to make room: one that shakes hands or sends its head for longest,
  // else the one that has idled for longest.
  Taken take_to_evict();
  // Parks it again, or lets it go, as `next` says.
  void put(const Taken& taken, const Next& next);

  // True if none is left by `deadline`.
  bool wait_until_empty(Deadline deadline) const;
  // Destroys all. No thread may have taken one.
  void clear();

 private:
  using Queue = std::multimap<Deadline, std::uint32_t>;  // parked ones: deadline, index of slot

  struct Slot {
    std::unique_ptr<Connection> connection;
    int socket = -1;
    std::uint32_t generation = 0;  // tells a connection from a former one in the same slot
    Stage stage = Stage::kHandshake;
    Queue::node_type parked;  // while it is taken: its place in the queue
    Queue::iterator place;    // while it is parked
    bool taken = true;
  };

  Poller::Id id_of(std::uint32_t index) const REQUIRES(mutex_);
  Taken take_slot(std::uint32_t index) REQUIRES(mutex_);
  Taken take_first(Stage stage) REQUIRES(mutex_);
  void park(std::uint32_t index, const Next& next) REQUIRES(mutex_);
  const Poller& lane(const Next& next) const { return next.takes_long ? slow_ : quick_; }

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
