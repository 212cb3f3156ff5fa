#include "kube/lease.h"

#include "kube/object.h"
#include "kube/resource.h"

namespace connected_registry::kube {
namespace {

std::int64_t integer_at(const json::Value& lease, std::string_view name) {
  const json::Value* const value = json::find(lease, {"spec", name});
  return value != nullptr && value->IsInt64() ? value->GetInt64() : 0;
}

void set_integer(json::Value& spec, const char* name, std::int64_t number, json::Allocator& allocator) {
  if (number == 0) {
    spec.RemoveMember(name);
  } else {
    json::set(spec, name, json::Value(number), allocator);
  }
}

void set_time(json::Value& spec, const char* name, const std::string& time, json::Allocator& allocator) {
  if (time.empty()) {
    spec.RemoveMember(name);
  } else {
    json::set(spec, name, time, allocator);
  }
}

}  // namespace

LeaseRecord read_lease(const json::Value& lease) {
  LeaseRecord record;
  record.holder = json::string_at(lease, {"spec", "holderIdentity"});
  record.duration = std::chrono::seconds(integer_at(lease, "leaseDurationSeconds"));
  record.acquire_time = json::string_at(lease, {"spec", "acquireTime"});
  record.renew_time = json::string_at(lease, {"spec", "renewTime"});
  record.transitions = integer_at(lease, "leaseTransitions");
  return record;
}

void write_lease(json::Document& lease, const LeaseRecord& record) {
  json::Allocator& allocator = lease.GetAllocator();
  json::Value& spec = json::object_at(lease, "spec", allocator);
  json::set(spec, "holderIdentity", record.holder, allocator);
  set_integer(spec, "leaseDurationSeconds", record.duration.count(), allocator);
  set_time(spec, "acquireTime", record.acquire_time, allocator);
  set_time(spec, "renewTime", record.renew_time, allocator);
  set_integer(spec, "leaseTransitions", record.transitions, allocator);
}

json::Document make_lease(std::string_view namespace_, std::string_view name, const LeaseRecord& record) {
  json::Document lease = make_object(kLeases, namespace_, name);
  write_lease(lease, record);
  return lease;
}

}  // namespace connected_registry::kube
