import type { Statement } from '@shopfloor/service-kit';

const CUSTOMER =
  'id, email, email_verified, display_name, language, phone, default_address_id, version, created_at, updated_at';

const ADDRESS =
  'id, label, name, line1, line2, city, region, postal_code, country, version, created_at, updated_at';

const CONSENT = 'id, purpose, text_version, granted, recorded_at';

/**
 * The customer, made at first sight; what the token says of the e-mail is taken
 * over. No row while an erasure runs or a token from before it may still be about.
 *
 * Parameters: id, e-mail, whether it is verified, seconds after an erasure.
 */
export const seeCustomerStatement: Statement = {
  name: 'customers_see',
  text: `
    with seen as (
      insert into customers (id, email, email_verified)
      select $1, $2, $3
      where not exists (
        select from erasures where customer_id = $1
          and (state = 'running' or requested_at > now() - make_interval(secs => $4::int))
      )
      on conflict (id) do update set
        email = excluded.email, email_verified = excluded.email_verified,
        version = customers.version + 1, updated_at = now()
      where (customers.email, customers.email_verified)
        is distinct from (excluded.email, excluded.email_verified)
      returning ${CUSTOMER}
    )
    select ${CUSTOMER} from seen
    union all
    select ${CUSTOMER} from customers
    where id = $1 and not exists (select from seen)`,
};

/**
 * Writes a profile. Where nothing is written the row says why: its version, and
 * whether the address is this customer's.
 */
export const updateProfileStatement: Statement = {
  name: 'customers_update_profile',
  text: `
    with changed as (
      update customers set display_name = $3, language = $4, phone = $5,
        default_address_id = $6::uuid, version = version + 1, updated_at = now()
      where id = $1 and version = $2::bigint and ($6::uuid is null or exists (
        select from addresses a where a.customer_id = $1 and a.id = $6::uuid))
      returning ${CUSTOMER}
    )
    select true as changed, ${CUSTOMER} from changed
    union all
    select false, ${CUSTOMER} from customers
    where id = $1 and not exists (select from changed)`,
};

export const listAddressesStatement: Statement = {
  name: 'customers_list_addresses',
  text: `select ${ADDRESS} from addresses where customer_id = $1 order by created_at, id`,
};

export const readAddressStatement: Statement = {
  name: 'customers_read_address',
  text: `select ${ADDRESS} from addresses where customer_id = $1 and id = $2`,
};

/** Locks a customer's row, so that many at once do not pass a cap together. */
export const lockCustomerStatement: Statement = {
  name: 'customers_lock',
  text: 'select id from customers where id = $1 for no key update',
};

/** Adds an address unless there are too many. */
export const addAddressStatement: Statement = {
  name: 'customers_add_address',
  text: `
    insert into addresses (customer_id, id, label, name, line1, line2, city, region, postal_code, country)
    select $1, $2::uuid, $3, $4, $5, $6, $7, $8, $9, $10
    where (select count(*) from addresses where customer_id = $1) < $11::int
    returning ${ADDRESS}`,
};

export const updateAddressStatement: Statement = {
  name: 'customers_update_address',
  text: `
    with changed as (
      update addresses set label = $4, name = $5, line1 = $6, line2 = $7, city = $8,
        region = $9, postal_code = $10, country = $11,
        version = version + 1, updated_at = now()
      where customer_id = $1 and id = $2 and version = $3::bigint
      returning ${ADDRESS}
    )
    select true as changed, ${ADDRESS} from changed
    union all
    select false, ${ADDRESS} from addresses
    where customer_id = $1 and id = $2 and not exists (select from changed)`,
};

export const deleteAddressStatement: Statement = {
  name: 'customers_delete_address',
  text: `
    with gone as (
      delete from addresses
      where customer_id = $1 and id = $2 and version = $3::bigint
      returning id
    )
    select true as deleted from gone
    union all
    select false from addresses
    where customer_id = $1 and id = $2 and not exists (select from gone)`,
};

/** Each purpose with its newest text and the customer's last decision. */
export const consentStatesStatement: Statement = {
  name: 'customers_consent_states',
  text: `
    select t.purpose, t.version, t.en, t.zh,
      c.granted, c.text_version, c.recorded_at
    from (
      select distinct on (purpose) purpose, version, en, zh
      from consent_texts order by purpose, version desc
    ) t
    left join lateral (
      select granted, text_version, recorded_at from consents
      where customer_id = $1 and purpose = t.purpose
      order by id desc limit 1
    ) c on true
    order by t.purpose`,
};

/**
 * Appends a decision, unless the last one of this purpose says the same of the same
 * text; then that one is given. No row: there is no such text.
 */
export const recordConsentStatement: Statement = {
  name: 'customers_record_consent',
  text: `
    with owner as (
      select id from customers where id = $1 for no key update
    ), last as (
      select ${CONSENT} from consents
      where customer_id = $1 and purpose = $2 order by id desc limit 1
    ), same as (
      select ${CONSENT} from last where text_version = $3::int and granted = $4
    ), added as (
      insert into consents (customer_id, purpose, text_version, granted)
      select owner.id, t.purpose, t.version, $4
      from owner, consent_texts t
      where t.purpose = $2 and t.version = $3::int and not exists (select from same)
      returning ${CONSENT}
    )
    select true as added, ${CONSENT} from added
    union all
    select false, ${CONSENT} from same`,
};

export const consentHistoryStatement: Statement = {
  name: 'customers_consent_history',
  text: `
    select ${CONSENT} from consents
    where customer_id = $1 and ($2::bigint is null or id < $2::bigint)
    order by id desc limit $3::int`,
};
