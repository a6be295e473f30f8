/** A path of a policy with what it lets one do. */
export interface Stanza {
  path: string;
  capabilities: string[];
  /** Values that each parameter may have; none means any. Every one of them has to be given when `required` is set. */
  parameters?: Record<string, string[]>;
  required?: boolean;
  /** The group of which somebody else has to authorise a write, and how long the request waits, for example `24h`. */
  controlGroup?: { group: string; ttl: string };
}

/**
 * A policy as HCL.
 *
 * @throws Error for a value that would be a pattern: `a*` as a value of a parameter allows `a,admin`
 */
export function renderStanzas(stanzas: readonly Stanza[]): string {
  return stanzas.map(renderStanza).join('\n');
}

function renderStanza(stanza: Stanza): string {
  const { path, capabilities, parameters, required, controlGroup } = stanza;
  const lines = [`capabilities = ${list(capabilities)}`];
  if (parameters) {
    if (required) {
      lines.push(`required_parameters = ${list(Object.keys(parameters))}`);
    }
    lines.push(
      'allowed_parameters = {',
      ...Object.entries(parameters).map(([name, values]) => {
        values.forEach(refusePattern);
        return `  ${quote(name)} = ${list(values)}`;
      }),
      '}',
    );
  }
  if (controlGroup) {
    lines.push(
      'control_group = {',
      `  ttl = ${quote(controlGroup.ttl)}`,
      '  self_auth_allowed = false',
      `  factor ${quote(controlGroup.group)} {`,
      '    controlled_capabilities = ["create", "update"]',
      '    identity {',
      `      group_names = ${list([controlGroup.group])}`,
      '      approvals = 1',
      '    }',
      '  }',
      '}',
    );
  }
  return `path ${quote(path)} {\n${lines
    .map(line => `  ${line}\n`)
    .join('')}}\n`;
}

function refusePattern(value: string): void {
  if (value.startsWith('*') || value.endsWith('*')) {
    throw new Error(`${quote(value)} would be a pattern, and pins are exact`);
  }
}

function list(values: readonly string[]): string {
  return `[${values.map(quote).join(', ')}]`;
}

/** HCL reads what JSON writes, but `${` begins an expression. */
function quote(text: string): string {
  if (text.includes('${')) {
    throw new Error(`${JSON.stringify(text)} would be an expression in HCL`);
  }
  return JSON.stringify(text);
}
