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
{{- include "connected-registry.checkSwitches" $arguments -}}
{{- include "connected-registry.checkAddress" $arguments -}}
{{- include "connected-registry.checkCertificates" $arguments -}}
{{- include "connected-registry.checkTrust" $arguments -}}
{{- include "connected-registry.checkParent" $arguments -}}
{{- include "connected-registry.checkInjection" $arguments -}}
{{- include "connected-registry.checkStorage" $arguments -}}
{{- include "connected-registry.checkAccess" $arguments -}}
{{- include "connected-registry.checkEngine" $arguments -}}
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

{{- define "connected-registry.checkSwitches" -}}
{{- $values := (index . 0).Values -}}
{{- $found := index . 1 -}}
{{- $switches := dict
  "cert-manager.enabled" (index $values "cert-manager" "enabled")
  "cert-manager.install" (index $values "cert-manager" "install")
  "trustDistribution.enabled" $values.trustDistribution.enabled
  "trustDistribution.useNodeSelector" $values.trustDistribution.useNodeSelector
  "trustDistribution.skipNodeSelector" (index $values.trustDistribution "skipNodeSelector")
  "httpsEnabled" (index $values "httpsEnabled")
  "HttpsEnabled" (index $values "HttpsEnabled")
  "httpEnabled" (index $values "httpEnabled")
  "freeze" $values.freeze
  "networkPolicy.enabled" $values.networkPolicy.enabled
  "parent.pullThrough" $values.parent.pullThrough
  "access.injectPullSecret" $values.access.injectPullSecret
  "pvc.keep" $values.pvc.keep
-}}
{{- range $component := list "registry" "webhook" "controller" "trustAgent" "hooks" -}}
{{- $_ := set $switches (printf "%s.serviceAccount.create" $component) (index $values $component).serviceAccount.create -}}
{{- end -}}
{{- $fix := "write true or false without quotes, and --set instead of --set-string" -}}
{{- range $path := keys $switches | sortAlpha -}}
{{- $value := get $switches $path -}}
{{- if has (toString $value) (list "true" "false") -}}
{{- if not (kindIs "bool" $value) -}}
{{- $wrong := printf "%q is a string, not true or false; Helm treats even \"false\" as true" (toString $value) -}}
{{- include "connected-registry.find" (list $found "errors" "CR061" $path $wrong $fix) -}}
{{- end -}}
{{- else if not (has (kindOf $value) (list "invalid" "bool")) -}}
{{- include "connected-registry.find" (list $found "errors" "CR061" $path "it is not true or false" $fix) -}}
{{- end -}}
{{- end -}}
{{- if not (has (toString $values.mode) (list "ReadOnly" "ReadWrite")) -}}
{{- include "connected-registry.find" (list $found "errors" "CR070" "mode" (printf "%q is no mode" (toString $values.mode)) "set it to ReadOnly or ReadWrite") -}}
{{- end -}}
{{- if and (eq (toString $values.mode) "ReadWrite") (include "connected-registry.isOn" (list $values.parent.pullThrough false)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR071" "parent.pullThrough" "the registry takes pushes, and could not tell its own images from the parent's" "set mode=ReadOnly, or parent.pullThrough=false") -}}
{{- end -}}
{{- end -}}

{{- define "connected-registry.checkAddress" -}}
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

{{- define "connected-registry.checkCertificates" -}}
{{- $root := index . 0 -}}
{{- $found := index . 1 -}}
{{- $manager := index $root.Values "cert-manager" -}}
{{- $install := include "connected-registry.isOn" (list $manager.install true) -}}
{{- $enabled := include "connected-registry.isOn" (list $manager.enabled true) -}}
{{- $https := include "connected-registry.https" $root -}}
{{- $tls := include "connected-registry.tls" $root | fromJson -}}
{{- $values := or $tls.crt $tls.key $tls.cacrt -}}
{{- $given := or $tls.secret $values -}}
{{- if and $install (not $enabled) -}}
{{- include "connected-registry.find" (list $found "errors" "CR010" "cert-manager.install" "cert-manager would be installed but not used" "set cert-manager.enabled=true, or cert-manager.install=false") -}}
{{- end -}}
{{- if and $given (or $install $enabled) -}}
{{- include "connected-registry.find" (list $found "errors" "CR011" "tls" "a certificate is given, while cert-manager is to issue one" "set cert-manager.enabled=false and cert-manager.install=false, or leave tls.* out") -}}
{{- end -}}
{{- if and $tls.secret $values -}}
{{- include "connected-registry.find" (list $found "errors" "CR012" "tls.secret" "tls.crt, tls.key or tls.cacrt is given as well" "give either tls.secret, or tls.crt, tls.key and tls.cacrt") -}}
{{- end -}}
{{- if and $tls.secret (not (include "connected-registry.isObjectName" $tls.secret)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR039" "tls.secret" (printf "%q is not the name of a Secret" $tls.secret) "give the name of a Secret in the release's namespace, without the namespace") -}}
{{- end -}}
{{- if and $https (not $enabled) (not $given) -}}
{{- include "connected-registry.find" (list $found "errors" "CR014" "cert-manager.enabled" "the registry would have no certificate" "set cert-manager.enabled=true, or give tls.secret, or tls.crt, tls.key and tls.cacrt") -}}
{{- end -}}
{{- if not $https -}}
{{- if or $enabled $given -}}
{{- include "connected-registry.find" (list $found "errors" "CR015" "httpsEnabled" "a certificate is configured, while the registry would serve plain HTTP" "set cert-manager.enabled=false and cert-manager.install=false and leave tls.* out, or set httpsEnabled=true") -}}
{{- end -}}
{{- include "connected-registry.find" (list $found "warnings" "CR016" "httpsEnabled" "HTTP is not encrypted: whoever is on the network can read and change what is pulled" "set httpsEnabled=true") -}}
{{- end -}}
{{- $spellings := include "connected-registry.httpsSpellings" $root | fromJson | values | uniq -}}
{{- if gt (len $spellings) 1 -}}
{{- include "connected-registry.find" (list $found "errors" "CR063" "httpsEnabled" "one of its spellings selects HTTPS and another plain HTTP" "give httpsEnabled alone") -}}
{{- end -}}
{{- if $values -}}
{{- include "connected-registry.checkOwnCertificate" (list $found $tls) -}}
{{- end -}}
{{- $nested := $root.Values.tls | default dict -}}
{{- range $key := list "secret" "crt" "key" "cacrt" -}}
{{- $path := printf "tls.%s" $key -}}
{{- $one := get $nested $key | default "" | toString -}}
{{- $other := get $root.Values $path | default "" | toString -}}
{{- if and $one $other (ne $one $other) -}}
{{- include "connected-registry.find" (list $found "errors" "CR062" $path "it is given flat and nested, with two values" "give it once") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* "true" for the name of most objects of Kubernetes: a DNS subdomain of RFC 1123, lower case. */}}
{{- define "connected-registry.isObjectName" -}}
{{- $label := "[a-z0-9]([a-z0-9-]*[a-z0-9])?" -}}
{{- if and (regexMatch (printf "^%s(\\.%s)*$" $label $label) .) (le (len .) 253) -}}true{{- end -}}
{{- end -}}

{{/* tls.crt, tls.key and tls.cacrt, as far as a template sees: base64, and the frames of PEM. Arguments: the findings, tls. */}}
{{- define "connected-registry.checkOwnCertificate" -}}
{{- $found := index . 0 -}}
{{- $tls := index . 1 -}}
{{- $complete := "give tls.crt, tls.key and tls.cacrt (for a self-signed certificate the same as tls.crt); tls.cacrt may be left out only if tls.crt has several certificates and the last one is the CA certificate" -}}
{{- $pem := dict -}}
{{- range $key := list "crt" "key" "cacrt" -}}
{{- $path := printf "tls.%s" $key -}}
{{- $value := get $tls $key -}}
{{- $wrong := "" -}}
{{- if contains "-----BEGIN" $value -}}
{{- $wrong = "it is PEM itself, not the base64 of it" -}}
{{- else if $value -}}
{{- $plain := regexReplaceAll "[ \\t\\r\\n]" $value "" -}}
{{- if not (and (regexMatch "^[A-Za-z0-9+/]+={0,2}$" $plain) (eq (mod (len $plain) 4) 0)) -}}
{{- $wrong = "it is not base64" -}}
{{- else if not (contains "-----BEGIN" (b64dec $plain)) -}}
{{- $wrong = "what it decodes to is not PEM: it has no BEGIN line" -}}
{{- else -}}
{{- $_ := set $pem $key (b64dec $plain) -}}
{{- $wrong = include "connected-registry.pemProblem" (b64dec $plain) -}}
{{- end -}}
{{- end -}}
{{- if $wrong -}}
{{- include "connected-registry.find" (list $found "errors" "CR030" $path $wrong "give the base64 of the PEM file in one line: base64 -w0 FILE (helm: --set tls.crt=$(base64 -w0 FILE))") -}}
{{- end -}}
{{- if and (not $value) (ne $key "cacrt") -}}
{{- include "connected-registry.find" (list $found "errors" "CR013" $path "it is missing, while others of tls.* are given" $complete) -}}
{{- end -}}
{{- end -}}
{{- $encrypted := "(?m)^(-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type:.*ENCRYPTED)[ \\t]*$" -}}
{{- $readable := get $pem "key" | default "" -}}
{{- if and (regexMatch $encrypted $readable) (not (include "connected-registry.pemProblem" $readable)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR037" "tls.key" "it is encrypted, and nobody could type its password" "write it without a password: openssl pkey -in FILE -out NEW") -}}
{{- end -}}
{{- with get $pem "crt" -}}
{{- if and (not $tls.cacrt) (lt (len (regexFindAll "-----BEGIN CERTIFICATE-----" . -1)) 2) -}}
{{- include "connected-registry.find" (list $found "errors" "CR013" "tls.cacrt" "it is missing, and tls.crt does not hold the chain up to the CA" $complete) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What an editor on Windows adds to PEM; empty where it has not. */}}
{{- define "connected-registry.pemProblem" -}}
{{- if hasPrefix "\ufeff" . -}}starts with a byte order mark: save it as UTF-8 without one
{{- else if contains "\r" . -}}
line {{ splitList "\n" (first (splitList "\r" .)) | len }}: holds a carriage return: convert it to Unix line ends
{{- end -}}
{{- end -}}

{{- define "connected-registry.checkTrust" -}}
{{- $found := index . 1 -}}
{{- $values := (index . 0).Values -}}
{{- $trust := $values.trustDistribution -}}
{{- $skip := include "connected-registry.isOn" (list (get $trust "skipNodeSelector") false) -}}
{{- $use := include "connected-registry.isOn" (list $trust.useNodeSelector false) -}}
{{- if and $skip $use -}}
{{- include "connected-registry.find" (list $found "errors" "CR021" "trustDistribution.skipNodeSelector" "it asks for every node, while useNodeSelector asks for labelled nodes only" "set one of the two to false") -}}
{{- end -}}
{{- $distributes := include "connected-registry.isOn" (list $trust.enabled true) -}}
{{- $manager := include "connected-registry.isOn" (list (index $values "cert-manager" "enabled") true) -}}
{{- if and $manager (not $distributes) -}}
{{- include "connected-registry.find" (list $found "warnings" "CR020" "trustDistribution.enabled" "nodes will not trust the registry's certificate, and pulls will fail with an x509 error" "distribute the CA to the nodes yourself, or set trustDistribution.enabled=true") -}}
{{- end -}}
{{- end -}}

{{- define "connected-registry.checkParent" -}}
{{- $root := index . 0 -}}
{{- $found := index . 1 -}}
{{- $form := "copy the whole string from the parent: ConnectedRegistryName=…;SyncTokenName=…;SyncTokenPassword=…;ParentGatewayEndpoint=…;ParentEndpointProtocol=https (Azure prints the password only with get-settings --generate-password)" -}}
{{- if $root.Values.connectionString -}}
{{- $connection := include "connected-registry.connection" $root | fromJson -}}
{{- range $connection.problems -}}
{{- include "connected-registry.find" (list $found "errors" "CR040" "connectionString" . $form) -}}
{{- end -}}
{{- if $connection.managedIdentity -}}
{{- include "connected-registry.find" (list $found "errors" "CR077" "connectionString" "it has ManagedIdentityClientId, and a managed identity is not supported" "create a token for the connected registry: az acr connected-registry get-settings --generate-password 1 prints the string with SyncTokenName and SyncTokenPassword") -}}
{{- end -}}
{{- with get $connection.values "ConnectedRegistryName" -}}
{{- if not (regexMatch "^[A-Za-z0-9]{5,50}$" .) -}}
{{- include "connected-registry.find" (list $found "errors" "CR041" "connectionString" "ConnectedRegistryName is not 5 to 50 letters and digits" "copy the name of the connected registry as the parent shows it") -}}
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
{{- else if and $root.Values.sync.repositories (not $root.Values.connectionStringSecret) (not $root.Values.parent.url) -}}
{{- include "connected-registry.find" (list $found "errors" "CR044" "sync.repositories" "there is no parent to bring them from" "give connectionString, connectionStringSecret or parent.url, or leave sync.repositories empty") -}}
{{- end -}}
{{- include "connected-registry.checkPlainParent" . -}}
{{- with $root.Values.connectionStringSecret -}}
{{- if $root.Values.connectionString -}}
{{- include "connected-registry.find" (list $found "errors" "CR048" "connectionStringSecret" "connectionString is given as well" "give one of the two") -}}
{{- end -}}
{{- if not (include "connected-registry.isObjectName" .) -}}
{{- include "connected-registry.find" (list $found "errors" "CR039" "connectionStringSecret" (printf "%q is not the name of a Secret" .) "give the name of a Secret in the release's namespace, without the namespace") -}}
{{- end -}}
{{- end -}}
{{- $parents := include "connected-registry.parentHosts" $root | fromJsonArray -}}
{{- range $root.Values.sync.repositories -}}
{{- $name := toString . -}}
{{- $good := regexMatch (include "connected-registry.repositoryPattern" $root) $name -}}
{{- if kindIs "map" . -}}
{{- $name = .name | default "" | toString -}}
{{- $good = and (regexMatch (include "connected-registry.repositoryPattern" $root) $name) (not (contains ":" $name)) -}}
{{- $tags := .tags | default dict -}}
{{- range concat ($tags.allow | default list) ($tags.deny | default list) -}}
{{- /* The empty alternative matches unless the whole cannot be compiled, which regexMatch keeps to itself. */ -}}
{{- if not (regexMatch (printf "|^%s$" .) "") -}}
{{- include "connected-registry.find" (list $found "errors" "CR076" "sync.repositories" (printf "%q is not a regular expression that regsync can compile" .) "write each as Go's regexp (RE2) reads it: without look-ahead and back references") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $first := (splitn "/" 2 $name)._0 -}}
{{- if and (contains "/" $name) (contains "." $first) (or (has $first $parents) (regexMatch "\\.azurecr\\.(io|cn|us)$" $first)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR045" "sync.repositories" (printf "%q begins with the host of the parent" $name) "write the name of the repository in the parent, without the host of the parent") -}}
{{- else if not $good -}}
{{- include "connected-registry.find" (list $found "errors" "CR045" "sync.repositories" (printf "%q is not NAME or NAME:TAG" $name) "write the name of the repository in the parent, without the host of the parent") -}}
{{- end -}}
{{- end -}}
{{- include "connected-registry.checkSchedule" (list $found "CR046" "sync.schedule" $root.Values.sync.schedule "write five cron fields, such as */5 * * * *, or @every 10m") -}}
{{- with $root.Values.parent.caBundle -}}
{{- if not (and (contains "-----BEGIN CERTIFICATE-----" .) (contains "-----END CERTIFICATE-----" .)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR047" "parent.caBundle" "it holds no PEM certificate that can be read" "give the CA's certificate with its BEGIN CERTIFICATE and END CERTIFICATE lines, for example by --set-file parent.caBundle=ca.crt") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A host without a dot and a port is to an image reference the first part of a path. */}}
{{- define "connected-registry.checkInjection" -}}
{{- $found := index . 1 -}}
{{- range (index . 0).Values.injection.extraHosts -}}
{{- if not (and (include "connected-registry.isEndpoint" (toString .)) (regexMatch "[.:]|^localhost$" (toString .))) -}}
{{- include "connected-registry.find" (list $found "errors" "CR080" "injection.extraHosts" (printf "%q is not a host as image references write it" (toString .)) "write a host as images do: a name with a dot, an address (IPv6 in brackets) or HOST:PORT, without https:// in front and without a path") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Checks a schedule. Arguments: the findings, id, key, value, fix. */}}
{{- define "connected-registry.checkSchedule" -}}
{{- $found := index . 0 -}}
{{- $text := index . 3 | toString -}}
{{- $read := include "connected-registry.scheduleProblem" $text | fromJson -}}
{{- if $read.problem -}}
{{- include "connected-registry.find" (list $found "errors" (index . 1) (index . 2) (printf "%q is not a schedule: %s" $text $read.problem) (index . 4)) -}}
{{- else if $read.never -}}
{{- include "connected-registry.find" (list $found "warnings" (index . 1) (index . 2) (printf "%q is never due: no month that it names has such a day" $text) (index . 4)) -}}
{{- end -}}
{{- end -}}

{{/* parent.url and what belongs to it. */}}
{{- define "connected-registry.checkPlainParent" -}}
{{- $root := index . 0 -}}
{{- $found := index . 1 -}}
{{- $parent := $root.Values.parent -}}
{{- with $parent.url -}}
{{- if or $root.Values.connectionString $root.Values.connectionStringSecret -}}
{{- include "connected-registry.find" (list $found "errors" "CR048" "parent.url" "a connection string is given as well" "give one of the two") -}}
{{- end -}}
{{- if not (include "connected-registry.isEndpoint" (include "connected-registry.parentHost" $root)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR075" "parent.url" "it is not a host name or an address" "write HOST or HOST:PORT, with https:// in front or without, and without a path") -}}
{{- end -}}
{{- end -}}
{{- with $parent.existingSecret -}}
{{- if not $parent.url -}}
{{- include "connected-registry.find" (list $found "errors" "CR072" "parent.existingSecret" "it belongs to parent.url, which is not given" "give parent.url, or connectionStringSecret for a connection string in a Secret") -}}
{{- end -}}
{{- if not (include "connected-registry.isObjectName" .) -}}
{{- include "connected-registry.find" (list $found "errors" "CR039" "parent.existingSecret" (printf "%q is not the name of a Secret" .) "give the name of a Secret in the release's namespace, without the namespace") -}}
{{- end -}}
{{- end -}}
{{- range $key := list "window" "retain" -}}
{{- $value := get $root.Values.sync $key | default "" | toString -}}
{{- if $value -}}
{{- $problem := include "connected-registry.spanProblem" $value -}}
{{- if and (eq $key "window") (not $problem) (not (regexMatch "[1-9]" $value)) -}}
{{- $problem = "leaves no time for a run" -}}
{{- end -}}
{{- if $problem -}}
{{- include "connected-registry.find" (list $found "errors" "CR073" (printf "sync.%s" $key) (printf "%q %s" $value $problem) "write numbers with s, m or h, such as 3h or 1h30m, or a duration of ISO 8601, such as PT4H or P7D") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A repository's path, and a tag or a digest or neither, as the OCI distribution specification writes them. */}}
{{- define "connected-registry.repositoryPattern" -}}
{{- $part := "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*" -}}
^{{ $part }}(/{{ $part }})*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$
{{- end -}}

{{- define "connected-registry.checkStorage" -}}
{{- $found := index . 1 -}}
{{- $size := (index . 0).Values.pvc.storageRequest | toString -}}
{{- $quantity := "^\\+?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$" -}}
{{- if not (and (regexMatch $quantity $size) (regexMatch "^[+0-9.]*[1-9]" $size)) -}}
{{- include "connected-registry.find" (list $found "errors" "CR050" "pvc.storageRequest" (printf "%q is not a positive quantity" $size) "write a size as Kubernetes does, such as 500Gi") -}}
{{- end -}}
{{- $values := (index . 0).Values -}}
{{- $several := gt (int $values.registry.replicas) 1 -}}
{{- if and $several (not (include "connected-registry.sharesStorage" (index . 0))) -}}
{{- include "connected-registry.find" (list $found "errors" "CR057" "registry.replicas" "several pods cannot write to one volume that is not ReadWriteMany" "set pvc.accessModes=[ReadWriteMany], use another storage.driver than filesystem, or set registry.replicas=1") -}}
{{- end -}}
{{- with $values.garbageCollection.schedule -}}
{{- include "connected-registry.checkSchedule" (list $found "CR054" "garbageCollection.schedule" . "write five cron fields, such as 0 2 * * 0, or @weekly") -}}
{{- if $several -}}
{{- include "connected-registry.find" (list $found "errors" "CR055" "garbageCollection.schedule" "several pods could write while one collects" "set registry.replicas=1, or collect garbage by hand with the others stopped") -}}
{{- end -}}
{{- end -}}
{{- if and (include "connected-registry.isOn" (list $values.parent.pullThrough false)) (not (include "connected-registry.usesVolume" (index . 0))) -}}
{{- include "connected-registry.find" (list $found "errors" "CR056" "parent.pullThrough" "what is fetched needs a volume, and storage.driver is not filesystem" "set storage.driver=filesystem, or parent.pullThrough=false") -}}
{{- end -}}
{{- end -}}

{{- define "connected-registry.checkAccess" -}}
{{- $found := index . 1 -}}
{{- $access := (index . 0).Values.access -}}
{{- with $access.existingSecret -}}
{{- if not (include "connected-registry.isObjectName" .) -}}
{{- include "connected-registry.find" (list $found "errors" "CR039" "access.existingSecret" (printf "%q is not the name of a Secret" .) "give the name of a Secret in the release's namespace, without the namespace") -}}
{{- end -}}
{{- end -}}
{{- $half := ne (not $access.username) (not $access.password) -}}
{{- $unnamed := and $access.pullSecretNamespaces (not $access.password) -}}
{{- $odd := regexMatch "[:\\x00-\\x1f\\x7f]" (toString $access.username) -}}
{{- /* nginx reads a colon as the end of the password. */ -}}
{{- $lines := regexMatch "[:\\x00-\\x1f\\x7f]" (toString $access.password) -}}
{{- if or $half $unnamed $odd $lines -}}
{{- include "connected-registry.find" (list $found "errors" "CR074" "access" "username and password do not make a login" "give both, without colons and line breaks; access.pullSecretNamespaces needs them") -}}
{{- end -}}
{{- end -}}
