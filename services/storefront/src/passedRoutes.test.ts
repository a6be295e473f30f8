import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { PASSED_ROUTES } from './http/shopRoutes.ts';

const services = path.resolve(import.meta.dirname, '../..');

describe('routes that are passed on', () => {
  it.each([...new Set(PASSED_ROUTES.map(({ service }) => service))])(
    'exist at %s',
    async service => {
      const document = parse(
        await readFile(path.join(services, service, 'openapi.yaml'), 'utf8'),
      ) as { paths: Record<string, Record<string, unknown>> };
      const missing = PASSED_ROUTES.filter(
        route =>
          route.service === service &&
          !document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[
            route.method.toLowerCase()
          ],
      );
      expect(
        missing.map(({ method, path: url }) => `${method} ${url}`),
      ).toEqual([]);
    },
  );
});
