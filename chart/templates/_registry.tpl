{{/*
The three programs in the registry's pod: their configuration files, and what a container of theirs needs.
*/}}

{{/*
nginx, from 1.22 on, as a user without rights and with nothing of its image writable: TLS (or plain HTTP), and only reading in ReadOnly
mode. It listens on IPv6 only for an IPv6 address: a node without IPv6 could not start it otherwise.
*/}}
{{- define "connected-registry.nginxConfiguration" -}}
# Not "auto": that is a process for each of the node's cores, however few of them the pod may use.
worker_processes 2;
daemon off;
pid /run/nginx/nginx.pid;
error_log stderr warn;
# After a reload the old workers finish the downloads they have; this is how long they may take.
worker_shutdown_timeout 30m;

events {
  worker_connections 1024;
}

http {
  {{- if eq .Values.logFormat "json" }}
  log_format requests escape=json '{"time":"$time_iso8601","level":"info","component":"nginx","msg":"request",'
    '"client":"$remote_addr","request":"$request","status":"$status","bytes":"$body_bytes_sent",'
    '"seconds":"$request_time","user_agent":"$http_user_agent"}';
  {{- else }}
  log_format requests '$remote_addr "$request" $status $body_bytes_sent $request_time "$http_user_agent"';
  {{- end }}
  # The kubelet's probes would bury everything else.
  map $http_user_agent $logged {
    default 1;
    ~^kube-probe/ 0;
  }
  access_log /dev/stdout requests if=$logged;
  server_tokens off;
  {{- if include "connected-registry.synchronizes" . }}
  recursive_error_pages on;
  {{- end }}

  client_body_temp_path /run/nginx/client_body;
  proxy_temp_path /run/nginx/proxy;
  fastcgi_temp_path /run/nginx/fastcgi;
  uwsgi_temp_path /run/nginx/uwsgi;
  scgi_temp_path /run/nginx/scgi;

  upstream distribution {
    server 127.0.0.1:5000;
    keepalive 16;
  }

  # 1: this request would change the registry.
  map $request_method $writes {
    default 1;
    GET 0;
    HEAD 0;
  }

  server {
    {{- $https := include "connected-registry.https" . }}
    {{- $listen := printf "%s%s" (include "connected-registry.containerPort" .) (ternary " ssl" "" (not (not $https))) }}
    listen {{ $listen }};
    {{- if contains ":" .Values.service.clusterIP }}
    listen [::]:{{ $listen }};
    {{- end }}

    {{- if $https }}

    ssl_certificate /run/tls/tls.crt;
    ssl_certificate_key /run/tls/tls.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    # AES-128 first: OpenSSL's clients prefer AES-256, which costs a third more.
    ssl_ciphers ECDHE+AES128+AESGCM:ECDHE+AESGCM:ECDHE+CHACHA20;
    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256;
    ssl_prefer_server_ciphers on;
    ssl_session_cache shared:registry:4m;
    ssl_session_timeout 1h;
    ssl_session_tickets off;
    {{- end }}

    # Layers are large: they pass through, and are never stored here.
    client_max_body_size 0;
    proxy_buffering off;
    # As much is passed on at once; the usual 4 KiB cost a third of the speed.
    proxy_buffer_size 128k;
    proxy_buffers 4 128k;
    proxy_request_buffering off;
    proxy_http_version 1.1;
    proxy_read_timeout 15m;
    proxy_send_timeout 15m;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto {{ include "connected-registry.scheme" . }};

    {{- if include "connected-registry.asksForPassword" . }}

    # Read at each request: a changed Secret needs no reload.
    auth_basic "connected-registry";
    auth_basic_user_file /etc/connected-registry/access/htpasswd;
    location @unauthorized {
      internal;
      default_type application/json;
      return 401 '{"errors":[{"code":"UNAUTHORIZED","message":"this registry asks for a user name and a password"}]}';
    }
    {{- end }}

    # nginx itself, for its liveness probe; the registry behind it, for the others.
    location = /healthz {
      auth_basic off;
      default_type text/plain;
      return 200 "ok\n";
    }
    location = /readyz {
      auth_basic off;
      access_log off;
      proxy_pass http://distribution/v2/;
    }

    location / {
      {{- include "connected-registry.nginxGate" . | nindent 6 }}
      proxy_pass http://distribution;
    }
    {{- if include "connected-registry.usesVolume" . }}

    # A blob that the repository has is read from the volume here: what is large passes through one program, not two.
    # Distribution puts each blob in its place, and then its link in the repository, by renaming a whole file.
    location ~ "^/v2/(?<repository>[a-z0-9][a-z0-9._/-]*)/blobs/sha256:(?<start>[0-9a-f]{2})(?<rest>[0-9a-f]{62})$" {
      {{- if include "connected-registry.asksForPassword" . }}
      error_page 401 @unauthorized;
      {{- end }}
      set $elsewhere $writes;
      if (!-f /var/lib/registry/docker/registry/v2/repositories/$repository/_layers/sha256/$start$rest/link) {
        set $elsewhere 1;
      }
      error_page 418 = @blobs;
      if ($elsewhere) {
        return 418;
      }
      default_type application/octet-stream;
      etag off;
      add_header Cache-Control max-age=31536000;
      add_header Docker-Content-Digest sha256:$start$rest;
      add_header Docker-Distribution-Api-Version registry/2.0;
      add_header Etag '"sha256:$start$rest"';
      add_header X-Content-Type-Options nosniff;
      # A slow disk holds up a thread, not all other pulls.
      aio threads;
      output_buffers 2 256k;
      root /var/lib/registry/docker/registry/v2;
      try_files /blobs/sha256/$start/$start$rest/data @blobs;
    }
    {{- if not (and .Values.parent.pullThrough (include "connected-registry.synchronizes" .)) }}
    location @blobs {
      {{- include "connected-registry.nginxGate" . | nindent 6 }}
      proxy_pass http://distribution;
    }
    {{- end }}
    {{- end }}
    {{- if include "connected-registry.synchronizes" . }}

    # An image that is not here: the synchronization says in a file whether the parent is to be had.
    location ~ ^/v2/.+/manifests/[^/]+$ {
      {{- include "connected-registry.nginxGate" . | nindent 6 }}
      proxy_intercept_errors on;
      error_page 404 {{ ternary "= @parent" "=404 @missing" .Values.parent.pullThrough }};
      proxy_pass http://distribution;
    }
    {{- if .Values.parent.pullThrough }}
    {{- range list "@blobs" "~ ^/v2/.+/blobs/[^/]+$" }}
    location {{ . }} {
      {{- include "connected-registry.nginxGate" $ | nindent 6 }}
      proxy_intercept_errors on;
      error_page 404 = @parent;
      proxy_pass http://distribution;
    }
    {{- end }}
    # Asked only for what is not here; whatever becomes of it, a client waits no longer than this for a first byte.
    location @parent {
      internal;
      proxy_connect_timeout 1s;
      proxy_read_timeout 8s;
      proxy_intercept_errors on;
      error_page 404 500 502 503 504 =404 @missing;
      proxy_pass http://127.0.0.1:5002;
    }
    {{- end }}
    location @missing {
      internal;
      root /run/gate;
      default_type application/json;
      try_files /missing.json =404;
    }
    {{- end }}
  }

  # Distribution's figures for Prometheus, without the rest of its debugging port.
  server {
    listen 9445;
    {{- if contains ":" .Values.service.clusterIP }}
    listen [::]:9445;
    {{- end }}
    access_log off;
    location = /metrics {
      proxy_pass http://127.0.0.1:5001/metrics;
    }
    location / {
      return 404;
    }
  }
}
{{- end -}}

