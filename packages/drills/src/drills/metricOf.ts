import { request } from 'undici';

/** A value of `/metrics` of a service, by name and labels; `undefined` when there is none. */
export async function metricOf(
  url: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const { body } = await request(`${url}/metrics`);
  return findMetric(await body.text(), name, labels);
}

/** Reads one value of a text in the Prometheus exposition format. Labels that are not asked for may have any value. */
export function findMetric(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  for (const line of text.split('\n')) {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line);
    if (
      match?.[1] === name &&
      Object.entries(labels).every(([label, value]) =>
        `,${match[2] ?? ''},`.includes(`,${label}="${value}",`),
      )
    ) {
      return Number(match[3]);
    }
  }
  return undefined;
}
