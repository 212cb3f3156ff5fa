{{/*
Jobs that helm runs before or after its own work.
*/}}

{{/*
A hook's Job. Arguments: the chart's context, and a dict: component, name, events, command (the binary's), arguments (a
list), retries, and settings (a Secret to mount, or empty).
*/}}
{{- define "connected-registry.hookJob" -}}
{{- $root := index . 0 -}}
{{- $job := index . 1 -}}
{{- /* Helm 4 prints what the hook says. */ -}}
{{- $annotations := dict
  "helm.sh/hook" $job.events
  "helm.sh/hook-weight" "0"
  "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded,hook-failed"
  "helm.sh/hook-output-log-policy" "hook-succeeded,hook-failed"
-}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $job.name }}
  namespace: {{ $root.Release.Namespace | quote }}
  {{- include "connected-registry.describe" (list $root $job.component $annotations) | nindent 2 }}
spec:
  backoffLimit: {{ $job.retries }}
  # Less than the five minutes that helm waits, so that helm can say why the hook failed.
  activeDeadlineSeconds: 240
  # Should helm be ended half way.
  ttlSecondsAfterFinished: 3600
  template:
    metadata:
      {{- include "connected-registry.describePod" (list $root $job.component dict) | nindent 6 }}
    spec:
      restartPolicy: Never
      {{- include "connected-registry.podSpecification" (list $root $job.component true dict) | nindent 6 }}
      containers:
        - name: {{ $job.component }}
          {{- include "connected-registry.ownImage" $root | nindent 10 }}
          args:
            - {{ $job.command }}
            {{- toYaml $job.arguments | nindent 12 }}
          {{- include "connected-registry.containerSecurity" (list $root $job.component) | nindent 10 }}
          resources:
            {{- toYaml $root.Values.hooks.resources | nindent 12 }}
          {{- with $job.settings }}
          volumeMounts:
            - name: settings
              mountPath: /etc/connected-registry/settings
              readOnly: true
      volumes:
        - name: settings
          secret:
            secretName: {{ . }}
            defaultMode: 0444
          {{- end }}
{{- end -}}
