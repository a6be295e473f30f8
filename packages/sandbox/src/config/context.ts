import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { INSTANCE_VARIABLE } from '../supervisor/processes.ts';
import type { SandboxContext } from '../supervisor/types.ts';
import type { ToolStore } from '../tools/toolStore.ts';
import { writeFileAtomic } from './files.ts';
import { ensurePki } from './pki.ts';
import { readPorts } from './ports.ts';
import { ensureSecrets } from './secrets.ts';
import { readToolchain } from './toolchain.ts';

/** Variables of npm and of this launcher that children have no use for. */
const DROPPED =
  /^(npm_|NODE_OPTIONS$|NODE_CHANNEL|INIT_CWD$|SHOPFLOOR_STARTED_AT$)/;

/** Fixes addresses, secrets and certificates for one run. */
export async function createContext(options: {
  repoRoot: string;
  stateDir: string;
  tools: ToolStore;
  mode: 'start' | 'dev';
  shoppers: boolean;
  env: Record<string, string | undefined>;
}): Promise<SandboxContext> {
  const { repoRoot, stateDir, env } = options;
  const ports = readPorts(env);
  const secrets = ensureSecrets(stateDir);
  const pki = await ensurePki(stateDir);
  const toolchain = readToolchain(repoRoot);
  const url = `https://127.0.0.1:${ports.apiserver}`;
  const kubeconfig = join(stateDir, 'kubeconfig');
  writeFileAtomic({
    path: kubeconfig,
    content: kubeconfigOf({
      url,
      ca: pki.ca.cert,
      token: secrets.kubernetesTokens['shopfloor-admin'],
    }),
    mode: 0o600,
  });
  const compileCache = join(repoRoot, '.toolchain', 'compile-cache');
  mkdirSync(compileCache, { recursive: true });
  const childEnv: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !DROPPED.test(name)) {
      childEnv[name] = value;
    }
  }
  return {
    repoRoot,
    stateDir,
    mode: options.mode,
    ports,
    secrets,
    pki,
    tools: options.tools,
    nodePath: toolchain.node,
    pythonBin: toolchain.pythonBin,
    kubernetes: { url, ca: pki.ca.cert, kubeconfig },
    childEnv: {
      ...childEnv,
      PATH: [dirname(toolchain.node), toolchain.pythonBin, env.PATH]
        .filter(Boolean)
        .join(delimiter),
      NODE_COMPILE_CACHE: compileCache,
      [INSTANCE_VARIABLE]: stateDir,
    },
    shoppers: options.shoppers,
  };
}

/** A kubeconfig for one user of the sandbox's cluster, who shows a bearer token or a certificate. */
export function kubeconfigOf(options: {
  url: string;
  ca: string;
  /** Only a name inside the file; default `shopfloor-admin`. */
  user?: string;
  token?: string;
  certificate?: { certFile: string; keyFile: string };
}): string {
  const { url, ca, user = 'shopfloor-admin', token, certificate } = options;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'shopfloor',
    clusters: [
      {
        name: 'shopfloor',
        cluster: {
          server: url,
          'certificate-authority-data': Buffer.from(ca).toString('base64'),
        },
      },
    ],
    users: [
      {
        name: user,
        user: certificate
          ? {
              'client-certificate': certificate.certFile,
              'client-key': certificate.keyFile,
            }
          : { token },
      },
    ],
    contexts: [{ name: 'shopfloor', context: { cluster: 'shopfloor', user } }],
  });
}
