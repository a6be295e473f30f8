package portal_test

import data.portal

people := {
	"ada": ["user:default/ada.okafor", "group:default/storefront-team"],
	"ben": ["user:default/ben.lindqvist", "group:default/merchandising-team"],
	"chen": ["user:default/chen.wei", "group:default/leadership"],
	"dana": ["user:default/dana.nowak", "group:default/security-team"],
	"emil": ["user:default/emil.haddad", "group:default/platform-team"],
}

entity_permissions := {
	"audit.incident.manage", "audit.trail.read",
	"checks.report.upload", "checks.run.create",
	"catalog.entity.read", "catalog.entity.delete", "catalog.entity.refresh",
	"traffic.route.read", "traffic.route.update", "slo.objective.read", "slo.exclusion.manage",
	"scorecards.waiver.request", "scorecards.badge.manage",
}

ask(person, name) := decision if {
	decision := portal.decision with input as {
		"user": {"ref": people[person][0], "claims": people[person]},
		"permission": permission(name),
	}
}

permission(name) := {"name": name, "attributes": {}, "type": "resource", "resourceType": "catalog-entity"} if {
	name in entity_permissions
} else := {"name": name, "attributes": {}, "type": "basic"}

allowed := {"result": "ALLOW"}

denied := {"result": "DENY"}

if_owner(person) := {
	"result": "CONDITIONAL",
	"pluginId": "catalog",
	"resourceType": "catalog-entity",
	"conditions": {"anyOf": [{
		"rule": "IS_ENTITY_OWNER",
		"resourceType": "catalog-entity",
		"params": {"claims": people[person]},
	}]},
}

test_everybody_signed_in_reads if {
	every person, _ in people {
		every name in portal.everyone {
			ask(person, name) == allowed
		}
	}
}

test_nobody_may_what_is_not_listed if {
	every person, _ in people {
		ask(person, "secrets.value.read") == denied
		ask(person, "") == denied
	}
}

test_without_a_user_nothing_is_allowed if {
	every name in (portal.everyone | portal.owners) | portal.role_permissions.platform {
		portal.decision == denied with input as {"permission": permission(name)}
	}
}

test_a_user_without_own_claim_is_nobody if {
	portal.decision == denied with input as {
		"user": {"ref": "user:default/emil.haddad", "claims": ["group:default/platform-team"]},
		"permission": permission("catalog.entity.read"),
	}
}

test_a_service_is_nobody if {
	portal.decision == denied with input as {
		"user": {"ref": "plugin:catalog", "claims": ["plugin:catalog", "group:default/platform-team"]},
		"permission": permission("catalog.entity.read"),
	}
}

test_owners_change_the_routes_they_own if {
	every person in {"ada", "ben", "chen", "dana"} {
		ask(person, "traffic.route.update") == if_owner(person)
		ask(person, "catalog.entity.refresh") == if_owner(person)
	}
}

test_owners_ask_for_waivers_and_others_decide if {
	every person in {"ada", "ben", "chen", "dana"} {
		ask(person, "scorecards.waiver.request") == if_owner(person)
		ask(person, "scorecards.badge.manage") == if_owner(person)
		ask(person, "scorecards.campaign.manage") == denied
	}
	every person in {"ada", "ben", "chen"} {
		ask(person, "scorecards.waiver.decide") == denied
	}
	every person in {"dana", "emil"} {
		ask(person, "scorecards.waiver.decide") == allowed
	}
}

test_owners_ask_that_past_maintenance_does_not_count if {
	every person in {"ada", "ben", "chen", "dana"} {
		ask(person, "slo.exclusion.manage") == if_owner(person)
	}
	ask("emil", "slo.exclusion.manage") == allowed
}

test_owners_open_and_close_incidents_of_what_they_own if {
	every person in {"ada", "ben", "chen"} {
		ask(person, "audit.incident.manage") == if_owner(person)
	}
	every person in {"dana", "emil"} {
		ask(person, "audit.incident.manage") == allowed
	}
}

test_owners_read_the_trail_of_what_they_own_and_do_not_judge_it if {
	every person in {"ada", "ben", "chen"} {
		ask(person, "audit.trail.read") == if_owner(person)
		ask(person, "audit.trail.verify") == denied
	}
	every person in {"dana", "emil"} {
		ask(person, "audit.trail.read") == allowed
		ask(person, "audit.trail.verify") == allowed
	}
}

test_owners_have_looked_at_now_what_they_own if {
	every person in {"ada", "ben", "chen", "dana"} {
		ask(person, "checks.run.create") == if_owner(person)
		ask(person, "checks.definition.test") == denied
	}
	ask("emil", "checks.run.create") == allowed
	ask("emil", "checks.definition.test") == allowed
}

