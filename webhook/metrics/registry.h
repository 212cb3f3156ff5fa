// The metrics of the process, which Prometheus collects.
//
// Names follow Prometheus' conventions: the prefix "connected_registry_", base units, and "_total" at the end
// of a counter's name. A label must have few different values: a path or a verdict, never a pod's name.
// Metrics contain no secrets.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace connected_registry::metrics {

using Labels = std::map<std::string, std::string>;

// Handles of metrics. They are cheap to copy, thread-safe, and valid as long as their registry. A
// default-constructed handle does nothing, so that code can run without metrics.
class Counter {
 public:
  Counter() = default;
  void add(double amount = 1) const;  // amount >= 0

 private:
  friend class Registry;
  explicit Counter(prometheus::Counter& metric) : metric_(&metric) {}
  prometheus::Counter* metric_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  void set(double value) const;
  void add(double amount) const;

 private:
  friend class Registry;
  explicit Gauge(prometheus::Gauge& metric) : metric_(&metric) {}
  prometheus::Gauge* metric_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  void observe(double value) const;

 private:
  friend class Registry;
  explicit Histogram(prometheus::Histogram& metric) : metric_(&metric) {}
  prometheus::Histogram* metric_ = nullptr;
};

// Owns the metrics and must outlive its handles. Thread-safe. Calls with the same name and the same labels
// return handles of the same metric. A name or label that Prometheus does not allow is a defect of the
// program, and so is a name that already has another type. The registry logs the defect and returns a handle
// that does nothing.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
  Registry(Registry&&) = delete;
  Registry& operator=(Registry&&) = delete;

  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  // `bounds` are the upper bounds of the buckets in ascending order. A bucket without an upper bound is
  // added.
  Histogram histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                      const Labels& labels = {});

  // Returns all metrics in Prometheus' text format (version 0.0.4), including the metrics of the process
  // (process_cpu_seconds_total, process_resident_memory_bytes and so on).
  std::string text() const;

 private:
  std::unique_ptr<prometheus::Registry> registry_;
};

// The Content-Type of text().
inline constexpr const char* kTextType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace connected_registry::metrics
