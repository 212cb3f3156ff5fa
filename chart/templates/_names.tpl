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
{{- regexReplaceAll "-+$" ($full | replace "." "-" | trunc 40) "" -}}
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
The hosts by which images name this registry, as a JSON list: its address, its service's names and the extra hosts, each
with and without the port, save extra hosts that have one. An IPv6 address stands in brackets there.
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
{{- range .Values.injection.extraHosts -}}
{{- $hosts = append $hosts . -}}
{{- if not (regexMatch ":[0-9]+$" (regexReplaceAll "^\\[.*\\]" . "")) -}}
{{- $hosts = append $hosts (printf "%s:%s" . $port) -}}
{{- end -}}
{{- end -}}
{{- $hosts | uniq | toJson -}}
{{- end -}}

{{/*
Namespaces whose pods are never changed, as a JSON list: those of the settings, and always the two without which a
cluster cannot start.
*/}}
{{- define "connected-registry.excludedNamespaces" -}}
{{- concat (list "kube-system" "kube-node-lease") (.Values.injection.excludedNamespaces | default list) | uniq | toJson -}}
{{- end -}}

{{/*
The claim of the volume with the images. Its name is the one that the connected registry's users know, so it does not
follow the release's.
*/}}
{{- define "connected-registry.claim" -}}
{{- .Values.pvc.existingClaim | default "connected-registry-pvc" -}}
{{- end -}}

{{/* The key under which a component's values stand. Argument: the component's label. */}}
{{- define "connected-registry.componentKey" -}}
{{- get (dict "registry" "registry" "webhook" "webhook" "controller" "controller" "trust-agent" "trustAgent" "uninstall" "hooks" "preflight" "hooks") . -}}
{{- end -}}

{{/* A component's service account. Arguments: the chart's context, the component's label. */}}
{{- define "connected-registry.serviceAccount" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $account := (index $root.Values (include "connected-registry.componentKey" $component)).serviceAccount -}}
{{- $ours := include "connected-registry.fullname" $root -}}
{{- if ne $component "registry" -}}
{{- $ours = printf "%s-%s" $ours $component -}}
{{- end -}}
{{- /* The hooks before and those after have different rights; only an account of the user's own is shared. */ -}}
{{- if and (eq $component "preflight") $account.create -}}
{{- $ours -}}
{{- else -}}
{{- $account.name | default (ternary $ours "default" $account.create) -}}
{{- end -}}
{{- end -}}
