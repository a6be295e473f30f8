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
	"slo.objective.read",
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
	"traffic.route.update",
}

# Those who asked, decide or review, on the requests for approval that they have to do with.
participants := {"approvals.request.read"}
