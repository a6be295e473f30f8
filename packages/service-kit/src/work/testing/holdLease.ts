import { loadConfig } from '../../config/defineConfig.ts';
import { databaseConfigSpec } from '../../config/serviceConfig.ts';
import { PooledDatabase } from '../../postgres/Database.ts';
import { testMaterials } from '../../testing/testMaterials.ts';
import { Tracing } from '../../tracing/Tracing.ts';
import { RepeatedWork } from '../RepeatedWork.ts';
import { WorkLease } from '../WorkLease.ts';

// A replica for tests that kill it: does rounds under the lease `count` as fast as it can.
const materials = testMaterials();
const service = {
  name: 'things',
  version: '1',
  release: 'v1',
  environment: 'test',
  instance: 'replica',
};
const database = PooledDatabase.create({
  ...materials,
  tracing: Tracing.create({ service }),
  config: loadConfig(databaseConfigSpec, process.env),
  applicationName: 'replica',
});
RepeatedWork.create({
  ...materials,
  name: 'count',
  intervalMs: 50,
  lease: WorkLease.create({ database, name: 'count', seconds: 2 }),
  async round() {
    await database.query({
      name: 'count',
      text: `insert into counted (by) values ('child')`,
    });
    return true;
  },
}).start();
