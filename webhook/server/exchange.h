// One request behind the gate, answered: the only place of this module that knows cpp-httplib.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "server/http_message.h"
#include "server/request_gate.h"

namespace connected_registry::server {

// Belongs to one thread.
class Exchange {
 public:
  // `routes` outlives it. `keep_alive` is what clients are told.
  Exchange(const Routes& routes, std::chrono::seconds keep_alive);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  Exchange(Exchange&&) = delete;
  Exchange& operator=(Exchange&&) = delete;

  struct Answer {
    std::string text;     // head and body; empty where none could be made
    bool closes = false;  // it tells the client that the connection ends
  };
  // `closes` is asked after the handler, which may take its time.
  Answer answer(const Head& head, std::span<char> body, const std::function<bool()>& closes);

 private:
  class Adapter;
  std::unique_ptr<Adapter> adapter_;
};

}  // namespace connected_registry::server
