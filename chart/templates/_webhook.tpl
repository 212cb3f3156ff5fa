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

{{/*
True where an image volume is of the registry: the pod then needs the pull secret. An API server that knows no image
volumes has none in the pod. Argument: the chart's context.
*/}}
{{- define "connected-registry.celUsesRegistryVolume" -}}
has(object.spec.volumes) && object.spec.volumes.exists(v, has(v.image) && has(v.image.reference) && {{ include "connected-registry.celImagePrefixes" . }}.exists(prefix, v.image.reference.startsWith(prefix)))
{{- end -}}

{{/* A field of an object's metadata, or what stands for it where it is missing. Arguments: object or oldObject, the field, its stand-in. */}}
{{- define "connected-registry.celMetadata" -}}
{{- $field := printf "%s.metadata.%s" (index . 0) (index . 1) -}}
has({{ $field }}) ? {{ $field }} : {{ index . 2 }}
{{- end -}}
