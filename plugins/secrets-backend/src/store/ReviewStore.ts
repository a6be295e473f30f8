import {
  OpenReviewInput,
  ReviewVerdict,
} from '@shopfloor/plugin-secrets-common';
import { Knex } from 'knex';

/** A campaign as it is kept. */
export interface StoredReview extends OpenReviewInput {
  id: string;
  createdBy: string;
  createdAt: string;
  closedAt?: string;
}

/** What was decided about a grant. */
export interface StoredReviewItem {
  reviewId: string;
  grantId: string;
  verdict?: ReviewVerdict;
  decidedBy?: string;
  decidedAt?: string;
  comment?: string;
}

/** Campaigns that review access. */
export class ReviewStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  transaction<T>(work: (tx: Knex.Transaction) => Promise<T>): Promise<T> {
    return this.#db.transaction(work);
  }

  async open(
    tx: Knex,
    review: Omit<StoredReview, 'closedAt'>,
    grantIds: string[],
  ): Promise<void> {
    await tx('secrets_reviews').insert({
      id: review.id,
      title: review.title,
      environment: review.environment ?? null,
      owner_ref: review.owner ?? null,
      due_at: new Date(review.dueAt),
      created_by: review.createdBy,
      created_at: new Date(review.createdAt),
    });
    if (grantIds.length > 0) {
      await tx('secrets_review_items').insert(
        grantIds.map(grantId => ({
          review_id: review.id,
          grant_id: grantId,
        })),
      );
    }
  }

  async get(
    id: string,
    tx: Knex = this.#db,
  ): Promise<StoredReview | undefined> {
    const row = await tx('secrets_reviews').where({ id }).first();
    return row && toReview(row);
  }

  /** The newest first; at most 100. */
  async list(): Promise<StoredReview[]> {
    const rows = await this.#db('secrets_reviews')
      .orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id' }])
      .limit(100);
    return rows.map(toReview);
  }

  /** Of campaigns, in a fixed order. */
  async items(reviewIds: string[]): Promise<StoredReviewItem[]> {
    const rows = await this.#db('secrets_review_items')
      .whereIn('review_id', reviewIds)
      .orderBy(['review_id', 'grant_id']);
    return rows.map(toItem);
  }

  /** @returns whether it was not decided before, and belongs to the campaign */
  async decide(
    tx: Knex,
    item: Required<Omit<StoredReviewItem, 'comment'>> & { comment?: string },
  ): Promise<boolean> {
    const { reviewId, grantId, verdict, decidedBy, decidedAt, comment } = item;
    const changed = await tx('secrets_review_items')
      .where({ review_id: reviewId, grant_id: grantId })
      .whereNull('verdict')
      .update({
        verdict,
        decided_by: decidedBy,
        decided_at: new Date(decidedAt),
        comment: comment ?? null,
      });
    return changed > 0;
  }

  /** Closes what is decided completely, or was due. */
  async closeDue(now: Date): Promise<void> {
    await this.#db('secrets_reviews as r')
      .whereNull('r.closed_at')
      .where(over =>
        over
          .where('r.due_at', '<=', now)
          .orWhereNotExists(undecided =>
            undecided
              .from('secrets_review_items as i')
              .whereRaw('i.review_id = r.id')
              .whereNull('i.verdict')
              .select(this.#db.raw('1')),
          ),
      )
      .update({ closed_at: now });
  }
}

function toReview(row: any): StoredReview {
  return {
    id: row.id,
    title: row.title,
    ...(row.environment && { environment: row.environment }),
    ...(row.owner_ref && { owner: row.owner_ref }),
    dueAt: row.due_at.toISOString(),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.closed_at && { closedAt: row.closed_at.toISOString() }),
  };
}

function toItem(row: any): StoredReviewItem {
  return {
    reviewId: row.review_id,
    grantId: row.grant_id,
    ...(row.verdict && { verdict: row.verdict }),
    ...(row.decided_by && { decidedBy: row.decided_by }),
    ...(row.decided_at && { decidedAt: row.decided_at.toISOString() }),
    ...(row.comment && { comment: row.comment }),
  };
}