test_owners_upload_reports_of_what_they_own if {
	every person in {"ada", "ben", "chen", "dana"} {
		ask(person, "checks.report.upload") == if_owner(person)
	}
	ask("emil", "checks.report.upload") == allowed
}

test_the_platform_team_changes_every_route if {
	every name in portal.role_permissions.platform {
		ask("emil", name) == allowed
	}
}

test_only_the_platform_team_changes_what_the_catalog_holds if {
	every person in {"ada", "ben", "chen", "dana"} {
		every name in {
			"catalog.location.create", "catalog.location.delete", "catalog.location.analyze",
			"catalog.entity.create", "catalog.entity.delete", "catalog.ingestion.manage",
		} {
			ask(person, name) == denied
		}
	}
}

test_security_sees_ingestion if {
	ask("dana", "catalog.ingestion.read") == allowed
	ask("ada", "catalog.ingestion.read") == denied
}

test_ownership_grants_nothing_on_another_kind_of_resource if {
	portal.decision == denied with input as {
		"user": {"ref": people.ben[0], "claims": people.ben},
		"permission": {"name": "traffic.route.update", "attributes": {}, "type": "resource", "resourceType": "other"},
	}
	portal.decision == denied with input as {
		"user": {"ref": people.ben[0], "claims": people.ben},
		"permission": {"name": "traffic.route.update", "attributes": {}, "type": "basic"},
	}
}

test_a_group_of_another_namespace_plays_no_role if {
	portal.decision == denied with input as {
		"user": {"ref": "user:default/x", "claims": ["user:default/x", "group:other/platform-team"]},
		"permission": permission("catalog.location.delete"),
	}
}

ask_about_requests(person, name) := decision if {
	decision := portal.decision with input as {
		"user": {"ref": people[person][0], "claims": people[person]},
		"permission": {"name": name, "attributes": {}, "type": "resource", "resourceType": "approvals-request"},
	}
}

test_everybody_reads_the_requests_one_has_to_do_with if {
	every person in {"ada", "ben", "chen"} {
		ask_about_requests(person, "approvals.request.read") == {
			"result": "CONDITIONAL",
			"pluginId": "approvals",
			"resourceType": "approvals-request",
			"conditions": {"anyOf": [{
				"rule": "IS_PARTICIPANT",
				"resourceType": "approvals-request",
				"params": {"claims": people[person]},
			}]},
		}
	}
	every person in {"dana", "emil"} {
		ask_about_requests(person, "approvals.request.read") == allowed
	}
}

test_requests_for_approval_are_read_only_as_what_they_are if {
	ask("ada", "approvals.request.read") == denied
	ask_about_requests("ada", "catalog.entity.refresh") == denied
	portal.decision == denied with input as {"permission": {
		"name": "approvals.request.read", "attributes": {}, "type": "resource", "resourceType": "approvals-request",
	}}
}

ask_about_grants(person, name) := decision if {
	decision := portal.decision with input as {
		"user": {"ref": people[person][0], "claims": people[person]},
		"permission": {"name": name, "attributes": {}, "type": "resource", "resourceType": "secrets-grant"},
	}
}

on_grants(person, rules) := {
	"result": "CONDITIONAL",
	"pluginId": "secrets",
	"resourceType": "secrets-grant",
	"conditions": {"anyOf": [{
		"rule": rule,
		"resourceType": "secrets-grant",
		"params": {"claims": people[person]},
	} |
		some rule in rules
	]},
}

test_owners_of_subject_and_secret_read_and_end_grants if {
	every person in {"ada", "ben", "chen"} {
		every name in {"secrets.grant.read", "secrets.grant.revoke"} {
			ask_about_grants(person, name) == on_grants(person, ["IS_OWNER_OF_SECRET", "IS_OWNER_OF_SUBJECT"])
		}
		ask_about_grants(person, "secrets.grant.repair") == on_grants(person, ["IS_OWNER_OF_SECRET"])
	}
}

test_only_owners_ask_for_a_service if {
	every person, _ in people {
		ask(person, "secrets.grant.create") == allowed
		ask_about_grants(person, "secrets.grant.renew") == on_grants(person, ["IS_OWNER_OF_SUBJECT"])
	}
}

test_security_and_platform_see_and_end_every_grant if {
	every person in {"dana", "emil"} {
		every name in {"secrets.grant.read", "secrets.grant.revoke", "secrets.grant.repair"} {
			ask_about_grants(person, name) == allowed
		}
		ask(person, "secrets.review.manage") == allowed
	}
	ask("ada", "secrets.review.manage") == denied
}

test_grants_are_acted_on_only_as_what_they_are if {
	ask("ada", "secrets.grant.read") == denied
	portal.decision == denied with input as {"permission": {
		"name": "secrets.grant.read", "attributes": {}, "type": "resource", "resourceType": "secrets-grant",
	}}
}
