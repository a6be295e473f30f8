import {
  type DocumentStore,
  DomainError,
  NotFoundError,
  type StoredDocument,
} from '@shopfloor/service-kit';
import type { ProductStore } from '../store/ProductStore.ts';
import {
  chooseDocuments,
  DOCUMENT_KINDS,
  documentId,
  type DocumentDraft,
  type DocumentPlace,
  type DocumentRevision,
  type ProductDocument,
  type StoredContent,
} from './productDocuments.ts';
import { existsAlready } from './refusals.ts';
import type { Language } from './types.ts';

/** Options of {@link DocumentService}. */
export interface DocumentServiceOptions {
  documents: DocumentStore<StoredContent>;
  products: Pick<ProductStore, 'resolve'>;
}

/** Each kind in each language. */
const MOST = DOCUMENT_KINDS.length * 2;

function toDocument(stored: StoredDocument<StoredContent>): ProductDocument {
  return {
    ...stored.value,
    version: stored.version,
    updatedAt: stored.updatedAt.toISOString(),
  };
}

function notFound(place: DocumentPlace): never {
  throw new NotFoundError({
    code: 'document-not-found',
    message: `Product ${place.productId} has no ${place.kind} in ${place.language}.`,
  });
}

/** Long-form content of products, with its history. */
export class DocumentService {
  readonly #options: DocumentServiceOptions;

  static create(options: DocumentServiceOptions): DocumentService {
    return new DocumentService(options);
  }

  private constructor(options: DocumentServiceOptions) {
    this.#options = options;
  }

  /** What shoppers read, by id or slug of a product on sale. @throws NotFoundError `product-not-found` */
  async shown(
    idOrSlug: string,
    language: Language,
  ): Promise<ProductDocument[]> {
    const productId = await this.#resolve(idOrSlug, false);
    return chooseDocuments(await this.#all(productId), language);
  }

  /** Every document of a product. @throws NotFoundError `product-not-found` */
  async list(productId: string): Promise<ProductDocument[]> {
    await this.#resolve(productId, true);
    return this.#all(productId);
  }

  /** @throws NotFoundError `document-not-found` */
  async get(place: DocumentPlace): Promise<ProductDocument> {
    const found = await this.#options.documents.get(documentId(place));
    return found ? toDocument(found) : notFound(place);
  }

  /** The versions that are kept, newest first. @throws NotFoundError `document-not-found` */
  async history(place: DocumentPlace): Promise<DocumentRevision[]> {
    const found = await this.#options.documents.history(documentId(place));
    if (found.length === 0) {
      return notFound(place);
    }
    return found.map(({ version, value, updatedAt }) => ({
      version,
      title: value?.title,
      body: value?.body,
      updatedAt: updatedAt.toISOString(),
    }));
  }

  /**
   * Writes a document, or changes the version that is named.
   *
   * @throws DomainError `if-match-required`, `version-changed` or `product-not-found`
   */
  async put(
    place: DocumentPlace,
    version: number | undefined,
    draft: DocumentDraft,
  ): Promise<ProductDocument> {
    await this.#resolve(place.productId, true);
    const { documents } = this.#options;
    try {
      return toDocument(
        await documents.put(
          documentId(place),
          { ...place, ...draft },
          { ifVersion: version ?? 0 },
        ),
      );
    } catch (error) {
      if (
        version !== undefined ||
        !(error instanceof DomainError) ||
        error.kind !== 'precondition-failed'
      ) {
        throw error;
      }
      // Written before: perhaps by this very request, whose answer was lost.
      const known = await this.get(place);
      if (known.title === draft.title && known.body === draft.body) {
        return known;
      }
      throw existsAlready({ what: 'document', id: documentId(place) });
    }
  }

  /** Deletes a document; its history stays. @throws NotFoundError, PreconditionFailedError */
  async delete(place: DocumentPlace, version: number): Promise<void> {
    await this.get(place);
    await this.#options.documents.delete(documentId(place), {
      ifVersion: version,
    });
  }

  /** Deletes every document of a product that is gone. */
  async purge(productId: string): Promise<void> {
    for (const document of await this.#all(productId)) {
      await this.#options.documents.delete(documentId(document));
    }
  }

  async #all(productId: string): Promise<ProductDocument[]> {
    const { items } = await this.#options.documents.list({
      where: { product: productId },
      limit: MOST,
    });
    return items.map(toDocument);
  }

  async #resolve(idOrSlug: string, archived: boolean): Promise<string> {
    const productId = await this.#options.products.resolve({
      idOrSlug,
      archived,
    });
    if (productId === undefined) {
      throw new NotFoundError({
        code: 'product-not-found',
        message: `There is no product ${idOrSlug}.`,
      });
    }
    return productId;
  }
}
