import type { Statement } from '@shopfloor/service-kit';

/**
 * What carts and orders need of some SKUs, in one row: the hot path of checkout.
 * The name of a product with a choice has the choice in it. Parameters: SKUs, currency.
 */
export const lookupStatement: Statement = {
  name: 'lookup_skus',
  text: `
  select
    (select prices_include_tax from price_currencies where currency = $2) as prices_include_tax,
    coalesce(json_agg(json_build_object(
      'sku', v.sku,
      'productId', p.id,
      'slug', p.slug,
      'name', case when v.options -> 'en' = '{}'
        then json_build_object('en', p.name_en, 'zh', p.name_zh)
        else json_build_object('en', p.name_en || ', ' || v.name_en, 'zh', p.name_zh || '，' || v.name_zh) end,
      'price', json_build_object('amount', price.amount, 'currency', price.currency),
      'taxCategory', v.tax_category,
      'weightGrams', v.weight_grams,
      'categories', string_to_array(c.path, '/'),
      'sample', p.sample
    ) order by asked.place), '[]') as items
  from unnest($1::text[]) with ordinality as asked (sku, place)
  join variants v on v.sku = asked.sku
  join products p on p.id = v.product_id and p.archived_at is null
  join categories c on c.id = p.category_id
  join prices price on price.sku = v.sku and price.currency = $2`,
};
