{{/*
The hook that judges the settings before anything is changed. What it needs is made for it and goes with it, whether it
succeeds or not: before an install nothing of the release is there yet, and no credential may stay behind.
*/}}

{{/* Annotations of a hook's object. Argument: its weight. */}}
{{- define "connected-registry.preflightAnnotations" -}}
helm.sh/hook: pre-install,pre-upgrade,pre-rollback
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded,hook-failed
{{- end -}}
