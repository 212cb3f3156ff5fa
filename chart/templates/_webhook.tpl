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

{{/*
The user name of a component's service account, as a CEL string. Arguments: the chart's context, the component's label.
*/}}
{{- define "connected-registry.celAccount" -}}
{{- $root := index . 0 -}}
{{- include "connected-registry.celString" (printf "system:serviceaccount:%s:%s" $root.Release.Namespace (include "connected-registry.serviceAccount" .)) -}}
{{- end -}}

{{/* A text as a CEL string, whatever it contains. Argument: the text. */}}
{{- define "connected-registry.celString" -}}
'{{ . | replace "\\" "\\\\" | replace "'" "\\'" | replace "\n" "\\n" }}'
{{- end -}}

{{/* True if a field is the same before and after. Argument: the path below the object ("spec.podCIDR"). */}}
{{- define "connected-registry.celUnchanged" -}}
has(object.{{ . }}) == has(oldObject.{{ . }}) && (!has(object.{{ . }}) || object.{{ . }} == oldObject.{{ . }})
{{- end -}}

{{/*
True if all members of a part of the object, those of later versions of Kubernetes included, are the same before and after.
Arguments: the path below the object ("spec"), the names of the members that may change.
*/}}
{{- define "connected-registry.celUnchangedBut" -}}
{{- $path := index . 0 -}}
{{- $free := printf "key in ['%s']" (join "', '" (index . 1)) -}}
{{- $new := printf "object.%s" $path -}}
{{- $old := printf "oldObject.%s" $path -}}
{{ $new }}.all(key, {{ $free }} || (key in {{ $old }} && {{ $old }}[key] == {{ $new }}[key])) && {{ $old }}.all(key, {{ $free }} || key in {{ $new }})
{{- end -}}

{{/*
A binding that makes a policy deny. Arguments: the chart's context, the part's suffix, the component's label.
*/}}
{{- define "connected-registry.policyBinding" -}}
{{- $name := include "connected-registry.clusterPartName" (list (index . 0) (index . 1)) -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ $name }}
  {{- include "connected-registry.describe" (list (index . 0) (index . 2)) | nindent 2 }}
spec:
  policyName: {{ $name }}
  validationActions: ["Deny"]
{{- end -}}

{{/*
The beginning of a policy: its name and what it fails on. Arguments: the chart's context, the part's suffix, the
component's label.
*/}}
{{- define "connected-registry.policy" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ include "connected-registry.clusterPartName" (list (index . 0) (index . 1)) }}
  {{- include "connected-registry.describe" (list (index . 0) (index . 2)) | nindent 2 }}
{{- end -}}
