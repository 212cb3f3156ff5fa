{{/*
Access to the registry: a password in front of the registry, and pull secrets for those who have it.
*/}}

{{/* "true" where clients need a user name and a password. */}}
{{- define "connected-registry.asksForPassword" -}}
{{- if or .Values.access.existingSecret .Values.access.password -}}true{{- end -}}
{{- end -}}

{{/* The Secret with the key htpasswd. */}}
{{- define "connected-registry.accessSecret" -}}
{{- .Values.access.existingSecret | default (printf "%s-access" (include "connected-registry.fullname" .)) -}}
{{- end -}}

{{/* A pull secret's content: the registry under each of its names. */}}
{{- define "connected-registry.dockerConfiguration" -}}
{{- $login := dict "auth" (printf "%s:%s" .Values.access.username .Values.access.password | b64enc) -}}
{{- $auths := dict -}}
{{- range include "connected-registry.hosts" . | fromJsonArray -}}
{{- $_ := set $auths . $login -}}
{{- end -}}
{{- dict "auths" $auths | toJson -}}
{{- end -}}
