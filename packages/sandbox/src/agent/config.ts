import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const schema = z.object({
  /** Name of the Node object. */
  nodeName: z.string().default('shopfloor-1'),
  /** Absolute path of the sandbox's state folder. */
  stateDir: z.string(),
  /** Kubeconfig of the user `shopfloor-agent`. */
  kubeconfig: z.string(),
  /** Where `kubectl logs` arrives, TLS on 127.0.0.1. */
  server: z.object({
    port: z.number().int(),
    certificate: z.string(),
    key: z.string(),
    /** Authority of client certificates. */
    clientCa: z.string(),
    /** Common names that may read logs: the API server's alone. */
    allowedClients: z.array(z.string()).min(1),
  }),
  /** Local ports that pods may get. */
  podPorts: z.object({ first: z.number().int(), last: z.number().int() }),
  /** Absent: pods run without a proxy. */
  mesh: z
    .object({
      pilotAgent: z.string(),
      envoy: z.string(),
      /** `host:port` of istiod's secure gRPC. */
      discoveryAddress: z.string(),
    })
    .optional(),
});

/** Configuration of the node agent: a JSON file, since its path is all that a command line should carry. */
export type AgentConfig = z.infer<typeof schema>;

/** The file's content before defaults are filled in. */
export type AgentConfigInput = z.input<typeof schema>;

/** Reads and checks the configuration. */
export async function readAgentConfig(path: string): Promise<AgentConfig> {
  const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) {
    throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
