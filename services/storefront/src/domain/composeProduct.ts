/** One line of the stock shown with a product. */
export interface Availability {
  sku: string;
  available: number;
  state: 'in-stock' | 'low' | 'out';
}

const CLOSING_BRACE = '}'.charCodeAt(0);

/**
 * Adds the stock to a product by its bytes, without reading them as JSON: a product is
 * an object that ends in `}`. Without stock the answer says what it lacks.
 */
export function composeProduct(
  product: Buffer,
  availability: readonly Availability[] | undefined,
): Buffer {
  if (product.at(-1) !== CLOSING_BRACE || product.length < 3) {
    throw new Error('A product must be a JSON object');
  }
  const addition = availability
    ? `,"availability":${JSON.stringify(availability)}}`
    : ',"unavailable":["inventory"]}';
  return Buffer.concat([product.subarray(0, -1), Buffer.from(addition)]);
}

/** The product that stands at the start of what {@link composeProduct} made of it. */
export function productIn(composed: Buffer, length: number): Buffer {
  const product = Buffer.from(composed.subarray(0, length));
  product[length - 1] = CLOSING_BRACE;
  return product;
}

/** The SKUs of a product, from its bytes. */
export function skusOf(product: Buffer): string[] {
  const { variants } = JSON.parse(product.toString('utf8')) as {
    variants?: { sku?: unknown }[];
  };
  return (variants ?? [])
    .map(({ sku }) => sku)
    .filter((sku): sku is string => typeof sku === 'string')
    .slice(0, 100);
}
