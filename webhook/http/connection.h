// One client's connection: its handshake, its requests one after another, its end. A state machine that never
// blocks: each call goes on as far as it can and returns what to wait for.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "http/input_buffer.h"
#include "http/request_parser.h"
#include "http/server_state.h"
#include "http/transport.h"
#include "http/wait.h"
#include "http/worker_context.h"

namespace connected_registry::http {

// Not thread-safe: one thread at a time.
class Connection {
 public:
  // `server` outlives it.
  Connection(std::unique_ptr<Transport> transport, ServerState& server);
  // Counts a failed handshake if the connection never got past Stage::kHandshake.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;

  // Returns what a connection that was just accepted waits for.
  Wait begin();
  // Goes on after the awaited event.
  Wait advance(WorkerContext& worker);
  // Goes on after the deadline.
  Wait expire();
  // Sends the client the end of the stream, without waiting for its own. The connection is then destroyed.
  void shut_down();

 private:
  using MaybeWait = std::optional<Wait>;  // nullopt: go on

  MaybeWait step(WorkerContext& worker);
  Wait release_buffer(WorkerContext& worker, const Wait& wait);
  MaybeWait handshake();
  MaybeWait receive(WorkerContext& worker);
  MaybeWait wait_for_input(InputBuffer& input, Io io);
  MaybeWait send();
  MaybeWait linger();
  MaybeWait pause(Stage stage, Wait::Event event);

  bool parse_request(InputBuffer& input);
  bool parse_request_head(InputBuffer& input);
  void respond(InputBuffer& input);
  bool make_room(InputBuffer*& input);
  bool move_to_own_input(InputBuffer& input);
  std::size_t request_size() const;
  bool is_large() const;

  void refuse(const HttpError& error);
  void shed();
  void reply(std::string text, bool closes);
  void forget_request();
  void start_lingering();
  bool has_reached(Phase phase) const { return server_.phase.load() >= phase; }

  std::unique_ptr<Transport> transport_;
  ServerState& server_;
  Stage stage_ = Stage::kHandshake;       // kIdle stands for receiving, whatever has come
  Stage wait_stage_ = Stage::kHandshake;  // of deadline_
  Deadline deadline_;
  bool has_answered_ = false;
  bool may_read_ = true;   // the socket may hold something
  InputBuffer own_input_;  // of a request that has come in part
  MemoryBudget::Share share_;
  std::optional<Head> head_;
  std::size_t head_size_ = 0;
  std::size_t searched_ = 0;  // so many bytes are known to hold no end of the head
  std::string output_;
  std::size_t sent_ = 0;
  bool closes_after_output_ = false;
  std::size_t discarded_ = 0;
};

}  // namespace connected_registry::http
