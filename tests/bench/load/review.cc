#include "load/review.h"

#include <algorithm>

namespace connected_registry::bench {
namespace {

std::string variables(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    out.append(i == 0 ? "" : ",").append(R"({"name":"SETTING_)").append(number);
    out.append(R"(","value":"http://service-)").append(number);
    out.append(R"(.shop.svc.cluster.local:8080/path"})");
  }
  return out;
}

std::string container(std::string_view name, std::string_view host, int variable_count) {
  std::string out = R"({"name":")";
  out.append(name).append(R"(","image":")").append(host).append("/shop/").append(name);
  out.append(R"(:1.4.2","ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],"env":[)")
      .append(variables(variable_count));
  return out.append(
      R"(],"resources":{"limits":{"cpu":"1","memory":"512Mi"},"requests":{"cpu":"100m","memory":"128Mi"}},)"
      R"("volumeMounts":[{"name":"config","readOnly":true,"mountPath":"/etc/shop"},{"name":"tmp","mountPath":"/tmp"},)"
      R"({"name":"kube-api-access","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],)"
      R"("livenessProbe":{"httpGet":{"path":"/healthz","port":"http","scheme":"HTTP"},"periodSeconds":10},)"
      R"("imagePullPolicy":"IfNotPresent","terminationMessagePath":"/dev/termination-log",)"
      R"("securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}})");
}

// The fields are in the API server's order.
std::string begin() {
  std::string out = R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":")";
  return out.append(kUid).append(
      R"(","kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},)"
      R"("requestKind":{"group":"","version":"v1","kind":"Pod"},"requestResource":{"group":"","version":"v1",)"
      R"("resource":"pods"},"namespace":"shop","operation":"CREATE","userInfo":{"username":)"
      R"("system:serviceaccount:kube-system:replicaset-controller","uid":"bd4ae0b0-6f27-4a8e-8a55-1f4ba1f36a5b",)"
      R"("groups":["system:serviceaccounts","system:serviceaccounts:kube-system","system:authenticated"]},)"
      R"("object":{"kind":"Pod","apiVersion":"v1","metadata":{"generateName":"web-5d69b8d4c7-","namespace":"shop",)"
      R"("labels":{"app":"web","pod-template-hash":"5d69b8d4c7"},"annotations":{"prometheus.io/scrape":"true"},)"
      R"("ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-5d69b8d4c7","uid":)"
      R"("c5a9eb7c-2a4a-4ec2-8c6a-e5ae3c3ad2dd","controller":true,"blockOwnerDeletion":true}]},"spec":)"
      R"({"volumes":[{"name":"config","configMap":{"name":"web","defaultMode":420}},{"name":"tmp","emptyDir":{}}],)"
      R"("containers":[)");
}

constexpr std::string_view kEnd =
    R"(],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",)"
    R"("serviceAccountName":"web","serviceAccount":"web","nodeSelector":{"kubernetes.io/os":"linux"},)"
    R"("securityContext":{},"schedulerName":"default-scheduler"},"status":{}},"oldObject":null,"dryRun":false,)"
    R"("options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}})";

}  // namespace

std::string pod_review(std::string_view host, std::size_t size) {
  std::string out = begin();
  constexpr int kVariables = 24;
  const std::size_t one = container("more-0", "docker.io", kVariables).size();
  out.append(container("web", host, kVariables)).append(",").append(container("worker", host, kVariables));
  for (int i = 0; out.size() + kEnd.size() + one <= size; ++i) {
    out.append(",").append(container("more-" + std::to_string(i), "docker.io", kVariables));
  }
  // A last container fills the rest, to within the length of a variable.
  const std::size_t least = container("rest", "docker.io", 0).size() + 1;
  if (out.size() + kEnd.size() + least < size) {
    const std::size_t each = (one - least) / kVariables;
    const auto count = static_cast<int>((size - out.size() - kEnd.size() - least) / each);
    out.append(",").append(container("rest", "docker.io", count));
  }
  return out.append(kEnd);
}

std::string admission_request(std::string_view body, bool keep_alive) {
  std::string out =
      "POST /mutate?timeout=3s HTTP/1.1\r\nHost: connected-registry-webhook.edge.svc:443\r\n"
      "User-Agent: kube-apiserver-admission\r\nContent-Length: ";
  out.append(std::to_string(body.size()));
  out.append(
      "\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n");
  if (!keep_alive) out.append("Connection: close\r\n");
  return out.append("\r\n").append(body);
}

}  // namespace connected_registry::bench
