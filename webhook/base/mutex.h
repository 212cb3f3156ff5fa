// A mutex with Clang's thread-safety annotations: the compiler checks which mutex guards which member
// (`hack/lint thread-safety`). The macros mean what Abseil's of the same names mean (without its prefix). GCC
// ignores them.
#pragma once

#include <mutex>

#ifdef __clang__
#define CONNECTED_REGISTRY_THREAD_ANNOTATION(what) __attribute__((what))
#else
#define CONNECTED_REGISTRY_THREAD_ANNOTATION(what)
#endif

// A member that is read and written only while `mutex` is held.
#define GUARDED_BY(mutex) CONNECTED_REGISTRY_THREAD_ANNOTATION(guarded_by(mutex))
// A function, or a lambda, that is called only while the mutex is held.
#define REQUIRES(...) CONNECTED_REGISTRY_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))

namespace connected_registry {

// std::mutex with annotations.
class CONNECTED_REGISTRY_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() CONNECTED_REGISTRY_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() CONNECTED_REGISTRY_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

// Holds a Mutex as long as it lives. std::condition_variable_any waits with it: the predicate is a lambda
// that REQUIRES the mutex.
class CONNECTED_REGISTRY_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) CONNECTED_REGISTRY_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() CONNECTED_REGISTRY_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  MutexLock(MutexLock&&) = delete;
  MutexLock& operator=(MutexLock&&) = delete;

  // For std::condition_variable_any, which leaves it locked.
  void lock() CONNECTED_REGISTRY_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() CONNECTED_REGISTRY_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  Mutex& mutex_;
};

}  // namespace connected_registry
