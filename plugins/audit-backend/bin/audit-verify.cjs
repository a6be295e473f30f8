#!/usr/bin/env node
// From source, as the portal's backend is started.
require('@backstage/cli-node/config/nodeTransform.cjs');
require('../src/cli/main.ts');
