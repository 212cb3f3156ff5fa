{{/*
Addresses. Templates have no function for them, so this follows RFC 4291 and RFC 5952 by hand.
*/}}

{{- define "connected-registry.ipv4Pattern" -}}
^(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$
{{- end -}}

{{/* An IPv6 address with an IPv4 tail (::ffff:192.0.2.1), lower case and with the tail as two groups. */}}
{{- define "connected-registry.withoutIpv4Tail" -}}
{{- $text := lower . -}}
{{- $tail := regexFind "[0-9.]+$" $text -}}
{{- if and (contains "." $tail) (contains ":" $text) (regexMatch (include "connected-registry.ipv4Pattern" .) $tail) -}}
{{- $bytes := splitList "." $tail -}}
{{- $high := add (mul 256 (atoi (index $bytes 0))) (atoi (index $bytes 1)) -}}
{{- $low := add (mul 256 (atoi (index $bytes 2))) (atoi (index $bytes 3)) -}}
{{- $text = printf "%s%x:%x" (trimSuffix $tail $text) $high $low -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{/*
The eight groups of an IPv6 address, lower case and without leading zeros, as a JSON list; an empty list when the text
is not one.
*/}}
{{- define "connected-registry.ipv6Groups" -}}
{{- $groups := list -}}
{{- $text := include "connected-registry.withoutIpv4Tail" . -}}
{{- $part := "[0-9a-f]{1,4}(:[0-9a-f]{1,4})*" -}}
{{- if regexMatch (printf "^(%s|(%s)?::(%s)?)$" $part $part $part) $text -}}
{{- $halves := splitList "::" $text -}}
{{- $left := compact (splitList ":" (first $halves)) -}}
{{- $right := list -}}
{{- if eq (len $halves) 2 -}}
{{- $right = compact (splitList ":" (last $halves)) -}}
{{- end -}}
{{- $missing := sub (sub 8 (len $left)) (len $right) | int -}}
{{- if or (and (eq (len $halves) 1) (eq $missing 0)) (and (eq (len $halves) 2) (gt $missing 0)) -}}
{{- range $left -}}{{- $groups = append $groups (regexReplaceAll "^0+(.)" . "${1}") -}}{{- end -}}
{{- range until $missing -}}{{- $groups = append $groups "0" -}}{{- end -}}
{{- range $right -}}{{- $groups = append $groups (regexReplaceAll "^0+(.)" . "${1}") -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $groups -}}
{{- end -}}

{{/*
The registry's address in its one canonical spelling: an image's reference and the directory of a node's trust are
compared
as text. The first of the longest runs of zeros is left out of an IPv6 address (RFC 5952).
*/}}
{{- define "connected-registry.address" -}}
{{- $address := .Values.service.clusterIP | toString -}}
{{- with include "connected-registry.ipv6Groups" $address | fromJsonArray -}}
{{- $text := join ":" . -}}
{{- $run := "" -}}
{{- range untilStep 8 1 -1 -}}
{{- if not $run -}}
{{- $run = regexFind (printf "(^|:)0(:0){%d}(:|$)" (sub . 1)) $text -}}
{{- end -}}
{{- end -}}
{{- if $run -}}
{{- $around := splitn $run 2 $text -}}
{{- $text = printf "%s::%s" $around._0 $around._1 -}}
{{- end -}}
{{- $address = $text -}}
{{- end -}}
{{- $address -}}
{{- end -}}

{{/* What keeps a text from being a Service's address, as the end of a sentence; empty when nothing does. */}}
{{- define "connected-registry.addressProblem" -}}
{{- if regexMatch (include "connected-registry.ipv4Pattern" .) . -}}
{{- if eq . "0.0.0.0" -}}is the unspecified address
{{- else if hasPrefix "127." . -}}is a loopback address
{{- else if hasPrefix "169.254." . -}}is a link-local address
{{- else if regexMatch "^(22[4-9]|23[0-9])\\." . -}}is a multicast address
{{- end -}}
{{- else -}}
{{- $groups := include "connected-registry.ipv6Groups" . | fromJsonArray -}}
{{- $text := join ":" $groups -}}
{{- if not $groups -}}is not an IPv4 or IPv6 address
{{- else if eq $text "0:0:0:0:0:0:0:0" -}}is the unspecified address
{{- else if eq $text "0:0:0:0:0:0:0:1" -}}is the loopback address
{{- else if regexMatch "^fe[89ab][0-9a-f]:" $text -}}is a link-local address
{{- else if regexMatch "^ff[0-9a-f]{2}:" $text -}}is a multicast address
{{- else if hasPrefix "0:0:0:0:0:ffff:" $text -}}is an IPv4 address in IPv6 form
{{- end -}}
{{- end -}}
{{- end -}}
