package services

question(access) := {"service": "orders", "operation": "getOrder", "access": access}

with_kind(access, kind) := object.union(
	question(access),
	{"principal": {"kind": kind, "scopes": [], "roles": []}},
)

with_roles(access, kind, roles) := object.union(
	question(access),
	{"principal": {"kind": kind, "scopes": [], "roles": roles}},
)

test_public_needs_no_token if {
	decision == "allow" with input as question("public")
	every kind in ["guest", "customer", "staff"] {
		decision == "allow" with input as with_kind("public", kind)
	}
}

test_internal_needs_no_person if {
	decision == "allow" with input as question("internal")
}

test_a_shopper_is_a_guest_or_a_customer if {
	decision == "allow" with input as with_kind("shopper", "guest")
	decision == "allow" with input as with_kind("shopper", "customer")
	decision == "forbidden" with input as with_kind("shopper", "staff")
}

test_a_guest_is_no_customer if {
	decision == "allow" with input as with_kind("customer", "customer")
	decision == "forbidden" with input as with_kind("customer", "guest")
	decision == "forbidden" with input as with_kind("customer", "staff")
}

test_without_a_token_sign_in_is_asked_for if {
	every access in ["shopper", "customer", "staff:care"] {
		decision == "unauthenticated" with input as question(access)
	}
}

test_staff_needs_the_very_role if {
	decision == "allow" with input as with_roles("staff:care", "staff", ["finance", "care"])
	decision == "forbidden" with input as with_roles("staff:care", "staff", ["finance"])
	decision == "forbidden" with input as with_roles("staff:care", "staff", [])
}

test_a_role_in_a_shoppers_token_opens_nothing if {
	decision == "forbidden" with input as with_roles("staff:care", "customer", ["care"])
	decision == "forbidden" with input as with_roles("staff:care", "guest", ["care"])
}

test_a_role_that_does_not_exist_opens_nothing if {
	decision == "forbidden" with input as with_roles("staff:emperor", "staff", ["emperor"])
}

test_what_is_unknown_is_closed if {
	decision == "forbidden" with input as with_kind("anything", "customer")
	decision == "forbidden" with input as with_kind("shopper", "")
	decision == "unauthenticated" with input as {}
	decision == "forbidden" with input as {"access": "shopper", "principal": {"kind": ["guest"]}}
}