{{/* What nginx refuses to let through to Distribution. */}}
{{- define "connected-registry.nginxGate" -}}
default_type application/json;
{{- if include "connected-registry.asksForPassword" . }}
error_page 401 @unauthorized;
{{- end }}
{{- if eq .Values.mode "ReadOnly" }}
if ($writes) {
  add_header Allow "GET, HEAD" always;
  add_header Docker-Distribution-Api-Version registry/2.0 always;
  return 405 '{"errors":[{"code":"UNSUPPORTED","message":"this registry is read-only: it serves what it brings from its parent registry; push there"}]}';
}
{{- else }}
set $shut "";
if (-f /run/gate/closed) {
  set $shut "closed";
}
if (-f /run/gate/full) {
  set $shut "full";
}
set $gate "$writes$shut";
if ($gate = "1closed") {
  add_header Retry-After 60 always;
  return 503 '{"errors":[{"code":"UNAVAILABLE","message":"this registry collects its garbage and takes no pushes meanwhile; try again in a minute"}]}';
}
if ($gate = "1full") {
  return 507 '{"errors":[{"code":"DENIED","message":"the volume of this registry is nearly full: it takes no pushes until there is room"}]}';
}
{{- end }}
{{- end -}}

{{/*
Distribution. It listens inside the pod only, so it needs no access control of its own; nginx decides who may write, and
regsync writes through its localhost. Without http.secret it makes a random one, which is right for a single replica.
*/}}
{{- define "connected-registry.distributionConfiguration" -}}
version: 0.1
log:
  # At "info" it writes a line for each request, the kubelet's probes included.
  level: {{ get (dict "trace" "debug" "debug" "debug" "error" "error") .Values.logLevel | default "warn" }}
  formatter: json
  accesslog:
    # nginx logs each request already.
    disabled: true
