#include "server/connection.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/log.h"
#include "server/exchange.h"

namespace connected_registry::server {
namespace {

constexpr std::size_t kReadSize = std::size_t{16} << 10;  // what a TLS record can hold
constexpr std::size_t kMaxKeptBuffer = std::size_t{64} << 10;

Deadline in(std::chrono::milliseconds duration) {
  return std::chrono::steady_clock::now() + duration;
}

class Connection {
 public:
  Connection(Wire& wire, const Service& service, const IdleMark& mark_idle)
      : wire_(wire),
        service_(service),
        mark_idle_(mark_idle),
        exchange_(service.routes, std::chrono::duration_cast<std::chrono::seconds>(service.timeouts.idle)) {}

  void serve() {
    if (wire_.handshake(in(service_.timeouts.handshake)) != Io::kDone) {
      log::debug("a client did not finish the TLS handshake");
      return;
    }
    while (wait_for_request() && serve_request()) {
    }
  }

 private:
  bool wait_for_request() {
    if (!input_.empty()) return true;  // sent together with the one before
    mark_idle_(true);
    const Io waited = wire_.wait_readable(service_.closing.get(), in(service_.timeouts.idle));
    mark_idle_(false);
    if (waited == Io::kDone) return true;
    if (waited != Io::kEnd) finish();
    return false;
  }

  // True if the connection can carry another request.
  bool serve_request() {
    const std::optional<std::size_t> head_size = receive_head();
    if (!head_size) return false;
    const auto head = read_head(std::string_view(input_).substr(0, *head_size), service_.rules);
    if (!head) {
      refuse(head.error());
      return false;
    }
    if (!receive_body(*head, *head_size)) return false;
    const std::string_view body = std::string_view(input_).substr(*head_size, head->body_length);
    const Exchange::Answer answer = exchange_.answer(
        *head, body, [&] { return !head->keep_alive || service_.phase.load() != Phase::kServing; });
    if (answer.text.empty() || wire_.write(answer.text, in(service_.timeouts.write)) != Io::kDone)
      return false;
    if (answer.closes) {
      finish();
      return false;
    }
    forget(*head_size + body.size());
    return true;
  }

  std::optional<std::size_t> receive_head() {
    const Deadline deadline = in(service_.timeouts.head);
    for (;;) {
      const auto length = head_length(input_);
      if (!length) {
        refuse(length.error());
        return std::nullopt;
      }
      if (*length) return **length;
      if (!receive(deadline, "the header fields did not come in time")) return std::nullopt;
    }
  }

  bool receive_body(const Head& head, std::size_t head_size) {
    const std::size_t size = head_size + head.body_length;
    const Deadline deadline = in(service_.timeouts.body);
    if (input_.size() >= size) return true;
    if (head.expects_continue && wire_.write("HTTP/1.1 100 Continue\r\n\r\n", deadline) != Io::kDone)
      return false;
    // What a client announces is not reserved before it comes.
    while (input_.size() < size) {
      if (!receive(deadline, "the body did not come in time")) return false;
    }
    return true;
  }

  // Appends at least one byte to input_.
  bool receive(Deadline deadline, std::string_view too_late) {
    std::array<char, kReadSize> chunk;  // NOLINT(*-member-init): read() says how much of it is filled
    std::size_t count = 0;
    switch (wire_.read(chunk.data(), chunk.size(), count, deadline)) {
      case Io::kDone:
        input_.append(chunk.data(), count);
        return true;
      case Io::kTimeout:
        refuse({.status = 408, .message = std::string(too_late)});
        return false;
      default:
        return false;
    }
  }

  void refuse(const Refusal& refusal) {
    log::debug("request refused", {{"status", refusal.status}, {"reason", refusal.message}});
    // The client may be sending the whole of a body that is not wanted before it reads.
    constexpr std::chrono::milliseconds kPatience{2'000};
    if (wire_.write(refusal_text(refusal), in(service_.timeouts.write)) == Io::kDone) {
      wire_.finish(2 * kMaxBody, in(kPatience));
    }
  }

  // Between requests: nothing is on its way but what the client sent before it learned of the end.
  void finish() {
    constexpr std::chrono::milliseconds kPatience{200};
    wire_.finish(kMaxHead, in(kPatience));
  }

  // Drops a request from the front, and memory that a large one took.
  void forget(std::size_t used) {
    input_.erase(0, used);
    if (input_.capacity() > kMaxKeptBuffer) input_.shrink_to_fit();
  }

  Wire& wire_;
  const Service& service_;
  const IdleMark& mark_idle_;
  Exchange exchange_;
  std::string input_;
};

}  // namespace

void serve_connection(Wire& wire, const Service& service, const IdleMark& mark_idle) {
  Connection(wire, service, mark_idle).serve();
}

}  // namespace connected_registry::server
