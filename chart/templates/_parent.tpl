{{/*
The parent registry, from the connection string.
*/}}

{{/*
The connection string's parts: {"values": {KEY: VALUE}, "managedIdentity": bool, "problems": [text]}, as JSON. A value may hold '=', so only the
first one in a part separates. A problem never quotes a value: one of them is a password.
*/}}
{{- define "connected-registry.connection" -}}
{{- $keys := list "ConnectedRegistryName" "SyncTokenName" "SyncTokenPassword" "ParentGatewayEndpoint" "ParentEndpointProtocol" -}}
{{- $values := dict -}}
{{- $problems := list -}}
{{- $identity := false -}}
{{- range splitList ";" (.Values.connectionString | toString) -}}
{{- $pair := splitn "=" 2 . -}}
{{- if has $pair._0 $keys -}}
{{- if hasKey $values $pair._0 -}}
{{- $problems = append $problems (printf "%s is given more than once" $pair._0) -}}
{{- end -}}
{{- $_ := set $values $pair._0 (default "" $pair._1) -}}
{{- end -}}
{{- $identity = or $identity (hasPrefix "ManagedIdentityClientId=" .) -}}
{{- end -}}
{{- if regexMatch "[\\x00-\\x1f\\x7f\\x{FEFF}]" (.Values.connectionString | toString) -}}
{{- $problems = append $problems "it holds a line break, another control character or a byte order mark" -}}
{{- end -}}
{{- range $keys -}}
{{- if not (hasKey $values .) -}}
{{- /* A string with a managed identity has no token. */ -}}
{{- if not (and $identity (hasPrefix "SyncToken" .)) -}}
{{- $problems = append $problems (printf "%s is missing" .) -}}
{{- end -}}
{{- else if not (get $values .) -}}
{{- $problems = append $problems (printf "%s is empty" .) -}}
{{- else if regexMatch "(?s)^<.*>$" (get $values .) -}}
{{- $problems = append $problems (printf "%s is a placeholder in < >" .) -}}
{{- end -}}
{{- end -}}
{{- dict "values" $values "managedIdentity" $identity "problems" (uniq $problems) | toJson -}}
{{- end -}}

{{/*
"true" for a host name or an address, with a port or without. Digits and dots alone are meant as an IPv4 address.
*/}}
{{- define "connected-registry.isEndpoint" -}}
{{- $port := regexFind ":[0-9]{1,5}$" . | trimPrefix ":" -}}
{{- $host := . -}}
{{- if and $port (not (regexMatch "^\\[.*\\]$" .)) -}}
{{- $host = trimSuffix (printf ":%s" $port) . -}}
{{- end -}}
{{- $label := "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?" -}}
{{- $good := and (regexMatch (printf "^%s(\\.%s)*$" $label $label) $host) (le (len $host) 253) -}}
{{- if regexMatch "^[0-9.]+$" $host -}}
{{- $good = regexMatch (include "connected-registry.ipv4Pattern" .) $host -}}
{{- else if regexMatch "^\\[.*\\]$" $host -}}
{{- $good = ne (include "connected-registry.ipv6Groups" (trimPrefix "[" $host | trimSuffix "]")) "[]" -}}
{{- end -}}
{{- if and $port (or (lt (atoi $port) 1) (gt (atoi $port) 65535)) -}}
{{- $good = false -}}
{{- end -}}
{{- if $good -}}true{{- end -}}
{{- end -}}

{{/* "true" when regsync is to bring images from a parent; Azure's own image does so by itself. */}}
{{- define "connected-registry.synchronizes" -}}
{{- if and (ne .Values.registry.engine "azure") (or .Values.connectionString .Values.connectionStringSecret .Values.parent.url) .Values.sync.repositories -}}true{{- end -}}
{{- end -}}

{{/* The host of parent.url; empty where a connection string names the parent. */}}
{{- define "connected-registry.parentHost" -}}
{{- .Values.parent.url | toString | trimPrefix "https://" | trimSuffix "/" -}}
{{- end -}}

