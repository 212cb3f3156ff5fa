{{/*
The rules that a template can judge. Every error is collected, so that a person sees all of them in one failure.
The other layers (check, admission) print the same ids and fixes.
*/}}

{{/* Adds a finding. Arguments: the list of findings (a dict, changed in place), severity, id, key, what is wrong, fix. */}}
{{- define "connected-registry.find" -}}
{{- $found := index . 0 -}}
{{- $line := printf "%s %s: %s. Fix: %s." (index . 2) (index . 3) (index . 4) (index . 5) -}}
{{- $_ := set $found (index . 1) (append (get $found (index . 1)) $line) -}}
{{- end -}}

{{/* All findings: {"errors": [line], "warnings": [line]}, as JSON. The same settings give the same text. */}}
{{- define "connected-registry.findings" -}}
{{- $found := dict "errors" list "warnings" list -}}
{{- $arguments := list . $found -}}
{{- include "connected-registry.judgeSwitches" $arguments -}}
{{- include "connected-registry.judgeAddress" $arguments -}}
{{- include "connected-registry.judgeCertificates" $arguments -}}
{{- include "connected-registry.judgeTrust" $arguments -}}
{{- include "connected-registry.judgeParent" $arguments -}}
{{- include "connected-registry.judgeStorage" $arguments -}}
{{- dict "errors" (sortAlpha $found.errors) "warnings" (sortAlpha $found.warnings) | toJson -}}
{{- end -}}

{{/* Fails with all errors. */}}
{{- define "connected-registry.validate" -}}
{{- $errors := (include "connected-registry.findings" . | fromJson).errors -}}
{{- with include "connected-registry.clusterFindings" . | fromJsonArray -}}
{{- $errors = concat $errors . | sortAlpha -}}
{{- end -}}
{{- if $errors -}}
{{- fail (printf "\n\nThese settings cannot work:\n\n  %s\n" (join "\n\n  " $errors)) -}}
{{- end -}}
{{- end -}}

{{- define "connected-registry.judgeSwitches" -}}
{{- $values := (index . 0).Values -}}
{{- $found := index . 1 -}}
{{- $switches := dict
  "cert-manager.enabled" (index $values "cert-manager" "enabled")
  "cert-manager.install" (index $values "cert-manager" "install")
  "trustDistribution.enabled" $values.trustDistribution.enabled
  "trustDistribution.useNodeSelector" $values.trustDistribution.useNodeSelector
  "trustDistribution.skipNodeSelector" (dig "skipNodeSelector" false $values.trustDistribution | default false)
-}}
{{- range $path := keys $switches | sortAlpha -}}
{{- $value := get $switches $path -}}
{{- if not (kindIs "bool" $value) -}}
{{- $wrong := printf "%q is a text, not true or false; even \"false\" would count as true" (toString $value) -}}
{{- include "connected-registry.find" (list $found "errors" "CR061" $path $wrong "write true or false without quotes, and --set instead of --set-string") -}}
{{- end -}}
{{- end -}}
{{- if ne (toString $values.mode) "ReadOnly" -}}
{{- $wrong := printf "%q is no mode of this version" (toString $values.mode) -}}
{{- include "connected-registry.find" (list $found "errors" "CR070" "mode" $wrong "set it to ReadOnly") -}}
{{- end -}}
{{- end -}}

{{- define "connected-registry.judgeAddress" -}}
{{- $found := index . 1 -}}
{{- $address := (index . 0).Values.service.clusterIP | default "" | toString -}}
{{- $fix := "set it to one free address of the cluster's service range, such as 192.100.100.1 in 192.100.0.0/16" -}}
{{- if not $address -}}
{{- include "connected-registry.find" (list $found "errors" "CR001" "service.clusterIP" "it is not given" $fix) -}}
{{- else -}}
{{- with include "connected-registry.addressProblem" $address -}}
{{- include "connected-registry.find" (list $found "errors" "CR002" "service.clusterIP" (printf "%q %s" $address .) $fix) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "connected-registry.judgeCertificates" -}}
{{- $found := index . 1 -}}
{{- $manager := index (index . 0).Values "cert-manager" -}}
{{- $install := eq (toString $manager.install) "true" -}}
{{- $enabled := eq (toString $manager.enabled) "true" -}}
{{- if and $install (not $enabled) -}}
{{- include "connected-registry.find" (list $found "errors" "CR010" "cert-manager.install" "cert-manager would be installed but not used" "set cert-manager.enabled=true, or cert-manager.install=false") -}}
{{- end -}}
{{- if not $enabled -}}
{{- include "connected-registry.find" (list $found "errors" "CR014" "cert-manager.enabled" "nothing would issue the registry's certificate" "set cert-manager.enabled=true") -}}
{{- end -}}
{{- end -}}

