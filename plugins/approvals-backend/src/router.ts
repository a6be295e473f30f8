import { HttpAuthService } from '@backstage/backend-plugin-api';
import { approvalPolicyReadPermission } from '@shopfloor/plugin-approvals-common';
import { parseInput } from '@shopfloor/plugin-requests-node';
import express from 'express';
import Router from 'express-promise-router';
import { RequestAccess } from './access/RequestAccess';
import { actBodies, delegationBody, idParams, listQuery } from './requests';
import { ApprovalService, PersonCommand } from './service/ApprovalService';
import { DelegationService } from './service/DelegationService';
import { PolicyStore } from './store/PolicyStore';

/** What {@link createRouter} needs. */
export interface RouterOptions {
  httpAuth: HttpAuthService;
  access: RequestAccess;
  approvals: ApprovalService;
  delegations: DelegationService;
  policies: PolicyStore;
}

/** Translates HTTP of people. */
export function createRouter(options: RouterOptions): express.Router {
  const { httpAuth, access, approvals, delegations, policies } = options;
  const router = Router();
  router.use(express.json({ limit: '50kb' }));
  const user = (req: express.Request) =>
    httpAuth.credentials(req, { allow: ['user'] });

  router.get('/requests', async (req, res) => {
    const who = await user(req);
    res.json(await approvals.list(parseInput(listQuery, req.query), who));
  });

  router.get('/requests/:id', async (req, res) => {
    const who = await user(req);
    const { id } = parseInput(idParams, req.params);
    res.json(await approvals.get(id, who));
  });

  for (const act of Object.keys(actBodies) as Array<keyof typeof actBodies>) {
    router.post(`/requests/:id/${act}`, async (req, res) => {
      const who = await user(req);
      const { id } = parseInput(idParams, req.params);
      const body = parseInput<object>(actBodies[act], req.body);
      const command = { type: act, ...body } as PersonCommand;
      res.json(await approvals.act(id, command, who, req));
    });
  }

  router.get('/delegations', async (req, res) => {
    res.json(await delegations.list(await user(req)));
  });

  router.post('/delegations', async (req, res) => {
    const who = await user(req);
    const body = parseInput(delegationBody, req.body);
    res.status(201).json(await delegations.create(body, who, req));
  });

  router.post('/delegations/:id/end', async (req, res) => {
    const who = await user(req);
    const { id } = parseInput(idParams, req.params);
    res.json(await delegations.end(id, who, req));
  });

  router.get('/policies', async (req, res) => {
    await access.require(approvalPolicyReadPermission, await user(req));
    res.json(await policies.list());
  });

  return router;
}