storage:
  {{- include "connected-registry.storageDriver" . | nindent 2 }}
  # No cache of descriptors: after a garbage collection it would still know blobs that are gone, and take a manifest
  # that refers to them.
  delete:
    enabled: true
  maintenance:
    uploadpurging:
      enabled: true
      age: 24h
      interval: 6h
      dryrun: false
http:
  addr: 127.0.0.1:5000
  # Clients reach it by several names and by way of nginx: it must not put its own into answers.
  relativeurls: true
  draintimeout: 20s
  headers:
    X-Content-Type-Options: [nosniff]
  debug:
    addr: 127.0.0.1:5001
    prometheus:
      enabled: true
      path: /metrics
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
{{- end -}}

{{/*
The Distribution that fetches from the parent what is not here. Address and credentials of the parent come in its
environment; what it fetched lies beside the other's images, and is fetched anew after a week.
*/}}
{{- define "connected-registry.pullThroughConfiguration" -}}
version: 0.1
log:
  level: {{ get (dict "trace" "debug" "debug" "debug" "error" "error") .Values.logLevel | default "warn" }}
  formatter: json
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: /var/lib/registry/pull-through
  delete:
    enabled: true
http:
  addr: 127.0.0.1:5002
  relativeurls: true
  draintimeout: 10s
proxy:
  # The program that starts it puts in the real one.
  remoteurl: https://parent.invalid
  ttl: 168h
{{- end -}}

{{/* Where Distribution keeps the images: a volume, or a service of a cloud by its own settings. */}}
{{- define "connected-registry.storageDriver" -}}
{{- if include "connected-registry.usesVolume" . -}}
filesystem:
  rootdirectory: /var/lib/registry
{{- else -}}
{{ .Values.storage.driver }}:
  {{- toYaml .Values.storage.parameters | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* "true" where the images lie on a volume of the pod. */}}
{{- define "connected-registry.usesVolume" -}}
{{- if eq .Values.storage.driver "filesystem" -}}true{{- end -}}
{{- end -}}

{{/* "true" where several pods may write to the storage, or one after the other without a pause. */}}
{{- define "connected-registry.sharesStorage" -}}
{{- if or (not (include "connected-registry.usesVolume" .)) (has "ReadWriteMany" .Values.pvc.accessModes) -}}true{{- end -}}
{{- end -}}

{{/* "true" where Distribution's garbage is collected, or a full volume is to be noticed, by a container of its own. */}}
{{- define "connected-registry.collects" -}}
{{- if or .Values.garbageCollection.schedule (and (eq .Values.mode "ReadWrite") (include "connected-registry.usesVolume" .)) -}}true{{- end -}}
{{- end -}}

{{/* "true" where a program of ours runs in containers of other images. */}}
{{- define "connected-registry.lendsProgram" -}}
{{- if or (include "connected-registry.synchronizes" .) (include "connected-registry.collects" .) -}}true{{- end -}}
{{- end -}}

