// The webhook that the benchmarks compare ours with: the same additions to a pod, written as controller-runtime's own
// documentation writes a mutating webhook.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const (
	volumeName       = "connected-registry-ca"
	bundleAnnotation = "connected-registry.io/ca-bundle"
	statusAnnotation = "connected-registry.io/status"
	injectedLabel    = "connected-registry.io/injected"
)

type injector struct {
	decoder admission.Decoder
	host    string
	bundle  string
	hash    string
}

func (i *injector) Handle(_ context.Context, request admission.Request) admission.Response {
	pod := &corev1.Pod{}
	if err := i.decoder.Decode(request, pod); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	if !i.uses(pod) {
		return admission.Allowed("")
	}
	status := i.inject(pod)
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	if pod.Labels == nil {
		pod.Labels = map[string]string{}
	}
	pod.Annotations[bundleAnnotation] = i.bundle
	pod.Annotations[statusAnnotation] = status
	pod.Labels[injectedLabel] = "connected-registry"
	changed, err := json.Marshal(pod)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, err)
	}
	return admission.PatchResponseFromRaw(request.Object.Raw, changed)
}

func (i *injector) uses(pod *corev1.Pod) bool {
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for _, container := range containers {
			if strings.HasPrefix(container.Image, i.host+"/") {
				return true
			}
		}
	}
	return false
}

func (i *injector) inject(pod *corev1.Pod) string {
	items := []corev1.DownwardAPIVolumeFile{}
	for _, path := range []string{"ca.crt", i.hash + ".0"} {
		field := &corev1.ObjectFieldSelector{FieldPath: fmt.Sprintf("metadata.annotations['%s']", bundleAnnotation)}
		items = append(items, corev1.DownwardAPIVolumeFile{Path: path, FieldRef: field})
	}
	pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{
		Name:         volumeName,
		VolumeSource: corev1.VolumeSource{DownwardAPI: &corev1.DownwardAPIVolumeSource{Items: items}},
	})
	mounts := []string{
		"/etc/connected-registry/certs", "/etc/docker/certs.d/" + i.host, "/etc/containers/certs.d/" + i.host,
	}
	type additions struct {
		Mounts []string `json:"mounts"`
		Env    []string `json:"env"`
	}
	status := map[string]additions{}
	for index := range pod.Spec.Containers {
		container := &pod.Spec.Containers[index]
		for _, path := range mounts {
			container.VolumeMounts = append(container.VolumeMounts,
				corev1.VolumeMount{Name: volumeName, MountPath: path, ReadOnly: true})
		}
		container.Env = append(container.Env,
			corev1.EnvVar{Name: "SSL_CERT_DIR", Value: "/etc/ssl/certs:/etc/pki/tls/certs:/etc/connected-registry/certs"},
			corev1.EnvVar{Name: "NODE_EXTRA_CA_CERTS", Value: "/etc/connected-registry/certs/ca.crt"})
		status[container.Name] = additions{Mounts: mounts, Env: []string{"SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"}}
	}
	text, _ := json.Marshal(status)
	return string(text)
}

func run() error {
	port := flag.Int("port", 0, "port to listen at")
	certificates := flag.String("cert-dir", "", "directory of tls.crt and tls.key")
	bundle := flag.String("bundle", "", "file with the registry's CA bundle")
	host := flag.String("host", "192.100.100.1", "host of the registry's images")
	flag.Parse()
	text, err := os.ReadFile(*bundle)
	if err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return err
	}
	server := webhook.NewServer(webhook.Options{Host: "127.0.0.1", Port: *port, CertDir: *certificates})
	server.Register("/mutate", &webhook.Admission{Handler: &injector{
		decoder: admission.NewDecoder(scheme), host: *host, bundle: string(text), hash: "0a1b2c3d",
	}})
	return server.Start(ctrl.SetupSignalHandler())
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
