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

{{/* A hook's Job. Arguments: the chart's context, its name, the event, its arguments as a list. */}}
{{- define "connected-registry.hookJob" -}}
{{- $root := index . 0 -}}
{{- /* Helm 4 prints what the hook says. */ -}}
{{- $annotations := dict
  "helm.sh/hook" (index . 2)
  "helm.sh/hook-weight" "0"
  "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded,hook-failed"
  "helm.sh/hook-output-log-policy" "hook-succeeded,hook-failed"
-}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ index . 1 }}
  namespace: {{ $root.Release.Namespace }}
  {{- include "connected-registry.describe" (list $root "uninstall" $annotations) | nindent 2 }}
spec:
  backoffLimit: 2
  # Less than the five minutes that helm waits, so that helm can say why the hook failed.
  activeDeadlineSeconds: 240
  # Should helm be ended half way.
  ttlSecondsAfterFinished: 3600
  template:
    metadata:
      {{- include "connected-registry.describePod" (list $root "uninstall" dict) | nindent 6 }}
    spec:
      restartPolicy: Never
      {{- include "connected-registry.podSpecification" (list $root "uninstall" true dict) | nindent 6 }}
      containers:
        - name: uninstall
          {{- include "connected-registry.ownImage" $root | nindent 10 }}
          args:
            - uninstall
            {{- toYaml (index . 3) | nindent 12 }}
          {{- include "connected-registry.containerSecurity" (list $root "uninstall") | nindent 10 }}
          resources:
            {{- toYaml $root.Values.hooks.resources | nindent 12 }}
{{- end -}}
