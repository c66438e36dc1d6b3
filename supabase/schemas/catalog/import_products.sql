-- A seller brings a list from a spreadsheet. Each row stands alone: good ones are imported, each bad one is
-- reported with its number and the reason. Numbers are written as people write them (19.99, 1.299,00 €); how many
-- minor units that is depends on the currency of the store.
create or replace function private.import_products(store_id uuid, csv text, rows jsonb) returns jsonb
language plpgsql volatile
security definer -- clients hold no insert grant on products
set search_path = ''
as $$
declare
  c_columns constant text[] := array[
    'name', 'description', 'category', 'price', 'mrp', 'quantity', 'sku', 'status', 'image'
  ];
  v_header text[];
  v_ignored text[];
  v_rows jsonb;
  v_row jsonb;
  v_number integer;
  v_quantity integer;
  v_price bigint;
  v_currency text;
  v_exponent smallint;
  v_decimal_sign text;
  v_new_categories uuid[] := '{}';
  v_category text;
  v_product_id uuid;
  v_key text;
  v_known text[];
  v_imported jsonb := '[]';
  v_errors jsonb := '[]';
  v_state text;
  v_message text;
  v_detail text;
begin
  perform private.require_store_role(import_products.store_id, array['owner', 'manager']);
  if num_nonnulls(import_products.csv, import_products.rows) <> 1 then
    raise sqlstate 'PT422' using
      message = 'Give either csv or rows.', detail = 'invalid_import';
  end if;
  if length(import_products.csv) > 2000000 or length(import_products.rows::text) > 2000000 then
    raise sqlstate 'PT422' using
      message = 'An import has at most two million characters.', detail = 'import_too_large',
      hint = 'Send it in parts.';
  end if;

  if import_products.csv like '%' || chr(65533) || '%' then
    raise sqlstate 'PT422' using
      message = 'The file was read in another encoding than it is written in.', detail = 'invalid_import',
      hint = 'Read it as it is (UTF-16, Windows-1252), or save it as "CSV UTF-8".';
  end if;

  if import_products.csv is not null then
    select array(select lower(coalesce(private.tidy_line(title), '')) from unnest(parsed.fields) as title) into v_header
    from private.parse_csv(import_products.csv) as parsed
    limit 1;
    if v_header is null or not v_header @> array['name', 'category', 'price'] then
      raise sqlstate 'PT422' using
        message = 'The first row names the columns; name, category and price are needed.', detail = 'invalid_header',
        hint = 'Known columns: ' || array_to_string(c_columns, ', ') || '.';
    end if;
    if exists (
      select from unnest(v_header) as title where title = any (c_columns) group by title having count(*) > 1
    ) then
      raise sqlstate 'PT422' using
        message = 'The first row names a column twice.', detail = 'invalid_header';
    end if;
    select array_agg(title) into v_ignored
    from unnest(v_header) as title
    where title <> all (c_columns) and title <> '';
    select jsonb_agg(
      jsonb_build_object('number', parsed.row_number)
      || case
        when parsed.is_malformed then jsonb_build_object('problem', 'malformed_row')
        when exists (
          select from unnest(parsed.fields[cardinality(v_header) + 1:]) as surplus (field)
          where private.tidy_line(surplus.field) is not null
        ) then jsonb_build_object('problem', 'too_many_fields')
        else jsonb_build_object('values', (
          select jsonb_object_agg(cells.title, cells.value)
          from unnest(v_header, parsed.fields) as cells (title, value)
          where cells.title = any (c_columns)
        ))
      end
      order by parsed.row_number
    )
    into v_rows
    from private.parse_csv(import_products.csv) as parsed
    where parsed.row_number > (select min(first.row_number) from private.parse_csv(import_products.csv) as first);
  else
    if jsonb_typeof(import_products.rows) <> 'array' then
      raise sqlstate 'PT422' using
        message = 'rows is a list of objects.', detail = 'invalid_import';
    end if;
    select jsonb_agg(
      jsonb_build_object('number', given.number)
      || case
        when jsonb_typeof(given.value) = 'object' then jsonb_build_object('values', given.value)
        else jsonb_build_object('problem', 'malformed_row')
      end
      order by given.number
    )
    into v_rows
    from jsonb_array_elements(import_products.rows) with ordinality as given (value, number);
  end if;
  v_rows := coalesce(v_rows, '[]');
  if jsonb_array_length(v_rows) > 500 then
    raise sqlstate 'PT422' using
      message = 'An import has at most 500 rows.', detail = 'import_too_large', hint = 'Send it in parts.';
  end if;

  select currencies.code, currencies.exponent into strict v_currency, v_exponent
  from public.stores
  join public.currencies on currencies.code = stores.currency
  where stores.id = import_products.store_id;
  -- One decimal sign for the whole list: the one that its numbers prove. If they prove none: lists with semicolons
  -- are written where the decimal sign is a comma, and three decimals are exported with a point.
  select case count(distinct cell.sign)
    when 1 then min(cell.sign)
    when 0 then case
      when private.csv_delimiter(import_products.csv) = ';' then ','
      when v_exponent = 3 then '.'
    end
  end
  into v_decimal_sign
  from jsonb_array_elements(v_rows) as given (value)
  cross join unnest(array['price', 'mrp', 'quantity']) as brought (key)
  cross join lateral (select private.proven_decimal_sign(given.value -> 'values' ->> brought.key) as sign) as cell;
  perform private.lock_store_catalog(import_products.store_id);
  -- Categories and new words are locked or made before the first product, all at once and in order: two imports
  -- that bring the same ones then wait for each other, and never in a circle.
  perform
  from public.categories
  where private.fold(categories.name) in (
    select private.fold(private.tidy_line(private.unguard(given.value -> 'values' ->> 'category')))
    from jsonb_array_elements(v_rows) as given (value)
  )
  order by categories.id
  for share;
  for v_category in
    select distinct private.tidy_line(private.unguard(given.value -> 'values' ->> 'category')) as name
    from jsonb_array_elements(v_rows) as given (value)
    where length(private.tidy_line(private.unguard(given.value -> 'values' ->> 'category'))) <= 60
    order by name
  loop
    if not exists (select from public.categories where private.fold(categories.name) = private.fold(v_category)) then
      v_new_categories := v_new_categories || private.ensure_category(v_category);
    end if;
  end loop;
  perform private.learn_words(array(
    select left(given.value -> 'values' ->> brought.key, 200)
    from jsonb_array_elements(v_rows) as given (value)
    cross join unnest(array['name', 'category']) as brought (key)
    where given.value -> 'values' ->> brought.key is not null
  ));

  -- The products that this list brought when it was sent before, if it has no SKUs.
  select array_agg(private.import_key(products.name, categories.name, products.price_amount)) into v_known
  from public.products
  join public.categories on categories.id = products.category_id
  where products.store_id = import_products.store_id
    and products.deleted_at is null
    and products.name in (
      select private.tidy_line(private.unguard(given.value -> 'values' ->> 'name'))
      from jsonb_array_elements(v_rows) as given (value)
    );

  for v_row in select given.value from jsonb_array_elements(v_rows) as given (value) loop
    v_number := (v_row ->> 'number')::integer;
    begin
      if v_row ? 'problem' then
        raise sqlstate 'PT422' using
          message = case v_row ->> 'problem'
            when 'too_many_fields' then 'This row has more fields than the header.'
            else 'This row cannot be read: a quote is missing, or it is no object.'
          end,
          detail = v_row ->> 'problem';
      end if;
      v_row := jsonb_strip_nulls(v_row -> 'values');
      v_quantity := private.read_pieces(v_row ->> 'quantity', v_decimal_sign);
      v_price := private.read_price(v_row ->> 'price', v_currency, v_exponent, v_decimal_sign);
      if v_price is null then
        raise sqlstate 'PT422' using
          message = 'A price is needed.', detail = 'invalid_price';
      end if;
      v_key := case
        when private.tidy_line(v_row ->> 'sku') is null then private.import_key(
          private.unguard(v_row ->> 'name'), private.unguard(v_row ->> 'category'), v_price
        )
      end;
      if v_key = any (v_known) then
        raise sqlstate 'PT422' using
          message = 'The store has this product already; another one of its kind needs a SKU.',
          detail = 'duplicate_product';
      end if;
      v_product_id := private.save_product(
        import_products.store_id,
        null,
        private.unguard(v_row ->> 'name'),
        private.unguard(v_row ->> 'description'),
        private.unguard(v_row ->> 'category'),
        coalesce(lower(private.tidy_line(v_row ->> 'status')), 'active'),
        private.read_price(v_row ->> 'mrp', v_currency, v_exponent, v_decimal_sign),
        v_price,
        private.unguard(private.tidy_line(v_row ->> 'sku')),
        v_quantity,
        null,
        null,
        case
          when private.tidy_line(v_row ->> 'image') is not null
            then jsonb_build_array(private.tidy_line(v_row ->> 'image'))
        end
      );
      v_known := v_known || v_key;
      v_imported := v_imported || jsonb_build_object(
        'row', v_number,
        'product_id', v_product_id,
        'name', (select products.name from public.products where products.id = v_product_id)
      );
    exception when others then
      get stacked diagnostics v_state = returned_sqlstate, v_message = message_text, v_detail = pg_exception_detail;
      -- A refusal of ours, or a value that no column takes, is the row's fault. A timeout or a deadlock is not.
      if v_state not like 'PT%' and left(v_state, 2) not in ('22', '23') then
        raise;
      end if;
      v_errors := v_errors || jsonb_build_object(
        'row', v_number,
        'code', case when v_state like 'PT%' then v_detail else 'invalid_row' end,
        'message', case when v_state like 'PT%' then v_message else 'A value of this row cannot be stored.' end
      );
    end;
  end loop;

  -- A category that only bad rows named is not left behind.
  delete from public.categories
  where categories.id = any (v_new_categories)
    and not exists (select from public.products where products.category_id = categories.id);
  return jsonb_build_object(
    'imported', jsonb_array_length(v_imported),
    'failed', jsonb_array_length(v_errors),
    'products', v_imported,
    'errors', v_errors,
    'ignored_columns', to_jsonb(coalesce(v_ignored, '{}'))
  );
end;
$$;
comment on function private.import_products(uuid, text, jsonb) is 'See public.import_products.';
grant execute on function private.import_products(uuid, text, jsonb) to anon, authenticated;

create or replace function public.import_products(
  store_id uuid,
  csv text default null,
  rows jsonb default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.import_products(import_products.store_id, import_products.csv, import_products.rows);
$$;
comment on function public.import_products(uuid, text, jsonb) is
  'Adds products from a CSV (first row: name, category, price and optionally description, mrp, quantity, sku, status, '
  'image) or from rows [{…}] with the same keys; prices as written, such as 19.99 or 1.299,00 €, with one decimal '
  'sign in the whole list; up to 500 rows. A row that the store has already (by SKU, else by name, category and '
  'price) is reported, so a list may be sent again. Returns {imported, failed, products [{row, product_id, name}], '
  'errors [{row, code, message}], ignored_columns}. For owner and managers. Errors: not_signed_in, account_required, '
  'session_revoked, store_not_found, store_role_required, invalid_import, import_too_large, invalid_header; in rows '
  'also malformed_row, too_many_fields, invalid_row, duplicate_product, ambiguous_number and those of save_product.';
grant execute on function public.import_products(uuid, text, jsonb) to anon, authenticated;