{{/* The command line of our program in a container of another image; what follows are its arguments. */}}
{{- define "connected-registry.lentProgram" -}}
- /run/tools/loader
- --library-path
- /run/tools
- /run/tools/connected-registry
{{- end -}}

{{/* What is synchronized, as our program reads it. Holds no credential. */}}
{{- define "connected-registry.instructions" -}}
{{- $repositories := list -}}
{{- range .Values.sync.repositories -}}
{{- if kindIs "string" . -}}
{{- $parts := splitn ":" 2 . -}}
{{- $entry := dict "name" $parts._0 -}}
{{- with $parts._1 }}{{ $_ := set $entry "tag" . }}{{ end -}}
{{- $repositories = append $repositories $entry -}}
{{- else -}}
{{- $tags := .tags | default dict -}}
{{- $entry := dict "name" .name "allow" ($tags.allow | default list) "deny" ($tags.deny | default list) -}}
{{- $repositories = append $repositories $entry -}}
{{- end -}}
{{- end -}}
{{- $out := dict "repositories" $repositories "schedule" .Values.sync.schedule -}}
{{- with .Values.sync.window }}{{ $_ := set $out "window" . }}{{ end -}}
{{- /* A tag that the parent does not have may be one that was pushed. */ -}}
{{- if ne .Values.mode "ReadWrite" -}}
{{- with .Values.sync.retain }}{{ $_ := set $out "retain" . }}{{ end -}}
{{- end -}}
{{- with include "connected-registry.parentHost" . }}{{ $_ := set $out "host" . }}{{ end -}}
{{- toJson $out -}}
{{- end -}}

{{/* Distribution's container in the registry's pod. */}}
{{- define "connected-registry.distributionContainer" -}}
name: registry
{{ include "connected-registry.otherImage" (list . .Values.registry.distribution.image) }}
command: ["registry", "serve", "/etc/distribution/config.yml"]
env:
  # Without it, it looks for a telemetry collector on localhost.
  - name: OTEL_TRACES_EXPORTER
    value: none
{{- with include "connected-registry.storageSecret" . }}{{ . }}{{ end }}
# The probes go through nginx: Distribution itself listens where no kubelet reaches it.
startupProbe:
  httpGet:
    scheme: {{ include "connected-registry.scheme" . | upper }}
    path: /readyz
    port: {{ include "connected-registry.containerPort" . }}
  periodSeconds: 1
  timeoutSeconds: 5
  failureThreshold: 300
livenessProbe:
  httpGet:
    scheme: {{ include "connected-registry.scheme" . | upper }}
    path: /readyz
    port: {{ include "connected-registry.containerPort" . }}
  periodSeconds: 20
  timeoutSeconds: 10
  failureThreshold: 6
{{ include "connected-registry.containerSecurity" (list . "registry") }}
resources:
  {{- toYaml .Values.registry.distribution.resources | nindent 2 }}
volumeMounts:
  - name: distribution-configuration
    mountPath: /etc/distribution
    readOnly: true
  {{- if include "connected-registry.usesVolume" . }}
  - name: images
    mountPath: /var/lib/registry
  {{- end }}
{{- end -}}

{{/* The storage service's credentials, as variables of Distribution's own names. */}}
{{- define "connected-registry.storageSecret" -}}
{{- with .Values.storage.existingSecret }}
envFrom:
  - secretRef:
      name: {{ . | quote }}
{{- end -}}
{{- end -}}

{{/* What the programs in the pod read when they start: a change of it restarts the pod. Credentials are read anew. */}}
{{- define "connected-registry.configurationSum" -}}
{{- $parts := list (include "connected-registry.nginxConfiguration" .) (include "connected-registry.distributionConfiguration" .) -}}
{{- if include "connected-registry.synchronizes" . -}}
{{- $parts = append $parts (include "connected-registry.instructions" .) -}}
{{- $parts = append $parts (toJson (list .Values.proxy.http .Values.proxy.https .Values.parent.pullThrough)) -}}
{{- end -}}
{{- join "\n" $parts | sha256sum -}}
{{- end -}}
