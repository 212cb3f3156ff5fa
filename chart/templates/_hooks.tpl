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
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $job.name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "connected-registry.labels" (list $root $job.component) | nindent 4 }}
  annotations:
    helm.sh/hook: {{ $job.events }}
    helm.sh/hook-weight: "0"
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded,hook-failed
    # Helm 4 prints what the hook says.
    helm.sh/hook-output-log-policy: hook-succeeded,hook-failed
spec:
  backoffLimit: {{ $job.retries }}
  # Less than the five minutes that helm waits, so that helm can say why the hook failed.
  activeDeadlineSeconds: 240
  # Should helm be ended half way.
  ttlSecondsAfterFinished: 3600
  template:
    metadata:
      labels:
        {{- include "connected-registry.podLabels" (list $root $job.component) | nindent 8 }}
    spec:
      restartPolicy: Never
      serviceAccountName: {{ include "connected-registry.fullname" $root }}-{{ $job.component }}
      automountServiceAccountToken: true
      enableServiceLinks: false
      securityContext:
        {{- include "connected-registry.podSecurity" $root | nindent 8 }}
      {{- with include "connected-registry.pullSecrets" $root }}{{ . | trim | nindent 6 }}{{- end }}
      {{- with include "connected-registry.placement" $root }}{{ . | trim | nindent 6 }}{{- end }}
      containers:
        - name: {{ $job.component }}
          {{- include "connected-registry.ownImage" $root | nindent 10 }}
          args:
            - {{ $job.command }}
            {{- toYaml $job.arguments | nindent 12 }}
          securityContext:
            {{- include "connected-registry.containerSecurity" $root | nindent 12 }}
          resources:
            requests:
              cpu: 5m
              memory: 16Mi
            limits:
              memory: 64Mi
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
