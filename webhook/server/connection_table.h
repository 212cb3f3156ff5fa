// The connections of a server, each with its thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "server/connection.h"
#include "server/wire.h"

namespace connected_registry::server {

// Thread-safe.
class ConnectionTable {
 public:
  // What a connection's thread does; it ends when its socket is shut down.
  using Serve = std::function<void(int socket, const IdleMark& mark_idle)>;

  ConnectionTable(std::size_t limit, Serve serve) : limit_(limit), serve_(std::move(serve)) {}
  // All connections must have ended: cut().
  ~ConnectionTable() = default;
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;
  ConnectionTable(ConnectionTable&&) = delete;
  ConnectionTable& operator=(ConnectionTable&&) = delete;

  // Waits until there is room, or until `deadline`; false then. When it is full, the connection that has
  // idled for longest is shut down to make some.
  bool wait_for_room(Deadline deadline);
  // Serves the socket in a thread of its own. Where no thread can be had, the socket is closed and false
  // returned.
  bool add(Descriptor socket);
  // True if all have ended by `deadline`.
  bool wait_until_empty(Deadline deadline);
  // Shuts all down and waits for their threads.
  void cut();

 private:
  struct Entry {
    Descriptor socket;
    bool idle = false;
    bool evicted = false;  // shut down to make room; its thread may need a while to end
    std::chrono::steady_clock::time_point idle_since;
    std::thread thread;
  };
  using Entries = std::list<Entry>;

  void run(Entries::iterator entry);
  void evict_longest_idle();  // mutex_ is held
  void join_ended();

  const std::size_t limit_;
  const Serve serve_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable ended_one_;
  Entries running_;
  Entries ended_;  // their threads are to be joined
};

}  // namespace connected_registry::server
