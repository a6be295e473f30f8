export interface Config {
  shopfloor?: {
    /**
     * Whether the portal refuses to start with the sandbox's identity provider, default secrets, open permissions and
     * the like. Default false; true in `app-config.production.yaml`.
     */
    hardened?: boolean;
  };
}
