{{/*
Facts that only the cluster has. `helm template` and `helm lint` have none: lookup finds nothing there, and nothing here
changes their output.
*/}}

{{/* "true" when an object of the cluster belongs to this release. Arguments: the chart's context, the object. */}}
{{- define "connected-registry.isOurs" -}}
{{- $root := index . 0 -}}
{{- $metadata := (index . 1).metadata -}}
{{- $annotations := $metadata.annotations | default dict -}}
{{- if and
  (eq (dig "app.kubernetes.io/managed-by" "" ($metadata.labels | default dict)) "Helm")
  (eq (dig "meta.helm.sh/release-name" "" $annotations) $root.Release.Name)
  (eq (dig "meta.helm.sh/release-namespace" "" $annotations) $root.Release.Namespace)
-}}
true
{{- end -}}
{{- end -}}

{{/* "true" when cert-manager's chart is part of this release. */}}
{{- define "connected-registry.bringsCertManager" -}}
{{- if hasKey .Subcharts "certmanager" -}}true{{- end -}}
{{- end -}}

{{/* What is wrong with the settings in this cluster: a JSON list of lines. */}}
{{- define "connected-registry.clusterFindings" -}}
{{- $found := dict "errors" list -}}
{{- include "connected-registry.judgeNeighbours" (list . $found) -}}
{{- if include "connected-registry.bringsCertManager" . -}}
{{- include "connected-registry.judgeOtherCertManager" (list . $found) -}}
{{- include "connected-registry.judgeNames" (list . $found) -}}
{{- include "connected-registry.settleDefinitions" (list . $found) -}}
{{- end -}}
{{- toJson $found.errors -}}
{{- end -}}

