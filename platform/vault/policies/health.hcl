# What a monitor may ask: whether the server runs and is unsealed. No secret, no mount, no policy.
path "sys/health" {
  capabilities = ["read", "sudo"]
}

path "sys/seal-status" {
  capabilities = ["read"]
}
