#include "http/poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

namespace connected_registry::http {
namespace {

epoll_event to_epoll(Poller::Id id, Wait::Event event) {
  epoll_event out{};
  out.events = EPOLLONESHOT;
  if (event != Wait::Event::kWritable) out.events |= EPOLLIN;
  // For kNow: a socket that can be written is ready at once.
  if (event != Wait::Event::kReadable) out.events |= EPOLLOUT;
  out.data.u64 = id;
  return out;
}

}  // namespace

Result<Poller> Poller::make() {
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  Descriptor stop(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN;  // level-triggered and never read: every thread sees it
  event.data.u64 = kStop;
  if (!epoll || !stop || epoll_ctl(epoll.get(), EPOLL_CTL_ADD, stop.get(), &event) != 0) {
    return fail(ErrorCode::kIo, "epoll: " + std::generic_category().message(errno));
  }
  return Poller(std::move(epoll), std::move(stop));
}

bool Poller::add(int socket, Id id) const {
  epoll_event none{};
  none.events = EPOLLONESHOT;
  none.data.u64 = id;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &none) == 0;
}

void Poller::arm(int socket, Id id, Wait::Event event) const {
  epoll_event interest = to_epoll(id, event);
  static_cast<void>(epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, socket, &interest));
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
