import { AuditorService } from '@backstage/backend-plugin-api';
import { contentHash } from '@shopfloor/plugin-approvals-node';
import { audited } from '@shopfloor/plugin-requests-node';
import {
  OpenReviewInput,
  ReviewCampaign,
  ReviewDecisionInput,
  ReviewItem,
  ReviewList,
  secretGrantReadPermission,
  secretGrantRevokePermission,
  secretReviewManagePermission,
} from '@shopfloor/plugin-secrets-common';
import {
  GrantAccess,
  meets,
  narrowing,
  notGranted,
  UserCredentials,
} from '../access/GrantAccess';
import { answer } from '../answer';
import { EntityDirectory } from '../people/EntityDirectory';
import { doneBefore, rememberAct } from '../store/ActStore';
import { GrantQueries } from '../store/GrantQueries';
import { summaryOf } from '../store/grantRow';
import { GrantStore } from '../store/GrantStore';
import { ReviewStore, StoredReview } from '../store/ReviewStore';
import { ActOptions } from './GrantService';
import { resourceOf } from './Presenter';

/** What {@link ReviewService} needs. */
export interface ReviewServiceOptions {
  access: GrantAccess;
  auditor: AuditorService;
  directory: EntityDirectory;
  queries: GrantQueries;
  reviews: ReviewStore;
  store: GrantStore;
  newId: () => string;
  now: () => Date;
}

/** Campaigns in which those who may end a grant say whether it is still needed. */
export class ReviewService {
  readonly #options: ReviewServiceOptions;

  constructor(options: ReviewServiceOptions) {
    this.#options = options;
  }

  async list(credentials: UserCredentials): Promise<ReviewList> {
    const { access, reviews } = this.#options;
    const found = await reviews.list();
    const [items, mayManage] = await Promise.all([
      this.#present(found, credentials),
      access.may(secretReviewManagePermission, credentials),
    ]);
    return {
      // A campaign of nothing that the reader may see is none of the reader's.
      items: items
        .filter(({ counts }) => mayManage || counts.total > 0)
        .map(({ items: _, ...campaign }) => campaign),
      mayManage,
    };
  }

  /** @throws NotFoundError, also when the person may see nothing of it */
  async get(id: string, credentials: UserCredentials): Promise<ReviewCampaign> {
    const { access, reviews } = this.#options;
    const review = await reviews.get(id);
    const [campaign] = review ? await this.#present([review], credentials) : [];
    if (
      !campaign ||
      (campaign.counts.total === 0 &&
        !(await access.may(secretReviewManagePermission, credentials)))
    ) {
      throw answer('review-unknown', { id });
    }
    return campaign;
  }

  /** Opens a campaign of the grants in force that the person may see. */
  async open(
    input: OpenReviewInput,
    { credentials, httpRequest, idempotencyKey }: ActOptions,
  ): Promise<ReviewCampaign> {
    const { access, auditor, directory, queries, reviews, newId, now } =
      this.#options;
    return audited(
      auditor,
      {
        eventId: 'review-open',
        request: httpRequest,
        meta: {
          title: input.title,
          ...(input.environment && { environment: input.environment }),
          ...(input.owner && { owner: input.owner }),
        },
      },
      async () => {
        await access.require(secretReviewManagePermission, credentials);
        if (Date.parse(input.dueAt) <= now().getTime()) {
          throw answer('due-in-past', {});
        }
        const { ref } = await directory.person(credentials);
        const grantIds = await queries.living({
          readable: narrowing(
            await access.criteria(secretGrantReadPermission, credentials),
          ),
          environment: input.environment,
          owner: input.owner,
        });
        const act = {
          person: ref,
          key: idempotencyKey,
          act: `review ${contentHash(input)}`,
        };
        const id = await reviews.transaction(async tx => {
          const before = await doneBefore(tx, act);
          if (before) {
            return before;
          }
          const review = {
            ...input,
            id: newId(),
            createdBy: ref,
            createdAt: now().toISOString(),
          };
          await reviews.open(tx, review, grantIds);
          await rememberAct(tx, act, { result: review.id, at: now() });
          return review.id;
        });
        return this.get(id, credentials);
      },
    );
  }

