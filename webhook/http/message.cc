#include "http/message.h"

namespace connected_registry::http {
namespace {

// The status codes that this server sends (RFC 9110, section 15).
std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Bad Request";
  }
}

}  // namespace

std::string status_line(int status) {
  std::string line = "HTTP/1.1 " + std::to_string(status);
  return line.append(" ").append(reason_phrase(status)).append("\r\n");
}

}  // namespace connected_registry::http
