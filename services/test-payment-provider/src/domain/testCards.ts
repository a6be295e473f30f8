/** How a card behaves when it is charged. */
export type Behaviour =
  | 'approved'
  | 'declined_insufficient_funds'
  | 'declined_expired_card'
  | 'declined_do_not_honor'
  | 'redirect'
  | 'slow_2s'
  | 'timeout_then_success'
  | 'expiring_authorisation'
  | 'dispute'
  | 'partial_authorisation'
  | 'capture_fails'
  | 'refund_fails';

/** What the provider keeps of a card. Never its number. */
export interface Card {
  brand: string;
  last4: string;
}

interface TestCard {
  number: string;
  brand: string;
  behaviour: Behaviour;
}

/** Numbers that networks publish for tests. No other number is accepted. */
export const TEST_CARDS: readonly TestCard[] = [
  { number: '4242424242424242', brand: 'visa', behaviour: 'approved' },
  { number: '5555555555554444', brand: 'mastercard', behaviour: 'approved' },
  { number: '378282246310005', brand: 'amex', behaviour: 'approved' },
  { number: '6200000000000005', brand: 'unionpay', behaviour: 'approved' },
  {
    number: '4000000000009995',
    brand: 'visa',
    behaviour: 'declined_insufficient_funds',
  },
  {
    number: '4000000000000069',
    brand: 'visa',
    behaviour: 'declined_expired_card',
  },
  {
    number: '4000000000000002',
    brand: 'visa',
    behaviour: 'declined_do_not_honor',
  },
  { number: '4000000000003220', brand: 'visa', behaviour: 'redirect' },
  { number: '4000000000000259', brand: 'visa', behaviour: 'dispute' },
];

const behaviours: readonly Behaviour[] = [
  'approved',
  'declined_insufficient_funds',
  'declined_expired_card',
  'declined_do_not_honor',
  'redirect',
  'slow_2s',
  'timeout_then_success',
  'expiring_authorisation',
  'dispute',
  'partial_authorisation',
  'capture_fails',
  'refund_fails',
];

/** The tokens that always exist and may be used any number of times, such as `tok_approved`. */
export const WELL_KNOWN_TOKENS: ReadonlyMap<string, Behaviour> = new Map(
  behaviours.map(behaviour => [`tok_${behaviour}`, behaviour]),
);

/** The card behind the well-known tokens. */
export const WELL_KNOWN_CARD: Card = { brand: 'visa', last4: '4242' };

/** Finds a test card by its number, with or without spaces. */
export function findTestCard(
  number: string,
): (Card & { behaviour: Behaviour }) | undefined {
  const digits = number.replace(/[ -]/g, '');
  const card = TEST_CARDS.find(known => known.number === digits);
  return (
    card && {
      brand: card.brand,
      last4: digits.slice(-4),
      behaviour: card.behaviour,
    }
  );
}

/** Why a card declines; undefined when it does not. */
export function declineCodeOf(behaviour: Behaviour): string | undefined {
  return behaviour.startsWith('declined_')
    ? behaviour.slice('declined_'.length)
    : undefined;
}
