import type { Statement } from '@shopfloor/service-kit';

/** Columns of a session, always together. */
const COLUMNS =
  'id, subject, kind, email, email_verified, cart_id, cart_currency, merge_cart_id';

/** Finds a session by the hash of its cookie. Its life is prolonged at most once an hour, so that reads do not write. */
export const readSessionStatement: Statement = {
  name: 'session_read',
  text: `
    with prolonged as (
      update sessions set expires_at = now() + make_interval(hours => $2::int), seen_at = now()
      where token_hash = $1 and expires_at > now() and seen_at < now() - interval '1 hour'
    )
    select ${COLUMNS} from sessions where token_hash = $1 and expires_at > now()`,
};

/** Begins the session of a guest, with its first cart where there is one already. */
export const createGuestStatement: Statement = {
  name: 'session_create_guest',
  text: `
    insert into sessions (id, token_hash, subject, kind, cart_id, cart_currency, expires_at)
    values ($1, $2, $3, 'guest', $4, $5, now() + make_interval(hours => $6::int))`,
};

/**
 * Begins the session of a customer and ends the one before (if any), whose cart is to
 * be merged: one statement, so that no crash can lose it.
 */
export const signInStatement: Statement = {
  name: 'session_sign_in',
  text: `
    with ended as (
      delete from sessions where token_hash = $6
      returning kind, cart_id, cart_currency
    )
    insert into sessions (id, token_hash, subject, kind, email, email_verified, merge_cart_id, cart_currency, expires_at)
    values ($1, $2, 'customer:' || $3::text, 'customer', $4, $5,
      (select cart_id from ended where kind = 'guest'),
      (select cart_currency from ended where kind = 'guest'),
      now() + make_interval(hours => $7::int))
    returning ${COLUMNS}`,
};

/** Ends a session. */
export const endSessionStatement: Statement = {
  name: 'session_end',
  text: 'delete from sessions where token_hash = $1 returning id',
};

/** Ends every session of a person. */
export const endAllSessionsStatement: Statement = {
  name: 'session_end_all',
  text: 'delete from sessions where subject = $1 returning id',
};

/** Notes the cart of a session, unless another request noted one first; gives the one that counts. */
export const setCartStatement: Statement = {
  name: 'session_set_cart',
  text: `
    with changed as (
      update sessions set cart_id = $2, cart_currency = coalesce($4, cart_currency)
      where id = $1 and cart_id is not distinct from $3
      returning cart_id
    )
    select cart_id from changed
    union all
    select cart_id from sessions where id = $1 and not exists (select from changed)`,
};

/** Notes that the guest's cart has been merged. */
export const mergedStatement: Statement = {
  name: 'session_merged',
  text: 'update sessions set merge_cart_id = null where id = $1 and merge_cart_id = $2',
};

/** Remembers a sign-in that has begun. */
export const beginSignInStatement: Statement = {
  name: 'sign_in_begin',
  text: `
    insert into sign_ins (state_hash, browser_hash, code_verifier, nonce, return_to, expires_at)
    values ($1, $2, $3, $4, $5, now() + interval '10 minutes')`,
};

/** Takes a sign-in that has begun; only once, and only in the browser that began it. */
export const takeSignInStatement: Statement = {
  name: 'sign_in_take',
  text: `
    delete from sign_ins where state_hash = $1 and browser_hash = $2
    returning code_verifier, nonce, return_to, expires_at > now() as valid`,
};

/** Removes what has expired, a bounded number at a time, beside other instances. */
export const trimStatement: Statement = {
  name: 'session_trim',
  text: `
    with old_sessions as (
      delete from sessions where id in (
        select id from sessions where expires_at <= now() order by expires_at limit $1
        for update skip locked)
      returning 1
    ), old_sign_ins as (
      delete from sign_ins where state_hash in (
        select state_hash from sign_ins where expires_at <= now() order by expires_at limit $1
        for update skip locked)
      returning 1
    )
    select (select count(*) from old_sessions)::int as sessions,
      (select count(*) from old_sign_ins)::int as sign_ins`,
};
