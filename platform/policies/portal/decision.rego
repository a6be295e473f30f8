# The decision of the portal's permission policy, as data that Backstage understands.
#
# Under WebAssembly there is no partial evaluation, so what depends on a resource is answered as conditions that the
# plugin which owns the resource applies. Grants only add up: no rule takes away what another gives.
package portal

allow if {
	signed_in
	input.permission.name in everyone
}

allow if {
	some role in roles
	input.permission.name in role_permissions[role]
}

# Conditions under which the resource may be acted on; any one suffices.
conditions contains is_entity_owner if {
	signed_in
	input.permission.resourceType == "catalog-entity"
	input.permission.name in owners
}

is_entity_owner := {
	"rule": "IS_ENTITY_OWNER",
	"resourceType": "catalog-entity",
	"params": {"claims": input.user.claims},
}

is_participant := {
	"rule": "IS_PARTICIPANT",
	"resourceType": "approvals-request",
	"params": {"claims": input.user.claims},
}

# METADATA
# entrypoint: true
default decision := {"result": "DENY"}

decision := {"result": "ALLOW"} if allow

decision := {
	"result": "CONDITIONAL",
	"pluginId": "catalog",
	"resourceType": "catalog-entity",
	"conditions": {"anyOf": [condition | some condition in conditions]},
} if {
	not allow
	count(conditions) > 0
}

decision := {
	"result": "CONDITIONAL",
	"pluginId": "approvals",
	"resourceType": "approvals-request",
	"conditions": {"anyOf": [is_participant]},
} if {
	not allow
	signed_in
	input.permission.resourceType == "approvals-request"
	input.permission.name in participants
}

# Conditions on grants of access to secrets; any one suffices.
secret_conditions contains condition if {
	signed_in
	input.permission.resourceType == "secrets-grant"
	some rule, names in {"IS_OWNER_OF_SUBJECT": secret_subjects, "IS_OWNER_OF_SECRET": secret_owners}
	input.permission.name in names
	condition := {
		"rule": rule,
		"resourceType": "secrets-grant",
		"params": {"claims": input.user.claims},
	}
}

decision := {
	"result": "CONDITIONAL",
	"pluginId": "secrets",
	"resourceType": "secrets-grant",
	"conditions": {"anyOf": [condition | some condition in secret_conditions]},
} if {
	not allow
	count(secret_conditions) > 0
}
