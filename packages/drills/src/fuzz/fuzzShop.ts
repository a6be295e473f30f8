import type { ShopStack } from '../stack/ShopStack.ts';
import { fuzzApi, provideSchemathesis } from './schemathesis.ts';

/** Every role of the shop's staff. */
export const STAFF_ROLES = [
  'catalog-admin',
  'stock-admin',
  'care',
  'fulfilment-admin',
  'finance',
] as const;

/** Fuzzing of one service as one kind of person. */
export interface FuzzResult {
  service: string;
  as: 'customer' | 'staff';
  passed: boolean;
  output: string;
}

/** Fuzzes each service of a stack from its own OpenAPI document, as a customer and as staff with every role. */
export async function* fuzzShop(
  stack: ShopStack,
  options: { examples: number; seed: number; services?: readonly string[] },
): AsyncGenerator<FuzzResult> {
  const program = await provideSchemathesis();
  const people = [
    {
      as: 'customer',
      token: await stack.tokens.shopper({
        kind: 'customer',
        email: 'fuzz@larkfield.example',
      }),
    },
    { as: 'staff', token: await stack.tokens.staff(STAFF_ROLES) },
  ] as const;
  for (const { name, url } of stack.services) {
    if (options.services && !options.services.includes(name)) continue;
    for (const { as, token } of people) {
      const { examples, seed } = options;
      const outcome = await fuzzApi({ program, url, token, examples, seed });
      yield { service: name, as, ...outcome };
    }
  }
}
