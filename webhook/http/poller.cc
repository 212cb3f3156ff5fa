#include "http/poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

namespace connected_registry::http {
namespace {

epoll_event interest(Poller::Id id, Next::Event event) {
  epoll_event out{};
  out.events = EPOLLONESHOT;
  if (event != Next::Event::kWritable) out.events |= EPOLLIN;
  // A socket that takes more is ready at once.
  if (event != Next::Event::kReadable) out.events |= EPOLLOUT;
  out.data.u64 = id;
  return out;
}

}  // namespace

Result<Poller> Poller::make() {
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  Descriptor stop(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN;  // level-triggered and never read: everybody sees it
  event.data.u64 = kStop;
  if (!epoll || !stop || epoll_ctl(epoll.get(), EPOLL_CTL_ADD, stop.get(), &event) != 0) {
    return fail(ErrorCode::kIo, "epoll: " + std::generic_category().message(errno));
  }
  return Poller(std::move(epoll), std::move(stop));
}

bool Poller::add(int socket, Id id) const {
  epoll_event wanted{};
  wanted.events = EPOLLONESHOT;
  wanted.data.u64 = id;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &wanted) == 0;
}

void Poller::arm(int socket, Id id, Next::Event event) const {
  epoll_event wanted = interest(id, event);
  static_cast<void>(epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, socket, &wanted));
}

Poller::Id Poller::wait() const {
  epoll_event event{};
  while (epoll_wait(epoll_.get(), &event, 1, -1) != 1) {
  }
  return event.data.u64;
}

void Poller::stop() const {
  eventfd_write(stop_.get(), 1);
}

}  // namespace connected_registry::http
