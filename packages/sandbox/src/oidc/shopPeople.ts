import { parse } from 'yaml';
import { z } from 'zod';
import type { Person } from './people.ts';

/** Roles that the shop's services know; docs/reference/shop.md says what each may. */
export const SHOP_ROLES = [
  'catalog-admin',
  'stock-admin',
  'care',
  'fulfilment-admin',
  'finance',
] as const;

const account = z.strictObject({
  user: z.string().regex(/^[a-z]+(\.[a-z]+)*$/),
  subject: z.uuid(),
  name: z.string().min(1),
  email: z.email(),
  emailVerified: z.boolean(),
  locale: z.enum(['en', 'zh-CN']),
  description: z.string(),
});

const file = z.strictObject({
  shoppers: z.array(account).min(1),
  staff: z
    .array(account.extend({ roles: z.array(z.enum(SHOP_ROLES)).min(1) }))
    .min(1),
});

/**
 * The accounts of the shop's realm: `platform/identity/shoppers.yaml`.
 *
 * @throws Error that names what is wrong, also when two accounts share a user name, subject or e-mail
 */
export function parseShopPeople(text: string): Person[] {
  const { shoppers, staff } = file.parse(parse(text));
  const people: Person[] = [
    ...shoppers.map(shopper => ({ ...shopper, roles: [] })),
    ...staff,
  ].map(({ user, ...rest }) => ({ ...rest, id: user, groups: [] }));
  for (const field of ['id', 'subject', 'email'] as const) {
    const seen = new Set<string>();
    for (const person of people) {
      if (seen.has(person[field])) {
        throw new Error(`Two accounts have the ${field} ${person[field]}`);
      }
      seen.add(person[field]);
    }
  }
  return people;
}
