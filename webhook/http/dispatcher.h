// Calls the route for a parsed request and serializes the response.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>

#include "http/message.h"
#include "http/request_parser.h"

namespace connected_registry::http {

struct SerializedResponse {
  std::string text;     // head and body; empty if there was not enough memory
  bool closes = false;  // the response tells the client that the connection ends
};

// Calls the handler for the request's path. An unknown path gets a response 404. `keep_alive` is the idle
// timeout that the response tells the client. `closes` returns true if the connection must end. It is called
// after the handler, because the handler may take a long time.
SerializedResponse handle_request(const Routes& routes, const Head& head, std::span<char> body,
                                  std::chrono::seconds keep_alive, const std::function<bool()>& closes);

}  // namespace connected_registry::http
