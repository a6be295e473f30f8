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
{{- $grants := dict }}
{{- if $vault }}{{ $grants = .root.Values.secrets.vault.grants }}{{ end }}
{{- range .root.Values.settingsEnv }}
{{- if hasKey $grants (.grant | default "") }}
- name: {{ .name }}_FILE
  value: /vault/secrets/{{ .grant }}/{{ .key }}
{{- else }}
- name: {{ .name }}
  valueFrom:
    configMapKeyRef:
      name: shop-settings
      key: {{ .key }}
{{- end }}
{{- end }}
{{- range .root.Values.secretEnv }}
{{- if hasKey $grants (.grant | default "") }}
- name: {{ .name }}_FILE
  value: /vault/secrets/{{ .grant }}/{{ .key }}
{{- else }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}
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

{{/* Whether the agent writes what no grant of the list delivers: credentials of databases, and files of templates. */}}
{{- define "service.vaultOwnFiles" -}}
{{- if or .Values.database.enabled .Values.secrets.vault.templates -}}true{{- end -}}
{{- end }}

{{/* Keys of a secret that variables take from a grant, as JSON; all of it in one file where no variable takes any. Call with root and grant. */}}
{{- define "service.grantKeys" -}}
{{- $keys := list -}}
{{- $grant := .grant -}}
{{- range concat .root.Values.settingsEnv .root.Values.secretEnv -}}
{{- if eq (.grant | default "") $grant -}}
{{- if not (regexMatch "^[A-Za-z_][A-Za-z0-9_]*$" .key) -}}
{{- fail (printf "%s: the key %s cannot be taken from the grant %s; a key there is made of letters, digits and _" .name .key $grant) -}}
{{- end -}}
{{- $keys = append $keys .key -}}
{{- end -}}
{{- end -}}
{{- uniq $keys | sortAlpha | toJson -}}
{{- end }}

{{/* A file that is there as long as what an agent keeps is. Call with root and grant, which is empty for the agent of the databases. */}}
{{- define "service.vaultWitness" -}}
{{- if .grant -}}
{{- $keys := include "service.grantKeys" . | fromJsonArray -}}
/vault/secrets/{{ .grant }}/{{ first $keys | default "secret.json" }}
{{- else if .root.Values.database.enabled -}}
/vault/secrets/database-url
{{- else -}}
/vault/secrets/{{ (first .root.Values.secrets.vault.templates).file }}
{{- end -}}
{{- end }}

{{/*
An agent of Vault as a container. Call with root, name, grant, which is empty for the agent of the databases, and once: whether it
ends as soon as its files are there.
*/}}
{{- define "service.vaultAgent" -}}
{{- $vault := .root.Values.secrets.vault -}}
- name: {{ .name }}
  image: {{ $vault.image | default (printf "%s/bao:%s" .root.Values.image.registry $vault.tag) }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  {{- $config := .grant | default "agent" }}
  {{- if .once }}
  command: [bao, agent]
  args:
    - -config=/vault/config/{{ $config }}.json
    - -log-level={{ $vault.logLevel }}
    - -exit-after-auth
  {{- else }}
  command: [sh, /vault/config/keep.sh]
  args:
    - {{ $config }}
    - {{ $vault.refreshSeconds | quote }}
    - {{ $vault.logLevel }}
    {{- if .grant }}
    {{- $grant := get $vault.grants .grant }}
    - {{ $grant.path }}
    - auth/{{ include "service.vaultAuthMount" .root }}
    - {{ $grant.role }}
    {{- end }}
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
    {{- if and .root.Values.database.enabled (not $vault.database.address) (not .grant) }}
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
  {{- if not .once }}
  {{- $witness := include "service.vaultWitness" . }}
  startupProbe:
    exec: { command: [test, -s, {{ $witness }}] }
    periodSeconds: 2
    timeoutSeconds: 5
    failureThreshold: 30
  readinessProbe:
    exec: { command: [test, -s, {{ $witness }}] }
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 1
  # The agent runs, and was looked at within minutes. A grant that is gone is no reason to start anew.
  livenessProbe:
    exec: { command: [sh, -c, 'test -n "$(find /vault/run/{{ $config }}.alive -mmin -3)"'] }
    periodSeconds: 60
    timeoutSeconds: 10
    failureThreshold: 3
  # Not before the program is asked to end.
  lifecycle:
    preStop:
      sleep:
        seconds: {{ .root.Values.preStopSleepSeconds }}
  {{- end }}
  volumeMounts:
    - name: vault-config
      mountPath: /vault/config
      readOnly: true
    - name: vault-token
      mountPath: /vault/token
      readOnly: true
    - name: vault-run
      mountPath: /vault/run
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
{{- if and .enabled (not $.Values.database.enabled) (not .templates) (not .grants) -}}
{{- fail "secrets.vault.enabled needs database.enabled, templates or grants: the agent would have nothing to write" -}}
{{- end -}}
{{- if and .grants (not .enabled) -}}
{{- fail (printf "secrets.vault.grants has %s, but secrets.vault.enabled is false: nothing would be delivered" (keys .grants | sortAlpha | join ", ")) -}}
{{- end -}}
{{- end -}}
{{- end }}
