{{/*
What our pods have in common.
*/}}

{{/* An image's reference. Arguments: its values, the tag to take when they name none. */}}
{{- define "connected-registry.image" -}}
{{- $image := index . 0 -}}
{{- $reference := printf "%s:%s" $image.repository (default (index . 1) $image.tag | toString) -}}
{{- if $image.digest -}}
{{- $reference = printf "%s@%s" $reference $image.digest -}}
{{- end -}}
{{- $reference -}}
{{- end -}}

{{/* Our own image, with its pull policy. */}}
{{- define "connected-registry.ownImage" -}}
image: {{ include "connected-registry.image" (list .Values.image .Chart.AppVersion) | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
{{- end -}}

{{/* Another image, with its pull policy. Argument: its values. */}}
{{- define "connected-registry.otherImage" -}}
image: {{ include "connected-registry.image" (list . "") | quote }}
imagePullPolicy: {{ .pullPolicy | quote }}
{{- end -}}

{{/* The security of a container at the Pod Security level "restricted", and with nothing of the image writable. */}}
{{- define "connected-registry.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities:
  drop:
    - ALL
readOnlyRootFilesystem: true
{{- end -}}

{{/* The security of a pod at that level. */}}
{{- define "connected-registry.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Pull secrets, for every pod. */}}
{{- define "connected-registry.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Where a pod may run, for every pod but the trust agent. */}}
{{- define "connected-registry.placement" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Probes of our binary's health port. */}}
{{- define "connected-registry.probes" -}}
startupProbe:
  httpGet:
    path: /healthz
    port: health
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /healthz
    port: health
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /readyz
    port: health
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 3
{{- end -}}
