{{/*
Names and labels. The binary derives the same object names from what `connected-registry.fullname` gives.
*/}}

{{/*
The first part of every object's name. 40 characters leave room for the longest suffix; a release's name may hold dots,
a Service's may not.
*/}}
{{- define "connected-registry.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := printf "%s-%s" .Release.Name $name -}}
{{- if .Values.fullnameOverride -}}
{{- $full = .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- $full = .Release.Name -}}
{{- end -}}
{{- $full | replace "." "-" | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Names of cluster-scoped objects carry the namespace, so that two registries live in one cluster. */}}
{{- define "connected-registry.clusterName" -}}
{{- printf "%s-%s" (include "connected-registry.fullname" .) .Release.Namespace | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The same for a part of ours. Arguments: the chart's context, the part's suffix ("webhook"). */}}
{{- define "connected-registry.clusterPartName" -}}
{{- $root := index . 0 -}}
{{- printf "%s-%s-%s" (include "connected-registry.fullname" $root) (index . 1) $root.Release.Namespace -}}
{{- end -}}

{{/* The Service's names inside the cluster, as a JSON list. */}}
{{- define "connected-registry.serviceNames" -}}
{{- $name := printf "%s.%s" (include "connected-registry.fullname" .) .Release.Namespace -}}
{{- list $name (printf "%s.svc" $name) (printf "%s.svc.%s" $name .Values.clusterDomain) | toJson -}}
{{- end -}}

{{/*
The hosts by which images name this registry, as a JSON list: its address and its service's names, each with and
without the port. An IPv6 address stands in brackets there.
*/}}
{{- define "connected-registry.hosts" -}}
{{- $address := include "connected-registry.address" . -}}
{{- if contains ":" $address -}}
{{- $address = printf "[%s]" $address -}}
{{- end -}}
{{- $hosts := list -}}
{{- $port := include "connected-registry.port" . -}}
{{- range prepend (include "connected-registry.serviceNames" . | fromJsonArray) $address -}}
{{- $hosts = concat $hosts (list . (printf "%s:%s" . $port)) -}}
{{- end -}}
{{- toJson $hosts -}}
{{- end -}}

{{/* Namespaces whose pods are never changed: a cluster must be able to start without us. A JSON list. */}}
{{- define "connected-registry.excludedNamespaces" -}}
{{- list "kube-system" "kube-node-lease" | toJson -}}
{{- end -}}

{{/*
Labels that selectors use; they never change. Arguments: the chart's context, the component.
The component label also keeps our own pods away from our webhook.
*/}}
{{- define "connected-registry.selectorLabels" -}}
connected-registry.io/name: {{ include "connected-registry.fullname" (index . 0) | quote }}
connected-registry.io/component: {{ index . 1 | quote }}
{{- end -}}

{{/* All labels of an object. Arguments: the chart's context, the component. */}}
{{- define "connected-registry.labels" -}}
{{- $root := index . 0 -}}
{{ include "connected-registry.selectorLabels" . }}
app.kubernetes.io/name: {{ default $root.Chart.Name $root.Values.nameOverride | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 | quote }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | quote }}
{{- end -}}

{{/*
Labels of a pod: no version and no chart, so that an upgrade that changes nothing in a pod does not restart it.
Arguments: the chart's context, the component.
*/}}
{{- define "connected-registry.podLabels" -}}
{{- $root := index . 0 -}}
{{ include "connected-registry.selectorLabels" . }}
app.kubernetes.io/name: {{ default $root.Chart.Name $root.Values.nameOverride | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 | quote }}
{{- end -}}
