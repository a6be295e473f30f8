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
{{- if .root.Values.database.enabled }}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ include "service.databaseSecret" .root }}
      key: DATABASE_URL
{{- end }}
{{- if .root.Values.events.enabled }}
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
{{- end }}
