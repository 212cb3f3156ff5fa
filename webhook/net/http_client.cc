#include "net/http_client.h"

#include <httplib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <exception>
#include <optional>

#include "base/openssl.h"
#include "base/version.h"
#include "net/endpoint.h"
#include "net/interrupt.h"
#include "net/tls_options.h"

namespace connected_registry::net {
namespace {

using BioHandle = openssl::Handle<BIO, BIO_free>;

constexpr std::size_t kBodyLimit = std::size_t{64} << 20;

// The library's own time limits. The interrupt comes first, since it bounds the whole exchange.
constexpr std::chrono::minutes kLibraryTimeout{10};

// A peer that is gone without a word is noticed after about a minute.
void set_socket_options(int socket) {
  const auto set = [socket](int level, int option, int value) {
    ::setsockopt(socket, level, option, &value, sizeof(value));
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string pem_of(::X509* certificate) {
  const BioHandle memory(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1) return {};
  const long length = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace

std::string HttpTarget::authority() const {
  std::string text = bracketed(host);
  if (port != (tls ? 443 : 80)) text += ":" + std::to_string(port);
  return text;
}

std::string_view HttpResponse::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [name](const auto& each) {
    return equals_ignoring_case(each.first, name);
  });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

class HttpClient::Implementation {
 public:
  Implementation(const HttpTarget& target, DeadlineTimer& timer)
      : timer_(timer), authority_(target.authority()) {
    if (target.tls) {
      auto secure = std::make_unique<httplib::SSLClient>(target.host, target.port);
      // OpenSSL verifies (tls_options.h); httplib's check would come on top, and with other rules.
      secure->enable_server_certificate_verification(false);
      context_ = secure->ssl_context();
      client_ = std::move(secure);
    } else {
      client_ = std::make_unique<httplib::ClientImpl>(target.host, target.port);
    }
    client_->set_connection_timeout(kLibraryTimeout);
    client_->set_read_timeout(kLibraryTimeout);
    client_->set_write_timeout(kLibraryTimeout);
    client_->set_keep_alive(true);
    client_->set_tcp_nodelay(true);
    client_->set_url_encode(false);  // targets are encoded already
    client_->set_decompress(false);  // never asked for
    client_->set_follow_location(false);
    client_->set_socket_options([this](socket_t socket) {
      set_socket_options(socket);
      interrupt_.attach(socket);
    });
  }

  Status prepare(const HttpTarget& target) {
    if (!target.tls) return {};
    const TlsOptions options{.ca_pem = target.ca_pem,
                             .server_name = target.server_name.empty() ? target.host : target.server_name,
                             .certificate_pem = target.certificate_pem,
                             .key_pem = target.key_pem};
    if (auto configured = configure_tls(context_, options); !configured) return configured;
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, note_verification);
    if (SSL_CTX_set_ex_data(context_, 0, this) == 1) return {};
    return fail(ErrorCode::kInternal, "cannot set up TLS");
  }

  Result<HttpResponse> send(const HttpRequest& request, const RequestLimits& limits,
                            const BodyReceiver* receiver);

  bool is_open() const { return client_->is_socket_open() != 0; }
  const std::vector<std::string>& verified_chain() const { return verified_chain_; }

 private:
  // What the callbacks of one exchange have seen.
  struct Exchange {
    HttpResponse response;
    bool complete = false;  // ended early, by the receiver or since its head is all that was asked for
    bool too_long = false;
  };

  static int note_verification(int accepted, X509_STORE_CTX* store);
  Result<HttpResponse> exchange(const HttpRequest& request, const BodyReceiver* receiver,
                                DeadlineTimer::Deadline& deadline);
  DeadlineTimer::Deadline cut_at(std::chrono::steady_clock::time_point when) {
    return timer_.at(when, [this] { interrupt_.cut(Interrupt::Reason::kDeadline); });
  }
  void close() {
    const openssl::ErrorScope errors;
    client_->stop();
  }
  httplib::Request to_wire(const HttpRequest& request) const;
  Error error_of(const Exchange& exchange, httplib::Error error) const;

  DeadlineTimer& timer_;
  Interrupt interrupt_;
  std::string authority_;
  SSL_CTX* context_ = nullptr;  // of client_
  long verification_ = X509_V_OK;
  std::vector<std::string> verified_chain_;
  std::unique_ptr<httplib::ClientImpl> client_;  // last: its end may call note_verification
};

// Called by OpenSSL during a handshake, for each certificate of the chain down to the server's own.
int HttpClient::Implementation::note_verification(int accepted, X509_STORE_CTX* store) {
  const auto* const tls =
      static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const self = static_cast<Implementation*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(tls), 0));
  if (accepted != 1) {
    self->verification_ = X509_STORE_CTX_get_error(store);
    return accepted;
  }
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(store);
  if (X509_STORE_CTX_get_error_depth(store) == 0 && sk_X509_num(chain) > 0) {
    self->verified_chain_.clear();
    for (int index = 0; index < sk_X509_num(chain); ++index) {
      self->verified_chain_.push_back(pem_of(sk_X509_value(chain, index)));
    }
  }
  return accepted;
}

httplib::Request HttpClient::Implementation::to_wire(const HttpRequest& request) const {
  httplib::Request wire;
  wire.method = request.method;
  wire.path = request.target;
  wire.body = request.body;
  wire.headers = {{"Host", authority_},
                  {"Accept", std::string(request.accept)},
                  {"User-Agent", "connected-registry/" + std::string(version())}};
  if (!request.token.empty()) wire.headers.emplace("Authorization", "Bearer " + request.token);
  if (!request.content_type.empty()) wire.headers.emplace("Content-Type", std::string(request.content_type));
  return wire;
}

Error HttpClient::Implementation::error_of(const Exchange& exchange, httplib::Error error) const {
  switch (interrupt_.reason()) {
    case Interrupt::Reason::kStop:
      return {ErrorCode::kCancelled, "stopped"};
    case Interrupt::Reason::kDeadline:
      return {ErrorCode::kTimeout, "no answer in time from " + authority_};
    case Interrupt::Reason::kNone:
      break;
  }
  if (exchange.too_long) {
    return {ErrorCode::kInternal,
            "the response of " + authority_ + " is longer than " + std::to_string(kBodyLimit) + " bytes"};
  }
  if (verification_ != X509_V_OK) {
    return {ErrorCode::kUnauthenticated, "the certificate of " + authority_ + " is not trusted: " +
                                             std::string(X509_verify_cert_error_string(verification_))};
  }
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::ConnectionTimeout:
      return {ErrorCode::kUnavailable, "cannot connect to " + authority_};
    case httplib::Error::SSLConnection:
      return {ErrorCode::kUnavailable, "the TLS handshake with " + authority_ + " failed"};
    default:
      return {ErrorCode::kUnavailable, "the connection to " + authority_ + " broke"};
  }
}

