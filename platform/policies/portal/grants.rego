# What each part may do. A permission that stands nowhere here is denied to everybody.
package portal

# Everybody who is signed in.
everyone := {
	"catalog.entity.read",
	"catalog.entity.validate",
	"catalog.location.read",
	"kubernetes.clusters.read",
	# The plugin's account reads only (pods, their logs, events, workloads), so its proxy cannot change anything.
	"kubernetes.proxy",
	"kubernetes.resources.read",
	"slo.objective.read",
	"status.system.read",
	"traffic.route.read",
}

# Roles, on everything.
role_permissions := {
	"platform": {
		"catalog.entity.create",
		"catalog.entity.delete",
		"catalog.entity.refresh",
		"catalog.ingestion.manage",
		"catalog.ingestion.read",
		"catalog.location.analyze",
		"catalog.location.create",
		"catalog.location.delete",
		"traffic.route.update",
	},
	"security": {"catalog.ingestion.read"},
}

# Owners, on the entities that they own.
owners := {
	"catalog.entity.refresh",
	"traffic.route.update",
}
