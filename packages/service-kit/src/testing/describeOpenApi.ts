/* eslint-disable jest/no-export -- run by the test of every service */
import { readFile } from 'node:fs/promises';
import {
  renderServiceDocument,
  serviceDocumentFile,
  type ServiceDocumentOptions,
} from '../openapi/serviceDocument.ts';

/** The committed document of a service is current. */
export function describeOpenApi(options: ServiceDocumentOptions): void {
  describe('openapi.yaml', () => {
    it('is what the routes say', async () => {
      const committed = await readFile(
        serviceDocumentFile(options.source),
        'utf8',
      );
      expect(committed).toBe(await renderServiceDocument(options));
    });
  });
}
