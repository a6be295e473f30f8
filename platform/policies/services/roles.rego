# The roles of staff. A role that stands nowhere here opens nothing, whatever a token says.
package services

staff_roles := {
	"care",
	"catalog-admin",
	"finance",
	"fulfilment-admin",
	"stock-admin",
}
