#include "kube/lease.h"

namespace connected_registry::kube {
namespace {

std::int64_t integer_at(const json::Value& lease, std::string_view name) {
  const json::Value* const value = json::find(lease, {"spec", name});
  return value != nullptr && value->IsInt64() ? value->GetInt64() : 0;
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
  json::set(spec, "leaseDurationSeconds", json::Value(std::int64_t{record.duration.count()}), allocator);
  json::set(spec, "acquireTime", record.acquire_time, allocator);
  json::set(spec, "renewTime", record.renew_time, allocator);
  json::set(spec, "leaseTransitions", json::Value(record.transitions), allocator);
}

}  // namespace connected_registry::kube
