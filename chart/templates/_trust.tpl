{{/*
What the trust agent sees of a node.
*/}}

{{/*
The node's folders, as a JSON array of {name, path, readOnly}. Only folders that are there on every such node: one that is
missing would be made, and stay. Unless runtimes are named, it is /etc, below which a node may have one of several folders or
none yet, and what the cluster's version tells: all nodes of k3s and RKE2 are of that kind.
*/}}
{{- define "connected-registry.hostFolders" -}}
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
{{- $folders := list -}}
{{- range $trust.runtimes | default list -}}
{{- $folders = append $folders (get $needs .) -}}
{{- end -}}
{{- if not $folders -}}
{{- $folders = list $etc -}}
{{- range $name := list "k3s" "rke2" -}}
{{- if contains (printf "+%s" $name) $.Capabilities.KubeVersion.Version -}}
{{- $folders = append $folders (get $needs $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if has $etc $folders -}}
{{- /* What lies below it is seen with it. */ -}}
{{- $others := list -}}
{{- range $folders -}}
{{- if not (hasPrefix "/etc/" .path) -}}
{{- $others = append $others . -}}
{{- end -}}
{{- end -}}
{{- $folders = $others -}}
{{- end -}}
{{- if $trust.restart -}}
{{- $folders = concat $folders (list
  (dict "name" "run" "path" "/run" "readOnly" true)
  (dict "name" "units" "path" "/usr/lib" "readOnly" true)
) -}}
{{- end -}}
{{- uniq $folders | toJson -}}
{{- end -}}
