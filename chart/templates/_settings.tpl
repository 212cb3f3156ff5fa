{{/*
The settings as the webhook and the controller read them (settings.json in the settings Secret). They hold what a rule
or the controller needs, not what only shapes this chart's objects. Raise formVersion when a key changes its meaning.
*/}}
{{- define "connected-registry.settings" -}}
{{- $trust := pick .Values.trustDistribution "enabled" "useNodeSelector" -}}
{{- /* Helm 4 leaves a key out that is null, Helm 3 does not. */ -}}
{{- if kindIs "bool" .Values.trustDistribution.skipNodeSelector -}}
{{- $_ := set $trust "skipNodeSelector" .Values.trustDistribution.skipNodeSelector -}}
{{- end -}}
{{- $values := dict
  "service" (dict "clusterIP" (include "connected-registry.address" .))
  "freeze" .Values.freeze
  "mode" .Values.mode
  "httpsEnabled" (not (not (include "connected-registry.https" .)))
  "tls" (include "connected-registry.tls" . | fromJson)
  "cert-manager" (pick (index .Values "cert-manager") "install" "enabled")
  "trustDistribution" $trust
  "pvc" (dict
    "existingClaim" .Values.pvc.existingClaim
    "storageClassName" .Values.pvc.storageClassName
    "storageRequest" (toString .Values.pvc.storageRequest)
    "accessModes" .Values.pvc.accessModes
  )
  "connectionString" .Values.connectionString
  "connectionStringSecret" .Values.connectionStringSecret
  "parent" (pick .Values.parent "url" "existingSecret" "pullThrough" "caBundle")
  "sync" (pick .Values.sync "repositories" "schedule" "window" "retain")
  "storage" (pick .Values.storage "driver")
  "garbageCollection" (pick .Values.garbageCollection "schedule")
  "access" (pick .Values.access "existingSecret" "username" "password" "pullSecretNamespaces" "injectPullSecret")
  "registry" (pick .Values.registry "engine" "replicas")
  "injection" (dict
    "excludedNamespaces" (include "connected-registry.excludedNamespaces" . | fromJsonArray)
    "extraHosts" (.Values.injection.extraHosts | default list)
    "namespaceSelector" (pick (.Values.injection.namespaceSelector | default dict) "matchLabels" "matchExpressions")
  )
-}}
{{- dict
  "formVersion" 1
  "release" (dict "name" .Release.Name "namespace" .Release.Namespace)
  "clusterDomain" .Values.clusterDomain
  "values" $values
| toJson -}}
{{- end -}}
