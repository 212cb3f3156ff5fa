{{/*
Labels and annotations. The user's own come after ours and never replace one of ours: selectors and our programs find
objects by them.
*/}}

{{/*
Labels that selectors use; they never change. Arguments: the chart's context, the component.
The component label also keeps our own pods away from our webhook.
*/}}
{{- define "connected-registry.selectorLabels" -}}
connected-registry.io/name: {{ include "connected-registry.fullname" (index . 0) | quote }}
connected-registry.io/component: {{ index . 1 | quote }}
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

{{/* All labels of ours on an object. Arguments: the chart's context, the component. */}}
{{- define "connected-registry.labels" -}}
{{- $root := index . 0 -}}
{{ include "connected-registry.podLabels" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | quote }}
{{- end -}}

{{/*
A map of texts as lines of YAML, without those keys that are ours; with one of helm's keys for hooks, helm would no longer
count the object as part of the release. Arguments: the map, ours as a map.
*/}}
{{- define "connected-registry.besides" -}}
{{- $ours := index . 1 -}}
{{- range $key, $value := index . 0 -}}
{{- if not (or (hasKey $ours $key) (hasPrefix "connected-registry.io/" $key) (hasPrefix "helm.sh/hook" $key)) }}
{{ $key | quote }}: {{ $value | toString | quote }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Labels and annotations of an object. Arguments: the chart's context, the component, the object's own annotations (may be
left out), its own labels (may be left out).
*/}}
{{- define "connected-registry.describe" -}}
{{- $root := index . 0 -}}
{{- $annotations := dict -}}
{{- if gt (len .) 2 -}}{{- $annotations = index . 2 | default dict -}}{{- end -}}
{{- $labels := dict -}}
{{- if gt (len .) 3 -}}{{- $labels = index . 3 -}}{{- end -}}
{{- $ours := include "connected-registry.labels" . -}}
labels:
  {{- $ours | nindent 2 }}
  {{- range $key, $value := $labels }}
  {{ $key | quote }}: {{ $value | quote }}
  {{- end }}
  {{- with include "connected-registry.besides" (list $root.Values.commonLabels (merge (fromYaml $ours) $labels)) }}{{ . | trim | nindent 2 }}{{ end }}
{{- include "connected-registry.annotations" (list $annotations $root.Values.commonAnnotations) }}
{{- end -}}

{{/* An object's annotations, where it has any. Arguments: ours, then maps of the user's, of which later ones win. */}}
{{- define "connected-registry.annotations" -}}
{{- $ours := first . -}}
{{- $given := dict -}}
{{- range rest . -}}
{{- range $key, $value := . -}}{{- $_ := set $given $key $value -}}{{- end -}}
{{- end -}}
{{- $others := include "connected-registry.besides" (list $given $ours) -}}
{{- if or $ours $others }}
annotations:
  {{- range $key, $value := $ours }}
  {{ $key | quote }}: {{ $value | toString | quote }}
  {{- end }}
  {{- with $others }}{{ . | trim | nindent 2 }}{{ end }}
{{- end -}}
{{- end -}}

{{/* A pod template's labels and annotations. Arguments: the chart's context, the component, annotations of ours. */}}
{{- define "connected-registry.describePod" -}}
{{- $root := index . 0 -}}
{{- $component := index $root.Values (include "connected-registry.componentKey" (index . 1)) -}}
{{- $ours := include "connected-registry.podLabels" . -}}
{{- $given := dict -}}
{{- range list $root.Values.commonLabels $component.podLabels -}}
{{- range $key, $value := . -}}{{- $_ := set $given $key $value -}}{{- end -}}
{{- end -}}
labels:
  {{- $ours | nindent 2 }}
  {{- with include "connected-registry.besides" (list $given (fromYaml $ours)) }}{{ . | trim | nindent 2 }}{{ end }}
{{- include "connected-registry.annotations" (list (index . 2) $root.Values.commonAnnotations $component.podAnnotations) }}
{{- end -}}
