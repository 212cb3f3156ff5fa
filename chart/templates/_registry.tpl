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
  log_format requests '$remote_addr "$request" $status $body_bytes_sent $request_time "$http_user_agent"';
  # The kubelet's probes would bury everything else.
  map $http_user_agent $logged {
    default 1;
    ~^kube-probe/ 0;
  }
  access_log /dev/stdout requests if=$logged;
  server_tokens off;

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
    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    ssl_session_cache shared:registry:4m;
    ssl_session_timeout 1h;
    ssl_session_tickets off;
    {{- end }}

    # Layers are large: they pass through, and are never stored here.
    client_max_body_size 0;
    proxy_buffering off;
    proxy_request_buffering off;
    proxy_http_version 1.1;
    proxy_read_timeout 15m;
    proxy_send_timeout 15m;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto {{ include "connected-registry.scheme" . }};

    # nginx itself, for its liveness probe.
    location = /healthz {
      default_type text/plain;
      return 200 "ok\n";
    }

    location / {
      {{- if eq .Values.mode "ReadOnly" }}
      default_type application/json;
      if ($writes) {
        add_header Allow "GET, HEAD" always;
        add_header Docker-Distribution-Api-Version registry/2.0 always;
        return 405 '{"errors":[{"code":"UNSUPPORTED","message":"this registry is read-only: it serves what it brings from its parent registry; push there"}]}';
      }
      {{- end }}
      proxy_pass http://distribution;
    }
  }
}
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
  filesystem:
    rootdirectory: /var/lib/registry
  cache:
    blobdescriptor: inmemory
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
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
{{- end -}}

{{/*
regsync. What stands in its own braces it fills in by itself when it starts, from files: so token and password stand in
no ConfigMap, and a connection string in a Secret of the user's need not be known here. The init container "parent" took
them out of the connection string.
*/}}
{{- define "connected-registry.regsyncConfiguration" -}}
{{- $host := `{{ file "/run/parent/endpoint" }}` -}}
version: 1
creds:
  - registry: {{ $host | squote }}
    user: {{ `{{ file "/run/parent/username" }}` | squote }}
    pass: {{ `{{ file "/run/parent/password" }}` | squote }}
    {{- if .Values.parent.caBundle }}
    regcert: {{ `{{ file "/etc/connected-registry/parent/ca.crt" }}` | squote }}
    {{- end }}
  - registry: "127.0.0.1:5000"
    tls: disabled
defaults:
  parallel: 2
  schedule: {{ .Values.sync.schedule | quote }}
  # There is none in the pod; looking for one would only add a way to go wrong.
  skipDockerConfig: true
sync:
  {{- range .Values.sync.repositories }}
  - source: {{ printf "%s/%s" $host . | squote }}
    target: {{ printf "127.0.0.1:5000/%s" . | quote }}
    type: {{ ternary "image" "repository" (contains ":" .) }}
  {{- end }}
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
# The probes go through nginx: Distribution itself listens where no kubelet reaches it.
startupProbe:
  httpGet:
    scheme: {{ include "connected-registry.scheme" . | upper }}
    path: /v2/
    port: {{ include "connected-registry.containerPort" . }}
  periodSeconds: 1
  timeoutSeconds: 5
  failureThreshold: 300
livenessProbe:
  httpGet:
    scheme: {{ include "connected-registry.scheme" . | upper }}
    path: /v2/
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
  - name: images
    mountPath: /var/lib/registry
{{- end -}}

{{/* What the programs in the pod read when they start: a change of it restarts the pod. */}}
{{- define "connected-registry.configurationSum" -}}
{{- $parts := list (include "connected-registry.nginxConfiguration" .) (include "connected-registry.distributionConfiguration" .) -}}
{{- if include "connected-registry.synchronizes" . -}}
{{- $parts = append $parts (include "connected-registry.regsyncConfiguration" .) -}}
{{- $parts = append $parts (include "connected-registry.parentData" .) -}}
{{- end -}}
{{- join "\n" $parts | sha256sum -}}
{{- end -}}
