# Who may call which operation of the shop's services.
#
# A route declares its access; this policy says what each kind of access means. Ownership of a single row is not decided
# here but in SQL, where the row is. Rules only add up: none takes away what another gives.
package services

# Anybody, with or without a token.
allow if input.access == "public"

# Another service. Who that is was decided by the mesh (AuthorizationPolicy) and, where Envoy names the caller, by the kit.
allow if input.access == "internal"

# Somebody who shops, signed in or not.
allow if {
	input.access == "shopper"
	input.principal.kind in {"guest", "customer"}
}

allow if {
	input.access == "customer"
	input.principal.kind == "customer"
}

# Staff with the very role that the route names, where that role exists.
allow if {
	input.principal.kind == "staff"
	some role in input.principal.roles
	role in staff_roles
	input.access == concat(":", ["staff", role])
}

# METADATA
# entrypoint: true
default decision := "forbidden"

decision := "allow" if allow

decision := "unauthenticated" if {
	not allow
	not input.principal
}
