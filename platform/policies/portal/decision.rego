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
