{{/*
The hooks that clean up at uninstall. What they need is made for them and goes with them: at the end of an uninstall
nothing of the release's own is left to lend them an account.
*/}}

{{/*
Annotations of a hook's object. Arguments: the chart's context, its weight. Helm deletes them when the hooks have run,
failed ones included; an earlier run's remains go before a new one starts.
*/}}
{{- define "connected-registry.hookAnnotations" -}}
{{- $events := list "pre-delete" -}}
{{- if include "connected-registry.bringsCertManager" (index . 0) -}}
{{- $events = append $events "post-delete" -}}
{{- end -}}
helm.sh/hook: {{ join "," $events }}
helm.sh/hook-weight: {{ index . 1 | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded,hook-failed
{{- end -}}
