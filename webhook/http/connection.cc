#include "http/connection.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "http/dispatcher.h"

namespace connected_registry::http {
namespace {

// A client that sends many requests at once lets others go first now and then.
constexpr int kRequestsAtOnce = 16;
constexpr std::size_t kLeastRoom = std::size_t{16} << 10;  // what a TLS record can hold
// What a client may still send after its last answer: the whole of a body that is not wanted.
constexpr std::size_t kMostDropped = 2 * kMaxBody;

}  // namespace

Connection::Connection(std::unique_ptr<Transport> transport, Service& service)
    : transport_(std::move(transport)),
      service_(service),
      deadline_(std::chrono::steady_clock::now() + service.timeouts.handshake),
      share_(service.budget) {
  service_.metrics.connections.add(1);
}

Connection::~Connection() {
  service_.metrics.connections.add(-1);
  if (stage_ == Stage::kHandshake) service_.metrics.failed_handshakes.add();
}

Next Connection::begin() {
  return {Next::Event::kReadable, Stage::kHandshake, deadline_, true};
}

Next Connection::advance(WorkerContext& worker) {
  may_read_ = true;
  for (int requests = 0;;) {
    const Stage before = stage_;
    Pause found = step(worker);
    if (!found && before == Stage::kWrite && stage_ == Stage::kIdle && ++requests == kRequestsAtOnce) {
      found = pause(Stage::kWrite, Next::Event::kNow);
    }
    if (found) return clear(worker, *found);
  }
}

// What the thread's next connection found in the buffer, it would take for its own.
Next Connection::clear(WorkerContext& worker, const Next& next) {
  if (worker.buffer.empty()) return next;
  const bool wanted = next.event != Next::Event::kGone && stage_ != Stage::kEnd && !ends_after_output_;
  if (wanted && keep(worker.buffer)) return next;
  worker.buffer.clear();
  return wanted ? Next{} : next;
}

Connection::Pause Connection::step(WorkerContext& worker) {
  switch (stage_) {
    case Stage::kHandshake:
      return shake_hands();
    case Stage::kWrite:
      return send();
    case Stage::kEnd:
      return end();
    default:
      return receive(worker);
  }
}

Next Connection::expire() {
  switch (waits_) {
    case Stage::kIdle:
    case Stage::kFirst:
      start_ending();
      return *end();
    case Stage::kHead:
      refuse({.status = 408, .message = "the header fields did not come in time"});
      break;
    case Stage::kBody:
      refuse({.status = 408, .message = "the body did not come in time"});
      break;
    default:
      return {};
  }
  if (Pause found = send()) return *found;
  return *end();
}

void Connection::leave() {
  if (stage_ != Stage::kHandshake) transport_->finish();
}

Connection::Pause Connection::shake_hands() {
  switch (transport_->handshake()) {
    case Io::kDone:
      stage_ = Stage::kIdle;
      return std::nullopt;
    case Io::kReadable:
      return pause(Stage::kHandshake, Next::Event::kReadable);
    case Io::kWritable:
      return pause(Stage::kHandshake, Next::Event::kWritable);
    default:
      log::debug("a client did not finish the TLS handshake");
      return Next{};
  }
}

Connection::Pause Connection::receive(WorkerContext& worker) {
  InputBuffer* input = kept_.empty() ? &worker.buffer : &kept_;
  if (!input->empty() && take_request(*input)) return std::nullopt;
  if (!may_read_) return nothing_more(*input, Io::kReadable);
  if (is_large() && waits_ != Stage::kBody) {
    // The rest is read, and answered, where it keeps no small request waiting.
    if (keep(*input)) return pause(Stage::kBody, Next::Event::kNow);
    shed();
    return std::nullopt;
  }
  if (!make_room(input)) return std::nullopt;
  std::size_t count = 0;
  const Io io = transport_->read(input->room(), count);
  if (io == Io::kEnd) return Next{};
  if (io != Io::kDone) return nothing_more(*input, io);
  input->commit(count);
  return std::nullopt;
}

// For now. What has come waits in memory of its own; an idle connection keeps none.
Connection::Pause Connection::nothing_more(InputBuffer& input, Io io) {
  const Next::Event event = io == Io::kWritable ? Next::Event::kWritable : Next::Event::kReadable;
  if (input.empty()) {
    kept_.release();
    share_.resize(0);
    if (!has_closing_phase(Phase::kClosing)) return pause(Stage::kIdle, event);
    // Who has just connected is about to send: closed now, it could not tell whether its request was served.
    if (!has_answered_) return pause(Stage::kFirst, event);
    start_ending();
    return std::nullopt;
  }
  if (!keep(input)) {
    shed();
    return std::nullopt;
  }
  return pause(head_ ? Stage::kBody : Stage::kHead, event);
}

Connection::Pause Connection::send() {
  while (sent_ < output_.size()) {
    std::size_t count = 0;
    switch (transport_->write(std::string_view(output_).substr(sent_), count)) {
      case Io::kDone:
        sent_ += count;
        break;
      case Io::kReadable:
        return pause(Stage::kWrite, Next::Event::kReadable);
      case Io::kWritable:
        return pause(Stage::kWrite, Next::Event::kWritable);
      default:
        return Next{};
    }
  }
  output_ = {};
  sent_ = 0;
  if (ends_after_output_) {
    start_ending();
  } else {
    stage_ = Stage::kIdle;
    may_read_ = transport_->has_pending();
  }
  return std::nullopt;
}

// With bytes unread, a close would take back from the client what was just written to it.
Connection::Pause Connection::end() {
  while (dropped_ < kMostDropped) {
    std::size_t count = 0;
    const Io io = transport_->drop(count);
    if (io == Io::kEnd) return Next{};
    if (io != Io::kDone) return pause(Stage::kEnd, Next::Event::kReadable);
    dropped_ += count;
  }
  return Next{};
}

Connection::Pause Connection::pause(Stage stage, Next::Event event) {
  if (waits_ != stage) {
    waits_ = stage;
    deadline_ = std::chrono::steady_clock::now() + limit(stage);
  }
  return Next{event, stage, deadline_, stage == Stage::kHandshake || (stage == Stage::kBody && is_large())};
}

bool Connection::take_request(InputBuffer& input) {
  if (!head_ && !take_head(input)) return stage_ != Stage::kIdle;
  if (input.size() < expected_size()) {
    if (!head_->expects_continue) return false;
    head_->expects_continue = false;
    reply("HTTP/1.1 100 Continue\r\n\r\n", false);
    return true;
  }
  answer(input);
  return true;
}

bool Connection::take_head(InputBuffer& input) {
  const auto length = head_length(input.view(), searched_);
  if (!length) {
    refuse(length.error());
    return false;
  }
  searched_ = input.size();
  if (!*length) return false;
  auto head = read_head(input.view().substr(0, **length), service_.rules);
  if (!head) {
    refuse(head.error());
    return false;
  }
  head_ = std::move(*head);
  head_size_ = **length;
  return true;
}

void Connection::answer(InputBuffer& input) {
  const std::size_t size = expected_size();
  const std::span<char> body = input.bytes().subspan(head_size_, head_->body_length);
  // The handler's parser may rely on a NUL behind the body. It takes the place of the next request's first
  // byte, or of padding.
  char& behind = *(body.data() + body.size());
  const char saved = std::exchange(behind, '\0');
  const bool keep_alive = head_->keep_alive;
  Answer answer = answer_request(service_.routes, *head_, body,
                                 std::chrono::duration_cast<std::chrono::seconds>(service_.timeouts.idle),
                                 [&] { return !keep_alive || has_closing_phase(Phase::kLeaving); });
  behind = saved;
  input.consume(size);
  forget_request();
  service_.metrics.requests.add();
  has_answered_ = true;
  if (answer.text.empty()) answer.closes = true;
  reply(std::move(answer.text), answer.closes);
}

bool Connection::make_room(InputBuffer*& input) {
  if (!input->room().empty()) return true;
  if (input != &kept_) {
    if (!keep(*input)) {
      shed();
      return false;
    }
    input = &kept_;
    if (!input->room().empty()) return true;
  }
  // What a client announces is not reserved before it comes.
  const std::size_t most = head_ ? expected_size() : kMaxHead;
  const std::size_t wanted = std::min(most, std::max(2 * input->capacity(), input->size() + kLeastRoom));
  if (share_.resize(wanted) && input->reserve(wanted)) return true;
  shed();
  return false;
}

// Moves what is in the thread's buffer to memory of the connection's own; false where there is none to have.
bool Connection::keep(InputBuffer& input) {
  if (&input == &kept_) return true;
  kept_.release();
  if (!share_.resize(input.size()) || !kept_.reserve(input.size())) return false;
  kept_.append(input.view());
  input.clear();
  return true;
}

std::size_t Connection::expected_size() const {
  return head_size_ + head_->body_length;
}

bool Connection::is_large() const {
  return head_ && expected_size() > WorkerContext::kBuffer;
}

std::chrono::milliseconds Connection::limit(Stage stage) const {
  const Timeouts& timeouts = service_.timeouts;
  switch (stage) {
    case Stage::kHandshake:
      return timeouts.handshake;
    case Stage::kIdle:
      return timeouts.idle;
    case Stage::kFirst:
      return timeouts.first;
    case Stage::kHead:
      return timeouts.head;
    case Stage::kBody:
      return timeouts.body;
    case Stage::kWrite:
      return timeouts.write;
    default:
      return timeouts.end;
  }
}

void Connection::refuse(const HttpError& refusal) {
  log::debug("request refused", {{"status", refusal.status}, {"reason", refusal.message}});
  if (refusal.status != kOverloaded) service_.metrics.refused.add();
  kept_.release();
  share_.resize(0);
  reply(error_text(refusal), true);
}

void Connection::shed() {
  service_.metrics.shed.add();
  refuse(overload_error(head_ ? std::string_view(head_->target) : std::string_view()));
}

void Connection::reply(std::string text, bool closes) {
  output_ = std::move(text);
  sent_ = 0;
  ends_after_output_ = closes;
  stage_ = Stage::kWrite;
}

void Connection::forget_request() {
  head_.reset();
  searched_ = 0;
  // The next wait is another one, even if it is for the same.
  waits_ = Stage::kHandshake;
}

void Connection::start_ending() {
  kept_.release();
  share_.resize(0);
  transport_->finish();
  stage_ = Stage::kEnd;
}

}  // namespace connected_registry::http
