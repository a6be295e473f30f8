export interface Config {
  status?: {
    /** How often each system is asked, in seconds; default 5. */
    intervalSeconds?: number;
    /** How long one answer may take, in milliseconds; default 3000. */
    deadlineMs?: number;
    /** The systems that the portal depends on, in the order of the page. */
    systems?: Array<{
      /** Stable id. */
      name: string;
      /** What people call it; once, or in each language. */
      title: string | { en: string; zh: string };
      /**
       * What it is asked. `postgres` asks the plugin's own database; all others need `url`, `tcp` as `tcp://host:port`.
       */
      kind:
        | 'http'
        | 'tcp'
        | 'postgres'
        | 'kubernetes'
        | 'openid'
        | 'prometheus'
        | 'alertmanager'
        | 'vault'
        | 'istiod'
        | 'etcd';
      /** Where it is asked; without it (or empty) it counts as not connected. */
      url?: string;
      /** Base64 of the PEM certificate authority of an https address. */
      caData?: string;
      /**
       * Bearer token, where the system answers nobody unknown.
       * @visibility secret
       */
      token?: string;
      /** What does not work without it. */
      impact: { en: string; zh: string };
      /** How to connect it. */
      connect: { en: string; zh: string };
    }>;
  };
}