Result<HttpResponse> HttpClient::Implementation::exchange(const HttpRequest& request,
                                                          const BodyReceiver* receiver,
                                                          DeadlineTimer::Deadline& deadline) {
  const openssl::ErrorScope errors;
  verification_ = X509_V_OK;
  Exchange exchange;
  httplib::Request wire = to_wire(request);
  wire.response_handler = [&](const httplib::Response& response) {
    exchange.response.status = response.status;
    exchange.response.headers = {response.headers.begin(), response.headers.end()};
    exchange.complete = request.head_only;
    if (receiver != nullptr && response.status == 200) {
      deadline = cut_at(std::chrono::steady_clock::now() + receiver->timeout);
    }
    return !exchange.complete && interrupt_.reason() == Interrupt::Reason::kNone;
  };
  wire.content_receiver = [&](const char* data, std::size_t length, std::uint64_t, std::uint64_t) {
    if (receiver != nullptr && exchange.response.status == 200) {
      exchange.complete = !receiver->on_piece({data, length});
      return !exchange.complete;
    }
    std::string& body = exchange.response.body;
    exchange.too_long = body.size() + length > kBodyLimit;
    if (!exchange.too_long) body.append(data, length);
    return !exchange.too_long;
  };
  httplib::Response response;
  httplib::Error error = httplib::Error::Success;
  bool sent = false;
  try {
    sent = client_->send(wire, response, error);
  } catch (const std::exception& exception) {
    return fail(ErrorCode::kInternal, "the HTTP library failed: " + std::string(exception.what()));
  }
  if (sent) {  // the library calls no handler for a response that has no body (HEAD, 204)
    exchange.response.status = response.status;
    exchange.response.headers = {response.headers.begin(), response.headers.end()};
  }
  // To httplib, a connection that was cut can look like the end of a body of no stated length.
  const bool cut = interrupt_.reason() != Interrupt::Reason::kNone;
  if (cut || (!sent && !exchange.complete)) return tl::unexpected(error_of(exchange, error));
  return std::move(exchange.response);
}

Result<HttpResponse> HttpClient::Implementation::send(const HttpRequest& request, const RequestLimits& limits,
                                                      const BodyReceiver* receiver) {
  if (interrupt_.reason() != Interrupt::Reason::kNone) {
    close();
    interrupt_.reset();
  }
  const bool reused = is_open();
  if (reused && !request.repeatable) close();
  auto deadline = cut_at(limits.deadline);
  const std::stop_callback on_stop(limits.stop, [this] { interrupt_.cut(Interrupt::Reason::kStop); });
  auto response = exchange(request, receiver, deadline);
  const bool broke = !response && response.error().code == ErrorCode::kUnavailable;
  if (broke && reused && request.repeatable) {
    close();
    response = exchange(request, receiver, deadline);
  }
  return response;
}

Result<std::unique_ptr<HttpClient>> HttpClient::make(const HttpTarget& target, DeadlineTimer& timer) {
  const openssl::ErrorScope errors;
  auto implementation = std::make_unique<Implementation>(target, timer);
  if (auto prepared = implementation->prepare(target); !prepared) {
    return tl::unexpected(std::move(prepared).error());
  }
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(implementation)));
}

HttpClient::HttpClient(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

HttpClient::~HttpClient() {
  const openssl::ErrorScope errors;  // TLS says goodbye, which may fail
  implementation_.reset();
}

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const RequestLimits& limits,
                                      const BodyReceiver* receiver) {
  return implementation_->send(request, limits, receiver);
}

bool HttpClient::is_open() const {
  return implementation_->is_open();
}

const std::vector<std::string>& HttpClient::verified_chain() const {
  return implementation_->verified_chain();
}

}  // namespace connected_registry::net