{{/* The volume has one name for all releases, so a namespace holds one of them. Helm would only speak of the volume. */}}
{{- define "connected-registry.judgeNeighbours" -}}
{{- $root := index . 0 -}}
{{- $found := index . 1 -}}
{{- if not $root.Values.pvc.existingClaim -}}
{{- $claim := lookup "v1" "PersistentVolumeClaim" $root.Release.Namespace (include "connected-registry.claim" $root) -}}
{{- $other := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $claim -}}
{{- if and $other (ne $other $root.Release.Name) -}}
{{- $wrong := printf "another release of this chart is in this namespace: %s has the volume %s" $other (include "connected-registry.claim" $root) -}}
{{- include "connected-registry.find" (list $found "errors" "CR006" "pvc.existingClaim" $wrong "install this one into a namespace of its own, or give it a volume of its own with pvc.existingClaim") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Two cert-managers in a cluster would fight over the same objects. Each running one has this webhook. */}}
{{- define "connected-registry.judgeOtherCertManager" -}}
{{- $root := index . 0 -}}
{{- $found := index . 1 -}}
{{- range (lookup "admissionregistration.k8s.io/v1" "ValidatingWebhookConfiguration" "" "").items -}}
{{- $configuration := . -}}
{{- range .webhooks -}}
{{- if and (eq .name "webhook.cert-manager.io") (not (include "connected-registry.isOurs" (list $root $configuration))) -}}
{{- $wrong := printf "the cluster has a cert-manager already, in namespace %s" (dig "clientConfig" "service" "namespace" "unknown" .) -}}
{{- include "connected-registry.find" (list $found "errors" "CR018" "cert-manager.install" $wrong "set cert-manager.install=false; the existing one then issues the registry's certificate") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* cert-manager's chart names its objects by the release, as we do: both names must not come out the same. */}}
{{- define "connected-registry.judgeNames" -}}
{{- $root := index . 0 -}}
{{- $found := index . 1 -}}
{{- $name := include "connected-registry.fullname" $root -}}
{{- if eq $name (include "cert-manager.fullname" $root.Subcharts.certmanager) -}}
{{- $wrong := printf "objects of the registry and of cert-manager would both be called %s" $name -}}
{{- include "connected-registry.find" (list $found "errors" "CR005" "fullnameOverride" $wrong "choose a release name that does not contain both connected-registry and cert-manager, or set fullnameOverride") -}}
{{- end -}}
{{- end -}}

{{/*
cert-manager's resource definitions (CRDs) stay in the cluster when the release that brought them is uninstalled, and
still name that release as their owner. Helm then refuses to install them again under another release name. Where all of
them are there in the version that this release would bring, they serve as they are: this release leaves them out.
If they are of another version, only a person can decide who owns them.

Leaving them out means to change the dependency's values, which are shared between a chart and its dependencies while
helm renders. It works only before the dependency's own templates are rendered: see first/of/all.
*/}}
{{- define "connected-registry.settleDefinitions" -}}
{{- $root := index . 0 -}}
{{- $found := index . 1 -}}
{{- $dependency := $root.Subcharts.certmanager -}}
{{- $names := list
  "certificaterequests.cert-manager.io" "certificates.cert-manager.io"
  "challenges.acme.cert-manager.io" "clusterissuers.cert-manager.io"
  "issuers.cert-manager.io" "orders.acme.cert-manager.io"
-}}
{{- $others := list -}}
{{- $versions := list -}}
{{- if dig "crds" "enabled" false $dependency.Values.AsMap -}}
{{- range $names -}}
{{- $definition := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" . -}}
{{- if $definition -}}
{{- $versions = append $versions (dig "metadata" "labels" "app.kubernetes.io/version" "unknown" $definition) -}}
{{- if not (include "connected-registry.isOurs" (list $root $definition)) -}}
{{- $others = append $others . -}}
{{- end -}}
{{- else -}}
{{- $versions = append $versions "none" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $others -}}
{{- if eq (uniq $versions | join ",") $dependency.Chart.AppVersion -}}
{{- $_ := set $dependency.Values.crds "enabled" false -}}
{{- else -}}
{{- $wrong := printf "the cluster holds resource definitions of cert-manager (%s) that another release left, while this one brings %s" (uniq $versions | sortAlpha | join ", ") $dependency.Chart.AppVersion -}}
{{- $fix := printf "hand them to this release, then try again: kubectl label --overwrite crd %s app.kubernetes.io/managed-by=Helm && kubectl annotate --overwrite crd %s meta.helm.sh/release-name=%s meta.helm.sh/release-namespace=%s" (join " " $others) (join " " $others) $root.Release.Name $root.Release.Namespace -}}
{{- include "connected-registry.find" (list $found "errors" "CR019" "certmanager.crds.enabled" $wrong $fix) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
cert-manager's images from global.imageRegistry, like ours; its chart knows no such key. Older releases of it name the
whole repository in image.repository, newer ones leave that empty and have imageRegistry. To be included once, before the
dependency's own templates are rendered.
*/}}
{{- define "connected-registry.relocateCertManager" -}}
{{- $root := . -}}
{{- if and .Values.global.imageRegistry (include "connected-registry.bringsCertManager" .) -}}
{{- $values := .Subcharts.certmanager.Values -}}
{{- if hasKey $values "imageRegistry" -}}
{{- $_ := set $values "imageRegistry" (trimSuffix "/" .Values.global.imageRegistry) -}}
{{- end -}}
{{- range list $values.image $values.webhook.image $values.cainjector.image $values.acmesolver.image $values.startupapicheck.image -}}
{{- $repository := .repository | default "" -}}
{{- if and $repository .registry -}}
{{- $repository = printf "%s/%s" .registry $repository -}}
{{- end -}}
{{- $_ := set . "registry" "" -}}
{{- if $repository -}}
{{- $_ := set . "repository" (include "connected-registry.relocated" (list $root $repository)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The Secret in which cert-manager's webhook keeps its own CA, named by cert-manager's own template. */}}
{{- define "connected-registry.certManagerSecret" -}}
{{- include "webhook.fullname" .Subcharts.certmanager }}-ca
{{- end -}}

{{/* What the names of cert-manager's pods begin with; short enough that no part's name has it cut off. */}}
{{- define "connected-registry.certManagerName" -}}
{{- include "cert-manager.fullname" .Subcharts.certmanager | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* Where cert-manager's leaders keep their Leases. */}}
{{- define "connected-registry.certManagerLeaderNamespace" -}}
{{- .Subcharts.certmanager.Values.global.leaderElection.namespace -}}
{{- end -}}
