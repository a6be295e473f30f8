# What each part may do. A permission that stands nowhere here is denied to everybody.
package portal

# Everybody who is signed in.
everyone := {
	# About which requests somebody decides, the policy of each says (platform/approvals).
	"approvals.delegation.manage",
	"approvals.policy.read",
	"approvals.request.decide",
	"approvals.request.discuss",
	# Of entities that the catalog shows the person.
	"audit.change.read",
	"catalog.entity.read",
	"catalog.entity.validate",
	"catalog.location.read",
	"checks.definition.read",
	"checks.result.read",
	"kubernetes.clusters.read",
	# The plugin's account reads only (pods, their logs, events, workloads), so its proxy cannot change anything.
	"kubernetes.proxy",
	"kubernetes.resources.read",
	"scorecards.scorecard.read",
	# Asking at all; for whom, secret_conditions say.
	"secrets.grant.create",
	# Narrowed to owners, or by a system, it goes to owners or decision.rego; lists and counts follow.
	"slo.objective.read",
	"slo.page.read",
	"slo.release.read",
	"status.system.read",
	"traffic.route.read",
}

# Roles, on everything.
role_permissions := {
	"platform": {
		"audit.trail.read",
		"audit.trail.verify",
		"approvals.request.read",
		"audit.incident.manage",
		"catalog.entity.create",
		"catalog.entity.delete",
		"catalog.entity.refresh",
		"catalog.ingestion.manage",
		"catalog.ingestion.read",
		"catalog.location.analyze",
		"catalog.location.create",
		"catalog.location.delete",
		# It reads all evidence of an entity, whoever may see which check.
		"checks.definition.test",
		"checks.report.upload",
		"checks.run.create",
		"scorecards.badge.manage",
		"scorecards.campaign.manage",
		"scorecards.waiver.decide",
		"scorecards.waiver.request",
		"secrets.grant.read",
		"secrets.grant.repair",
		"secrets.grant.revoke",
		"secrets.review.manage",
		"slo.exclusion.manage",
		"traffic.route.update",
	},
	"security": {
		"audit.trail.read",
		"audit.trail.verify",
		"approvals.request.read",
		"audit.incident.manage",
		"catalog.ingestion.read",
		# Not about what the same person asked for.
		"scorecards.waiver.decide",
		"secrets.grant.read",
		"secrets.grant.repair",
		"secrets.grant.revoke",
		"secrets.review.manage",
	},
}

# Owners, on the entities that they own.
owners := {
	"audit.trail.read",
	"audit.incident.manage",
	"catalog.entity.refresh",
	"checks.report.upload",
	"checks.run.create",
	"scorecards.badge.manage",
	"scorecards.waiver.request",
	"slo.exclusion.manage",
	"traffic.route.update",
}

# Those who asked, decide or review, on the requests for approval that they have to do with.
participants := {"approvals.request.read"}

# On grants of access to secrets: what the owners of the service that gets it may, or the person, and what the owners of the secret.
# Nobody asks for a service of others, the platform team neither.
secret_subjects := {
	"secrets.grant.read",
	"secrets.grant.renew",
	"secrets.grant.revoke",
}

secret_owners := {
	"secrets.grant.read",
	"secrets.grant.repair",
	"secrets.grant.revoke",
}