  /** Decides about one grant. To revoke ends it at once; a process that dies in between has done neither. */
  async decide(
    input: ReviewDecisionInput,
    { credentials, httpRequest, idempotencyKey }: ActOptions,
  ): Promise<ReviewCampaign> {
    const { id, grantId, verdict, comment } = input;
    const { access, auditor, directory, reviews, store, now } = this.#options;
    return audited(
      auditor,
      {
        eventId: 'review-decide',
        request: httpRequest,
        meta: { reviewId: id, grantId, verdict },
      },
      async () => {
        const campaign = await this.get(id, credentials);
        const stored = await store.get(grantId);
        if (
          !stored ||
          !campaign.items?.some(({ grant }) => grant.id === grantId)
        ) {
          throw answer('review-has-no-grant', { id: grantId });
        }
        if (
          !(await access.mayOn(
            secretGrantRevokePermission,
            resourceOf(stored),
            credentials,
          ))
        ) {
          throw notGranted(secretGrantRevokePermission.name);
        }
        if (verdict === 'revoke' && !comment) {
          throw answer('comment-missing', {});
        }
        const { ref } = await directory.person(credentials);
        const act = {
          person: ref,
          key: idempotencyKey,
          act: `decide ${id} ${grantId} ${verdict}`,
        };
        const at = now();
        const write = async (
          tx: Parameters<Parameters<ReviewStore['transaction']>[0]>[0],
        ) => {
          const decided = await reviews.decide(tx, {
            reviewId: id,
            grantId,
            verdict,
            decidedBy: ref,
            decidedAt: at.toISOString(),
            ...(comment && { comment }),
          });
          if (!decided || campaign.closedAt) {
            throw answer('review-over', {});
          }
        };
        if (verdict === 'revoke') {
          const result = await store.change(
            grantId,
            { type: 'revoke', reason: 'review-revoked', comment },
            { now: at.toISOString(), actor: ref },
            { act, also: write },
          );
          if ('refusal' in result) {
            // It has ended, or is about to: that stands as the decision.
            await reviews.transaction(async tx => {
              if (!(await doneBefore(tx, act))) {
                await write(tx);
                await rememberAct(tx, act, { result: id, at });
              }
            });
          }
        } else {
          await reviews.transaction(async tx => {
            if (!(await doneBefore(tx, act))) {
              await write(tx);
              await rememberAct(tx, act, { result: id, at });
            }
          });
        }
        await reviews.closeDue(at);
        return this.get(id, credentials);
      },
    );
  }

  async #present(
    found: StoredReview[],
    credentials: UserCredentials,
  ): Promise<ReviewCampaign[]> {
    const { access, queries, reviews } = this.#options;
    const rows = await reviews.items(found.map(({ id }) => id));
    const [grants, readable, revocable] = await Promise.all([
      queries.byIds([...new Set(rows.map(({ grantId }) => grantId))]),
      access.criteria(secretGrantReadPermission, credentials),
      access.criteria(secretGrantRevokePermission, credentials),
    ]);
    return found.map(review => {
      const items = rows.flatMap((row): ReviewItem[] => {
        const stored = grants.get(row.grantId);
        if (
          row.reviewId !== review.id ||
          !stored ||
          !meets(readable, resourceOf(stored))
        ) {
          return [];
        }
        const { reviewId: _, grantId: _id, ...decision } = row;
        return [
          {
            grant: summaryOf(stored.grant),
            ...decision,
            mayDecide:
              row.verdict === undefined &&
              review.closedAt === undefined &&
              meets(revocable, resourceOf(stored)),
          },
        ];
      });
      const count = (verdict: ReviewItem['verdict']) =>
        items.filter(item => item.verdict === verdict).length;
      return {
        ...review,
        counts: {
          total: items.length,
          keep: count('keep'),
          revoke: count('revoke'),
          undecided: count(undefined),
        },
        items,
      };
    });
  }
}
