// What a pod's admission costs in this process: the bytes of the AdmissionReview in, the bytes of the answer
// out. The pod is of the size that deployments usually make: about 8 KB with its review.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "inject/inject.h"
#include "kube/admission_review.h"
#include "server/admission_routes.h"

namespace connected_registry {
namespace {

inject::Policy policy() {
  inject::Policy out;
  out.installation = "connected-registry";
  out.hosts = inject::registry_hosts({.name = "connected-registry", .name_space = "edge"}, "192.100.100.1",
                                     "cluster.local");
  out.directory_hosts = {"192.100.100.1"};
  out.excluded_namespaces = {"kube-system", "kube-node-lease"};
  out.bundle = "-----BEGIN CERTIFICATE-----\n" + std::string(700, 'A') + "\n-----END CERTIFICATE-----\n";
  out.subject_hashes = {"0a1b2c3d"};
  return out;
}

std::string variables(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    out.append(i == 0 ? "" : ",").append(R"({"name":"SETTING_)").append(number);
    out.append(R"(","value":"http://service-)")
        .append(number)
        .append(R"(.shop.svc.cluster.local:8080/path"})");
  }
  return out;
}

std::string container(std::string_view name, std::string_view host) {
  std::string out = R"({"name":")";
  out.append(name).append(R"(","image":")").append(host).append("/shop/").append(name);
  out.append(R"(:1.4.2","ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],"env":[)")
      .append(variables(24));
  return out.append(
      R"(],"resources":{"limits":{"cpu":"1","memory":"512Mi"},"requests":{"cpu":"100m","memory":"128Mi"}},)"
      R"("volumeMounts":[{"name":"config","readOnly":true,"mountPath":"/etc/shop"},{"name":"tmp","mountPath":"/tmp"},)"
      R"({"name":"kube-api-access","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],)"
      R"("livenessProbe":{"httpGet":{"path":"/healthz","port":"http","scheme":"HTTP"},"periodSeconds":10},)"
      R"("securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}})");
}

std::string review(std::string_view host) {
  std::string out =
      R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":)"
      R"("705ab4f5-6393-11e8-b7cc-42010a800002","kind":{"group":"","version":"v1","kind":"Pod"},"resource":)"
      R"({"group":"","version":"v1","resource":"pods"},"namespace":"shop","operation":"CREATE","userInfo":)"
      R"({"username":"system:serviceaccount:kube-system:replicaset-controller"},"oldObject":null,"dryRun":false,)"
      R"("object":{"kind":"Pod","apiVersion":"v1","metadata":{"generateName":"web-5d69b8d4c7-","labels":)"
      R"({"app":"web","pod-template-hash":"5d69b8d4c7"},"annotations":{"prometheus.io/scrape":"true"}},"spec":)"
      R"({"volumes":[{"name":"config","configMap":{"name":"web"}},{"name":"tmp","emptyDir":{}}],"containers":[)";
  out.append(container("web", host)).append(",").append(container("worker", host)).append(",");
  out.append(container("cache", "docker.io"));
  return out.append(R"(],"restartPolicy":"Always","serviceAccountName":"web","nodeSelector":)"
                    R"({"kubernetes.io/os":"linux"}}}}})");
}

void run(benchmark::State& state, const std::string& body) {
  std::shared_ptr<const inject::Policy> current = std::make_shared<const inject::Policy>(policy());
  metrics::Registry metrics;
  const server::Routes routes =
      server::admission_routes({.installation = {.name = "registry", .name_space = "registry-system"},
                                .policy = [&current] { return current; },
                                .settings = [] { return nullptr; }},
                               metrics);
  std::size_t answered = 0;
  while (state.KeepRunning()) {
    const server::HttpResponse response = routes.front().handler({"POST", "/mutate", body});
    answered = response.body.size();
    benchmark::DoNotOptimize(response.body.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
  state.counters["request_bytes"] = static_cast<double>(body.size());
  state.counters["response_bytes"] = static_cast<double>(answered);
}

void injects_a_pod(benchmark::State& state) {
  run(state, review("192.100.100.1"));
}
void passes_a_pod_of_another_registry(benchmark::State& state) {
  run(state, review("docker.io"));
}

void reads_a_review(benchmark::State& state) {
  const std::string body = review("192.100.100.1");
  while (state.KeepRunning()) benchmark::DoNotOptimize(kube::parse_admission_review(body));
}

BENCHMARK(injects_a_pod);
BENCHMARK(passes_a_pod_of_another_registry);
BENCHMARK(reads_a_review);

}  // namespace
}  // namespace connected_registry
