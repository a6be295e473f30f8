import type { Migration } from '@shopfloor/service-kit';

/** Profiles, addresses and consents. */
export const customersMigration: Migration = {
  name: '20261126000000_customers',

  async up(knex) {
    await knex.raw(`
      create table customers (
        id text primary key check (length(id) between 1 and 200),
        email text,
        email_verified boolean not null default false,
        display_name text,
        language text check (language in ('en', 'zh')),
        phone text,
        default_address_id uuid,
        version bigint not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      comment on table customers is
        'Made at first sight of a customer’s token. Identity stays with the OpenID provider: e-mail is what its token said last.';

      create table addresses (
        id uuid primary key,
        customer_id text not null references customers (id) on delete cascade,
        label text,
        name text not null,
        line1 text not null,
        line2 text,
        city text not null,
        region text,
        postal_code text,
        country char(2) not null,
        version bigint not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (customer_id, id)
      );
      alter table customers add constraint customers_default_address
        foreign key (id, default_address_id) references addresses (customer_id, id)
        on delete set null (default_address_id);

      create table consent_texts (
        purpose text not null,
        version integer not null check (version > 0),
        en text not null,
        zh text not null,
        published_at timestamptz not null default now(),
        primary key (purpose, version)
      );
      comment on table consent_texts is
        'Never changed: a new wording is a new version.';

      create table consents (
        id bigint generated always as identity primary key,
        customer_id text not null references customers (id) on delete cascade,
        purpose text not null,
        text_version integer not null,
        granted boolean not null,
        recorded_at timestamptz not null default now(),
        foreign key (purpose, text_version) references consent_texts (purpose, version)
      );
      create index consents_customer on consents (customer_id, id desc);

      create function append_only() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only', tg_table_name
          using errcode = 'restrict_violation';
      end
      $$;
      create trigger consents_append_only before update on consents
        for each row execute function append_only();
      create trigger consent_texts_append_only before update or delete on consent_texts
        for each row execute function append_only();

      insert into consent_texts (purpose, version, en, zh) values
        ('marketing-email', 1,
         'Larkfield Market may write to me by e-mail about offers and news. I can withdraw this at any time, here or by a link in every e-mail.',
         'Larkfield Market 可以通过电子邮件向我发送优惠和新闻。我可以随时在此处或通过每封邮件中的链接撤回同意。'),
        ('order-analysis', 1,
         'Larkfield Market may analyse my orders to suggest products that fit. I can withdraw this at any time.',
         'Larkfield Market 可以分析我的订单，以推荐合适的商品。我可以随时撤回同意。');
    `);
  },

  async down(knex) {
    await knex.raw(`
      alter table customers drop constraint customers_default_address;
      drop table consents;
      drop table consent_texts;
      drop table addresses;
      drop table customers;
      drop function append_only();
    `);
  },
};