{{/* The parent's host in lower case without a port, from wherever it is given: a JSON list. */}}
{{- define "connected-registry.parentHosts" -}}
{{- $given := list (get (include "connected-registry.connection" . | fromJson).values "ParentGatewayEndpoint") (include "connected-registry.parentHost" .) -}}
{{- $hosts := list -}}
{{- range $given -}}
{{- if and . (include "connected-registry.isEndpoint" .) -}}
{{- $hosts = append $hosts (regexReplaceAll ":[0-9]+$" (lower .) "") -}}
{{- end -}}
{{- end -}}
{{- toJson $hosts -}}
{{- end -}}

{{/*
The arguments by which our program finds the parent; what they name is mounted by parentMounts.
*/}}
{{- define "connected-registry.parentArguments" -}}
{{- if not .Values.parent.url }}
- --connection-string=/etc/connected-registry/parent/connectionString
{{- else if .Values.parent.existingSecret }}
- --credentials=/etc/connected-registry/parent
{{- end }}
{{- if .Values.parent.caBundle }}
- --ca-bundle=/etc/connected-registry/parent-ca/ca.crt
{{- end }}
{{- end -}}

{{- define "connected-registry.parentMounts" -}}
{{- if or (not .Values.parent.url) .Values.parent.existingSecret }}
- name: parent
  mountPath: /etc/connected-registry/parent
  readOnly: true
{{- end }}
{{- if .Values.parent.caBundle }}
- name: parent-ca
  mountPath: /etc/connected-registry/parent-ca
  readOnly: true
{{- end }}
{{- end -}}

{{/* Optional, both: the registry serves what it has whether or not somebody's Secret is there. */}}
{{- define "connected-registry.parentVolumes" -}}
{{- if or (not .Values.parent.url) .Values.parent.existingSecret }}
- name: parent
  secret:
    secretName: {{ .Values.parent.existingSecret | default (include "connected-registry.connectionSecret" .) | quote }}
    defaultMode: 0440
    optional: true
    items:
      {{- range ternary (list "username" "password") (list "connectionString") (not (not .Values.parent.url)) }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
{{- end }}
{{- if .Values.parent.caBundle }}
- name: parent-ca
  secret:
    secretName: {{ include "connected-registry.fullname" . }}-parent
    items:
      - key: ca.crt
        path: ca.crt
{{- end }}
{{- end -}}

{{/*
Returns the keys that regsync needs beside the connection string; a proxy's address may hold a password. As JSON: {key: text}.
*/}}
{{- define "connected-registry.parentData" -}}
{{- $data := dict -}}
{{- with .Values.connectionString }}{{ $_ := set $data "connectionString" . }}{{ end -}}
{{- with .Values.parent.caBundle }}{{ $_ := set $data "ca.crt" . }}{{ end -}}
{{- with .Values.proxy.http }}{{ $_ := set $data "http-proxy" . }}{{ end -}}
{{- with .Values.proxy.https }}{{ $_ := set $data "https-proxy" . }}{{ end -}}
{{- toJson $data -}}
{{- end -}}

{{/* The Secret that holds the connection string. */}}
{{- define "connected-registry.connectionSecret" -}}
{{- .Values.connectionStringSecret | default (printf "%s-parent" (include "connected-registry.fullname" .)) -}}
{{- end -}}

{{/* Hosts that are never reached through a proxy, in the form of NO_PROXY: this pod, this cluster, the user's own. */}}
{{- define "connected-registry.noProxy" -}}
{{- $own := list "localhost" "127.0.0.1" "::1" (include "connected-registry.address" .) ".svc" (printf ".%s" .Values.clusterDomain) -}}
{{- concat $own (splitList "," (.Values.proxy.noProxy | replace " " "")) | compact | uniq | join "," -}}
{{- end -}}

{{/* The proxy as regsync's environment; empty without one. */}}
{{- define "connected-registry.proxyEnvironment" -}}
{{- $name := printf "%s-parent" (include "connected-registry.fullname" .) -}}
{{- $given := dict "HTTP_PROXY" .Values.proxy.http "HTTPS_PROXY" .Values.proxy.https -}}
{{- range $variable, $value := $given -}}
{{- if $value }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ $name | quote }}
      key: {{ $variable | lower | replace "_" "-" }}
{{- end -}}
{{- end -}}
{{- if or .Values.proxy.http .Values.proxy.https }}
- name: NO_PROXY
  value: {{ include "connected-registry.noProxy" . | quote }}
{{- end -}}
{{- end -}}
