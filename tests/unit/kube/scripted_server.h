// A TLS server that does to each connection just what the test says: what an HTTP server would never do, too.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "kube/client.h"
#include "support/temporary_directory.h"
#include "x509/issue.h"

namespace connected_registry::kube::testing {

class ScriptedServer {
 public:
  // The server's end of one connection.
  class Peer {
   public:
    virtual ~Peer() = default;
    // Head and body of the next request; "" where the client has gone.
    virtual std::string read_request() = 0;
    // False where the client has gone.
    virtual bool write(std::string_view bytes) = 0;
  };
  // What happens on one connection, which is closed at its end.
  using Script = std::function<void(Peer& peer)>;

  // One script for each connection, in order; later connections get no handshake.
  explicit ScriptedServer(std::vector<Script> scripts);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ScriptedServer(ScriptedServer&&) = delete;
  ScriptedServer& operator=(ScriptedServer&&) = delete;

  Configuration configuration() const;

 private:
  class TlsPeer;
  void run();

  ::connected_registry::testing::TemporaryDirectory directory_;
  x509::Pair ca_;
  x509::Pair certificate_;
  std::vector<Script> scripts_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

// A whole answer that leaves the connection open.
std::string http_answer(int status, std::string_view body);

}  // namespace connected_registry::kube::testing
