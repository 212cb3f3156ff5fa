{{/*
What the trust agent sees of a node.
*/}}

{{/*
The node's folders, as a JSON array of {name, path, readOnly}. Only folders that are there on every such node: one that is
missing would be made, and stay.
*/}}
{{- define "connected-registry.hostFolders" -}}
{{- $trust := .Values.trustDistribution -}}
{{- $folders := list -}}
{{- $told := $trust.runtimes | default list -}}
{{- if not $told -}}
{{- $folders = list (dict "name" "etc" "path" "/etc") (dict "name" "var" "path" "/var") -}}
{{- else -}}
{{- $needs := dict
  "containerd" (dict "name" "etc" "path" "/etc")
  "containers" (dict "name" "etc" "path" "/etc")
  "docker" (dict "name" "etc" "path" "/etc")
  "k0s" (dict "name" "etc" "path" "/etc")
  "talos" (dict "name" "etc" "path" "/etc")
  "k3s" (dict "name" "k3s" "path" "/var/lib/rancher/k3s/agent/etc")
  "rke2" (dict "name" "rke2" "path" "/var/lib/rancher/rke2/agent/etc")
  "microk8s" (dict "name" "microk8s" "path" "/var/snap/microk8s")
-}}
{{- range $told -}}
{{- $folders = append $folders (get $needs .) -}}
{{- end -}}
{{- $folders = uniq $folders -}}
{{- end -}}
{{- if $trust.restart -}}
{{- $folders = concat $folders (list
  (dict "name" "run" "path" "/run" "readOnly" true)
  (dict "name" "units" "path" "/usr/lib" "readOnly" true)
) -}}
{{- end -}}
{{- $folders | toJson -}}
{{- end -}}
