{{/*
An empty key ("key:" or "key: null") has the default, as if it were left out. Helm takes the default away instead, or
leaves a null where the chart has none: this puts defaults back, and removes nulls. Inside of a security context a null
still removes the default: OpenShift chooses the user itself, and there is no other way to leave runAsUser out.
*/}}

{{/*
Completes .Values in place. Helm shares them between all templates of the chart, and the dependency's part with the
dependency; so this is included once, before anything reads them (first/of/all).
*/}}
{{- define "connected-registry.completeValues" -}}
{{- include "connected-registry.completeCertManager" . -}}
{{- include "connected-registry.complete" (list .Values (include "connected-registry.defaults" . | fromYaml)) -}}
{{- range $key, $value := .Values -}}
{{- /* What is below these is for other charts as well. */ -}}
{{- if not (has $key (list "certmanager" "global")) -}}
{{- include "connected-registry.removeNulls" $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Puts the defaults where a map of values has none, or null. Arguments: the values, the defaults. */}}
{{- define "connected-registry.complete" -}}
{{- $values := index . 0 -}}
{{- range $key, $default := index . 1 -}}
{{- $value := index $values $key -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := set $values $key $default -}}
{{- else if and (kindIs "map" $default) (kindIs "map" $value) (not (has $key (list "podSecurityContext" "securityContext"))) -}}
{{- include "connected-registry.complete" (list $value $default) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "connected-registry.removeNulls" -}}
{{- $values := . -}}
{{- if or (kindIs "map" $values) (kindIs "slice" $values) -}}
{{- range $key, $value := $values -}}
{{- if or (kindIs "map" $value) (kindIs "slice" $value) -}}
{{- include "connected-registry.removeNulls" $value -}}
{{- else if and (kindIs "invalid" $value) (kindIs "map" $values) -}}
{{- $_ := unset $values $key -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Where the whole section certmanager is empty, helm fills it with the defaults of cert-manager's chart, which differ from
ours in each of these keys. Takes them away where all of them are cert-manager's; ours then come in their place.
*/}}
{{- define "connected-registry.completeCertManager" -}}
{{- $values := .Values.certmanager | default dict -}}
{{- $definitions := $values.crds | default dict -}}
{{- $check := $values.startupapicheck | default dict -}}
{{- if and (include "connected-registry.bringsCertManager" .) (not $values.nameOverride) (not $definitions.enabled) $check.enabled -}}
{{- $_ := unset $values "nameOverride" -}}
{{- $_ := unset $definitions "enabled" -}}
{{- $_ := unset $check "enabled" -}}
{{- end -}}
{{- end -}}
