import type { DocumentSchema } from '@shopfloor/service-kit';
import type { Language } from './types.ts';

/** Kinds of long-form content of a product. */
export const DOCUMENT_KINDS = [
  'care-instructions',
  'size-guide',
  'manual',
  'story',
] as const;

/** Kind of long-form content of a product. */
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** What staff write: one text in one language. */
export interface DocumentDraft {
  title: string;
  /** Markdown. Whoever shows it makes it safe. */
  body: string;
}

/** As it is kept. */
export interface StoredContent extends DocumentDraft {
  productId: string;
  kind: DocumentKind;
  language: Language;
}

/** A document as staff and shoppers see it. */
export interface ProductDocument extends StoredContent {
  /** Grows with each change; the ETag. */
  version: number;
  updatedAt: string;
}

/** A version that was; without content where it was deleted. */
export interface DocumentRevision {
  version: number;
  title?: string;
  body?: string;
  updatedAt: string;
}

/** Which document is meant. */
export interface DocumentPlace {
  productId: string;
  kind: DocumentKind;
  language: Language;
}

/** How documents are kept: by product, the last fifty versions of each. */
export const DOCUMENT_SCHEMA: DocumentSchema<StoredContent> = {
  name: 'product_content',
  indexes: { product: ({ productId }) => productId },
  keepVersions: 50,
};

/** The id of a document in its collection. */
export function documentId(place: DocumentPlace): string {
  return `${place.productId}.${place.kind}.${place.language}`;
}

/**
 * One document of each kind: in the language asked for, else in the other, since a
 * text in another language is better than none.
 */
export function chooseDocuments<
  D extends Pick<StoredContent, 'kind' | 'language'>,
>(documents: readonly D[], language: Language): D[] {
  return DOCUMENT_KINDS.flatMap(kind => {
    const found = documents.filter(document => document.kind === kind);
    const chosen =
      found.find(document => document.language === language) ?? found[0];
    return chosen ? [chosen] : [];
  });
}
