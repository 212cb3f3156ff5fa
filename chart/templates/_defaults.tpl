{{/* Made by hack/chart-readme from values.yaml: its keys without comments and without nulls. */}}
{{- define "connected-registry.defaults" }}
service:
  clusterIP: ""
  type: ClusterIP
mode: ReadOnly
cert-manager:
  install: true
  enabled: true
tls:
  secret: ""
  crt: ""
  key: ""
  cacrt: ""
trustDistribution:
  enabled: true
  useNodeSelector: false
  runtimes: []
  restart: false
  startupTaint: ""
  rotation:
    podSeconds: 120
    boundSeconds: 900
    overlapSeconds: 86400
pvc:
  existingClaim: ""
  storageClassName: ""
  storageRequest: 500Gi
  accessModes:
    - ReadWriteOnce
  annotations: {}
  keep: false
storage:
  driver: filesystem
  parameters: {}
  existingSecret: ""
  minimumFreePercent: 5
garbageCollection:
  schedule: ""
access:
  existingSecret: ""
  username: ""
  password: ""
  pullSecretNamespaces: []
  injectPullSecret: false
connectionString: ""
connectionStringSecret: ""
parent:
  url: ""
  existingSecret: ""
  pullThrough: false
  caBundle: ""
sync:
  repositories: []
  schedule: "*/5 * * * *"
  window: ""
  retain: ""
proxy:
  https: ""
  http: ""
  noProxy: ""
injection:
  extraHosts: []
  excludedNamespaces: []
  namespaceSelector: {}
global:
  imageRegistry: ""
image:
  repository: ghcr.io/connected-registry/connected-registry
  tag: ""
  digest: ""
  pullPolicy: IfNotPresent
imagePullSecrets: []
logLevel: info
logFormat: text
freeze: false
clusterDomain: cluster.local
nameOverride: ""
fullnameOverride: ""
commonLabels: {}
commonAnnotations: {}
nodeSelector:
  kubernetes.io/os: linux
tolerations: []
networkPolicy:
  enabled: false
  egress: []
metrics:
  scrapeAnnotations: false
  podMonitor:
    enabled: false
    labels: {}
    interval: ""
    scrapeTimeout: ""
registry:
  engine: distribution
  replicas: 1
  azure:
    image:
      repository: mcr.microsoft.com/acr/connected-registry
      tag: 0.11.0
      digest: ""
      pullPolicy: IfNotPresent
    resources:
      requests:
        cpu: 100m
        memory: 256Mi
      limits:
        memory: 1Gi
  nginx:
    image:
      repository: docker.io/nginxinc/nginx-unprivileged
      tag: 1.28.0-alpine
      digest: ""
      pullPolicy: IfNotPresent
    resources:
      requests:
        cpu: 20m
        memory: 32Mi
      limits:
        memory: 256Mi
  distribution:
    image:
      repository: docker.io/library/registry
      tag: 3.1.2
      digest: ""
      pullPolicy: IfNotPresent
    resources:
      requests:
        cpu: 50m
        memory: 64Mi
      limits:
        memory: 512Mi
  regsync:
    image:
      repository: ghcr.io/regclient/regsync
      tag: v0.11.7
      digest: ""
      pullPolicy: IfNotPresent
    resources:
      requests:
        cpu: 20m
        memory: 48Mi
      limits:
        memory: 512Mi
  certificate:
    resources:
      requests:
        cpu: 5m
        memory: 16Mi
      limits:
        memory: 64Mi
  nodeSelector: {}
  tolerations: []
  affinity: {}
  topologySpreadConstraints: []
  priorityClassName: ""
  podAnnotations: {}
  podLabels: {}
  podSecurityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  securityContext:
    allowPrivilegeEscalation: false
    capabilities:
      drop:
        - ALL
    readOnlyRootFilesystem: true
  serviceAccount:
    create: true
    name: ""
    annotations: {}
preflight:
  enabled: true
webhook:
  replicas: 2
  failurePolicy: Ignore
  timeoutSeconds: 3
  settingsFailurePolicy: Fail
  clientCA: ""
  resources:
    requests:
      cpu: 50m
      memory: 32Mi
    limits:
      memory: 256Mi
  nodeSelector: {}
  tolerations: []
  affinity: {}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
  priorityClassName: ""
  podAnnotations: {}
  podLabels: {}
  podSecurityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  securityContext:
    allowPrivilegeEscalation: false
    capabilities:
      drop:
        - ALL
    readOnlyRootFilesystem: true
  serviceAccount:
    create: true
    name: ""
    annotations: {}
controller:
  replicas: 2
  resources:
    requests:
      cpu: 50m
      memory: 32Mi
    limits:
      memory: 256Mi
  nodeSelector: {}
  tolerations: []
  affinity: {}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
  priorityClassName: ""
  podAnnotations: {}
  podLabels: {}
  podSecurityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  securityContext:
    allowPrivilegeEscalation: false
    capabilities:
      drop:
        - ALL
    readOnlyRootFilesystem: true
  serviceAccount:
    create: true
    name: ""
    annotations: {}
trustAgent:
  tolerations:
    - operator: Exists
  resources:
    requests:
      cpu: 5m
      memory: 16Mi
    limits:
      memory: 64Mi
  nodeSelector: {}
  affinity: {}
  priorityClassName: ""
  podAnnotations: {}
  podLabels: {}
  podSecurityContext:
    runAsUser: 0
    runAsGroup: 0
    seLinuxOptions:
      type: spc_t
    seccompProfile:
      type: RuntimeDefault
  securityContext:
    allowPrivilegeEscalation: false
    capabilities:
      drop:
        - ALL
    readOnlyRootFilesystem: true
  serviceAccount:
    create: true
    name: ""
    annotations: {}
hooks:
  resources:
    requests:
      cpu: 5m
      memory: 16Mi
    limits:
      memory: 64Mi
  nodeSelector: {}
  tolerations: []
  affinity: {}
  priorityClassName: ""
  podAnnotations: {}
  podLabels: {}
  podSecurityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  securityContext:
    allowPrivilegeEscalation: false
    capabilities:
      drop:
        - ALL
    readOnlyRootFilesystem: true
  serviceAccount:
    create: true
    name: ""
    annotations: {}
certmanager:
  nameOverride: cert-manager
  crds:
    enabled: true
    keep: true
  startupapicheck:
    enabled: false
{{- end -}}
