export interface Config {
  shopfloor?: {
    /**
     * Whether the portal refuses to start with the sandbox's identity provider, default secrets, open permissions and
     * the like. Default false; true in `app-config.production.yaml`.
     */
    hardened?: boolean;
  };
  secrets?: {
    /**
     * Address of the secrets backend, as the portal reaches it; `/api/secrets` is forwarded there. Default: none, and the portal
     * says that secrets are not connected.
     */
    backendUrl?: string;
  };
}
