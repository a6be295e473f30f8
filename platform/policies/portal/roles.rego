# Who plays which part, by the groups of the catalog.
package portal

# The groups whose members play a role. One group may play several.
role_groups := {
	"platform": {"group:default/platform-team"},
	"security": {"group:default/security-team"},
}

# The user is somebody whom the catalog knows: the portal gives a person's own reference among the claims.
signed_in if {
	startswith(input.user.ref, "user:")
	input.user.ref in input.user.claims
}

roles contains role if {
	signed_in
	some role, groups in role_groups
	some group in groups
	group in input.user.claims
}
