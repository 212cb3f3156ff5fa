{{/*
The common parts of our pods.
*/}}

{{/*
An image's reference. Arguments: the chart's context, the image's values, the tag to take when they name none.
global.imageRegistry takes the place of the host: what stands before the first slash and has a dot or a port, or is
"localhost", as container runtimes read it.
*/}}
{{- define "connected-registry.image" -}}
{{- $image := index . 1 -}}
{{- $repository := include "connected-registry.relocated" (list (index . 0) $image.repository) -}}
{{- $reference := printf "%s:%s" $repository (default (index . 2) $image.tag | toString) -}}
{{- if $image.digest -}}
{{- $reference = printf "%s@%s" $reference $image.digest -}}
{{- end -}}
{{- $reference -}}
{{- end -}}

{{/* A repository in the registry of global.imageRegistry, if there is one. Arguments: the chart's context, it. */}}
{{- define "connected-registry.relocated" -}}
{{- $registry := (index . 0).Values.global.imageRegistry | default "" | trimSuffix "/" -}}
{{- if $registry -}}
{{- printf "%s/%s" $registry (regexReplaceAll "^(localhost|[^/]*[.:][^/]*)/" (index . 1) "") -}}
{{- else -}}
{{- index . 1 -}}
{{- end -}}
{{- end -}}

{{/* Our own image, with its pull policy. */}}
{{- define "connected-registry.ownImage" -}}
image: {{ include "connected-registry.image" (list . .Values.image .Chart.AppVersion) | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
{{- end -}}

{{/* Another image, with its pull policy. Arguments: the chart's context, the image's values. */}}
{{- define "connected-registry.otherImage" -}}
{{- $image := index . 1 -}}
image: {{ include "connected-registry.image" (list (index . 0) $image "") | quote }}
imagePullPolicy: {{ $image.pullPolicy | quote }}
{{- end -}}

{{/* Pull secrets, for every pod. */}}
{{- define "connected-registry.pullSecrets" -}}
{{- with concat .Values.imagePullSecrets (.Values.global.imagePullSecrets | default list) | uniq }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/*
Returns the common part of all pods of a component: account, security, place. Arguments: the chart's context, the component's label,
whether they talk to Kubernetes, more of a node selector (a map).
A node selector is the component's own or the chart's; what is said here comes first, and Linux by itself.
*/}}
{{- define "connected-registry.podSpecification" -}}
{{- $root := index . 0 -}}
{{- $label := index . 1 -}}
{{- $component := index $root.Values (include "connected-registry.componentKey" $label) -}}
{{- $general := dict -}}
{{- if ne $label "trust-agent" -}}{{- $general = $root.Values -}}{{- end -}}
serviceAccountName: {{ include "connected-registry.serviceAccount" (list $root $label) | quote }}
automountServiceAccountToken: {{ index . 2 }}
enableServiceLinks: false
{{- with $component.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "connected-registry.pullSecrets" $root }}{{ . }}{{- end }}
nodeSelector:
  {{- $chosen := $component.nodeSelector | default $general.nodeSelector | default dict }}
  {{- merge (dict) (index . 3) $chosen (dict "kubernetes.io/os" "linux") | toYaml | nindent 2 }}
{{- with $component.tolerations | default $general.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $component.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "connected-registry.spread" (list $root $label $component) }}{{ . }}{{- end }}
{{- with $component.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- end -}}

{{/*
Topology spread constraints, for the component's pods where a constraint does not say for which. Arguments: the chart's
context, the component's label, its values.
*/}}
{{- define "connected-registry.spread" -}}
{{- $selector := dict "matchLabels" (include "connected-registry.selectorLabels" . | fromYaml) -}}
{{- $constraints := list -}}
{{- range (index . 2).topologySpreadConstraints -}}
{{- $constraints = append $constraints (merge (dict) . (ternary (dict) (dict "labelSelector" $selector) (hasKey . "labelSelector"))) -}}
{{- end -}}
{{- with $constraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A container's security. Arguments: the chart's context, the component's label. */}}
{{- define "connected-registry.containerSecurity" -}}
{{- with (index (index . 0).Values (include "connected-registry.componentKey" (index . 1))).securityContext -}}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* Annotations by which a Prometheus without an operator finds the pods of our binary, if wanted. */}}
{{- define "connected-registry.scrapeAnnotations" -}}
{{- if .Values.metrics.scrapeAnnotations -}}
prometheus.io/scrape: "true"
prometheus.io/port: "9444"
prometheus.io/path: /metrics
{{- end -}}
{{- end -}}

{{/* Probes of our binary's health port. */}}
{{- define "connected-registry.probes" -}}
startupProbe:
  httpGet:
    path: /healthz
    port: health
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /healthz
    port: health
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /readyz
    port: health
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 3
{{- end -}}
