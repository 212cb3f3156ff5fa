#include "inject/running.h"

#include <algorithm>
#include <string>
#include <vector>

#include "contract/names.h"
#include "inject/pod.h"
#include "inject/rendered_policy.h"

namespace connected_registry::inject {

bool is_injected_by(const json::Value& pod, const Policy& policy) {
  return label(pod, names::kInjectedLabel) == policy.installation &&
         find_ca_volume(pod).state == CaVolume::State::kOurs;
}

bool has_other_bundle(const json::Value& pod, const Policy& policy) {
  return annotation(pod, names::kBundleAnnotation) != policy.bundle;
}

bool lacks_file(const json::Value& pod, const Policy& policy) {
  const CaVolume volume = find_ca_volume(pod);
  if (volume.state != CaVolume::State::kOurs) return true;
  const std::vector<std::string> files = volume_files(policy);
  return std::any_of(files.begin(), files.end(),
                     [&](const std::string& file) { return !has_item(*volume.value, file); });
}

}  // namespace connected_registry::inject
