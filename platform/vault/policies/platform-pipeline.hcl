# The platform's pipeline: it connects the engines and auth methods, and writes every policy and role, that of itself excepted.
# It reads no secret and gets no credential, but what can write any policy could give itself that: guard this identity like root.
path "sys/mounts" {
  capabilities = ["read"]
}

path "sys/auth" {
  capabilities = ["read"]
}

path "sys/policies/acl" {
  capabilities = ["list"]
}

path "sys/policies/acl/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
}

path "sys/policies/acl/platform-pipeline" {
  capabilities = ["read"]
}

path "auth/+/config" {
  capabilities = ["create", "read", "update"]
}

path "auth/+/role" {
  capabilities = ["list"]
}

path "auth/+/role/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
}

path "auth/approle/role/platform-pipeline" {
  capabilities = ["read"]
}

path "auth/approle/role/platform-pipeline/*" {
  capabilities = ["deny"]
}

path "+/config/*" {
  capabilities = ["create", "read", "update", "list"]
}

path "+/roles" {
  capabilities = ["list"]
}

path "+/roles/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
}

path "+/root/generate/internal" {
  capabilities = ["create", "update"]
}

path "+/cert/ca" {
  capabilities = ["read"]
}

path "+/keys" {
  capabilities = ["list"]
}

path "+/keys/*" {
  capabilities = ["create", "read", "update", "list"]
}

# People and the group of those who authorise what waits.
path "identity/lookup/entity" {
  capabilities = ["create", "update"]
}

path "identity/entity/name/+" {
  capabilities = ["create", "read", "update"]
}

path "identity/entity-alias" {
  capabilities = ["create", "update"]
}

path "identity/group/name/+" {
  capabilities = ["create", "read", "update"]
}

# Which names of grants were used and have ended.
path "shopfloor-grants/*" {
  capabilities = ["read", "list"]
}

path "auth/token/revoke-self" {
  capabilities = ["update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
