import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import { createPermission } from '@backstage/plugin-permission-common';

/** Resource type of a scorecard. */
export const RESOURCE_TYPE_SCORECARD = 'scorecards-scorecard';

/**
 * Reading a scorecard and the grades on it. A denied scorecard leaves no trace, in counts neither. Whatever this permission
 * gives, a person sees only grades of entities that the catalog shows the same person.
 */
export const scorecardReadPermission = createPermission({
  name: 'scorecards.scorecard.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_SCORECARD,
});

/** Asking for a waiver of a check for an entity. Who is denied sees the control disabled with whom to ask. */
export const waiverRequestPermission = createPermission({
  name: 'scorecards.waiver.request',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** Approving, denying and revoking waivers; of the own ones nobody does. Who is denied sees how they were decided. */
export const waiverDecidePermission = createPermission({
  name: 'scorecards.waiver.decide',
  attributes: { action: 'update' },
});

/** Starting and ending campaigns. Who is denied sees how they go. */
export const campaignManagePermission = createPermission({
  name: 'scorecards.campaign.manage',
  attributes: { action: 'create' },
});

/** Making a grade public by a badge, and taking it back. Who is denied does not see whether there is one. */
export const badgeManagePermission = createPermission({
  name: 'scorecards.badge.manage',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** Every permission of the plugin. */
export const scorecardsPermissions = [
  scorecardReadPermission,
  waiverRequestPermission,
  waiverDecidePermission,
  campaignManagePermission,
  badgeManagePermission,
];
