{{/*
The directories of a node that the trust agent mounts.
*/}}

{{/*
Returns the node's directories that the agent mounts, as a JSON array of {name, path, readOnly}. Each of them exists on
every such node: the kubelet would create a missing one, and it would stay. Unless runtimes are named, it is /etc, which
exists on every node, and the directories that the cluster's version implies: all nodes of k3s and RKE2 have them.
*/}}
{{- define "connected-registry.hostDirectories" -}}
{{- $trust := .Values.trustDistribution -}}
{{- $etc := dict "name" "etc" "path" "/etc" -}}
{{- $needs := dict
  "containerd" (ternary $etc (dict "name" "containerd" "path" "/etc/containerd") $trust.restart)
  "containers" (dict "name" "containers" "path" "/etc/containers")
  "docker" (dict "name" "docker" "path" "/etc/docker")
  "k0s" $etc
  "talos" (dict "name" "talos" "path" "/etc/cri/conf.d")
  "k3s" (dict "name" "k3s" "path" "/var/lib/rancher/k3s/agent/etc")
  "rke2" (dict "name" "rke2" "path" "/var/lib/rancher/rke2/agent/etc")
  "microk8s" (dict "name" "microk8s" "path" "/var/snap/microk8s")
-}}
{{- $directories := list -}}
{{- range $trust.runtimes | default list -}}
{{- $directories = append $directories (get $needs .) -}}
{{- end -}}
{{- if not $directories -}}
{{- $directories = list $etc -}}
{{- range $name := list "k3s" "rke2" -}}
{{- if contains (printf "+%s" $name) $.Capabilities.KubeVersion.Version -}}
{{- $directories = append $directories (get $needs $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if has $etc $directories -}}
{{- /* What lies below it is seen with it. */ -}}
{{- $others := list -}}
{{- range $directories -}}
{{- if not (hasPrefix "/etc/" .path) -}}
{{- $others = append $others . -}}
{{- end -}}
{{- end -}}
{{- $directories = $others -}}
{{- end -}}
{{- if $trust.restart -}}
{{- $directories = concat $directories (list
  (dict "name" "run" "path" "/run" "readOnly" true)
  (dict "name" "units" "path" "/usr/lib" "readOnly" true)
) -}}
{{- end -}}
{{- uniq $directories | toJson -}}
{{- end -}}
