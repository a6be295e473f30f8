# The portal's checks: when the leases of services end, and no value. Listing them asks for sudo, since a list tells their ids.
path "sys/leases/lookup/+/creds/*" {
  capabilities = ["list", "sudo"]
}

path "sys/leases/lookup" {
  capabilities = ["update"]
}