{{- define "connected-registry.judgeTrust" -}}
{{- $found := index . 1 -}}
{{- $values := (index . 0).Values -}}
{{- $trust := $values.trustDistribution -}}
{{- if and (eq (toString $trust.skipNodeSelector) "true") (eq (toString $trust.useNodeSelector) "true") -}}
{{- include "connected-registry.find" (list $found "errors" "CR021" "trustDistribution.skipNodeSelector" "it asks for every node, while useNodeSelector asks for labelled nodes only" "set one of the two to false") -}}
{{- end -}}
{{- if and (eq (toString $trust.enabled) "false") (eq (toString (index $values "cert-manager" "enabled")) "true") -}}
{{- include "connected-registry.find" (list $found "warnings" "CR020" "trustDistribution.enabled" "nodes will not trust the registry's certificate, and pulls will fail with an x509 error" "distribute the CA to the nodes yourself, or set trustDistribution.enabled=true") -}}
{{- end -}}
{{- end -}}

{{- define "connected-registry.judgeParent" -}}
{{- $root := index . 0 -}}
{{- $found := index . 1 -}}
{{- $form := "copy it whole from the parent: ConnectedRegistryName=…;SyncTokenName=…;SyncTokenPassword=…;ParentGatewayEndpoint=…;ParentEndpointProtocol=https" -}}
{{- if $root.Values.connectionString -}}
{{- $connection := include "connected-registry.connection" $root | fromJson -}}
{{- range $connection.problems -}}
{{- include "connected-registry.find" (list $found "errors" "CR040" "connectionString" . $form) -}}
{{- end -}}
{{- with get $connection.values "ConnectedRegistryName" -}}
{{- if not (regexMatch "^[A-Za-z0-9]{5,40}$" .) -}}
{{- include "connected-registry.find" (list $found "errors" "CR041" "connectionString" "ConnectedRegistryName is not 5 to 40 letters and digits" "copy the name of the connected registry as the parent shows it") -}}
{{- end -}}
{{- end -}}
{{- with get $connection.values "ParentEndpointProtocol" -}}
{{- if ne . "https" -}}
{{- include "connected-registry.find" (list $found "errors" "CR042" "connectionString" "ParentEndpointProtocol is not https" "write ParentEndpointProtocol=https: a parent is read over TLS only") -}}
{{- end -}}
{{- end -}}
{{- with get $connection.values "ParentGatewayEndpoint" -}}
{{- if not (include "connected-registry.isEndpoint" .) -}}
{{- include "connected-registry.find" (list $found "errors" "CR043" "connectionString" "ParentGatewayEndpoint is not a host name or an address" "write HOST or HOST:PORT, without https:// in front and without a path") -}}
{{- end -}}
{{- end -}}
{{- else if $root.Values.sync.repositories -}}
{{- include "connected-registry.find" (list $found "errors" "CR044" "sync.repositories" "there is no parent to bring them from" "give connectionString, or leave sync.repositories empty") -}}
{{- end -}}
{{- range $root.Values.sync.repositories -}}
{{- if not (regexMatch (include "connected-registry.repositoryPattern" $root) (toString .)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR045" "sync.repositories" (printf "%q is not NAME or NAME:TAG" (toString .)) "write a repository as the parent calls it, without the parent's host") -}}
{{- end -}}
{{- end -}}
{{- if not (regexMatch "^(@every [0-9]+[smh]([0-9]+[smh])*|@(hourly|daily|midnight|weekly|monthly|yearly|annually)|([0-9*?/,A-Za-z-]+ +){4}[0-9*?/,A-Za-z-]+)$" (toString $root.Values.sync.schedule)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR046" "sync.schedule" (printf "%q is not a schedule" (toString $root.Values.sync.schedule)) "write five cron fields, such as */5 * * * *, or @every 10m") -}}
{{- end -}}
{{- with $root.Values.parent.caBundle -}}
{{- if not (and (contains "-----BEGIN CERTIFICATE-----" .) (contains "-----END CERTIFICATE-----" .)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR047" "parent.caBundle" "it holds no PEM certificate that can be read" "give the CA's certificate with its BEGIN CERTIFICATE and END CERTIFICATE lines, for example by --set-file parent.caBundle=ca.crt") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A repository's path, and a tag or a digest or neither, as the OCI distribution specification writes them. */}}
{{- define "connected-registry.repositoryPattern" -}}
{{- $part := "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*" -}}
^{{ $part }}(/{{ $part }})*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$
{{- end -}}

{{- define "connected-registry.judgeStorage" -}}
{{- $found := index . 1 -}}
{{- $size := (index . 0).Values.pvc.storageRequest | toString -}}
{{- $quantity := "^\\+?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$" -}}
{{- if not (and (regexMatch $quantity $size) (regexMatch "^[+0-9.]*[1-9]" $size)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR050" "pvc.storageRequest" (printf "%q is not a positive quantity" $size) "write a size as Kubernetes does, such as 500Gi") -}}
{{- end -}}
{{- end -}}
