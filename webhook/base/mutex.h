// A mutex with Clang's thread-safety annotations. The compiler checks that a guarded member is used only
// while its mutex is locked (`hack/lint thread-safety`). The macros have the names and the meaning that
// Clang's documentation of this analysis gives them. GCC ignores them.
#pragma once

#include <mutex>

#ifdef __clang__
#define CONNECTED_REGISTRY_THREAD_ANNOTATION(what) __attribute__((what))
#else
#define CONNECTED_REGISTRY_THREAD_ANNOTATION(what)
#endif

// Marks a member that is read and written only while `mutex` is locked.
#define GUARDED_BY(mutex) CONNECTED_REGISTRY_THREAD_ANNOTATION(guarded_by(mutex))
// Marks a function or a lambda that is called only while the mutex is locked.
#define REQUIRES(...) CONNECTED_REGISTRY_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))

namespace connected_registry {

// A std::mutex with annotations.
class CONNECTED_REGISTRY_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() CONNECTED_REGISTRY_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() CONNECTED_REGISTRY_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

// Locks a Mutex during the lifetime of the object. std::condition_variable_any can wait with a MutexLock; the
// predicate is then a lambda that is marked with REQUIRES.
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

  // Used by std::condition_variable_any. The mutex is locked again when a wait returns.
  void lock() CONNECTED_REGISTRY_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() CONNECTED_REGISTRY_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  Mutex& mutex_;
};

}  // namespace connected_registry
