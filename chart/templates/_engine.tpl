{{/*
The rules about the Service, the program that serves the registry, and its storage. webhook/settings/engine_rules.cc is the
same for `check` and admission.
*/}}
{{- define "connected-registry.checkEngine" -}}
{{- $values := (index . 0).Values -}}
{{- $found := index . 1 -}}
{{- $type := toString $values.service.type -}}
{{- if ne $type "ClusterIP" -}}
{{- include "connected-registry.find" (list $found "errors" "CR007" "service.type" (printf "%q is not supported: the registry has one address, service.clusterIP, which its certificate and the nodes' files name" $type) "leave it out, or set it to ClusterIP; for clients outside of the cluster, create a Service of your own for the registry's pods") -}}
{{- end -}}
{{- $driver := toString $values.storage.driver -}}
{{- if not (has $driver (list "azure" "filesystem" "gcs" "inmemory" "s3" "s3aws")) -}}
{{- include "connected-registry.find" (list $found "errors" "CR058" "storage.driver" (printf "%q is no driver of Distribution" $driver) "set it to filesystem, s3, azure or gcs (s3aws and inmemory are known as well)") -}}
{{- else if not (or (has $driver (list "filesystem" "inmemory")) $values.storage.parameters $values.storage.existingSecret) -}}
{{- include "connected-registry.find" (list $found "errors" "CR059" "storage.parameters" (printf "the driver %s has no parameters" $driver) "set storage.parameters, for example bucket and region, or give storage.existingSecret with them") -}}
{{- end -}}
{{- if eq (toString $values.registry.engine) "azure" -}}
{{- if not (or $values.connectionString $values.connectionStringSecret) -}}
{{- include "connected-registry.find" (list $found "errors" "CR066" "registry.engine" "Azure's image needs a connection string, and none is given" "give connectionString or connectionStringSecret, or set registry.engine=distribution") -}}
{{- end -}}
{{- if ne $driver "filesystem" -}}
{{- include "connected-registry.find" (list $found "errors" "CR067" "storage.driver" "Azure's image stores the images on a volume only" "set storage.driver=filesystem, or registry.engine=distribution") -}}
{{- end -}}
{{- $ignored := dict
  "mode" (eq (toString $values.mode) "ReadWrite")
  "registry.replicas" (gt (int $values.registry.replicas) 1)
  "sync.repositories" $values.sync.repositories
  "parent.url" $values.parent.url
  "parent.pullThrough" (include "connected-registry.isOn" (list $values.parent.pullThrough false))
  "parent.caBundle" $values.parent.caBundle
  "garbageCollection.schedule" $values.garbageCollection.schedule
  "access.existingSecret" $values.access.existingSecret
  "access.password" $values.access.password
-}}
{{- range $path, $set := $ignored -}}
{{- if $set -}}
{{- include "connected-registry.find" (list $found "warnings" "CR068" $path "registry.engine=azure ignores it" "leave it out, or set registry.engine=distribution") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
