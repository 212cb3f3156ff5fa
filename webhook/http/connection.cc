#include "http/connection.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "http/dispatcher.h"

namespace connected_registry::http {
namespace {

// A client that pipelines many requests lets other clients go first after so many.
constexpr int kMaxRequestsAtOnce = 16;
constexpr std::size_t kMinRoom = std::size_t{16} << 10;  // the most that a TLS record holds
// A client may send so much more after its last response: the whole body of a request that was refused.
constexpr std::size_t kMaxDiscarded = 2 * kMaxBody;

}  // namespace

Connection::Connection(std::unique_ptr<Transport> transport, ServerState& server)
    : transport_(std::move(transport)),
      server_(server),
      deadline_(std::chrono::steady_clock::now() + server.timeouts.handshake),
      share_(server.budget) {
  server_.metrics.connections.add(1);
}

Connection::~Connection() {
  server_.metrics.connections.add(-1);
  if (stage_ == Stage::kHandshake) server_.metrics.failed_handshakes.add();
}

Wait Connection::begin() {
  return {Wait::Event::kReadable, Stage::kHandshake, deadline_, true};
}

Wait Connection::advance(WorkerContext& worker) {
  may_read_ = true;
  for (int requests = 0;;) {
    const Stage before = stage_;
    MaybeWait wait = step(worker);
    if (!wait && before == Stage::kWrite && stage_ == Stage::kIdle && ++requests == kMaxRequestsAtOnce) {
      wait = pause(Stage::kWrite, Wait::Event::kNow);
    }
    if (wait) return release_buffer(worker, *wait);
  }
}

// Empties the thread's buffer, whose bytes its next connection would take for its own.
Wait Connection::release_buffer(WorkerContext& worker, const Wait& wait) {
  if (worker.buffer.empty()) return wait;
  const bool is_needed =
      wait.event != Wait::Event::kGone && stage_ != Stage::kLinger && !closes_after_output_;
  if (is_needed && move_to_own_input(worker.buffer)) return wait;
  worker.buffer.clear();
  return is_needed ? Wait{} : wait;
}

Connection::MaybeWait Connection::step(WorkerContext& worker) {
  switch (stage_) {
    case Stage::kHandshake:
      return handshake();
    case Stage::kWrite:
      return send();
    case Stage::kLinger:
      return linger();
    default:
      return receive(worker);
  }
}

Wait Connection::expire() {
  switch (wait_stage_) {
    case Stage::kIdle:
    case Stage::kFirst:
      start_lingering();
      return *linger();
    case Stage::kHead:
      refuse({.status = 408, .message = "the header fields did not come in time"});
      break;
    case Stage::kBody:
      refuse({.status = 408, .message = "the body did not come in time"});
      break;
    default:
      return {};
  }
  if (MaybeWait wait = send()) return *wait;
  return *linger();
}

void Connection::shut_down() {
  if (stage_ != Stage::kHandshake) transport_->shut_down();
}

Connection::MaybeWait Connection::handshake() {
  switch (transport_->handshake()) {
    case Io::kDone:
      stage_ = Stage::kIdle;
      return std::nullopt;
    case Io::kReadable:
      return pause(Stage::kHandshake, Wait::Event::kReadable);
    case Io::kWritable:
      return pause(Stage::kHandshake, Wait::Event::kWritable);
    default:
      log::debug("a client did not complete the TLS handshake");
      return Wait{};
  }
}

Connection::MaybeWait Connection::receive(WorkerContext& worker) {
  InputBuffer* input = own_input_.empty() ? &worker.buffer : &own_input_;
  if (!input->empty() && parse_request(*input)) return std::nullopt;
  if (!may_read_) return wait_for_input(*input, Io::kReadable);
  if (is_large() && wait_stage_ != Stage::kBody) {
    // Another thread reads the rest and answers it, so that small requests do not wait for it.
    if (move_to_own_input(*input)) return pause(Stage::kBody, Wait::Event::kNow);
    shed();
    return std::nullopt;
  }
  if (!make_room(input)) return std::nullopt;
  std::size_t count = 0;
  const Io io = transport_->read(input->room(), count);
  if (io == Io::kClosed) return Wait{};
  if (io != Io::kDone) return wait_for_input(*input, io);
  input->commit(count);
  return std::nullopt;
}

// Bytes that have come wait in the connection's own memory; an idle connection holds none.
Connection::MaybeWait Connection::wait_for_input(InputBuffer& input, Io io) {
  const Wait::Event event = io == Io::kWritable ? Wait::Event::kWritable : Wait::Event::kReadable;
  if (input.empty()) {
    own_input_.release();
    share_.resize(0);
    if (!has_reached(Phase::kClosing)) return pause(Stage::kIdle, event);
    // A client that has just connected is about to send: if this closed now, the client could not know
    // whether its request was served.
    if (!has_answered_) return pause(Stage::kFirst, event);
    start_lingering();
    return std::nullopt;
  }
  if (!move_to_own_input(input)) {
    shed();
    return std::nullopt;
  }
  return pause(head_ ? Stage::kBody : Stage::kHead, event);
}

Connection::MaybeWait Connection::send() {
  while (sent_ < output_.size()) {
    std::size_t count = 0;
    switch (transport_->write(std::string_view(output_).substr(sent_), count)) {
      case Io::kDone:
        sent_ += count;
        break;
      case Io::kReadable:
        return pause(Stage::kWrite, Wait::Event::kReadable);
      case Io::kWritable:
        return pause(Stage::kWrite, Wait::Event::kWritable);
      default:
        return Wait{};
    }
  }
  output_ = {};
  sent_ = 0;
  if (closes_after_output_) {
    start_lingering();
  } else {
    stage_ = Stage::kIdle;
    may_read_ = transport_->has_pending();
  }
  return std::nullopt;
}

// Discards what the client still sends: a close with unread bytes resets the connection, and the client could
// lose the response.
Connection::MaybeWait Connection::linger() {
  while (discarded_ < kMaxDiscarded) {
    std::size_t count = 0;
    const Io io = transport_->discard(count);
    if (io == Io::kClosed) return Wait{};
    if (io != Io::kDone) return pause(Stage::kLinger, Wait::Event::kReadable);
    discarded_ += count;
  }
  return Wait{};
}

Connection::MaybeWait Connection::pause(Stage stage, Wait::Event event) {
  if (wait_stage_ != stage) {
    wait_stage_ = stage;
    deadline_ = std::chrono::steady_clock::now() + server_.timeouts.of(stage);
  }
  return Wait{event, stage, deadline_, stage == Stage::kHandshake || (stage == Stage::kBody && is_large())};
}

// Reports whether a request came as a whole or was refused; a response is then ready to be sent.
bool Connection::parse_request(InputBuffer& input) {
  if (!head_ && !parse_request_head(input)) return stage_ != Stage::kIdle;
  if (input.size() < request_size()) {
    if (!head_->expects_continue) return false;
    head_->expects_continue = false;
    reply("HTTP/1.1 100 Continue\r\n\r\n", false);
    return true;
  }
  respond(input);
  return true;
}

bool Connection::parse_request_head(InputBuffer& input) {
  const auto length = head_length(input.view(), searched_);
  if (!length) {
    refuse(length.error());
    return false;
  }
  searched_ = input.size();
  if (!*length) return false;
  auto head = parse_head(input.view().substr(0, **length), server_.limits);
  if (!head) {
    refuse(head.error());
    return false;
  }
  head_ = std::move(*head);
  head_size_ = **length;
  return true;
}

void Connection::respond(InputBuffer& input) {
  const std::size_t size = request_size();
  const std::span<char> body = input.bytes().subspan(head_size_, head_->body_length);
  // The handler's parser may rely on a NUL behind the body. It replaces the next request's first byte, or
  // padding.
  char& behind = *(body.data() + body.size());
  const char saved = std::exchange(behind, '\0');
  const bool keep_alive = head_->keep_alive;
  SerializedResponse response = handle_request(
      server_.routes, *head_, body, std::chrono::duration_cast<std::chrono::seconds>(server_.timeouts.idle),
      [&] { return !keep_alive || has_reached(Phase::kDraining); });
  behind = saved;
  input.consume(size);
  forget_request();
  server_.metrics.requests.add();
  has_answered_ = true;
  if (response.text.empty()) response.closes = true;
  reply(std::move(response.text), response.closes);
}

// Makes room for more input, which may move to own_input_. Returns false where the request had to be shed.
bool Connection::make_room(InputBuffer*& input) {
  if (!input->room().empty()) return true;
  if (input != &own_input_) {
    if (!move_to_own_input(*input)) {
      shed();
      return false;
    }
    input = &own_input_;
    if (!input->room().empty()) return true;
  }
  // Grows with what has come, not to what the client announces.
  const std::size_t max = head_ ? request_size() : kMaxHead;
  const std::size_t size = std::min(max, std::max(2 * input->capacity(), input->size() + kMinRoom));
  if (share_.resize(size) && input->reserve(size)) return true;
  shed();
  return false;
}

// Moves the bytes of the thread's buffer to the connection's own. Returns false where memory is short.
bool Connection::move_to_own_input(InputBuffer& input) {
  if (&input == &own_input_) return true;
  own_input_.release();
  if (!share_.resize(input.size()) || !own_input_.reserve(input.size())) return false;
  own_input_.append(input.view());
  input.clear();
  return true;
}

std::size_t Connection::request_size() const {
  return head_size_ + head_->body_length;
}

bool Connection::is_large() const {
  return head_ && request_size() > WorkerContext::kBufferSize;
}

void Connection::refuse(const HttpError& error) {
  log::debug("request refused", {{"status", error.status}, {"reason", error.message}});
  if (error.status != kOverloaded) server_.metrics.refused.add();
  own_input_.release();
  share_.resize(0);
  reply(serialize_error(error), true);
}

void Connection::shed() {
  server_.metrics.shed.add();
  refuse(overload_error(head_ ? std::string_view(head_->target) : std::string_view()));
}

void Connection::reply(std::string text, bool closes) {
  output_ = std::move(text);
  sent_ = 0;
  closes_after_output_ = closes;
  stage_ = Stage::kWrite;
}

void Connection::forget_request() {
  head_.reset();
  searched_ = 0;
  // The next wait gets a deadline of its own, even in the same stage.
  wait_stage_ = Stage::kHandshake;
}

void Connection::start_lingering() {
  own_input_.release();
  share_.resize(0);
  transport_->shut_down();
  stage_ = Stage::kLinger;
}

}  // namespace connected_registry::http
