{{/*
Schedules and durations, as the program's parsers read them (webhook/base/schedule.cc, duration.cc), with the same
messages. tests/chart/test_near_misses.py compares the two.
*/}}

{{/* The end of a sentence that says what is wrong with a duration; empty for a good one. */}}
{{- define "connected-registry.durationProblem" -}}
{{- if not (regexMatch "^([0-9]+[smh])+$" .) -}}is not a duration
{{- else -}}
{{- include "connected-registry.lengthProblem" . -}}
{{- end -}}
{{- end -}}

{{/* The same for a duration that may also be one of ISO 8601, in whole weeks, days, hours, minutes and seconds. */}}
{{- define "connected-registry.spanProblem" -}}
{{- if not (hasPrefix "P" .) -}}
{{- include "connected-registry.durationProblem" . -}}
{{- else if or (not (regexMatch "^P([0-9]+W|([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?)$" .)) (regexMatch "[PT]$" .) -}}is not a duration
{{- else -}}
{{- include "connected-registry.lengthProblem" . -}}
{{- end -}}
{{- end -}}

{{/* What is wrong with the sum of a well-formed duration's numbers. */}}
{{- define "connected-registry.lengthProblem" -}}
{{- $seconds := dict "s" 1 "m" 60 "h" 3600 "S" 1 "M" 60 "H" 3600 "D" 86400 "W" 604800 -}}
{{- $most := mul 87672 3600 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+[smhSMHDW]" . -1 -}}
{{- $digits := regexReplaceAll "^0+([0-9])" (regexFind "^[0-9]+" .) "${1}" -}}
{{- /* A longer number is too long whatever its unit, and could be too large for atoi. */ -}}
{{- $number := ternary (add1 $most) (atoi (trunc 9 $digits)) (gt (len $digits) 9) -}}
{{- $sum = min (add $sum (mul $number (get $seconds (regexFind "[a-zA-Z]$" .)))) (add1 $most) -}}
{{- end -}}
{{- if gt $sum $most -}}is longer than 87672h{{- end -}}
{{- end -}}

{{/* A number of a schedule; -1 where it is not within the bounds. Arguments: text, lowest, highest. */}}
{{- define "connected-registry.cronNumber" -}}
{{- $digits := regexReplaceAll "^0+([0-9])" (index . 0) "${1}" -}}
{{- $number := -1 -}}
{{- if regexMatch "^[0-9]{1,2}$" $digits -}}
{{- $number = atoi $digits -}}
{{- end -}}
{{- ternary $number -1 (and (ge $number (index . 1)) (le $number (index . 2))) -}}
{{- end -}}

{{/* A value of a field, by its number or its name; -1 where it is none. Arguments: the field, text. */}}
{{- define "connected-registry.cronValue" -}}
{{- $field := index . 0 -}}
{{- $number := include "connected-registry.cronNumber" (list (index . 1) $field.lowest $field.highest) -}}
{{- range $index, $name := $field.names -}}
{{- if eq $name (lower (index $ 1)) -}}
{{- $number = add $index $field.lowest -}}
{{- end -}}
{{- end -}}
{{- $number -}}
{{- end -}}

{{/*
One field: {"any": whether "*" is among its parts, "first": its smallest value, "values": all of them where they are asked
for}, as JSON; an empty text where it is wrong. Arguments: the field, its text.
*/}}
{{- define "connected-registry.cronField" -}}
{{- $field := index . 0 -}}
{{- $good := true -}}
{{- $any := false -}}
{{- $smallest := $field.highest -}}
{{- $values := list -}}
{{- range $part := splitList "," (index . 1) -}}
{{- $stepped := contains "/" $part -}}
{{- $halves := splitn "/" 2 $part -}}
{{- $step := 1 -}}
{{- if $stepped -}}
{{- $step = include "connected-registry.cronNumber" (list $halves._1 1 (add1 (sub $field.last $field.lowest))) | atoi -}}
{{- end -}}
{{- $first := $field.lowest -}}
{{- $last := $field.last -}}
{{- if has $halves._0 (list "*" "?") -}}
{{- $any = or $any (eq $step 1) -}}
{{- else -}}
{{- $ends := splitn "-" 2 $halves._0 -}}
{{- $first = include "connected-registry.cronValue" (list $field $ends._0) | atoi -}}
{{- if contains "-" $halves._0 -}}
{{- $last = include "connected-registry.cronValue" (list $field $ends._1) | atoi -}}
{{- else if not $stepped -}}
{{- $last = $first -}}
{{- else if gt $first $last -}}
{{- $first = $field.lowest -}}
{{- end -}}
{{- end -}}
{{- $good = and $good (ge $step 1) (ge $first $field.lowest) (ge $last $first) -}}
{{- $smallest = min $smallest $first -}}
{{- if and $good $field.listed -}}
{{- $values = concat $values (untilStep (int $first) (int (add1 $last)) (int $step)) -}}
{{- end -}}
{{- end -}}
{{- if $good -}}
{{- dict "any" $any "first" $smallest "values" $values | toJson -}}
{{- end -}}
{{- end -}}

{{/*
A schedule's five fields: {"problem": what is wrong, "never": whether no month that it names has such a day}, as JSON.
*/}}
{{- define "connected-registry.cronFields" -}}
{{- $texts := regexFindAll "[^ \\t\\n\\v\\f\\r]+" . -1 -}}
{{- $out := dict "problem" "" "never" false -}}
{{- if ne (len $texts) 5 -}}
{{- $_ := set $out "problem" (printf "it has %d fields instead of 5" (len $texts)) -}}
{{- else -}}
{{- $months := list "jan" "feb" "mar" "apr" "may" "jun" "jul" "aug" "sep" "oct" "nov" "dec" -}}
{{- $weekdays := list "sun" "mon" "tue" "wed" "thu" "fri" "sat" -}}
{{- $fields := list
  (dict "name" "minute" "lowest" 0 "highest" 59 "last" 59 "names" list "listed" false)
  (dict "name" "hour" "lowest" 0 "highest" 23 "last" 23 "names" list "listed" false)
  (dict "name" "day" "lowest" 1 "highest" 31 "last" 31 "names" list "listed" false)
  (dict "name" "month" "lowest" 1 "highest" 12 "last" 12 "names" $months "listed" true)
  (dict "name" "weekday" "lowest" 0 "highest" 7 "last" 6 "names" $weekdays "listed" false)
-}}
{{- $read := dict -}}
{{- range $index, $field := $fields -}}
{{- $text := index $texts $index -}}
{{- if not $out.problem -}}
{{- with include "connected-registry.cronField" (list $field $text) -}}
{{- $_ := set $read $field.name (fromJson .) -}}
{{- else -}}
{{- $_ := set $out "problem" (printf "%s %q is not a list of values, ranges and steps within %d to %d" $field.name $text $field.lowest $field.highest) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if not $out.problem -}}
{{- $longest := 0 -}}
{{- range $read.month.values -}}
{{- $longest = max $longest (index (list 31 29 31 30 31 30 31 31 30 31 30 31) (sub (int .) 1 | int)) -}}
{{- end -}}
{{- $_ := set $out "never" (and $read.weekday.any (not $read.day.any) (gt (int64 $read.day.first) $longest)) -}}
{{- end -}}
{{- end -}}
{{- toJson $out -}}
{{- end -}}

{{/* What is wrong with a schedule, and whether it is never due: {"problem": text, "never": bool}, as JSON. */}}
{{- define "connected-registry.scheduleProblem" -}}
{{- $problem := "" -}}
{{- if hasPrefix "@every " . -}}
{{- $interval := trimPrefix "@every " . -}}
{{- with include "connected-registry.durationProblem" $interval -}}
{{- $problem = printf "%q %s" $interval . -}}
{{- end -}}
{{- if regexMatch "^(0+[smh])+$" $interval -}}
{{- $problem = printf "%q is shorter than 1s" $interval -}}
{{- end -}}
{{- dict "problem" $problem "never" false | toJson -}}
{{- else if hasPrefix "@" . -}}
{{- $known := list "@hourly" "@daily" "@midnight" "@weekly" "@monthly" "@yearly" "@annually" -}}
{{- dict "problem" (ternary "" "the name is unknown" (has . $known)) "never" false | toJson -}}
{{- else -}}
{{- include "connected-registry.cronFields" . -}}
{{- end -}}
{{- end -}}
