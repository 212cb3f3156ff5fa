// One request behind the gate, answered.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>

#include "http/message.h"
#include "http/request_parser.h"

namespace connected_registry::http {

struct Answer {
  std::string text;     // head and body; empty where there is no memory for it
  bool closes = false;  // it tells the client that the connection ends
};

// Calls the route's handler. `keep_alive` is what clients are told. `closes` is asked after the handler,
// which may take its time.
Answer answer_request(const Routes& routes, const Head& head, std::span<char> body,
                      std::chrono::seconds keep_alive, const std::function<bool()>& closes);

}  // namespace connected_registry::http
