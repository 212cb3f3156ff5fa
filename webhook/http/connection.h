// One client: its handshake, its requests one after another, its end. A state machine that never waits: it
// goes on as far as it can and says what to wait for.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "http/input_buffer.h"
#include "http/request_parser.h"
#include "http/server_state.h"
#include "http/transport.h"
#include "http/worker_context.h"

namespace connected_registry::http {

// What a connection waits for.
enum class Stage {
  kHandshake,
  kIdle,   // the first byte of a request
  kFirst,  // the same of a connection that has had none, while the server closes
  kHead,
  kBody,
  kWrite,  // room for the rest of an answer
  kEnd,    // the client to close
};

struct Next {
  enum class Event {
    kReadable,
    kWritable,
    kNow,   // nothing: it only lets others go first
    kGone,  // it is over
  };
  Event event = Event::kGone;
  Stage stage = Stage::kEnd;
  Deadline deadline = {};   // call expire() then
  bool takes_long = false;  // what it waits for: a handshake, or a large request
};

// Not thread-safe: one thread at a time.
class Connection {
 public:
  // `service` outlives it.
  Connection(std::unique_ptr<Transport> transport, Service& service);
  // Its handshake did not end where it goes in Stage::kHandshake.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;

  // What a connection that was just accepted waits for.
  Next begin();
  // What it waited for has happened.
  Next advance(WorkerContext& worker);
  // Its deadline has passed.
  Next expire();
  // Ends it in order where it is idle, without waiting for anything: to make room.
  void leave();

 private:
  using Pause = std::optional<Next>;  // nullopt: go on

  Pause step(WorkerContext& worker);
  Next clear(WorkerContext& worker, const Next& next);
  Pause shake_hands();
  Pause receive(WorkerContext& worker);
  Pause nothing_more(InputBuffer& input, Io io);
  Pause send();
  Pause end();
  Pause pause(Stage stage, Next::Event event);

  // Looks for a request in what came; true where one was answered or refused.
  bool take_request(InputBuffer& input);
  bool take_head(InputBuffer& input);
  void answer(InputBuffer& input);
  // Makes room for more; false where the request had to be shed.
  bool make_room(InputBuffer*& input);
  bool keep(InputBuffer& input);
  std::size_t expected_size() const;
  std::chrono::milliseconds limit(Stage stage) const;
  bool is_large() const;

  void refuse(const HttpError& refusal);
  void shed();
  void reply(std::string text, bool closes);
  void forget_request();
  void start_ending();
  bool has_closing_phase(Phase phase) const { return service_.phase.load() >= phase; }

  std::unique_ptr<Transport> transport_;
  Service& service_;
  Stage stage_ = Stage::kHandshake;  // kIdle stands for receiving, whatever has come
  Stage waits_ = Stage::kHandshake;  // what deadline_ is for
  Deadline deadline_;
  bool has_answered_ = false;
  bool may_read_ = true;  // the socket may hold something
  InputBuffer kept_;      // of a request that has come in part
  MemoryBudget::Share share_;
  std::optional<Head> head_;
  std::size_t head_size_ = 0;
  std::size_t searched_ = 0;  // so many bytes hold no end of the head
  std::string output_;
  std::size_t sent_ = 0;
  bool ends_after_output_ = false;
  std::size_t dropped_ = 0;
};

}  // namespace connected_registry::http
