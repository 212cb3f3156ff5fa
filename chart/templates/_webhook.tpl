{{/*
CEL expressions of the webhook configurations. A missing field is an error there, so each is asked for before it is read.
*/}}

{{/* A CEL list of the hosts by which images name the registry. */}}
{{- define "connected-registry.celImagePrefixes" -}}
{{- $prefixes := list -}}
{{- range include "connected-registry.hosts" . | fromJsonArray -}}
{{- $prefixes = append $prefixes (printf "'%s/'" .) -}}
{{- end -}}
[{{ join ", " $prefixes }}]
{{- end -}}

{{/* True where the pod says so itself. Argument: "true" or "false". */}}
{{- define "connected-registry.celInjectIs" -}}
has(object.metadata.annotations) && 'connected-registry.io/inject' in object.metadata.annotations && object.metadata.annotations['connected-registry.io/inject'] == '{{ . }}'
{{- end -}}

{{/* True where a container of a list takes its image from the registry. Arguments: the chart's context, the list's field. */}}
{{- define "connected-registry.celUsesRegistry" -}}
{{- $root := index . 0 -}}
{{- $field := index . 1 -}}
has(object.spec.{{ $field }}) && object.spec.{{ $field }}.exists(c, has(c.image) && {{ include "connected-registry.celImagePrefixes" $root }}.exists(prefix, c.image.startsWith(prefix)))
{{- end -}}
