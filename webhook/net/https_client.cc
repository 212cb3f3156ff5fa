#include "net/https_client.h"

#include <httplib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <exception>

#include "base/openssl.h"
#include "base/version.h"

namespace connected_registry::net {
namespace {

using BioHandle = openssl::Handle<BIO, BIO_free>;
using CertificateHandle = openssl::Handle<::X509, X509_free>;
using KeyHandle = openssl::Handle<EVP_PKEY, EVP_PKEY_free>;

constexpr std::size_t kAnswerLimit = std::size_t{64} << 20;

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

// Instead of OpenSSL's own, which asks at the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

Status load_authorities(SSL_CTX* context, const std::string& pem) {
  if (pem.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
    return fail(ErrorCode::kInternal, "this machine's certificates: " + openssl::last_error());
  }
  const BioHandle memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  int count = 0;
  while (memory) {
    const CertificateHandle certificate(PEM_read_bio_X509(memory.get(), nullptr, no_password, nullptr));
    if (!certificate) break;
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get()) == 1) ++count;
  }
  if (count == 0) return fail(ErrorCode::kInvalidArgument, "no certificate in it that can be read");
  return {};
}

// Our own certificate, with what stands between it and its CA.
Status load_identity(SSL_CTX* context, const HttpsTarget& endpoint) {
  if (endpoint.certificate_pem.empty()) return {};
  const std::string& pem = endpoint.certificate_pem;
  const BioHandle certificates(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const BioHandle keys(BIO_new_mem_buf(endpoint.key_pem.data(), static_cast<int>(endpoint.key_pem.size())));
  if (!certificates || !keys)
    return fail(ErrorCode::kInternal, "client certificate: " + openssl::last_error());
  const CertificateHandle first(PEM_read_bio_X509(certificates.get(), nullptr, no_password, nullptr));
  if (!first || SSL_CTX_use_certificate(context, first.get()) != 1) {
    return fail(ErrorCode::kInvalidArgument, "client certificate: it cannot be read");
  }
  while (CertificateHandle next{PEM_read_bio_X509(certificates.get(), nullptr, no_password, nullptr)}) {
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) break;
  }
  const KeyHandle key(PEM_read_bio_PrivateKey(keys.get(), nullptr, no_password, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return fail(ErrorCode::kInvalidArgument,
                "client certificate: its key cannot be read, or belongs to another certificate");
  }
  return {};
}

// The name or address that the server's certificate must carry. httplib's own check takes the common name
// too.
bool require_name(SSL_CTX* context, const std::string& host) {
  X509_VERIFY_PARAM* const parameters = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  return X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1 ||
         X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size()) == 1;
}

std::string host_header(const HttpsTarget& endpoint) {
  const std::string host =
      endpoint.host.find(':') == std::string::npos ? endpoint.host : "[" + endpoint.host + "]";
  return endpoint.port == 443 ? host : host + ":" + std::to_string(endpoint.port);
}

}  // namespace

class Connection::Implementation {
 public:
  Implementation(const HttpsTarget& endpoint, std::chrono::milliseconds patience)
      : client_(endpoint.host, endpoint.port), host_header_(host_header(endpoint)) {
    client_.set_connection_timeout(patience);
    client_.set_read_timeout(patience);
    client_.set_write_timeout(patience);
    client_.set_keep_alive(true);
    client_.set_tcp_nodelay(true);
    client_.set_url_encode(false);  // targets are encoded already
    client_.set_decompress(false);  // never asked for
    client_.set_follow_location(false);
    // OpenSSL itself refuses a certificate during the handshake, before anything secret is sent.
    client_.enable_server_certificate_verification(false);
    client_.set_socket_options([this](socket_t socket) {
      set_socket_options(socket);
      interrupt_.attach(socket);
    });
  }

  Status prepare(const HttpsTarget& endpoint) {
    const openssl::ErrorScope errors;
    SSL_CTX* const context = client_.ssl_context();
    if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_ex_data(context, 0, this) != 1 ||
        !require_name(context, endpoint.server_name.empty() ? endpoint.host : endpoint.server_name)) {
      return fail(ErrorCode::kInternal, "prepare TLS: " + openssl::last_error());
    }
    // A watch is idle nearly all the time: its connection keeps no buffers meanwhile.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, remember_verification);
    if (auto loaded = load_authorities(context, endpoint.ca_pem); !loaded) {
      return fail(std::move(loaded).error(), "CA of the API");
    }
    return load_identity(context, endpoint);
  }

  Result<HttpResponse> exchange(const HttpRequest& request, const StreamReceiver* receiver);

  bool is_open() const { return client_.is_socket_open() != 0; }
  void close() {
    const openssl::ErrorScope errors;
    client_.stop();
  }
  Interrupt& interrupt() { return interrupt_; }

 private:
  // What became of one exchange, as its callbacks saw it.
  struct Progress {
    HttpResponse answer;
    bool too_long = false;
    bool ended_by_receiver = false;
  };

  static int remember_verification(int accepted, X509_STORE_CTX* store);
  httplib::Request to_wire(const HttpRequest& request) const;
  Error error_of(const Progress& progress, httplib::Error error) const;

  Interrupt interrupt_;
  httplib::SSLClient client_;
  std::string host_header_;
  long verification_ = X509_V_OK;
};

