{{/* Labels of every object. */}}
{{- define "service.labels" -}}
app: {{ .Values.name }}
app.kubernetes.io/name: {{ .Values.name }}
app.kubernetes.io/part-of: {{ .Values.partOf }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
backstage.io/kubernetes-id: {{ .Values.name }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* The name by which callers in the mesh know the service. */}}
{{- define "service.host" -}}
{{ .Values.name }}.{{ .Release.Namespace }}.svc.{{ .Values.mesh.clusterDomain }}
{{- end }}

{{/* The name by which the outside knows it. */}}
{{- define "service.publicHost" -}}
{{- $prefix := ternary "" (printf "%s." .Values.gateway.prefix) (empty .Values.gateway.prefix) -}}
{{ .Values.gateway.host | default (printf "%s%s.shop.localhost" $prefix .Release.Namespace) }}
{{- end }}

{{/* The name by which developers try it out at the gateway. */}}
{{- define "service.developerHost" -}}
{{ .Values.name }}.{{ .Release.Namespace }}.shop.localhost
{{- end }}

{{- define "service.databaseSecret" -}}
{{ .Values.database.secretName | default (printf "%s-database" .Values.name) }}
{{- end }}

{{/* Variables of every container of a version. Call with root and version. */}}
{{- define "service.env" -}}
- name: HOST
  value: {{ ternary "127.0.0.1" "0.0.0.0" (eq .root.Values.mesh.registration "workloadEntry") | quote }}
- name: PORT
  value: {{ .root.Values.port | quote }}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: SERVICE_VERSION
  value: {{ .version.name }}
{{- $vault := .root.Values.secrets.vault.enabled }}
{{- if and .root.Values.database.enabled $vault }}
- name: DATABASE_URL_FILE
  value: /vault/secrets/database-url
{{- else if .root.Values.database.enabled }}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ include "service.databaseSecret" .root }}
      key: DATABASE_URL
{{- end }}
{{- if and .root.Values.events.enabled $vault }}
- name: EVENTS_DATABASE_URL_FILE
  value: /vault/secrets/events-database-url
{{- else if .root.Values.events.enabled }}
- name: EVENTS_DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ .root.Values.events.secretName | default (printf "%s-events" .root.Values.name) }}
      key: EVENTS_DATABASE_URL
{{- end }}
{{- range .root.Values.settingsEnv }}
- name: {{ .name }}
  valueFrom:
    configMapKeyRef:
      name: shop-settings
      key: {{ .key }}
{{- end }}
{{- range .root.Values.secretEnv }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}
{{- range $name, $value := .version.env | default dict }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "service.vaultAuthMount" -}}
{{ .Values.secrets.vault.authMount | default (printf "kubernetes-%s" .Release.Namespace) }}
{{- end }}

{{/* The grant of the platform: number 0 of the slot <environment>-<subject>-<owner>-<secret>-<access>. */}}
{{- define "service.vaultRole" -}}
{{ .Values.secrets.vault.role | default (printf "grant-%s-%s-%s-database-read-0" .Release.Namespace .Values.name .Values.name) }}
{{- end }}

{{/* The agent of Vault as a container. Call with root, name and arguments. */}}
{{- define "service.vaultAgent" -}}
{{- $vault := .root.Values.secrets.vault -}}
- name: {{ .name }}
  image: {{ $vault.image | default (printf "%s/bao:%s" .root.Values.image.registry $vault.tag) }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  command: [bao, agent]
  args:
    - -config=/vault/config/agent.json
    - -log-level={{ $vault.logLevel }}
    {{- range .arguments }}
    - {{ . }}
    {{- end }}
  env:
    - name: VAULT_ADDR
      {{- if $vault.address }}
      value: {{ $vault.address | quote }}
      {{- else }}
      valueFrom:
        configMapKeyRef:
          name: shop-settings
          key: VAULT_ADDR
      {{- end }}
    {{- if and .root.Values.database.enabled (not $vault.database.address) }}
    - name: DATABASE_ADDRESS
      valueFrom:
        configMapKeyRef:
          name: shop-settings
          key: DATABASE_ADDRESS
    {{- end }}
    {{- range $name, $value := $vault.env }}
    - name: {{ $name }}
      value: {{ $value | quote }}
    {{- end }}
  volumeMounts:
    - name: vault-config
      mountPath: /vault/config
      readOnly: true
    - name: vault-token
      mountPath: /vault/token
      readOnly: true
    - name: vault-secrets
      mountPath: /vault/secrets
  resources:
    {{- toYaml $vault.resources | nindent 4 }}
  securityContext:
    {{- include "service.containerSecurity" .root | nindent 4 }}
{{- end }}

{{/* What the agent has written, as the programs of the service see it. */}}
{{- define "service.vaultMounts" -}}
{{- if .Values.secrets.vault.enabled -}}
volumeMounts:
  - name: vault-secrets
    mountPath: /vault/secrets
    readOnly: true
{{- end }}
{{- end }}

{{- define "service.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* What JSON Schema cannot say. */}}
{{- define "service.check" -}}
{{- $sum := 0 -}}
{{- $names := list -}}
{{- range .Values.versions -}}
{{- $sum = add $sum .weight -}}
{{- if has .name $names -}}
{{- fail (printf "versions: %s is there twice" .name) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- if ne (int $sum) 100 -}}
{{- fail (printf "versions: the weights must add up to 100, but add up to %d" (int $sum)) -}}
{{- end -}}
{{- if le (int .Values.terminationGracePeriodSeconds) (int .Values.preStopSleepSeconds) -}}
{{- fail "terminationGracePeriodSeconds must be longer than preStopSleepSeconds" -}}
{{- end -}}
{{- if and .Values.migrations.enabled (not .Values.database.enabled) -}}
{{- fail "migrations.enabled needs database.enabled" -}}
{{- end -}}
{{- with .Values.secrets.vault -}}
{{- if and .enabled (not $.Values.database.enabled) (not .templates) -}}
{{- fail "secrets.vault.enabled needs database.enabled or templates: the agent would have nothing to write" -}}
{{- end -}}
{{- end -}}
{{- end }}
