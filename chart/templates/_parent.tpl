{{/*
The parent registry, from the connection string.
*/}}

{{/*
The connection string's parts: {"values": {KEY: VALUE}, "problems": [text]}, as JSON. A value may hold '=', so only the
first one in a part separates. A problem never quotes a value: one of them is a password.
*/}}
{{- define "connected-registry.connection" -}}
{{- $keys := list "ConnectedRegistryName" "SyncTokenName" "SyncTokenPassword" "ParentGatewayEndpoint" "ParentEndpointProtocol" -}}
{{- $values := dict -}}
{{- $problems := list -}}
{{- range splitList ";" (.Values.connectionString | toString) -}}
{{- $pair := splitn "=" 2 . -}}
{{- if has $pair._0 $keys -}}
{{- if hasKey $values $pair._0 -}}
{{- $problems = append $problems (printf "%s is given more than once" $pair._0) -}}
{{- end -}}
{{- $_ := set $values $pair._0 (default "" $pair._1) -}}
{{- end -}}
{{- end -}}
{{- if regexMatch "[\\x00-\\x1f\\x7f\\x{FEFF}]" (.Values.connectionString | toString) -}}
{{- $problems = append $problems "it holds a line break, another control character or a byte order mark" -}}
{{- end -}}
{{- range $keys -}}
{{- if not (hasKey $values .) -}}
{{- $problems = append $problems (printf "%s is missing" .) -}}
{{- else if not (get $values .) -}}
{{- $problems = append $problems (printf "%s is empty" .) -}}
{{- end -}}
{{- end -}}
{{- dict "values" $values "problems" (uniq $problems) | toJson -}}
{{- end -}}

{{/*
The parent's host as image references write it. The connection string of Azure names the data endpoint
NAME.REGION.data.azurecr.io; images are read from NAME.azurecr.io. A name with neither dot nor port would be read as a
Docker Hub repository, so it gets the port.
*/}}
{{- define "connected-registry.parentHost" -}}
{{- $connection := include "connected-registry.connection" . | fromJson -}}
{{- $host := get $connection.values "ParentGatewayEndpoint" | lower -}}
{{- $host = regexReplaceAll "^([a-z0-9-]+)\\.[a-z0-9]+\\.data\\.(azurecr\\.(io|cn|us))" $host "${1}.${2}" -}}
{{- if and $host (not (regexMatch "[.:]" $host)) -}}
{{- $host = printf "%s:443" $host -}}
{{- end -}}
{{- $host -}}
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

{{/* "true" when images are to be brought from a parent. */}}
{{- define "connected-registry.synchronizes" -}}
{{- if and .Values.connectionString .Values.sync.repositories -}}true{{- end -}}
{{- end -}}
