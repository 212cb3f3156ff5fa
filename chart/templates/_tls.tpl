{{/*
The registry's scheme and port, and the source of its certificate.
*/}}

{{/*
A switch, "true" or empty. Arguments: the value, what it is when nothing is given. The text "true" or "false" is refused
(CR061), and judged by what it says until then.
*/}}
{{- define "connected-registry.isOn" -}}
{{- $value := index . 0 -}}
{{- if has (toString $value) (list "true" "false") -}}
{{- if eq (toString $value) "true" -}}true{{- end -}}
{{- else if index . 1 -}}true
{{- end -}}
{{- end -}}

{{/*
The spellings of httpsEnabled that are given, as JSON: {key: true when it asks for HTTPS}. httpEnabled is the oldest one,
with the inverse sense.
*/}}
{{- define "connected-registry.httpsSpellings" -}}
{{- $given := dict -}}
{{- range $key := list "httpsEnabled" "HttpsEnabled" "httpEnabled" -}}
{{- $value := get $.Values $key -}}
{{- if has (toString $value) (list "true" "false") -}}
{{- $_ := set $given $key (eq (toString $value) (ternary "false" "true" (eq $key "httpEnabled"))) -}}
{{- end -}}
{{- end -}}
{{- toJson $given -}}
{{- end -}}

{{/* "true" where the registry speaks HTTPS: the first spelling that is given decides, and without one it does. */}}
{{- define "connected-registry.https" -}}
{{- $given := include "connected-registry.httpsSpellings" . | fromJson -}}
{{- $https := true -}}
{{- range $key := list "httpEnabled" "HttpsEnabled" "httpsEnabled" -}}
{{- if hasKey $given $key -}}{{- $https = get $given $key -}}{{- end -}}
{{- end -}}
{{- if $https -}}true{{- end -}}
{{- end -}}

{{- define "connected-registry.scheme" -}}
{{- if include "connected-registry.https" . -}}https{{- else -}}http{{- end -}}
{{- end -}}

{{/* The Service's port: the usual one of the scheme, so that an image's reference needs none. */}}
{{- define "connected-registry.port" -}}
{{- if include "connected-registry.https" . -}}443{{- else -}}80{{- end -}}
{{- end -}}

{{/* The port on which nginx listens in its pod: without rights, it takes none below 1024. */}}
{{- define "connected-registry.containerPort" -}}
{{- if include "connected-registry.https" . -}}8443{{- else -}}8080{{- end -}}
{{- end -}}

{{/*
The user's own certificate, as JSON: {"secret", "crt", "key", "cacrt"}. In a protected settings file the keys stand flat
("tls.crt").
*/}}
{{- define "connected-registry.tls" -}}
{{- $nested := .Values.tls | default dict -}}
{{- $tls := dict -}}
{{- range $key := list "secret" "crt" "key" "cacrt" -}}
{{- $value := get $nested $key | default (get $.Values (printf "tls.%s" $key)) | default "" -}}
{{- $_ := set $tls $key (toString $value) -}}
{{- end -}}
{{- toJson $tls -}}
{{- end -}}

{{/* Where the certificate comes from: http (there is none), cert-manager, secret, values or none. */}}
{{- define "connected-registry.certificateSource" -}}
{{- $tls := include "connected-registry.tls" . | fromJson -}}
{{- if not (include "connected-registry.https" .) -}}http
{{- else if include "connected-registry.isOn" (list (index .Values "cert-manager" "enabled") true) -}}cert-manager
{{- else if $tls.secret -}}secret
{{- else if or $tls.crt $tls.key $tls.cacrt -}}values
{{- else -}}none
{{- end -}}
{{- end -}}

{{/* The name of the user's Secret with the certificate, where that is the source. */}}
{{- define "connected-registry.tlsSecret" -}}
{{- if eq (include "connected-registry.certificateSource" .) "secret" -}}
{{- (include "connected-registry.tls" . | fromJson).secret -}}
{{- end -}}
{{- end -}}
