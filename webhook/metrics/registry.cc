#include "metrics/registry.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <exception>
#include <utility>

#include "base/log.h"
#include "metrics/process.h"

namespace connected_registry::metrics {
namespace {

// Calls `make`, which throws where the library does not allow the name.
template <typename Handle, typename Make>
Handle register_metric(const std::string& name, Make make) {
  try {
    return make();
  } catch (const std::exception& exception) {
    log::error("cannot register a metric", {{"metric", name}, {"error", exception.what()}});
    return {};
  }
}

prometheus::MetricFamily family(const ProcessValue& value) {
  prometheus::ClientMetric metric;
  if (value.is_counter) {
    metric.counter.value = value.value;
  } else {
    metric.gauge.value = value.value;
  }
  return {value.name,
          value.help,
          value.is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge,
          {metric}};
}

}  // namespace

void Counter::add(double amount) const {
  if (metric_ != nullptr) metric_->Increment(amount);
}

void Gauge::set(double value) const {
  if (metric_ != nullptr) metric_->Set(value);
}

void Gauge::add(double amount) const {
  if (metric_ != nullptr) metric_->Increment(amount);
}

void Histogram::observe(double value) const {
  if (metric_ != nullptr) metric_->Observe(value);
}

Registry::Registry() : registry_(std::make_unique<prometheus::Registry>()) {}

Registry::~Registry() = default;

Counter Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return register_metric<Counter>(name, [&] {
    return Counter(prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(labels));
  });
}

Gauge Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return register_metric<Gauge>(name, [&] {
    return Gauge(prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(labels));
  });
}

Histogram Registry::histogram(const std::string& name, const std::string& help,
                              const std::vector<double>& bounds, const Labels& labels) {
  return register_metric<Histogram>(name, [&] {
    return Histogram(
        prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add(labels, bounds));
  });
}

std::string Registry::text() const {
  std::vector<prometheus::MetricFamily> families = registry_->Collect();
  for (const ProcessValue& value : process_values()) families.push_back(family(value));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace connected_registry::metrics
