// One client's connection: its handshake, its requests one after another, and its end. It is a state machine
// that never blocks. Each call continues until the connection must wait, and returns the event to wait for.
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

// Not thread-safe: use it from one thread at a time.
class Connection {
 public:
  // `server` must outlive the Connection.
  Connection(std::unique_ptr<Transport> transport, ServerState& server);
  // If the handshake has not succeeded, counts it as failed (ServerMetrics::failed_handshakes).
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;

  // Returns the first event that a new connection waits for.
  Wait begin();
  // Continues after the awaited event.
  Wait advance(WorkerContext& worker);
  // Continues after the deadline.
  Wait expire();
  // Sends the client the end of the stream and does not wait for the client's end of the stream. The caller
  // then destroys the connection.
  void shut_down();

 private:
  using MaybeWait = std::optional<Wait>;  // nullopt: continue with the next step

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
  Stage stage_ = Stage::kHandshake;       // kIdle also means receiving a request
  Stage wait_stage_ = Stage::kHandshake;  // the stage that deadline_ is for
  Deadline deadline_;
  bool has_answered_ = false;
  bool may_read_ = true;   // the socket may have unread bytes
  InputBuffer own_input_;  // bytes of an incomplete request
  MemoryBudget::Share share_;
  std::optional<Head> head_;
  std::size_t head_size_ = 0;
  std::size_t searched_ = 0;  // number of bytes that do not contain the head's end
  std::string output_;
  std::size_t sent_ = 0;
  bool closes_after_output_ = false;
  std::size_t discarded_ = 0;
};

}  // namespace connected_registry::http
