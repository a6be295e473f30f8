import { HttpAuthService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import express from 'express';
import Router from 'express-promise-router';
import { parseInput } from '@shopfloor/plugin-requests-node';
import {
  badgeBody,
  badgesQuery,
  campaignBody,
  checksQuery,
  exportQuery,
  gradeQuery,
  gradesQuery,
  idParams,
  rollUpsQuery,
  rollUpTrendQuery,
  waiverActBody,
  waiverActParams,
  waiverBody,
  waiversQuery,
  whatIfBody,
} from './requests';
import { BadgeService } from './service/BadgeService';
import { CampaignService } from './service/CampaignService';
import { gradesAsCsv } from './service/csv';
import { ScorecardReader } from './service/ScorecardReader';
import { WaiverService } from './service/WaiverService';

/** What {@link createRouter} needs. */
export interface RouterOptions {
  httpAuth: HttpAuthService;
  reader: ScorecardReader;
  waivers: WaiverService;
  campaigns: CampaignService;
  badges: BadgeService;
}

/** Translates HTTP. Every route is for people only, but for the pictures at addresses that nobody can guess. */
export function createRouter(options: RouterOptions): express.Router {
  const { httpAuth, reader, waivers, campaigns, badges } = options;
  const router = Router();
  router.use(express.json({ limit: '50kb' }));
  const user = (req: express.Request) =>
    httpAuth.credentials(req, { allow: ['user'] });

  router.get('/scorecards', async (req, res) => {
    res.json(await reader.listScorecards(await user(req)));
  });

  router.get('/grades', async (req, res) => {
    const who = await user(req);
    res.json(await reader.listGrades(parseInput(gradesQuery, req.query), who));
  });

  router.get('/grade', async (req, res) => {
    const who = await user(req);
    res.json(await reader.getGrade(parseInput(gradeQuery, req.query), who));
  });

  router.get('/roll-ups', async (req, res) => {
    const who = await user(req);
    const query = parseInput(rollUpsQuery, req.query);
    res.json(await reader.listRollUps(query, who));
  });

  router.get('/roll-ups/trend', async (req, res) => {
    const who = await user(req);
    const query = parseInput(rollUpTrendQuery, req.query);
    res.json(await reader.getRollUpTrend(query, who));
  });

  router.get('/checks', async (req, res) => {
    const who = await user(req);
    const { scorecard } = parseInput(checksQuery, req.query);
    res.json(await reader.listCheckStandings(scorecard, who));
  });

  router.post('/what-if', async (req, res) => {
    const who = await user(req);
    res.json(await reader.whatIf(parseInput(whatIfBody, req.body), who));
  });

  router.get('/export', async (req, res) => {
    const who = await user(req);
    const { format, ...filter } = parseInput(exportQuery, req.query);
    const { definition, items } = await reader.exportGrades(filter, who);
    res.attachment(`${filter.scorecard}.${format}`);
    if (format === 'csv') {
      res.type('text/csv').send(gradesAsCsv(definition.definition, items));
    } else {
      res.json({ scorecard: definition.definition, items });
    }
  });

  router.get('/waivers', async (req, res) => {
    const who = await user(req);
    const query = parseInput(waiversQuery, req.query);
    res.json({ items: await waivers.list(query, who) });
  });

  router.post('/waivers', async (req, res) => {
    const who = await user(req);
    const wish = parseInput(waiverBody, req.body);
    res.status(201).json(await waivers.request(wish, who, req));
  });

  router.post('/waivers/:id/:act', async (req, res) => {
    const who = await user(req);
    const params = parseInput(waiverActParams, req.params);
    const body = parseInput(waiverActBody, req.body ?? {});
    res.json(await waivers.act({ ...params, ...body }, who, req));
  });

  router.get('/campaigns', async (req, res) => {
    res.json(await campaigns.list(await user(req)));
  });

  router.post('/campaigns', async (req, res) => {
    const who = await user(req);
    const body = parseInput(campaignBody, req.body);
    res.status(201).json(await campaigns.create(body, who, req));
  });

  router.get('/campaigns/:id', async (req, res) => {
    const who = await user(req);
    const { id } = parseInput(idParams, req.params);
    res.json(await campaigns.get(id, who));
  });

  router.post('/campaigns/:id/end', async (req, res) => {
    const who = await user(req);
    const { id } = parseInput(idParams, req.params);
    res.json(await campaigns.end(id, who, req));
  });

  router.get('/badges', async (req, res) => {
    const who = await user(req);
    const { entityRef } = parseInput(badgesQuery, req.query);
    res.json({ items: await badges.list(entityRef, who) });
  });

  router.post('/badges', async (req, res) => {
    const who = await user(req);
    const wish = parseInput(badgeBody, req.body);
    res.status(201).json(await badges.create(wish, who, req));
  });

  router.delete('/badges/:id', async (req, res) => {
    const who = await user(req);
    await badges.revoke(parseInput(idParams, req.params).id, who, req);
    res.status(204).end();
  });

  router.get('/badges/svg/:token', async (req, res) => {
    const picture = await badges.picture(req.params.token);
    if (!picture) {
      throw new NotFoundError('There is no such badge');
    }
    res
      .set({
        'cache-control': 'public, max-age=300',
        'content-security-policy': "default-src 'none'",
      })
      .type('image/svg+xml')
      .send(picture);
  });

  return router;
}