// Called by OpenSSL in the middle of a handshake.
int Connection::Implementation::remember_verification(int accepted, X509_STORE_CTX* store) {
  if (accepted == 1) return accepted;
  const auto* const tls =
      static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const self = static_cast<Implementation*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(tls), 0));
  self->verification_ = X509_STORE_CTX_get_error(store);
  return accepted;
}

httplib::Request Connection::Implementation::to_wire(const HttpRequest& request) const {
  httplib::Request wire;
  wire.method = request.method;
  wire.path = request.target;
  wire.body = request.body;
  wire.headers = {{"Host", host_header_},
                  {"Accept", "application/json"},
                  {"User-Agent", "connected-registry/" + std::string(version())}};
  if (!request.token.empty()) wire.headers.emplace("Authorization", "Bearer " + request.token);
  if (!request.content_type.empty()) wire.headers.emplace("Content-Type", std::string(request.content_type));
  return wire;
}

Error Connection::Implementation::error_of(const Progress& progress, httplib::Error error) const {
  switch (interrupt_.reason()) {
    case Interrupt::Reason::kStop:
      return {ErrorCode::kCancelled, "stopped"};
    case Interrupt::Reason::kDeadline:
      return {ErrorCode::kTimeout, "no answer in time"};
    case Interrupt::Reason::kNone:
      break;
  }
  if (progress.too_long) {
    return {ErrorCode::kInternal, "the answer is longer than " + std::to_string(kAnswerLimit) + " bytes"};
  }
  if (verification_ != X509_V_OK) {
    return {ErrorCode::kUnavailable, "the API's certificate is not trusted: " +
                                         std::string(X509_verify_cert_error_string(verification_))};
  }
  switch (error) {
    case httplib::Error::Connection:
      return {ErrorCode::kUnavailable, "cannot connect to " + host_header_};
    case httplib::Error::ConnectionTimeout:
      return {ErrorCode::kUnavailable, "cannot connect to " + host_header_ + " in time"};
    case httplib::Error::SSLConnection:
      return {ErrorCode::kUnavailable, "the TLS handshake with " + host_header_ + " failed"};
    default:
      return {ErrorCode::kUnavailable, "the connection to " + host_header_ + " broke"};
  }
}

Result<HttpResponse> Connection::Implementation::exchange(const HttpRequest& request,
                                                          const StreamReceiver* receiver) {
  const openssl::ErrorScope errors;
  verification_ = X509_V_OK;
  Progress progress;
  httplib::Request wire = to_wire(request);
  wire.response_handler = [&](const httplib::Response& response) {
    progress.answer.status = response.status;
    if (receiver != nullptr && response.status == 200) receiver->on_head();
    return interrupt_.reason() == Interrupt::Reason::kNone;
  };
  wire.content_receiver = [&](const char* data, std::size_t length, std::uint64_t, std::uint64_t) {
    if (receiver != nullptr && progress.answer.status == 200) {
      progress.ended_by_receiver = !receiver->on_piece({data, length});
      return !progress.ended_by_receiver;
    }
    std::string& body = progress.answer.body;
    progress.too_long = body.size() + length > kAnswerLimit;
    if (!progress.too_long) body.append(data, length);
    return !progress.too_long;
  };
  httplib::Response response;
  httplib::Error error = httplib::Error::Success;
  bool sent = false;
  try {
    sent = client_.send(wire, response, error);
  } catch (const std::exception& exception) {
    return fail(ErrorCode::kInternal, "the HTTP library failed: " + std::string(exception.what()));
  }
  if (sent) progress.answer.status = response.status;
  // To httplib, a connection that was cut can look like the end of a body of no stated length.
  const bool cut = interrupt_.reason() != Interrupt::Reason::kNone;
  if (cut || (!sent && !progress.ended_by_receiver)) return tl::unexpected(error_of(progress, error));
  return std::move(progress.answer);
}

Result<std::unique_ptr<Connection>> Connection::make(const HttpsTarget& endpoint,
                                                     std::chrono::milliseconds patience) {
  auto implementation = std::make_unique<Implementation>(endpoint, patience);
  if (auto prepared = implementation->prepare(endpoint); !prepared) {
    return tl::unexpected(std::move(prepared).error());
  }
  return std::unique_ptr<Connection>(new Connection(std::move(implementation)));
}

Connection::Connection(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Connection::~Connection() {
  const openssl::ErrorScope errors;  // TLS says goodbye, which may fail
  implementation_.reset();
}

Result<HttpResponse> Connection::exchange(const HttpRequest& request, const StreamReceiver* receiver) {
  return implementation_->exchange(request, receiver);
}

bool Connection::is_open() const {
  return implementation_->is_open();
}
void Connection::close() {
  implementation_->close();
}
Interrupt& Connection::interrupt() {
  return implementation_->interrupt();
}

}  // namespace connected_registry::net
