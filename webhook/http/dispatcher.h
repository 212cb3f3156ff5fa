// Calls the route of a parsed request and serializes its response.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>

#include "http/message.h"
#include "http/request_parser.h"

namespace connected_registry::http {

struct SerializedResponse {
  std::string text;     // head and body; empty where memory is short
  bool closes = false;  // it tells the client that the connection ends
};

// Calls the handler of the request's path; an unknown path is answered 404. `keep_alive` is the idle timeout
// that clients are told. `closes` decides whether the connection ends; it is asked after the handler, which
// may take its time.
SerializedResponse handle_request(const Routes& routes, const Head& head, std::span<char> body,
                                  std::chrono::seconds keep_alive, const std::function<bool()>& closes);

}  // namespace connected_registry::http
